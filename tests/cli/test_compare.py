"""`wom compare`: what it writes and prints, what it pairs, what it refuses."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from plans_and_goals import PLANS, SMALL, document, launch

__all__ = ["launch"]

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def test_the_table_the_folder_and_the_picture(wom, launch):
    done = wom("compare", "p.toml", "--draws", "4", "--draw-replicas", "3")
    assert done.code == 0, done.err
    (path,) = (launch / "runs").iterdir()
    assert {p.name for p in path.iterdir()} == {
        "scenario.toml", "comparison.json", "manifest.json", "asked.json", "plans.csv", "differences.csv",
        "comparison.png", "comparison.svg", "parts", ".lock",
    }  # fmt: skip
    assert "2 plans; campaign, 600 people" in done.out
    assert "on the same people and the same luck" in done.out
    assert "note: budgets differ: 10 in 'ten', 20 in 'twenty'" in done.out
    assert "odds if the numbers are right" in done.out
    assert "given how unsure they are" in done.out
    with (path / "plans.csv").open() as file:
        assert {row["plan"] for row in csv.DictReader(file)} == {"ten", "twenty"}
    assert json.loads((path / "manifest.json").read_text())["holds"] == "comparison"


def test_means_are_those_of_the_runs_and_differences_are_theirs_pair_by_pair(wom, launch):
    found = document(wom, "compare", "p.toml", "--draws", "0")
    runs = {}
    for plan in ("ten", "twenty"):
        done = wom("run", "p.toml", "--plan", plan, "--csv", "--no-plots", "--quiet", "--out", plan)
        assert done.code == 0
        with (launch / plan / "replicas.csv").open() as file:
            runs[plan] = np.array([float(row["conversions"]) for row in csv.DictReader(file)])
    contest = found["metrics"][0]
    for plan in contest["plans"]:
        assert plan["result"]["mean"] == pytest.approx(runs[plan["plan"]].mean())
    (gap,) = contest["differences"]
    paired = runs[gap["plan"]] - runs[gap["less"]]
    assert gap["difference"]["mean"] == pytest.approx(paired.mean())
    assert gap["difference"]["standard_error"] == pytest.approx(paired.std(ddof=1) / np.sqrt(40))
    assert found["paired"]
    assert found["draws"] is None


def test_two_files_without_a_number_of_their_own_get_the_same_luck(wom, launch):
    for name in ("a", "b"):
        text = (launch / f"{name}.toml").read_text()
        (launch / f"{name}.toml").write_text(text.replace("rng_seed = 7\n", ""))
    found = document(wom, "compare", "a.toml", "b.toml")
    assert found["paired"]
    assert len({plan["rng_seed"] for plan in found["plans"]}) == 1
    assert [plan["plan"] for plan in found["plans"]] == ["A small launch", "A dear launch"]


def test_files_with_other_luck_or_other_people_are_not_paired_and_it_says_so(wom, launch):
    text = (launch / "b.toml").read_text()
    (launch / "b.toml").write_text(text.replace("rng_seed = 7", "rng_seed = 8"))
    done = wom("compare", "a.toml", "b.toml", "--no-plots")
    assert done.code == 0
    assert "NOT all on the same people and luck" in done.out
    assert "Not paired: different people" in done.out
    assert "not paired" in done.out
    paired = document(wom, "compare", "a.toml", "b.toml", "--rng-seed", "3")
    assert paired["paired"]
    apart = json.loads(wom("compare", "a.toml", "b.toml", "--json", "--no-plots", "--quiet").out)
    gap = apart["metrics"][0]["differences"][0]
    assert gap["difference"] == gap["unpaired"]
    assert not gap["difference"]["paired"]


def test_the_same_question_again_runs_nothing_and_gives_the_same(wom, launch):
    first = document(wom, "compare", "p.toml", "--draws", "3")
    (path,) = (launch / "runs").iterdir()
    parts = {p: p.stat().st_mtime_ns for p in path.rglob("parts/*/c*.parquet")}
    assert document(wom, "compare", "p.toml", "--draws", "3") == first
    assert {p: p.stat().st_mtime_ns for p in path.rglob("parts/*/c*.parquet")} == parts
    assert document(wom, "compare", "p.toml", "--draws", "3", "--threads", "1", "--out", "x") == first


def test_all_plans_are_run_in_the_same_draws(wom, launch):
    (launch / "u.toml").write_text(
        SMALL + '\n[uncertain]\n"model.content.film.engage_prob" = { low = 0.02, high = 0.1 }\n' + PLANS
    )
    found = document(wom, "compare", "u.toml", "--draws", "10")
    assert [key["key"] for key in found["draws"]["keys"]] == ["model.content.film.engage_prob"]
    assert found["draws"]["of"] == "uncertain"
    for plan in found["plans"]:
        assert 0.0 <= plan["goal"]["odds_given_unsure"]["p"] <= 1.0
        assert plan["goal"]["odds_given_unsure"]["n"] == 10
    assert sum(plan["best_given_unsure"]["p"] for plan in found["metrics"][0]["plans"]) == pytest.approx(1.0)


def test_one_plan_is_compared_with_the_file_as_it_stands(wom, launch):
    done = wom("compare", "p.toml", "--plan", "twenty", "--draws", "0", "--no-plots")
    assert done.code == 0
    assert "note: one plan is compared with the file as it stands" in done.err
    assert "the file as it stands" in done.out


def test_metrics_of_a_moment_and_several_at_once(wom, launch):
    found = document(wom, "compare", "p.toml", "--draws", "0", "--metric", "reach@3d", "--metric", "spend")
    assert [each["metric"] for each in found["metrics"]] == ["reach@3d", "spend"]
    assert [plan["plan"] for plan in found["metrics"][1]["plans"]] == ["ten", "twenty"]  # less is better


def test_every_replica_is_written_where_that_is_asked(wom, launch):
    assert wom("compare", "p.toml", "--draws", "0", "--csv", "--no-plots", "--out", "x").code == 0
    with (launch / "x" / "replicas.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(row["plan"], row["replica"]) for row in rows] == [
        (p, str(r)) for p in ("ten", "twenty") for r in range(40)
    ]
    with (launch / "x" / "plans.csv").open() as file:
        means = {row["plan"]: float(row["mean"]) for row in csv.DictReader(file)}
    assert means["ten"] == pytest.approx(np.mean([float(row["conversions"]) for row in rows[:40]]))


def test_models_may_differ(wom, folder):
    (folder / "m.toml").write_text(
        (folder / "s.toml").read_text()
        + '\n[[plans]]\nname = "coin"\n\n[[plans]]\nname = "company"\nmodel = { kind = "threshold", count = 2 }\n'
    )
    found = document(wom, "compare", "m.toml")
    assert [plan["model"] for plan in found["plans"]] == ["independent_cascade", "threshold"]
    assert found["metrics"][0]["metric"] == "reach"
    assert found["draws"] is None


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["a.toml"], "a.toml: plans: there are none to compare; write two [[plans]]"),
        (["p.toml", "--plan", "tne"], "plans: there is no plan 'tne'; did you mean 'ten'?"),
        (["p.toml", "--plan", "ten", "--plan", "ten"], "--plan ten: is named 2 times"),
        (["a.toml", "b.toml", "--plan", "ten"], "--plan: only with one file"),
        (["a.toml", "./a.toml"], "a.toml: is named 2 times; name each file once"),
        (["a.toml", "c.toml"], "c.toml: cannot be read"),
        (
            ["p.toml", "--metric", "conversion"],
            "--metric conversion: no plan has 'conversion'; did you mean",
        ),
        (["p.toml", "--metric", "spend@3d"], "p.toml: --metric: no curve here is called 'spend'"),
        (["p.toml", "--metric", "reach@soon"], "--metric: 'reach@soon' needs a length of time"),
        (["a.toml", "s.toml", "--metric", "spend"], "--metric spend: 'A test' does not have 'spend'"),
        ([], "Missing argument"),
    ],
)
def test_bad_input_is_one_line_and_nothing_written(wom, launch, args, said):
    done = wom("compare", *args)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err
    assert not list(launch.glob("runs/*"))


def test_a_folder_of_another_comparison_is_left_alone(wom, launch):
    assert wom("compare", "p.toml", "--draws", "0", "--out", "x", "--no-plots").code == 0
    other = wom("compare", "p.toml", "--draws", "0", "--out", "x", "--set", "model.content.film.seen_prob=0.5")
    assert other.code == 2
    assert "x: holds a comparison that was asked otherwise" in other.err
    assert wom("run", "a.toml", "--out", "x").code == 2


def test_one_per_cent_of_spend_is_seen_through_the_same_luck(wom, folder):
    """The shipped example: pairing leaves less than a tenth of the variance, so that one per cent shows at all."""
    found = document(
        wom, "compare", str(SCENARIOS / "one_per_cent.toml"), "--replicas", "80", "--metric", "engagements"
    )
    gap = found["metrics"][0]["differences"][0]
    assert abs(gap["spend"]["mean"]) == pytest.approx(10.0)
    assert gap["difference"]["variance_reduction"] > 10.0
    assert gap["difference"]["clear"]
    assert not gap["unpaired"]["clear"]


def test_the_contract_compares_two_friends_with_one(wom, folder):
    contract = SCENARIOS.parent / "tests" / "contract" / "complex_contagion.toml"
    found = document(wom, "compare", str(contract), "--replicas", "10", "--set", "network.n_people=2000")
    assert found["paired"]
    assert [plan["plan"] for plan in found["metrics"][0]["plans"]] == [
        "needs two friends", "one is enough", "grows with each friend",
    ]  # fmt: skip


def test_an_interrupt_while_cases_are_tried_is_heeded_and_leaves_nothing(wom, launch, interrupted):
    done = wom("compare", "p.toml", "--draws", "0", "--out", "x")
    assert done.code == 130
    assert len(interrupted) == 1
    assert done.err.splitlines()[-1] == "interrupted before a part was finished; nothing was saved"
    assert not (launch / "x").exists()


def test_an_rng_seed_that_is_made_is_said_and_one_that_is_borrowed_too(wom, launch):
    (launch / "n.toml").write_text((launch / "a.toml").read_text().replace("rng_seed = 7\n", ""))
    (launch / "m.toml").write_text((launch / "b.toml").read_text().replace("rng_seed = 7\n", ""))
    made = wom("compare", "n.toml", "m.toml", "--replicas", "4", "--draws", "0", "--no-plots")
    assert "was made for this comparison; give it with --rng-seed to repeat it" in made.err
    borrowed = wom("compare", "n.toml", "b.toml", "--replicas", "4", "--draws", "0", "--no-plots")
    assert "note: n.toml names no rng_seed and takes 7, that of the others" in borrowed.err
    assert "was made" not in borrowed.err
