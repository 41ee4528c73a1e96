"""`wom bench` on networks so small that it takes no time; what is measured elsewhere is how, not how much."""

import json
from functools import partial

import numpy as np
import pytest

from wom_sim.cli import bench, bench_peers
from wom_sim.cli.bench_peers import Task, Turn, is_installed, peer, turn_of
from wom_sim.cli.bench_turns import errors_apart, in_turns, mean_of, ratio_of
from wom_sim.engine import machine

TINY = bench.Effort((bench.Network("tiny", 60, 2, 0.2),), 2, 0.001)


@pytest.fixture
def tiny(monkeypatch):
    monkeypatch.setattr(bench, "QUICK", TINY)
    monkeypatch.setattr(bench, "KINDS", ("independent_cascade", "weighted_cascade"))
    monkeypatch.setattr(machine, "measure", partial(machine.measure, sizes=(1 << 12, 1 << 20)))
    monkeypatch.setattr(machine, "_SECONDS", 0.001)


@pytest.fixture
def no_peers(monkeypatch):
    monkeypatch.setattr(bench_peers, "is_installed", lambda _name: False)


@pytest.mark.usefixtures("tiny", "no_peers")
def test_prints_limits_and_cascades_and_what_is_missing(wom):
    done = wom("bench", "--quick", "--threads", "1")
    assert done.code == 0
    assert "random reads of 4 bytes from 4 kB" in done.out
    assert "tiny weighted_cascade" in done.out
    assert "cynetdiff is not installed here, so it is not measured; python -m pip install cynetdiff adds it" in done.err


@pytest.mark.usefixtures("tiny", "no_peers")
def test_the_document_has_every_number(wom):
    done = wom("bench", "--quick", "--threads", "2", "--json", "--quiet")
    assert done.err == ""
    document = json.loads(done.out)
    assert len(document["missing"]) == 2
    rows = {(row["model"], row["threads"]): row for row in document["cascades"]}
    assert len(rows) == 4
    one = rows["independent_cascade", 1]
    assert one["ties"] / one["ms"] / 1000 == pytest.approx(one["million_ties_a_second"])
    assert rows["independent_cascade", 2]["mean_reach"] == pytest.approx(one["mean_reach"], rel=0.2)


@pytest.mark.usefixtures("tiny", "no_peers")
def test_a_run_afterwards_knows_the_limits(wom):
    assert machine.known_limits() == []
    wom("bench", "--quick", "--quiet")
    assert machine.random_reads(machine.known_limits(), 100) > 0


@pytest.mark.skipif(not is_installed("cynetdiff"), reason="cynetdiff is not installed")
@pytest.mark.usefixtures("tiny")
def test_a_peer_takes_turns_and_finds_the_same_mean(wom):
    rows = json.loads(wom("bench", "--quick", "--threads", "1", "--json", "--quiet").out)["cascades"]
    assert all(row["peer_ms"]["cynetdiff"] > 0 and row["ratio"]["cynetdiff"] > 0 for row in rows)


@pytest.mark.skipif(not is_installed("cynetdiff"), reason="cynetdiff is not installed")
@pytest.mark.parametrize(("kind", "prob"), [("weighted_cascade", None), ("linear_threshold", None)])
def test_a_peer_is_given_the_chance_of_each_tie(kind, prob):
    """A person with one contact is reached with certainty: 0 - 1, each with indegree 1."""
    task = Task(np.array([0, 1, 2]), np.array([1, 0], np.int32), kind, prob, [0])
    assert peer("cynetdiff", task)(20, 1).mean == 2.0


def test_turns_alternate_and_keep_to_the_grain():
    seen = []

    def program(name, ms):
        def run(n, _rng_seed):
            seen.append((name, n))
            return Turn(ms, n, 10.0, 1.0)

        return run

    runs = {"a": program("a", 1.0), "b": program("b", 0.01)}
    turns = in_turns(runs, rounds=3, seconds=0.1, grain={"b": 512})
    assert seen[-6:] == [("a", 100), ("b", 10240)] * 3
    assert ratio_of(turns["a"], turns["b"]) == pytest.approx(100.0)


def test_means_are_compared_by_their_standard_error():
    mine = [turn_of(1.0, np.array([9.0, 11.0] * 50))]
    assert mean_of(mine) == 10.0
    other = [Turn(1.0, 100, 10.5, mine[0].variance)]
    assert errors_apart(other, mine) == pytest.approx(0.5 / np.sqrt(2 * mine[0].variance / 100), rel=0.01)
    assert errors_apart([Turn(1.0, 100, 10.5, None)], mine) == pytest.approx(errors_apart(other, mine))
    certain = [Turn(1.0, 5, 3.0, 0.0)]
    assert errors_apart(certain, certain) == 0.0
    assert errors_apart([Turn(1.0, 5, 4.0, 0.0)], certain) == np.inf


def test_where_means_differ_no_ratio_is_given():
    row = bench.Row("tiny", "weighted_cascade", 1, 5.0, 0.1, 20.0, 2.0, None, {"cynetdiff": 1.0}, {"cynetdiff": None})
    assert bench.row_lines([row])[1].split()[-2:] == ["means", "differ"]
