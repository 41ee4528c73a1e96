"""Greedy cover equals trying everybody, and its bound holds against trying every choice."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.oracles.reverse_sets import greedy_cover, most_hit

from wom_sim.seeding import covering
from wom_sim.seeding.covering import choose_by_sets
from wom_sim.seeding.pool import Pool
from wom_sim.seeding.reverse_sets import Sets

N = 7


def as_sets(lists):
    members = np.array([v for s in lists for v in sorted(s)], np.int32)
    return Sets(members, np.cumsum([len(s) for s in lists], dtype=np.int64), 0)


def pool_of(eligible, *, wanted=None, budget=0.0, costs=None):
    may = np.isin(np.arange(N), list(eligible))
    return Pool(may, np.zeros(0, np.int32), wanted, budget, np.zeros(N) if costs is None else np.asarray(costs))


set_lists = st.lists(st.sets(st.integers(0, N - 1), max_size=4), max_size=25)
people = st.sets(st.integers(0, N - 1), min_size=1)


@given(set_lists, people, st.integers(1, 4))
def test_greedy_choice_and_its_bound(sets, eligible, k):
    k = min(k, len(eligible))
    chosen, gains = greedy_cover(sets, eligible, k)
    choice = choose_by_sets(as_sets(sets), pool_of(eligible, wanted=k))
    assert choice.nodes[: len(chosen)].tolist() == chosen
    assert choice.gains.tolist() == gains + [0] * (k - len(gains))
    assert len(set(choice.nodes.tolist())) == k
    assert set(choice.nodes.tolist()) <= eligible
    best = most_hit(sets, eligible, k)
    assert choice.n_hit >= (1 - 1 / np.e) * best
    assert choice.at_most >= best


@given(set_lists, people)
def test_those_not_listed_at_first_are_listed_when_needed(sets, eligible):
    before, covering._CANDIDATES = covering._CANDIDATES, (1, 0)
    try:
        choice = choose_by_sets(as_sets(sets), pool_of(eligible, wanted=len(eligible)))
    finally:
        covering._CANDIDATES = before
    assert choice.gains.tolist()[: len(greedy_cover(sets, eligible, N)[1])] == greedy_cover(sets, eligible, N)[1]


def best_for(sets, eligible, costs, budget):
    best = 0
    for some in range(1 << N):
        chosen = {v for v in eligible if some >> v & 1}
        if sum(costs[v] for v in chosen) <= budget * (1 + 1e-9):
            best = max(best, sum(bool(set(s) & chosen) for s in sets))
    return best


@given(set_lists, people, st.lists(st.integers(0, 5), min_size=N, max_size=N), st.integers(0, 12))
def test_choice_for_money(sets, eligible, costs, budget):
    choice = choose_by_sets(as_sets(sets), pool_of(eligible, budget=float(budget), costs=np.array(costs, float)))
    chosen = choice.nodes.tolist()
    assert sum(costs[v] for v in chosen) <= budget
    assert set(chosen) <= eligible
    assert choice.n_hit == sum(bool(set(s) & set(chosen)) for s in sets)
    best = best_for(sets, eligible, costs, budget)
    assert choice.at_most >= best - 1e-9
    assert choice.n_hit >= 0.5 * best
