"""Independent cascade and weighted cascade: every newly reached person gets one chance at each listener."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from ..kernels.live_edge import LiveTies
from ..spec import ProbabilityOrColumn
from .base import LiveEdgeModel, Model, Promises, Setting, TheoryLine
from .chances import at_least_one, chances, strengthened
from .coins import CoinTable, coin_table, coin_table_by_listener
from .theory_lines import cascade_line


class IndependentCascade(Model):
    """Each newly reached person gets one chance to pass it on to each listener.

    u, first reached at step t, reaches v at step t + 1 with probability p_uv, once and independently of all else; the
    cascade ends when a step reaches nobody. Equivalently each tie is live with probability p_uv and the people reached
    are those connected to the seed nodes by live ties, v at the step of the shortest live path. Where c parallel ties
    are counted, the chance is 1 - (1 - p)^c. In a network with layers p is multiplied by the strength of the tie's
    layer, and ties of the same people in several layers each have their chance.
    """

    source: ClassVar[str] = "Goldenberg, Libai & Muller (2001); Kempe, Kleinberg & Tardos (2015), section 2"
    promises: ClassVar[Promises] = Promises(
        never={"share_prob": 0.0}, always={"share_prob": 1.0}, grows_with=("share_prob",)
    )

    takes_layers: ClassVar[bool] = True

    kind: Literal["independent_cascade"] = "independent_cascade"
    share_prob: ProbabilityOrColumn
    """Chance that one exposure is passed on: a number in [0, 1], or the name of a tie column."""

    def tie_columns(self) -> dict[str, tuple[float, float]]:
        """Return the column of chances, if `share_prob` names one."""
        return {self.share_prob: (0.0, 1.0)} if isinstance(self.share_prob, str) else {}

    def compile(self, graph: Graph, setting: Setting) -> LiveEdgeModel:
        """Turn chances into coin thresholds; see `Model.compile`."""
        del setting  # nothing is drawn before the replicas
        return LiveEdgeModel(
            coin_ties(graph, coin_table(at_least_one(graph, chances(graph, self.share_prob)), len(graph.indices)))
        )

    def theory_line(self, graph: Graph, seed_nodes: NDArray[np.int32], n_steps: int) -> TheoryLine | None:
        """Return the exact mean on small networks, message passing on undirected ones; see `Model.theory_line`."""
        prob = at_least_one(graph, chances(graph, self.share_prob))
        return cascade_line(graph, np.broadcast_to(prob, graph.n_ties), seed_nodes, n_steps)


class WeightedCascade(Model):
    """An independent cascade in which each person is reached with chance 1 / (number of people listened to).

    p_uv = 1 / indegree(v). Where c parallel ties are counted, indegree counts them all and p_uv = 1 - (1 - 1/d)^c.
    In a network with layers indegree counts the ties of all layers, and 1 / indegree is multiplied by the strength of
    the tie's layer.
    """

    source: ClassVar[str] = "Kempe, Kleinberg & Tardos (2015), section 2"

    takes_layers: ClassVar[bool] = True

    kind: Literal["weighted_cascade"] = "weighted_cascade"

    def compile(self, graph: Graph, setting: Setting) -> LiveEdgeModel:
        """Give each tie the chance 1 / indegree of its listener; see `Model.compile`."""
        del setting  # nothing is drawn before the replicas
        if graph.complete:
            return LiveEdgeModel(coin_ties(graph, coin_table(np.array([1.0 / max(graph.n_people - 1, 1)]), 0)))
        if graph.tie_counts is None and graph.tie_strength() is None:
            share = 1.0 / np.maximum(graph.in_degree, 1)
            return LiveEdgeModel(coin_ties(graph, coin_table_by_listener(share, graph.indices)))
        degree = np.bincount(graph.indices, weights=graph.tie_counts, minlength=graph.n_people)
        prob = strengthened(graph, 1.0 / degree[graph.indices], key="1 / indegree")
        return LiveEdgeModel(coin_ties(graph, coin_table(at_least_one(graph, prob), graph.n_ties)))


def coin_ties(graph: Graph, table: CoinTable) -> LiveTies:
    """Return the network with the coins of its ties, as the kernels of cascades take them."""
    return LiveTies(
        indptr=graph.indptr,
        indices=graph.indices,
        n_people=graph.n_people,
        complete=graph.complete,
        threshold=table.threshold,
        code=table.code,
        per_tie=int(table.per_tie),
    )
