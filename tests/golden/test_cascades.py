"""Numbers that must never change unnoticed: digests of whole results for fixed seeds.

They also tie Python versions, operating systems and the uncompiled kernels together: all must reproduce them. A change
here is a breaking change of the random stream, or of a generator, and needs a stated reason in the changelog.
Refresh with ``python tests/golden/test_cascades.py``.
"""

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pytest

import wom_sim as wom
from wom_sim.engine.streams import purpose_key
from wom_sim.graph.catalogue import GENERATORS
from wom_sim.kernels.rng import NETWORK

FILE = Path(__file__).with_name("cascades.json")

NETWORKS = {
    "scale_free": {"n_people": 400, "ties_per_newcomer": 3},
    "small_world": {"n_people": 400, "contacts": 6, "rewired_fraction": 0.1},
    "everyone": {"n_people": 60},
}
MODELS = {
    "independent_cascade": wom.IndependentCascade(share_prob=0.15),
    "weighted_cascade": wom.WeightedCascade(),
    "linear_threshold": wom.LinearThreshold(),
}


def digest_of(network, model):
    spec = GENERATORS[network](**NETWORKS[network])
    graph = spec.build(purpose_key(11, NETWORK))
    seeds = wom.choose_seed_nodes(graph, k=4, strategy="random", rng_seed=11).nodes
    n = 40 if os.environ.get("NUMBA_DISABLE_JIT", "0") == "1" else 600
    result = wom.simulate(graph, MODELS[model], seed_nodes=seeds, n_replicas=n, rng_seed=2**63 + 5)
    first = result.first(40)
    digests = {}
    for name, part in (("40", first), ("600", result)):
        if part.n_replicas == int(name):
            digest = hashlib.sha256()
            for array in (part.reach, part.last_step, part.newly["reach"]):
                digest.update(np.ascontiguousarray(array, "<i8").tobytes())
            digests[name] = digest.hexdigest()
    return digests


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("network", NETWORKS)
def test_results_are_those_recorded(network, model):
    recorded = json.loads(FILE.read_text())[f"{network} {model}"]
    found = digest_of(network, model)
    assert found == {name: recorded[name] for name in found}


if __name__ == "__main__":
    table = {f"{network} {model}": digest_of(network, model) for network in NETWORKS for model in MODELS}
    FILE.write_text(json.dumps(table, indent=1) + "\n")
