"""How fast are seed nodes chosen, beside pynetim's OPIM-C in the same run, and how good are they?

    python benchmarks/seeding.py [--python PYTHON]    all rows, writes benchmarks/results.md
    python benchmarks/seeding.py --only ba10k         one network, prints only

k = 50, epsilon = .1, failure 1 / n, one thread; PYTHON is an interpreter that has pynetim 0.5.5. Both take turns with
other random numbers each time, ten times, and time their algorithm alone: the network is in memory, sorted as each
program wants it. All sets of people are then simulated by cynetdiff, which is neither of them, on replicas nobody chose
on. NetHEPT is read from the folder of data beside the project and left out where that is absent.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import wom_sim as wom
from networks import NETWORKS, save
from results_file import machine, replace_section
from wom_sim.cli.bench_peers import Task, peer
from wom_sim.engine.plan import prepare_direct
from wom_sim.seeding.opim import Opim

K, EPSILON, TURNS = 50, 0.1, 10
KINDS = ("weighted_cascade", "linear_threshold")
JUDGED = {
    "nethept": dict.fromkeys(KINDS, 2_000),
    "ba10k": dict.fromkeys(KINDS, 1_000),
    "ba100k": {KINDS[0]: 400, KINDS[1]: 60},
    "rmat20": {KINDS[0]: 100},
}
"""Replicas for each set of people, by network and model: cynetdiff takes three seconds for one of the largest."""
WITH_PYNETIM = ("nethept", "ba10k", "ba100k")  # it is given ties as a list of Python tuples
GOALS = {("nethept", KINDS[0]): 4, ("ba100k", KINDS[0]): 15, ("ba100k", KINDS[1]): 6}
DATA = Path(__file__).parents[2] / "shared" / "data" / "nethept_wc_directed" / "nethept_wc.csv"
OTHERS = ("degree_discount", "single_discount", "degree", "pagerank")
COLUMNS = (
    "network, model",
    "pynetim ms",
    "ours ms",
    "times pynetim",
    "sets that chose",
    "certificate",
    "spread of ours",
    "lowest of ours",
    "pynetim",
    "OPIM, epsilon .03",
    "best of the simple ones",
)


def nethept() -> wom.Graph:
    """Return NetHEPT, each edge in the direction in which the file has it."""
    ties = np.loadtxt(DATA, delimiter=",", skiprows=1, usecols=(0, 1)).astype(np.int64)
    return wom.Graph.from_edges(ties[:, 0], ties[:, 1], n_people=15_233)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=tuple(JUDGED), help="one network, no file written")
    parser.add_argument("--python", default=sys.executable, help="interpreter with pynetim")
    given = parser.parse_args()
    networks = {"nethept": nethept} | NETWORKS
    names = [given.only] if given.only else [name for name in JUDGED if name != "nethept" or DATA.exists()]
    lines, goals = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"], []
    print("\n".join(lines))
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            graph, file = networks[name](), Path(folder, f"{name}.npz")
            save(graph, file)
            for kind in JUDGED[name]:
                line, ratio = measure(name, graph, kind, file, given.python)
                lines.append(line)
                print(line, flush=True)
                goal = GOALS.get((name, kind))
                if goal and ratio:
                    goals.append(
                        f"{name} {kind}: {ratio:.1f} times pynetim, goal {goal}: {'met' if ratio >= goal else 'missed'}"
                    )
    print("\n".join(goals))
    if given.only is None:
        said = (
            f"`benchmarks/seeding.py`: k = {K}, epsilon = {EPSILON}, one thread, medians of {TURNS} turns with other "
            "random numbers;\nspread by cynetdiff, mean of the ten sets and the lowest of them."
        )
        body = "\n".join([said, "", machine("wom-sim", "numba", "numpy", "cynetdiff"), "", *lines, "", *goals])
        replace_section("Seeding", body)


def measure(name: str, graph: wom.Graph, kind: str, file: Path, python: str) -> tuple[str, float | None]:
    model = wom.WeightedCascade() if kind == KINDS[0] else wom.LinearThreshold()
    strategy = Opim(n_seed_nodes=K, epsilon=EPSILON, confidence=1.0 - 1.0 / graph.n_people)
    other = start_pynetim(python, file, kind) if name in WITH_PYNETIM else None
    ours, theirs, our_sets, their_sets, certificates = [], [], [], [], []
    for turn in range(TURNS + 1):
        prepared = prepare_direct(graph, model, rng_seed=turn, threads=1)
        prepared.reverse()
        clock = time.perf_counter()
        choice = prepared.choose(strategy)
        seconds = time.perf_counter() - clock
        if turn:  # the first compiles
            ours.append(seconds)
            our_sets.append(choice.nodes)
            certificates.append(choice.certificate)
        if other is not None and turn:
            answer = ask(other, f"{K} {EPSILON} {turn}")
            theirs.append(answer["s"])
            their_sets.append(np.array(answer["people"]))
    if other is not None:
        other.stdin.close()
        other.wait()
    sure = wom.choose_seed_nodes(graph, model, k=K, strategy="opim", rng_seed=1, threads=1)
    simple = [wom.choose_seed_nodes(graph, k=K, strategy=s, rng_seed=1).nodes for s in OTHERS]
    spread = [spread_of(graph, kind, nodes, JUDGED[name][kind]) for nodes in our_sets]
    peers = [spread_of(graph, kind, nodes, JUDGED[name][kind]) for nodes in their_sets]
    ratio = statistics.median(t / o for t, o in zip(theirs, ours, strict=True)) if theirs else None
    row = (
        f"{name} {kind}",
        f"{1e3 * statistics.median(theirs):.1f}" if theirs else "-",
        f"{1e3 * statistics.median(ours):.1f}",
        f"{ratio:.1f}" if ratio else "-",
        f"{statistics.median(c.n_sets[0] for c in certificates):,.0f}",
        f"{min(c.ratio for c in certificates):.2f}",
        f"{np.mean(spread):,.1f}",
        f"{np.min(spread):,.1f}",
        f"{np.mean(peers):,.1f}" if peers else "-",
        f"{spread_of(graph, kind, np.array(sure.nodes), JUDGED[name][kind]):,.1f}",
        f"{max(spread_of(graph, kind, np.array(nodes), JUDGED[name][kind]) for nodes in simple):,.1f}",
    )
    return f"| {' | '.join(row)} |", ratio


def spread_of(graph: wom.Graph, kind: str, nodes: np.ndarray, n_replicas: int) -> float:
    """Return the mean reach of people by cynetdiff."""
    task = Task(graph.indptr, graph.indices, kind, None, [int(v) for v in nodes])
    return peer("cynetdiff", task)(n_replicas, 1).mean


def start_pynetim(python: str, file: Path, kind: str) -> subprocess.Popen:
    script = Path(__file__).with_name("seeding_peers.py")
    arguments = [python, str(script), str(file), "IC" if kind == KINDS[0] else "LT"]
    process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    if process.stdout.readline() != "ready\n":
        sys.exit(f"pynetim does not start with {python}; --python names an interpreter that has it")
    return process


def ask(process: subprocess.Popen, line: str) -> dict:
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


if __name__ == "__main__":
    main()
