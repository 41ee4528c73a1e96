"""Negative opinions: an independent cascade in which some dislike what they hear of, and spread that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from ..kernels.negative_opinion import OpinionScratch, OpinionWorld, negative_opinion_chunk
from ..spec import Probability, ProbabilityOrColumn
from .base import (
    DiffusionModel,
    Expected,
    Model,
    PassingOn,
    Promises,
    Setting,
    TheoryLine,
    coin_threshold,
    network_arrays,
)
from .cascades import IndependentCascade
from .chances import at_least_one, chances
from .labelled import labels_at_once


class NegativeOpinion(Model):
    """Each newly reached person gets one chance to tell each listener; who dislikes it passes on a negative opinion.

    As in the independent cascade, u, first reached at step t, reaches v at step t + 1 with probability p_uv, on the
    same luck. A seed node turns positive with chance q = `quality`, else negative. All who were reached at step t and
    have a tie to v try at step t + 1 in random order, drawn anew for each v, and the first success decides: told by a
    negative one, v is negative; told by a positive one, v is positive with chance q, else negative. Opinions never
    change. So, where d is the number of steps to v along live ties, v is positive with chance q^(d + 1). Where c
    parallel ties are counted, the chance is 1 - (1 - p)^c.
    """

    source: ClassVar[str] = "Chen, Collins, Cummings et al. (2011), the model IC-N"
    definitions: ClassVar[Mapping[str, tuple[str, str]]] = {
        "positive": ("people", "people reached who like it and say so, seed nodes included"),
        "negative": ("people", "people reached who dislike it, or were told by somebody who does, and say so"),
        "expected_positive": (
            "people",
            "mean of positive given the steps at which people were reached: the same mean, less variance",
        ),
    }
    promises: ClassVar[Promises] = Promises(
        never={"share_prob": 0.0, "quality": 0.5},
        always={"share_prob": 1.0, "quality": 0.5},
        grows_with=("share_prob",),
        rises=("reach", "positive", "negative"),
    )

    kind: Literal["negative_opinion"] = "negative_opinion"
    share_prob: ProbabilityOrColumn
    """Chance that one exposure is passed on, be it good or bad: a number in [0, 1], or the name of a tie column."""
    quality: Probability
    """Chance that one who was told well of it, or starts, likes it, in [0, 1]; 1 is the independent cascade."""

    def tie_columns(self) -> dict[str, tuple[float, float]]:
        """Return the column of chances, if `share_prob` names one."""
        return IndependentCascade(share_prob=self.share_prob).tie_columns()

    def theory_line(self, graph: Graph, seed_nodes: NDArray[np.int32], n_steps: int) -> TheoryLine | None:
        """Return the line of the independent cascade, which reaches the same people; see `Model.theory_line`."""
        return IndependentCascade(share_prob=self.share_prob).theory_line(graph, seed_nodes, n_steps)

    def passing_on(self, graph: Graph, setting: Setting) -> PassingOn:
        """Return the independent cascade on the same luck, which reaches the same people; see `Model.passing_on`."""
        del setting
        return PassingOn(at_least_one(graph, chances(graph, self.share_prob)), "what is said, good or bad", True)

    def compile(self, graph: Graph, setting: Setting) -> DiffusionModel:
        """Take the coins of the independent cascade; see `Model.compile`."""
        del setting  # nothing is drawn before the replicas
        threshold, n = coin_threshold(at_least_one(graph, chances(graph, self.share_prob))), graph.n_people

        def new_scratch(halt: NDArray[np.uint8]) -> OpinionScratch:
            return OpinionScratch(
                order=np.zeros(n, np.int32),
                parent=np.zeros(n, np.int32),
                opinion=np.zeros(n, np.uint8),
                turn=np.zeros(n, np.uint64),
                lane_keys=np.zeros(64, np.uint64),
                halt=halt,
            )

        return DiffusionModel(
            kernel=negative_opinion_chunk,
            world=OpinionWorld(
                **network_arrays(graph),
                threshold=threshold,
                per_tie=int(len(threshold) == len(graph.indices)),
                quality=self.quality,
            ),
            expects={"threshold": Expected(np.uint64, len(threshold))},
            new_scratch=new_scratch,
            counts=("reach", "positive", "negative"),
            curves=("reach", "positive", "negative"),
            amounts=("expected_positive",),
            ties_examined=graph.n_ties + n,
            at_once=labels_at_once(
                graph,
                threshold,
                per_tie=len(threshold) == len(graph.indices),
                n_labels=2,
                same_chances=True,
                quality=self.quality,
            ),
        )
