"""The checks catch the classic faults: each is planted in a copy of the oracle, and the comparisons must refuse it.

Two comparisons are put to the test: *coins* (replica by replica equal to the kernel, as in test_live_edge.py) and
*law* (mean reach and mean newly reached at each step within 4 s / sqrt(R) of the enumeration, as in
test_exact_spread.py). A fault that leaves the law alone must pass the second and fail the first.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest

import choice_runner
from kernel_runner import coin_ties, replica_keys, spread, standard_errors_off, store
from oracles import live_edge as oracle
from wom_sim.kernels import rng

RNG_SEED = 20
N_LAW = 2_000
N_COINS = 60
STANDARD_ERRORS = 4


class Network(NamedTuple):
    """A small network whose people are reached from person 0, with a chance for all ties or equal shares (None)."""

    n: int
    ties: list[tuple[int, int]]
    p: Fraction | None
    max_steps: int = oracle.FOREVER

    def expectation(self):
        if self.p is None:
            worlds = oracle.worlds_by_choice(self.ties, None)
        else:
            worlds = oracle.worlds_by_coin(self.ties, [self.p] * len(self.ties))
        return oracle.expect(self.n, self.ties, worlds, [0], self.max_steps)

    def kernel(self):
        graph = store(self.n, self.ties)
        keys = replica_keys(RNG_SEED, N_COINS)
        if self.p is None:
            return choice_runner.spread(choice_runner.choice_ties(graph), [0], keys, max_steps=self.max_steps)
        return spread(coin_ties(graph, self.p), [0], keys, max_steps=self.max_steps)


def everybody_tied(n):
    return [(u, v) for u in range(n) for v in range(n) if u != v]


HALF = Fraction(1, 2)
PATH = Network(4, [(0, 1), (1, 2), (2, 3)], HALF)
FOUR = Network(4, everybody_tied(4), HALF)
THREE = Network(3, everybody_tied(3), HALF)
THREE_SHARES = Network(3, everybody_tied(3), None)


# What is right.


def coin(network, replica, tie):
    """Whether tie number `tie` is live."""
    return number(replica, tie) < oracle.threshold(network.p)


def number(replica, tie, lane=None):
    return oracle.tie_number(oracle.block_key(RNG_SEED, replica), replica % 512 if lane is None else lane, tie)


def choice(replica, person):
    return oracle.choice_number(oracle.replica_key(RNG_SEED, replica), person)


def walk(network, live, max_steps=None):
    return oracle.spread(network.n, network.ties, live, [0], network.max_steps if max_steps is None else max_steps)


def keep(network, passes):
    """The live ties by a rule (tie number, speaker, listener) -> bool."""
    return {e for e, (u, v) in enumerate(network.ties) if passes(e, u, v)}


def right(network, r):
    if network.p is None:
        return walk(network, oracle.live_by_choice(network.ties, None, oracle.replica_key(RNG_SEED, r)))
    return walk(network, keep(network, lambda e, *_: coin(network, r, e)))


# What is wrong.


def one_coin_per_listener(network, r):
    return walk(network, keep(network, lambda _e, _u, v: coin(network, r, v)))


def one_coin_per_speaker(network, r):
    return walk(network, keep(network, lambda _e, u, _v: coin(network, r, u)))


def one_luck_for_all_replicas(network, r):
    return walk(network, keep(network, lambda e, *_: number(r, e, lane=0) < oracle.threshold(network.p)))


def a_tie_tried_twice(network, r):
    return walk(network, keep(network, lambda e, *_: coin(network, r, e) or coin(network, r, e + len(network.ties))))


def one_coin_both_ways(network, r):
    """No fault of the law where chances are the same both ways: bond percolation."""
    edge = {tie: e for e, tie in enumerate(network.ties)}
    return walk(network, keep(network, lambda _e, u, v: coin(network, r, edge[min(u, v), max(u, v)])))


def above_instead_of_below(network, r):
    return walk(network, keep(network, lambda e, *_: not coin(network, r, e)))


def steps_counted_from_1(network, r):
    outcome = right(network, r)
    return outcome._replace(last_step=outcome.last_step + 1, newly=[0, *outcome.newly])


def a_step_too_many(network, r):
    return walk(network, keep(network, lambda e, *_: coin(network, r, e)), network.max_steps + 1)


def whoever_hears_speaks_in_the_same_step(network, r):
    """One sweep over the people a step, in place: the people reached are right, the steps are not."""
    live, steps = keep(network, lambda e, *_: coin(network, r, e)), [0] + [-1] * (network.n - 1)
    for step in range(1, network.n):
        for e, (u, v) in enumerate(network.ties):
            if e in live and steps[u] >= 0 and steps[v] == -1:
                steps[v] = step
    newly = [steps.count(s) for s in range(max(steps) + 1)]
    return oracle.Outcome(sum(newly), max(steps), oracle.DIED_OUT, newly, steps)


def intervals_shifted_by_a_share(network, r):
    borders = oracle.intervals(network.ties, None)
    shifted = {e: (low + (high - low), high + (high - low)) for e, (low, high) in borders.items()}
    return walk(network, keep(network, lambda e, _u, v: shifted[e][0] <= choice(r, v) < shifted[e][1]))


def number_of_the_choice_not_halved(network, r):
    borders = oracle.intervals(network.ties, None)
    return walk(network, keep(network, lambda e, _u, v: borders[e][0] <= 2 * choice(r, v) < borders[e][1]))


def choice_by_speaker(network, r):
    borders = oracle.intervals(network.ties, None)
    return walk(network, keep(network, lambda e, u, _v: borders[e][0] <= choice(r, u) < borders[e][1]))


def each_tie_chosen_on_its_own(network, r):
    """Each tie live on its own with the chance 1 / in-degree: an independent cascade instead of a choice."""
    in_degree = [sum(v == w for _, w in network.ties) for v in range(network.n)]
    return walk(network, keep(network, lambda e, _u, v: number(r, e) < oracle.threshold(Fraction(1, in_degree[v]))))


def at_most_instead_of_below(network, r):
    """u <= p with a u of four bits, 0 among them: chance 0 fires."""
    return walk(network, keep(network, lambda e, *_: number(r, e) >> 60 <= network.p * 16))


# The comparisons.


def agrees_with_the_kernel(network: Network, simulate: Callable) -> bool:
    out = network.kernel()
    width = out.newly.shape[1]
    for r in range(N_COINS):
        found = simulate(network, r)
        kernels = (out.reach[r], out.last_step[r], out.stop[r], out.newly[r].tolist())
        if kernels != (found.reach, found.last_step, found.stop, [*found.newly, *[0] * width][:width]):
            return False
    return True


def agrees_with_the_law(network: Network, simulate: Callable) -> bool:
    outcomes = [simulate(network, r) for r in range(N_LAW)]
    expected = network.expectation()
    newly = np.array([[*outcome.newly, *[0] * network.n][: network.n] for outcome in outcomes])
    off = [standard_errors_off(newly[:, step], expected.newly[step]) for step in range(network.n)]
    reach = np.array([outcome.reach for outcome in outcomes])
    return max(*off, standard_errors_off(reach, expected.spread)) <= STANDARD_ERRORS


@pytest.mark.parametrize("network", [PATH, FOUR, THREE, THREE_SHARES, PATH._replace(max_steps=1)])
def test_the_right_one_is_accepted_by_both(network):
    assert agrees_with_the_kernel(network, right)
    assert agrees_with_the_law(network, right)


@pytest.mark.parametrize(
    ("network", "fault"),
    [
        (FOUR, one_coin_per_listener),
        (THREE, one_coin_per_speaker),
        (THREE, one_luck_for_all_replicas),
        (THREE, a_tie_tried_twice),
        (THREE._replace(p=Fraction(3, 10)), above_instead_of_below),
        (PATH, steps_counted_from_1),
        (PATH._replace(max_steps=1), a_step_too_many),
        (PATH, whoever_hears_speaks_in_the_same_step),
        (THREE_SHARES, intervals_shifted_by_a_share),
        (THREE_SHARES, number_of_the_choice_not_halved),
        (FOUR._replace(p=None), choice_by_speaker),
        (FOUR._replace(p=None), each_tie_chosen_on_its_own),
        (THREE._replace(p=Fraction(0)), at_most_instead_of_below),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_fault_is_refused_by_both(network, fault):
    assert not agrees_with_the_kernel(network, fault)
    assert not agrees_with_the_law(network, fault)


def test_one_coin_both_ways_has_the_same_law_but_other_coins():
    """With the same chance both ways an edge is used in one direction at most: the law cannot tell, the coins can."""
    assert agrees_with_the_law(FOUR, one_coin_both_ways)
    assert not agrees_with_the_kernel(FOUR, one_coin_both_ways)


def test_at_most_is_refused_at_the_border_where_no_law_can_see_it():
    """With 64 bits `number <= threshold` differs once in 2^64: only a threshold equal to the number shows it."""
    lane_keys = np.zeros(64, np.uint64)
    rng.set_lane_keys(np.uint64(oracle.block_key(RNG_SEED, 0)), 0, lane_keys)
    at_most = [number(0, e) <= number(0, e) for e in range(20)]
    kernel = [bool(rng.coin_passes(lane_keys, 0, e, np.uint64(number(0, e)))) for e in range(20)]

    assert all(at_most)
    assert not any(kernel)
