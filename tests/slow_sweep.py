"""A sweep of some seconds, as a process of its own that can be killed."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

SLOW = """\
format = 1
name = "Slow"

[network]
generate = "random"
n_people = 10_000
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
