"""Closed streams, odd terminals, ignored signals, long replicas, odd paths: an answer and an exit code each."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

import wom_sim as wom
from kernel_runner import JIT_OFF
from wom_sim.cli.signals import same_command

COMMAND = [sys.executable, "-m", "wom_sim"]

LONG = """\
format = 1
name = "Long replicas"
[network]
generate = "everyone"
n_people = 1_000_000
[model]
kind = "independent_cascade"
share_prob = 0.000003
[seeding]
strategy = "degree"
n_seed_nodes = 1000
[run]
n_replicas = 4
rng_seed = 1
"""


def shell(folder, line):
    environment = {**os.environ, "WOM": " ".join(COMMAND)}
    return subprocess.run(["sh", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("$WOM check s.toml >&-", 0),
        ("$WOM run s.toml --no-plots 2>&-", 0),
        ("$WOM check nope.toml 2>&-", 2),
        ("$WOM run 2>/dev/full", 2),
        ("$WOM check s.toml --set network.file=- <&-", 2),
        ("PYTHONIOENCODING=cp1252 $WOM run s.toml --no-plots --set name=\u6771\u4eac", 0),
        ("MPLBACKEND=nonsense $WOM run s.toml", 0),
        ("ln -s loop loop; $WOM run s.toml --out loop", 2),
    ],
)
def test_streams_and_surroundings(folder, line, code):
    done = shell(folder, line)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('network.file="a\\u0000b.csv"', "'a\\x00b.csv': is not a path"),
        ('network.file="' + "x" * 300 + '.csv"', "cannot be read: File name too long"),
        ('name="two\\nlines"', "name: must be text of 1 to 200 printable characters"),
        ("model..share_prob=0.4", "--set 'model..share_prob=0.4': write section.key=value"),
        ("model.share_prob=0.1\nfoo=2", "has characters that cannot be printed"),
        ('segments=[{name="a",fraction=0.5}]', "s.toml: segments"),
    ],
)
def test_odd_values_are_bad_input(wom, change, said):
    done = wom("check", "s.toml", "--set", change)
    assert done.code == 2
    assert said in done.err


@pytest.mark.parametrize("command", ["run", "seeding", "sweep", "compare"])
def test_more_threads_than_there_are_cores_is_said_once(wom, folder, command):
    more = '[sweep]\n"model.share_prob" = [0.2, 0.6]\n'
    plans = "".join(f'[[plans]]\nname = "{p}"\nset = {{ "model.share_prob" = {p} }}\n' for p in (0.1, 0.2))
    (folder / "s.toml").write_text((folder / "s.toml").read_text() + more + plans)
    done = wom(command, "s.toml", "--no-plots", "--threads", 1_000_000)
    assert done.code == 0, done.err
    assert done.err.count("note: 1,000,000 threads were asked for, ") == 1


def test_the_command_that_goes_on_starts_nothing_afresh_and_has_the_same_luck(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["wom", "sweep", "my file.toml", "--overwrite", "--threads", "2"])
    assert same_command(None) == "wom sweep 'my file.toml' --threads 2"
    assert same_command(7) == "wom sweep 'my file.toml' --threads 2 --rng-seed 7"


def test_a_key_of_fifty_thousand_parts_is_refused_quickly(wom, folder):
    (folder / "deep.toml").write_text(".".join(["a"] * 50_000) + " = 1")
    began = time.monotonic()
    assert "deep.toml: is nested too deeply" in wom("check", "deep.toml").err
    assert time.monotonic() - began < 3


def test_only_our_own_temporary_files_are_removed(wom, folder):
    (folder / "x").mkdir()
    (folder / "x" / "my.tmp-notes").write_text("mine")
    refused = wom("run", "s.toml", "--out", "x")
    assert "holds files that are not ours (my.tmp-notes)" in refused.err
    assert wom("run", "s.toml", "--out", "x", "--overwrite").code == 0
    assert (folder / "x" / "my.tmp-notes").read_text() == "mine"


def test_new_keeps_the_old_file_when_the_disk_is_full(folder):
    (folder / "keep.toml").write_text("mine")
    done = shell(folder, "ulimit -f 0; $WOM new first_cascade keep.toml --overwrite")
    assert done.returncode != 0
    assert (folder / "keep.toml").read_text() == "mine"


@pytest.mark.skipif(JIT_OFF, reason="needs the compiler's speed")
def test_a_long_replica_is_abandoned_within_seconds(folder):
    (folder / "long.toml").write_text(LONG)
    process = subprocess.Popen(
        [*COMMAND, "run", "long.toml", "--no-plots"],
        cwd=folder,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    time.sleep(6)
    assert process.poll() is None
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, err = process.communicate(timeout=30)
    assert time.monotonic() - began < 10
    assert process.returncode == 130
    assert "note: in complete mixing each person reached meets everybody: up to " in err
    assert "stopping after the replicas in work, and saving what is finished; once more to leave at once" in err


@pytest.mark.skipif(JIT_OFF, reason="needs the compiler's speed")
def test_nobody_left_to_reach_ends_a_replica():
    """Everybody starts: without a look at who is left, a million people would examine 10^12 ties."""
    from wom_sim.graph.csr import complete_graph

    graph = complete_graph(1_000_000)
    result = wom.simulate(
        graph, wom.WeightedCascade(), seed_nodes=range(1_000_000), n_replicas=1, rng_seed=1, curves=False
    )
    assert result.reach.tolist() == [1_000_000]


@pytest.mark.skipif(os.name != "posix" or JIT_OFF, reason="sends POSIX signals to a compiled run")
def test_a_hang_up_ignored_from_outside_stays_ignored(folder):
    line = "trap '' HUP; exec $WOM run s.toml --replicas 300000 --no-plots --json"
    environment = {**os.environ, "WOM": " ".join(COMMAND)}
    process = subprocess.Popen(["sh", "-c", line], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True)
    time.sleep(2)
    process.send_signal(signal.SIGHUP)
    out, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    assert json.loads(out)["n_replicas"] == 300_000


def test_a_flipped_byte_in_the_network_cache_is_noticed(wom, folder):
    wom("run", "s.toml", "--out", "x")
    (indices,) = (folder / "cache" / "graphs").glob("*/indices.npy")
    raw = bytearray(indices.read_bytes())
    raw[-4] ^= 1
    indices.write_bytes(raw)
    wom("run", "s.toml", "--out", "y")
    for name in ("replicas.parquet", "summary.json"):
        assert (folder / "x" / name).read_bytes() == (folder / "y" / name).read_bytes()


def test_weights_near_the_largest_number_are_normalised_not_overflown():
    graph = wom.Graph.from_edges([0, 1, 2], [3, 3, 3], tie_columns={"w": [1e308, 1e308, 1e308]})
    result = wom.simulate(
        graph, wom.LinearThreshold(weight="w", normalise=True), seed_nodes=[0, 2], n_replicas=600, rng_seed=1
    )
    # One of three equal weights is the one listened to: 2 + Bernoulli(2/3), 4 standard errors.
    assert abs(result.reach.mean() - (2 + 2 / 3)) < 4 * (2 / 9 / 600) ** 0.5
    with pytest.raises(wom.GraphError, match="too large for a number"):
        wom.Graph.from_edges([0, 0], [1, 1], tie_columns={"w": [1e308, 1e308]}, parallel_ties="sum")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: wom.run("s.toml"), "run takes a scenario, got 's.toml'; write run(read_scenario('s.toml'))"),
        (
            lambda: wom.choose_seed_nodes(wom.Graph.from_edges([0], [1]), "degree", k=1),
            "model must be a model or left out",
        ),
        (lambda: wom.read_edges(None), "path must be text"),
        (lambda: wom.Graph.from_edges([0], [1], directed="no"), "directed must be True or False, got 'no'"),
    ],
)
def test_likely_mistakes_in_python_are_answered(call, said):
    with pytest.raises(wom.WomSimError) as caught:
        call()
    assert str(caught.value).startswith(said)
