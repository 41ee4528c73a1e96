"""The tables for people: which there are, that they say what the results hold, which settings stand in them."""

import datetime
import tomllib

import numpy as np
import pytest

import wom_sim as wom
from campaign_results import EVERYTHING, HABIT, RIVALS, TALK, made_by_hand, run_text
from wom_sim.metrics.definitions import definition
from wom_sim.metrics.table import replica_table
from wom_sim.report import tables as report_tables
from wom_sim.report.tables import Table, fit_sheets, people_tables
from wom_sim.results.folder import is_ours
from wom_sim.scenario.load import scenario_from
from wom_sim.scenario.settings import settings_in_use

moment = datetime.datetime.fromisoformat


@pytest.fixture(scope="module")
def everything():
    return run_text(EVERYTHING)


@pytest.fixture(scope="module")
def cascade():
    graph = wom.Graph.from_edges(np.arange(6), np.arange(1, 7))
    return wom.simulate(graph, wom.IndependentCascade(share_prob=0.5), seed_nodes=[0], n_replicas=20, rng_seed=1)


def tables_of(results):
    made = people_tables(results, replica_table(results), settings=results.settings)
    assert all(is_ours(f"{table.name}.csv") for table in made)
    assert all(len(set(map(len, table.columns.values()))) == 1 for table in made)
    return {table.name: table for table in made}


def test_a_campaign_has_a_table_for_each_kind_of_group_and_a_cascade_has_none(everything, cascade):
    assert list(tables_of(everything))[:6] == [
        "summary", "means_by_step", "means_by_segment", "means_by_item", "means_by_creator", "replicas",
    ]  # fmt: skip
    assert {"summary", "means_by_step", "replicas", "settings"} <= set(tables_of(cascade)) <= {
        "summary", "means_by_step", "replicas", "settings", "notes",
    }  # fmt: skip


def test_brands_have_a_table_with_the_own_one_first():
    by_brand = tables_of(run_text(RIVALS, run__n_replicas=3))["means_by_brand"].columns
    assert by_brand["brand"] == ["the brand", "Loud", "Loved"]
    assert {"customers", "buyers", "views", "tells", "share_of_voice", "market_share"} <= by_brand.keys()
    assert np.isnan(by_brand["won_from"]).tolist() == [True, False, False]
    assert by_brand["market_share"].sum() == pytest.approx(1.0)


def test_the_summary_has_every_metric_with_unit_and_meaning(everything):
    summary = tables_of(everything)["summary"].columns
    found = everything.summary()
    assert summary["metric"] == list(found)
    for i, one in enumerate(found.values()):
        assert np.isnan(summary["mean"][i]) if one.mean is None else summary["mean"][i] == one.mean
        assert summary["n_replicas"][i] == one.n


@pytest.mark.parametrize("text", [EVERYTHING, TALK, HABIT, RIVALS])
def test_every_metric_of_a_campaign_is_explained(text):
    unknown = [name for name in replica_table(run_text(text, run__n_replicas=2)) if not definition(name).unit]
    assert not unknown, "add them to metrics/definitions.py"


def test_metrics_of_the_runs_beside_are_explained_by_their_own():
    assert definition("kept_no_campaign").text.endswith("without the campaign")
    assert definition("lost_no_answer").unit == "people"
    assert "more than without the campaign" in definition("extra_revenue").text
    assert definition("no_such_metric") == ("", "")


def test_steps_have_days_dates_means_and_quantiles_of_every_curve(everything):
    steps = tables_of(everything)["means_by_step"]
    columns = steps.columns
    assert columns["date"].tolist()[:2] == [datetime.date(2026, 3, 2), datetime.date(2026, 3, 3)]
    assert steps.n_keys == 3
    for name in everything.curve_names:
        heights = everything.curve_of(name)
        assert np.allclose(columns[f"{name}_mean"], heights.mean(axis=0))
        assert np.allclose(columns[f"{name}_q05"], np.quantile(heights, 0.05, axis=0))
        assert np.allclose(columns[f"{name}_q95"], np.quantile(heights, 0.95, axis=0))


def test_steps_of_hours_are_moments_and_steps_without_dates_have_none(cascade):
    hours = run_text(EVERYTHING, model__step="6h", run__horizon="12d", run__n_replicas=2)
    assert tables_of(hours)["means_by_step"].columns["date"].tolist()[1] == moment("2026-03-02 06:00")
    assert list(tables_of(cascade)["means_by_step"].columns) == ["step", "reach_mean", "reach_q05", "reach_q95"]
    assert "date" not in tables_of(run_text(TALK, run__n_replicas=2))["means_by_step"].columns


def test_dates_beyond_the_calendar_are_text():
    dates = report_tables._dates("9999-12-30", np.arange(4.0))
    assert dates == ["9999-12-30", "9999-12-31", "10000-01-01", "10000-01-02"]


def test_groups_have_a_row_each_with_means_before_standard_errors(everything):
    segments = tables_of(everything)["means_by_segment"].columns
    assert segments["segment"] == ["students", "families"]
    reach = everything.groups["segment"]["reach"]
    assert np.allclose(segments["reach"], reach.mean(axis=0))
    assert np.allclose(segments["reach_standard_error"], reach.std(axis=0, ddof=1) / np.sqrt(len(reach)))
    names = list(segments)
    assert max(i for i, name in enumerate(names) if not name.endswith("_error")) < names.index("reach_standard_error")


def test_replicas_have_a_row_each_and_no_curves_no_table_of_steps(cascade):
    replicas = tables_of(cascade)["replicas"].columns
    assert list(replicas) == ["replica", "reach", "time_to_half", "peak_step", "peak_size"]
    assert replicas["reach"].tolist() == cascade.reach.tolist()
    graph = wom.Graph.from_edges([0], [1])
    model = wom.IndependentCascade(share_prob=0.5)
    bare = wom.simulate(graph, model, seed_nodes=[0], n_replicas=1, rng_seed=1, curves=False)
    assert "means_by_step" not in tables_of(bare)
    assert np.isnan(tables_of(bare)["summary"].columns["standard_error"]).all()


def test_results_without_content_items_or_creators_have_no_empty_tables():
    made = people_tables(made_by_hand(), replica_table(made_by_hand()))
    assert all(table.n_rows for table in made)


def test_settings_say_what_was_given_what_is_a_default_and_what_an_assumption():
    scenario = scenario_from(tomllib.loads(EVERYTHING))
    found = {one.key: one for one in settings_in_use(scenario)}
    assert found["start"].value == datetime.date(2026, 3, 2)
    assert found["model.content.video.spend"][1:] == (20, "given")
    assert found["model.content.post.follower_reach"].origin == "default"
    assert found["model.content.post.seen_prob"][1:] == (1.0, "assumption")
    assert found["model.creators.accounts.dates"].value == "2026-03-03, 2026-03-06"
    assert found["run.horizon"].value == "12d"
    assert found["seeding.start_as"].value == "sharer"
    assert "model.content.post.cost_per_mille" not in found
    assumed = {line.partition(" = ")[0] for line in scenario.assumptions()}
    assert {key for key, one in found.items() if one.origin == "assumption"} == assumed


def test_a_result_made_in_python_gives_its_tables_as_frames(cascade):
    frames = cascade.tables()
    assert frames["replicas"]["reach"].tolist() == cascade.reach.tolist()
    settings = frames["settings"].set_index("key")
    assert settings.loc["model.share_prob", "value"] == 0.5
    assert settings.loc["rng_seed", "origin"] == "result"


def test_a_table_longer_than_a_sheet_is_left_out_and_the_notes_say_so(monkeypatch):
    monkeypatch.setattr(report_tables, "MAX_ROWS", 4)
    short, long = Table("summary", {"a": [1, 2, 3]}), Table("replicas", {"a": [1, 2, 3, 4]})
    fitting = fit_sheets([short, long, Table("notes", {"note": ["beware"]})])
    assert [table.name for table in fitting.tables] == ["summary", "notes"]
    (said,) = fitting.left_out
    assert said.startswith("replicas: left out of the workbook, a sheet holds 3 rows")
    assert fitting.tables[1].columns["note"] == ["beware", said]
    assert fit_sheets([short]) == report_tables.Fitting((short,), ())
