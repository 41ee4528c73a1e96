"""The kernel of arrivals equals its oracle replica by replica, and is the independent cascade where it must be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diffusion_runner import columns, make_process, replicas, small_networks
from kernel_runner import pairs
from networks import NO_SETTING
from oracles import timed_cascade as oracle
from oracles.live_edge import word
from wom_sim import IndependentCascade, simulate
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.kernels._jit import kernel
from wom_sim.kernels.arrivals import EXPONENTIAL, FIXED, POWER_LAW, WEIBULL, _delay, _delay_at_least
from wom_sim.models.timed_cascade import TimedCascade
from wom_sim.scenario.schema import MAX_STEPS

CHANCES = st.sampled_from([0.0, 0.3, 0.8, 1.0])
DELAYS = st.sampled_from(
    [
        {"kind": "fixed", "length": "1d"},
        {"kind": "fixed", "length": "36h"},
        {"kind": "exponential", "mean": "2d"},
        {"kind": "weibull", "scale": "1d", "shape": 0.7},
        {"kind": "weibull", "scale": "3d", "shape": 2.0},
        {"kind": "power_law", "minimum": "12h", "exponent": 2.5},
    ]
)
RECORDS = st.sampled_from(["1d", "7h"])
LIMITS = st.sampled_from([0, 1, 3, MAX_STEPS])
SEEDS = st.integers(0, 2**64 - 1)


def root(rng_seed):
    """The word from which a seed's purposes are drawn: mix64(rng_seed ^ "wom-1")."""
    return word(((rng_seed ^ 0x776F6D2D31) - 0x9E3779B97F4A7C15) % 2**64, 0)


def numbers_of(model, n_ties):
    """What each tie's delay is drawn with, in days."""
    given = {key: getattr(model.delay, key) for key in ("length", "mean", "scale", "shape", "minimum", "exponent")}
    return [{key: float(value) for key, value in given.items() if value is not None}] * n_ties


def agrees(replica, expected):
    assert replica.joined == expected.joined
    assert replica.counts["reach"] == len(expected.joined)
    assert replica.counts["unfinished"] == expected.unfinished
    assert replica.counts["last_time"] == pytest.approx(expected.last_time, rel=1e-12)
    assert replica.changes["reach"] == expected.newly
    assert replica.last_step == expected.last_step


@settings(max_examples=120)
@given(small_networks(), CHANCES, DELAYS, RECORDS, SEEDS, LIMITS)
def test_equals_the_oracle(network, prob, delay, record_every, rng_seed, max_steps):
    graph, seeds = network
    ties = pairs(graph)
    model = TimedCascade(share_prob=prob, delay=delay, record_every=record_every)
    until, numbers = (max_steps, model.step_length()), numbers_of(model, len(ties))
    found = replicas(graph, model, seeds, 3, rng_seed=rng_seed, max_steps=max_steps)
    for r, replica in enumerate(found):
        agrees(
            replica,
            oracle.timed_cascade(
                graph.n_people, ties, [prob] * len(ties), model.delay.kind, numbers, seeds, root(rng_seed), r, until
            ),
        )


@settings(max_examples=60)
@given(small_networks(), st.booleans(), SEEDS, LIMITS, st.data())
def test_columns_of_ties_equal_the_oracle(network, by_shape, rng_seed, max_steps, data):
    graph, seeds = network
    ties = pairs(graph)

    def column(values):
        return np.array(data.draw(st.lists(values, min_size=len(ties), max_size=len(ties))), np.float64)

    prob, scale, shape = column(CHANCES), column(st.floats(0.0, 5.0)), column(st.floats(0.5, 3.0))
    graph = with_columns(graph, {"p": prob, "days": scale, "shape": shape})
    if by_shape:
        delay = {"kind": "weibull", "scale": "days", "shape": "shape"}
        numbers = [{"scale": b, "shape": a} for b, a in zip(scale.tolist(), shape.tolist(), strict=True)]
    else:
        delay, numbers = {"kind": "exponential", "mean": "days"}, [{"mean": b} for b in scale.tolist()]
    model = TimedCascade(share_prob="p", delay=delay)
    for r, replica in enumerate(replicas(graph, model, seeds, 3, rng_seed=rng_seed, max_steps=max_steps)):
        agrees(
            replica,
            oracle.timed_cascade(
                graph.n_people, ties, prob, delay["kind"], numbers, seeds, root(rng_seed), r, (max_steps, 1.0)
            ),
        )


@settings(max_examples=60)
@given(st.integers(0, 2**32), SEEDS, LIMITS, CHANCES, DELAYS)
def test_many_ties_and_counted_parallel_ones_equal_the_oracle(drawn, rng_seed, max_steps, prob, delay):
    rng = np.random.default_rng(drawn)
    src, dst = rng.integers(0, 7, (2, int(rng.integers(7, 40))))
    graph = Graph.from_edges(src, dst, n_people=7, parallel_ties="count")
    counts = None if graph.tie_counts is None else graph.tie_counts.tolist()
    model = TimedCascade(share_prob=prob, delay=delay)
    ties, seeds = pairs(graph), rng.permutation(7)[: rng.integers(1, 4)].tolist()
    for r, replica in enumerate(replicas(graph, model, seeds, 3, rng_seed=rng_seed, max_steps=max_steps)):
        expected = oracle.timed_cascade(
            7, ties, [prob] * len(ties), delay["kind"], numbers_of(model, len(ties)), seeds, root(rng_seed), r,
            (max_steps, 1.0), counts,
        )  # fmt: skip
        assert replica.joined == expected.joined
        assert replica.changes["reach"] == expected.newly
        assert replica.counts["last_time"] == pytest.approx(expected.last_time, rel=1e-9)


@settings(max_examples=30)
@given(st.integers(1, 6), CHANCES, DELAYS, st.integers(0, 100), LIMITS)
def test_complete_mixing_equals_the_stored_network(n, prob, delay, rng_seed, max_steps):
    pairs_of_all = [(u, v) for u in range(n) for v in range(n) if u != v]
    src, dst = np.array(pairs_of_all, np.int64).reshape(-1, 2).T
    stored = Graph.from_edges(src, dst, n_people=n)
    model = TimedCascade(share_prob=prob, delay=delay)
    options = {"rng_seed": rng_seed, "max_steps": max_steps}
    assert replicas(complete_graph(n), model, [0], 3, **options) == replicas(stored, model, [0], 3, **options)


@settings(max_examples=30)
@given(small_networks(max_people=12), st.sampled_from([0.0, 0.2, 0.7, 1.0]), DELAYS, SEEDS)
def test_without_a_deadline_reach_is_the_independent_cascades(network, prob, delay, rng_seed):
    graph, seeds = network
    model = TimedCascade(share_prob=prob, delay=delay)
    reach = columns(graph, model, seeds, 20, rng_seed=rng_seed)["reach"]
    cascade = simulate(graph, IndependentCascade(share_prob=prob), seed_nodes=seeds, n_replicas=20, rng_seed=rng_seed)
    np.testing.assert_array_equal(reach, cascade.reach)


@settings(max_examples=30)
@given(small_networks(max_people=12), st.sampled_from([0.2, 0.7, 1.0]), SEEDS, st.sampled_from([None, 0, 2]))
def test_delays_of_one_record_are_the_independent_cascade_step_by_step(network, prob, rng_seed, max_steps):
    graph, seeds = network
    options = {"seed_nodes": seeds, "n_replicas": 20, "rng_seed": rng_seed, "max_steps": max_steps}
    cascade = simulate(graph, IndependentCascade(share_prob=prob), **options)
    found = simulate(graph, TimedCascade(share_prob=prob, delay={"kind": "fixed", "length": "1d"}), **options)
    np.testing.assert_array_equal(found.reach, cascade.reach)
    np.testing.assert_array_equal(found.curve, cascade.curve)


@settings(max_examples=40)
@given(st.integers(0, 2**32), DELAYS, SEEDS)
def test_more_chance_never_means_fewer_people_by_a_deadline(drawn, delay, rng_seed):
    rng = np.random.default_rng(drawn)
    src, dst = rng.integers(0, 20, (2, 60))
    graph = Graph.from_edges(src, dst, n_people=20, parallel_ties="count")
    reaches = [
        columns(graph, TimedCascade(share_prob=p, delay=delay), [0, 1], 10, rng_seed=rng_seed, max_steps=2)["reach"]
        for p in (0.0, 0.2, 0.6, 1.0)
    ]
    assert np.diff(reaches, axis=0).min() >= 0


def test_scratch_is_left_as_it_came():
    graph = Graph.from_edges([0, 1, 2, 3], [1, 2, 3, 4], n_people=6)
    for max_steps in (0, 1, 2, MAX_STEPS):
        process = make_process(
            graph, TimedCascade(share_prob=0.9, delay={"kind": "exponential", "mean": "1d"}), [0], max_steps=max_steps
        )
        scratch = process.new_scratch(np.zeros(1, np.uint8))
        process.run_chunk(0, 20, scratch, curves=True)
        assert (scratch.time == np.inf).all()
        assert scratch.agenda.size[0] == 0
        scratch.halt[0] = 1
        process.run_chunk(0, 5, scratch, curves=True)
        assert (scratch.time == np.inf).all()
        assert scratch.agenda.size[0] == 0


def with_columns(graph, values):
    """The same network with columns, numbers in order of the ties."""
    src, dst = np.array(pairs(graph), np.int64).reshape(-1, 2).T
    found = Graph.from_edges(src, dst, n_people=graph.n_people, tie_columns=values)
    assert pairs(found) == pairs(graph)
    return found


@pytest.mark.parametrize("n_tellings", [3, 6, 7, 23])
def test_tellings_that_end_with_the_horizon_are_in_time(n_tellings):
    """Three times .1 days is a little more than .3 in binary fractions; a user means the same."""
    path = Graph.from_edges(np.arange(40), np.arange(1, 41))
    model = TimedCascade(share_prob=1.0, delay={"kind": "fixed", "length": "0.1d"}, record_every="0.1d")
    result = simulate(path, model, seed_nodes=[0], n_replicas=2, rng_seed=1, horizon=f"{n_tellings / 10:.1f}d")
    assert result.reach.tolist() == [n_tellings + 1] * 2


@kernel
def set_bounds(world, uniforms, bounds, delays):
    for i in range(uniforms.shape[0]):
        bounds[i] = _delay_at_least(world, uniforms[i], 0)
        delays[i] = _delay(world, uniforms[i], 0)


@settings(max_examples=200)
@given(
    st.sampled_from([FIXED, EXPONENTIAL, WEIBULL, POWER_LAW]),
    st.sampled_from([0.0, 5e-324, 1e-300, 1e-9, 1.0, 1e9]) | st.floats(0.0, 1e6),
    st.floats(0.01, 100.0) | st.just(1.0),
    st.lists(st.floats(0.0, 1.0, exclude_max=True) | st.sampled_from([0.0, 2.0**-53, 1 - 2.0**-53]), min_size=1),
)
def test_no_delay_is_below_what_it_is_said_to_be_at_least(form, scale, power, uniforms):
    """In 53 bits, as uniforms are drawn: with a bound above the delay somebody would be told too late."""
    model = TimedCascade(share_prob=1.0, delay={"kind": "exponential", "mean": "1d"})
    world = model.compile(Graph.from_edges([0], [1]), NO_SETTING).world
    power = min(power, 10.0) if form == POWER_LAW else power  # 1 / exponent
    world = world._replace(form=form, scale=np.array([scale]), power=np.array([power]))
    drawn = np.floor(np.array(uniforms) * 2.0**53) / 2.0**53
    bounds, delays = np.zeros(len(drawn)), np.zeros(len(drawn))
    set_bounds(world, drawn, bounds, delays)
    assert (bounds <= delays).all()
    assert (bounds >= 0.0).all()
