"""The three kernels of Bass equal their oracles replica by replica."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diffusion_runner import columns, make_process, replicas, small_networks
from kernel_runner import pairs
from oracles import bass as oracle
from oracles.live_edge import word
from oracles.timed_cascade import bass_events
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.models.bass import Bass

RATES = st.sampled_from([0.0, 0.03, 0.5, 3.0])
LIMITS = st.sampled_from([0, 1, 3, 400])
SEEDS = st.integers(0, 2**64 - 1)
BY = st.sampled_from(["share", "number"])


def root(rng_seed):
    """The word from which a seed's purposes are drawn: mix64(rng_seed ^ "wom-1")."""
    return word(((rng_seed ^ 0x776F6D2D31) - 0x9E3779B97F4A7C15) % 2**64, 0)


def agrees(replica, expected):
    assert replica.joined == expected.joined
    assert replica.counts["reach"] == len(expected.joined)
    assert replica.counts["innovators"] == expected.innovators
    assert replica.counts["unfinished"] == expected.unfinished
    assert replica.counts["last_time"] == pytest.approx(expected.last_time, rel=1e-12)
    assert replica.changes["reach"] == expected.newly
    assert replica.changes["innovators"] == expected.newly_untold
    assert replica.last_step == expected.last_step


@st.composite
def networks(draw):
    """Networks of few people; half of them with many ties, some of these parallel and counted."""
    if draw(st.booleans()):
        return draw(small_networks())
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n = int(rng.integers(2, 8))
    src, dst = rng.integers(0, n, (2, int(rng.integers(n, 5 * n))))
    graph = Graph.from_edges(src, dst, n_people=n, directed=bool(rng.random() < 0.7), parallel_ties="count")
    return graph, rng.permutation(n)[: rng.integers(0, 3)].tolist()


def counts_of(graph):
    return None if graph.tie_counts is None else graph.tie_counts.tolist()


@settings(max_examples=120)
@given(networks(), RATES, RATES, st.sampled_from(["1d", "7h"]), SEEDS, LIMITS, BY)
def test_events_on_a_network_equal_the_oracle(network, p, q, record_every, rng_seed, max_steps, by):
    graph, seeds = network
    model = Bass(innovate_rate=p, imitate_rate=q, imitate_by=by, record_every=record_every)
    for r, replica in enumerate(replicas(graph, model, seeds, 3, rng_seed=rng_seed, max_steps=max_steps)):
        until = max_steps, model.step_length()
        agrees(
            replica,
            bass_events(graph.n_people, pairs(graph), p, q, by, seeds, root(rng_seed), r, until, counts_of(graph)),
        )


@settings(max_examples=100)
@given(st.integers(1, 9), RATES, RATES, st.sampled_from(["1d", "7h"]), SEEDS, LIMITS, st.data())
def test_events_in_complete_mixing_equal_the_oracle(n, p, q, record_every, rng_seed, max_steps, data):
    seeds = data.draw(st.lists(st.integers(0, n - 1), unique=True, max_size=3))
    model = Bass(innovate_rate=p, imitate_rate=q, record_every=record_every)
    found = replicas(complete_graph(n), model, seeds, 3, rng_seed=rng_seed, max_steps=max_steps)
    for r, replica in enumerate(found):
        agrees(replica, oracle.mixing(n, p, q, seeds, root(rng_seed), r, (max_steps, model.step_length())))


@settings(max_examples=120)
@given(
    networks(), RATES, RATES, st.sampled_from(["exponential", "linear"]), SEEDS, st.sampled_from([0, 1, 4, 40]),
    st.sampled_from(["1d", "6h"]), BY,
)  # fmt: skip
def test_steps_on_a_network_equal_the_oracle(network, p, q, hazard, rng_seed, max_steps, step, by):
    graph, seeds = network
    if hazard == "linear":
        p, q = p / 4, q / 100
    model = Bass(innovate_rate=p, imitate_rate=q, imitate_by=by, clock="steps", hazard=hazard, step=step)
    until, ties, counts = (max_steps, model.step_length()), pairs(graph), counts_of(graph)
    for r, replica in enumerate(replicas(graph, model, seeds, 3, rng_seed=rng_seed, max_steps=max_steps)):
        agrees(
            replica, oracle.in_steps(graph.n_people, ties, p, q, by, hazard, seeds, root(rng_seed), r, until, counts)
        )


@settings(max_examples=60)
@given(st.integers(1, 7), RATES, RATES, SEEDS, st.sampled_from([0, 1, 4, 40]), st.data())
def test_steps_in_complete_mixing_equal_the_oracle(n, p, q, rng_seed, max_steps, data):
    seeds = data.draw(st.lists(st.integers(0, n - 1), unique=True, max_size=3))
    model = Bass(innovate_rate=p, imitate_rate=q, clock="steps")
    graph = complete_graph(n)
    for r, replica in enumerate(replicas(graph, model, seeds, 3, rng_seed=rng_seed, max_steps=max_steps)):
        until = max_steps, 1.0
        agrees(
            replica,
            oracle.in_steps(
                n, pairs(graph), p, q, "share", "exponential", seeds, root(rng_seed), r, until, complete=True
            ),
        )


@settings(max_examples=40)
@given(networks(), st.booleans(), st.sampled_from(["events", "steps"]), st.booleans(), SEEDS)
def test_higher_rates_never_mean_fewer_adopters(network, complete, clock, innovate, rng_seed):
    graph, seeds = network
    if complete:
        graph = complete_graph(graph.n_people)
    reaches = []
    for rate in (0.0, 0.1, 0.5):
        p, q = (rate, 0.4) if innovate else (0.1, rate)
        model = Bass(innovate_rate=p, imitate_rate=q, clock=clock)
        reaches.append(columns(graph, model, seeds, 10, rng_seed=rng_seed, max_steps=3)["reach"])
    assert np.diff(reaches, axis=0).min() >= 0


@pytest.mark.parametrize("graph", [complete_graph(6), Graph.from_edges([0, 1, 2, 3], [1, 2, 3, 4], n_people=6)])
@pytest.mark.parametrize("clock", ["events", "steps"])
def test_scratch_is_left_as_it_came(graph, clock):
    for max_steps in (0, 1, 3, 100):
        model = Bass(innovate_rate=0.2, imitate_rate=0.5, clock=clock)
        process = make_process(graph, model, [0], max_steps=max_steps)
        scratch = process.new_scratch(np.zeros(1, np.uint8))
        for halted in (0, 1):
            scratch.halt[0] = halted
            process.run_chunk(0, 20, scratch, curves=True)
            for name, left in (("adopted", 0), ("joined", 0), ("told", 0), ("place", -1)):
                assert (getattr(scratch, name, left) == np.full(1, left)).all()
