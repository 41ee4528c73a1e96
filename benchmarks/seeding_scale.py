"""What the time of OPIM grows with: the ties of the network.

    python benchmarks/seeding_scale.py            writes benchmarks/results.md and benchmarks/seeding_scale.png
    python benchmarks/seeding_scale.py --quick    up to 800,000 ties, prints only

k = 50, epsilon = .1, confidence 99 %, one thread, weighted cascade and linear threshold, on random networks G(n, m) of
10 contacts each, from 10^5 ties on, twice as many each time. The network is in memory with its ties sorted by those who
listen; medians of three turns with other random numbers, processor time.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

import wom_sim as wom
from networks import random_network
from results_file import machine, replace_section
from wom_sim.engine.plan import prepare_direct
from wom_sim.seeding.opim import Opim

K, EPSILON, TURNS = 50, 0.1, 3
CONTACTS = 10
LEAST, DOUBLINGS, QUICK = 100_000, 8, 3
MODELS = (("weighted cascade", wom.WeightedCascade()), ("linear threshold", wom.LinearThreshold()))
PICTURE = Path(__file__).with_name("seeding_scale.png")


class Growth(NamedTuple):
    """A network and model: people, ties stored, seconds, sets that chose, the certificate."""

    model: str
    n_people: int
    n_ties: int
    seconds: float
    n_sets: float
    certificate: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="up to 800,000 ties, no file written")
    quick = parser.parse_args().quick
    os.environ["WOM_SIM_CACHE_BYTES"] = "0"
    print("| model | people | ties | ms | ns a tie | sets that chose | certificate |")
    rows = []
    for row in grow(QUICK if quick else DOUBLINGS):
        rows.append(row)
        print(line_of(row), flush=True)
    said = "\n".join(slope_line(name, rows) for name, _ in MODELS)
    print(said)
    if quick:
        return
    draw(rows, PICTURE)
    lines = ["| model | people | ties | ms | ns a tie | sets that chose | certificate |", "|---" * 7 + "|"]
    lines += [line_of(row) for row in rows]
    explained = f"""`benchmarks/seeding_scale.py`: OPIM, k = {K}, epsilon = {EPSILON}, one thread, random networks of
{CONTACTS} contacts each; medians of {TURNS},
processor time. Picture: `benchmarks/seeding_scale.png`."""
    where = f"{machine('wom-sim', 'numba', 'numpy')}; load at the end {os.getloadavg()[0]:.1f}"
    replace_section("Seeding: scaling", "\n\n".join([explained, where, "\n".join(lines), said]))


def grow(n_doublings: int) -> Iterator[Growth]:
    """Measure ever larger networks."""
    for i in range(n_doublings + 1):
        graph = random_network(LEAST * 2**i // CONTACTS)
        for name, model in MODELS:
            yield measure(name, model, graph)


def measure(name: str, model: wom.WeightedCascade | wom.LinearThreshold, graph: wom.Graph) -> Growth:
    """Return the median of `TURNS`, after one to load the kernels."""
    strategy = Opim(n_seed_nodes=K, epsilon=EPSILON)
    seconds, n_sets, certificates = [], [], []
    for turn in range(TURNS + 1):
        prepared = prepare_direct(graph, model, rng_seed=turn, threads=1)
        prepared.reverse()
        clock = time.process_time()
        certificate = prepared.choose(strategy).certificate
        if turn:
            seconds.append(time.process_time() - clock)
            n_sets.append(certificate.n_sets[0])
            certificates.append(certificate.ratio)
    return Growth(
        name, graph.n_people, graph.n_ties, statistics.median(seconds), statistics.median(n_sets), min(certificates)
    )


def line_of(row: Growth) -> str:
    ns = 1e9 * row.seconds / row.n_ties
    size = f"{row.model} | {row.n_people:,} | {row.n_ties:,}"
    return f"| {size} | {1000 * row.seconds:,.1f} | {ns:,.1f} | {row.n_sets:,.0f} | {row.certificate:.2f} |"


def slope_of(rows: list[Growth]) -> tuple[float, float]:
    """Fit a line through logarithms; return its slope, and the seconds at 10^6 ties."""
    x, y = np.log10([row.n_ties for row in rows]), np.log10([row.seconds for row in rows])
    slope, start = np.polyfit(x, y, 1)
    return float(slope), float(10 ** (start + 6.0 * slope))


def slope_line(name: str, rows: list[Growth]) -> str:
    own = [row for row in rows if row.model == name]
    slope, _ = slope_of(own)
    largest, larger = own[-1], own[-2]
    last = np.log2(largest.seconds / larger.seconds) / np.log2(largest.n_ties / larger.n_ties)
    return f"{name}: time grows as ties^{slope:.2f} (1: in proportion); over the last doubling as ties^{last:.2f}."


def draw(rows: list[Growth], file: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    for i, (name, _) in enumerate(MODELS):
        own = [row for row in rows if row.model == name]
        slope, at_a_million = slope_of(own)
        x, y = np.array([row.n_ties for row in own]), np.array([row.seconds for row in own])
        left.loglog(x, at_a_million * (x / 1e6) ** slope, color=f"C{i}", alpha=0.4, label=f"{name}: ties^{slope:.2f}")
        left.loglog(x, y, "o", color=f"C{i}")
        right.semilogx(x, 1e9 * y / x, "o-", color=f"C{i}", label=name)
    left.set(xlabel="ties", ylabel="seconds", title=f"OPIM, k = {K}, epsilon = {EPSILON}, one thread")
    right.set(xlabel="ties", ylabel="ns a tie", title="time a tie", ylim=(0.0, None))
    for axes in (left, right):
        axes.legend(frameon=False)
    figure.savefig(file, dpi=130)


if __name__ == "__main__":
    sys.exit(main())
