"""The measures of trees against all pairs walked one by one, and against formulas of stars and chains."""

from collections import Counter, deque
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wom_sim.kernels import trees
from wom_sim.kernels._jit import kernel


def new_scratch(n):
    return trees.TreeScratch(np.zeros(n, np.int32), np.zeros(n, np.int32), np.zeros(n, np.int32))


def measured(order, parent):
    """Measure a forest; scratch must be left zero and all of `out` be written."""
    scratch = new_scratch(len(parent))
    out = np.full(trees.N_MEASURES, -7, np.int64)
    trees.measure_trees(np.array(order, np.int32), np.array(parent, np.int32), len(order), scratch, out)
    assert not any(array.any() for array in scratch)
    return tuple(out.tolist())


def sizes_of(order, parent, width):
    depth = np.zeros(len(parent), np.int32)
    sizes = np.full(width, -7, np.int64)
    n = trees.count_generations(np.array(order, np.int32), np.array(parent, np.int32), len(order), depth, sizes)
    assert not depth.any()
    return n, sizes.tolist()


def virality(parent):
    out = measured(range(len(parent)), parent)
    return Fraction(out[trees.DISTANCE], out[trees.N_PAIRS])


def steps_from(start, ties):
    """Distances from one member to all whom ties lead to, by breadth-first search."""
    steps, queue = {start: 0}, deque([start])
    while queue:
        u = queue.popleft()
        for v in ties[u]:
            if v not in steps:
                steps[v] = steps[u] + 1
                queue.append(v)
    return steps


def naive(order, parent):
    """The definition: distances of all pairs, depths from each root."""
    ties = {v: set() for v in order}
    for v in order:
        if parent[v] >= 0:
            ties[v].add(parent[v])
            ties[parent[v]].add(v)
    steps = {v: steps_from(v, ties) for v in order}
    roots = [v for v in order if parent[v] < 0]
    depth = {v: d for root in roots for v, d in steps[root].items()}
    near = [steps[u][v] for u, v in combinations(order, 2) if v in steps[u]]
    out = [0] * trees.N_MEASURES
    out[trees.MAX_DEPTH] = max(depth.values(), default=0)
    out[trees.MAX_BREADTH] = max(Counter(depth.values()).values(), default=0)
    out[trees.N_PAIRS] = len(near)
    out[trees.DISTANCE] = sum(near)
    out[trees.N_DIRECT] = sum(parent[v] in roots for v in order)
    out[trees.LARGEST_TREE] = max((len(steps[root]) for root in roots), default=0)
    out[trees.N_TREES] = len(roots)
    return tuple(out), Counter(depth.values())


@st.composite
def forests(draw):
    """Draw members among some people, in order of joining, with parents who joined before; the rest is rubbish."""
    n = draw(st.integers(1, 14))
    order = draw(st.permutations(range(n)))[: draw(st.integers(0, n))]
    parent = [10**6] * n
    for i, v in enumerate(order):
        parent[v] = draw(st.sampled_from([-1, *order[:i]]))
    return order, parent


@given(forests())
def test_agrees_with_all_pairs_walked_one_by_one(forest):
    order, parent = forest
    assert measured(order, parent) == naive(order, parent)[0]


@given(forests(), st.randoms(use_true_random=False))
def test_other_names_and_another_order_of_joining_change_nothing(forest, shuffle):
    order, parent = forest
    before = measured(order, parent)
    name = list(range(len(parent)))
    shuffle.shuffle(name)
    renamed = [10**6] * len(parent)
    for v in order:
        renamed[name[v]] = name[parent[v]] if parent[v] >= 0 else -1
    joined, waiting = [], [name[v] for v in order]
    while waiting:
        v = shuffle.choice([v for v in waiting if renamed[v] < 0 or renamed[v] in joined])
        joined.append(v)
        waiting.remove(v)

    assert measured(joined, renamed) == before


@pytest.mark.parametrize("n", [2, 3, 7, 50])
def test_a_star_and_a_chain_have_the_known_virality(n):
    assert virality([-1] + [0] * (n - 1)) == 2 - Fraction(2, n)
    assert virality(range(-1, n - 1)) == Fraction(n + 1, 3)


def test_three_members_have_a_virality_of_four_thirds():
    assert virality([-1, 0, 0]) == virality([-1, 0, 1]) == Fraction(4, 3)


def test_no_members_and_lonely_roots():
    assert measured([], [5]) == measured([], []) == (0,) * trees.N_MEASURES
    assert measured([0, 1], [-1, -1]) == (0, 2, 0, 0, 0, 1, 2)


def test_sums_pass_32_bits():
    n = 3000
    assert measured(range(n), range(-1, n - 1))[trees.DISTANCE] == (n - 1) * n * (n + 1) // 6 > 2**32


@given(forests(), st.integers(0, 6))
def test_generations_are_counted_as_far_as_there_is_room(forest, width):
    order, parent = forest
    expected = naive(order, parent)[1]
    assert sizes_of(order, parent, width) == (len(expected), [expected[g] for g in range(width)])


@given(st.lists(forests(), max_size=4))
def test_forests_side_by_side_are_measured_one_by_one(several):
    order, parent, indptr = [], [], [0]
    for members, own in several:
        order += [v + len(parent) for v in members]
        parent += [p + len(parent) if 0 <= p < len(own) else p for p in own]
        indptr.append(len(order))
    out = np.full((len(several), trees.N_MEASURES), -7, np.int64)
    scratch = new_scratch(len(parent))
    trees.measure_forests(
        np.array(indptr, np.int64), np.array(order, np.int32), np.array(parent, np.int32), scratch, out
    )

    assert [tuple(row) for row in out.tolist()] == [measured(*forest) for forest in several]
    assert not any(array.any() for array in scratch)


@given(forests())
def test_generations_are_found_in_any_order(forest):
    order, parent = forest
    place = {v: i for i, v in enumerate(sorted(order))}
    links = np.array([place.get(parent[v], -1) for v in sorted(order)], np.int32)
    generation = np.full(len(order), -7, np.int32)

    assert trees.find_generations(links, generation) == trees.NO_CYCLE
    assert Counter(generation.tolist()) == naive(order, parent)[1]
    assert all(generation[i] == (generation[p] + 1 if p >= 0 else 0) for i, p in enumerate(links))


@pytest.mark.parametrize(
    ("parent", "in_cycle"),
    [([0], {0}), ([1, 0], {0, 1}), ([-1, 0, 4, 2, 3], {2, 3, 4}), ([1, 2, 1, -1], {1, 2})],
)
def test_a_cycle_is_found_at_somebody_in_it(parent, in_cycle):
    generation = np.empty(len(parent), np.int32)
    assert trees.find_generations(np.array(parent, np.int32), generation) in in_cycle


@kernel
def _measure_half(order, parent, scratch, out):
    trees.measure_trees(order, parent, len(order) // 2, scratch, out)
    return trees.count_generations(order, parent, len(order) // 2, scratch.depth, out)


def test_other_kernels_can_call_them():
    order, parent = np.arange(6, dtype=np.int32), np.array([-1, 0, 1, 2, 3, 4], np.int32)
    assert _measure_half(order, parent, new_scratch(6), np.zeros(trees.N_MEASURES, np.int64)) == 3
