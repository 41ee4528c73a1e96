"""Bounded confidence: people with opinions between 0 and 1 who approach those they meet, if these are near enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..graph.columns import PeopleColumn, values_of
from ..graph.csr import Graph
from ..kernels.deffuant import DeffuantScratch, DeffuantWorld, deffuant_chunk
from ..spec import ASSUMPTION, ColumnName, Probability, refuse
from .base import DiffusionModel, Expected, Model, Promises, Setting

_TYPICAL_STEPS = 100


class Deffuant(Model):
    """Two people who meet move towards each other, unless their opinions are too far apart to listen.

    Opinions x lie in [0, 1]. At the start they are those of the column `opinion` or, without one, drawn uniformly for
    each person in each replica; seed nodes start with `seed_opinion`. Of all ties one is drawn, each alike likely, and
    its two ends u and v meet. With d = `confidence` and m = `convergence`,

        if |x_v - x_u| < d:   x_u -> x_u + m (x_v - x_u)   and   x_v -> x_v - m (x_v - x_u),

    both from the opinions before. A step is n such meetings, one after another, n being the number of people. Meetings
    are mutual: the direction of a tie plays no part, and the mean opinion never changes. Where c parallel ties are
    counted, these two meet c times as often.

    A replica ends after the first step (or at step 0) when no tie is left whose ends are closer than d and further
    apart than `tolerance`.

    Clusters: the lowest opinion and all at most d / 2 above it are a cluster, then the lowest of the others and all at
    most d / 2 above that, and so on. At the end of a replica of complete mixing, people of one cluster are within
    `tolerance` of each other and people of two are d or more apart, so that this is the only division there is.
    """

    needs_seeding: ClassVar[bool] = False
    source: ClassVar[str] = (
        "Deffuant, Neau, Amblard & Weisbuch (2000), Mixing beliefs among interacting agents, section 2; Weisbuch, "
        "Deffuant, Amblard & Nadal (2002), Meet, discuss, and segregate!"
    )
    definitions: ClassVar[Mapping[str, tuple[str, str]]] = {
        "largest_cluster": ("people", "people in the largest cluster of opinions"),
        "clusters": ("clusters", "clusters of opinions, people alone with theirs among them"),
        "major_clusters": ("clusters", "clusters with at least the part major_share of all people"),
        "mean_opinion": ("opinion", "mean of all opinions, the same as at the start"),
        "spread": ("opinion", "standard deviation of opinions over people; 0 in consensus"),
        "largest_share": ("ratio", "part of people in the largest cluster"),
    }
    promises: ClassVar[Promises] = Promises(rises=())

    kind: Literal["deffuant"] = "deffuant"
    confidence: Annotated[float, Field(ge=0.01, le=1.0)]
    """Two whose opinions differ by this or more do not listen to each other; 0.01 .. 1. With 1 all but opposites do."""
    convergence: Annotated[float, Field(gt=0.0, le=0.5)] = 0.5
    """Part of the distance that each of the two moves, above 0, up to 0.5, at which they meet in the middle."""
    opinion: ColumnName | None = None
    """Column of people with opinions at the start, in [0, 1]; left out: drawn uniformly."""
    seed_opinion: Probability = 1.0
    """Opinion of seed nodes at the start, in [0, 1]."""
    tolerance: Annotated[float, Field(ge=1e-9, le=0.1)] = Field(default=0.001, json_schema_extra=ASSUMPTION)
    """Two within this have met in the middle; at most a quarter of confidence."""
    major_share: Probability = Field(default=0.01, json_schema_extra=ASSUMPTION)
    """A cluster counts as major with at least this part of all people."""

    @model_validator(mode="after")
    def _check(self) -> Deffuant:
        most = 0.25 * self.confidence
        if self.tolerance > most:
            refuse([f"tolerance: must be at most confidence / 4 = {most:g}, got {self.tolerance:g}; lower it"])
        return self

    def people_columns(self) -> dict[str, PeopleColumn]:
        """Return the column of opinions, if one is named."""
        return {} if self.opinion is None else {"opinion": PeopleColumn(self.opinion, low=0.0, high=1.0)}

    def compile(self, graph: Graph, setting: Setting) -> DiffusionModel:
        """Lay out the ties by both their ends; see `Model.compile`."""
        del setting  # nothing is drawn before the replicas
        n, ties, opinion = graph.n_people, _ties(graph), np.zeros(0)
        for key, column in self.people_columns().items():
            opinion = values_of(graph, column, key=f"model.{key}")
        world = DeffuantWorld(
            **ties,
            n_people=n,
            complete=graph.complete,
            opinion=opinion,
            seed_opinion=float(self.seed_opinion),
            confidence=float(self.confidence),
            convergence=float(self.convergence),
            tolerance=float(self.tolerance),
            major=self.major_share * n,
        )

        def new_scratch(halt: NDArray[np.uint8]) -> DeffuantScratch:
            return DeffuantScratch(opinion=np.zeros(n), halt=halt)

        return DiffusionModel(
            kernel=deffuant_chunk,
            world=world,
            expects={
                "speaker_of": Expected(np.int32, len(ties["indices"]), low=0, high=n - 1),
                "opinion": Expected(np.float64, len(opinion), low=0.0, high=1.0),
            },
            new_scratch=new_scratch,
            counts=("largest_cluster", "clusters", "major_clusters"),
            amounts=("mean_opinion", "spread", "largest_share"),
            curves=("largest_cluster", "clusters"),
            ends="settled",
            typical_steps=_TYPICAL_STEPS,
        )


def _ties(graph: Graph) -> dict[str, Any]:
    """Return the ties by both their ends, counted ones as often as they were counted."""
    indptr, indices, count = graph.indptr, graph.indices, graph.tie_counts
    if count is not None:
        indptr = np.concatenate([[0], np.cumsum(count, dtype=np.int64)])[indptr]
        indices = np.repeat(indices, count)
    speaker_of = np.zeros(0, np.int32)
    if not graph.complete:
        speaker_of = np.repeat(np.arange(graph.n_people, dtype=np.int32), np.diff(indptr))
    for array in (indptr, indices):  # as the network's own, so that one compiled kernel runs all
        array.flags.writeable = False
    return {"indptr": indptr, "indices": indices, "speaker_of": speaker_of}
