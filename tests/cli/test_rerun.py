"""`wom rerun`: a run is made again from its own folder, exactly, or it is said in one line why not."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from campaign_results import EVERYTHING
from folders import change_cell, edit_manifest, recommit, state

VARIANTS = """
[uncertain]
"model.content.video.engage_prob" = { low = 0.1, high = 0.4 }

[[plans]]
name = "half"
set = { "model.content.video.spend" = 10 }
"""


def one_line(done):
    """The single line of a refusal."""
    assert (done.code, done.out) == (2, ""), done
    (line,) = done.err.splitlines()
    return line


@pytest.mark.parametrize(
    "flags",
    [
        [],
        ["--set", "model.share_prob=0.3", "--set", 'seeding.nodes=["b", "c"]', "--replicas", 25, "--rng-seed", 7],
        ["--set", "run.n_replicas=10", "--replicas", 20],
        ["--set", 'model.kind="linear_threshold"', "--set", 'name="Ümlaut = 1"', "--replicas", 5],
    ],
)
def test_a_run_made_again_is_identical_and_nothing_is_written(wom, folder, flags):
    if 'model.kind="linear_threshold"' in flags:
        (folder / "s.toml").write_text((folder / "s.toml").read_text().replace("share_prob = 0.5", ""))
    assert wom("run", "s.toml", "--no-plots", "--out", "r", *flags).code == 0
    before = state(folder / "r")
    done = wom("rerun", "r", "--quiet")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("identical: ")
    assert state(folder / "r") == before


def test_a_seed_that_was_made_for_the_run_is_repeated(wom, folder):
    (folder / "s.toml").write_text((folder / "s.toml").read_text().replace("rng_seed = 1\n", ""))
    wom("run", "s.toml", "--no-plots", "--out", "r")
    assert wom("rerun", "r").code == 0


def test_the_network_is_found_from_any_place(wom, folder, monkeypatch):
    (folder / "in").mkdir()
    (folder / "data").mkdir()
    (folder / "people.csv").rename(folder / "data" / "people.csv")
    (folder / "in" / "s.toml").write_text((folder / "s.toml").read_text().replace("people.csv", "../data/people.csv"))
    wom("run", "in/s.toml", "--no-plots", "--out", "r")
    (folder / "else").mkdir()
    monkeypatch.chdir(folder / "else")
    assert wom("rerun", "../r").code == 0
    (folder / "data" / "people.csv").rename(folder / "else" / "people.csv")
    assert "../data/people.csv: the network's file is not in" in one_line(wom("rerun", "../r", "--quiet"))
    assert wom("rerun", "../r", "--data", ".").code == 0
    assert one_line(wom("rerun", "../r", "--data", "nowhere")).startswith(
        "wom: --data nowhere: there is no such folder"
    )


def test_a_campaign_with_plans_and_ranges_is_repeated_by_its_plan(wom, folder):
    (folder / "c.toml").write_text(EVERYTHING + VARIANTS)
    asked = ["--plan", "half", "--set", "network.n_people=500", "--replicas", 6]
    assert wom("run", "c.toml", "--no-plots", "--out", "r", *asked).code == 0
    done = wom("rerun", "r", "--threads", 1)
    assert done.code == 0, done
    assert "6 replicas of 'Everything at once, half'" in done.out
    assert "5 tables with" in done.out


def test_a_partial_run_is_compared_as_far_as_it_went(wom, folder):
    wom("run", "s.toml", "--no-plots", "--out", "r", "--replicas", 12)

    def interrupted(manifest):
        manifest["status"], manifest["n_replicas"] = "partial", 40

    edit_manifest(folder / "r", interrupted)
    done = wom("rerun", "r")
    assert done.code == 0
    assert "12 replicas that the interrupted run left of 'A test'" in done.out


def test_a_number_that_was_changed_is_found_and_named(wom, folder):
    wom("run", "s.toml", "--no-plots", "--out", "r")
    change_cell(folder / "r", "replicas", "reach", 7, 99)
    done = wom("rerun", "r")
    assert done.code == 1
    lines = done.out.splitlines()
    assert lines[0].startswith("different: 40 replicas of 'A test'")
    (named,) = [line for line in lines if "reach" in line]
    assert named.startswith(
        "  replicas.parquet, reach: differs in 1 of 40 replicas, first in replica 7: 99 in the folder, "
    )
    assert "  curves.parquet: the same" in lines
    assert any(line.startswith("nothing known explains it") for line in lines)
    document = json.loads(wom("rerun", "r", "--json", "--quiet").out)
    assert document["identical"] is False
    (difference,) = document["tables"]["replicas"]["differences"]
    assert (difference["column"], difference["replica"], difference["then"]) == ("reach", 7, 99)


def test_a_change_in_a_curve_names_the_step(wom, folder):
    wom("run", "s.toml", "--no-plots", "--out", "r")
    curves = pq.read_table(folder / "r" / "curves.parquet")
    row = curves["step"].to_pylist().index(1)
    change_cell(folder / "r", "curves", "reach", row, 77)
    done = wom("rerun", "r")
    assert done.code == 1
    where = f"first in replica {curves['replica'][row]}, step 1: 77 in the folder, {curves['reach'][row]} now"
    assert f"curves.parquet, reach: differs in 1 of 40 replicas, {where}" in done.out


def test_what_was_otherwise_then_is_offered_as_an_explanation(wom, folder):
    wom("run", "s.toml", "--no-plots", "--out", "r")
    change_cell(folder / "r", "replicas", "time_to_half", 0, 0.123)

    def older(manifest):
        manifest["rng"] = "wom-0"
        manifest["made_with"]["packages"]["numpy"] = "1.0"

    edit_manifest(folder / "r", older)
    done = wom("rerun", "r")
    assert done.code == 1
    assert "could explain it: random stream: wom-0 then, wom-1 now" in done.out
    assert "could explain it: numpy: 1.0 then" in done.out
    assert "fractions to 1e-12 (NumPy 1.0 then" in done.out


def test_a_tiny_difference_of_fractions_counts_only_with_the_same_numpy(wom, folder):
    wom("run", "s.toml", "--no-plots", "--out", "r")
    mean = json.loads((folder / "r" / "summary.json").read_text())["metrics"]["reach"]["mean"]
    near = mean * (1 + 4e-13)
    assert near != mean
    text = (folder / "r" / "summary.json").read_text().replace(repr(mean), repr(near), 1)
    (folder / "r" / "summary.json").write_text(text)
    recommit(folder / "r", "summary.json")
    done = wom("rerun", "r")
    assert done.code == 1
    assert "summary.json, metrics.reach.mean: " in done.out
    edit_manifest(folder / "r", lambda manifest: manifest["made_with"]["packages"].update(numpy="1.0"))
    assert wom("rerun", "r").code == 0


def test_a_changed_network_file_is_refused(wom, folder):
    wom("run", "s.toml", "--no-plots", "--out", "r")
    (folder / "people.csv").write_text((folder / "people.csv").read_text() + "a,f\n")
    line = one_line(wom("rerun", "r", "--quiet"))
    assert line.startswith("wom: people.csv: is not the network of this run: its hash is ")
    (folder / "people.csv").unlink()
    assert "people.csv: the network's file is not in" in one_line(wom("rerun", "r", "--quiet"))


def test_a_network_from_standard_input_cannot_be_repeated(wom, folder):
    wom("run", "s.toml", "--no-plots", "--out", "r")
    edit_manifest(folder / "r", lambda manifest: manifest["asked"]["set"].append('network.file="-"'))
    assert "its network was read from standard input" in one_line(wom("rerun", "r", "--quiet"))


def test_folders_that_hold_no_run_are_refused_in_one_line(wom, folder):
    assert one_line(wom("rerun", "nowhere")) == "wom: nowhere: there is no such folder"
    assert one_line(wom("rerun", "s.toml")) == "wom: s.toml: is a file, not a results folder"
    assert one_line(wom("rerun", ".")) == "wom: .: is not the results folder of a run: it has no manifest.json"
    wom("seeding", "s.toml", "-k", 1, "--strategy", "degree", "--no-plots", "--out", "seeding", "--replicas", 5)
    assert "it has no manifest.json; name one inside it, such as seeding" in one_line(wom("rerun", "."))
    assert "holds a comparison of strategies, not a run" in one_line(wom("rerun", "seeding"))


@pytest.mark.parametrize("name", ["replicas.parquet", "scenario.toml", "case.json", "summary.json"])
def test_a_file_that_is_not_as_the_run_wrote_it_is_refused(wom, folder, name):
    wom("run", "s.toml", "--no-plots", "--out", "r")
    content = bytearray((folder / "r" / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "r" / name).write_bytes(content)
    expected = f"wom: {Path('r', name)}: is not as the run wrote it: its SHA-256 is not the one in manifest.json"
    assert one_line(wom("rerun", "r")) == expected
    (folder / "r" / name).unlink()
    assert f"{name}: cannot be read" in one_line(wom("rerun", "r"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m.pop("n_done"), "'n_done' is missing or no whole number"),
        (lambda m: m.update(rng_seed="one"), "'rng_seed' is missing or no whole number"),
        (lambda m: m.update(status="being written"), "was stopped while it wrote its results"),
        (lambda m: m.update(format=2), "made by a newer wom_sim"),
        (lambda m: m["files"].pop("replicas.parquet"), "does not name replicas.parquet"),
        (lambda m: m["files"].update({"../s.toml": {}}) or m.update(pack={}), "is no name of a file in the folder"),
        (lambda m: m.update(asked={"set": "a"}), "'asked' is not what a run writes"),
    ],
)
def test_a_damaged_manifest_is_refused(wom, folder, change, said):
    wom("run", "s.toml", "--no-plots", "--out", "r")
    edit_manifest(folder / "r", change)
    assert said in one_line(wom("rerun", "r"))
    (folder / "r" / "manifest.json").write_text("{")
    assert "manifest.json: is damaged: not the JSON that a run writes" in one_line(wom("rerun", "r"))


def test_an_older_folder_is_repeated_where_its_scenario_is_all_that_was_asked(wom, folder):
    wom("run", "s.toml", "--no-plots", "--out", "r")
    wom("run", "s.toml", "--no-plots", "--out", "changed", "--set", "model.share_prob=0.2")
    for name in ("r", "changed"):
        edit_manifest(folder / name, lambda manifest: manifest.pop("asked"))
    assert wom("rerun", "r").code == 0
    line = one_line(wom("rerun", "changed", "--quiet"))
    assert "does not say what the run was asked beyond scenario.toml, which alone makes another case" in line


def test_the_versions_kept_are_those_that_made_the_replicas(wom, folder):
    """Reading a finished folder makes nothing; adding to it leaves two sets of versions."""
    wom("run", "s.toml", "--no-plots", "--out", "r")
    edit_manifest(folder / "r", lambda manifest: manifest["made_with"]["packages"].update(numpy="1.0"))
    wom("run", "s.toml", "--no-plots", "--out", "r")
    manifest = json.loads((folder / "r" / "manifest.json").read_text())
    assert manifest["made_with"]["packages"]["numpy"] == "1.0"
    wom("run", "s.toml", "--no-plots", "--out", "r", "--replicas", 50)
    wom("run", "s.toml", "--no-plots", "--out", "r", "--replicas", 55)
    manifest = json.loads((folder / "r" / "manifest.json").read_text())
    (begun,) = manifest["begun_with"]
    assert begun["packages"]["numpy"] == "1.0" != manifest["made_with"]["packages"]["numpy"]
    done = wom("rerun", "r")
    assert done.code == 0
    assert "fractions to 1e-12 (NumPy 1.0 and " in done.out
    wom("run", "s.toml", "--no-plots", "--out", "r", "--replicas", 60, "--overwrite")
    assert "begun_with" not in json.loads((folder / "r" / "manifest.json").read_text())


def test_a_model_of_a_package_that_is_not_installed_is_named_with_its_package(wom, folder):
    wom("run", "s.toml", "--no-plots", "--out", "r")
    for name, old, new in (
        ("scenario.toml", "independent_cascade", "theirs"),
        ("case.json", "{", '{"package": "x 1",'),
    ):
        file = folder / "r" / name
        file.write_text(file.read_text().replace(old, new, 1))
    recommit(folder / "r", "scenario.toml", "case.json")
    done = wom("rerun", "r")
    assert done.code == 2
    assert "model.kind: there is no model 'theirs'" in done.err
    assert "its model came from x 1; install that first" in done.err


def test_the_demo_is_repeated(wom):
    wom("demo", "--replicas", 2, "--no-plots", "--out", "d", "--quiet")
    assert wom("rerun", "d").code == 0
