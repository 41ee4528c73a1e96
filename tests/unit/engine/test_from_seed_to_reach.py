"""From `rng_seed` to reach through the public function, equal to the oracle replica by replica.

The oracle shares only the published definition with the package: the root of all keys is the SplitMix64 finaliser
of rng_seed ^ "wom-1", as docs/architecture.md says.
"""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import wom_sim as wom
from oracles import live_edge as oracle

DOMAIN = 0x776F6D2D31
GOLDEN = 0x9E3779B97F4A7C15


def root_of(rng_seed):
    # word(key, 0) scrambles key + GOLDEN, so this scrambles rng_seed ^ DOMAIN itself.
    return oracle.word(((rng_seed ^ DOMAIN) - GOLDEN) % 2**64, 0)


def live_ties(model, ties, indegree, rng_seed, replica):
    root = root_of(rng_seed)
    if isinstance(model, wom.LinearThreshold):
        return oracle.live_by_choice(ties, None, oracle.replica_key(root, replica))
    if isinstance(model, wom.WeightedCascade):
        prob = [Fraction(1.0 / indegree[v]) for _, v in ties]
    else:
        prob = [Fraction(model.share_prob)] * len(ties)
    return oracle.live_by_coin(ties, prob, oracle.block_key(root, replica), replica % oracle.LANES)


models = st.one_of(
    st.floats(0.0, 1.0).map(lambda p: wom.IndependentCascade(share_prob=p)),
    st.just(wom.WeightedCascade()),
    st.just(wom.LinearThreshold()),
)
edges = st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] != pair[1]), max_size=24)


def check(rng_seed, pairs, model, seed_nodes, n_replicas, replicas):
    ties = sorted(pairs)
    graph = wom.Graph.from_edges(np.array([u for u, _ in ties], int), np.array([v for _, v in ties], int), n_people=8)
    indegree = np.bincount([v for _, v in ties], minlength=8).tolist()
    result = wom.simulate(
        graph, model, seed_nodes=sorted(seed_nodes), n_replicas=n_replicas, rng_seed=rng_seed, threads=2
    )
    for r in replicas:
        live = live_ties(model, ties, indegree, rng_seed, r)
        wanted = oracle.spread(8, ties, live, seed_nodes)
        assert result.reach[r] == wanted.reach
        assert result.newly["reach"][result.offsets[r] : result.offsets[r + 1]].tolist() == wanted.newly


@given(st.integers(0, 2**64 - 1), edges, models, st.sets(st.integers(0, 7), min_size=1, max_size=3))
def test_every_replica_is_the_one_the_definition_gives(rng_seed, pairs, model, seed_nodes):
    check(rng_seed, pairs, model, seed_nodes, 4, range(4))


@settings(max_examples=5)
@given(st.integers(0, 2**64 - 1), edges, models)
def test_across_the_border_of_a_block(rng_seed, pairs, model):
    check(rng_seed, pairs, model, {0, 1}, 515, (0, 510, 511, 512, 513, 514))


@pytest.mark.parametrize("rng_seed", [0, 1, 2**63, 2**64 - 1, DOMAIN])
def test_seeds_at_the_edges(rng_seed):
    ring = {(i, (i + 1) % 8) for i in range(8)} | {(i, (i + 3) % 8) for i in range(8)}
    check(rng_seed, ring, wom.IndependentCascade(share_prob=0.5), {0}, 16, range(16))
