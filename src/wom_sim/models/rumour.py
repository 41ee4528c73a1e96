"""Rumours by Maki & Thompson and by Daley & Kendall: who spreads it stops on meeting those who know it already."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..durations import Duration, PositiveDuration
from ..graph.csr import Graph
from ..kernels.rumour import rumour_by_events, rumour_by_steps
from ..kernels.rumour_contacts import RumourScratch, RumourWorld
from ..spec import ASSUMPTION, Probability, refuse
from .base import DiffusionModel, Model, Promises, Setting, TheoryLine, network_arrays
from .theory_lines import ENOUGH_STARTERS

Rate = Annotated[float, Field(ge=0.0, le=1e6)]
PositiveRate = Annotated[float, Field(ge=1e-6, le=1e6)]

_OF_CLOCK = {
    "events": {"contact_rate": "contact_prob", "forget_rate": "forget_prob"},
    "steps": {"contact_prob": "contact_rate", "forget_prob": "forget_rate"},
}
"""Keys that only one clock reads, and what stands for them with the other."""


class Rumour(Model):
    """Spreaders tell ignorants, and fall silent (become stiflers) on meeting people who know, or by forgetting.

    Everybody is ignorant, seed nodes spread. A spreader u contacts listeners v: people to whom u's ties lead.

    - v is ignorant: with chance `spread_prob` v becomes a spreader, else nothing changes.
    - v knows, as spreader or stifler: the contact failed. With chance `stifle_prob` the failure counts, and u becomes
      a stifler at failure number `failures` that counts. By "maki_thompson" that is all: only the caller stifles.
    - By "daley_kendall", where v is a spreader, the failure counts for v too, with chance `stifle_prob` drawn apart,
      and makes v a stifler by the same rule. As either could have called, a call from spreader to spreader, where ties
      lead both ways, takes place with chance 1/2 only: any two people meet equally often, whatever they know.

    Clock "events": u's contacts come at `contact_rate` a day, each with a listener drawn uniformly; with contacts
    "every_tie" at that rate along each tie of u, `contact_rate` times the number of listeners in all. Besides, u
    forgets (becomes a stifler) at `forget_rate`. One event at a time, in the order of their times.

    Clock "steps": in each step each spreader makes a contact with chance `contact_prob`, with a listener drawn
    uniformly; with "every_tie" one along each tie, each with that chance. All contacts of a step find people as they
    were at its start: one who is told in the step was ignorant to all who contact them in it (the first to succeed, in
    the order in which spreaders heard, is the teller) and spreads from the next step on; a spreader who is to stop
    makes all contacts of the step. After them each who spread at the start forgets with chance `forget_prob`.

    Spreaders whose contacts could never change anything make none: those without listeners, all where `contact_prob`
    is 0 and, where `spread_prob` is 0, those without a listener who knows, or all if `stifle_prob` is 0 too. A replica
    ends when no spreader can contact or forget; where nothing stops spreaders, as soon as everybody has heard to whom
    ties lead. Counted parallel ties are ties each.
    """

    source: ClassVar[str] = (
        "Maki & Thompson (1973); Daley & Kendall (1965); Daley & Gani (1999), chapter 5; Nekovee, Moreno, Bianconi & "
        "Marsili (2007), section 2"
    )
    definitions: ClassVar[Mapping[str, tuple[str, str]]] = {
        "reach": ("people", "people who ever spread it, those who start included"),
        "spreaders": ("people", "people who spread it at the end"),
        "stiflers": ("people", "people who know it and do not spread it (any more) at the end"),
        "ignorants": ("people", "people who never took it up"),
        "contacts": ("times", "times a spreader contacted somebody"),
        "peak_spreaders": ("people", "most spreaders at one time; with the clock of steps, at the end of a step"),
        "duration": ("days or steps", "time of the last contact or forgetting: days, or steps with the clock of steps"),
    }
    promises: ClassVar[Promises] = Promises(
        never={"spread_prob": 0.0},
        always={"spread_prob": 1.0, "stifle_prob": 0.0, "forget_rate": 0.0, "forget_prob": 0.0},
        adds_up=("ignorants", "spreaders", "stiflers"),
        rises=("reach", "stiflers", "contacts"),
    )

    kind: Literal["rumour"] = "rumour"
    rule: Literal["maki_thompson", "daley_kendall"] = "maki_thompson"
    """Whose failure a contact between two spreaders is: the caller's, or both."""
    clock: Literal["events", "steps"] = "events"
    """One contact at a time in continuous time, as published, or all contacts of a step at once, which reach more."""
    contacts: Literal["one_at_a_time", "every_tie"] = "one_at_a_time"
    """Contacts come to each spreader at a rate or, as in Nekovee et al., along each tie: hubs make more."""
    contact_rate: PositiveRate = Field(default=1.0, json_schema_extra=ASSUMPTION)
    """Clock of events: contacts a day, of a spreader or along each tie; 1e-6 .. 1e6."""
    contact_prob: Probability = 1.0
    """Clock of steps: chance of a contact in a step, of a spreader or along each tie."""
    spread_prob: Probability = 1.0
    """Chance that an ignorant who is contacted becomes a spreader."""
    stifle_prob: Probability = 1.0
    """Chance that a contact with somebody who knows counts as a failure."""
    failures: Annotated[int, Field(ge=1, le=10**9)] = 1
    """Failures that count until a spreader stops: k of the k-fold rumour."""
    forget_rate: Rate = 0.0
    """Clock of events: rate a day at which a spreader stops without a reason; 0 .. 1e6."""
    forget_prob: Probability = 0.0
    """Clock of steps: chance in a step that a spreader stops without a reason."""
    record_every: PositiveDuration = Field(default=Duration("1d"), json_schema_extra=ASSUMPTION)
    """Clock of events: width of the grid on which curves are kept; it changes no event."""

    @model_validator(mode="after")
    def _check(self) -> Rumour:
        refuse(
            [
                f'{theirs}: belongs to the other clock and must be left out with clock = "{self.clock}", '
                f"got {getattr(self, theirs):g}; write {ours}"
                for ours, theirs in _OF_CLOCK[self.clock].items()
                if getattr(self, theirs) != type(self).model_fields[theirs].default
            ]
        )
        return self

    def unused(self) -> frozenset[str]:
        """Return the keys of the other clock."""
        theirs = frozenset(_OF_CLOCK[self.clock].values())
        return theirs | {"record_every"} if self.clock == "steps" else theirs

    def step_length(self) -> float | None:
        """Return the width of the grid in days, None with the clock of steps."""
        return float(self.record_every) if self.clock == "events" else None

    def theory_line(self, graph: Graph, seed_nodes: NDArray[np.int32], n_steps: int) -> TheoryLine | None:
        """Return the curve of the endless crowd, where enough people start; see `Model.theory_line`."""
        many = graph.complete and len(seed_nodes) >= ENOUGH_STARTERS
        if not many or self.failures > 1 or self.spread_prob == 0.0:
            return None
        from ..theory import rumour_by_step, rumour_over_time

        n, started = graph.n_people, len(seed_nodes) / graph.n_people
        if self.clock == "events":
            if self.stifle_prob == 0.0 and self.forget_rate == 0.0:
                return None
            each = self.contact_rate * (n - 1.0 if self.contacts == "every_tie" else 1.0)
            curves = rumour_over_time(
                float(self.record_every) * np.arange(n_steps + 1),
                spread_rate=each * self.spread_prob,
                stifle_rate=each * self.stifle_prob,
                forget_rate=self.forget_rate,
                seed_fraction=started,
            )
        else:
            plain = self.rule == "maki_thompson" and self.contacts == "one_at_a_time" and self.forget_prob == 0.0
            if not plain or self.contact_prob == 0.0 or (self.spread_prob, self.stifle_prob) != (1.0, 1.0):
                return None
            curves = rumour_by_step(contact_prob=self.contact_prob, seed_fraction=started, n_steps=n_steps)
        return TheoryLine(n * (1.0 - curves.ignorants), "theory: endless crowd")

    def compile(self, graph: Graph, setting: Setting) -> DiffusionModel:
        """Choose the kernel of the clock and lay out its numbers; see `Model.compile`."""
        del setting  # nothing is drawn before the replicas
        n, by_events = graph.n_people, self.clock == "events"
        world = RumourWorld(
            **_with_parallel_ties(graph),
            mutual=graph.complete or not graph.directed,
            both=self.rule == "daley_kendall",
            every_tie=self.contacts == "every_tie",
            contact_rate=self.contact_rate if by_events else 0.0,
            contact_prob=0.0 if by_events else self.contact_prob,
            spread_prob=self.spread_prob,
            stifle_prob=self.stifle_prob,
            failures=self.failures,
            forget_rate=self.forget_rate if by_events else 0.0,
            forget_prob=0.0 if by_events else self.forget_prob,
            per_step=float(self.record_every),
        )

        def new_scratch(halt: NDArray[np.uint8]) -> RumourScratch:
            return RumourScratch(
                order=np.zeros(n, np.int32),
                parent=np.zeros(n, np.int32),
                state=np.zeros(n, np.uint8),
                fails=np.zeros(n, np.int64),
                made=np.zeros(n, np.int64),
                forget_at=np.zeros(n, np.float64),
                heap=np.zeros(n, np.int32),
                place=np.full(n, -1, np.int32),
                time=np.zeros(n, np.float64),
                spreading=np.zeros(n, np.int32),
                halt=halt,
            )

        counts = ("reach", "spreaders", "stiflers", "ignorants", "contacts")
        return DiffusionModel(
            kernel=rumour_by_events if by_events else rumour_by_steps,
            world=world,
            expects={},
            new_scratch=new_scratch,
            counts=counts,
            curves=counts,
            amounts=("peak_spreaders", "duration"),
            ends="died_out",
            days_per_step=self.step_length(),
            ties_examined=self._ties_examined(n),
            typical_steps=self._typical_steps(graph),
        )

    def _ties_examined(self, n: int) -> float | None:
        """Return about four times the contacts, for the heap: each but the failures that count wins somebody."""
        if self.spread_prob == 0.0 or self.stifle_prob == 0.0 or self.clock == "steps":
            return None
        return 4.0 * n * (1.0 / self.spread_prob + self.failures / self.stifle_prob)

    def _typical_steps(self, graph: Graph) -> int:
        """Return a few times what a lone spreader needs to reach all at one contact at a time, and to stop."""
        each = graph.n_ties / graph.n_people if self.contacts == "every_tie" and graph.n_ties else 1.0
        a_step = self.contact_rate * float(self.record_every) if self.clock == "events" else self.contact_prob
        chance = max(self.spread_prob * a_step * each, 1e-6)
        return math.ceil(min(2.0 + (3.0 * math.log(graph.n_people) + 10.0) / chance, 1e6))


def _with_parallel_ties(graph: Graph) -> dict[str, Any]:
    """Return the network's arrays, each counted tie as many times as it was there."""
    arrays = network_arrays(graph)
    if graph.tie_counts is not None:
        before = np.concatenate([[0], np.cumsum(graph.tie_counts, dtype=np.int64)])
        arrays["indptr"] = before[graph.indptr]
        arrays["indices"] = np.repeat(graph.indices, graph.tie_counts)
    return arrays
