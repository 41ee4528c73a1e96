"""The live-edge kernel against its oracle, coin for coin, and what must hold under common random numbers."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel_runner import (
    JIT_OFF,
    NO_LIMIT,
    coin_ties,
    new_scratch,
    only,
    pairs,
    people_reached,
    replica_keys,
    spread,
    store,
)
from oracles import live_edge as oracle
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.kernels.diffusion import Keys
from wom_sim.kernels.live_edge import AT_MAX_STEPS, DIED_OUT, LiveTies

more_examples = settings(max_examples=30 if JIT_OFF else 250)

rng_seeds = st.integers(0, 2**64 - 1)
first_replicas = st.sampled_from([0, 1, 62, 63, 64, 127, 510, 511, 512, 1023, 10**6, 2**31, 2**40 - 1])
step_limits = st.sampled_from([0, 1, 2, 3, 11, 1000, NO_LIMIT])
chances = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0, 0.5, 0.25, 2.0**-60, 1 - 2.0**-53]))


@dataclass(frozen=True)
class Case:
    """A network with a rule, as the kernel takes it, and the rule's live ties from the oracle."""

    graph: Graph
    ties: LiveTies
    live: Callable[[int, int], set[int]]

    def outcome(self, seed_nodes, rng_seed, replica, max_steps=NO_LIMIT):
        live = self.live(rng_seed, replica)
        return oracle.spread(self.graph.n_people, pairs(self.graph), live, seed_nodes, max_steps)


def everybody_tied(n):
    return store(n, [(u, v) for u in range(n) for v in range(n)])


def by_coin(graph, pass_prob):
    each = list(pass_prob) if isinstance(pass_prob, list) else [pass_prob] * graph.n_ties
    return Case(
        graph,
        coin_ties(graph, pass_prob),
        lambda rng_seed, r: oracle.live_by_coin(pairs(graph), each, oracle.block_key(rng_seed, r), r % oracle.LANES),
    )


@st.composite
def networks(draw, max_people=12):
    n = draw(st.integers(1, max_people))
    person = st.integers(0, n - 1)
    return store(n, draw(st.lists(st.tuples(person, person), max_size=4 * n)), directed=draw(st.booleans()))


@st.composite
def networks_of_all_kinds(draw):
    n = draw(st.integers(1, 9))
    return draw(st.one_of(networks(), st.sampled_from([complete_graph(n), everybody_tied(n)])))


@st.composite
def cases(draw):
    graph = draw(networks_of_all_kinds())
    each = st.lists(chances, min_size=graph.n_ties, max_size=graph.n_ties)
    return by_coin(graph, draw(st.one_of(chances, each)))


@st.composite
def cases_with_seed_nodes(draw):
    case = draw(cases())
    return case, draw(st.lists(st.integers(0, case.graph.n_people - 1), max_size=5))


def assert_equal(left, right):
    for a, b in zip(left, right, strict=True):
        np.testing.assert_array_equal(a, b)


# Against the oracle.


@more_examples
@given(cases_with_seed_nodes(), rng_seeds, first_replicas, st.integers(1, 3), step_limits, st.integers(1, 13))
def test_agrees_with_the_oracle_coin_for_coin(case_and_seeds, rng_seed, first, n_replicas, max_steps, width):
    case, seed_nodes = case_and_seeds
    keys = replica_keys(rng_seed, n_replicas, first)
    out = spread(case.ties, seed_nodes, keys, max_steps=max_steps, width=width)

    for i in range(n_replicas):
        expected = case.outcome(seed_nodes, rng_seed, first + i, max_steps)
        assert out.reach[i] == expected.reach
        assert out.last_step[i] == expected.last_step
        assert out.stop[i] == expected.stop
        assert out.newly[i].tolist() == [*expected.newly, *[0] * width][:width]


@given(cases_with_seed_nodes(), rng_seeds, first_replicas, step_limits)
def test_the_queue_holds_who_was_reached_in_order_of_steps(case_and_seeds, rng_seed, replica, max_steps):
    case, seed_nodes = case_and_seeds
    scratch = new_scratch(case.graph.n_people)
    out = spread(case.ties, seed_nodes, replica_keys(rng_seed, 1, replica), max_steps=max_steps, scratch=scratch)
    steps = case.outcome(seed_nodes, rng_seed, replica, max_steps).steps

    people = scratch.order[: out.reach[0]].tolist()
    assert sorted(people) == [v for v, step in enumerate(steps) if step >= 0]
    assert [steps[v] for v in people] == sorted(steps[v] for v in people)


@given(st.integers(1, 9), st.data(), rng_seeds, first_replicas, step_limits)
def test_complete_mixing_equals_the_stored_complete_network(n, data, rng_seed, first, max_steps):
    mixing, stored = complete_graph(n), everybody_tied(n)
    each = st.lists(chances, min_size=stored.n_ties, max_size=stored.n_ties)
    pass_prob = data.draw(st.one_of(chances, each))
    ties, twin = coin_ties(mixing, pass_prob), coin_ties(stored, pass_prob)
    seed_nodes, keys = data.draw(st.lists(st.integers(0, n - 1), max_size=3)), replica_keys(rng_seed, 3, first)

    assert_equal(
        spread(ties, seed_nodes, keys, max_steps=max_steps), spread(twin, seed_nodes, keys, max_steps=max_steps)
    )


# What must hold exactly, replica by replica.


@given(networks_of_all_kinds(), st.data(), rng_seeds, st.booleans())
def test_chance_0_reaches_the_seed_nodes_only(graph, data, rng_seed, per_tie):
    seed_nodes = data.draw(st.lists(st.integers(0, graph.n_people - 1), min_size=1, max_size=4))
    ties = coin_ties(graph, [0.0] * graph.n_ties if per_tie else 0.0)
    out = spread(ties, seed_nodes, replica_keys(rng_seed, 3))

    assert out.reach.tolist() == [len(set(seed_nodes))] * 3
    assert out.last_step.tolist() == [0] * 3
    assert out.stop.tolist() == [DIED_OUT] * 3


@given(networks_of_all_kinds(), st.data(), rng_seeds, st.booleans())
def test_chance_1_reaches_all_who_can_be_at_their_distance(graph, data, rng_seed, per_tie):
    seed_nodes = data.draw(st.lists(st.integers(0, graph.n_people - 1), min_size=1, max_size=4))
    out = spread(coin_ties(graph, [1.0] * graph.n_ties if per_tie else 1.0), seed_nodes, replica_keys(rng_seed, 1))
    expected = oracle.spread(graph.n_people, pairs(graph), set(range(graph.n_ties)), seed_nodes)

    assert out.reach[0] == expected.reach
    assert out.newly[0, : len(expected.newly)].tolist() == expected.newly


@given(cases_with_seed_nodes(), st.data(), rng_seeds, first_replicas, step_limits)
def test_more_seed_nodes_lose_nobody(case_and_seeds, data, rng_seed, first, max_steps):
    case, seed_nodes = case_and_seeds
    more = seed_nodes + data.draw(st.lists(st.integers(0, case.graph.n_people - 1), max_size=3))
    keys = replica_keys(rng_seed, 1, first)

    fewer_reached = people_reached(case.ties, seed_nodes, keys, 0, max_steps=max_steps)
    assert fewer_reached <= people_reached(case.ties, more, keys, 0, max_steps=max_steps)


@given(networks_of_all_kinds(), st.data(), rng_seeds, first_replicas, step_limits)
def test_larger_chances_lose_nobody(graph, data, rng_seed, first, max_steps):
    both = data.draw(st.lists(st.tuples(chances, chances), min_size=graph.n_ties, max_size=graph.n_ties))
    small, large = coin_ties(graph, list(map(min, both))), coin_ties(graph, list(map(max, both)))
    keys, seed_nodes = replica_keys(rng_seed, 1, first), [data.draw(st.integers(0, graph.n_people - 1))]

    reached = people_reached(small, seed_nodes, keys, 0, max_steps=max_steps)
    assert reached <= people_reached(large, seed_nodes, keys, 0, max_steps=max_steps)


@given(cases_with_seed_nodes(), rng_seeds, st.integers(0, 12))
def test_fewer_steps_are_the_beginning_of_more(case_and_seeds, rng_seed, max_steps):
    case, seed_nodes = case_and_seeds
    keys = replica_keys(rng_seed, 2)
    short = spread(case.ties, seed_nodes, keys, max_steps=max_steps, width=14)
    whole = spread(case.ties, seed_nodes, keys, width=14)

    assert short.newly[:, : max_steps + 1].tolist() == whole.newly[:, : max_steps + 1].tolist()
    assert not short.newly[:, max_steps + 1 :].any()
    assert (short.last_step == np.minimum(whole.last_step, max_steps)).all()
    assert whole.stop.tolist() == [DIED_OUT] * 2


@given(networks(max_people=8), st.data(), rng_seeds, chances)
def test_an_isolated_person_is_never_reached(graph, data, rng_seed, p):
    lonely = graph.n_people
    wider = store(lonely + 1, pairs(graph))
    seed_nodes = [data.draw(st.integers(0, lonely - 1))]
    keys = replica_keys(rng_seed, 2)

    assert all(lonely not in people_reached(coin_ties(wider, p), seed_nodes, keys, r) for r in range(2))


@given(cases_with_seed_nodes(), rng_seeds, first_replicas, step_limits)
def test_chunks_change_nothing_and_memory_is_left_clean(case_and_seeds, rng_seed, first, max_steps):
    """Replicas together, alone, and backwards on one thread's memory."""
    case, seed_nodes = case_and_seeds
    keys, scratch = replica_keys(rng_seed, 4, first), new_scratch(case.graph.n_people)
    together = spread(case.ties, seed_nodes, keys, max_steps=max_steps, scratch=scratch)
    assert not scratch.reached.any()

    for r in reversed(range(4)):
        alone = spread(case.ties, seed_nodes, only(keys, r), max_steps=max_steps, scratch=scratch)
        assert_equal(alone, (array[r : r + 1] for array in together))
        assert not scratch.reached.any()


@given(cases_with_seed_nodes(), rng_seeds)
def test_repeats_and_order_of_seed_nodes_change_nothing(case_and_seeds, rng_seed):
    case, seed_nodes = case_and_seeds
    keys = replica_keys(rng_seed, 2)

    assert_equal(spread(case.ties, seed_nodes, keys), spread(case.ties, sorted(set(seed_nodes)), keys))


# Single cases.


def test_a_chunk_without_replicas_writes_nothing():
    nothing = Keys(np.zeros(0, np.uint64), np.zeros(0, np.uint64), np.zeros(0, np.int64))
    out = spread(coin_ties(complete_graph(3), 0.5), [0], nothing)

    assert [len(array) for array in out] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("max_steps", "last_step", "stop"), [(2, 2, AT_MAX_STEPS), (3, 3, AT_MAX_STEPS), (4, 3, DIED_OUT)]
)
def test_a_line_walked_to_its_end_and_stopped_on_the_way(max_steps, last_step, stop):
    """0 -> 1 -> 2 -> 3 at p = 1: person 3 is reached at step 3 and would speak at step 4."""
    out = spread(coin_ties(store(4, [(0, 1), (1, 2), (2, 3)]), 1.0), [0], replica_keys(1, 1), max_steps=max_steps)

    assert (out.last_step[0], out.stop[0], out.reach[0]) == (last_step, stop, last_step + 1)
