"""Trees of who brought whom, through the campaign's kernel."""

import numpy as np

from wom_sim.engine.campaign_memory import new_scratch
from wom_sim.graph.csr import complete_graph
from wom_sim.kernels._jit import kernel
from wom_sim.kernels._pack import pack
from wom_sim.kernels.campaign import trees
from wom_sim.models.base import Setting
from wom_sim.models.campaign import Campaign
from wom_sim.models.campaign.compile import compile_campaign


@kernel
def _join_tree(state, v, source):
    trees.join_tree(pack(state), v, source)


@kernel
def _measure_trees(state, found):
    trees.measure_trees(pack(state), found)


def measured(parents, *, repeat=False, after=False):
    """Return (pairs, distance) of a forest given by parents (-1 for none), joined in order of the people.

    repeat : let everybody join a second time, as a root     after : what is measured once more, when all is cleared
    """
    key = np.uint64(1)
    compiled = compile_campaign(Campaign(), complete_graph(len(parents)), Setting(key=lambda _: key, horizon=1.0))
    state = new_scratch(compiled.world, np.zeros(1, np.uint8), n_steps=1, most_told=1).state
    for v, parent in enumerate(parents):
        _join_tree(state, v, parent)
        if repeat:
            _join_tree(state, v, -1)
    found = np.zeros(2, np.int64)
    _measure_trees(state, found)
    state.numbers[:] = 0
    assert not state.parent.any()
    assert not state.below.any()
    if after:
        found[:] = 0
        _measure_trees(state, found)
    return tuple(found.tolist())
