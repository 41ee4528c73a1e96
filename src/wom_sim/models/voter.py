"""The voter model: two opinions, and people who copy that of a random contact."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..durations import Duration, PositiveDuration
from ..graph.csr import Graph
from ..kernels.voter import INVASION, LINK, NODE, VoterScratch, VoterWorld, voter_by_events, voter_by_steps
from ..spec import ASSUMPTION, Probability, refuse
from .base import DiffusionModel, Expected, Model, Promises, Setting

PositiveRate = Annotated[float, Field(ge=1e-6, le=1e6)]

_RULES = {"node": NODE, "invasion": INVASION, "link": LINK}

_OF_OTHER_CLOCK = {"events": "update_prob", "steps": "update_rate"}
_OF_CLOCK = {"events": "update_rate", "steps": "update_prob"}


class Voter(Model):
    """Everybody holds opinion 0 or 1 and now and then takes over that of a random contact.

    At the start seed nodes hold 1, and each other person holds 1 with chance `initial_share`, else 0. With
    `stubborn_seeds`, seed nodes never change.

    Clock "events": updates come at rate n `update_rate` a day, n being the number of people, one at a time. By `rule`,

    - "node": a person v, drawn from all, takes over the opinion of u, drawn from those v listens to (ties u -> v);
    - "invasion": a person u, drawn from all, hands her opinion to v, drawn from those who listen to her;
    - "link": a tie u -> v is drawn from all ties, and v takes over u's opinion.

    So each person updates (node), or speaks (invasion), at `update_rate`; in the mean, that is so for "link" too.
    Clock "steps", with rule "node" alone: in each step each person does so with chance `update_prob`, independently,
    and takes over an opinion held at the start of the step.

    With chance `noise_prob` v takes 0 or 1 at random, each with chance 1/2, in place of u's opinion; by rule "node",
    also one who listens to nobody. Where one is drawn who has no contact, nothing else happens, nor where v never
    changes. Counted parallel ties are ties each.

    Without noise a replica ends when no tie to a person who may change leads from somebody who disagrees; with noise
    it goes on as long as somebody may change.
    """

    needs_seeding: ClassVar[bool] = False
    source: ClassVar[str] = (
        "Clifford & Sudbury (1973); Holley & Liggett (1975); Sood, Antal & Redner (2008) for the three rules; "
        "Granovsky & Madras (1995) for noise; Mobilia (2003) for people who never change"
    )
    definitions: ClassVar[Mapping[str, tuple[str, str]]] = {
        "supporters": ("people", "people who hold opinion 1 at the end"),
        "consensus_time": (
            "days or steps",
            "when all first held the same opinion, in days, or in steps with that clock; missing where they never did",
        ),
        "consensus": ("chance", "1 where all hold the same opinion at the end, else 0"),
        "supporters_won": ("chance", "1 where all hold opinion 1 at the end, else 0"),
    }
    promises: ClassVar[Promises] = Promises(grows_with=("initial_share",), rises=())

    kind: Literal["voter"] = "voter"
    rule: Literal["node", "invasion", "link"] = "node"
    """Who is drawn first: the one who listens, the one who speaks, or a tie."""
    clock: Literal["events", "steps"] = "events"
    """One update at a time in continuous time, or all of a step at once; the latter with rule "node" alone."""
    update_rate: PositiveRate = Field(default=1.0, json_schema_extra=ASSUMPTION)
    """Clock of events: updates a day for each person; 1e-6 .. 1e6."""
    update_prob: Probability = 1.0
    """Clock of steps: chance that a person updates in a step. With 1, two parties may swap opinions for ever."""
    initial_share: Probability = 0.0
    """Chance that a person who is no seed node holds opinion 1 at the start."""
    stubborn_seeds: bool = False
    """Whether seed nodes keep opinion 1 whatever happens."""
    noise_prob: Probability = 0.0
    """Chance that an update gives 0 or 1 by the toss of a coin, in place of the contact's opinion."""
    record_every: PositiveDuration = Field(default=Duration("1d"), json_schema_extra=ASSUMPTION)
    """Clock of events: width of the grid on which the curve is kept; it changes no update."""

    @model_validator(mode="after")
    def _check(self) -> Voter:
        problems, theirs = [], _OF_OTHER_CLOCK[self.clock]
        if getattr(self, theirs) != type(self).model_fields[theirs].default:
            problems.append(
                f'{theirs}: belongs to the other clock and must be left out with clock = "{self.clock}", '
                f"got {getattr(self, theirs):g}; write {_OF_CLOCK[self.clock]}"
            )
        if self.clock == "steps" and self.rule != "node":
            problems.append(
                f'rule: must be "node" with clock = "steps", where all update at once, got {self.rule!r}; '
                'write clock = "events"'
            )
        refuse(problems)
        return self

    def unused(self) -> frozenset[str]:
        """Return the keys of the other clock."""
        theirs = frozenset({_OF_OTHER_CLOCK[self.clock]})
        return theirs | {"record_every"} if self.clock == "steps" else theirs

    def step_length(self) -> float | None:
        """Return the width of the grid in days, None with the clock of steps."""
        return float(self.record_every) if self.clock == "events" else None

    def may_go_on(self) -> bool:
        """Return True: only on undirected networks, without noise, one at a time, is an end certain."""
        return True

    def compile(self, graph: Graph, setting: Setting) -> DiffusionModel:
        """Choose the kernel of the clock and lay out the ties both ways; see `Model.compile`."""
        del setting  # nothing is drawn before the replicas
        n, by_events = graph.n_people, self.clock == "events"
        ties = _ties(graph, with_speakers=self.rule == "link")
        m = len(ties["indices"])
        world = VoterWorld(
            **ties,
            n_people=n,
            complete=graph.complete,
            rule=_RULES[self.rule],
            rate=n * self.update_rate if by_events else 0.0,
            per_step=float(self.record_every),
            update_prob=0.0 if by_events else float(self.update_prob),
            noise_prob=float(self.noise_prob),
            initial_share=float(self.initial_share),
            stubborn=self.stubborn_seeds,
        )

        def new_scratch(halt: NDArray[np.uint8]) -> VoterScratch:
            return VoterScratch(
                opinion=np.zeros(n, np.uint8),
                coming=np.zeros(0 if by_events else n, np.uint8),
                fixed=np.zeros(n, np.uint8),
                tally=np.zeros(3, np.int64),
                halt=halt,
            )

        a_step = self.update_rate * float(self.record_every) if by_events else max(self.update_prob, 1e-6)
        return DiffusionModel(
            kernel=voter_by_events if by_events else voter_by_steps,
            world=world,
            expects={
                "into": Expected(np.int64, len(ties["indptr"]), low=0, high=m),
                "speakers": Expected(np.int32, m, low=0, high=n - 1),
                "speaker_of": Expected(np.int32, m if self.rule == "link" else 0, low=0, high=n - 1),
            },
            new_scratch=new_scratch,
            counts=("supporters",),
            amounts=("consensus_time", "consensus", "supporters_won"),
            curves=("supporters",),
            ends="settled",
            days_per_step=self.step_length(),
            typical_steps=math.ceil(min(2.0 + n / a_step, 1e6)),
        )


def _ties(graph: Graph, *, with_speakers: bool) -> dict[str, Any]:
    """Return the ties in order of their speakers and in order of their listeners, counted ones as often as counted."""
    indptr, indices, count = graph.indptr, graph.indices, graph.tie_counts
    if count is not None:
        indptr = np.concatenate([[0], np.cumsum(count, dtype=np.int64)])[indptr]
        indices = np.repeat(indices, count)
    speaker_of = np.zeros(0, np.int32)
    into, speakers = indptr, indices
    if not graph.complete and (with_speakers or graph.directed):
        speaker_of = np.repeat(np.arange(graph.n_people, dtype=np.int32), np.diff(indptr))
    if graph.directed and not graph.complete:
        into = np.concatenate([[0], np.cumsum(np.bincount(indices, minlength=graph.n_people), dtype=np.int64)])
        speakers = speaker_of[np.argsort(indices, kind="stable")]
    arrays: dict[str, NDArray[Any]] = {
        "indptr": indptr,
        "indices": indices,
        "into": into,
        "speakers": speakers,
        "speaker_of": speaker_of if with_speakers else np.zeros(0, np.int32),
    }
    for array in arrays.values():  # as the network's own, so that one compiled kernel runs all
        array.flags.writeable = False
    return arrays
