"""Cases that fail while replicas are run: a row of failures, and no harm to the others."""

from threading import Event

import numpy as np
import pytest

from studies import cut, run, study_of
from wom_sim.engine.live_edge import LiveEdgeProcess
from wom_sim.experiments import work


@pytest.fixture
def failing_replicas(monkeypatch):
    """Replicas of cases with four people who start raise an error."""
    sound = LiveEdgeProcess.run_chunk

    def run_chunk(self, first, end, scratch, *, curves):
        if len(self.seed_nodes) == 4:
            raise ArithmeticError("not a number")
        return sound(self, first, end, scratch, curves=curves)

    monkeypatch.setattr(LiveEdgeProcess, "run_chunk", run_chunk)


@pytest.mark.parametrize("threads", [1, 2])
def test_replicas_that_fail_are_rows_of_failures_and_other_cases_are_whole(tmp_path, failing_replicas, threads):
    study = study_of()
    cut(tmp_path, study, range(7), [12])
    outcome = run(study, tmp_path, threads=threads)
    assert [(failure["case"], failure["error"]) for failure in outcome.failures] == [
        (case, "ArithmeticError") for case in (1, 3, 5)
    ]
    for case in (0, 2, 4):
        assert len(outcome.columns(case)["reach"]) == study.n_replicas


def test_what_goes_wrong_once_work_is_abandoned_is_no_failure_of_the_case(monkeypatch):
    study, stop = study_of(), Event()

    def abandoned(*_args):
        stop.set()
        raise ArithmeticError("half a result")

    monkeypatch.setattr(work, "run_one", abandoned)
    part = work.Part(study.asked, study.travelling, (study.work(0),), 0, 12)
    assert work.run_part(part, {}, stop, np.ones(1, np.uint8)) is None
