"""Bounded confidence: the kernel equals its oracle; the mean is kept; nobody is left who would still move."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diffusion_runner import columns, make_process, replicas, small_networks
from kernel_runner import pairs, store
from oracles.deffuant import Rules, changes, deffuant
from oracles.live_edge import word
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.kernels.diffusion import HALTED
from wom_sim.models.deffuant import Deffuant

DIFFUSION = 7

RULES = st.builds(
    Rules,
    confidence=st.sampled_from([0.05, 0.2, 0.5, 1.0]),
    convergence=st.sampled_from([0.1, 0.3, 0.5]),
    seed_opinion=st.sampled_from([0.0, 0.45, 1.0]),
    tolerance=st.sampled_from([1e-6, 0.001, 0.0125]),
    major_share=st.sampled_from([0.0, 0.01, 0.4, 1.0]),
)
MAX_STEPS = st.sampled_from([0, 1, 5, 200])
SEEDS = st.integers(0, 2**64 - 1)


def replica_key(rng_seed, replica):
    """The own key of a replica: mix64(rng_seed ^ "wom-1"), then the purpose, then the replica."""
    root = word(((rng_seed ^ 0x776F6D2D31) - 0x9E3779B97F4A7C15) % 2**64, 0)
    return word(word(root, DIFFUSION), replica)


def same(found, expected, rules):
    n, sizes = len(expected.opinion), expected.sizes
    assert found.changes == {
        "largest_cluster": changes([max(now) for now in sizes]),
        "clusters": changes([len(now) for now in sizes]),
    }
    assert found.last_step == expected.last_step
    counts = dict(found.counts)
    assert counts.pop("mean_opinion") == pytest.approx(np.mean(expected.opinion), abs=1e-12)
    assert counts.pop("spread") == pytest.approx(np.std(expected.opinion), abs=1e-12)
    assert counts == {
        "largest_cluster": max(sizes[-1]),
        "clusters": len(sizes[-1]),
        "major_clusters": sum(size >= rules.major_share * n for size in sizes[-1]),
        "largest_share": max(sizes[-1]) / n,
        "unfinished": expected.unfinished,
    }
    assert counts["largest_share"] <= 1
    assert np.mean(expected.opinion) == pytest.approx(np.mean(expected.start), abs=1e-9)


@settings(max_examples=120)
@given(small_networks(), RULES, SEEDS, MAX_STEPS)
def test_equals_the_oracle(network, rules, rng_seed, max_steps):
    graph, seeds = network
    found = replicas(graph, Deffuant(**rules._asdict()), seeds, 3, rng_seed=rng_seed, max_steps=max_steps)
    for r, replica in enumerate(found):
        key = replica_key(rng_seed, r)
        same(replica, deffuant(graph.n_people, pairs(graph), rules, seeds, key, max_steps=max_steps), rules)


@settings(max_examples=60)
@given(st.integers(1, 8), RULES, SEEDS, MAX_STEPS)
def test_complete_mixing_equals_the_oracle_and_stored_ties(n, rules, rng_seed, max_steps):
    graph, model = complete_graph(n), Deffuant(**rules._asdict())
    found = replicas(graph, model, [0], 2, rng_seed=rng_seed, max_steps=max_steps)
    for r, replica in enumerate(found):
        same(replica, deffuant(n, pairs(graph), rules, [0], replica_key(rng_seed, r), max_steps=max_steps), rules)
    assert found == replicas(store(n, pairs(graph)), model, [0], 2, rng_seed=rng_seed, max_steps=max_steps)


@settings(max_examples=40)
@given(small_networks(), RULES, SEEDS)
def test_a_column_gives_the_start(network, rules, rng_seed):
    graph, seeds = network
    start = np.linspace(0.0, 1.0, graph.n_people) ** 2
    named = Graph(
        graph.indptr,
        graph.indices,
        directed=graph.directed,
        labels=graph.labels,
        people_columns={"view": start},
    )
    (found,) = replicas(named, Deffuant(**rules._asdict(), opinion="view"), seeds, 1, rng_seed=rng_seed, max_steps=20)
    key = replica_key(rng_seed, 0)
    options = {"max_steps": 20, "column": start.tolist()}
    same(found, deffuant(graph.n_people, pairs(graph), rules, seeds, key, **options), rules)


@settings(max_examples=40)
@given(small_networks(max_people=12), RULES, SEEDS)
def test_at_the_end_all_who_are_tied_have_met_or_do_not_listen(network, rules, rng_seed):
    graph, seeds = network
    process = make_process(graph, Deffuant(**rules._asdict()), seeds, rng_seed=rng_seed, max_steps=10**6)
    scratch = process.new_scratch(np.zeros(1, np.uint8))
    assert not process.run_chunk(0, 1, scratch, curves=True).counts["unfinished"].any()
    for u, v in pairs(graph):
        distance = abs(scratch.opinion[u] - scratch.opinion[v])
        assert distance <= rules.tolerance or distance >= rules.confidence


@settings(max_examples=30)
@given(st.integers(2, 60), RULES, SEEDS)
def test_at_the_end_of_complete_mixing_clusters_leave_no_doubt(n, rules, rng_seed):
    process = make_process(complete_graph(n), Deffuant(**rules._asdict()), [], rng_seed=rng_seed, max_steps=10**6)
    scratch = process.new_scratch(np.zeros(1, np.uint8))
    counts = process.run_chunk(0, 1, scratch, curves=True).counts
    gaps = np.diff(np.sort(scratch.opinion))
    assert not counts["unfinished"].any()
    assert ((gaps <= rules.tolerance) | (gaps >= rules.confidence)).all()
    assert counts["clusters"][0] == 1 + (gaps >= rules.confidence).sum()


@pytest.mark.parametrize("convergence", [0.1, 0.25, 0.5])
def test_two_people_meet_in_the_middle_in_as_many_steps_as_it_takes(convergence):
    """Each of two meetings a step leaves 1 - 2 m of the distance, down to the tolerance."""
    opinion, tolerance, steps = 0.9, 0.001, 0
    while opinion > tolerance:
        opinion *= (1 - 2 * convergence) ** 2
        steps += 1
    pair = Graph.from_edges([0], [1], n_people=2)
    pair = Graph(
        pair.indptr, pair.indices, directed=True, labels=pair.labels, people_columns={"x": np.array([0.0, 0.9])}
    )
    near, far = (Deffuant(confidence=d, convergence=convergence, opinion="x") for d in (0.95, 0.85))
    for model, clusters, last_step in ((near, 1, steps), (far, 2, 0)):
        found = columns(pair, model, [], 3)
        assert found["clusters"].tolist() == [clusters] * 3
        assert found["last_step"].tolist() == [last_step] * 3
        assert found["mean_opinion"].tolist() == pytest.approx([0.45] * 3, abs=1e-15)


def test_counted_parallel_ties_meet_as_often_as_counted():
    """1 is tied to 0 nine times and to 2 once, who hold 0 and 1: after one meeting 0 has moved 9 times of 10.

    In step 1 there are three meetings; whom 1 meets first says which way it goes. Tolerance 4 sqrt(p (1 - p) / R).
    """
    counted = Graph.from_edges([0] * 9 + [1], [1] * 9 + [2], directed=False, parallel_ties="count")
    counted = Graph(
        counted.indptr,
        counted.indices,
        directed=False,
        labels=counted.labels,
        tie_counts=counted.tie_counts,
        people_columns={"x": np.array([0.0, 0.5, 1.0])},
    )
    model = Deffuant(confidence=0.6, opinion="x")  # after the first meeting the third person is out of reach
    found = replicas(counted, model, [], 2000)
    low = np.array([replica.counts["largest_cluster"] == 2 for replica in found])
    assert low.all()
    process = make_process(counted, model, [])
    scratch, met = process.new_scratch(np.zeros(1, np.uint8)), []
    for r in range(2000):
        process.run_chunk(r, r + 1, scratch, curves=False)
        met.append(scratch.opinion[2] == 1.0)
    assert abs(np.mean(met) - 0.9) < 4 * np.sqrt(0.09 / 2000)


def test_a_halted_replica_says_so_and_leaves_no_trace():
    process = make_process(complete_graph(50), Deffuant(confidence=0.2), [0])
    halt = np.zeros(1, np.uint8)
    scratch = process.new_scratch(halt)
    before = process.run_chunk(0, 3, scratch, curves=True)
    halt[0] = 1
    assert (process.run_chunk(0, 3, scratch, curves=True).stop == HALTED).all()
    halt[0] = 0
    after = process.run_chunk(0, 3, scratch, curves=True)
    assert (before.newly["clusters"] == after.newly["clusters"]).all()
    assert (before.counts["spread"] == after.counts["spread"]).all()
