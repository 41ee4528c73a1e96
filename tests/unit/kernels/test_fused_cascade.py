"""Many replicas at once, 64 or 512, against one by one: the same replicas, on any network, in any lanes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel_runner import JIT_OFF, NO_LIMIT, coin_ties, compiled_only, new_scratch, replica_keys, spread, store
from wom_sim.engine.live_edge import BLOCK, WORD
from wom_sim.graph.csr import Graph
from wom_sim.kernels.fused_cascade import BATCH
from wom_sim.kernels.live_edge import HALTED

forms = st.sampled_from([WORD, BLOCK])
chances = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0, 0.5, 0.25, 2.0**-60, 1 - 2.0**-53]))
rng_seeds = st.integers(0, 2**64 - 1)
ranges = st.tuples(st.sampled_from([0, 1, 63, 64, 200, 448, 511, 512, 10**6]), st.integers(1, 6 if JIT_OFF else 130))
step_limits = st.sampled_from([0, 1, 2, 3, 7, NO_LIMIT])


@st.composite
def networks(draw):
    n = draw(st.integers(1, 12))
    person = st.integers(0, n - 1)
    return store(n, draw(st.lists(st.tuples(person, person), max_size=5 * n)), directed=draw(st.booleans()))


@st.composite
def runs(draw):
    graph = draw(networks())
    each = st.lists(chances, min_size=graph.n_ties, max_size=graph.n_ties)
    seed_nodes = draw(st.lists(st.integers(0, graph.n_people - 1), max_size=4))
    first, n_replicas = draw(ranges)
    return coin_ties(graph, draw(st.one_of(chances, each))), seed_nodes, (draw(rng_seeds), n_replicas, first)


def assert_same(left, right):
    for name in ("reach", "last_step", "stop", "newly"):
        np.testing.assert_array_equal(getattr(left, name), getattr(right, name), err_msg=name)


@settings(max_examples=25 if JIT_OFF else 300)
@given(runs(), forms, step_limits, st.integers(1, 14))
def test_in_rounds_the_replicas_are_those_run_one_by_one(run, form, max_steps, width):
    ties, seed_nodes, which = run
    keys = replica_keys(*which)
    one_by_one = spread(ties, seed_nodes, keys, max_steps=max_steps, width=width)

    assert_same(spread(ties, seed_nodes, keys, max_steps=max_steps, width=width, form=form), one_by_one)


@settings(max_examples=25 if JIT_OFF else 300)
@given(runs(), forms, step_limits)
def test_without_curves_reach_and_ends_are_those_run_one_by_one(run, form, max_steps):
    ties, seed_nodes, which = run
    keys = replica_keys(*which)
    one_by_one = spread(ties, seed_nodes, keys, max_steps=max_steps, width=0)
    at_once = spread(ties, seed_nodes, keys, max_steps=max_steps, width=0, form=form)

    assert at_once.reach.tolist() == one_by_one.reach.tolist()
    assert at_once.stop.tolist() == one_by_one.stop.tolist()


@settings(max_examples=15 if JIT_OFF else 100)
@given(runs(), forms, step_limits)
def test_memory_is_left_clean_and_ties_are_counted_alike(run, form, max_steps):
    """As many ties are examined, in all replicas together, as one by one."""
    ties, seed_nodes, which = run
    keys = replica_keys(*which)
    memory = new_scratch(ties.n_people, form)
    first = spread(ties, seed_nodes, keys, max_steps=max_steps, width=5, scratch=memory, form=form)

    assert not memory.state.any()
    assert form == WORD or not memory.planes.any()
    examined = memory.examined.copy()
    assert_same(spread(ties, seed_nodes, keys, max_steps=max_steps, width=5, scratch=memory, form=form), first)
    assert memory.examined.tolist() == (2 * examined).tolist()
    assert examined[0] >= examined[1] or not len(seed_nodes)


def scale_free(n, m, rng_seed):
    """Everybody after the first m is tied to m earlier people, those with many ties more likely."""
    generator = np.random.Generator(np.random.PCG64(rng_seed))
    src, dst, ends = [], [], list(range(m))
    for v in range(m, n):
        chosen = {ends[i] for i in generator.integers(0, len(ends), m)}
        src += [v] * len(chosen)
        dst += chosen
        ends += [*chosen, *[v] * len(chosen)]
    return Graph.from_edges(src, dst, directed=False, n_people=n)


@compiled_only
@pytest.mark.parametrize("form", [WORD, BLOCK])
@pytest.mark.parametrize("max_steps", [4, NO_LIMIT])
@pytest.mark.parametrize("chance", ["one", "by listener", "each its own"])
def test_forms_agree_on_a_network_with_hubs(chance, max_steps, form):
    """3,000 people, hubs with far more ties than a batch, blocks cut in two, every kind of chance."""
    graph = scale_free(3_000, 6, rng_seed=5)
    assert graph.out_degree.max() > 4 * BATCH
    generator = np.random.Generator(np.random.PCG64(6))
    prob = {
        "one": 0.07,
        "by listener": (1.0 / graph.in_degree[graph.indices]).tolist(),
        "each its own": (generator.random(graph.n_ties) ** 4).tolist(),
    }[chance]
    ties, seed_nodes, keys = coin_ties(graph, prob), [0, 17, 99], replica_keys(3, 700, 300)
    one_by_one = spread(ties, seed_nodes, keys, max_steps=max_steps, width=40)

    assert_same(spread(ties, seed_nodes, keys, max_steps=max_steps, width=40, form=form), one_by_one)
    no_curve = spread(ties, seed_nodes, keys, max_steps=max_steps, width=0, form=form)
    assert no_curve.reach.tolist() == one_by_one.reach.tolist()
    assert one_by_one.reach.std() > 0


@pytest.mark.parametrize("form", [WORD, BLOCK])
def test_halted_replicas_say_so_and_leave_their_memory_clean(form):
    graph = store(6, [(u, v) for u in range(6) for v in range(6)])
    memory = new_scratch(6, form)
    memory.halt[0] = 1
    out = spread(coin_ties(graph, 0.5), [0], replica_keys(1, 90), scratch=memory, form=form)

    assert out.stop.tolist() == [HALTED] * 90
    assert not memory.state.any()
