"""Independent cascade and linear threshold from their definition, in plain Python integers and fractions.

A network is a number of people and a list of ties (u, v), u influences v, sorted: a tie's number is its place in the
list. Whatever is random is a set of live ties; whoever they connect to the seed nodes is reached.
Source: Kempe, Kleinberg & Tardos (2015), claims 2.3 and 2.6; SplitMix64: Steele, Lea & Flood (2014).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise, product
from math import comb, floor, prod
from typing import NamedTuple

TIE_COIN, LIVE_TIE = 1, 2
LANES = 512
DIED_OUT, AT_MAX_STEPS = 0, 1
FOREVER = 10**9

_LOW_64_BITS = 2**64 - 1

Tie = tuple[int, int]
World = tuple[Fraction, set[int]]


# The draw.


def word(key: int, index: int) -> int:
    """Output number index + 1 of a SplitMix64 stream that starts in state `key`."""
    z = (key + 0x9E3779B97F4A7C15 * (index + 1)) & _LOW_64_BITS
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _LOW_64_BITS
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _LOW_64_BITS
    return z ^ (z >> 31)


def replica_key(rng_seed: int, replica: int) -> int:
    return word(word(rng_seed, LIVE_TIE), replica)


def block_key(rng_seed: int, replica: int) -> int:
    return word(word(rng_seed, TIE_COIN), replica // LANES)


def tie_number(key: int, lane: int, tie: int) -> int:
    """The 64-bit number of a tie in lane `lane` of the block with this key, put together bit by bit."""
    number = 0
    for j in range(64):
        shared = word(word(key, 8 * j + lane // 64), tie)
        number = 2 * number + ((shared >> (lane % 64)) & 1)
    return number


def threshold(p: float | Fraction) -> int:
    """floor(p * 2^64) without rounding: 2^64 for p = 1, which is above every number."""
    return floor(Fraction(p) * 2**64)


def choice_number(key: int, person: int) -> int:
    """The number in [0, 2^63) by which a person chooses whom to listen to."""
    return word(key, person) >> 1


# Which ties are live.


def live_by_coin(ties: list[Tie], pass_prob: list, key: int, lane: int) -> set[int]:
    """Independent cascade: a tie is live when its number is below floor(p * 2^64)."""
    return {e for e in range(len(ties)) if tie_number(key, lane, e) < threshold(pass_prob[e])}


def live_by_choice(ties: list[Tie], weights: list | None, key: int) -> set[int]:
    """Linear threshold: each person's number falls into the interval of at most one of their in-ties."""
    borders = intervals(ties, weights)
    return {e for e, (_, v) in enumerate(ties) if borders[e][0] <= choice_number(key, v) < borders[e][1]}


def intervals(ties: list[Tie], weights: list | None) -> dict[int, Tie]:
    """The interval [low, high) of [0, 2^63) that chooses each tie: in-ties in order, equal shares without weights."""
    result = {}
    for chosen in _in_ties(ties).values():
        if weights is None:
            borders = [i * 2**63 // len(chosen) for i in range(len(chosen) + 1)]
        else:
            borders = [floor(sum(map(Fraction, weights_before)) * 2**63) for weights_before in _heads(chosen, weights)]
        result.update(zip(chosen, pairwise(borders), strict=True))
    return result


def _heads(chosen: list[int], weights: list) -> list[list]:
    return [[weights[e] for e in chosen[:i]] for i in range(len(chosen) + 1)]


def _in_ties(ties: list[Tie]) -> dict[int, list[int]]:
    """The numbers of each person's in-ties, in order of the person u at the other end."""
    found = defaultdict(list)
    for e in sorted(range(len(ties)), key=lambda e: ties[e][0]):
        found[ties[e][1]].append(e)
    return found


# Who is reached.


class Outcome(NamedTuple):
    reach: int
    last_step: int
    stop: int
    newly: list[int]
    steps: list[int]


def spread(n: int, ties: list[Tie], live: set[int], seed_nodes: Iterable[int], max_steps: int = FOREVER) -> Outcome:
    """Breadth first over the live ties; -1 in `steps` means never. Whoever is reached at max_steps tells nobody."""
    steps = [-1] * n
    for u in seed_nodes:
        steps[u] = 0
    newly = [steps.count(0)]
    while newly[-1] and len(newly) <= max_steps:
        now = len(newly)
        for e, (u, v) in enumerate(ties):
            if e in live and steps[u] == now - 1 and steps[v] == -1:
                steps[v] = now
        newly.append(steps.count(now))
    stop = AT_MAX_STEPS if newly[-1] else DIED_OUT
    if len(newly) > 1 and not newly[-1]:
        newly.pop()
    return Outcome(sum(newly), len(newly) - 1, stop, newly, steps)


# Exact expectations.


class Expectation(NamedTuple):
    spread: Fraction
    activation: list[Fraction]
    newly: list[Fraction]


def worlds_by_coin(ties: list[Tie], pass_prob: list) -> Iterator[World]:
    """Every set of live ties of the independent cascade with its probability: 2^m of them."""
    for outcome in product((True, False), repeat=len(ties)):
        shares = [Fraction(p) if live else 1 - Fraction(p) for p, live in zip(pass_prob, outcome, strict=True)]
        chance = prod(shares, start=Fraction(1))
        if chance:
            yield chance, {e for e, live in enumerate(outcome) if live}


def worlds_by_choice(ties: list[Tie], weights: list | None) -> Iterator[World]:
    """Every set of live ties of the linear threshold model: each person keeps one in-tie or none."""
    options = []
    for chosen in _in_ties(ties).values():
        shares = [Fraction(1, len(chosen)) if weights is None else Fraction(weights[e]) for e in chosen]
        options.append([*zip(chosen, shares, strict=True), (None, 1 - sum(shares))])
    for outcome in product(*options):
        chance = prod((share for _, share in outcome), start=Fraction(1))
        if chance:
            yield chance, {e for e, _ in outcome if e is not None}


def expect(
    n: int, ties: list[Tie], worlds: Iterable[World], seed_nodes: list[int], max_steps: int = FOREVER
) -> Expectation:
    """Average over all worlds: the spread, the chance of each person, the number newly reached at each step."""
    activation, newly, total = [Fraction(0)] * n, [Fraction(0)] * n, Fraction(0)
    for chance, live in worlds:
        total += chance
        for v, step in enumerate(spread(n, ties, live, seed_nodes, max_steps).steps):
            if step >= 0:
                activation[v] += chance
                newly[step] += chance
    assert total == 1
    return Expectation(sum(activation), activation, newly)


def complete_spread(n: int, p: Fraction) -> Fraction:
    """Expected spread from one person when everybody is tied to everybody: Gilbert's recursion, MODELS.md 1.3.

    C_k is the chance that k people hang together; rational, since float64 cancels catastrophically.
    """
    q = 1 - Fraction(p)
    connected = [Fraction(0), Fraction(1)]
    for k in range(2, n + 1):
        apart = sum(comb(k - 1, j - 1) * connected[j] * q ** (j * (k - j)) for j in range(1, k))
        connected.append(1 - apart)
    return sum(k * comb(n - 1, k - 1) * connected[k] * q ** (k * (n - k)) for k in range(1, n + 1))


def choice_spread_by_paths(
    n: int, ties: list[Tie], weights: list[float], seed_nodes: list[int], smallest: float
) -> float:
    """Expected spread of the linear threshold model: the weights of all simple paths that avoid the seed nodes.

    Paths of weight below `smallest` are left out, so the sum is a lower bound.
    """
    listeners = [[(v, weights[e]) for e, (u, v) in enumerate(ties) if u == speaker] for speaker in range(n)]
    on_path = [u in seed_nodes for u in range(n)]

    def follow(u: int, weight: float) -> float:
        total = weight
        on_path[u] = True
        for v, share in listeners[u]:
            if not on_path[v] and weight * share >= smallest:
                total += follow(v, weight * share)
        on_path[u] = False
        return total

    total = float(len(seed_nodes))
    for s in seed_nodes:
        total += sum(follow(v, share) for v, share in listeners[s] if not on_path[v])
    return total
