"""Shards put together: the bytes of one job, and every reason why some folders are no whole sweep."""

import json
import os
import shutil

import pytest

from studies import GRID, MIXED
from wom_sim.cli.main import main

SCENARIO = """\
format = 1
name = "Shared out"
network = { generate = "random", n_people = 60, mean_contacts = 4 }
model = { kind = "independent_cascade", share_prob = 0.3 }
seeding = { strategy = "degree", n_seed_nodes = 2 }
run = { n_replicas = 10, rng_seed = 5 }

[sweep]
"""
DATED = (
    '"model.share_prob" = [0.1, 0.2]\n"start" = [2026-01-01, 2026-06-01]\n"run.rng_seed" = [1, 18446744073709551615]'
)
FAILING = '"seeding.n_seed_nodes" = [1, 500, 4, 501]'
SWEEPS = {
    "grid": GRID,
    "models": MIXED,
    "sets": f"{GRID}\nreplica_sets = 2",
    "precision": f'{GRID}\nprecision = {{ metric = "reach", relative = 0.1, at_most = 80 }}',
    "odd values": DATED,
    "some fail": FAILING,
    "what one model lacks": f'{MIXED}metrics = ["recovered"]\nreplica_sets = 2',
    "one metric of one model": f'{MIXED}metrics = ["recovered", "reach"]',
}


@pytest.fixture(scope="module", autouse=True)
def _no_waiting_for_the_disk():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture
def call(tmp_path, monkeypatch, capfd):
    """Call the command line in a folder of its own; return exit code and stderr."""
    monkeypatch.chdir(tmp_path)

    def call(*args):
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main([*map(str, args), "--no-plots"])
        return int(left.value.code or 0), capfd.readouterr().err

    return call


def write(folder, sweep):
    (folder / "s.toml").write_text(SCENARIO + sweep)


def sweep(call, out, *more):
    return call("sweep", "s.toml", "--out", out, "--quiet", *more)[0]


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("name", SWEEPS)
def test_shards_together_are_one_job_byte_for_byte(call, tmp_path, name, n):
    write(tmp_path, SWEEPS[name])
    code = 4 if name == "some fail" else 0
    assert sweep(call, "whole", "--curves", "--csv") == code
    for job in range(1, n + 1):
        sweep(call, f"s{job}", "--curves", "--shard", f"{job}/{n}", "--threads", job)
    folders = [f"s{job}" for job in range(n, 0, -1)]
    assert call("merge", *folders, "--out", "merged", "--csv") == (code, "")
    for file in ("table.parquet", "curves.parquet", "table.csv", "cases.csv", "sweep.json"):
        assert (tmp_path / "merged" / file).read_bytes() == (tmp_path / "whole" / file).read_bytes(), file
    if code:
        assert (tmp_path / "merged/failures.csv").read_bytes() == (tmp_path / "whole/failures.csv").read_bytes()
    study = [json.loads((tmp_path / name / "manifest.json").read_text())["case_id"] for name in ("merged", "whole")]
    assert study[0] == study[1]


@pytest.fixture
def shards(call, tmp_path):
    """Three shards of a sweep, s1 to s3."""
    write(tmp_path, GRID)
    for job in (1, 2, 3):
        assert sweep(call, f"s{job}", "--shard", f"{job}/3") == 0
    return tmp_path


def refused(call, *folders):
    code, err = call("merge", *folders, "--out", "m")
    assert code == 2
    assert err.count("\n") == 1
    return err.removeprefix("wom: ").rstrip("\n")


@pytest.mark.usefixtures("shards")
def test_what_is_missing_or_twice_is_named(call):
    assert refused(call, "s1", "s3") == "shards 2 of 3 are missing; name the folders of all"
    assert refused(call, "s2") == "shards 1, 3 of 3 are missing; name the folders of all"
    assert refused(call, "s1", "s2", "s3", "s2") == "s2: shard 2/3 is given twice"
    assert refused(call, "s1", "nowhere") == "nowhere: there is no such folder"


def test_what_is_no_shard_is_refused(call, shards):
    assert sweep(call, "whole") == 0
    assert call("run", "s.toml", "--out", "r", "--quiet")[0] == 0
    (shards / "a file").write_text("")
    for other in ("whole", "r", "a file"):
        assert refused(call, other, "s1") == f"{other}: is no shard of a sweep; wom sweep --shard I/N makes them"
    code, err = call("merge", "--out", "m")
    assert (code, "Missing argument" in err) == (2, True)


def test_shards_of_another_sweep_cutting_or_length_are_refused(call, shards):
    write(shards, GRID.replace("0.3", "0.4"))
    sweep(call, "other", "--shard", "2/3")
    assert refused(call, "s1", "other", "s3") == "other: is of another sweep than s1"
    write(shards, GRID)
    sweep(call, "half", "--shard", "2/2")
    assert refused(call, "s1", "half", "s3") == "half: is one of 2 shards, s1 one of 3"
    sweep(call, "longer", "--shard", "2/3", "--replicas", "20")
    assert refused(call, "s1", "longer", "s3") == "longer: has 20 replicas a case, s1 10; run them alike"


def test_an_unfinished_shard_is_refused(call, shards):
    path = shards / "s2" / "manifest.json"
    told = json.loads(path.read_text())
    path.write_text(json.dumps(told | {"n_done": told["n_done"] - 1, "status": "partial"}))
    assert refused(call, "s1", "s2", "s3") == "s2: shard 2/3 is not finished; run it to its end first"
    path.write_text(json.dumps({"format": 1, "holds": "sweep", "case_id": told["case_id"], "status": "running"}))
    assert refused(call, "s1", "s2", "s3") == "s2: shard 2/3 is not finished; run it to its end first"


DAMAGE = {
    "a flipped bit": lambda parts: flip(min(parts.glob("c*.parquet"))),
    "a part gone": lambda parts: min(parts.glob("c*.parquet")).unlink(),
    "a record gone": lambda parts: min(parts.glob("c*.json")).unlink(),
    "no plan": lambda parts: (parts / "plan.json").unlink(),
    "no parts": shutil.rmtree,
}


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_shard_is_refused_and_run_again_it_is_whole(call, shards, damage):
    DAMAGE[damage](shards / "s2" / "parts" / "main")
    said = refused(call, "s1", "s2", "s3")
    assert said.startswith("s2: ")
    assert said.endswith("parts are missing or damaged; run the same wom sweep --shard again")
    assert sweep(call, "s2", "--shard", "2/3") == 0
    assert call("merge", "s1", "s2", "s3", "--out", "m") == (0, "")


@pytest.mark.parametrize("hurt", ["{}", "[]", "", '{"holds": "sweep", "n_replicas": "x"}', "null"])
@pytest.mark.parametrize("file", ["manifest.json", "asked.json"])
def test_a_shard_whose_documents_are_damaged_is_refused(call, shards, file, hurt):
    (shards / "s2" / file).write_text(hurt)
    assert refused(call, "s1", "s2", "s3").startswith("s2: ")


def test_merging_writes_nothing_into_shards(call, shards):
    left = shards / "s1" / "parts" / "main" / "c0-1.r0-10.parquet.tmp-01234567"
    left.write_text("another process is writing this")
    before = {path: path.stat().st_mtime_ns for job in (1, 2, 3) for path in (shards / f"s{job}").rglob("*")}
    assert call("merge", "s1", "s2", "s3", "--out", "m") == (0, "")
    assert {path: path.stat().st_mtime_ns for job in (1, 2, 3) for path in (shards / f"s{job}").rglob("*")} == before


def test_more_jobs_than_cases_and_what_is_no_share_are_refused(call, tmp_path):
    write(tmp_path, GRID)
    for share in ("0/3", "x", "1/0", "1", "1/2/3", "-1/2", "1.5/2", ""):
        code, err = call("sweep", "s.toml", "--shard", share)
        assert code == 2
        assert err == f"wom: --shard {share!r}: write which job of how many, such as 2/8\n"
    code, err = call("sweep", "s.toml", "--shard", "4/3")
    assert (code, err) == (2, "wom: --shard 4/3: there is no job 4 of 3; jobs count from 1\n")
    code, err = call("sweep", "s.toml", "--shard", "1/7")
    assert (code, err) == (2, "wom: --shard 1/7: there are 6 cases for 7 jobs; use fewer jobs\n")
    assert sweep(call, "last", "--shard", "6/6") == 0
