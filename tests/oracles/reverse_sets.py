"""Reverse-reachable sets one by one, and greedy cover by trying everybody: slow, obvious."""

import math
from fractions import Fraction

from tests.oracles.live_edge import word

HALF = 1 << 63
MASK = (1 << 64) - 1


def below(key, index, bound):
    return int((word(key, index) >> 11) * 2.0**-53 * bound)


def binomial_cdf(n, p, c):
    p = Fraction(p)
    return sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(c + 1))


def distinct(key, n, size):
    """Return n different numbers below size, by Floyd's choice."""
    taken = []
    for j in range(n):
        last = size - n + j
        q = below(key, j, last + 1)
        taken.append(last if q in taken else q)
    return taken


def sources_of(graph, v):
    if graph.complete:
        return [u for u in range(graph.n_people) if u != v]
    return graph.in_ties.sources[graph.in_ties.indptr[v] : graph.in_ties.indptr[v + 1]].tolist()


def coin_sources(graph, chance):
    """Return whom v hears from in a set: `chance` is that of each tie into v, the same for all of them."""

    def live(set_key, v):
        sources, own = sources_of(graph, v), word(set_key, v)
        x, n = own >> 1, 0
        while n < len(sources) and x >= math.floor(HALF * binomial_cdf(len(sources), chance(v), n)):
            n += 1
        return [sources[q] for q in distinct(own, n, len(sources))]

    return live


def chosen_source(graph, weights):
    """Return whom v chooses in a set: weights of the ties into v, in order of sources, exact; None: all equal."""

    def live(set_key, v):
        sources = sources_of(graph, v)
        if not sources:
            return []
        if weights is None:
            return [sources[below(set_key, v, len(sources))]]
        x, total = word(set_key, v) >> 1, Fraction(0)
        for u, weight in zip(sources, weights(v), strict=True):
            total += weight
            if x < math.floor(HALF * total):
                return [u]
        return []

    return live


def reverse_set(live, set_key, root, max_depth=10**9):
    """Return those who would have reached the root, in the order of steps."""
    found, ring, depth = [root], [root], 0
    while ring and depth < max_depth:
        outer = []
        for v in ring:
            for u in live(set_key, v):
                if u not in found:
                    found.append(u)
                    outer.append(u)
        ring, depth = outer, depth + 1
    return found


def greedy_cover(sets, eligible, k):
    """Return people who hit most sets, one by one, of equals the smaller, and how many sets each adds."""
    left, chosen, gains = [set(s) for s in sets], [], []
    for _ in range(k):
        gain = {v: sum(v in s for s in left) for v in eligible if v not in chosen}
        best = min((v for v in gain if gain[v] > 0), key=lambda v: (-gain[v], v), default=None)
        if best is None:
            break
        chosen.append(best)
        gains.append(gain[best])
        left = [s for s in left if best not in s]
    return chosen, gains


def most_hit(sets, eligible, k):
    """Return how many sets any k people hit at most, by trying all choices."""
    from itertools import combinations

    eligible = list(eligible)
    return max(
        (sum(bool(set(s) & set(some)) for s in sets) for some in combinations(eligible, min(k, len(eligible)))),
        default=0,
    )


DELAYS = 1 << 41


def timed_sources(graph, p, in_time, days_at):
    """Return whom v hears from in a set, and after how long.

    `in_time` is the part of delays that may be taken at all, `days_at(x)` the length that a part x of them do not
    exceed; a tie counts with chance p * in_time, and its delay is among that part of them.
    """
    live = coin_sources(graph, lambda v: p * in_time)

    def told_by(set_key, v):
        sources, found = sources_of(graph, v), []
        for u in live(set_key, v):
            first = 0 if graph.complete else int(graph.in_ties.indptr[v])
            tie = v * graph.n_people + u if graph.complete else first + sources.index(u)
            uniform = (word(word(set_key, DELAYS), tie) >> 11) * 2.0**-53
            found.append((u, days_at(uniform * in_time)))
        return found

    return told_by


def set_by_deadline(told_by, set_key, root, days):
    """Return those who would have reached the root within so many days: times are lowered until none can be."""
    time, again = {root: 0.0}, True
    delays = {}
    while again:
        again = False
        for v in list(time):
            if v not in delays:
                delays[v] = told_by(set_key, v)
            for u, delay in delays[v]:
                if time[v] + delay <= days and time[v] + delay < time.get(u, math.inf):
                    time[u], again = time[v] + delay, True
    return list(time)
