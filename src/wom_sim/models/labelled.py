"""The form of a cascade with labels in which hundreds of replicas run at once: see `kernels.labelled`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from ..kernels.competitive_cascade import FIRST_BRAND, RANDOM_NEIGHBOUR
from ..kernels.fused_cascade import BATCH
from ..kernels.labelled import ENTRY_WORDS, LOG_BEGIN, LabelledScratch, LabelledTies
from ..kernels.labelled_cascade import labelled_chunk
from ..kernels.lane_counts import COUNT_WORDS
from ..kernels.lane_queue import MIN_QUEUE
from ..kernels.rng import LANES
from ..kernels.wide import N_WORDS, aligned_zeros
from .base import AtOnce

_LOG_AT_MOST = 2**31
"""Words of a log whose places are int32."""


def labels_at_once(
    graph: Graph,
    threshold: NDArray[np.uint64],
    *,
    per_tie: bool,
    n_labels: int,
    same_chances: bool,
    tie_rule: int = RANDOM_NEIGHBOUR,
    seed_share: NDArray[np.float64] | None = None,
    in_turn: bool = True,
    quality: float = 1.0,
) -> AtOnce | None:
    """Return how replicas are run at once; None where everybody is tied to everybody, or with 214 million ties.

    Parameters
    ----------
    threshold : uint64 (rows * width,)   of each label, or one row for all where they have the `same_chances`
    others : as in `kernels.labelled.LabelledTies`
    """
    n, n_digits = graph.n_people, (n_labels - 1).bit_length()
    state_words = N_WORDS * (4 + n_digits + (quality < 1.0))
    n_logged = LOG_BEGIN + (0 if tie_rule == FIRST_BRAND else ENTRY_WORDS * graph.n_ties)
    if graph.complete or n_logged > _LOG_AT_MOST:
        return None

    def new_scratch(halt: NDArray[np.uint8]) -> LabelledScratch:
        return LabelledScratch(
            state=aligned_zeros(state_words * n),
            queue=np.zeros(max(2 * n, MIN_QUEUE), np.int32),
            last=np.zeros(n, np.int32),
            met=np.zeros(n, np.int32),
            reached=np.zeros(n, np.int32),
            log=np.zeros(n_logged, np.uint64),
            block_keys=aligned_zeros(LANES),
            first_keys=aligned_zeros(LANES),
            turn_keys=aligned_zeros(LANES),
            planes=aligned_zeros(COUNT_WORDS * (n_labels + 1)),
            wanted=aligned_zeros(N_WORDS * 65),
            masks=aligned_zeros(N_WORDS * n_labels),
            rows=np.zeros(n_labels, np.int64),
            found=aligned_zeros(2 * N_WORDS * BATCH),
            of_tie=np.zeros((BATCH, 2), np.int64),
            best=np.zeros(LANES, np.uint64),
            first=np.zeros(LANES, np.int32),
            sets=aligned_zeros(3 * N_WORDS),
            dealt=np.zeros(n, np.uint8),
            given=np.zeros(n_labels, np.int64),
            at=np.zeros(5, np.int64),
            examined=np.zeros(2, np.int64),
            halt=halt,
        )

    return AtOnce(
        kernel=labelled_chunk,
        world=LabelledTies(
            indptr=graph.indptr,
            indices=graph.indices,
            n_people=n,
            threshold=threshold,
            row=0 if same_chances else len(threshold) // n_labels,
            per_tie=int(per_tie),
            n_labels=n_labels,
            n_digits=n_digits,
            tie_rule=tie_rule,
            seed_share=np.zeros(0) if seed_share is None else seed_share,
            in_turn=in_turn,
            quality=quality,
        ),
        new_scratch=new_scratch,
        n_bytes=(8 * state_words + 21) * n + 8 * n_logged,
    )
