"""How long a NetworkX graph takes to become a network, and how long a later call looks whether it has changed.

Run: python benchmarks/networkx_graphs.py [--edges 1000000] [--repeats 5]

Edges join random pairs of a tenth as many people and were added in random order, which is the worst for the memory that
NetworkX's dictionaries lie in. Goal: a million edges in at most 2 s.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import networkx as nx
import numpy as np

from results_file import machine, replace_section

SECONDS_ALLOWED = 2.0

CASES: dict[str, tuple[type[Any], Callable[[int], Any], tuple[str, ...]]] = {
    "Graph, whole numbers": (nx.Graph, int, ()),
    "DiGraph, whole numbers": (nx.DiGraph, int, ()),
    "Graph, text labels": (nx.Graph, "user{:07d}".format, ()),
    "DiGraph, text labels": (nx.DiGraph, "user{:07d}".format, ()),
    "Graph, whole numbers and p": (nx.Graph, int, ("p",)),
    "DiGraph, text labels and p": (nx.DiGraph, "user{:07d}".format, ("p",)),
    "MultiDiGraph, whole numbers and p": (nx.MultiDiGraph, int, ("p",)),
}


def random_graph(kind: type[Any], label: Callable[[int], Any], attributes: tuple[str, ...], n_edges: int) -> Any:
    """Return a graph of this many edges, each with its own numbers as attributes."""
    rng = np.random.default_rng(1)
    labels = [label(person) for person in range(max(n_edges // 10, 10))]
    network = kind()
    network.add_nodes_from(labels)
    while (missing := n_edges - network.number_of_edges()) > 0:
        for u, v in rng.integers(0, len(labels), (missing, 2)).tolist():
            network.add_edge(labels[u], labels[v], **{name: u / len(labels) for name in attributes})
    return network


def measure(network: Any, attributes: tuple[str, ...], repeats: int) -> tuple[list[float], list[float]]:
    """Return the seconds of building, and of looking whether the graph has changed."""
    from wom_sim.graph.convert import from_networkx, remembered_networkx

    building, looking = [], []
    remembered_networkx(network, attributes=attributes)
    for _ in range(repeats):
        start = time.perf_counter()
        from_networkx(network, attributes=attributes)
        building.append(time.perf_counter() - start)
        start = time.perf_counter()
        remembered_networkx(network, attributes=attributes)
        looking.append(time.perf_counter() - start)
    return building, looking


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--edges", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    asked = parser.parse_args()
    lines = ["| graph | built, s: median (least) | looked at again, s: median (least) | in 2 s |", "|---|---|---|---|"]
    for name, (kind, label, attributes) in CASES.items():
        network = random_graph(kind, label, attributes, asked.edges)
        both = measure(network, attributes, asked.repeats)
        shown = [f"{statistics.median(seconds):.2f} ({min(seconds):.2f})" for seconds in both]
        lines.append(f"| {name} | {' | '.join(shown)} | {'yes' if max(both[0]) <= SECONDS_ALLOWED else 'no'} |")
        print(lines[-1], flush=True)
        del network
    explained = (
        f"`benchmarks/networkx_graphs.py`: {asked.edges:,} random edges, {asked.repeats} repeats. "
        "Built: `Graph.from_networkx`. Looked at again: what `simulate` does with a graph that it has built before."
    )
    replace_section("NetworkX graphs", "\n".join([explained, "", machine("wom-sim", "networkx", "numpy"), "", *lines]))


if __name__ == "__main__":
    main()
