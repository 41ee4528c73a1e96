"""Contact cascade: an independent cascade over contacts, each of which happens once, at its time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..durations import Duration, PositiveDuration
from ..graph.csr import Graph
from ..kernels.contact_cascade import ContactScratch, ContactWorld, contact_chunk
from ..spec import ASSUMPTION, ProbabilityOrColumn
from .base import DiffusionModel, Expected, Model, Promises, Setting, coin_threshold
from .chances import at_least_one, chances

_ROUNDING = 1e-9
"""Days, a ten-thousandth of a second: a contact at the very end of an attention counts, whatever seconds round to."""


class ContactCascade(Model):
    """A person reached passes it on at every later contact, each contact a try of its own.

    A contact u -> v happens once, at time t; if neither direction is meant, it is two, u -> v and v -> u. u, reached at
    time T, passes it on at a contact with v at t > T (and t <= T + `attention`) with probability p, times the strength
    of the contact's layer, independently of all else. v is reached at the smallest t + d of the contacts that passed it
    on, d the delay of their layer, by the person met at that contact; of equal ones the earlier contact counts, then
    that with the smaller number. So contacts at the same time see the state before it: two of them make no chain. Time
    counts in days from the start, the first contact or `start_at` after it; seed nodes have it from there on, for their
    contacts at that very time too; contacts before it are left out. Where c equal contacts are counted, the chance is
    1 - (1 - p)^c. The coin of a contact is the coin of its tie in the independent cascade. Nothing happens after the
    last contact. A curve's record number k holds who was reached by k * `record_every`. With `attention`, more chance
    may mean fewer people: who is reached earlier stops earlier too.
    """

    source: ClassVar[str] = (
        "Kempe, Kleinberg & Kumar (2002), time-respecting paths; Holme & Saramaki (2012), section 4; each contact a try"
    )
    definitions: ClassVar[Mapping[str, tuple[str, str]]] = {
        "last_time": ("days", "when the last person was reached within the horizon; 0 where nobody was but seed nodes")
    }
    promises: ClassVar[Promises] = Promises(never={"share_prob": 0.0})
    on_contacts: ClassVar[bool] = True
    takes_layers: ClassVar[bool] = True
    takes_delays: ClassVar[bool] = True

    kind: Literal["contact_cascade"] = "contact_cascade"
    share_prob: ProbabilityOrColumn
    """Chance that it is passed on at one contact: a number in [0, 1], or the name of a tie column."""
    attention: PositiveDuration | None = None
    """How long after being reached a person passes it on, such as "2d"; left out: for ever."""
    start_at: Duration = Duration("0d")
    """How long after the first contact the cascade starts."""
    record_every: PositiveDuration = Field(default=Duration("1d"), json_schema_extra=ASSUMPTION)
    """Length of a step of the curves; results by a deadline are exact where it divides the horizon."""

    def tie_columns(self) -> dict[str, tuple[float, float]]:
        """Return the column of chances, if `share_prob` names one."""
        return {self.share_prob: (0.0, 1.0)} if isinstance(self.share_prob, str) else {}

    def step_length(self) -> float:
        """Return the width of the grid of the curves in days."""
        return float(self.record_every)

    def compile(self, graph: Graph, setting: Setting) -> DiffusionModel:
        """Put the contacts in order of time; see `Model.compile`."""
        del setting  # nothing is drawn before the replicas
        assert graph.tie_times is not None, "see `compile_on`"
        world = self._world(graph, graph.tie_times)
        n, n_contacts, latest = graph.n_people, len(world.time), np.finfo(np.float64).max

        def new_scratch(halt: NDArray[np.uint8]) -> ContactScratch:
            return ContactScratch(
                order=np.zeros(n, np.int32),
                parent=np.zeros(n, np.int32),
                reached=np.zeros(n, np.uint8),
                since=np.zeros(n, np.float64),
                passed=np.zeros(n_contacts, np.uint8),
                lane_keys=np.zeros(64, np.uint64),
                halt=halt,
            )

        left_out = graph.n_ties - n_contacts
        said = f"{left_out:,} contact{'' if left_out == 1 else 's'} before start_at = {self.start_at}"
        notes = (f"model: {said} {'is' if left_out == 1 else 'are'} left out",) if left_out else ()
        return DiffusionModel(
            kernel=contact_chunk,
            world=world,
            expects={
                "src": Expected(np.int32, n_contacts, 0, n - 1),
                "dst": Expected(np.int32, n_contacts, 0, n - 1),
                "tie": Expected(np.int64, n_contacts, 0, max(graph.n_ties - 1, 0)),
                "time": Expected(np.float64, n_contacts, 0.0, latest),
                "landing": Expected(np.int64, n_contacts, 0, max(n_contacts - 1, 0)),
                "landing_time": Expected(np.float64, n_contacts, 0.0, latest),
                "threshold": Expected(np.uint64, len(world.threshold)),
            },
            new_scratch=new_scratch,
            counts=("reach",),
            curves=("reach",),
            amounts=("last_time",),
            days_per_step=float(self.record_every),
            ties_examined=2.0 * n_contacts,
            typical_steps=64,
            notes=notes,
        )

    def _world(self, graph: Graph, times: NDArray[np.float64]) -> ContactWorld:
        tie = np.argsort(times, kind="stable")
        tie = tie[np.searchsorted(times[tie], self.start_at - _ROUNDING) :]
        time = np.maximum(times[tie] - self.start_at, 0.0)
        delay = graph.tie_delay()
        arrives = time if delay is None else time + delay[tie]
        landing = np.arange(len(tie)) if delay is None else np.argsort(arrives, kind="stable")
        threshold = coin_threshold(at_least_one(graph, chances(graph, self.share_prob)))
        sources = np.repeat(np.arange(graph.n_people, dtype=np.int32), np.diff(graph.indptr))
        return ContactWorld(
            n_people=graph.n_people,
            src=sources[tie],
            dst=graph.indices[tie],
            tie=tie,
            time=time,
            landing=landing,
            landing_time=arrives[landing],
            threshold=threshold[tie] if len(threshold) == graph.n_ties else threshold,
            attention=np.inf if self.attention is None else self.attention + _ROUNDING,
            days_per_step=float(self.record_every),
        )
