"""`wom bench`: what this machine can do at most, how fast our cascades are, and other programs beside them."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import click

from .answers import echo_json
from .notes import note, usable_threads
from .numbers import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..engine.machine import Limit
    from ..graph.csr import Graph
    from ..models.base import Model
    from .bench_peers import Run


@dataclass(frozen=True)
class Network:
    """A scale-free network, and the chance of an independent cascade on it."""

    name: str
    n_people: int
    ties_per_newcomer: int
    share_prob: float


NETWORKS = (Network("ba10k", 10_000, 5, 0.1), Network("ba100k", 100_000, 8, 0.05))
KINDS = ("independent_cascade", "weighted_cascade", "linear_threshold")
N_SEED_NODES = 50


@dataclass(frozen=True)
class Effort:
    """How long to measure: networks, rounds, seconds a turn."""

    networks: tuple[Network, ...]
    rounds: int
    seconds: float


FULL = Effort(NETWORKS, 5, 0.5)
QUICK = Effort(NETWORKS[:1], 3, 0.1)


@dataclass(frozen=True)
class Row:
    """One cascade on one network with so many threads; by peer: its milliseconds, and how many times faster we are."""

    network: str
    model: str
    threads: int
    mean_reach: float
    ms: float
    ties: float
    million_ties_a_second: float
    of_limit: float | None
    peer_ms: dict[str, float] = field(default_factory=dict)
    ratio: dict[str, float | None] = field(default_factory=dict)


@click.command("bench")
@click.option("--quick", is_flag=True, help="One small network, some 15 seconds; otherwise two minutes.")
@click.option("--threads", type=click.IntRange(min=1), metavar="N", help="Measure one thread and N; default: all.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--quiet", is_flag=True, help="Say nothing on stderr while it runs.")
def command(*, quick: bool, threads: int | None, as_json: bool, quiet: bool) -> int:
    """Measure this machine, our cascades on it, and other programs' in the same run.

    A tie looked at is a read of memory somewhere else, so speed is given as a share of what the machine can read at
    random. Where cynetdiff or pynetim is installed it takes turns with us; a ratio is given only if both find the same
    mean. `wom run` then says its own speed as a share too.
    """
    from ..engine import machine

    began = time.monotonic()
    usable = usable_threads(threads, quiet=quiet)
    counts = sorted({1, usable})
    missing = _missing()
    for line in missing:
        note(f"note: {line}", quiet=quiet)
    note("measuring the machine ...", quiet=quiet)
    found = machine.measure(threads=counts)
    machine.keep(found)
    effort = QUICK if quick else FULL
    rows = []
    for network in effort.networks:
        graph = build(network)
        for kind in KINDS:
            note(f"{network.name}, {kind} ...", quiet=quiet)
            rows += measure(network, graph, kind, counts, effort, found)
    if as_json:
        echo_json(_document(found, rows, missing))
    else:
        for line in (*limit_lines(found), "", *row_lines(rows), "", f"{time.monotonic() - began:.0f} s"):
            click.echo(line)
    return 0


def build(network: Network) -> Graph:
    """Generate a network, the same on every machine."""
    import numpy as np

    from ..graph.generate import ScaleFree

    made = ScaleFree(n_people=network.n_people, ties_per_newcomer=network.ties_per_newcomer)
    return made.build(np.uint64(1))


def model_of(network: Network, kind: str) -> Model:
    """Return the model of a kind with the network's chance."""
    from ..models.catalogue import MODELS

    given: dict[str, Any] = {"share_prob": network.share_prob} if kind == "independent_cascade" else {}
    return MODELS[kind](**given)


def measure(
    network: Network, graph: Graph, kind: str, counts: Sequence[int], effort: Effort, found: Sequence[Limit]
) -> list[Row]:
    """Measure one cascade with each number of threads, and the peers that are installed beside it."""
    from ..choosing import choose_seed_nodes
    from ..engine.machine import random_reads
    from ..kernels.rng import LANES
    from .bench_peers import PEERS, Task, is_installed, peer
    from .bench_turns import ERRORS_APART, errors_apart, in_turns, mean_of, ms_of, ratio_of

    seeds = choose_seed_nodes(graph, k=min(N_SEED_NODES, graph.n_people)).nodes
    model = model_of(network, kind)
    task = Task(graph.indptr, graph.indices, kind, getattr(model, "share_prob", None), seeds)
    ties: dict[int, float] = {}
    runs = {name: peer(name, task) for name in PEERS if is_installed(name)}
    peers = tuple(runs)
    runs |= {str(n): ours(graph, model, seeds, threads=n, ties=ties) for n in counts}
    grain = {str(n): LANES * n for n in counts}
    turns = in_turns(runs, rounds=effort.rounds, seconds=effort.seconds, grain=grain)
    reads = random_reads(found, graph.n_people)
    rows = []
    for n in counts:
        mine = turns[str(n)]
        speed = ties[n] / ms_of(mine) / 1000.0
        agree = {name: errors_apart(turns[name], mine) <= ERRORS_APART for name in peers}
        rows.append(
            Row(
                network=network.name,
                model=kind,
                threads=n,
                mean_reach=mean_of(mine),
                ms=ms_of(mine),
                ties=ties[n],
                million_ties_a_second=speed,
                of_limit=None if reads is None else speed / reads,
                peer_ms={name: ms_of(turns[name]) for name in peers},
                ratio={name: ratio_of(turns[name], mine) if agree[name] else None for name in peers},
            )
        )
    return rows


def ours(graph: Graph, model: Model, seeds: Sequence[Any], *, threads: int, ties: dict[int, float]) -> Run:
    """Return what runs replicas without curves, as other programs do, and notes the ties of a replica in `ties`."""
    import numpy as np

    from ..api import simulate
    from .bench_peers import turn_of

    def run(n: int, rng_seed: int) -> Any:
        clock = time.perf_counter()
        result = simulate(
            graph, model, seed_nodes=seeds, n_replicas=n, rng_seed=rng_seed, threads=threads, curves=False
        )
        seconds = time.perf_counter() - clock
        ties[threads] = result.timings["ties_examined"] / n
        return turn_of(seconds, result.reach.astype(np.float64))

    return run


def limit_lines(found: Sequence[Limit]) -> list[str]:
    """Return the limits as a table, a column a number of threads."""
    from ..engine.machine import COPY, name_of_machine
    from .tables import aligned, count

    counts = sorted({row.threads for row in found})
    rows = [("", *(count(n, "thread") for n in counts), "")]
    for what, n_bytes in dict.fromkeys((row.what, row.n_bytes) for row in found):
        rates = [row.rate for row in found if (row.what, row.n_bytes) == (what, n_bytes)]
        if what == COPY:
            rows.append(("copy", *(f"{rate / 1000.0:,.1f}" for rate in rates), "GB/s"))
        else:
            size = f"{n_bytes >> 20} MB" if n_bytes >= 1 << 20 else f"{n_bytes >> 10} kB"
            rows.append((f"random reads of 4 bytes from {size}", *(f"{rate:,.0f}" for rate in rates), "M/s"))
    return [name_of_machine(), *aligned(rows)]


def row_lines(rows: Sequence[Row]) -> list[str]:
    """Return the cascades as a table, two columns a peer."""
    from .tables import aligned

    peers = tuple(rows[0].peer_ms) if rows else ()
    heads = ["network, model", "threads", "mean reach", "ms a replica", "M ties/s", "of random reads"]
    for name in peers:
        heads += [f"{name} ms", "times"]
    cells: list[Sequence[str]] = [heads]
    for row in rows:
        share = "-" if row.of_limit is None else f"{row.of_limit:.2f}"
        line = [f"{row.network} {row.model}", str(row.threads), number(row.mean_reach), f"{row.ms:.4f}"]
        line += [f"{row.million_ties_a_second:,.0f}", share]
        for name in peers:
            ratio = row.ratio[name]
            line += [f"{row.peer_ms[name]:.3f}", "means differ" if ratio is None else f"{ratio:.1f}"]
        cells.append(line)
    return aligned(cells)


def _missing() -> list[str]:
    """Say which peers are not installed, a line each."""
    from .bench_peers import PEERS, is_installed

    return [
        f"{name} is not installed here, so it is not measured; python -m pip install {package} adds it"
        for name, package in PEERS.items()
        if not is_installed(name)
    ]


def _document(found: Sequence[Limit], rows: Sequence[Row], missing: Sequence[str]) -> dict[str, Any]:
    from ..engine.machine import name_of_machine

    return {
        "format": 1,
        "machine": name_of_machine(),
        "limits": [row._asdict() for row in found],
        "cascades": [asdict(row) for row in rows],
        "missing": list(missing),
    }
