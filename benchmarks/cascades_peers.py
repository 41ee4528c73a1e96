"""One program of `cascades.py` in a process of its own: reads ``replicas seed threads`` a line, answers with a turn.

    python cascades_peers.py ours|curves|cynetdiff|pynetim|ndlib NETWORK.npz KIND CHANCE

The line ``peak`` is answered with the most memory the process ever took, in MB. Building networks is not timed.
"""

from __future__ import annotations

import importlib.util
import json
import resource
import sys
import time
from pathlib import Path

import numpy as np


def loaded_peers():
    """Load our own timing of peers by its path: the interpreter of a peer need not have wom_sim."""
    file = Path(__file__).parents[1] / "src" / "wom_sim" / "cli" / "bench_peers.py"
    spec = importlib.util.spec_from_file_location("bench_peers", file)
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_peers"] = module
    spec.loader.exec_module(module)
    return module


def ours(file, kind, share_prob, *, curves):
    import networks
    import wom_sim as wom
    from wom_sim.cli.bench_peers import turn_of
    from wom_sim.models.catalogue import MODELS

    graph, seeds = networks.load(Path(file))
    model = MODELS[kind](**({} if share_prob is None else {"share_prob": share_prob}))

    def run(n, rng_seed, threads):
        clock = time.perf_counter()
        result = wom.simulate(
            graph, model, seed_nodes=seeds, n_replicas=n, rng_seed=rng_seed, threads=threads, curves=curves
        )
        turn = turn_of(time.perf_counter() - clock, result.reach.astype(float))
        return {**turn._asdict(), "ties": result.timings["ties_examined"] / n}

    return run


def ndlib(task):
    import networkx as nx
    from ndlib.models import ModelConfig, epidemics

    peers = sys.modules["bench_peers"]
    src = np.repeat(np.arange(len(task.indptr) - 1), np.diff(task.indptr))
    # Directed, with a chance for every edge: ndlib drops a map of another length without a word.
    ties = list(zip(src.tolist(), task.indices.tolist(), strict=True))
    network = nx.DiGraph(ties)
    chance = dict(zip(ties, task.chances().tolist(), strict=True))  # not network.edges, which are in another order
    threshold = task.kind == "linear_threshold"

    def prepared(rng):
        config = ModelConfig.Configuration()
        config.add_model_initial_configuration("Infected", list(task.seed_nodes))
        model = (epidemics.ThresholdModel if threshold else epidemics.IndependentCascadesModel)(network)
        if threshold:
            for node, value in zip(network, rng.random(len(network)), strict=True):
                config.add_node_configuration("threshold", node, value)
        else:
            for edge, p in chance.items():
                config.add_edge_configuration("threshold", edge, p)
        model.set_initial_status(config)
        return model

    def run(n, rng_seed, _threads):
        rng = np.random.default_rng(rng_seed)
        np.random.seed(rng_seed)  # noqa: NPY002 - ndlib draws from the global generator
        reach, spent = np.empty(n), 0.0
        for i in range(n):
            model = prepared(rng)  # not timed
            clock = time.perf_counter()
            touched = before = -1
            while True:
                counts = model.iteration(node_status=False)["node_count"]
                touched = counts.get(1, 0) + counts.get(2, 0)
                if counts.get(1, 0) == 0 or (threshold and touched == before):
                    break
                before = touched
            spent += time.perf_counter() - clock
            reach[i] = touched
        return peers.turn_of(spent, reach)._asdict()

    return run


def peak_memory():
    """Return the most bytes this process ever took; Linux's `ru_maxrss` would count what its parent had before."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def main() -> None:
    name, file, kind, given = sys.argv[1:]
    share_prob = None if given == "none" else float(given)
    if name in ("ours", "curves"):
        run = ours(file, kind, share_prob, curves=name == "curves")
    else:
        peers = loaded_peers()
        arrays = np.load(file)
        task = peers.Task(arrays["indptr"], arrays["indices"], kind, share_prob, arrays["seeds"].tolist())
        if name == "ndlib":
            run = ndlib(task)
        else:
            made = peers.peer(name, task)
            run = lambda n, rng_seed, _threads: made(n, rng_seed)._asdict()
    print("ready", flush=True)
    for line in sys.stdin:
        if line == "peak\n":
            print(peak_memory() / 1e6, flush=True)
        else:
            print(json.dumps(run(*map(int, line.split()))), flush=True)


if __name__ == "__main__":
    main()
