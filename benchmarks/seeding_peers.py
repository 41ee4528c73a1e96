"""pynetim's OPIM-C for `seeding.py`, in a process of its own: reads ``k epsilon random_seed`` a line.

    python seeding_peers.py NETWORK.npz IC|LT

Answers with seconds and people. Building the network is not timed, nor is reading it.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np


def main() -> None:
    import pynetim
    from pynetim.algorithms import OPIMCAlgorithm

    file, model = sys.argv[1:]
    arrays = np.load(file)
    indptr, indices = arrays["indptr"], arrays["indices"]
    src = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    in_degree = np.maximum(np.bincount(indices, minlength=len(indptr) - 1), 1)
    ties = list(zip(src.tolist(), indices.tolist(), strict=True))
    # It renumbers people unless told not to.
    graph = pynetim.IMGraph(ties, weights=(1.0 / in_degree[indices]).tolist(), directed=True, renumber=False)
    print("ready", flush=True)
    for line in sys.stdin:
        k, epsilon, rng_seed = line.split()
        clock = time.perf_counter()
        chosen = OPIMCAlgorithm(graph, model, random_seed=int(rng_seed)).run(int(k), float(epsilon))
        print(json.dumps({"s": time.perf_counter() - clock, "people": sorted(map(int, chosen))}), flush=True)


if __name__ == "__main__":
    main()
