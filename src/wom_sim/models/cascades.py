"""Independent cascade and weighted cascade: every newly reached person gets one chance at each listener."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from ..errors import GraphError
from ..graph.csr import Graph
from ..kernels.live_edge import BY_COIN, LiveTies
from ..spec import ProbabilityOrColumn
from .base import LiveEdgeModel, Model, Promises, Setting, coin_threshold


class IndependentCascade(Model):
    """Each newly reached person gets one chance to pass it on to each listener.

    u, first reached at step t, reaches v at step t + 1 with probability p_uv, once and independently of all else; the
    cascade ends when a step reaches nobody. Equivalently each tie is live with probability p_uv and the people reached
    are those connected to the seed nodes by live ties, v at the step of the shortest live path. Where c parallel ties
    are counted, the chance is 1 - (1 - p)^c.
    """

    source: ClassVar[str] = "Goldenberg, Libai & Muller (2001); Kempe, Kleinberg & Tardos (2015), section 2"
    promises: ClassVar[Promises] = Promises(
        never={"share_prob": 0.0}, always={"share_prob": 1.0}, grows_with=("share_prob",)
    )

    kind: Literal["independent_cascade"] = "independent_cascade"
    share_prob: ProbabilityOrColumn
    """Chance that one exposure is passed on: a number in [0, 1], or the name of a tie column."""

    def tie_columns(self) -> dict[str, tuple[float, float]]:
        """Return the column of chances, if `share_prob` names one."""
        return {self.share_prob: (0.0, 1.0)} if isinstance(self.share_prob, str) else {}

    def compile(self, graph: Graph, setting: Setting) -> LiveEdgeModel:
        """Turn chances into coin thresholds; see `Model.compile`."""
        del setting  # nothing is drawn before the replicas
        if isinstance(self.share_prob, str):
            prob = _probabilities(graph, self.share_prob)
        else:
            prob = np.array([self.share_prob])
        return LiveEdgeModel(_coin_ties(graph, prob))


class WeightedCascade(Model):
    """An independent cascade in which each person is reached with chance 1 / (number of people listened to).

    p_uv = 1 / indegree(v). Where c parallel ties are counted, indegree counts them all and p_uv = 1 - (1 - 1/d)^c.
    """

    source: ClassVar[str] = "Kempe, Kleinberg & Tardos (2015), section 2"

    kind: Literal["weighted_cascade"] = "weighted_cascade"

    def compile(self, graph: Graph, setting: Setting) -> LiveEdgeModel:
        """Give each tie the chance 1 / indegree of its listener; see `Model.compile`."""
        del setting  # nothing is drawn before the replicas
        if graph.complete:
            return LiveEdgeModel(_coin_ties(graph, np.array([1.0 / max(graph.n_people - 1, 1)])))
        if graph.tie_counts is None:
            degree = graph.in_degree
        else:
            degree = np.bincount(graph.indices, weights=graph.tie_counts, minlength=graph.n_people)
        return LiveEdgeModel(_coin_ties(graph, 1.0 / degree[graph.indices]))


def _coin_ties(graph: Graph, prob: NDArray[np.float64]) -> LiveTies:
    if graph.tie_counts is not None:
        # 1 - (1 - p)^c without cancellation for small p; p = 1 gives log1p(-1) = -inf and the right answer 1.
        with np.errstate(divide="ignore"):
            prob = np.where(graph.tie_counts == 1, prob, -np.expm1(graph.tie_counts * np.log1p(-prob)))
    none = np.zeros(0, np.uint64)
    return LiveTies(
        indptr=graph.indptr,
        indices=graph.indices,
        n_people=graph.n_people,
        complete=graph.complete,
        rule=BY_COIN,
        threshold=coin_threshold(prob),
        per_tie=int(len(prob) == graph.n_ties and not graph.complete),
        low=none,
        width=none,
    )


def _probabilities(graph: Graph, column: str) -> NDArray[np.float64]:
    if graph.complete:
        raise GraphError(f"share_prob names the tie column {column!r}, but everybody-to-everybody has no columns")
    prob = graph.tie_column(column)
    wrong = np.flatnonzero((prob < 0.0) | (prob > 1.0))
    if len(wrong):
        raise GraphError(f"tie column {column!r} must lie in [0, 1], got {prob[wrong[0]]:g}")
    return prob
