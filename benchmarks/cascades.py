"""How fast are cascades, beside cynetdiff and ndlib in the same run?

    python benchmarks/cascades.py            all rows, writes benchmarks/results.md
    python benchmarks/cascades.py --quick    ba10k alone, prints only

Same graph, same seed nodes, same semantics. Peer and we take turns, round by round, on a machine that drifts; a ratio
is the median over rounds. Before a ratio is printed the means of both must agree within 4 standard errors of their
difference. cynetdiff 0.1.18 is the fastest cascade peer, ndlib 6.0.1 the field's default.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import networkx as nx
import numpy as np

import wom_sim as wom
from results_file import machine, replace_section

ROUNDS = 5
SECONDS = 1.0
"""Work of one turn, about."""

COLUMNS = (
    "graph, model",
    "mean reach",
    "cynetdiff ms",
    "ours ms, 1 thread",
    "2 threads",
    "ratio, 1 thread",
    "2 threads",
    "M ties/s, 2 threads",
    "ndlib ms",
    "ratio to ndlib, 2 threads",
)


@dataclass
class Setting:
    """One row of the table: a network, a model, how many replicas ndlib can afford."""

    graph_name: str
    network: nx.Graph
    model: wom.IndependentCascade | wom.WeightedCascade | wom.LinearThreshold
    ndlib_replicas: int


@dataclass
class Turn:
    """What one turn gave: milliseconds a replica, and the reaches for the check of means."""

    ms: float
    reach: np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="ba10k alone, no file written")
    quick = parser.parse_args().quick
    lines = [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    for setting in settings(quick=quick):
        lines.append(measure(setting))
        print(lines[-1], flush=True)
    if not quick:
        write_results(lines)


def settings(*, quick: bool) -> list[Setting]:
    """Graphs and probabilities as peers are commonly measured: ba10k p = .1, ba100k p = .05, WC and LT 1 / indegree."""
    ba10k = nx.barabasi_albert_graph(10_000, 5, seed=1)
    rows = [
        Setting("ba10k", ba10k, wom.IndependentCascade(share_prob=0.1), 12),
        Setting("ba10k", ba10k, wom.WeightedCascade(), 12),
        Setting("ba10k", ba10k, wom.LinearThreshold(), 6),
    ]
    if not quick:
        ba100k = nx.barabasi_albert_graph(100_000, 8, seed=1)
        rows += [
            Setting("ba100k", ba100k, wom.IndependentCascade(share_prob=0.05), 6),
            Setting("ba100k", ba100k, wom.WeightedCascade(), 6),
            Setting("ba100k", ba100k, wom.LinearThreshold(), 0),  # 40 s a replica
        ]
    return rows


def measure(setting: Setting) -> str:
    graph = wom.Graph.from_networkx(setting.network)
    seeds = wom.choose_seed_nodes(graph, k=50).nodes
    ours = {threads: ours_with(graph, setting, seeds, threads) for threads in (1, 2)}
    peer = cynetdiff_with(graph, setting, seeds)
    counts = {name: calibrate(run) for name, run in (("peer", peer), (1, ours[1]), (2, ours[2]))}
    turns: dict[object, list[Turn]] = {"peer": [], 1: [], 2: []}
    for round_number in range(ROUNDS):
        for name, run in (("peer", peer), (1, ours[1]), (2, ours[2])):
            turns[name].append(run(counts[name], 1000 + round_number))
    check_means(turns["peer"], turns[2], f"{setting.graph_name} {setting.model.kind}: cynetdiff")
    median = {name: float(np.median([turn.ms for turn in rows])) for name, rows in turns.items()}
    ratio = {t: float(np.median([p.ms / o.ms for p, o in zip(turns["peer"], turns[t], strict=True)])) for t in (1, 2)}
    reach = np.concatenate([turn.reach for turn in turns[2]])
    ties = mean_ties(graph, setting, seeds)
    ndlib_cells = "- | -"
    if setting.ndlib_replicas:
        slow = ndlib_with(setting, seeds)(setting.ndlib_replicas, 7)
        check_means([slow], turns[2], f"{setting.graph_name} {setting.model.kind}: ndlib")
        ndlib_cells = f"{slow.ms:,.0f} | {slow.ms / median[2]:,.0f}"
    return (
        f"| {setting.graph_name} {setting.model.kind} | {reach.mean():,.1f} | {median['peer']:.3f} | {median[1]:.3f} "
        f"| {median[2]:.3f} | {ratio[1]:.1f} | {ratio[2]:.1f} | {ties / median[2] / 1000:,.0f} | {ndlib_cells} |"
    )


def calibrate(run: Callable[[int, int], Turn]) -> int:
    """Return how many replicas take about `SECONDS`, after one turn to warm up."""
    run(8, 1)
    return max(16, int(SECONDS * 1000 / run(32, 2).ms))


def ours_with(graph: wom.Graph, setting: Setting, seeds: list[int], threads: int) -> Callable[[int, int], Turn]:
    def run(n: int, rng_seed: int) -> Turn:
        clock = time.perf_counter()
        result = wom.simulate(graph, setting.model, seed_nodes=seeds, n_replicas=n, rng_seed=rng_seed, threads=threads)
        return Turn((time.perf_counter() - clock) * 1000 / n, result.reach)

    return run


def cynetdiff_with(graph: wom.Graph, setting: Setting, seeds: list[int]) -> Callable[[int, int], Turn]:
    import array

    from cynetdiff.models import IndependentCascadeModel, LinearThresholdModel

    starts = array.array("I", graph.indptr[:-1].astype(np.uint32).tobytes())
    edges = array.array("I", graph.indices.astype(np.uint32).tobytes())
    inverse = (1.0 / graph.in_degree[graph.indices]).astype(np.float32)
    if isinstance(setting.model, wom.IndependentCascade):
        model = IndependentCascadeModel(starts, edges, activation_prob=setting.model.share_prob, rng=1)
    elif isinstance(setting.model, wom.WeightedCascade):
        model = IndependentCascadeModel(starts, edges, activation_probs=array.array("f", inverse.tobytes()), rng=1)
    else:
        model = LinearThresholdModel(starts, edges, influence=array.array("f", inverse.tobytes()), rng=1)
    model.set_seeds(seeds)

    def run(n: int, rng_seed: int) -> Turn:
        model.set_rng(rng_seed)
        reach = np.empty(n)
        clock = time.perf_counter()
        for i in range(n):
            model.reset_model()
            model.advance_until_completion()
            reach[i] = model.get_num_activated_nodes()
        return Turn((time.perf_counter() - clock) * 1000 / n, reach)

    return run


def ndlib_with(setting: Setting, seeds: list[int]) -> Callable[[int, int], Turn]:
    from ndlib.models import ModelConfig, epidemics

    def prepared(rng: np.random.Generator) -> object:
        config = ModelConfig.Configuration()
        config.add_model_initial_configuration("Infected", seeds)
        if isinstance(setting.model, wom.LinearThreshold):
            model = epidemics.ThresholdModel(setting.network)
            for node, threshold in zip(setting.network, rng.random(len(setting.network)), strict=True):
                config.add_node_configuration("threshold", node, threshold)
        else:
            # Directed, with a chance for every edge: ndlib drops a map of another length without a word.
            network = setting.network.to_directed()
            model = epidemics.IndependentCascadesModel(network)
            for u, v in network.edges:
                uniform = isinstance(setting.model, wom.IndependentCascade)
                p = setting.model.share_prob if uniform else 1.0 / network.in_degree(v)
                config.add_edge_configuration("threshold", (u, v), p)
        model.set_initial_status(config)
        return model

    def run(n: int, rng_seed: int) -> Turn:
        rng = np.random.default_rng(rng_seed)
        np.random.seed(rng_seed)  # noqa: NPY002 - ndlib draws from the global generator
        reach, spent = np.empty(n), 0.0
        for i in range(n):
            model = prepared(rng)  # not timed
            clock = time.perf_counter()
            before = -1
            while True:
                counts = model.iteration(node_status=False)["node_count"]
                touched = counts.get(1, 0) + counts.get(2, 0)
                if counts.get(1, 0) == 0 or (isinstance(setting.model, wom.LinearThreshold) and touched == before):
                    break
                before = touched
            spent += time.perf_counter() - clock
            reach[i] = touched
        return Turn(spent * 1000 / n, reach)

    return run


def mean_ties(graph: wom.Graph, setting: Setting, seeds: list[int]) -> float:
    """Ties a replica examines on average: those leaving the people reached, estimated as reach x mean degree of the
    reached, from one cascade in NetworkX terms: the sum of degrees of reached people over 64 replicas.
    """
    from wom_sim.engine.plan import plan_direct
    from wom_sim.seeding.nodes import find_people

    choice = find_people(graph, seeds, key="seed_nodes")
    process = plan_direct(graph, setting.model, choice, rng_seed=1, max_steps=None, n_replicas=64).process
    scratch = process.new_scratch(np.zeros(1, np.uint8))
    total = 0
    for r in range(64):
        chunk = process.run_chunk(r, r + 1, scratch, curves=False)
        total += int(graph.out_degree[scratch.order[: int(chunk.counts["reach"][0])]].sum())
    return total / 64


def check_means(peer: list[Turn], ours: list[Turn], who: str) -> None:
    a = np.concatenate([turn.reach for turn in peer])
    b = np.concatenate([turn.reach for turn in ours])
    error = np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
    if abs(a.mean() - b.mean()) > 4 * error:
        sys.exit(f"{who}: means differ, {a.mean():.1f} against {b.mean():.1f} +- {error:.1f}; no ratio is given")


def write_results(lines: list[str]) -> None:
    explained = f"""`benchmarks/cascades.py`. Times are milliseconds a replica, medians of {ROUNDS} turns of about
{SECONDS:g} s; peer and we alternate in one run; ratios are medians of the ratios of neighbouring turns. Our times
include everything `wom_sim.simulate` does, curves too; peers' are the bare loop."""
    where = machine("wom-sim", "cynetdiff", "ndlib", "numba", "numpy")
    replace_section("Cascades", "\n".join([explained, "", where, "", *lines]))


if __name__ == "__main__":
    main()
