"""A timed cascade whose tellings all take as long: run as a plain cascade it gives what its own kernel gives."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from diffusion_runner import make_process
from kernel_runner import compiled_only
from networks import NO_SETTING
from wom_sim import TimedCascade, simulate
from wom_sim.engine.diffusion import DiffusionProcess
from wom_sim.engine.live_edge import ALONE, BLOCK, WORD
from wom_sim.engine.rounds import RoundsProcess
from wom_sim.engine.trees import who_followed_whom
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.graph.layers import Layer
from wom_sim.kernels.diffusion import HALTED
from wom_sim.scenario.schema import MAX_STEPS

LENGTHS = st.sampled_from(["1d", "36h", "0.1d", "0.3d", "7h", "1h", "10d"])
RECORDS = st.sampled_from(["1d", "7h", "0.1d", "3d"])
LIMITS = st.sampled_from([0, 1, 2, 3, 5, 7, 9, 12, 23, MAX_STEPS])
FORMS = st.sampled_from([ALONE, WORD, BLOCK])
CHANCES = st.sampled_from([0.0, 0.3, 0.8, 1.0])


def fixed(prob, length, record_every):
    return TimedCascade(share_prob=prob, delay={"kind": "fixed", "length": length}, record_every=record_every)


def both(graph, model, seeds, *, rng_seed=1, max_steps=MAX_STEPS, form=BLOCK):
    """The process that the model chooses, in a form, and the one that runs the model's own kernel."""
    rounds = make_process(graph, model, seeds, rng_seed=rng_seed, max_steps=max_steps)
    assert isinstance(rounds, RoundsProcess)
    rounds.cascade.forms.chosen = form
    own = DiffusionProcess(
        model.compile(graph, NO_SETTING), rounds.seed_nodes, rng_seed=rng_seed, max_steps=max_steps, facts=rounds.facts
    )
    return rounds, own


def ran(process, first, last, *, curves):
    return process.run_chunk(first, last, process.new_scratch(np.zeros(1, np.uint8)), curves=curves)


def check_same(found, expected):
    assert found.last_step.tolist() == expected.last_step.tolist()
    assert found.stop.tolist() == expected.stop.tolist()
    assert list(found.counts) == list(expected.counts)
    assert list(found.newly) == list(expected.newly)
    for name, count in expected.counts.items():
        assert found.counts[name].dtype == count.dtype
        assert found.counts[name].tolist() == count.tolist()
    for name, changes in expected.newly.items():
        assert found.newly[name].tolist() == changes.tolist()


@st.composite
def networks(draw):
    """A path, on which rounds are many, or any ties among a dozen people."""
    if draw(st.booleans()):
        n = draw(st.integers(1, 30))
        return Graph.from_edges(np.arange(n - 1), np.arange(1, n), n_people=n), [0]
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    src, dst = rng.integers(0, 12, (2, draw(st.integers(0, 40))))
    return Graph.from_edges(src, dst, n_people=12, parallel_ties="count"), rng.permutation(12)[: rng.integers(4)]


@settings(max_examples=250, deadline=None)
@given(networks(), CHANCES, LENGTHS, RECORDS, LIMITS, FORMS, st.integers(0, 100), st.booleans())
@example((Graph.from_edges(np.arange(39), np.arange(1, 40)), [0]), 1.0, "0.1d", "0.1d", 23, BLOCK, 1, True)
def test_equals_its_own_kernel(network, prob, length, record_every, max_steps, form, rng_seed, curves):
    graph, seeds = network
    model = fixed(prob, length, record_every)
    rounds, own = both(graph, model, seeds, rng_seed=rng_seed, max_steps=max_steps, form=form)
    found, expected = (ran(process, 500, 530, curves=curves) for process in (rounds, own))
    check_same(found, expected)
    if form != ALONE:  # which stops looking once everybody is reached
        assert found.ties == expected.ties


@pytest.mark.parametrize("form", [ALONE, WORD, BLOCK])
@pytest.mark.parametrize("n_tellings", [1, 2, 3, 6, 7, 23])
def test_who_is_told_at_the_horizon_is_reached_and_who_is_told_after_it_is_left(n_tellings, form):
    """Three times .1 days is a little more than .3 in binary fractions; a user means the same."""
    path = Graph.from_edges(np.arange(n_tellings + 1), np.arange(1, n_tellings + 2))
    for n_people_left in (1, 0):
        graph = path if n_people_left else Graph.from_edges(np.arange(n_tellings), np.arange(1, n_tellings + 1))
        rounds, _ = both(graph, fixed(1.0, "0.1d", "0.1d"), [0], max_steps=n_tellings, form=form)
        chunk = ran(rounds, 0, 2, curves=False)
        assert chunk.counts["reach"].tolist() == [n_tellings + 1] * 2
        assert chunk.counts["unfinished"].tolist() == [n_people_left] * 2
        assert chunk.last_step.tolist() == [n_tellings] * 2


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.booleans(), LIMITS, FORMS)
def test_layers_whose_delays_are_equal_are_in_rounds_and_others_are_not(drawn, equal, max_steps, form):
    rng = np.random.default_rng(drawn)
    src, dst = rng.integers(0, 12, (2, 50))
    graph = Graph.from_edges(src, dst, n_people=12, layers=np.array(["a", "b"])[rng.integers(0, 2, 50)])
    graph = graph.with_layers(
        [Layer(name="a", strength=0.5, delay="0.3d"), Layer(name="b", delay="0.3d" if equal else "0.4d")]
    )
    model = fixed(0.6, "0.1d", "1d")
    if not equal:
        assert model.compile(graph, NO_SETTING).in_rounds is None
        return
    rounds, own = both(graph, model, [0, 1], max_steps=max_steps, form=form)
    check_same(*(ran(process, 0, 30, curves=True) for process in (rounds, own)))


def test_random_delays_are_not_in_rounds():
    graph = Graph.from_edges([0], [1])
    model = TimedCascade(share_prob=1.0, delay={"kind": "exponential", "mean": "1d"})
    assert model.compile(graph, NO_SETTING).in_rounds is None


@pytest.mark.parametrize("n_replicas", [2, 40, pytest.param(700, marks=compiled_only)])
def test_however_many_replicas_are_run_they_are_the_same(n_replicas):
    rng = np.random.default_rng(5)
    graph = Graph.from_edges(*rng.integers(0, 200, (2, 900)), n_people=200, parallel_ties="first")
    model = fixed(0.4, "6h", "1d")
    _, own = both(graph, model, [0, 1, 2])
    expected = ran(own, 0, n_replicas, curves=True)
    for threads in (1, 2):
        found = simulate(graph, model, seed_nodes=[0, 1, 2], n_replicas=n_replicas, rng_seed=1, threads=threads)
        assert found.reach.tolist() == expected.counts["reach"].tolist()
        last = np.cumsum(expected.last_step + 1)[0]
        assert np.diff(found.curve[0], prepend=0)[:last].tolist() == expected.newly["reach"][:last].tolist()


@pytest.mark.parametrize("max_steps", [2, MAX_STEPS])
@pytest.mark.parametrize("curves", [False, True])
@pytest.mark.parametrize("form", [ALONE, WORD, BLOCK])
def test_a_halted_chunk_says_so_and_leaves_the_memory_clean(form, curves, max_steps):
    graph = Graph.from_edges(np.arange(39), np.arange(1, 40))
    rounds, _ = both(graph, fixed(0.9, "1d", "1d"), [0], max_steps=max_steps, form=form)
    scratch = rounds.new_scratch(np.ones(1, np.uint8))
    assert (rounds.run_chunk(0, 20, scratch, curves=curves).stop == HALTED).all()
    scratch.halt[0] = 0
    rounds.cascade.forms.chosen = form
    check_same(rounds.run_chunk(0, 20, scratch, curves=curves), ran(rounds, 0, 20, curves=curves))


def test_complete_mixing_equals_its_own_kernel():
    for max_steps in (0, 1, 2, MAX_STEPS):
        rounds, own = both(complete_graph(8), fixed(0.2, "1d", "1d"), [0], max_steps=max_steps, form=ALONE)
        check_same(*(ran(process, 0, 50, curves=True) for process in (rounds, own)))


def test_more_steps_a_replica_than_there_was_room_for():
    """Steps of an hour, tellings of ten days: 240 steps a round, and 300 rounds."""
    path = Graph.from_edges(np.arange(300), np.arange(1, 301))
    for form in (ALONE, WORD, BLOCK):
        rounds, own = both(path, fixed(0.99, "10d", "1h"), [0], form=form)
        check_same(*(ran(process, 0, 20, curves=True) for process in (rounds, own)))


def test_trees_are_those_of_its_own_kernel():
    rng = np.random.default_rng(6)
    graph = Graph.from_edges(*rng.integers(0, 60, (2, 300)), n_people=60, parallel_ties="first")
    rounds, own = both(graph, fixed(0.4, "1d", "1d"), [5, 3])
    for r in range(4):
        assert list(who_followed_whom(rounds, r)) == list(who_followed_whom(own, r))
