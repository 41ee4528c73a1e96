"""`wom sensitivity`: what it writes and prints, what it goes on with, what it refuses."""

import csv
import json
import sys

import numpy as np
import pyarrow.parquet as pq
import pytest

pytest.importorskip("SALib")

RANGE = '[sweep]\n"model.share_prob" = { low = 0.1, high = 0.9, levels = 9 }\n'
UNUSED = '"run.max_steps" = [5, 6]\n'


@pytest.fixture
def star(folder):
    """A hub of 20 listeners; `swept.toml` varies the chance that they hear, and what does not matter."""
    (folder / "star.csv").write_text("\n".join(["u,v", *(f"a,b{i}" for i in range(20))]) + "\n")
    plain = (folder / "s.toml").read_text().replace("people.csv", "star.csv").replace("A test", "A star")
    (folder / "plain.toml").write_text(plain)
    (folder / "swept.toml").write_text(plain + RANGE + UNUSED)
    return folder


def written(folder):
    (path,) = (folder / "runs").iterdir()
    return path


def test_effects_are_told_written_and_drawn(star, wom):
    outcome = wom("sensitivity", "swept.toml", "--cases", 30)
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert lines[0] == "A star: elementary effects (Morris), 30 cases of 40 replicas from 10 trajectories, rng_seed 1"
    table = [line.split()[0] for line in lines if line.startswith(("model.", "run."))]
    assert table == ["model.share_prob", "run.max_steps"]
    path = written(star)
    document = json.loads((path / "sensitivity.json").read_bytes())
    probability, steps = document["metrics"]["reach"]["effects"]
    # Reach is 1 + 20 p: the whole range changes it by 16 on average, within the luck of 40 replicas.
    assert probability["mu"]["low"] < 16.0 < probability["mu"]["high"]
    assert steps["mu_star"] == {"value": 0.0, "standard_error": 0.0, "low": 0.0, "high": 0.0}
    with (path / "sensitivity.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["key"] for row in rows] == document["keys"]
    assert float(rows[0]["mu_star"]) == probability["mu_star"]["value"]
    assert (path / "sensitivity.png").read_bytes().startswith(b"\x89PNG")
    keyed = pq.read_table(path / "table.parquet")
    assert keyed.column_names[:3] == ["model.share_prob", "run.max_steps", "replica"]
    assert len(keyed) == 30 * 40
    assert json.loads((path / "manifest.json").read_bytes())["holds"] == "sensitivity"


def test_indices_add_up_where_one_key_is_all(star, wom):
    outcome = wom("sensitivity", "swept.toml", "--method", "sobol", "--cases", 128, "--second-order", "--json")
    document = json.loads(outcome.out)
    told = document["metrics"]["reach"]
    probability, steps = told["effects"]
    assert probability["total"]["low"] < 1.0 < probability["total"]["high"]
    assert steps["total"]["value"] == 0.0
    assert [pair["keys"] for pair in told["second_order"]] == [["model.share_prob", "run.max_steps"]]
    assert (document["n_cases"], document["n_points"], document["method"]) == (96, 16, "sobol")
    assert 0.0 < told["noise"] < 0.05 < told["luck"] < 0.5


def test_the_same_command_runs_nothing_again(star, wom):
    first = wom("sensitivity", "swept.toml", "--cases", 30)
    before = {path.name: path.read_bytes() for path in written(star).iterdir() if path.suffix in {".json", ".parquet"}}
    again = wom("sensitivity", "swept.toml", "--cases", 30)
    assert "all of it is here already" in again.err
    assert again.out == first.out
    after = {path.name: path.read_bytes() for path in written(star).iterdir() if path.suffix in {".json", ".parquet"}}
    assert {name for name in before if before[name] != after[name]} <= {"manifest.json"}


def test_threads_change_nothing(star, wom):
    one, two = (wom("sensitivity", "swept.toml", "--cases", 12, "--threads", n, "--out", f"t{n}") for n in (1, 2))
    assert one.out.replace("t1", "t2") == two.out
    assert (star / "t1/table.parquet").read_bytes() == (star / "t2/table.parquet").read_bytes()


def test_a_case_that_cannot_be_run_is_named(star, wom):
    (star / "star.csv").write_text("u,v,p,q\na,b0,0.5,1.5\na,b1,0.5,0.5\n")
    (star / "bad.toml").write_text((star / "plain.toml").read_text() + '[sweep]\n"model.share_prob" = ["p", "q"]\n')
    outcome = wom("sensitivity", "bad.toml", "--cases", 8)
    assert outcome.code == 4
    assert "(model.share_prob = q): " in outcome.err
    assert "of 8 cases could not be run, and effects and indices need all of them" in outcome.err
    assert outcome.out == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["plain.toml"], "there is nothing to vary; add [sweep] or [uncertain]"),
        (["swept.toml", "--second-order"], "--second-order: only with --method sobol"),
        (["swept.toml", "--cases", "11"], "with 2 keys a trajectory has 3 cases, and at least 4 are needed: 12 cases"),
        (
            ["plain.toml", "--set", 'sweep={"model.share_prob"=[0.1]}'],
            "plain.toml: sweep.model.share_prob: has one value only",
        ),
        (["swept.toml", "--metric", "raech"], "did you mean 'reach'?"),
        (
            ["swept.toml", "--cases", "12", "--set", "model.share_prob=1", "--metric", "reach@x"],
            "--metric: 'reach@x' needs",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(star, wom, arguments, says):
    outcome = wom("sensitivity", *arguments)
    assert outcome.code == 2
    assert says in outcome.err
    assert len(outcome.err.strip().splitlines()) == 1
    assert not (star / "runs").exists() or not any((star / "runs").glob("*/sensitivity.json"))


def test_a_metric_that_nothing_changes_is_said(star, wom):
    outcome = wom("sensitivity", "plain.toml", "--set", 'sweep={"run.max_steps" = [5, 6]}', "--cases", "8")
    assert outcome.code == 2
    assert "nothing that is varied changes it" in outcome.err


def test_without_the_library_it_says_what_to_install(star, wom, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "SALib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "SALib", None)
    outcome = wom("sensitivity", "swept.toml")
    assert outcome.code == 2
    assert (
        outcome.err == "wom: wom sensitivity needs SALib, which is not installed: pip install 'wom-sim[sensitivity]'\n"
    )


def test_a_dry_run_runs_nothing(star, wom):
    outcome = wom("sensitivity", "swept.toml", "--dry-run", "--json")
    assert json.loads(outcome.out)["n_cases"] == 60
    assert not (star / "runs").exists()
    assert np.isfinite(json.loads(outcome.out)["seconds"])


def test_an_interrupt_while_cases_are_tried_is_heeded_and_leaves_nothing(star, wom, interrupted):
    outcome = wom("sensitivity", "swept.toml", "--out", "x")
    assert outcome.code == 130
    assert len(interrupted) == 1
    assert outcome.err.splitlines()[-1] == "interrupted before a part was finished; nothing was saved"
    assert not (star / "x").exists()
