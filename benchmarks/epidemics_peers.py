"""One peer of `epidemics.py`, in its own interpreter: reads ``n seed`` a line, answers with milliseconds and reaches.

    python epidemics_peers.py graph-tool|epiworld|EoN EDGES.npy SEEDS.npy B G

Building a network or a graph-tool state is not timed; what a replica needs to run to its end is.
"""

import json
import sys
import time

import numpy as np


def graph_tool(edges, seeds, b, g):
    import warnings

    warnings.filterwarnings("ignore")
    from graph_tool import Graph, openmp_set_num_threads, seed_rng
    from graph_tool.dynamics import SIRState

    openmp_set_num_threads(1)
    graph = Graph(directed=False)
    graph.add_edge_list(edges)

    def replica(rng_seed):
        seed_rng(rng_seed)
        start = graph.new_vp("int", 0)
        start.a[seeds] = 1
        state = SIRState(graph, beta=b, gamma=g, s=start, constant_beta=True)  # a new one each time, or it goes on
        clock = time.perf_counter()
        while (state.get_state().a == 1).any():
            state.iterate_sync(niter=4)
        spent = time.perf_counter() - clock
        return spent, int((state.get_state().a != 0).sum())

    return replica


def epiworld(edges, seeds, b, g):
    from epiworldpy.epimodels import ModelSIR

    n, n_days = int(edges.max()) + 1, 150
    model = ModelSIR("v", len(seeds) / n, b, g)  # as many people start, but by lot
    model.agents_from_edgelist(edges[:, 0].tolist(), edges[:, 1].tolist(), n, False)
    model.verbose_off()

    def replica(rng_seed):
        clock = time.perf_counter()
        model.run(n_days, rng_seed)
        spent = time.perf_counter() - clock
        return spent, int((np.array(model.get_agents_states()) != 0).sum())

    return replica


def eon(edges, seeds, b, g):
    import random

    import EoN
    import networkx as nx

    network = nx.Graph(edges.tolist())

    def replica(rng_seed):
        random.seed(rng_seed)
        np.random.seed(rng_seed)  # noqa: NPY002 - EoN draws from the global generators
        clock = time.perf_counter()
        _, susceptible, _, _ = EoN.fast_SIR(network, b, g, initial_infecteds=seeds.tolist())
        return time.perf_counter() - clock, len(network) - int(susceptible[-1])

    return replica


def main() -> None:
    name, edges, seeds, b, g = sys.argv[1:]
    make = {"graph-tool": graph_tool, "epiworld": epiworld, "EoN": eon}[name]
    replica = make(np.load(edges), np.load(seeds), float(b), float(g))
    print("ready", flush=True)
    for line in sys.stdin:
        n, first = map(int, line.split())
        found = [replica(first + i) for i in range(n)]
        print(json.dumps({"ms": 1000 * sum(s for s, _ in found) / n, "reach": [r for _, r in found]}), flush=True)


if __name__ == "__main__":
    main()
