"""Any process runs, stops and goes on alike; here one whose curves fall and that counts by group."""

import numpy as np
import pytest

import wom_sim as wom
from cases import Opinions, case_of, opinions, ring, same
from networks import NO_SETTING
from wom_sim.engine.families import process_of
from wom_sim.engine.process import join_chunks, numbers_a_replica
from wom_sim.engine.run import resume, run_case
from wom_sim.models.base import CompiledModel


def test_a_cascade_is_run_by_its_family():
    case = case_of(ring(), wom.LinearThreshold(), [0], n_replicas=2)
    assert case.process.family == run_case(case, threads=1).family == "cascade"
    with pytest.raises(TypeError, match="no kernel family runs a CompiledModel"):
        process_of(
            CompiledModel(),
            wom.LinearThreshold(),
            NO_SETTING,
            seed_nodes=case.seed_nodes,
            rng_seed=1,
            max_steps=1,
            n_replicas=1,
        )


def test_results_hold_what_the_process_names():
    results = run_case(opinions(9), threads=2)
    assert (results.family, results.main_curve, results.days_per_step) == ("opinions", "net", 7.0)
    assert results.counts["said"].tolist() == [r * (r % 4 + 1) for r in range(9)]
    assert results.groups["segment"]["sold"].shape == (9, 3)
    assert results.groups["item"]["views"][:, 0].tolist() == [5 * r for r in range(9)]
    assert results.stop_reasons == {"over": 2, "early": 7}
    assert results.warnings == ("9 opinions",)
    assert results.curve[3].tolist() == [-3, -1, 1, 3]


def test_threads_and_chunks_change_nothing_of_any_process():
    whole = run_case(opinions(50), threads=1)
    assert same(whole, run_case(opinions(50), threads=3, max_chunk=2))
    assert same(whole.first(20), run_case(opinions(20), threads=2))
    assert same(whole, run_case(opinions(50), threads=2, done=whole.first(20)))


def test_chunks_are_no_larger_than_the_process_wants():
    sizes = []

    class Watched(Opinions):
        def run_chunk(self, first, last, scratch, *, curves):
            sizes.append(last - first)
            return super().run_chunk(first, last, scratch, curves=curves)

    case = opinions(30)
    object.__setattr__(case, "process", Watched())
    run_case(case, threads=1)
    assert sum(sizes) == 30
    assert max(sizes) == Opinions().max_chunk() == 3


def test_without_replicas_or_curves_names_and_shapes_are_there():
    nothing = run_case(opinions(0), threads=1)
    assert nothing.counts["sold"].shape == nothing.by_step("net").shape == (0,)
    assert nothing.groups["segment"]["said"].shape == (0, 3)
    bare = run_case(opinions(4), threads=1, curves=False)
    assert bare.newly is None
    assert bare.counts["said"].tolist() == [0, 2, 6, 12]


def test_going_on_with_curves_needs_curves():
    bare = run_case(opinions(4), threads=1, curves=False)
    with pytest.raises(wom.ResultError, match="kept no curves"):
        run_case(opinions(8), threads=1, done=bare)
    assert run_case(opinions(8), threads=1, done=bare, curves=False).n_replicas == 8


def test_resuming_takes_the_fields_of_a_chunk():
    chunk = Opinions().run_chunk(0, 6, None, curves=True)
    finished = {name: getattr(chunk, name) for name in ("last_step", "stop", "counts", "newly", "groups")}
    assert same(resume(opinions(9), finished), run_case(opinions(6), threads=1))


def test_chunks_join_in_order():
    process = Opinions()
    parts = [process.run_chunk(a, b, None, curves=True) for a, b in ((0, 2), (2, 3), (3, 7))]
    joined, whole = join_chunks(parts), process.run_chunk(0, 7, None, curves=True)
    assert len(joined) == 7
    assert np.array_equal(joined.newly["net"], whole.newly["net"])
    assert np.array_equal(joined.groups["segment"]["said"], whole.groups["segment"]["said"])


def test_numbers_a_replica_are_counted_with_groups():
    assert numbers_a_replica(Opinions()) == 2 + 3 * 2 + 1
