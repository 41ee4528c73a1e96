"""The threshold kernel equals its oracle replica by replica; one adopter needed is reachability."""

import dataclasses
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diffusion_runner import columns, make_process, replicas, small_networks
from kernel_runner import pairs, store
from oracles.live_edge import word
from oracles.threshold import (
    case_key,
    needs,
    needs_by_weight,
    normal_fractions,
    replica_key,
    threshold,
    uniform_fractions,
)
from wom_sim import ExposureResponse, IndependentCascade, simulate
from wom_sim.engine.families import process_of
from wom_sim.engine.process import join_chunks
from wom_sim.engine.streams import purpose_key
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.kernels.diffusion import HALTED
from wom_sim.models.base import Setting
from wom_sim.models.threshold import RandomFraction, Threshold
from wom_sim.scenario.schema import MAX_STEPS
from wom_sim.testing.trials import same

SETTING = Setting(key=partial(purpose_key, 1))

FRACTIONS = st.sampled_from([0.0, 1e-12, 0.1, 0.2, 0.25, 1 / 3, 0.5, 2 / 3, 0.75, 0.999, 1.0])
STEPS = st.sampled_from([0, 1, 2, MAX_STEPS])
SEEDS = st.integers(0, 2**64 - 1)
LAWS = st.sampled_from(
    [
        RandomFraction(distribution="uniform"),
        RandomFraction(distribution="uniform", low=0.25, high=0.75),
        RandomFraction(distribution="normal", mean=0.25, sd=0.122),
        RandomFraction(distribution="normal", mean=0.3, sd=2.0),
        RandomFraction(distribution="normal", mean=-0.1, sd=0.1),
    ]
)


def root(rng_seed):
    """The word from which a seed's purposes are drawn: mix64(rng_seed ^ "wom-1")."""
    return word(((rng_seed ^ 0x776F6D2D31) - 0x9E3779B97F4A7C15) % 2**64, 0)


def heard(graph):
    return [sum(w == v for _, w in pairs(graph)) for v in range(graph.n_people)]


def fractions_of(law, key, n):
    if law.distribution == "uniform":
        return uniform_fractions(key, n, law.low, law.high)
    return normal_fractions(key, n, law.mean, law.sd)


def check(graph, model, seeds, need, *, rng_seed=1, max_steps=MAX_STEPS, weight=None, n_replicas=2):
    """`need`: of a replica, that of each person."""
    found = replicas(graph, model, seeds, n_replicas, rng_seed=rng_seed, max_steps=max_steps)
    for r, replica in enumerate(found):
        expected = threshold(pairs(graph), need(r), seeds, max_steps, weight)
        assert replica.joined == expected.joined
        assert replica.counts == {
            "reach": len(expected.joined),
            "instigators": expected.instigators,
            "unfinished": expected.unfinished,
        }
        assert replica.changes["reach"] == expected.newly
        assert replica.last_step == expected.last_step


@given(small_networks(), FRACTIONS, STEPS)
def test_equals_the_oracle_with_one_fraction_for_all(network, phi, max_steps):
    graph, seeds = network
    need = needs([phi] * graph.n_people, heard(graph))
    check(graph, Threshold(fraction=phi), seeds, lambda r: need, max_steps=max_steps)


@given(small_networks(), st.data(), STEPS, st.booleans())
def test_equals_the_oracle_with_columns_of_people(network, data, max_steps, by_count):
    graph, seeds = network
    numbers = st.sampled_from([0, 1, 2, 3, 2**31 - 1]) if by_count else FRACTIONS
    column = data.draw(st.lists(numbers, min_size=graph.n_people, max_size=graph.n_people))
    graph = dataclasses.replace(graph, people_columns={"theta": np.array(column)})
    model = Threshold(count="theta") if by_count else Threshold(fraction="theta")
    need = column if by_count else needs(column, heard(graph))
    check(graph, model, seeds, lambda r: need, max_steps=max_steps)


@given(small_networks(), LAWS, SEEDS, STEPS)
def test_equals_the_oracle_with_fractions_drawn_in_each_replica(network, law, rng_seed, max_steps):
    graph, seeds = network
    n, k = graph.n_people, heard(graph)

    def need(r):
        return needs(fractions_of(law, replica_key(root(rng_seed), r), n), k)

    check(graph, Threshold(random_fraction=law), seeds, need, rng_seed=rng_seed, max_steps=max_steps)


@settings(max_examples=30)
@given(small_networks(), LAWS, SEEDS)
def test_fractions_drawn_once_are_the_same_in_all_replicas(network, law, rng_seed):
    graph, seeds = network
    law = law.model_copy(update={"drawn": "case"})
    need = needs(fractions_of(law, case_key(root(rng_seed)), graph.n_people), heard(graph))
    expected = threshold(pairs(graph), need, seeds, MAX_STEPS)
    found = simulate(graph, Threshold(random_fraction=law), seed_nodes=seeds, n_replicas=3, rng_seed=rng_seed)
    assert found.reach.tolist() == [len(expected.joined)] * 3


@given(small_networks(), st.data(), SEEDS, STEPS)
def test_equals_the_oracle_with_weights_and_counted_ties(network, data, rng_seed, max_steps):
    graph, seeds = network
    m = len(graph.indices)
    weight = data.draw(st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.3, 1.0, 1e300]), min_size=m, max_size=m))
    counts = data.draw(st.none() | st.lists(st.integers(1, 4), min_size=m, max_size=m))
    phi = data.draw(FRACTIONS | LAWS)
    named = data.draw(st.booleans())
    graph = dataclasses.replace(
        graph,
        tie_columns={"w": np.array(weight)},
        tie_counts=None if counts is None else np.array(counts, np.int32),
    )
    shares = [int(10 * w) if named else 1 for w in weight]
    if counts is not None:
        shares = [w * c for w, c in zip(shares, counts, strict=True)]
    total = [
        sum(w for w, (_, v) in zip(shares, pairs(graph), strict=True) if v == person)
        for person in range(graph.n_people)
    ]

    def need(r):
        n = graph.n_people
        drawn = isinstance(phi, RandomFraction)
        fractions = fractions_of(phi, replica_key(root(rng_seed), r), n) if drawn else [phi] * n
        return (needs_by_weight if named else needs)(fractions, total)

    key = "random_fraction" if isinstance(phi, RandomFraction) else "fraction"
    model = Threshold(**{key: phi}, weight="w" if named else None)
    check(graph, model, seeds, need, rng_seed=rng_seed, max_steps=max_steps, weight=shares)


@settings(max_examples=60)
@given(st.integers(1, 7), st.data(), SEEDS, STEPS)
def test_complete_mixing_equals_the_stored_network(n, data, rng_seed, max_steps):
    column = data.draw(st.lists(st.integers(0, n), min_size=n, max_size=n))
    seeds = data.draw(st.lists(st.integers(0, n - 1), unique=True, max_size=2))
    graphs = [
        dataclasses.replace(graph, people_columns={"theta": np.array(column)})
        for graph in (complete_graph(n), store(n, [(u, v) for u in range(n) for v in range(n) if u != v]))
    ]
    for model in (Threshold(count="theta"), Threshold(fraction=0.4), Threshold(random_fraction=data.draw(LAWS))):
        crowd, network = (replicas(graph, model, seeds, 3, rng_seed=rng_seed, max_steps=max_steps) for graph in graphs)
        assert crowd == network


@settings(max_examples=30)
@given(small_networks(max_people=12), SEEDS)
def test_one_adopter_is_enough_for_whoever_can_be_reached(network, rng_seed):
    graph, seeds = network
    options = {"seed_nodes": seeds, "n_replicas": 2, "rng_seed": rng_seed}
    found = simulate(graph, Threshold(count=1), **options)
    certain = simulate(graph, IndependentCascade(share_prob=1.0), **options)
    np.testing.assert_array_equal(found.curve, certain.curve)


@settings(max_examples=40)
@given(small_networks(max_people=12), st.integers(1, 4))
def test_a_number_of_people_is_a_response_of_zeros_and_then_one(network, needed):
    graph, seeds = network
    response = ExposureResponse(adoption_prob=[0.0] * (needed - 1) + [1.0])
    by_count, by_exposure = replicas(graph, Threshold(count=needed), seeds, 1), replicas(graph, response, seeds, 1)
    assert sorted(v for v, _ in by_count[0].joined) == sorted(v for v, _ in by_exposure[0].joined)


def test_a_fifth_of_five_is_one():
    """phi k in binary fractions is a little above 1."""
    star = store(6, [(u, 5) for u in range(5)])
    assert columns(star, Threshold(fraction=0.2), [0], 1)["reach"].tolist() == [2]
    assert columns(star, Threshold(fraction=0.2000001), [0], 1)["reach"].tolist() == [1]


def test_people_who_listen_to_nobody_adopt_at_fraction_0_only():
    lonely = Graph.from_edges([], [], n_people=3)
    assert columns(lonely, Threshold(fraction=0.0), [1], 1)["reach"].tolist() == [3]
    assert columns(lonely, Threshold(fraction=1e-300), [1], 1)["reach"].tolist() == [1]
    assert columns(complete_graph(1), Threshold(fraction=0.5), [], 1)["reach"].tolist() == [0]


@pytest.mark.parametrize(
    "graph", [complete_graph(5), store(5, [(0, 1), (1, 2), (2, 3), (3, 4)])], ids=["crowd", "path"]
)
def test_a_halted_replica_leaves_the_memory_as_it_was(graph):
    process = make_process(graph, Threshold(count=1), [0])
    scratch, fresh = (process.new_scratch(np.zeros(1, np.uint8)) for _ in range(2))
    scratch.halt[0] = 1
    assert process.run_chunk(0, 1, scratch, curves=False).stop.tolist() == [HALTED]
    for name in ("missing", "first"):
        np.testing.assert_array_equal(getattr(scratch, name), getattr(fresh, name))


def crowd_of(rng_seed, n=120, n_ties=700):
    """So many that needs are drawn one by one at first, and of all others at once in the middle of a replica."""
    rng = np.random.default_rng(rng_seed)
    graph = Graph.from_edges(*rng.integers(0, n, (2, n_ties)), n_people=n, parallel_ties="first")
    return graph, rng.permutation(n)[:3].tolist()


@pytest.mark.parametrize("max_steps", [0, 1, 3, MAX_STEPS])
@pytest.mark.parametrize(
    "law",
    [
        RandomFraction(distribution="uniform"),
        RandomFraction(distribution="uniform", high=0.4),
        RandomFraction(distribution="normal", mean=0.3, sd=0.1),
    ],
    ids=["uniform", "up to .4", "normal"],
)
def test_crowds_with_drawn_needs_equal_the_oracle(law, max_steps):
    graph, seeds = crowd_of(3)
    k = heard(graph)

    def need(r):
        return needs(fractions_of(law, replica_key(root(1), r), graph.n_people), k)

    check(graph, Threshold(random_fraction=law), seeds, need, max_steps=max_steps, n_replicas=8)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_crowds_with_one_need_equal_the_oracle(count):
    graph, seeds = crowd_of(4)
    check(graph, Threshold(count=count), seeds, lambda r: [count] * graph.n_people)


def test_crowds_whose_ties_weigh_equal_the_oracle():
    graph, seeds = crowd_of(5)
    weight = np.random.default_rng(6).integers(0, 4, graph.n_ties)
    graph = dataclasses.replace(graph, tie_columns={"w": weight.astype(np.float64)})
    total = np.bincount(graph.indices, weight, minlength=graph.n_people).astype(int).tolist()
    law = RandomFraction(distribution="uniform", high=0.6)

    def need(r):
        return needs_by_weight(fractions_of(law, replica_key(root(1), r), graph.n_people), total)

    model = Threshold(random_fraction=law, weight="w")
    check(graph, model, seeds, need, weight=weight.tolist(), n_replicas=6)


@pytest.mark.parametrize("max_steps", [0, 2, MAX_STEPS])
@pytest.mark.parametrize("graph", [crowd_of(7)[0], complete_graph(60)], ids=["network", "mixing"])
@pytest.mark.parametrize(
    "model",
    [
        Threshold(count=2),
        Threshold(fraction=0.02),
        Threshold(random_fraction={"distribution": "normal", "mean": 0.2, "sd": 0.2, "drawn": "case"}),
        Threshold(random_fraction={"distribution": "normal", "mean": 0.2, "sd": 0.2}),
    ],
    ids=["count", "fraction", "once", "drawn"],
)
def test_replicas_of_a_chunk_are_those_run_alone(model, graph, max_steps):
    def ran(first, last):
        process = process_of(
            model.compile(graph, SETTING),
            model,
            SETTING,
            seed_nodes=np.array([3, 1], np.int32),
            rng_seed=1,
            max_steps=max_steps,
        )
        return process.run_chunk(first, last, process.new_scratch(np.zeros(1, np.uint8)), curves=True)

    together, alone = ran(0, 4), join_chunks([ran(r, r + 1) for r in range(4)])
    assert same(together, alone)
    assert together.ties == alone.ties
