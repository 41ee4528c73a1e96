"""Replicas until an interval is narrow enough: which cases go on, and where each of them ends."""

import os

import numpy as np
import pyarrow.parquet as pq
import pytest

from studies import CASCADE, MIXED, cut, here, run, study_of, table_of
from wom_sim import ScenarioError
from wom_sim.experiments.adaptive import is_wide, ladder
from wom_sim.experiments.sweeping import sweep_study
from wom_sim.scenario.load import scenario_from
from wom_sim.scenario.sweep import Precision

SHARES = '"model.share_prob" = [0.0, 0.02, 0.3, 0.5]'


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)


def until(metric="reach", at_most=200, **width):
    said = ", ".join(f"{key} = {value}" for key, value in width.items())
    return f'precision = {{ metric = "{metric}", at_most = {at_most}, {said} }}'


def replicas_of(study, folder):
    """How many replicas each case has, and the values of the metric that decides."""
    outcome = run(study, folder / "parts")
    table_of(outcome, folder / "t.parquet")
    table = pq.read_table(folder / "t.parquet").to_pandas()
    found = table.groupby(list(study.design.keys), sort=False)[study.precision.metric]
    return outcome, [values.to_numpy() for _, values in found]


def half_width(values):
    """Of the 95 % interval of the mean: 1.96 s / sqrt(n)."""
    return 1.96 * np.std(values, ddof=1) / np.sqrt(len(values))


def test_each_case_stops_at_the_first_rung_where_it_is_narrow_enough(tmp_path):
    study = study_of(f"{SHARES}\n{until(half_width=1.0)}")
    outcome, cases = replicas_of(study, tmp_path)
    rungs = [12, *(last for _, last in ladder(study))]
    assert rungs == [12, 24, 48, 96, 192, 200]
    assert outcome.complete
    assert outcome.progress.total == sum(map(len, cases))
    assert len({len(values) for values in cases}) > 2
    for values in cases:
        narrow = [n for n in rungs if half_width(values[:n]) <= 1.0]
        assert len(values) == (narrow[0] if narrow and narrow[0] <= len(values) else 200)
        assert [n for n in rungs if n < len(values) and half_width(values[:n]) <= 1.0] == []


def test_a_metric_that_is_always_the_same_is_known_at_once(tmp_path):
    _, cases = replicas_of(study_of(f"{SHARES}\n{until(relative=0.01)}"), tmp_path)
    assert len(cases[0]) == 12
    assert np.ptp(cases[0]) == 0


def test_a_metric_that_is_undefined_is_run_to_the_end(tmp_path):
    """No replica says when the peak was where nobody is reached by another."""
    _, cases = replicas_of(study_of(f"{SHARES}\n{until('peak_step', at_most=50, relative=0.5)}"), tmp_path)
    assert np.isnan(cases[0]).all()
    assert len(cases[0]) == 50
    assert len(cases[2]) < 50


@pytest.mark.parametrize("groups", [(0, 5), range(6), (0, 2, 5)])
def test_a_case_without_the_metric_goes_on_alike_however_it_is_cut_up(tmp_path, groups):
    study = study_of(f"{until('recovered', at_most=30, relative=0.5)}\n{MIXED}")
    cut(tmp_path / "parts", study, groups, (12,))
    _, cases = replicas_of(study, tmp_path)
    assert [len(values) for values in cases] == [30, 12, 30, 30, 12]


def test_every_set_must_be_narrow_enough(tmp_path):
    width = until(half_width=1.5)
    _, alone = replicas_of(study_of(f"{SHARES}\n{width}"), tmp_path / "a")
    _, sets = replicas_of(study_of(f"{SHARES}\n{width}\nreplica_sets = 3"), tmp_path / "b")
    assert all(len(many) >= 3 * len(one) for many, one in zip(sets, alone, strict=True))


@pytest.mark.parametrize(
    ("values", "width", "wide"),
    [
        ([3.0] * 5, {"relative": 0.01}, False),
        ([0.0] * 5, {"relative": 0.01}, False),
        ([-1.0, 1.0], {"relative": 0.5}, True),
        ([np.nan] * 5, {"half_width": 99.0}, True),
        ([np.nan, 2.0], {"half_width": 99.0}, True),
        ([np.nan, 2.0, 2.0], {"half_width": 0.1}, False),
        ([], {"half_width": 1.0}, True),
        ([1.0, 3.0], {"half_width": 1.9599}, True),
        ([1.0, 3.0], {"half_width": 1.9601}, False),
        ([1.0, 3.0], {"relative": 0.97}, True),
        ([1.0, 3.0], {"relative": 0.99}, False),
    ],
)
def test_what_is_wide(values, width, wide):
    assert is_wide(np.array(values), Precision(metric="reach", **width)) == wide


def test_stopped_between_two_rungs_it_is_not_complete(tmp_path):
    """All replicas that every case has are there then; who goes on is not known yet."""
    study = study_of(f"{SHARES}\n{until(half_width=0.5)}")
    cut(tmp_path / "parts", study, range(5), (12,))

    class Stop:
        def is_set(self):
            return len(list((tmp_path / "parts").glob("c*.json"))) >= 4

    outcome = run(study, tmp_path / "parts", here(), stop=Stop())
    assert outcome.progress.done == outcome.progress.total == 48
    assert not outcome.progress.complete
    assert not outcome.complete
    assert run(study, tmp_path / "parts").complete


def test_the_metric_that_decides_is_kept_though_others_are_asked_for():
    study = study_of(f'{SHARES}\n{until(relative=0.1)}\nmetrics = ["peak_size"]')
    assert study.metrics == ("peak_size", "reach")


@pytest.mark.parametrize(
    ("metric", "said"),
    [
        ("raech", "scenario: sweep.precision.metric: no metric here is called 'raech'; did you mean 'reach'?"),
        ("reach@x", "sweep.precision.metric: 'reach@x' needs a length of time or a number of steps after the @"),
        ("reach@3", "sweep.precision.metric: 'reach@3' is not among the metrics that are kept where none are named"),
    ],
)
def test_a_metric_that_nobody_knows_is_refused(tmp_path, metric, said):
    with pytest.raises(ScenarioError) as caught:
        run(study_of(f"{SHARES}\n{until(metric, relative=0.1)}"), tmp_path / "parts")
    assert str(caught.value).startswith(said)


def test_a_curve_at_a_time_may_decide(tmp_path):
    study = study_of(f'{SHARES}\n{until("reach@2", half_width=0.5)}\nmetrics = ["reach@2"]')
    _, cases = replicas_of(study, tmp_path)
    assert len({len(values) for values in cases}) > 1


def test_at_most_ends_the_ladder_wherever_it_lies():
    for n, at_most, expected in [(12, 12, []), (12, 13, [13]), (5, 40, [10, 20, 40]), (5, 41, [10, 20, 40, 41])]:
        values = {**CASCADE, "run": {"n_replicas": n, "rng_seed": 1}}
        sweep = {
            "model.share_prob": [0.1, 0.2],
            "precision": {"metric": "reach", "relative": 0.1, "at_most": at_most},
        }
        study = sweep_study(scenario_from({**values, "sweep": sweep}))
        assert [last for _, last in ladder(study)] == expected
