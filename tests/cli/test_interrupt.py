"""Ctrl-C and its relatives: what is finished is saved, the same command goes on from there."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from kernel_runner import JIT_OFF

SLOW = """\
format = 1
name = "Slow"

[network]
generate = "random"
n_people = 20_000
mean_contacts = 10

[model]
kind = "independent_cascade"
share_prob = 0.3

[seeding]
strategy = "degree"
n_seed_nodes = 5

[run]
n_replicas = 1_500
rng_seed = 5
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
        command = [sys.executable, "-m", "wom_sim", "run", "slow.toml", "--no-plots", *args]
        process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def wait_until_running(folder):
    """The lock file appears just before replicas run; leave some time for a few chunks."""
    for _ in range(600):
        if list(folder.glob("x/.lock")):
            time.sleep(1.0)
            return
        time.sleep(0.05)
    pytest.fail("the run did not start within 30 s")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=str
)
def test_a_signal_saves_what_is_finished_and_the_same_command_goes_on(start, folder, number, code):
    process = start("--out", "x", "--threads", "1", "--replicas", "100000")
    wait_until_running(folder)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == code
    manifest = json.loads((folder / "x" / "manifest.json").read_text())
    done = manifest["n_done"]
    assert manifest["status"] == "partial"
    assert 0 < done < 100_000
    assert f"partial result: {done:,} of 100,000 replicas are saved; go on with: wom run slow.toml" in err
    assert f"{done:,} replicas, rng_seed 5" in out
    # Go on to just beyond what was done; the result must be that of a run that was never interrupted.
    more = str(done + 50)
    resumed = start("--out", "x", "--replicas", more)
    _, err = resumed.communicate(timeout=120)
    assert resumed.returncode == 0
    assert f"{done:,} replicas of this case are here already; 50 to go" in err
    fresh = start("--out", "y", "--replicas", more)
    fresh.communicate(timeout=120)
    for name in ("replicas.parquet", "curves.parquet", "summary.json"):
        assert (folder / "x" / name).read_bytes() == (folder / "y" / name).read_bytes()


def test_a_second_interrupt_leaves_at_once(start, folder):
    process = start("--out", "x", "--replicas", "1000000", "--set", "network.n_people=200000")
    wait_until_running(folder)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    for _ in range(50):
        if process.poll() is not None:
            break
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)
    assert time.monotonic() - began < 5
    assert process.returncode == 130


def test_kill_loses_the_run_but_not_the_folder(start, folder):
    process = start("--out", "x", "--replicas", "100000")
    wait_until_running(folder)
    process.kill()
    process.communicate()
    again = start("--out", "x", "--replicas", "20")
    again.communicate(timeout=60)
    assert again.returncode == 0
    assert json.loads((folder / "x" / "manifest.json").read_text())["n_done"] == 20
