"""What a sweep is said to take."""

from threading import Event

import pytest

from studies import cut, here, run, study_of, table_of
from wom_sim.cli.sweep_plan import check_fits
from wom_sim.engine import limits
from wom_sim.experiments import pilot
from wom_sim.experiments.conduct import conduct
from wom_sim.experiments.pilot import measure
from wom_sim.experiments.study import Stopped
from wom_sim.experiments.work import Part, run_part


@pytest.mark.parametrize("values", [None, {"model": {"kind": "sir", "infect_prob": 0.3, "recover_prob": 0.02}}])
def test_room_for_curves_is_counted(tmp_path, values):
    sweep = '"seeding.n_seed_nodes" = [1, 2, 3, 4]'
    plain, curves = (study_of(sweep, values=values, curves=curves) for curves in (False, True))
    outcome = run(curves, tmp_path / "parts")
    for name, kept in (("table", False), ("curves", True)):
        table_of(outcome, tmp_path / f"{name}.parquet", curves=kept)
    # Before compression: 8 bytes at least for each of a row's key, replica, step, time and curve.
    rows = sum(len(of["replica"]) for of in outcome.table.groups(curves=True))
    assert measure(curves).disk_bytes(curves) - measure(plain).disk_bytes(plain) > 24 * rows


def test_more_replicas_of_a_sweep_are_held_against_the_room_there_is(tmp_path, monkeypatch):
    cut(tmp_path, study_of(), (0, 6), (12,))
    monkeypatch.setattr(limits, "check_disk", lambda needed, folder: pytest.fail("looked at"))
    assert check_fits(study_of(), tmp_path, tmp_path, threads=1) is None
    more = study_of(values={"run": {"n_replicas": 24, "rng_seed": 5}})
    with pytest.raises(pytest.fail.Exception, match="looked at"):
        check_fits(more, tmp_path, tmp_path, threads=1)


def test_memory_is_needed_for_the_replicas_of_a_part(monkeypatch):
    study = study_of(values={"run": {"n_replicas": 1_000_000, "rng_seed": 5}})
    needed = []

    def note(n_bytes, what, *, advice):
        del advice
        if "replicas" in what:
            needed.append(n_bytes)

    monkeypatch.setattr(limits, "check_memory", note)
    for first in (0, 999_000):
        part = Part(study.asked, study.travelling, (study.work(0),), first, first + 1_000)
        assert not run_part(part, {}).failures
    assert needed[0] == needed[1]


@pytest.fixture
def stopping(monkeypatch):
    """Makes a request to stop when a run begins; returns the request and the runs begun."""

    def stopping(at):
        stop, begun = Event(), []

        def run_case(case, **options):
            begun.append(case.case_id)
            if len(begun) == at:
                stop.set()
            return run_it(case, **options)

        run_it = pilot.run_case
        monkeypatch.setattr(pilot, "run_case", run_case)
        return stop, begun

    return stopping


def test_a_stop_before_the_first_case_is_tried_ends_a_study(tmp_path, stopping):
    stop, begun = stopping(1)
    crew = here()
    with pytest.raises(Stopped):
        conduct(study_of(), tmp_path, crew, stop=stop)
    assert len(begun) == 1
    assert not crew.executor.parts


def test_a_stop_between_cases_ends_the_trying_and_runs_nothing(tmp_path, stopping):
    stop, begun = stopping(2)
    study = study_of(values={"run": {"n_replicas": 1, "rng_seed": 5}})  # of which each case is one run
    outcome = conduct(study, tmp_path, here(), stop=stop)
    assert len(begun) == 2
    assert outcome.progress.done == 0
