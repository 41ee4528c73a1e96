"""The kernel of negative opinions equals its oracle replica by replica, and its reach is the independent cascade's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diffusion_runner import columns, make_process, replicas, small_networks
from kernel_runner import pairs
from oracles.negative_opinion import negative_opinion, root
from wom_sim import IndependentCascade, simulate
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.models.negative_opinion import NegativeOpinion
from wom_sim.scenario.schema import MAX_STEPS

CHANCES = st.sampled_from([0.0, 0.2, 0.6, 0.9, 1.0])
RNG_SEEDS = st.integers(0, 2**64 - 1)


def check_equal(found, expected, quality):
    """Hold one replica against the oracle's; within a step the order of people is not part of the definition."""
    people = [v for wave in expected.waves for v in wave]
    begin = 0
    for wave in expected.waves:
        assert dict(found.joined[begin : begin + len(wave)]) == wave
        begin += len(wave)
    mean = sum(len(wave) * quality ** (step + 1) for step, wave in enumerate(expected.waves))
    counts = {
        "reach": len(people),
        "positive": len(expected.likes),
        "negative": len(people) - len(expected.likes),
        "expected_positive": pytest.approx(mean, rel=1e-12),
        "unfinished": expected.unfinished,
    }
    assert found.counts == counts
    liked = [len(expected.likes.intersection(wave)) for wave in expected.waves]
    newly = [len(wave) for wave in expected.waves]
    assert found.changes == {
        "reach": newly,
        "positive": liked,
        "negative": [n - n_liked for n, n_liked in zip(newly, liked, strict=True)],
    }
    assert found.last_step == len(newly) - 1


@settings(max_examples=150)
@given(small_networks(), CHANCES, CHANCES, RNG_SEEDS, st.sampled_from([0, 1, 2, MAX_STEPS]))
def test_equals_the_oracle(network, share_prob, quality, rng_seed, max_steps):
    graph, seeds = network
    model = NegativeOpinion(share_prob=share_prob, quality=quality)
    ties = pairs(graph)
    for r, replica in enumerate(replicas(graph, model, seeds, 3, rng_seed=rng_seed, max_steps=max_steps)):
        chances = [share_prob] * len(ties)
        expected = negative_opinion(graph.n_people, ties, chances, quality, seeds, root(rng_seed), r, max_steps)
        check_equal(replica, expected, quality)


@settings(max_examples=20)
@given(RNG_SEEDS, st.data())
def test_equals_the_oracle_with_chances_of_ties_and_far_lanes(rng_seed, data):
    ties = [(u, v) for u in range(5) for v in range(5) if u != v]
    chances = data.draw(st.lists(CHANCES, min_size=20, max_size=20))
    src, dst = np.array(ties).T
    graph = Graph.from_edges(src, dst, tie_columns={"p": chances})
    first = data.draw(st.sampled_from([0, 510, 5000]))
    model = NegativeOpinion(share_prob="p", quality=0.8)
    for r, replica in enumerate(replicas(graph, model, [3, 1], 3, rng_seed=rng_seed, first=first), first):
        expected = negative_opinion(5, ties, chances, 0.8, [3, 1], root(rng_seed), r, MAX_STEPS)
        check_equal(replica, expected, 0.8)


@settings(max_examples=30)
@given(st.integers(1, 6), CHANCES, RNG_SEEDS)
def test_complete_mixing_equals_the_stored_network(n, share_prob, rng_seed):
    src, dst = np.array([(u, v) for u in range(n) for v in range(n) if u != v], np.int64).reshape(-1, 2).T
    stored = Graph.from_edges(src, dst, n_people=n)
    model = NegativeOpinion(share_prob=share_prob, quality=0.7)
    mixing = replicas(complete_graph(n), model, [0], 3, rng_seed=rng_seed)
    assert mixing == replicas(stored, model, [0], 3, rng_seed=rng_seed)


@settings(max_examples=30)
@given(small_networks(max_people=12), CHANCES, CHANCES, RNG_SEEDS, st.sampled_from([0, 1, 2, MAX_STEPS]))
def test_reach_is_the_independent_cascade_replica_by_replica(network, share_prob, quality, rng_seed, max_steps):
    graph, seeds = network
    options = {"seed_nodes": seeds, "n_replicas": 20, "rng_seed": rng_seed, "max_steps": max_steps}
    cascade = simulate(graph, IndependentCascade(share_prob=share_prob), **options)
    found = simulate(graph, NegativeOpinion(share_prob=share_prob, quality=quality), **options)
    np.testing.assert_array_equal(found.reach, cascade.reach)
    np.testing.assert_array_equal(found.curve, cascade.curve)
    np.testing.assert_array_equal(found.counts["unfinished"], cascade.stop)
    np.testing.assert_array_equal(found.counts["positive"] + found.counts["negative"], cascade.reach)


@settings(max_examples=20)
@given(small_networks(max_people=12), CHANCES, RNG_SEEDS)
def test_perfect_quality_pleases_everybody_reached_and_none_nobody(network, share_prob, rng_seed):
    graph, seeds = network
    best, worst = (
        columns(graph, NegativeOpinion(share_prob=share_prob, quality=quality), seeds, 20, rng_seed=rng_seed)
        for quality in (1.0, 0.0)
    )
    assert best["negative"].tolist() == worst["positive"].tolist() == [0] * 20
    assert best["expected_positive"].tolist() == best["reach"].tolist() == worst["negative"].tolist()


@settings(max_examples=20)
@given(small_networks(max_people=12), RNG_SEEDS)
def test_better_quality_never_displeases_anybody(network, rng_seed):
    graph, seeds = network
    positive = [
        columns(graph, NegativeOpinion(share_prob=0.5, quality=quality), seeds, 20, rng_seed=rng_seed)["positive"]
        for quality in (0.0, 0.3, 0.6, 0.9, 1.0)
    ]
    assert (np.diff(positive, axis=0) >= 0).all()


def test_parallel_ties_share_more_often_as_in_the_cascade():
    graph = Graph.from_edges([0, 0, 0, 1], [1, 1, 2, 2], parallel_ties="count")
    options = {"seed_nodes": [0], "n_replicas": 200, "rng_seed": 3}
    found = simulate(graph, NegativeOpinion(share_prob=0.4, quality=0.5), **options)
    np.testing.assert_array_equal(found.reach, simulate(graph, IndependentCascade(share_prob=0.4), **options).reach)


def test_a_halted_replica_leaves_its_memory_clean():
    process = make_process(complete_graph(30), NegativeOpinion(share_prob=0.2, quality=0.5), [0])
    scratch = process.new_scratch(np.ones(1, np.uint8))
    assert process.run_chunk(0, 3, scratch, curves=True).stop.tolist() == [2] * 3
    assert not scratch.opinion.any()
