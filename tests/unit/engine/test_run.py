"""Running cases: nothing about how work is divided may change a result."""

import itertools
from threading import Event

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cases
import wom_sim as wom
from cases import ring, same
from kernel_runner import JIT_OFF
from wom_sim.engine.run import run_case
from wom_sim.engine.streams import fresh_rng_seed, purpose_key, replica_keys
from wom_sim.kernels import rng

N_REPLICAS = 60 if JIT_OFF else 1100
"""More than two blocks of 512, where there is time for it."""


def case_of(graph, model, seeds, *, n_replicas=N_REPLICAS):
    return cases.case_of(graph, model, seeds, n_replicas=n_replicas)


@pytest.mark.parametrize("model", [wom.IndependentCascade(share_prob=0.3), wom.LinearThreshold()], ids=lambda m: m.kind)
def test_threads_and_chunks_change_nothing(model):
    case = case_of(ring(), model, [0, 20])
    one = run_case(case, threads=1)
    for threads, chunk in ((1, 1), (2, 7), (3, 16_384), (2, 513)):
        assert same(one, run_case(case, threads=threads, max_chunk=chunk))


def test_the_first_replicas_of_many_are_the_few():
    graph, model = ring(), wom.IndependentCascade(share_prob=0.3)
    many = run_case(case_of(graph, model, [0]), threads=2)
    few = run_case(case_of(graph, model, [0], n_replicas=40), threads=1)
    assert same(few, many.first(40))


def test_going_on_from_finished_replicas_gives_the_uninterrupted_result():
    graph, model = ring(), wom.IndependentCascade(share_prob=0.3)
    whole = run_case(case_of(graph, model, [0]), threads=1)
    part = run_case(case_of(graph, model, [0], n_replicas=17), threads=1)
    assert same(whole, run_case(case_of(graph, model, [0]), threads=2, done=part))


def test_a_request_to_stop_returns_the_first_replicas():
    stop = Event()
    case = case_of(ring(), wom.IndependentCascade(share_prob=0.3), [0])
    seen = []

    def progress(done, total):
        seen.append((done, total))
        stop.set()

    part = run_case(case, threads=2, max_chunk=5, stop=stop, progress=progress)
    assert 0 < part.n_replicas < N_REPLICAS
    assert seen[-1] == (part.n_replicas, N_REPLICAS)
    assert same(part, run_case(case, threads=1).first(part.n_replicas))


@given(st.integers(0, 2**64 - 1), st.integers(0, 2000), st.integers(1, 20))
def test_keys_are_pure_functions_of_seed_and_replica(rng_seed, first, n):
    keys = replica_keys(rng_seed, first, first + n)
    for i in range(n):
        alone = replica_keys(rng_seed, first + i, first + i + 1)
        assert (keys.own[i], keys.block[i], keys.lane[i]) == (alone.own[0], alone.block[0], alone.lane[0])
        assert keys.lane[i] == (first + i) % 512


def test_purposes_and_seeds_have_keys_of_their_own():
    keys = {purpose_key(seed, p) for seed in range(200) for p in (rng.TIE_COIN, rng.LIVE_TIE, rng.SEEDING, rng.NETWORK)}
    assert len(keys) == 800


def test_a_made_seed_is_exact_in_every_reader_of_json():
    seeds = {fresh_rng_seed() for _ in range(100)}
    assert len(seeds) == 100
    assert max(seeds) < 2**53


def test_without_curves_reach_is_the_same():
    graph, model = ring(), wom.IndependentCascade(share_prob=0.3)
    kept = wom.simulate(graph, model, seed_nodes=[0], n_replicas=50, rng_seed=1)
    bare = wom.simulate(graph, model, seed_nodes=[0], n_replicas=50, rng_seed=1, curves=False)
    assert bare.reach.tolist() == kept.reach.tolist()
    with pytest.raises(wom.ResultError, match="kept no curves; run it with curves=True"):
        bare.curve  # noqa: B018


def test_common_luck_makes_reach_monotone_in_every_replica():
    """More seed nodes, or likelier ties, reach a superset; so no replica's reach may fall."""
    graph = ring(60, 3)
    reach = [
        wom.simulate(graph, wom.IndependentCascade(share_prob=p), seed_nodes=s, n_replicas=200, rng_seed=9).reach
        for p, s in ((0.1, [0]), (0.1, [0, 30]), (0.2, [0, 30]), (0.2, [0, 30, 45]))
    ]
    for less, more in itertools.pairwise(reach):
        assert (less <= more).all()
        assert (less < more).any()


def test_a_graph_made_by_hand_with_wrong_arrays_is_refused_not_run():
    graph = ring()
    broken = wom.Graph(graph.indptr, (graph.indices + 1000).astype(np.int32), False, graph.labels)
    with pytest.raises(wom.GraphError, match=r"indices must lie in 0 \.\. 39"):
        wom.simulate(broken, wom.IndependentCascade(share_prob=0.5), seed_nodes=[0], n_replicas=1)


def test_curves_that_turn_out_too_long_are_refused_with_the_numbers():
    """A path at p = 1 has a step a person, far more than the typical cascade planned for."""
    n = 3000 if N_REPLICAS > 1000 else 300
    path = wom.Graph.from_edges(np.arange(n - 1), np.arange(1, n))
    case = case_of(path, wom.IndependentCascade(share_prob=1.0), [0], n_replicas=N_REPLICAS)
    with pytest.raises(
        wom.ResourceError, match=rf"curves are {n:,} steps long on average: {N_REPLICAS:,} replicas would"
    ):
        run_case(case, threads=2, max_memory=200_000)
    assert run_case(case, threads=2, max_memory=200_000, curves=False).reach.tolist() == [n] * N_REPLICAS


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: wom.Graph.from_edges([0], [1], n_people=2.5),
            "n_people must be a whole number, not negative, got 2.5",
        ),
        (lambda: wom.Graph.from_edges([], [], n_people=-1), "n_people must be a whole number, not negative, got -1"),
        (lambda: wom.Graph.from_edges([0], [1], parallel_ties="maxx"), "parallel_ties must be one of 'first', 'max'"),
        (lambda: wom.Graph.from_edges([0], [1], self_loops="raise"), "self_loops must be one of 'drop', 'error'"),
        (lambda: wom.choose_seed_nodes(ring()), "k is missing: how many people shall 'degree' choose?"),
        (lambda: wom.choose_seed_nodes(ring(), k=100), "k: must be from 0 to 40, got 100"),
        (lambda: wom.choose_seed_nodes(ring(), k=2.5), "k: must be a whole number, got 2.5"),
    ],
)
def test_wrong_calls_are_answered_in_the_callers_words(call, said):
    with pytest.raises(wom.WomSimError) as caught:
        call()
    assert str(caught.value).startswith(said)


def test_whole_numbers_of_numpy_are_whole_numbers():
    graph = wom.Graph.from_edges(np.array([0]), np.array([1]), n_people=np.int64(5))
    assert graph.n_people == 5
    assert wom.choose_seed_nodes(graph, k=np.int32(1)).nodes == [0]
    result = wom.simulate(
        graph,
        wom.WeightedCascade(),
        seed_nodes=np.array([0]),
        n_replicas=np.int64(2),
        rng_seed=np.uint64(2**63 + 1),
        max_steps=np.int16(4),
        threads=np.int8(1),
    )
    assert result.reach.tolist() == [2, 2]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"n_replicas": 0}, "n_replicas: must be from 1 to 1,000,000,000, got 0"),
        ({"n_replicas": 2.5}, "n_replicas: must be a whole number, got 2.5"),
        ({"n_replicas": True}, "n_replicas: must be a whole number, got true"),
        ({"rng_seed": -1}, "rng_seed: must be from 0 to 18,446,744,073,709,551,615, got -1"),
        ({"rng_seed": 2**64}, "rng_seed: must be from 0 to"),
        ({"max_steps": -1}, "max_steps: must be from 0 to"),
        ({"threads": 0}, "threads: must be from 1 to"),
        ({"seed_nodes": 0}, "seed_nodes must be a list of labels, got 0; write [0]"),
        ({"seed_nodes": "anna"}, "seed_nodes must be a list of labels, got 'anna'; write ['anna']"),
        ({"seed_nodes": [999]}, "seed_nodes: nobody is called 999 in the network of 40 people"),
        ({"model": "independent_cascade"}, "model must be a model such as IndependentCascade(share_prob=0.1)"),
    ],
)
def test_wrong_arguments_are_said_in_one_line(changes, said):
    arguments = {"model": wom.IndependentCascade(share_prob=0.1), "seed_nodes": [0], "n_replicas": 2, **changes}
    with pytest.raises(wom.ScenarioError) as caught:
        wom.simulate(ring(), arguments.pop("model"), **arguments)
    assert str(caught.value).startswith(said)
