"""Cascades as a process: curves of any length, chunks that stay small, arrays that are refused."""

import numpy as np
import pytest

import wom_sim as wom
from cases import case_of, ring
from networks import NO_SETTING
from wom_sim.engine import limits, live_edge
from wom_sim.engine.cascade import FIRST_WIDTH
from wom_sim.engine.forms import ALONE
from wom_sim.engine.gateway import check_seed_nodes
from wom_sim.engine.live_edge import BLOCK, TIES_A_SECOND, WORD, check_ties
from wom_sim.engine.run import run_case
from wom_sim.graph.csr import complete_graph


def path_of(n):
    return wom.Graph.from_edges(np.arange(n - 1), np.arange(1, n))


def test_cascades_longer_than_the_curve_buffer_are_whole():
    """A directed path at p = 1 reaches one person a step, far more steps than `FIRST_WIDTH`."""
    n = FIRST_WIDTH * 2 + 9
    path = path_of(n)
    result = run_case(case_of(path, wom.IndependentCascade(share_prob=1.0), [0], n_replicas=3), threads=1)
    assert result.last_step.tolist() == [n - 1] * 3
    assert result.newly["reach"].tolist() == [1] * (3 * n)
    mixed = run_case(case_of(path, wom.IndependentCascade(share_prob=0.98), [0], n_replicas=50), threads=1)
    assert (mixed.last_step >= FIRST_WIDTH).any()
    assert (mixed.last_step < FIRST_WIDTH).any()
    assert mixed.newly["reach"].sum() == mixed.reach.sum()
    assert (mixed.reach == mixed.last_step + 1).all()


@pytest.mark.parametrize("name", ["indptr", "indices", "threshold", "code", "per_tie", "n_people"])
def test_refuses_arrays_that_do_not_fit(name):
    ties = wom.IndependentCascade(share_prob=0.5).compile(ring(), NO_SETTING).arrays
    broken = {
        "indptr": ties.indptr[:-1],
        "indices": (ties.indices + 1).astype(np.int32),
        "threshold": np.zeros(3, np.int64),
        "code": ties.code + np.uint16(1),
        "per_tie": 2,
        "n_people": 0,
    }
    wrong = ties._replace(**{name: broken[name]})
    with pytest.raises(wom.GraphError, match=f"^{name} must "):
        check_ties(wrong)
    check_ties(ties)


def test_refuses_seed_nodes_out_of_range_or_repeated():
    for nodes in ([5], [-1], [1, 1]):
        with pytest.raises(wom.GraphError, match=r"^seed_nodes must "):
            check_seed_nodes(np.array(nodes, np.int32), 5)


def test_chunks_shrink_once_a_long_curve_was_seen():
    n = FIRST_WIDTH * 20
    process = case_of(path_of(n), wom.IndependentCascade(share_prob=1.0), [0], n_replicas=3).process
    assert process.max_chunk() == limits.CHUNK_BYTES // (4 * FIRST_WIDTH)
    process.run_chunk(0, 1, process.new_scratch(np.zeros(1, np.uint8)), curves=True)
    assert process.max_chunk() == limits.CHUNK_BYTES // (4 * n)


def test_a_chunk_handed_out_before_a_long_curve_was_seen_stays_small(monkeypatch):
    """Room for the longest curve is not made for more replicas than the memory of a chunk holds."""
    n = FIRST_WIDTH * 20
    process = case_of(path_of(n), wom.IndependentCascade(share_prob=1.0), [0], n_replicas=40).process
    scratch = process.new_scratch(np.zeros(1, np.uint8))
    whole = process.run_chunk(0, 40, scratch, curves=True)
    rooms, spread = [], process.run_range

    def watched(first, last, scratch, width):
        rooms.append((last - first, width))
        return spread(first, last, scratch, width)

    monkeypatch.setattr(limits, "CHUNK_BYTES", 4 * 40 * FIRST_WIDTH * 2)
    monkeypatch.setattr(process, "run_range", watched)
    again = process.run_chunk(0, 40, scratch, curves=True)
    assert rooms == [(40, FIRST_WIDTH * 2), *[(1, n)] * 40]
    assert again.newly["reach"].tolist() == whole.newly["reach"].tolist() == [1] * (40 * n)


def test_a_halted_chunk_gives_no_curves():
    process = case_of(ring(), wom.WeightedCascade(), [0], n_replicas=3).process
    chunk = process.run_chunk(0, 3, process.new_scratch(np.ones(1, np.uint8)), curves=True)
    assert chunk.newly == {}
    assert process.max_chunk() == limits.CHUNK_BYTES // (4 * FIRST_WIDTH)


@pytest.mark.parametrize("max_steps", [0, 1, 2, None])
def test_stop_codes_of_replicas_read_back_are_the_kernels(max_steps):
    case = case_of(ring(), wom.IndependentCascade(share_prob=0.3), [0], n_replicas=60, max_steps=max_steps)
    results = run_case(case, threads=1)
    assert case.process.stops_of(results.last_step, results.counts).tolist() == results.stop.tolist()
    assert results.stop_reasons.keys() <= {"died_out", "max_steps"}


def test_the_longest_time_is_that_of_reaching_everybody():
    stored = case_of(ring(40, 2), wom.WeightedCascade(), [0], n_replicas=10).process
    everyone = case_of(complete_graph(40), wom.WeightedCascade(), [0], n_replicas=10).process
    one = 1 / TIES_A_SECOND
    assert stored.seconds_at_most(10, 2) == pytest.approx(10 * (160 + 40) * one / 2)
    assert everyone.seconds_at_most(10, 1) == pytest.approx(10 * (40 * 39 + 40) * one)


@pytest.mark.parametrize(
    ("n_replicas", "threads", "form", "grain"),
    [
        (10, 2, ALONE, 1),
        (64, 2, WORD, 32),
        (100, 8, WORD, 16),
        (128, 1, WORD, 64),
        (256, 1, BLOCK, 512),
        (256, 2, WORD, 64),
        (1000, 2, BLOCK, 512),
    ],
)
def test_the_number_of_replicas_and_threads_chooses_the_form(n_replicas, threads, form, grain):
    process = case_of(ring(), wom.WeightedCascade(), [0], n_replicas=n_replicas).process
    assert process.settle(threads) == grain
    assert process.forms.chosen == form


def test_complete_mixing_and_trees_are_run_one_by_one():
    process = case_of(complete_graph(5), wom.WeightedCascade(), [0], n_replicas=1000).process
    assert (process.settle(2), process.forms.chosen) == (1, ALONE)
    with_trees = wom.simulate(ring(), wom.WeightedCascade(), seed_nodes=[0], n_replicas=700, rng_seed=3, trees=True)
    without = wom.simulate(ring(), wom.WeightedCascade(), seed_nodes=[0], n_replicas=700, rng_seed=3)
    assert with_trees.reach.tolist() == without.reach.tolist()


def test_replicas_that_share_too_few_ties_take_the_form_below_and_stay_the_same(monkeypatch):
    wanted = run_case(case_of(ring(30, 2), wom.WeightedCascade(), [0], n_replicas=2000), threads=1)
    monkeypatch.setattr(live_edge, "_WORTH_IT", {WORD: 1e9, BLOCK: 1e9})
    case = case_of(ring(30, 2), wom.WeightedCascade(), [0], n_replicas=2000)
    assert (case.process.settle(1), case.process.forms.chosen) == (BLOCK, BLOCK)
    found = run_case(case, threads=1)
    assert case.process.forms.chosen == ALONE
    assert found.reach.tolist() == wanted.reach.tolist()
    assert found.newly["reach"].tolist() == wanted.newly["reach"].tolist()
    assert found.timings["ties_examined"] == wanted.timings["ties_examined"] > 0
