"""Sweeps that are killed or interrupted, as processes of their own: nothing finished is lost."""

import json
import os
import random
import shlex
import signal
import time

import pytest

from kernel_runner import JIT_OFF
from slow_sweep import n_parts, start, wait_for_parts

__all__ = ["start"]

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals"),
    pytest.mark.skipif(JIT_OFF, reason="too slow without the compiler"),
]


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
    assert command == "wom sweep slow.toml --no-plots --threads 1 --out x --replicas 20000"
    assert "18 cases of 20,000 replicas" in out
    kept = n_parts(folder)
    again = start(*shlex.split(command)[6:])
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
