"""Exposure response: the chance to adopt depends on which exposure it is, the first, the second, the third."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from ..errors import GraphError
from ..graph.csr import Graph
from ..kernels.exposure import ExposureScratch, ExposureWorld, exposure_chunk
from ..spec import Probability
from .base import DiffusionModel, Expected, Model, Promises, Setting, TheoryLine, coin_threshold, network_arrays
from .chances import chances, strengthened_by
from .theory_lines import cascade_line


def _not_empty(chances: tuple[float, ...]) -> tuple[float, ...]:
    if not chances:
        raise PydanticCustomError("empty", "must not be empty, got an empty list")
    return chances


class ExposureResponse(Model):
    """Each new adopter exposes each listener once; the k-th exposure of a person is adopted with chance number k.

    u, who adopted at step t, exposes every listener v at step t + 1. If that is v's k-th exposure, v adopts with
    chance `adoption_prob[k]`, independently of all else; the last chance of the list holds for all later exposures. A
    constant list is the independent cascade, on the same luck; [0, 1] is a threshold of two people. Adopters of a step
    expose in the order in which they adopted, seed nodes in the order given: exposures of the same step are counted in
    that order, which does not change the distribution, as chances are drawn independently. In a network with layers
    each chance is multiplied by the strength of the tie's layer; ties of the same people in several layers are
    exposures of their own.
    """

    source: ClassVar[str] = "Dodds & Watts (2004); Centola & Macy (2007); Romero, Meeder & Kleinberg (2011), section 3"
    definitions: ClassVar[Mapping[str, tuple[str, str]]] = {
        "exposed": ("people", "people who were exposed at least once, adopters among them, seed nodes not")
    }
    promises: ClassVar[Promises] = Promises(
        never={"adoption_prob": [0.0]}, always={"adoption_prob": [1.0]}, grows_with=("adoption_prob",)
    )

    takes_layers: ClassVar[bool] = True

    kind: Literal["exposure_response"] = "exposure_response"
    adoption_prob: Annotated[
        tuple[Probability, ...],
        Field(max_length=1000),
        BeforeValidator(lambda given: tuple(given) if isinstance(given, list) else given),
        AfterValidator(_not_empty),
    ]
    """Chance to adopt at the first, second, ... exposure, each in [0, 1]; the last one holds for all later ones."""

    def theory_line(self, graph: Graph, seed_nodes: NDArray[np.int32], n_steps: int) -> TheoryLine | None:
        """Return the line of the independent cascade where all exposures have one chance; see `Model.theory_line`."""
        if len(set(self.adoption_prob)) > 1:
            return None
        prob = chances(graph, self.adoption_prob[0], key="adoption_prob")
        return cascade_line(graph, np.broadcast_to(prob, graph.n_ties), seed_nodes, n_steps)

    def compile(self, graph: Graph, setting: Setting) -> DiffusionModel:
        """Turn chances into coin thresholds; see `Model.compile`."""
        del setting  # nothing is drawn before the replicas
        if graph.tie_counts is not None:
            raise GraphError("parallel ties were counted, but a tie exposes once; leave parallel_ties out")
        n, n_chances, n_layers = graph.n_people, len(self.adoption_prob), 1
        layer, each = np.zeros(1, np.uint8), np.array(self.adoption_prob)
        if graph.tie_strength() is not None and graph.tie_layers is not None:
            layer, n_layers = graph.tie_layers, len(graph.layers)
            each = np.concatenate([strengthened_by(one, each, key="adoption_prob") for one in graph.layers])

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
            world=ExposureWorld(
                **network_arrays(graph), threshold=coin_threshold(each), n_chances=n_chances, layer=layer
            ),
            expects={
                "threshold": Expected(np.uint64, n_layers * n_chances),
                "layer": Expected(np.uint8, len(layer), 0, n_layers - 1),
            },
            new_scratch=new_scratch,
            counts=("reach", "exposed"),
            curves=("reach",),
            ties_examined=graph.n_ties + n,
        )
