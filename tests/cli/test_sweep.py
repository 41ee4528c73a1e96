"""`wom sweep`: what it writes and says, what it refuses, and whose folders it leaves alone."""

import json
import os
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

SHARES = '[sweep]\n"model.share_prob" = [0.2, 0.6]\n'


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def sweep(wom, folder):
    """Run `wom sweep` on the scenario with a `[sweep]`, into x."""
    plain = (folder / "s.toml").read_text()

    def sweep(text=SHARES, *args):
        (folder / "s.toml").write_text(f"{plain}\n{text}")
        return wom("sweep", "s.toml", "--out", "x", "--no-plots", *args)

    return sweep


def table(folder):
    return pq.read_table(folder / "x" / "table.parquet")


def test_a_sweep_is_one_table_a_row_a_replica(sweep, folder):
    done = sweep()
    assert done.code == 0
    assert table(folder).column_names[:3] == ["model.share_prob", "replica", "reach"]
    assert table(folder)["replica"].to_pylist() == [*range(40), *range(40)]
    assert table(folder)["model.share_prob"].to_pylist() == [0.2] * 40 + [0.6] * 40
    told = json.loads((folder / "x" / "sweep.json").read_text())
    means = [case["metrics"]["reach"]["mean"] for case in told["cases"]]
    reach = table(folder)["reach"].to_numpy()
    assert means == [reach[:40].mean(), reach[40:].mean()]
    assert "A test: 2 cases of 40 replicas, rng_seed 1" in done.out


def test_a_case_is_the_run_of_its_scenario(sweep, wom, folder):
    sweep()
    wom("run", "s.toml", "--out", "r", "--no-plots", "--set", "model.share_prob=0.6")
    run = pq.read_table(folder / "r" / "replicas.parquet").to_pandas()
    case = table(folder).to_pandas().iloc[40:].drop(columns="model.share_prob").reset_index(drop=True)
    assert case.equals(run[case.columns])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('"model.share_prob" = [0.2, 0.6]', pa.float64()),
        ('"model.share_prob" = [0, 0.5]', pa.float64()),
        ('"run.max_steps" = [1, 3]', pa.int64()),
        ('"network.directed" = [true, false]', pa.bool_()),
        ("start = [2026-01-01, 2026-06-01]", pa.string()),
        ('"run.rng_seed" = [1, 18446744073709551615]', pa.string()),
        ('"seeding.nodes" = [["a"], ["a", "b"]]', pa.string()),
        ('network = [{ file = "people.csv" }, { file = "people.csv", directed = true }]', pa.string()),
        ('model = [{ kind = "independent_cascade", share_prob = 0.1 }, { kind = "weighted_cascade" }]', pa.string()),
    ],
)
def test_each_kind_of_value_has_its_column(sweep, folder, text, kind):
    done = sweep(f"[sweep]\n{text}")
    assert done.code == 0, done.err
    column = table(folder).column(0)
    assert column.type == kind
    assert len(set(column.to_pylist())) == 2
    if kind == pa.string() and text.startswith(("network", "model", '"seeding')):
        assert all(json.loads(value) for value in column.to_pylist())


def test_metrics_asked_for_are_the_columns(sweep, folder):
    done = sweep(SHARES, "--metric", "reach@1", "--metric", "peak_size", "--curves", "--csv")
    assert done.code == 0
    assert table(folder).column_names == ["model.share_prob", "replica", "reach@1", "peak_size"]
    curves = pq.read_table(folder / "x" / "curves.parquet").to_pandas()
    at_one = curves[curves["step"] == 1].set_index(["model.share_prob", "replica"])["reach"]
    found = table(folder).to_pandas().set_index(["model.share_prob", "replica"])["reach@1"]
    assert found[at_one.index].tolist() == at_one.tolist()
    assert (folder / "x" / "table.csv").read_text().count("\n") == 81


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--metric", "raech"), "s.toml: --metric: no metric here is called 'raech'; did you mean"),
        (("--metric", "raech@3"), "s.toml: --metric: no curve here is called 'raech'; did you mean"),
        (("--set", 'sweep.metrics=["raech"]'), "s.toml: sweep.metrics: no metric here is called 'raech'"),
        (("--metric", "reach,peak_size"), "no metric here is called 'reach,peak_size'; name each by itself"),
        (("--set", "share_prob=0.3"), "unknown key 'share_prob'; did you mean 'model.share_prob'?"),
        (("--set", "replicas=3"), "unknown key 'replicas'; did you mean 'run.n_replicas'?"),
        (("--set", "modle={}"), "unknown key 'modle'; did you mean 'model'?"),
        (("--shard", "3/2"), "--shard 3/2: there is no job 3 of 2; jobs count from 1"),
        (("--metric", "peak_size@3"), "no curve here is called 'peak_size'; there are reach"),
        (("--metric", "reach@x"), "--metric: 'reach@x' needs a length of time or a number of steps after the @"),
        (("--metric", "reach", "--metric", "reach"), "--metric: 'reach' stands there 2 times; remove all but one"),
        (("--plan", "p"), "--plan: not with a sweep"),
        (("--threads", "0"), "Invalid value for '--threads': 0 is not in the range"),
        (("--max-cases", "0"), "Invalid value for '--max-cases'"),
        (("--set", 'sweep."run.n_replicas"=[1,2]'), "sweep.run.n_replicas: cases with equally many are compared"),
        (("--set", 'sweep."model.share_prob"=[0.1,nan]'), "value nan: model.share_prob: must be a finite number"),
        (("--set", 'sweep."model.share_prob"=[]'), "must be a list of values, got an empty list"),
        (
            ("--set", 'sweep."model.share_prop"=[0.1,0.2]'),
            "unknown key 'share_prop' in [model]; did you mean 'share_prob'",
        ),
        (("--set", 'sweep."output.trees"=[true,false]'), "sweep.output.trees: changes no result; remove it"),
        (("--set", 'sweep.name=["a","b"]'), "sweep.name: changes no result; remove it"),
        (("--set", "sweep={}"), 'sweep: is missing; write [sweep] and keys such as "model.share_prob" = [...]\n'),
        (("--set", 'sweep={design="sobol",n_cases=100,"model.share_prob"={low=0.1,high=0.2}}'), "64 or 128, got 100"),
        (("--out", "nowhere/x"), "there is no folder nowhere to put it in"),
        (("--out", "s.toml"), "s.toml: is a file, not a folder"),
    ],
)
def test_bad_input_is_told_in_a_line_and_nothing_is_written(sweep, folder, args, said):
    done = sweep(SHARES, *args)
    assert done.code == 2
    assert said in done.err
    assert "Usage" in done.err or done.err.count("\n") == 1
    assert not (folder / "x").exists()


def test_a_thousand_million_cases_are_refused_with_their_number(sweep, folder):
    began = time.monotonic()
    done = sweep('[sweep]\ndesign = "random"\nn_cases = 1_000_000_000\n"model.share_prob" = { low = 0, high = 1 }')
    assert time.monotonic() - began < 2
    assert done.code == 5
    assert "1,000,000,000 cases of 40 replicas are more than 1,000,000 cases" in done.err
    assert not (folder / "x").exists()


def test_a_dry_run_writes_nothing(sweep, folder):
    before = sorted(folder.iterdir())
    done = sweep(SHARES, "--dry-run")
    assert done.code == 0
    assert done.out.startswith("A test: 2 cases of 40 replicas, varying model.share_prob\n")
    assert done.out.endswith("nothing was run (--dry-run)\n")
    assert {path.name for path in folder.iterdir()} - {path.name for path in before} <= {"cache"}
    told = json.loads(sweep(SHARES, "--dry-run", "--json").out)
    assert (told["n_cases"], told["rows"]) == (2, 80)


def test_cases_that_fail_are_rows_of_failures_and_the_rest_goes_on(sweep, folder):
    text = '[sweep]\n"seeding.nodes" = [["a"], ["nobody"], ["b"]]'
    done = sweep(text)
    assert done.code == 4
    assert "1 of 3 cases could not be run: x/failures.csv says why" in done.err
    assert len(table(folder)) == 80
    rows = (folder / "x" / "failures.csv").read_text().splitlines()
    assert rows[0] == '"case","seeding.nodes","error","message","at"'
    assert len(rows) == 2
    assert "nobody" in rows[1]
    assert sweep(text).code == 4
    assert sweep(text, "--retry-failed").code == 4


def test_a_network_that_is_missing_in_one_case_is_told(sweep, folder):
    done = sweep('[sweep]\n"network.file" = ["people.csv", "gone.csv"]')
    assert done.code == 4
    assert "gone.csv" in (folder / "x" / "failures.csv").read_text()


def test_where_every_case_fails_the_first_reason_is_the_answer(sweep, folder):
    done = sweep('[sweep]\n"seeding.nodes" = [["nobody"], ["noone"]]')
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert "'nobody'" in done.err
    assert not (folder / "x").exists()


def test_a_changed_scenario_is_refused_and_what_changed_is_said(sweep, folder):
    sweep()
    before = (folder / "x" / "table.parquet").read_bytes()
    done = sweep(SHARES.replace("0.6", "0.7"))
    assert done.code == 2
    assert "x: holds a sweep that was asked otherwise (design.axes.0.0.values.1 was 0.6, is 0.7)" in done.err
    assert "--overwrite" in done.err
    assert sweep(SHARES, "--rng-seed", "2").code == 2
    assert (folder / "x" / "table.parquet").read_bytes() == before
    (folder / "people.csv").write_text("source,target\na,b\n")
    done = sweep()
    assert done.code == 2
    assert "networks.0 was " in done.err


def test_overwriting_begins_anew(sweep, folder):
    sweep()
    assert sweep(SHARES.replace("0.6", "0.7"), "--overwrite").code == 0
    assert set(table(folder)["model.share_prob"].to_pylist()) == {0.2, 0.7}
    assert sweep(SHARES.replace("0.6", "0.7")).code == 0


def test_what_changes_no_number_may_change(sweep, folder):
    sweep()
    before = (folder / "x" / "table.parquet").read_bytes()
    done = sweep(SHARES, "--set", "name=Other", "--threads", "2")
    assert done.code == 0
    assert "all of it is here already" in done.err
    assert (folder / "x" / "table.parquet").read_bytes() == before


def test_folders_of_others_are_left_alone(sweep, wom, folder):
    wom("run", "s.toml", "--out", "x", "--no-plots")
    done = sweep()
    assert done.code == 2
    assert "x: holds the results of a run; choose another folder with --out, or --overwrite" in done.err
    assert (folder / "x" / "replicas.parquet").exists()
    assert sweep(SHARES, "--overwrite").code == 0
    done = wom("run", "s.toml", "--out", "x", "--no-plots")
    assert done.code == 2
    assert "x: holds a sweep" in done.err


def test_files_of_others_are_left_alone(sweep, folder):
    (folder / "x").mkdir()
    (folder / "x" / "thesis.doc").write_text("mine")
    done = sweep()
    assert done.code == 2
    assert "x: holds files that are not ours (thesis.doc)" in done.err
    assert [path.name for path in (folder / "x").iterdir()] == ["thesis.doc"]


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a place that nobody may write to")
def test_a_place_that_cannot_be_written_is_told_before_anything_is_run(sweep):
    done = sweep(SHARES, "--out", "/proc/self/x")
    assert done.code == 2
    assert "/proc/self/x: cannot be written" in done.err
    assert done.err.count("\n") == 1


def test_odd_names_and_places_work(wom, folder):
    place = folder / "a folder, with \u6771\u4eac and 'quotes'"
    place.mkdir()
    (place / "p\u00e9ople.csv").write_text("source,target\na,b\n\U0001f600,a\n")
    text = (
        (folder / "s.toml").read_text().replace("people.csv", "p\u00e9ople.csv").replace('"A test"', '"\u6771 & <b>"')
    )
    (place / "s.toml").write_text(text + '\n[sweep]\n"seeding.nodes" = [["a"], ["\U0001f600"]]\n')
    done = wom("sweep", place / "s.toml", "--out", place / "-x y", "--csv")
    assert done.code == 0, done.err
    found = pq.read_table(place / "-x y" / "table.parquet").column(0).to_pylist()
    assert set(found) == {'["a"]', '["\U0001f600"]'}


def test_what_is_best_on_the_first_set_is_judged_on_the_others(sweep, folder):
    done = sweep(f"{SHARES}replica_sets = 3")
    told = json.loads((folder / "x" / "sweep.json").read_text())["best"]
    rows = table(folder).to_pandas()
    best = rows[rows["model.share_prob"] == told["case"]["model.share_prob"]]
    means = rows[rows["set"] == 0].groupby("model.share_prob")["reach"].mean()
    assert told["mean_where_chosen"] == means.max() == best[best["set"] == 0]["reach"].mean()
    assert told["mean_where_judged"] == best[best["set"] > 0]["reach"].mean()
    assert "judged on the others, which had no part in the choice" in done.out


def test_a_name_that_looks_like_markup_or_a_formula_stays_text(sweep, folder):
    sweep('[sweep]\n"seeding.nodes" = [["a"], ["=cmd()"]]')
    assert "=cmd()" in (folder / "x" / "failures.csv").read_text()
