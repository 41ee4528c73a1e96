"""Strategies of choosing people from their definitions, in plain Python: sets, fractions, everything counted anew.

A network is a number of people and a dict from pairs (u, v), u influences v, to how many ties the pair has.
"""

from fractions import Fraction

from oracles.live_edge import word


def discounted(n, pairs, may, already, wanted, *, p=None):
    """Chen, Wang & Yang (2009): single discount, or with p degree discount; directed networks as the strategies say."""
    chosen = list(already)

    def worth(v):
        left = sum(c for (u, w), c in pairs.items() if u == v and w not in chosen)
        told = sum(c for (u, w), c in pairs.items() if w == v and u in chosen)
        return left if p is None else left - told - left * told * p

    while len(chosen) < len(already) + wanted:
        chosen.append(max((v for v in may if v not in chosen), key=lambda v: (worth(v), -v)))
    return chosen[len(already) :]


def voterank(n, pairs, may, already, wanted):
    """Zhang, Chen, Dong & Zhao (2016), then by degree where nobody has votes."""
    listeners = {v: [w for u, w in pairs if u == v] for v in range(n)}
    ability = dict.fromkeys(range(n), Fraction(1))
    chosen = []

    def elect(v):
        chosen.append(v)
        ability[v] = Fraction(0)
        for u in listeners[v]:
            ability[u] = max(Fraction(0), ability[u] - Fraction(n, len(pairs)))

    for v in already:
        elect(v)
    while len(chosen) < len(already) + wanted:
        left = [v for v in may if v not in chosen]
        votes = {v: sum(ability[u] for u in listeners[v]) for v in left}
        best = max(left, key=lambda v: (votes[v], -v))
        if votes[best] == 0:
            chosen += sorted(left, key=lambda v: (-len(listeners[v]), v))
            break
        elect(best)
    return chosen[len(already) : len(already) + wanted]


def complex_length(pairs, person, threshold):
    """Sum of the lengths of paths from a person to all who become active with her and her listeners."""
    active = {person} | {v for u, v in pairs if u == person}
    while True:
        people = {v for _, v in pairs} - active
        new = {v for v in people if sum(u in active for u, w in pairs if w == v) >= threshold}
        if not new:
            break
        active |= new
    distance = {person: 0}
    while True:
        outer = {v for u, v in pairs if u in distance and v in active and v not in distance}
        if not outer:
            return sum(distance.values())
        length = max(distance.values()) + 1
        distance |= dict.fromkeys(outer, length)


def labels(n, pairs, key, *, directed):
    """Raghavan, Albert & Kumara (2007), with the draws of `wom_sim.seeding.community`."""
    label, order = list(range(n)), list(range(n))
    for round_ in range(100):
        own_key = word(key, round_)
        shuffle_key, lots = word(own_key, 0), word(own_key, 1)
        for i in range(n - 1, 0, -1):
            j = int((word(shuffle_key, i) >> 11) / 2**53 * (i + 1))
            order[i], order[j] = order[j], order[i]
        changed = False
        for v in order:
            near = [w for u, w in pairs if u == v] + ([u for u, w in pairs if w == v] if directed else [])
            seen = [label[w] for w in near]
            most = max(map(seen.count, seen), default=0)
            if seen.count(label[v]) < most:
                best = [own for own in seen if seen.count(own) == most]
                label[v] = min(best, key=lambda own: word(word(lots, v), own))
                changed = True
        if not changed:
            break
    return label


def by_claims(community, n_listeners, may, already):
    """Places handed out one by one, each to the community with the largest claim (Sainte-Lague)."""
    members = {c: [v for v in range(len(community)) if community[v] == c] for c in set(community)}
    places = {c: sum(v in already for v in members[c]) for c in members}
    chosen = []
    while len(chosen) < len(may):
        left = {c: [v for v in members[c] if v in may and v not in chosen] for c in members}
        claim = {c: Fraction(len(members[c]), 2 * places[c] + 1) for c in members if left[c]}
        c = max(claim, key=lambda c: (claim[c], len(members[c]), -min(members[c])))
        chosen.append(min(left[c], key=lambda v: (-n_listeners[v], v)))
        places[c] += 1
    return chosen


def friends(n, pairs, asked_key, named_key, others_key):
    """Cohen, Havlin & ben-Avraham (2003), with the draws of `wom_sim.seeding.friend`."""
    named = []
    for v in sorted(range(n), key=lambda v: word(asked_key, v)):
        heard = sorted(u for u, w in pairs if w == v)
        if heard:
            named.append(heard[int((word(named_key, v) >> 11) / 2**53 * len(heard))])
    named = list(dict.fromkeys(named))
    return named + sorted(set(range(n)) - set(named), key=lambda v: word(others_key, v))
