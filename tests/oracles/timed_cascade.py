"""Timed cascade and Bass on a network, from their definitions: when each person is first told, tie by tie."""

from math import exp, expm1, inf, log1p
from typing import NamedTuple

from .live_edge import LANES, block_key, threshold, tie_number, word
from .steps import step_by

DIFFUSION, DELAY, OWN_TIME = 7, 1, 2


class Outcome(NamedTuple):
    joined: list[tuple[int, int]]
    innovators: int
    newly: list[int]
    newly_untold: list[int]
    last_time: float
    last_step: int
    unfinished: int


def uniform(key, index):
    return (word(key, index) >> 11) / 2**53


def own_key(rng_key, replica):
    return word(word(rng_key, DIFFUSION), replica)


def exponential(key, index):
    """Of mean 1."""
    return -log1p(-uniform(key, index))


def delay(kind, numbers, e):
    """The inverse of each distribution function: `e` is exponential with mean 1."""
    if kind == "fixed":
        return numbers["length"]
    if kind == "exponential":
        return numbers["mean"] * e
    if kind == "weibull":
        return numbers["scale"] * e ** (1 / numbers["shape"])
    return numbers["minimum"] * exp(e * (1 / numbers["exponent"]))


def timed_cascade(n, ties, prob, kind, numbers, seed_nodes, rng_key, replica, until, counts=None):
    """`prob`, `numbers`: one a tie. `until`: (records, days each). `counts`: parallel ties of each."""
    block, lane, key = block_key(rng_key, replica), replica % LANES, own_key(rng_key, replica)
    lengths = {}
    for e, tie in enumerate(ties):
        c, p = counts[e] if counts else 1, prob[e]
        if tie_number(block, lane, e) < threshold(p if c == 1 or p == 1 else -expm1(c * log1p(-p))):
            drawn = exponential(word(key, DELAY), e)
            if c > 1:
                drawn = first_of(c, p, uniform(word(key, DELAY), e))
            lengths[e] = (*tie, delay(kind, numbers[e], drawn))
    return arrivals(n, lengths, dict.fromkeys(seed_nodes, 0.0), seed_nodes, until)


def first_of(c, p, u):
    """Of c ties that pass with chance p and take an exponential time of mean 1, the first, given that one passes.

    By bisection of its distribution function.
    """
    low, high = 0.0, 40.0
    for _ in range(200):
        middle = (low + high) / 2
        share = (1 - (1 - p * -expm1(-middle)) ** c) / (1 - (1 - p) ** c)
        low, high = (middle, high) if share < u else (low, middle)
    return low


def bass_events(n, ties, p, q, by, seed_nodes, rng_key, replica, until, counts=None):
    """Every person who has not adopted at the rates p and, for each tie from an adopter, q / k."""
    key = own_key(rng_key, replica)
    counts = counts or [1] * len(ties)
    k = [sum(c for (_, w), c in zip(ties, counts, strict=True) if w == v) for v in range(n)]
    if by == "number":
        k = [sum(k) / n] * n
    lengths = {}
    for e, (u, v) in enumerate(ties):
        if q > 0:
            lengths[e] = (u, v, k[v] / (q * counts[e]) * exponential(word(key, DELAY), e))
    own = {v: exponential(word(key, OWN_TIME), v) / p for v in range(n)} if p > 0 else {}
    return arrivals(n, lengths, own | dict.fromkeys(seed_nodes, 0.0), seed_nodes, until)


def arrivals(n, lengths, own, seed_nodes, until):
    """When everybody is told first: times are lowered along ties until none can be; then people in order."""
    times = [own.get(v, inf) for v in range(n)]
    lowered = True
    while lowered:
        lowered = False
        for u, v, length in lengths.values():
            if times[u] + length < times[v]:
                times[v], lowered = times[u] + length, True
    records, per_record = until
    joined, left = [], set(range(n))
    while left:
        tellers = {v: [u for u, _ in joined if (u, v) in told_in_time(lengths, times)] for v in left}
        ready = [v for v in left if times[v] < inf and (tellers[v] or own.get(v) == times[v])]
        if not ready:
            break
        v = min(ready, key=lambda w: (times[w], w))
        joined.append((v, -1 if own.get(v) == times[v] else tellers[v][0]))
        left.remove(v)
    inside = [(v, u) for v, u in joined if step_by(times[v], per_record) <= records]
    unfinished = int(len(inside) < len(joined))
    steps = [step_by(times[v], per_record) for v, _ in inside]
    untold = [u == -1 and v not in seed_nodes for v, u in inside]
    last_step = records if unfinished else max(steps, default=0)
    return Outcome(
        inside,
        sum(untold),
        [steps.count(s) for s in range(last_step + 1)],
        [sum(own for at, own in zip(steps, untold, strict=True) if at == s) for s in range(last_step + 1)],
        max((times[v] for v, _ in inside), default=0.0),
        last_step,
        unfinished,
    )


def told_in_time(lengths, times):
    return {(u, v) for u, v, length in lengths.values() if times[u] + length == times[v]}
