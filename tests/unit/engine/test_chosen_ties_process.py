"""Linear threshold as a process: the form that runs changes nothing, arrays that do not fit are refused."""

import numpy as np
import pytest

import wom_sim as wom
from cases import case_of, ring
from networks import NO_SETTING
from wom_sim.engine.chosen_ties import check_chosen_ties
from wom_sim.engine.run import run_case
from wom_sim.engine.trees import who_followed_whom
from wom_sim.graph.csr import complete_graph
from wom_sim.kernels import chosen_ties

RNG = np.random.default_rng(4)
WIDE = wom.Graph.from_edges(RNG.integers(0, 400, 1600), RNG.integers(0, 400, 1600), directed=False)


def process_of(graph, seeds, **options):
    return case_of(graph, wom.LinearThreshold(), seeds, n_replicas=60, **options).process


def no_form(*_):
    raise AssertionError("this form was not to run")


def run(process, n=60):
    scratch = process.new_scratch(np.zeros(1, np.uint8))
    parts = [process.run_chunk(r, r + 20, scratch, curves=True) for r in range(0, n, 20)]
    joined = [np.concatenate([getattr(part, name) for part in parts]) for name in ("last_step", "stop")]
    curves = np.concatenate([part.newly["reach"] for part in parts])
    return [*joined, np.concatenate([part.counts["reach"] for part in parts]), curves], sum(part.ties for part in parts)


@pytest.mark.parametrize("seeds", [[0], list(range(0, 400, 20))])
@pytest.mark.parametrize("max_steps", [0, 2, None])
def test_the_form_changes_nothing(monkeypatch, seeds, max_steps):
    backward, forward = (process_of(WIDE, seeds, max_steps=max_steps) for _ in range(2))
    monkeypatch.setattr(backward, "_few_ties", lambda: False)
    monkeypatch.setattr(forward, "_few_ties", lambda: True)
    (left, left_ties), (right, right_ties) = run(backward), run(forward)
    assert left_ties == right_ties
    for a, b in zip(left, right, strict=True):
        np.testing.assert_array_equal(a, b)
    assert list(who_followed_whom(backward, 7)) == list(who_followed_whom(forward, 7))


def test_where_few_are_reached_ties_are_followed_from_the_second_chunk_on(monkeypatch):
    small = process_of(WIDE, [0], max_steps=2)
    scratch = small.new_scratch(np.zeros(1, np.uint8))
    small.run_chunk(0, 1, scratch, curves=False)
    monkeypatch.setattr(chosen_ties, "spread_backward", no_form)
    small.run_chunk(1, 40, scratch, curves=False)


def test_where_many_are_reached_everybody_chooses(monkeypatch):
    large = process_of(WIDE, list(range(0, 400, 20)))
    monkeypatch.setattr(chosen_ties, "spread_forward", no_form)
    run(large)


def test_cascades_longer_than_the_curve_buffer_are_whole():
    n = 137
    path = wom.Graph.from_edges(np.arange(n - 1), np.arange(1, n))
    result = run_case(case_of(path, wom.LinearThreshold(), [0], n_replicas=3), threads=1)
    assert result.last_step.tolist() == [n - 1] * 3
    assert result.newly["reach"].tolist() == [1] * (3 * n)


def test_a_halted_chunk_gives_no_curves():
    process = process_of(ring(), [0])
    for _ in range(2):  # backward, then forward
        chunk = process.run_chunk(0, 3, process.new_scratch(np.ones(1, np.uint8)), curves=True)
        assert chunk.newly == {}
        assert chunk.ties == 0


@pytest.mark.parametrize("name", ["indptr", "indices", "in_indptr", "sources", "end", "n_people"])
def test_refuses_arrays_that_do_not_fit(name):
    ties = wom.LinearThreshold().compile(ring(), NO_SETTING).arrays
    falling = ties.in_indptr.copy()
    falling[3] = falling[5]
    broken = {
        "indptr": [ties.indptr[:-1], ties.indptr + 1],
        "indices": [(ties.indices + 1).astype(np.int32), ties.indices.astype(np.int64)],
        "in_indptr": [ties.in_indptr[:-1], falling, ties.in_indptr.astype(np.int32)],
        "sources": [ties.sources - np.int32(1), ties.sources.astype(np.int64), ties.sources[::-1]],
        "end": [np.zeros(3, np.uint64), np.zeros(len(ties.sources)), np.zeros((1, len(ties.sources)), np.uint64)],
        "n_people": [0],
    }
    for wrong in broken[name]:
        with pytest.raises(wom.GraphError, match=f"^{name} must "):
            check_chosen_ties(ties._replace(**{name: wrong}))
    check_chosen_ties(ties)


def test_as_many_sources_as_listeners():
    ties = wom.LinearThreshold().compile(ring(), NO_SETTING).arrays
    fewer = ties._replace(in_indptr=np.minimum(ties.in_indptr, len(ties.sources) - 1), sources=ties.sources[:-1])
    with pytest.raises(wom.GraphError, match=r"^sources must have 160 entries, got 159"):
        check_chosen_ties(fewer)


@pytest.mark.parametrize("max_steps", [0, 1, 2, None])
def test_stop_codes_of_replicas_read_back_are_the_kernels(max_steps):
    case = case_of(ring(), wom.LinearThreshold(), [0], n_replicas=60, max_steps=max_steps)
    results = run_case(case, threads=1)
    assert case.process.stops_of(results.last_step, results.counts).tolist() == results.stop.tolist()


def test_the_longest_time_does_not_grow_with_ties():
    stored, everyone = process_of(ring(40, 2), [0]), process_of(complete_graph(40), [0])
    assert stored.seconds_at_most(10, 2) == pytest.approx(10 * 40 / (20e6 * 2))
    assert everyone.seconds_at_most(10, 2) == stored.seconds_at_most(10, 2)
    assert stored.memory_bytes(10, 2, curves=True) > stored.memory_bytes(10, 1, curves=True)


def test_a_second_run_on_the_same_network_sorts_nothing_again(monkeypatch):
    graph = wom.Graph.from_edges([0, 1, 2], [1, 2, 0], tie_columns={"w": [1.0, 0.5, 0.25]})
    model = wom.LinearThreshold(weight="w")
    first = wom.simulate(graph, model, seed_nodes=[0], n_replicas=20, rng_seed=1)
    for name in ("set_sources", "set_numbers"):
        monkeypatch.setattr(f"wom_sim.kernels.in_ties.{name}", no_form)
    again = wom.simulate(graph, model, seed_nodes=[0], n_replicas=20, rng_seed=1)
    assert again.reach.tolist() == first.reach.tolist()
