"""How fast is a campaign, beside Mesa and mesa-frames in the same run?

    python benchmarks/campaign.py --mesa-frames PYTHON    writes a section of benchmarks/results.md
    python benchmarks/campaign.py --quick                 two rounds, prints only
    python benchmarks/campaign.py --scale                 what grows with what; see campaign_scale.py

Mesa comes with the `bench` extra. mesa-frames 0.1 wants NumPy 1.26 and so a Python of its own:

    python -m venv /tmp/frames && /tmp/frames/bin/pip install -r benchmarks/mesa_frames.txt

A peer that is absent is said to be, and the other is measured.

The reduced model, in all three: people on a network of `CONTACTS` contacts each. Some start as satisfied customers. A
satisfied customer tells a fixed number of distinct contacts, a dissatisfied one and a rejecter who talks 7. Each
telling comes after an exponential delay and persuades an undecided listener with the same chance: a good one to buy, a
bad one to turn away; won over both ways in one step, the listener decides in proportion to the chances met. A fraction
of the buyers is dissatisfied. Nobody changes her mind. A step is a day.

Peers and we take turns, round by round, on a machine that drifts; a ratio is the median over rounds. Before a ratio is
printed, the means of satisfied, dissatisfied and rejecters must agree within 4 standard errors of their difference.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import networkx as nx
import numpy as np

import wom_sim as wom
from results_file import machine, replace_section
from wom_sim.engine.plan import prepare_direct
from wom_sim.engine.run import run_case
from wom_sim.models.campaign import Campaign, Starting, WordOfMouth
from wom_sim.seeding.base import SeedChoice
from wom_sim.seeding.people import find_people

ROUNDS = 7
SECONDS = 1.0
"""Work of one turn, about."""

N_PEOPLE, CONTACTS, DAYS = 10_000, 8, 60
STARTERS = 200
TARGETS = {"mesa": 200.0, "mesa-frames": 20.0}
"""Times as fast as the peer that we want to be on 2 threads."""

OUTCOMES = ("satisfied", "dissatisfied", "rejecters")
COLUMNS = (
    "setting",
    "people told",
    "satisfied",
    "rejecters",
    "Mesa",
    "mesa-frames",
    "ours, 1 thread",
    "2 threads",
    "ratio to Mesa, 1 thread",
    "2 threads",
    "ratio to mesa-frames, 1 thread",
    "2 threads",
    "us a telling, 1 thread",
)


@dataclass(frozen=True)
class Setting:
    """One row of the table: how many a satisfied customer tells, and how well a telling persuades."""

    name: str
    satisfied_tells: int
    persuasion: float
    dissatisfied_tells: int = 7
    rejecter_talk_prob: float = 0.2
    dissatisfied_fraction: float = 0.1
    telling_delay: float = 2.0


SETTINGS = (Setting("quiet", 1, 0.125), Setting("busy", 5, 0.35))


@dataclass
class Turn:
    """What one turn gave: seconds a replica, and the replicas' outcomes, float64 (replicas, outcomes)."""

    seconds: float
    outcomes: np.ndarray
    others: dict[str, float] = field(default_factory=dict)


Run = Callable[[int, int], Turn]


class Peer:
    """A peer at work in a process of its own; see campaign_peers.py."""

    def __init__(self, name: str, python: str, setting_file: Path) -> None:
        self.name = name
        script = Path(__file__).with_name("campaign_peers.py")
        # One Polars thread: on frames of this size a second one makes it slower.
        surroundings = {**os.environ, "POLARS_MAX_THREADS": "1"}
        self.process = subprocess.Popen(
            [python, str(script), name, str(setting_file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=surroundings,
        )
        started = self._answer()
        self.absent, self.versions = started.get("absent"), started.get("versions", [])

    def __call__(self, n: int, rng_seed: int) -> Turn:
        """Run n replicas."""
        assert self.process.stdin is not None
        print(json.dumps({"n": n, "rng_seed": rng_seed}), file=self.process.stdin, flush=True)
        answer = self._answer()
        return Turn(answer["seconds"] / n, np.array(answer["people"], float)[:, 1:])

    def _answer(self) -> dict:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.name}: its process ended; its message stands above")
        return json.loads(line)

    def close(self) -> None:
        """Let the process end."""
        self.process.communicate()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mesa-frames", default=sys.executable, metavar="PYTHON", help="a Python that has mesa-frames")
    parser.add_argument("--quick", action="store_true", help="two rounds, no file written")
    parser.add_argument("--scale", action="store_true", help="measure what grows with what instead")
    asked = parser.parse_args()
    if asked.scale:
        import campaign_scale

        campaign_scale.main()
        return
    network = nx.random_regular_graph(CONTACTS, N_PEOPLE, seed=1)
    pythons = {"mesa": sys.executable, "mesa-frames": asked.mesa_frames}
    lines = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    notes: list[str] = []
    for setting in SETTINGS:
        lines.append(measure(setting, network, pythons, notes, rounds=2 if asked.quick else ROUNDS))
        print(lines[-1], flush=True)
    notes = list(dict.fromkeys(notes))
    print("\n".join(notes))
    if not asked.quick:
        write_results(lines, notes)


def measure(setting: Setting, network: nx.Graph, pythons: dict[str, str], notes: list[str], *, rounds: int) -> str:
    """Let peers and us take turns on one setting; return its row, and say in `notes` what is to be said."""
    contacts = np.array([sorted(network[v]) for v in range(N_PEOPLE)], np.int64)
    starters = np.sort(np.random.default_rng(1).choice(N_PEOPLE, STARTERS, replace=False))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "setting.npz"
        np.savez(file, contacts=contacts, starters=starters, days=DAYS, **_numbers(setting))
        peers = {name: Peer(name, python, file) for name, python in pythons.items()}
        for name, peer in peers.items():
            said = f"absent: {peer.absent}" if peer.absent else ", ".join(peer.versions)
            notes.append(f"{name}: {said}")
        runs: dict[object, Run] = {name: peer for name, peer in peers.items() if not peer.absent}
        graph = wom.Graph.from_networkx(network)
        runs |= {threads: ours_with(graph, setting, starters, threads) for threads in (1, 2)}
        turns = take_turns(runs, rounds)
        for peer in peers.values():
            peer.close()
    for name in peers.keys() & runs.keys():
        check_means(turns[name], turns[2], f"{setting.name}: {name}")
    return row(setting, turns, notes)


def take_turns(runs: dict[object, Run], rounds: int) -> dict[object, list[Turn]]:
    counts = {}
    for name, run in runs.items():
        run(2, 1)  # warms up
        first = max(2, int(SECONDS / 10 / run(2, 2).seconds))
        counts[name] = max(4, int(SECONDS / run(first, 3).seconds))
    turns: dict[object, list[Turn]] = {name: [] for name in runs}
    for round_number in range(rounds):
        for name, run in runs.items():
            turns[name].append(run(counts[name], 1000 + round_number))
    return turns


def row(setting: Setting, turns: dict[object, list[Turn]], notes: list[str]) -> str:
    agent_steps = N_PEOPLE * DAYS
    speeds = {name: agent_steps / np.median([turn.seconds for turn in taken]) / 1e6 for name, taken in turns.items()}
    cells = [f"{speeds[name]:,.1f}" if name in speeds else "absent" for name in ("mesa", "mesa-frames", 1, 2)]
    for name, target in TARGETS.items():
        if name not in turns:
            cells += ["-", "-"]
            continue
        for threads in (1, 2):
            pairs = zip(turns[name], turns[threads], strict=True)
            ratio = float(np.median([peer.seconds / ours.seconds for peer, ours in pairs]))
            cells.append(f"{ratio:,.0f}")
        met = "met" if ratio >= target else "MISSED"
        notes.append(f"{setting.name}, target {target:g} times {name} on 2 threads: {met}, {ratio:,.0f}")
    outcomes = np.concatenate([turn.outcomes for turn in turns[2]]).mean(axis=0)
    others = turns[1][0].others
    a_telling = 1e6 * np.median([turn.seconds for turn in turns[1]]) / others["tellings"]
    first = [setting.name, f"{others['heard'] / N_PEOPLE:.0%}", f"{outcomes[0]:,.1f}", f"{outcomes[2]:,.1f}"]
    return f"| {' | '.join([*first, *cells, f'{a_telling:.3f}'])} |"


def ours_with(graph: wom.Graph, setting: Setting, starters: np.ndarray, threads: int) -> Run:
    talk = WordOfMouth(
        **{key: value for key, value in _numbers(setting).items() if key not in ("persuasion", "telling_delay")},
        persuasion_prob=setting.persuasion,
        telling_delay=f"{setting.telling_delay:g}d",
        rejecter_tells=setting.dissatisfied_tells,
        tells_distribution="fixed",
        customer_negative_factor=0.0,
    )

    def run(n: int, rng_seed: int) -> Turn:
        clock = time.perf_counter()
        prepared = prepare_direct(
            graph,
            Campaign(word_of_mouth=talk),
            rng_seed=rng_seed,
            n_replicas=n,
            horizon=DAYS,
            starting=Starting(start_as="satisfied"),
        )
        case = prepared.case(SeedChoice(*find_people(graph, starters.tolist(), key="starters")))
        result = run_case(case, threads=threads)
        seconds = (time.perf_counter() - clock) / n
        counts = {name: values.mean() for name, values in result.counts.items()}
        others = {"heard": counts["heard"], "tellings": counts["positive_tells"] + counts["negative_tells"]}
        return Turn(seconds, np.column_stack([result.counts[name] for name in OUTCOMES]), others)

    return run


def check_means(peer: list[Turn], ours: list[Turn], who: str) -> None:
    a, b = (np.concatenate([turn.outcomes for turn in turns]) for turns in (peer, ours))
    error = np.sqrt(a.var(axis=0, ddof=1) / len(a) + b.var(axis=0, ddof=1) / len(b))
    for name, x, y, e in zip(OUTCOMES, a.mean(axis=0), b.mean(axis=0), error, strict=True):
        if abs(x - y) > 4 * e:
            sys.exit(f"{who}: means of {name} differ, {x:.2f} against {y:.2f} +- {e:.2f}; no ratio is given")


def _numbers(setting: Setting) -> dict[str, float]:
    return {name: value for name, value in vars(setting).items() if name != "name"}


def write_results(lines: list[str], notes: list[str]) -> None:
    explained = f"""`benchmarks/campaign.py`: {N_PEOPLE:,} people on a random network of {CONTACTS} contacts each,
{STARTERS} starters, {DAYS} steps of a day. Speeds are millions of agent-steps (people x steps x replicas) a second:
medians of {ROUNDS} turns of about {SECONDS:g} s, taken in turn; ratios are medians over neighbouring turns.

Our kernel works by events: an agent-step in which nothing happens costs it nothing, so that agent-steps flatter it
where few people are reached (quiet). The busy setting, where nearly everybody is told, is the fair one. Our time is all
that a run does, its twin without starters and its curves included; the peers' is that of their steps alone, without
building people. Their idle agents cost little too: a Mesa agent who has been told nothing returns at once; mesa-frames
touches only the frames of today's tellings, with one Polars thread, which is faster here than two."""
    where = f"{machine('wom-sim', 'numba', 'numpy')}; load at the end {os.getloadavg()[0]:.1f}"
    body = [explained, "", where, "", *lines, "", *(f"- {note}" for note in notes)]
    replace_section("Campaigns", "\n".join(body))


if __name__ == "__main__":
    main()
