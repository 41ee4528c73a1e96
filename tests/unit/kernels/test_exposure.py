"""The exposure kernel equals its oracle replica by replica; constant chances are the independent cascade."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from diffusion_runner import columns, replicas, small_networks
from kernel_runner import pairs
from oracles.exposure import exposure_response
from oracles.live_edge import word
from wom_sim import ExposureResponse, IndependentCascade, simulate
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.scenario.schema import MAX_STEPS

CHANCES = st.lists(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), min_size=1, max_size=4)


def root(rng_seed):
    """The word from which a seed's purposes are drawn: mix64(rng_seed ^ "wom-1")."""
    return word(((rng_seed ^ 0x776F6D2D31) - 0x9E3779B97F4A7C15) % 2**64, 0)


@settings(max_examples=150)
@given(small_networks(), CHANCES, st.integers(0, 2**64 - 1), st.sampled_from([0, 1, 2, MAX_STEPS]))
def test_equals_the_oracle(network, chances, rng_seed, max_steps):
    graph, seeds = network
    found = replicas(graph, ExposureResponse(adoption_prob=chances), seeds, 3, rng_seed=rng_seed, max_steps=max_steps)
    for r, replica in enumerate(found):
        expected = exposure_response(graph.n_people, pairs(graph), chances, seeds, root(rng_seed), r, max_steps)
        assert replica.joined == expected.joined
        assert replica.counts == {
            "reach": len(expected.joined),
            "exposed": expected.exposed,
            "unfinished": expected.unfinished,
        }
        assert replica.changes["reach"] == expected.newly
        assert replica.last_step == expected.last_step


@settings(max_examples=30)
@given(st.integers(1, 6), CHANCES, st.integers(0, 100))
def test_complete_mixing_equals_the_stored_network(n, chances, rng_seed):
    pairs_of_all = [(u, v) for u in range(n) for v in range(n) if u != v]
    src, dst = np.array(pairs_of_all, np.int64).reshape(-1, 2).T
    stored = Graph.from_edges(src, dst, n_people=n)
    model = ExposureResponse(adoption_prob=chances)
    assert replicas(complete_graph(n), model, [0], 3, rng_seed=rng_seed) == replicas(
        stored, model, [0], 3, rng_seed=rng_seed
    )


@settings(max_examples=30)
@given(small_networks(max_people=12), st.sampled_from([0.0, 0.2, 0.7, 1.0]), st.integers(0, 2**64 - 1))
def test_a_constant_list_is_the_independent_cascade_replica_by_replica(network, chance, rng_seed):
    graph, seeds = network
    options = {"seed_nodes": seeds, "n_replicas": 20, "rng_seed": rng_seed}
    cascade = simulate(graph, IndependentCascade(share_prob=chance), **options)
    found = simulate(graph, ExposureResponse(adoption_prob=[chance]), **options)
    np.testing.assert_array_equal(found.reach, cascade.reach)
    np.testing.assert_array_equal(found.curve, cascade.curve)


@settings(max_examples=60)
@given(small_networks(max_people=12), st.integers(1, 4))
def test_zeros_then_one_is_a_count_threshold(network, needed):
    graph, seeds = network
    chances = [0.0] * (needed - 1) + [1.0]
    adopters = set(seeds)
    while True:  # in waves, whoever has enough adopters among those who reach them
        joined = [v for v in range(graph.n_people) if v not in adopters and heard_by(graph, adopters, v) >= needed]
        if not joined:
            break
        adopters.update(joined)
    found = columns(graph, ExposureResponse(adoption_prob=chances), seeds, 2)
    assert found["reach"].tolist() == [len(adopters)] * 2


def heard_by(graph, adopters, v):
    return sum(u in adopters and w == v for u, w in pairs(graph))
