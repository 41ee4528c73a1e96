"""`wom seeding`: what it writes and prints, what it refuses."""

import csv
import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

HUBS = """\
format = 1
name = "Two hubs"

[network]
file = "hubs.csv"

[model]
kind = "independent_cascade"
share_prob = 0.5

[seeding]
strategy = "degree"
n_seed_nodes = 2

[run]
n_replicas = 400
rng_seed = 1
"""


@pytest.fixture
def hubs(folder):
    """Two hubs of 8 listeners each, and `copy`, who has the same 7 listeners as the first."""
    ties = [f"a,a{i}" for i in range(8)] + [f"b,b{i}" for i in range(6)] + [f"copy,a{i}" for i in range(7)]
    (folder / "hubs.csv").write_text("\n".join(["u,v", *ties]) + "\n")
    (folder / "h.toml").write_text(HUBS)
    return folder


def rows(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def written(folder):
    (path,) = (folder / "runs").iterdir()
    return path


def test_the_table_the_folder_and_the_people(wom, hubs):
    done = wom("seeding", "h.toml")
    path = written(hubs)
    assert done.code == 0
    assert {p.name for p in path.iterdir()} == {
        "scenario.toml", "seeding.json", "manifest.json", "seed_nodes.csv", "strategies.csv", "budget_curve.csv",
        *(f"{name}.{kind}" for name in ("strategies", "budget_curve", "chosen_people") for kind in ("png", "svg")),
        ".lock",
    }  # fmt: skip
    assert path.name.startswith("two-hubs-seeding-")
    assert "opim" in done.out.splitlines()[4]
    assert "certain: at least" in done.out
    best = [row["person"] for row in rows(path / "seed_nodes.csv") if row["strategy"] == "opim"]
    assert best == ["a", "b"]
    assert [row["person"] for row in rows(path / "seed_nodes.csv") if row["strategy"] == "degree"] == ["a", "copy"]


def test_means_are_those_of_a_run_with_the_people_chosen(wom, hubs):
    """Fresh replicas: the case's own, which `wom run` would give."""
    document = json.loads(wom("seeding", "h.toml", "--json", "--no-plots", "--strategy", "degree").out)
    (found,) = document["strategies"]
    run = json.loads(wom("run", "h.toml", "--json", "--no-plots").out)
    assert found["objective"]["mean"] == run["metrics"]["reach"]["mean"]
    assert found["objective"]["standard_error"] == run["metrics"]["reach"]["standard_error"]
    assert document["curve"]["points"][-1]["mean"] == found["objective"]["mean"]
    assert [point["n_people"] for point in document["curve"]["points"]] == [0, 1, 2]


def test_differences_are_taken_replica_by_replica(wom, hubs):
    document = json.loads(wom("seeding", "h.toml", "--json", "--no-plots", "--strategy", "degree,opim").out)
    best, other = document["strategies"]
    behind = best["objective"]["mean"] - other["objective"]["mean"]
    assert (best["strategy"], other["strategy"]) == ("opim", "degree")
    assert np.isclose(other["behind_best"]["mean"], behind)
    assert best["behind_best"]["mean"] == 0.0
    assert (best["shared_with_best"], other["shared_with_best"]) == (1.0, 0.5)
    assert [off["factor"] for off in best["off"]] == [0.5, 2.0]
    assert other["off"] == []


def test_number_and_money_from_the_command_line(wom, hubs):
    one = json.loads(wom("seeding", "h.toml", "--json", "--no-plots", "--strategy", "opim", "-k", "1").out)
    assert [person["person"] for person in one["strategies"][0]["seed_nodes"]] == ["a"]
    paid = wom(
        "seeding", "h.toml", "--json", "--no-plots", "--strategy", "opim,degree",
        "--set", "seeding.cost_per_person=10", "--budget", "25",
    )  # fmt: skip
    found = json.loads(paid.out)["strategies"]
    assert [trial["cost"] for trial in found] == [20.0, 20.0]
    assert {person["person"] for person in found[0]["seed_nodes"]} == {"a", "b"}


def test_people_named_one_by_one_are_a_strategy_too(wom, hubs):
    (hubs / "n.toml").write_text(HUBS.replace('strategy = "degree"\nn_seed_nodes = 2', 'nodes = ["a0", "a1"]'))
    document = json.loads(wom("seeding", "n.toml", "--json", "--no-plots").out)
    found = {trial["strategy"]: trial for trial in document["strategies"]}
    assert [person["person"] for person in found["nodes"]["seed_nodes"]] == ["a0", "a1"]
    assert found["nodes"]["objective"]["mean"] == 2.0
    assert len(found["opim"]["seed_nodes"]) == 2


def test_all_strategies_run_or_say_why_not(wom, hubs):
    done = wom("seeding", "h.toml", "--strategy", "all", "--no-plots", "--replicas", "100")
    assert done.code == 0
    document = json.loads((written(hubs) / "seeding.json").read_text())
    assert {"opim", "degree", "random"} <= {trial["strategy"] for trial in document["strategies"]}
    for trial in document["strategies"]:
        assert len(trial["seed_nodes"]) == 2, trial["strategy"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--strategy", "best"], "--strategy: there is no strategy 'best'"),
        (["--strategy", ","], "--strategy: names no strategy"),
        (["--strategy", "nodes"], "--strategy nodes: the scenario names nobody"),
        (["-k", "40"], "seeding.n_seed_nodes: must be at most the 17 people of the network, got 40"),
        (["--budget", "5"], "seeding.budget: nobody costs anything"),
        (["--budget", "5", "-k", "2"], "--budget: not with --n-seed-nodes"),
        (["--objective", "raech"], "objective: independent_cascade has no metric 'raech'; did you mean 'reach'?"),
        (["--objective", "reach,"], "objective: must be a metric or one less another"),
        (["--set", 'seeding.among=["a", "nobody"]'], "seeding.among: nobody is called 'nobody'"),
        (["--off-by", "1"], "--off-by"),
        (["--off-by", "nan"], "--off-by"),
    ],
)
def test_bad_input_is_one_line_and_nothing_written(wom, hubs, args, said):
    done = (
        wom("seeding", "h.toml", "--strategy", "degree", *args)
        if "--strategy" not in args
        else wom("seeding", "h.toml", *args)
    )
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err
    assert not list(hubs.glob("runs/*"))


def test_nobody_at_all_is_an_answer(wom, hubs):
    done = wom("seeding", "h.toml", "-k", "0", "--no-plots")
    assert done.code == 0
    document = json.loads((written(hubs) / "seeding.json").read_text())
    assert all(trial["objective"]["mean"] == 0.0 for trial in document["strategies"])
    poor = wom(
        "seeding", "h.toml", "--set", "seeding.cost_per_person=10", "--budget", "9", "--no-plots", "--json",
    )  # fmt: skip
    assert poor.code == 0
    assert all(trial["n_people"] == 0 for trial in json.loads(poor.out)["strategies"])
    assert "9 pays 0 people" in json.loads(poor.out)["strategies"][0]["notes"][0]


def test_the_folder_of_a_run_and_of_a_comparison_are_kept_apart(wom, hubs):
    assert wom("run", "h.toml", "--out", "run", "--no-plots").code == 0
    refused = wom("seeding", "h.toml", "--out", "run", "--no-plots", "--strategy", "degree")
    assert (refused.code, "holds the results of another run" in refused.err) == (2, True)
    assert wom("seeding", "h.toml", "--out", "seeds", "--no-plots", "--strategy", "degree").code == 0
    refused = wom("run", "h.toml", "--out", "seeds", "--no-plots")
    assert (refused.code, "holds a comparison of strategies" in refused.err) == (2, True)
    assert wom("seeding", "h.toml", "--out", "seeds", "--no-plots", "--strategy", "degree").code == 0


def test_a_certificate_for_a_stand_in_is_marked(wom, hubs):
    for model, mark in (('kind = "threshold"\nfraction = 0.5', "threshold"), ('kind = "linear_threshold"', None)):
        text = HUBS.replace('kind = "independent_cascade"\nshare_prob = 0.5', model)
        (hubs / "s.toml").write_text(text.replace("Two hubs", str(mark)))
        done = wom("seeding", "s.toml", "--no-plots", "--strategy", "opim", "--out", f"out-{mark}")
        certificate = json.loads((hubs / f"out-{mark}" / "seeding.json").read_text())["strategies"][0]["certificate"]
        (row,) = rows(hubs / f"out-{mark}" / "strategies.csv")
        assert (certificate["stand_in"], row["stand_in"]) == (("weighted_cascade",) * 2 if mark else (None, ""))
        assert (" % (stand-in)" in done.out) == (mark is not None)


def test_strategies_that_simulate_are_not_tried_again_with_wrong_chances(wom, hubs):
    document = json.loads(wom("seeding", "h.toml", "--json", "--no-plots", "--strategy", "greedy,celf,imm").out)
    assert {trial["strategy"]: len(trial["off"]) for trial in document["strategies"]} == {
        "greedy": 0,
        "celf": 0,
        "imm": 2,
    }


def test_threads_change_no_choice_and_no_mean(wom, hubs):
    one, two = (
        json.loads(wom("seeding", "h.toml", "--json", "--no-plots", "--threads", n, "--overwrite").out) for n in (1, 2)
    )
    for document in (one, two):
        for trial in document["strategies"]:
            trial.pop("seconds")
    assert one == two


def test_a_metric_that_is_undefined_without_starters_is_no_number(wom, hubs):
    """Nobody is reached by nobody, so that there is no time to half of them."""
    done = wom("seeding", "h.toml", "--objective", "time_to_half", "--strategy", "degree", "--no-plots")
    assert done.code == 0
    document = json.loads((written(hubs) / "seeding.json").read_text())
    assert document["curve"]["points"][0]["mean"] is None


def test_other_numbers_have_other_folders(wom, hubs):
    for k in (1, 2):
        assert wom("seeding", "h.toml", "-k", k, "--strategy", "degree", "--no-plots").code == 0
    assert len(list((hubs / "runs").iterdir())) == 2


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupt_while_choosing_leaves_at_once_and_nothing_behind(hubs, name):
    """A hundred people by simulation, of a thousand candidates, would take hours."""
    slow = HUBS.replace('file = "hubs.csv"', 'generate = "random"\nn_people = 3000\nmean_contacts = 6')
    (hubs / "slow.toml").write_text(slow)
    command = ["-m", "wom_sim", "seeding", "slow.toml", "-k", "100", "--strategy", "greedy"]
    command += ["--set", "seeding.strategy=greedy", "--set", "seeding.n_candidates=1000"]
    process = subprocess.Popen([sys.executable, *command], stderr=subprocess.PIPE, text=True)
    line = process.stderr.readline()
    while "greedy ..." not in line:
        line = process.stderr.readline()
    time.sleep(2.0)
    process.send_signal(getattr(signal, name))
    _, err = process.communicate(timeout=30)
    assert process.returncode == 128 + getattr(signal, name)
    assert "interrupted; nothing was saved" in err
    assert not list(hubs.glob("runs/*"))
