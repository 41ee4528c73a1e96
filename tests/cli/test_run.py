"""`wom run`: what it writes, what it prints, how it goes on, what it refuses."""

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from wom_sim.errors import ResourceError
from wom_sim.results import files as store_files


def run_folder(folder):
    (path,) = (folder / "runs").iterdir()
    return path


def contents(path):
    """Everything in a results folder that must not depend on how it was computed."""
    names = ("replicas.parquet", "curves.parquet", "summary.json", "case.json", "reach_curve.svg", "reach_curve.png")
    return {name: (path / name).read_bytes() for name in names if (path / name).exists()}


def test_writes_the_folder_of_the_contract_and_says_where(wom, folder):
    done = wom("run", "s.toml")
    path = run_folder(folder)
    assert done.code == 0
    assert {p.name for p in path.iterdir()} == {
        "scenario.toml", "case.json", "manifest.json", "summary.json", "curves.parquet", "replicas.parquet",
        "reach_curve.png", "reach_curve.svg", ".lock",
    }  # fmt: skip
    assert path.name.startswith("a-test-")
    assert str(path.relative_to(folder) / "reach_curve.png") in done.out
    assert (path / "scenario.toml").read_text() == (folder / "s.toml").read_text()
    assert (path / "reach_curve.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_json_document_is_the_summary_and_nothing_else_is_on_stdout(wom, folder):
    done = wom("run", "s.toml", "--json")
    summary = json.loads(done.out)
    path = run_folder(folder)
    assert summary == json.loads((path / "summary.json").read_text())
    assert summary["format"] == 1
    assert (summary["model"], summary["n_people"], summary["n_replicas"]) == ("independent_cascade", 6, 40)
    assert summary["rng"] == "wom-1"
    assert set(summary["metrics"]) == {"reach", "time_to_half", "peak_step", "peak_size"}
    assert set(summary["metrics"]["reach"]) == {"mean", "standard_error", "q05", "q50", "q95", "n"}
    assert summary["case_id"] == path.name[-12:]
    assert summary["seed_nodes"] == ["a"]
    manifest = json.loads((path / "manifest.json").read_text())
    assert set(manifest["timings"]) == {"compile_s", "kernel_s", "ties_examined", "total_s"}
    assert manifest["timings"]["ties_examined"] > 0


def test_tables_have_the_columns_of_the_contract(wom, folder):
    wom("run", "s.toml", "--csv")
    path = run_folder(folder)
    replicas, curves = pq.read_table(path / "replicas.parquet"), pq.read_table(path / "curves.parquet")
    assert replicas.column_names == ["replica", "reach", "time_to_half", "peak_step", "peak_size"]
    assert curves.column_names == ["replica", "step", "time", "reach"]
    assert str(curves.schema.field("replica").type) == str(curves.schema.field("step").type) == "int32"
    replica, reach = curves["replica"].to_numpy(), curves["reach"].to_numpy()
    ends = np.flatnonzero(np.diff(replica, append=len(replicas)))
    assert reach[ends].tolist() == replicas["reach"].to_pylist()
    header, first = (path / "replicas.csv").read_text().splitlines()[:2]
    assert header.replace('"', "") == "replica,reach,time_to_half,peak_step,peak_size"
    assert first.split(",")[0] == "0"


def test_threads_and_order_change_no_byte(wom):
    wom("run", "s.toml", "--out", "one", "--threads", 1)
    wom("run", "s.toml", "--out", "two", "--threads", 2)
    wom("run", "s.toml", "--out", "three", "--threads", 3)
    assert contents_of("one") == contents_of("two") == contents_of("three")


def contents_of(name):
    return contents(Path(name))


def test_the_first_replicas_of_many_are_the_few(wom, folder):
    wom("run", "s.toml", "--out", "few", "--replicas", 40)
    wom("run", "s.toml", "--out", "many", "--replicas", 400)
    few, many = (pq.read_table(folder / name / "replicas.parquet") for name in ("few", "many"))
    assert few.to_pandas().equals(many.slice(0, 40).to_pandas())  # pandas holds two NaN for equal
    few, many = (pq.read_table(folder / name / "curves.parquet") for name in ("few", "many"))
    assert few.equals(many.slice(0, len(few)))


def test_the_same_command_again_computes_nothing_and_gives_the_same_bytes(wom, folder):
    first = wom("run", "s.toml", "--json")
    before = contents(run_folder(folder))
    again = wom("run", "s.toml", "--json")
    assert again.code == 0
    assert "40 replicas of this case are here already; nothing is run again (--overwrite would)" in again.err
    assert again.out == first.out
    assert contents(run_folder(folder)) == before


def test_more_replicas_are_added_to_those_that_are_there(wom, folder):
    wom("run", "s.toml", "--out", "grown", "--replicas", 10)
    more = wom("run", "s.toml", "--out", "grown", "--replicas", 60)
    assert "10 replicas of this case are here already; 50 to go" in more.err
    wom("run", "s.toml", "--out", "fresh", "--replicas", 60)
    assert contents(folder / "grown") == contents(folder / "fresh")


def test_fewer_replicas_than_are_there_are_shown_and_none_is_lost(wom, folder):
    wom("run", "s.toml", "--out", "x")
    before = {p.name: p.read_bytes() for p in (folder / "x").iterdir() if p.name != ".lock"}
    less = wom("run", "s.toml", "--out", "x", "--replicas", 5, "--json")
    assert less.code == 0
    assert "40 replicas of this case are here and stay; these are the first 5" in less.err
    assert {p.name: p.read_bytes() for p in (folder / "x").iterdir() if p.name != ".lock"} == before
    fresh = wom("run", "s.toml", "--out", "y", "--replicas", 5, "--json")
    assert json.loads(less.out) == json.loads(fresh.out)


def test_another_case_in_the_folder_is_refused_unless_overwritten(wom, folder):
    wom("run", "s.toml", "--out", "x")
    other = wom("run", "s.toml", "--out", "x", "--rng-seed", 2)
    assert other.code == 2
    assert "x: holds the results of another case" in other.err
    assert wom("run", "s.toml", "--out", "x", "--rng-seed", 2, "--overwrite").code == 0
    assert json.loads((folder / "x" / "summary.json").read_text())["rng_seed"] == 2


def test_files_of_the_users_own_are_not_overwritten_even_if_they_bear_our_names(wom, folder):
    (folder / "x").mkdir()
    (folder / "x" / "summary.json").write_text("my own")
    for _ in range(2):
        refused = wom("run", "s.toml", "--out", "x")
        assert refused.code == 2
        assert "x: holds files that are not ours (summary.json)" in refused.err
    assert [p.name for p in (folder / "x").iterdir()] == ["summary.json"]
    assert (folder / "x" / "summary.json").read_text() == "my own"


def test_no_table_or_picture_of_an_earlier_state_stays(wom, folder):
    wom("run", "s.toml", "--out", "x", "--csv")
    wom("run", "s.toml", "--out", "x", "--replicas", 60, "--no-plots")
    assert not {"replicas.csv", "curves.csv", "reach_curve.png", "reach_curve.svg"} & {
        p.name for p in (folder / "x").iterdir()
    }


def test_a_name_the_font_cannot_write_is_drawn_without_complaint(wom, folder):
    (folder / "s.toml").write_text((folder / "s.toml").read_text().replace("A test", "日本 friends $x$ \\\\"))
    done = wom("run", "s.toml", "--out", "x")
    assert done.code == 0
    assert done.err == ""


def test_foreign_files_are_never_touched(wom, folder):
    (folder / "x").mkdir()
    (folder / "x" / "thesis.docx").write_text("years of work")
    refused = wom("run", "s.toml", "--out", "x")
    assert refused.code == 2
    assert "x: holds files that are not ours (thesis.docx)" in refused.err
    assert wom("run", "s.toml", "--out", "x", "--overwrite").code == 0
    assert (folder / "x" / "thesis.docx").read_text() == "years of work"


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("people.csv", "people.csv: is a file, not a folder; choose another place with --out"),
        ("none/such/place", "none/such/place: there is no folder none/such to put it in"),
        ("/proc/nope", "/proc/nope: cannot be written"),
    ],
)
def test_a_place_that_cannot_be_used_is_refused(wom, out, said):
    refused = wom("run", "s.toml", "--out", out)
    assert refused.code == 2
    assert said in refused.err
    assert refused.out == ""


def test_a_folder_in_use_is_refused_at_once_and_free_after_kill(wom, folder):
    code = (
        "import sys, time; from pathlib import Path; from wom_sim.results.folder import hold_folder\n"
        "with hold_folder(Path('x')): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=folder)
    try:
        assert holder.stdout.readline() == "held\n"
        refused = wom("run", "s.toml", "--out", "x")
        assert refused.code == 3
        assert f"x: in use by pid {holder.pid} on host" in refused.err
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    assert wom("run", "s.toml", "--out", "x").code == 0


def test_a_damaged_file_is_noticed_and_the_run_done_again(wom, folder):
    wom("run", "s.toml", "--out", "x")
    before = contents(folder / "x")
    for name in ("replicas.parquet", "manifest.json"):
        torn = (folder / "x" / name).read_bytes()[:-7]
        (folder / "x" / name).write_bytes(torn)
        again = wom("run", "s.toml", "--out", "x")
        assert again.code == 0
        assert "the results in x are incomplete or damaged; they are made anew" in again.err
        assert contents(folder / "x") == before


def test_a_picture_that_was_removed_is_drawn_again_from_what_is_there(wom, folder):
    wom("run", "s.toml", "--out", "x")
    before = contents(folder / "x")
    (folder / "x" / "reach_curve.png").unlink()
    assert "nothing is run again" in wom("run", "s.toml", "--out", "x").err
    assert contents(folder / "x") == before


def test_results_of_a_newer_version_are_refused(wom, folder):
    wom("run", "s.toml", "--out", "x")
    manifest = folder / "x" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"format": 1', '"format": 2'))
    refused = wom("run", "s.toml", "--out", "x")
    assert refused.code == 2
    assert "x: made by a newer wom_sim; choose another folder with --out" in refused.err


def test_a_crash_at_any_write_leaves_the_old_results_or_none(wom, folder, monkeypatch):
    """A full disk at the k-th write, sync or rename, for every k: exit 5 or done; never a half-written folder."""
    wom("run", "s.toml", "--out", "x", "--replicas", 10)
    for k in range(40):
        countdown = iter(range(k, -1, -1))

        def maybe_full(real, countdown=countdown):
            def call(*args, **kwargs):
                if next(countdown, None) == 0:
                    raise OSError(28, "No space left on device")
                return real(*args, **kwargs)

            return call

        with monkeypatch.context() as patch:
            patch.setattr(store_files.os, "fsync", maybe_full(os.fsync))
            patch.setattr(store_files.Path, "replace", maybe_full(store_files.Path.replace))
            outcome = wom("run", "s.toml", "--out", "x", "--replicas", 40 + k)
        assert not [p for p in (folder / "x").iterdir() if store_files.TEMPORARY in p.name]
        if outcome.code == 0:
            break
        assert outcome.code == 5
        assert "x: the disk is full while writing" in outcome.err
        assert wom("run", "s.toml", "--out", "x", "--replicas", 40 + k).code == 0
    else:
        pytest.fail("the write never succeeded")
    assert k > 8


def test_temporary_files_of_a_killed_run_are_removed(wom, folder):
    wom("run", "s.toml", "--out", "x")
    left = folder / "x" / f"replicas.parquet{store_files.TEMPORARY}12345678"
    left.write_bytes(b"half")
    wom("run", "s.toml", "--out", "x")
    assert not left.exists()


def test_a_symbolic_link_in_the_folder_is_replaced_not_followed(wom, folder):
    (folder / "x").mkdir()
    (folder / "precious").write_text("keep")
    (folder / "x" / "summary.json").symlink_to(folder / "precious")
    assert wom("run", "s.toml", "--out", "x", "--overwrite").code == 0
    assert (folder / "precious").read_text() == "keep"
    assert not (folder / "x" / "summary.json").is_symlink()


def test_a_missing_rng_seed_is_made_printed_and_saved(wom, folder):
    (folder / "s.toml").write_text((folder / "s.toml").read_text().replace("rng_seed = 1\n", ""))
    done = wom("run", "s.toml", "--json")
    seed = json.loads(done.out)["rng_seed"]
    assert f"rng_seed {seed} was made for this run" in done.err
    assert json.loads((run_folder(folder) / "case.json").read_text())["run"]["rng_seed"] == seed
    again = wom("run", "s.toml", "--json", "--rng-seed", seed, "--out", "again")
    assert json.loads(again.out)["metrics"] == json.loads(done.out)["metrics"]


def test_a_run_that_will_not_fit_is_refused_with_the_numbers(wom, monkeypatch):
    monkeypatch.setattr("wom_sim.engine.limits.available_memory", lambda: 1_000_000)
    refused = wom("run", "s.toml")
    assert refused.code == 5
    assert "a run of 40 replicas would need about" in refused.err
    assert "1.0 MB are available (at most 80% are used); lower n_replicas; --yes-use-memory tries" in refused.err
    assert wom("run", "s.toml", "--yes-use-memory").code == 0


def test_a_network_that_will_not_fit_is_refused_before_it_is_built(wom, folder):
    text = (
        (folder / "s.toml")
        .read_text()
        .replace('file = "people.csv"', 'generate = "random"\nn_people = 2_000_000_000\nmean_contacts = 100')
    )
    (folder / "s.toml").write_text(text.replace('nodes = ["a"]', "strategy = 'degree'\nn_seed_nodes = 1"))
    began = time.monotonic()
    refused = wom("run", "s.toml")
    assert refused.code == 5
    assert "a network of 2,000,000,000 people would need about" in refused.err
    assert time.monotonic() - began < 5


def test_a_disk_too_small_is_refused_before_anything_runs(wom, monkeypatch, folder):
    monkeypatch.setattr("wom_sim.engine.limits.shutil.disk_usage", lambda _: type("U", (), {"free": 1000})())
    refused = wom("run", "s.toml")
    assert refused.code == 5
    assert "the results need about 1.0 MB of disk, and 1 kB are free" in refused.err
    assert not (folder / "runs").exists() or not list((folder / "runs").iterdir())


def test_no_seed_nodes_reach_nobody_with_a_note(wom, folder):
    text = (folder / "s.toml").read_text().replace('nodes = ["a"]', "strategy = 'degree'\nn_seed_nodes = 0")
    (folder / "s.toml").write_text(text)
    done = wom("run", "s.toml", "--json")
    assert done.code == 0
    summary = json.loads(done.out)
    assert summary["metrics"]["reach"]["mean"] == 0.0
    assert summary["metrics"]["time_to_half"] == {
        "mean": None,
        "standard_error": None,
        "q05": None,
        "q50": None,
        "q95": None,
        "n": 0,
    }
    assert "seeding: no seed nodes, so nobody can be reached" in summary["warnings"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("model.share_prob=0", "no cascade took off (0 of 40): nobody was reached but the seed nodes"),
        ("run.max_steps=0", "40 of 40 replicas were still spreading at max_steps = 0"),
        ("run.n_replicas=1", None),
    ],
)
def test_degenerate_runs_still_give_everything(wom, folder, change, said):
    done = wom("run", "s.toml", "--set", change, "--out", "x")
    assert done.code == 0
    assert said is None or f"note: {said}" in done.out
    assert (folder / "x" / "reach_curve.png").stat().st_size > 5000


def test_a_network_of_one_person(wom, folder):
    (folder / "s.toml").write_text(
        (folder / "s.toml")
        .read_text()
        .replace('file = "people.csv"', 'generate = "everyone"\nn_people = 1')
        .replace('["a"]', "[0]")
    )
    assert json.loads(wom("run", "s.toml", "--json").out)["metrics"]["reach"]["mean"] == 1.0


def test_seed_nodes_that_are_nobody_are_named(wom, folder):
    refused = wom("run", "s.toml", "--set", 'seeding.nodes=["a", "zz", "bb"]')
    assert refused.code == 2
    assert refused.err == "wom: s.toml: seeding.nodes: nobody is called 'zz', 'bb' in the network of 6 people\n"
    assert not (folder / "runs").exists()


def test_a_bad_network_is_named_by_scenario_and_file(wom, folder):
    (folder / "people.csv").write_text("source,target\na,b\na\n")
    refused = wom("run", "s.toml")
    assert refused.code == 2
    assert refused.err.startswith("wom: s.toml: network: people.csv:3: ")


def test_a_column_with_impossible_chances_is_located(wom, folder):
    (folder / "people.csv").write_text("source,target,p\na,b,0.5\nb,c,2\n")
    refused = wom("run", "s.toml", "--set", "model.share_prob=p")
    assert refused.code == 2
    assert (
        "people.csv:3: column p: must be a number in [0, 1], got '2' (model.share_prob names the column)" in refused.err
    )
    missing = wom("run", "s.toml", "--set", "model.share_prob=prob")
    assert "no column 'prob'; columns: 'source', 'target', 'p'" in missing.err
    assert missing.err.endswith("(model.share_prob names the column)\n")


def test_a_closed_pipe_ends_quietly_and_a_full_output_is_said(folder):
    command = [sys.executable, "-m", "wom_sim", "models", "--json"]
    closed = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder)
    closed.stdout.close()
    assert closed.stderr.read() == b""
    closed.stderr.close()
    assert closed.wait() == 1
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=folder, check=False)
    assert done.returncode == 5
    assert done.stderr == "wom: no room left on the disk for the output\n"


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_results_can_be_read_by_others_as_the_umask_says(wom, folder):
    wom("run", "s.toml", "--out", "x")
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE((folder / "x" / "summary.json").stat().st_mode) == 0o666 & ~umask


def test_the_store_says_how_many_bytes_it_needed(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store_files.os, "fsync", full)
    with pytest.raises(ResourceError, match="disk is full while writing 3 bytes"):
        store_files.write_together(tmp_path, {"a": b"xyz"}, last="a")
    assert list(tmp_path.iterdir()) == []
