"""What time and memory of cascades grow with: ties examined, threads, replicas.

    python benchmarks/scaling.py            writes benchmarks/results.md and benchmarks/scaling.png
    python benchmarks/scaling.py --quick    at most a million ties a replica, prints only

An independent cascade with chance .15 on random networks G(n, m) of 10 contacts each: whatever n is, it reaches more
than half of the people. Networks are built anew; nothing is kept.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np

import wom_sim as wom
from cascades_peers import peak_memory
from networks import N_SEED_NODES, random_network
from results_file import machine, replace_section

MODEL = wom.IndependentCascade(share_prob=0.15)
TIES_A_PERSON = 6.2
"""Ties a replica examines for each person of the network, about."""

DECADES = (5.0, 5.5, 6.0, 6.5, 7.0, 7.5, 8.0)
QUICK_DECADES = (5.0, 5.5, 6.0)
BLOCK = 512
REPEATS = 3
REPLICAS = (1, 4, 16, 64, 256, 512, 1024, 2048, 4096)
MOST_SECONDS = 20.0
"""A measurement that took longer is not repeated."""

LARGE_TIES, PEAK_ALLOWED = 100_000_000, 16 * 2**30
PICTURE = Path(__file__).with_name("scaling.png")


class Timed(NamedTuple):
    """Seconds of a run in its kernel, ties a replica, people reached on average."""

    seconds: float
    ties: float
    reach: float


class Growth(NamedTuple):
    """A network size: people, ties stored, ties a replica, milliseconds a replica."""

    n_people: int
    stored: int
    ties: float
    ms: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="at most a million ties a replica, no file written")
    quick = parser.parse_args().quick
    os.environ["WOM_SIM_CACHE_BYTES"] = "0"
    rows = list(grow(QUICK_DECADES if quick else DECADES))
    slope, spread = slope_of(rows)
    parts = ["\n".join(growth_lines(rows, slope, spread))]
    print(parts[0], flush=True)
    parts.append(large(1_000_000 if quick else LARGE_TIES))
    print(parts[1], flush=True)
    graph = random_network(100_000 if quick else 1_000_000)
    parts.append(threads(graph))
    print(parts[2], flush=True)
    few = random_network(10_000 if quick else 100_000)
    by_replicas = [(n, timed(few, n_replicas=n, threads=1).seconds) for n in REPLICAS]
    parts.append("\n".join(replica_lines(few.n_people, by_replicas)))
    print(parts[3], flush=True)
    if quick:
        with tempfile.TemporaryDirectory() as folder:
            draw(rows, slope, by_replicas, few.n_people, Path(folder, "scaling.png"))
        return
    draw(rows, slope, by_replicas, few.n_people, PICTURE)
    where = f"{machine('wom-sim', 'numba', 'numpy')}; load at the end {os.getloadavg()[0]:.1f}"
    explained = """`benchmarks/scaling.py`: an independent cascade with chance .15 from 50 people on random networks of
10 contacts each, without curves; medians of 3, time in the kernel. Picture: `benchmarks/scaling.png`."""
    replace_section("Scaling", "\n\n".join([explained, where, *parts]))


def timed(graph: wom.Graph, *, n_replicas: int, threads: int) -> Timed:
    """Return the median of `REPEATS` runs, after one to load the kernel."""
    seeds = wom.choose_seed_nodes(graph, k=N_SEED_NODES).nodes
    found = []
    for repeat in range(REPEATS + 1):
        n = n_replicas if repeat else 1
        done = wom.simulate(
            graph, MODEL, seed_nodes=seeds, n_replicas=n, rng_seed=repeat, threads=threads, curves=False
        )
        if repeat:
            seconds = done.timings["kernel_s"]
            found.append(Timed(seconds, done.timings["ties_examined"] / n, float(done.reach.mean())))
            if seconds > MOST_SECONDS:
                break
    return Timed(*(statistics.median(values) for values in zip(*found, strict=True)))


def grow(decades: tuple[float, ...]):
    """Measure ever larger networks, one thread, a block of replicas."""
    for decade in decades:
        graph = random_network(round(10**decade / TIES_A_PERSON))
        found = timed(graph, n_replicas=BLOCK, threads=1)
        yield Growth(graph.n_people, graph.n_ties, found.ties, 1000.0 * found.seconds / BLOCK)


def slope_of(rows: list[Growth]) -> tuple[float, float]:
    """Fit a line through logarithms; return its slope, and the largest factor by which a time is off it."""
    x, y = np.log10([row.ties for row in rows]), np.log10([row.ms for row in rows])
    slope, start = np.polyfit(x, y, 1)
    return float(slope), float(10 ** np.abs(y - slope * x - start).max())


def growth_lines(rows: list[Growth], slope: float, spread: float) -> list[str]:
    lines = ["| people | ties stored | ties examined a replica | ms a replica | M ties/s |", "|---|---|---|---|---|"]
    lines += [
        f"| {row.n_people:,} | {row.stored:,} | {row.ties:,.0f} | {row.ms:,.4f} | {row.ties / row.ms / 1000:,.0f} |"
        for row in rows
    ]
    said = f"One thread, {BLOCK} replicas. Time grows as ties^{slope:.3f} (1: in proportion); no time is off"
    return [*lines, "", f"{said} that line by more than a factor of {spread:.2f}."]


def large(n_ties: int) -> str:
    """Build and run a large network in a process of its own, for the peak of its memory."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        stored, ties, ms, peak = pool.submit(run_large, n_ties).result()
    met = "met" if peak <= PEAK_ALLOWED else "MISSED"
    return (
        f"A network of {stored:,} ties, built and run with 2 threads: {ties:,.0f} ties and {ms:,.1f} ms a replica, "
        f"{ties / ms / 1000:,.0f} M ties/s; peak memory {peak / 2**30:.2f} GiB, allowed {PEAK_ALLOWED >> 30}: {met}."
    )


def run_large(n_ties: int) -> tuple[int, float, float, int]:
    graph = random_network(n_ties // 10)
    n = 2 * BLOCK
    found = timed(graph, n_replicas=n, threads=2)
    return graph.n_ties, found.ties, 1000.0 * found.seconds / n, peak_memory()


def threads(graph: wom.Graph) -> str:
    """Compare one thread with two."""
    n = 4 * BLOCK
    one, two = (timed(graph, n_replicas=n, threads=threads).seconds for threads in (1, 2))
    return (
        f"Threads, {graph.n_people:,} people, {n:,} replicas: {1000 * one / n:.3f} ms a replica with one, "
        f"{1000 * two / n:.3f} with two: {one / two:.2f} times as fast."
    )


def replica_lines(n_people: int, rows: list[tuple[int, float]]) -> list[str]:
    lines = [f"Replicas, {n_people:,} people, one thread:", "", "| replicas | s | ms a replica |", "|---|---|---|"]
    return lines + [f"| {n:,} | {seconds:.4f} | {1000 * seconds / n:.4f} |" for n, seconds in rows]


def draw(rows: list[Growth], slope: float, by_replicas: list[tuple[int, float]], n_people: int, file: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    x, y = np.array([row.ties for row in rows]), np.array([row.ms for row in rows])
    middle = np.exp(np.log(y / x**slope).mean())
    left.loglog(x, middle * x**slope, color="0.6", label=f"ties^{slope:.2f}")
    left.loglog(x, y, "o", color="C0")
    left.set(xlabel="ties examined a replica", ylabel="ms a replica", title="512 replicas, one thread")
    left.legend(frameon=False)
    n, seconds = np.array(by_replicas).T
    right.loglog(n, 1000.0 * seconds / n, "o-", color="C0")
    right.set(xlabel="replicas", ylabel="ms a replica", title=f"{n_people:,} people, one thread")
    figure.savefig(file, dpi=130)


if __name__ == "__main__":
    sys.exit(main())
