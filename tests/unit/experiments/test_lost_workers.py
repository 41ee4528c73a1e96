"""Cases that fail, workers that are lost: a row of failures, and the other cases as if nothing had happened."""

import os
from concurrent.futures import CancelledError, Executor, Future

import pyarrow.parquet as pq
import pytest

from studies import GRID, Lost, cut, here, run, study_of, table_of
from wom_sim import ScenarioError
from wom_sim.errors import ClusterError, WomSimError
from wom_sim.experiments import work
from wom_sim.experiments.crew import Crew
from wom_sim.experiments.pilot import measure
from wom_sim.experiments.runner import RETRIES
from wom_sim.experiments.work import PartDone, run_part

CURSED = 3


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)


def rows_of(outcome, path):
    table_of(outcome, path)
    return pq.read_table(path)


def holds(case):
    return lambda part: any(work.case == case for work in part.cases)


@pytest.mark.parametrize("rounds", [(12,), (5, 12)])
@pytest.mark.parametrize("groups", [(0, 6), (0, 2, 6), range(7)])
def test_a_case_that_kills_its_workers_is_left_out_and_the_others_are_run(tmp_path, groups, rounds):
    study = study_of(curves=True)
    for name in ("sound", "cursed"):
        cut(tmp_path / name, study, groups, rounds)
    sound = rows_of(run(study, tmp_path / "sound"), tmp_path / "s.parquet")
    crew = here(holds(CURSED))
    outcome = run(study, tmp_path / "cursed", crew)
    (failure,) = outcome.failures
    assert (failure["case"], failure["error"]) == (CURSED, "WorkerLost")
    assert failure["message"] == "every worker that ran it was lost: the worker was killed"
    assert outcome.progress.failed == {CURSED}
    assert outcome.progress.complete
    assert not outcome.complete
    found = rows_of(outcome, tmp_path / "c.parquet")
    whole = sound.to_pandas()
    is_cursed = (whole["model.share_prob"] == 0.2) & (whole["seeding.n_seed_nodes"] == 4)
    assert is_cursed.sum() == 12
    assert found.schema == sound.schema
    assert found.to_pandas().equals(whole[~is_cursed].reset_index(drop=True))


def test_a_part_whose_worker_is_lost_once_is_run_again(tmp_path):
    study, lost = study_of(), []

    def loses(part):
        lost.append(part)
        return len(lost) in (1, 3)

    fresh = table_of(run(study, tmp_path / "a"), tmp_path / "t.parquet")
    outcome = run(study, tmp_path / "b", here(loses))
    assert outcome.complete
    assert table_of(outcome, tmp_path / "t.parquet") == fresh


def test_a_lost_worker_is_tried_a_few_times_and_no_more(tmp_path):
    study, crew = study_of('"model.share_prob" = [0.1, 0.2]'), here(holds(1))
    cut(tmp_path / "parts", study, (0, 2), (12,))
    run(study, tmp_path / "parts", crew)
    tried = [tuple(work.case for work in part.cases) for part in crew.executor.parts]
    assert tried == [(0, 1)] * (1 + RETRIES) + [(0,)] + [(1,)] * RETRIES


class Cancels(Executor):
    """Cancels the first parts, as a cluster does with what was on a worker that it lost."""

    def __init__(self, n):
        self.left = n

    def submit(self, run, part, *others):
        future = Future()
        if self.left:
            self.left -= 1
            future.cancel()
            future.set_running_or_notify_cancel()
        else:
            future.set_result(run(part, *others))
        return future


def test_a_part_that_is_cancelled_elsewhere_is_run_again(tmp_path):
    study = study_of()
    fresh = table_of(run(study, tmp_path / "a"), tmp_path / "t.parquet")
    outcome = run(study, tmp_path / "b", Crew(Cancels(4), lambda: 1, dict, losses=(Lost, CancelledError)))
    assert table_of(outcome, tmp_path / "t.parquet") == fresh


def test_an_error_that_is_no_loss_is_not_tried_again(tmp_path):
    class Broken(Executor):
        def submit(self, run, part, *others):
            future = Future()
            future.set_exception(ZeroDivisionError("a fault of the program"))
            return future

    with pytest.raises(ZeroDivisionError, match="a fault of the program"):
        run(study_of(), tmp_path / "parts", Crew(Broken(), lambda: 1, dict, losses=(Lost,)))


def test_a_worker_of_another_version_is_refused(tmp_path):
    class Other(Executor):
        def submit(self, run, part, *others):
            future, done = Future(), run(part, *others)
            future.set_result(PartDone(done.table, None, [], [], done.names, made_with="wom-sim 0.0.1, wom-0"))
            return future

    with pytest.raises(ClusterError, match=r"a worker has wom-sim 0\.0\.1, wom-0, here is"):
        run(study_of(), tmp_path / "parts", Crew(Other(), lambda: 1, dict))


@pytest.fixture
def broken(monkeypatch):
    """Make a model raise for some share_prob."""
    prepare, wrong = work.prepare_scenario, {0.2}

    def raising(scenario, **named):
        if scenario.model.share_prob in wrong:
            raise ZeroDivisionError("the model\nbroke")
        return prepare(scenario, **named)

    monkeypatch.setattr(work, "prepare_scenario", raising)
    return wrong


def test_a_model_that_raises_is_a_row_of_failures_and_can_be_tried_again(tmp_path, broken):
    study = study_of()
    cut(tmp_path / "parts", study, range(7), (12,))
    outcome = run(study, tmp_path / "parts")
    assert [(f["case"], f["error"], f["message"]) for f in outcome.failures] == [
        (case, "ZeroDivisionError", "the model\nbroke") for case in (2, 3)
    ]
    assert outcome.failures[0]["at"].startswith("test_lost_workers.py, line ")
    broken.clear()
    again = run(study, tmp_path / "parts")
    assert again.progress.failed == {2, 3}
    mended = run(study, tmp_path / "parts", again=True)
    assert mended.complete
    assert mended.progress.kept == 4 * 12
    fresh = table_of(run(study, tmp_path / "fresh"), tmp_path / "f.parquet")
    assert table_of(mended, tmp_path / "t.parquet") == fresh


def test_where_every_case_raises_the_first_one_is_told_in_a_line(tmp_path, broken):
    broken |= {0.1, 0.3}
    with pytest.raises(WomSimError) as caught:
        run(study_of(), tmp_path / "parts")
    line = str(caught.value)
    assert "\n" not in line
    assert line.startswith("scenario: no case can be run; case 0 (model.share_prob = 0.1, seeding.n_seed_nodes = 1): ")
    assert line.endswith(": the model broke")


def test_a_pilot_whose_cases_fail_tries_others(tmp_path):
    """Of eight cases those tried first, 0, 1, 3, 5 and 7, name too many people."""
    study = study_of('"seeding.n_seed_nodes" = [500, 501, 3, 502, 503, 504, 505, 506]')
    assert measure(study).tried == (2,)
    outcome = run(study, tmp_path / "parts")
    assert outcome.progress.failed == {0, 1, 3, 4, 5, 6, 7}
    assert len(rows_of(outcome, tmp_path / "t.parquet")) == 12


def test_a_group_of_failures_does_not_end_an_adaptive_sweep(tmp_path):
    precision = 'precision = { metric = "reach", relative = 0.01, at_most = 24 }'
    study = study_of(f'"seeding.n_seed_nodes" = [2, 500, 4]\n{precision}')
    for name, groups in (("alone", range(4)), ("together", (0, 3))):
        cut(tmp_path / name, study, groups, (12,))
        outcome = run(study, tmp_path / name)
        assert outcome.progress.failed == {1}
        assert len(rows_of(outcome, tmp_path / "t.parquet")) == 48


def test_no_case_is_refused(tmp_path):
    with pytest.raises(ScenarioError, match=r"seeding\.n_seed_nodes"):
        run(study_of('"seeding.n_seed_nodes" = [500, 600]'), tmp_path / "parts")


def test_a_part_that_is_stopped_gives_nothing():
    class Set:
        def is_set(self):
            return True

    study = study_of(GRID)
    part = work.Part(study.asked, study.travelling, (study.work(0),), 0, 12)
    assert run_part(part, {}, Set()) is None
