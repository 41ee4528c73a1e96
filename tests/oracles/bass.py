"""Bass in complete mixing, and Bass in steps, from their definitions; events on networks: see `timed_cascade`."""

from math import expm1, log1p

from .live_edge import word
from .steps import step_by
from .timed_cascade import Outcome, own_key, uniform

WAITING, WHO, UNTOLD, WHOM = 1, 2, 3, 4
STEP_OF_STEPS, WHOM_OF_STEPS = 1, 2


def mixing(n, p, q, seed_nodes, rng_key, replica, until):
    """A pure birth chain: the people not yet in line stand by number, and whoever is drawn swaps with the first."""
    key = own_key(rng_key, replica)
    line = [*seed_nodes, *(v for v in range(n) if v not in seed_nodes)]
    joined, times, time = [(v, -1) for v in seed_nodes], [0.0] * len(seed_nodes), 0.0
    records, per_record = until
    unfinished = 0
    while len(joined) < n:
        a = len(joined)
        by_others = q * (a / max(n - 1, 1))
        if (n - a) * (p + by_others) == 0:
            break
        time += -log1p(-uniform(word(key, WAITING), a)) / ((n - a) * (p + by_others))
        if step_by(time, per_record) > records:
            unfinished = 1
            break
        place = a + int(uniform(word(key, WHO), a) * (n - a))
        line[a], line[place] = line[place], line[a]
        untold = a == 0 or uniform(word(key, UNTOLD), a) * (p + by_others) < p
        joined.append((line[a], -1 if untold else line[int(uniform(word(key, WHOM), a) * a)]))
        times.append(time)
    steps = [step_by(t, per_record) for t in times]
    return outcome(joined, steps, seed_nodes, records if unfinished else None, max(times, default=0.0))


def in_steps(n, ties, p, q, by, hazard, seed_nodes, rng_key, replica, until, counts=None, *, complete=False):
    """`until`: (steps, days each). Who is followed: of those who told, each as likely; when all are tied to all, by a
    draw among the adopters, and otherwise each new teller takes the place of the one before with its share."""
    key = own_key(rng_key, replica)
    counts = counts or [1] * len(ties)
    joined, steps = [(v, -1) for v in seed_nodes], [0] * len(seed_nodes)
    into = [[e for e, (_, w) in enumerate(ties) if w == v] for v in range(n)]
    k = [sum(counts[e] for e in into[v]) for v in range(n)]
    if by == "number":
        k = [sum(k) / n] * n
    step, unfinished = 0, 0
    while True:
        order = [v for v, _ in joined]
        rates, chosen = {}, {}
        for v in set(range(n)) - set(order):
            telling = sorted((order.index(ties[e][0]), e) for e in into[v] if ties[e][0] in order)
            heard = 0
            for place, e in telling:
                heard += counts[e]
                if uniform(word(key, WHOM_OF_STEPS), e) * heard < counts[e]:
                    chosen[v] = order[place]
            rates[v] = p + q * (heard / k[v] if heard else 0)
            if complete and order:
                chosen[v] = order[int(uniform(word(key, WHOM_OF_STEPS), v) * len(order))]
        if not any(rates.values()):
            break
        if step == until[0]:
            unfinished = 1
            break
        step += 1
        for v in sorted(rates):
            chance = rates[v] * until[1] if hazard == "linear" else -expm1(-rates[v] * until[1])
            drawn = uniform(word(word(key, STEP_OF_STEPS), step), v)
            if drawn < chance:
                untold = v not in chosen or drawn * rates[v] < p * chance
                joined.append((v, -1 if untold else chosen[v]))
                steps.append(step)
    return outcome(joined, steps, seed_nodes, until[0] if unfinished else None, max(steps, default=0) * until[1])


def outcome(joined, steps, seed_nodes, stopped_at, last_time):
    untold = [u == -1 and v not in seed_nodes for v, u in joined]
    last_step = max(steps, default=0) if stopped_at is None else stopped_at
    return Outcome(
        joined,
        sum(untold),
        [steps.count(s) for s in range(last_step + 1)],
        [sum(own for at, own in zip(steps, untold, strict=True) if at == s) for s in range(last_step + 1)],
        last_time,
        last_step,
        int(stopped_at is not None),
    )
