"""Exposure response: the chance to adopt depends on which exposure it is, the first, the second, the third."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field

from ..graph.csr import Graph
from ..kernels.exposure import ExposureScratch, ExposureWorld, exposure_chunk
from ..spec import Probability
from .base import DiffusionModel, Expected, Model, Promises, Setting, coin_threshold, network_arrays


class ExposureResponse(Model):
    """Each new adopter exposes each listener once; the k-th exposure of a person is adopted with chance number k.

    u, who adopted at step t, exposes every listener v at step t + 1. If that is v's k-th exposure, v adopts with
    chance `adopt_prob[k]`, independently of all else; the last chance of the list holds for all later exposures. A
    constant list is the independent cascade, on the same luck; [0, 1] is a threshold of two people. Adopters of a step
    expose in the order in which they adopted, seed nodes in the order given: exposures of the same step are counted in
    that order, which does not change the distribution, as chances are drawn independently.
    """

    source: ClassVar[str] = "Dodds & Watts (2004); Centola & Macy (2007); Romero, Meeder & Kleinberg (2011), section 3"
    definitions: ClassVar[Mapping[str, tuple[str, str]]] = {
        "exposed": ("people", "people who were exposed at least once, adopters among them, seed nodes not")
    }
    promises: ClassVar[Promises] = Promises(
        never={"adopt_prob": [0.0]}, always={"adopt_prob": [1.0]}, grows_with=("adopt_prob",)
    )

    kind: Literal["exposure_response"] = "exposure_response"
    adopt_prob: Annotated[
        tuple[Probability, ...],
        Field(min_length=1, max_length=1000),
        BeforeValidator(lambda given: tuple(given) if isinstance(given, list) else given),
    ]
    """Chance to adopt at the first, second, ... exposure, each in [0, 1]; the last one holds for all later ones."""

    def compile(self, graph: Graph, setting: Setting) -> DiffusionModel:
        """Turn chances into coin thresholds; see `Model.compile`."""
        del setting  # nothing is drawn before the replicas
        n, threshold = graph.n_people, coin_threshold(np.array(self.adopt_prob))

        def new_scratch(halt: NDArray[np.uint8]) -> ExposureScratch:
            return ExposureScratch(
                order=np.zeros(n, np.int32),
                parent=np.zeros(n, np.int32),
                exposures=np.zeros(n, np.int32),
                adopted=np.zeros(n, np.uint8),
                touched=np.zeros(n, np.int32),
                lane_keys=np.zeros(64, np.uint64),
                halt=halt,
            )

        return DiffusionModel(
            kernel=exposure_chunk,
            world=ExposureWorld(**network_arrays(graph), threshold=threshold),
            expects={"threshold": Expected(np.uint64, len(self.adopt_prob))},
            new_scratch=new_scratch,
            counts=("reach", "exposed"),
            curves=("reach",),
            ties_examined=graph.n_ties + n,
        )
