"""Have cascades become slow? Exit code 1 when we are less than half as fast beside cynetdiff as was recorded.

    python benchmarks/gate.py             the check, some 15 seconds
    python benchmarks/gate.py --record    keep what is measured now, on a quiet machine, in recorded.json

Both take turns on the same network with the same seed nodes, so that a slow or busy machine slows both. What looks too
slow is measured a second time before it counts.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from results_file import machine
from wom_sim.cli import bench
from wom_sim.cli.bench_peers import Task, is_installed, peer
from wom_sim.cli.bench_turns import ERRORS_APART, errors_apart, in_turns, mean_of, ratio_of
from wom_sim.engine.limits import usable_threads

RECORDED = Path(__file__).with_name("recorded.json")
KINDS = ("independent_cascade", "weighted_cascade")
ROUNDS, SECONDS = 7, 0.3
LANES = 512
ALLOWED = 0.5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="keep what is measured now")
    record = parser.parse_args().record
    if not is_installed("cynetdiff"):
        sys.exit("cynetdiff is not installed; python -m pip install '.[bench]' adds it")
    network = bench.NETWORKS[0]
    measured: dict[str, float] = {}
    for kind in KINDS:
        measured |= ratios(network, kind)
    if record:
        kept = {"machine": machine("wom-sim", "cynetdiff", "numba"), "times_cynetdiff": measured}
        RECORDED.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        print(f"{RECORDED.name}: {measured}")
        return 0
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))["times_cynetdiff"]
    for kind in KINDS:
        if too_slow(measured, recorded, kind):
            again = ratios(network, kind)
            measured |= {row: max(ratio, measured[row]) for row, ratio in again.items()}
    slow = [row for kind in KINDS for row in too_slow(measured, recorded, kind)]
    for row, ratio in measured.items():
        verdict = "TOO SLOW" if row in slow else "fast enough"
        print(f"{row}: {ratio:.1f} times cynetdiff, recorded {recorded[row]:.1f}: {verdict}")
    return 1 if slow else 0


def too_slow(measured: dict[str, float], recorded: dict[str, float], kind: str) -> list[str]:
    """Return the rows of a model that fall below what is allowed."""
    return [row for row, ratio in measured.items() if kind in row and ratio < ALLOWED * recorded[row]]


def ratios(network: bench.Network, kind: str) -> dict[str, float]:
    """Return how many times faster than cynetdiff we are, by number of threads; ends where the means differ."""
    from wom_sim import choose_seed_nodes

    graph, model = bench.build(network), bench.model_of(network, kind)
    seeds = choose_seed_nodes(graph, k=bench.N_SEED_NODES).nodes
    task = Task(graph.indptr, graph.indices, kind, getattr(model, "share_prob", None), seeds)
    counts = [n for n in (1, 2) if n <= usable_threads(None)[0]]
    runs = {"cynetdiff": peer("cynetdiff", task)}
    runs |= {f"{n}": bench.ours(graph, model, seeds, threads=n, ties={}) for n in counts}
    turns = in_turns(runs, rounds=ROUNDS, seconds=SECONDS, grain={f"{n}": LANES * n for n in counts})
    found = {}
    for n in counts:
        mine, theirs = turns[f"{n}"], turns["cynetdiff"]
        if errors_apart(theirs, mine) > ERRORS_APART:
            sys.exit(f"{network.name} {kind}: cynetdiff finds {mean_of(theirs):,.1f} and we {mean_of(mine):,.1f}")
        found[f"{network.name} {kind}, {n} {'thread' if n == 1 else 'threads'}"] = round(ratio_of(theirs, mine), 2)
    return found


if __name__ == "__main__":
    sys.exit(main())
