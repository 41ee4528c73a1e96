"""Sweeps that are killed or interrupted, as processes of their own: nothing finished is lost, and nobody stays behind."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kernel_runner import JIT_OFF

SLOW = """\
format = 1
name = "Slow"

[network]
generate = "random"
n_people = 4_000
mean_contacts = 8

[model]
kind = "independent_cascade"
share_prob = 0.3

[seeding]
strategy = "degree"
n_seed_nodes = 5

[run]
n_replicas = 1_500
rng_seed = 5

[sweep]
"model.share_prob" = [0.12, 0.14, 0.16, 0.18, 0.2, 0.22]
"seeding.n_seed_nodes" = [1, 10, 100]
"""

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals"),
    pytest.mark.skipif(JIT_OFF, reason="too slow without the compiler"),
]


@pytest.fixture
def start(folder):
    (folder / "slow.toml").write_text(SLOW)
    started = []

    def start(*args):
        command = [sys.executable, "-m", "wom_sim", "sweep", "slow.toml", "--no-plots", "--threads", "1", *args]
        process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def n_parts(folder):
    return len(list((folder / "x" / "parts" / "main").glob("c*.json")))


def wait_for_parts(folder, process, n):
    """Wait until so many parts are finished."""
    for _ in range(3000):
        if n_parts(folder) >= n or process.poll() is not None:
            return
        time.sleep(0.01)
    pytest.fail(f"fewer than {n} parts within 30 s")


def test_killed_ten_times_and_gone_on_with_the_table_is_that_of_one_go(start, folder):
    whole = start("--out", "whole")
    _, err = whole.communicate(timeout=120)
    assert whole.returncode == 0, err
    moments, killed = random.Random(4), 0
    for _ in range(10):
        process = start("--out", "x")
        wait_for_parts(folder, process, n_parts(folder) + moments.randrange(2))
        time.sleep(moments.uniform(0.0, 0.04))
        process.kill()
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
    assert killed >= 8  # on a very fast machine the last ones find nothing left to do
    last = start("--out", "x")
    _, err = last.communicate(timeout=120)
    assert last.returncode == 0, err
    for name in ("table.parquet", "sweep.json", "cases.csv"):
        assert (folder / "x" / name).read_bytes() == (folder / "whole" / name).read_bytes()
    assert not list((folder / "x").rglob("*.tmp-*"))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=str)
def test_a_signal_saves_what_is_finished_and_says_how_to_go_on(start, folder, number, code):
    process = start("--out", "x", "--replicas", "20000")
    wait_for_parts(folder, process, 3)
    began = time.monotonic()
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert time.monotonic() - began < 5
    assert process.returncode == code
    manifest = json.loads((folder / "x" / "manifest.json").read_text())
    assert manifest["status"] == "partial"
    assert 0 < manifest["n_done"] < manifest["n_wanted"] == 18 * 20_000
    line = next(line for line in err.splitlines() if line.startswith("stopped: what is finished is saved; go on with:"))
    command = line.partition("go on with: ")[2]
    assert command == "wom sweep slow.toml --no-plots --threads 1 --out x --replicas 20000 --rng-seed 5"
    assert "18 cases of 20,000 replicas" in out
    kept = n_parts(folder)
    again = start("--out", "x", "--replicas", "20000", "--rng-seed", "5")
    wait_for_parts(folder, again, kept + 2)
    again.send_signal(signal.SIGINT)
    _, err = again.communicate(timeout=30)
    assert f"{manifest['n_done']:,} replicas were here already" in err
    assert json.loads((folder / "x" / "manifest.json").read_text())["n_done"] > manifest["n_done"]


def test_interrupted_before_anything_was_finished_it_leaves_nothing(start, folder):
    process = start("--out", "x", "--set", "network.n_people=200000", "--set", "model.share_prob=0.3")
    for _ in range(2000):
        if (folder / "x" / "asked.json").exists():
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "nothing was saved" in err
    assert not (folder / "x").exists()


def test_a_folder_in_use_is_left_alone_and_free_once_its_user_is_killed(start, folder, wom):
    process = start("--out", "x", "--replicas", "20000")
    wait_for_parts(folder, process, 1)
    began = time.monotonic()
    done = wom("sweep", "slow.toml", "--out", "x", "--no-plots", "--replicas", "20000")
    assert time.monotonic() - began < 2
    assert done.code == 3
    assert f"x: in use by pid {process.pid} on host" in done.err
    process.kill()
    process.communicate()
    assert wom("sweep", "slow.toml", "--out", "x", "--no-plots", "--replicas", "8", "--quiet").code == 0


def children_of(group):
    """Process ids of a process group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at /proc")
def test_an_interrupt_ends_the_workers_that_were_started_here(start, folder):
    """A terminal sends Ctrl-C to workers too."""
    process = start("--out", "x", "--replicas", "20000", "--dask", "local")
    wait_for_parts(folder, process, 2)
    assert len(children_of(process.pid)) > 1
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert time.monotonic() - began < 10
    assert "stopped: what is finished is saved" in err
    assert "Traceback" not in err
    for _ in range(100):
        if not children_of(process.pid):
            break
        time.sleep(0.05)
    assert children_of(process.pid) == []
