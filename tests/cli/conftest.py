"""Running `wom` in this process, in a folder of its own."""

import signal
from typing import NamedTuple

import pytest

from wom_sim.cli.main import main
from wom_sim.experiments import pilot

SCENARIO = """\
format = 1
name = "A test"

[network]
file = "people.csv"

[model]
kind = "independent_cascade"
share_prob = 0.5

[seeding]
nodes = ["a"]

[run]
n_replicas = 40
rng_seed = 1
"""

PEOPLE = "source,target\na,b\na,c\nb,d\nc,d\nd,e\ne,f\n"


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder with `s.toml` and its network, as the current one; a graph cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WOM_SIM_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "s.toml").write_text(SCENARIO)
    (tmp_path / "people.csv").write_text(PEOPLE)
    return tmp_path


@pytest.fixture
def wom(folder, capfd):
    """Call the command line: exit code, stdout, stderr."""
    del folder

    def wom(*args):
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(arg) for arg in args])
        out, err = capfd.readouterr()
        return Outcome(int(left.value.code or 0), out, err)

    return wom


@pytest.fixture
def interrupted(monkeypatch):
    """Interrupts the program when it has tried the first case of a study; the list of what it tried."""
    tried, try_it = [], pilot._try

    def interrupted(*given):
        tried.append(try_it(*given))
        if len(tried) == 1:  # a second one leaves at once
            signal.raise_signal(signal.SIGINT)
        return tried[-1]

    monkeypatch.setattr(pilot, "_try", interrupted)
    return tried
