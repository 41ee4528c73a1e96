"""What all generators share: how many people, the number that fixes them, their segments, a list of some of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..kernels.rng import derive_key
from ..spec import ColumnName, RngSeed, Spec, refuse
from .csr import MAX_PEOPLE, Graph
from .listed import place_people, scatter
from .people_file import MAX_TEXT, PeopleList, PeoplePath
from .segments import Segment, assign_segments, check_segments, segment_column

# Sub-keys of a network's key.
SEGMENTS = 1
TIES = 2
PLACES = 3

Contacts = Annotated[int, Field(ge=1, le=MAX_PEOPLE)]


class Plan(NamedTuple):
    """What a network is drawn from: the key of its ties; the segments, and each person's (n,) where there are any."""

    key: np.uint64
    segments: tuple[Segment, ...]
    assigned: NDArray[np.int32] | None


class GeneratedNetwork(Spec):
    """What all generators share."""

    uses_homophily: ClassVar[bool] = False

    n_people: Annotated[int, Field(ge=1, le=MAX_PEOPLE)]
    """Number of people, those of a list included."""
    rng_seed: RngSeed | None = None
    """Number that fixes the network; left out: that of the run. Given, one network can be met with different luck."""
    people: PeoplePath | None = None
    """Path of a list of people, CSV or TSV, relative to the scenario.

    Columns: `id`; `segment`, where there are [[segments]]; `customer` (true or false); `stands_for` (how many people
    the row is, 1 unless given); any other is an attribute that keys may name. These are the first people, scattered
    over the network by lot; the others make up the segments' fractions.
    """
    unlisted: dict[ColumnName, float | Annotated[str, Field(max_length=MAX_TEXT)]] = Field(default={})
    """Values of attributes for people who are not in the list, such as { threshold = 0.3 }; left out: none."""

    @model_validator(mode="after")
    def _check_unlisted(self) -> Self:
        if self.unlisted and self.people is None:
            refuse(['unlisted: only with a list of people; name it, people = "customers.csv", or remove this'])
        return self

    @abstractmethod
    def expected_ties(self) -> int:
        """Return about how many ties will be stored, an edge counted twice; exact where the generator fixes it."""

    def build(self, key: np.uint64, *, segments: Sequence[Segment] = (), people: PeopleList | None = None) -> Graph:
        """Generate the network.

        Parameters
        ----------
        key : uint64        of purpose NETWORK; the network is a pure function of it, and of the list
        segments : the people's segments, kept as the people column "segment"
        people : some of the people, who get the first numbers; see `graph.listed`

        Raises
        ------
        GraphError
            When the segments' fractions do not sum to 1, a name occurs twice, or the list does not fit.
        ScenarioError
            When `unlisted` does not fit the list.
        """
        check_segments(segments)
        if people is not None:
            return self._build_around(people, key, tuple(segments))
        columns: dict[str, NDArray[Any]] = {}
        assigned = None
        if segments:
            assigned = assign_segments(segments, self.n_people, derive_key(key, SEGMENTS))
            columns["segment"] = segment_column(segments, assigned)
        return self._with_columns(self._tie(Plan(derive_key(key, TIES), tuple(segments), assigned)), columns, segments)

    def _build_around(self, people: PeopleList, key: np.uint64, segments: tuple[Segment, ...]) -> Graph:
        everybody = place_people(
            people,
            self.n_people,
            segments,
            unlisted=self.unlisted,
            segments_key=derive_key(key, SEGMENTS),
            places_key=derive_key(key, PLACES),
        )
        graph = self._tie(Plan(derive_key(key, TIES), segments, everybody.at_places()))
        graph = self._with_columns(scatter(graph, everybody, shown=people.header), everybody.columns, segments)
        return replace(graph, notes=graph.notes + everybody.notes)

    def _with_columns(self, graph: Graph, columns: dict[str, NDArray[Any]], segments: Sequence[Segment]) -> Graph:
        notes = graph.notes
        if not self.uses_homophily and any(segment.homophily > 0 for segment in segments):
            generator = type(self).model_fields["generate"].default
            notes = (*notes, f'homophily has no effect on generate = "{generator}"; "communities" uses it')
        return replace(graph, people_columns={**graph.people_columns, **columns}, notes=notes)

    @abstractmethod
    def _tie(self, plan: Plan) -> Graph:
        """Return the network without segments."""
