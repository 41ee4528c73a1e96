"""Bass: people adopt of their own accord or follow those who have, on any network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ..durations import Duration, PositiveDuration
from ..errors import GraphError
from ..graph.csr import Graph
from ..kernels import arrivals, bass, bass_steps
from ..spec import ASSUMPTION, refuse
from .base import DiffusionModel, Expected, Model, Promises, Setting, TheoryLine, network_arrays
from .theory_lines import adoption_line
from .timed_cascade import arrival_arrays, arrival_model, coins

MAX_RATE = 1e6
_ROUNDING = 1e-12
Rate = Annotated[float, Field(ge=0.0, le=MAX_RATE)]


class Bass(Model):
    """People adopt at a rate p of their own accord, and at a rate q times the share of adopters among those they heed.

    Of k ties that lead to v, a come from adopters: v adopts at rate p + q a / k, or at rate p where there are none.
    With imitate_by = "number", k is the mean over all people instead: whoever heeds more people follows sooner.
    Everybody tied to everybody and many people: dF/dt = (p + q F)(1 - F). Seed nodes, if any, adopt at time 0.
    Parallel ties count as many times as there are, in a and in k.

    clock = "events": in continuous time. On a network v adopts at the earliest of a time of v's own, exponential with
    rate p, and for each tie from an adopter u the time of u plus an exponential one with rate q / k; whichever it was
    says whether v adopted untold or followed u. Where everybody is tied to everybody, the next adopter comes at
    rate (n - a)(p + q a / (n - 1)) and is any of the rest, adopted untold with the share p of the bracket, else
    followed any adopter, each as likely. Adopted at time t belongs to record number ceil(t / record_every).

    clock = "steps": in a step of length dt, each person who has not adopted does so with chance
    1 - exp(-(p + q a / k) dt), or (p + q a / k) dt with a linear hazard, a counted before the step; untold with share
    p of the rate, else following any of the a, parallel ties counted, each as likely. Adopters of a step stand in order
    of their numbers.
    """

    source: ClassVar[str] = (
        "Bass (1969), the theory of adoption; Fibich & Gibori (2010), the discrete Bass model, for networks; "
        "Rand & Rust (2011), the agent-based Bass model, for steps"
    )
    needs_seeding: ClassVar[bool] = False
    definitions: ClassVar[Mapping[str, tuple[str, str]]] = {
        "innovators": ("people", "people who adopted of their own accord, following nobody; seed nodes not among them"),
        "last_time": ("days", "when the last person adopted within the horizon; 0 where nobody did but seed nodes"),
    }
    promises: ClassVar[Promises] = Promises(
        never={"innovate_rate": 0.0, "imitate_rate": 0.0},
        grows_with=("innovate_rate", "imitate_rate"),
        rises=("reach", "innovators"),
    )

    kind: Literal["bass"] = "bass"
    innovate_rate: Rate
    """p: adoptions a day, for each person who has not adopted, of their own accord; 0 .. 10^6. Published values are
    mostly a year: divide by 365.25, or let a day of the run stand for a year."""
    imitate_rate: Rate
    """q: adoptions a day, for each person who has not adopted, when everybody they heed has; 0 .. 10^6."""
    imitate_by: Literal["share", "number"] = "share"
    """What q is for: the share of adopters among those whom a person heeds, or their number over its mean."""
    clock: Literal["events", "steps"] = "events"
    """Continuous time, or steps, in which nobody can follow an adopter of the same step: adoption comes later."""
    record_every: PositiveDuration = Field(default=Duration("1d"), json_schema_extra=ASSUMPTION)
    """clock = "events": length of a step of the curves; changes nothing else."""
    step: PositiveDuration = Field(default=Duration("1d"), json_schema_extra=ASSUMPTION)
    """clock = "steps": dt."""
    hazard: Literal["exponential", "linear"] = "exponential"
    """clock = "steps": how a rate becomes the chance of a step."""

    @model_validator(mode="after")
    def _refuse_what_does_not_fit(self) -> Bass:
        problems = []
        other = {"events": ("step", "hazard"), "steps": ("record_every",)}[self.clock]
        for key in other:
            if getattr(self, key) != type(self).model_fields[key].default:
                wanted = "steps" if self.clock == "events" else "events"
                problems.append(f'{key}: only with clock = "{wanted}", got clock = "{self.clock}"; remove it')
        at_most = (self.innovate_rate + self.imitate_rate) * self.step
        if self.clock == "steps" and self.hazard == "linear" and at_most > 1.0 + _ROUNDING:
            problems.append(
                "hazard: a linear one needs (innovate_rate + imitate_rate) * step of at most 1, got "
                f'{at_most:g}; shorten step, or write hazard = "exponential"'
            )
        refuse(problems)
        return self

    def unused(self) -> frozenset[str]:
        """Return the keys of the other clock."""
        return frozenset({"step", "hazard"} if self.clock == "events" else {"record_every"})

    def step_length(self) -> float:
        """Return the length of a step, or the width of the grid of the curves, in days."""
        return float(self.record_every if self.clock == "events" else self.step)

    def may_go_on(self) -> bool:
        """Say yes: the last adopters may take ages, and for ever where nothing reaches them."""
        return True

    def theory_line(self, graph: Graph, seed_nodes: NDArray[np.int32], n_steps: int) -> TheoryLine | None:
        """Return the mean in complete mixing and, in continuous time, on networks where all have as many contacts."""
        p, q, dt = self.innovate_rate, self.imitate_rate, self.step_length()
        if len(seed_nodes) or p == 0.0 or graph.n_people == 1 or graph.tie_counts is not None:
            return None
        if self.clock == "events":
            return adoption_line(graph, dt * np.arange(n_steps + 1.0), p=p, q=q)
        if not graph.complete or (self.hazard == "linear" and (p + q) * dt > 1.0):
            return None
        from ..theory import bass_exponential_steps, bass_linear_steps

        by_step = bass_linear_steps if self.hazard == "linear" else bass_exponential_steps
        return TheoryLine(graph.n_people * by_step(n_steps, p=p, q=q, dt=dt), "theory: endless crowd, by steps")

    def compile(self, graph: Graph, setting: Setting) -> DiffusionModel:
        """Turn rates and network into the arrays of the kernel of this clock; see `Model.compile`."""
        del setting  # nothing is drawn before the replicas
        ends = "all_adopted" if self.innovate_rate > 0.0 else "died_out"
        if self.clock == "steps":
            return self._in_steps(graph, ends)
        if graph.complete:
            return self._mixing(graph, ends)
        weight, into = self._weights(graph)
        mean = np.ones(1)
        if self.imitate_rate > 0.0:
            of_listener = into if len(into) == 1 else into[graph.indices]
            # Machine code expects finite numbers.
            mean = np.minimum(of_listener / (self.imitate_rate * weight), 1e300)
        world = arrivals.ArrivalWorld(
            **network_arrays(graph),
            **coins(graph, np.array([1.0 if self.imitate_rate > 0.0 else 0.0])),
            form=arrivals.EXPONENTIAL,
            scale=mean,
            power=np.ones(1),
            n_parallel=np.zeros(0),
            one_prob=np.ones(1),
            added=np.zeros(1),
            own_rate=self.innovate_rate,
            days_per_step=self.step_length(),
        )
        return arrival_model(world, counts=("reach", "innovators"), ends=ends, expects=arrival_arrays(graph, world))

    def _mixing(self, graph: Graph, ends: str) -> DiffusionModel:
        n = graph.n_people

        def new_scratch(halt: NDArray[np.uint8]) -> bass.MixingScratch:
            return bass.MixingScratch(
                order=np.zeros(n, np.int32), parent=np.zeros(n, np.int32), adopted=np.zeros(n, np.uint8), halt=halt
            )

        return DiffusionModel(
            kernel=bass.bass_mixing_chunk,
            world=bass.MixingWorld(n, self.innovate_rate, self.imitate_rate, self.step_length()),
            expects={},
            new_scratch=new_scratch,
            counts=("reach", "innovators"),
            curves=("reach", "innovators"),
            amounts=("last_time",),
            ends=ends,
            days_per_step=self.step_length(),
            ties_examined=float(n),
            typical_steps=64,
        )

    def _in_steps(self, graph: Graph, ends: str) -> DiffusionModel:
        n = graph.n_people
        weight, into = self._weights(graph)

        def new_scratch(halt: NDArray[np.uint8]) -> bass_steps.StepsScratch:
            return bass_steps.StepsScratch(
                order=np.zeros(n, np.int32),
                parent=np.zeros(n, np.int32),
                adopted=np.zeros(n, np.uint8),
                waiting=np.zeros(n, np.int32),
                told=np.zeros(n, np.float64),
                teller=np.zeros(n, np.int32),
                touched=np.zeros(n, np.int32),
                halt=halt,
            )

        return DiffusionModel(
            kernel=bass_steps.bass_steps_chunk,
            world=bass_steps.StepsWorld(
                **network_arrays(graph),
                weight=weight,
                listened_to=into,
                innovate_rate=self.innovate_rate,
                imitate_rate=self.imitate_rate,
                days_per_step=self.step_length(),
                hazard=bass_steps.LINEAR if self.hazard == "linear" else bass_steps.EXPONENTIAL,
            ),
            expects={
                "weight": Expected(np.float64, 1 if graph.tie_counts is None else graph.n_ties, 1.0),
                "listened_to": Expected(np.float64, len(into) if len(into) == 1 else n, np.finfo(np.float64).tiny),
            },
            new_scratch=new_scratch,
            counts=("reach", "innovators"),
            curves=("reach", "innovators"),
            amounts=("last_time",),
            ends=ends,
            days_per_step=self.step_length(),
            ties_examined=float((0 if graph.complete else graph.n_ties) + 64 * n),
            typical_steps=64,
        )

    def _weights(self, graph: Graph) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the parallel ties of each entry and the k of each person, above 0; or one number for all."""
        if graph.complete:
            return np.ones(1), np.array([max(graph.n_people - 1.0, 1.0)])
        weight, into = np.ones(1), graph.in_degree.astype(np.float64)
        if graph.tie_counts is not None:
            weight = graph.tie_counts.astype(np.float64)
            into = np.bincount(graph.indices, weights=weight, minlength=graph.n_people).astype(np.float64)
        if self.imitate_by == "share" or not graph.n_ties:
            return weight, np.maximum(into, 1.0)
        highest = (self.innovate_rate + self.imitate_rate * into.max() / into.mean()) * self.step
        if self.clock == "steps" and self.hazard == "linear" and highest > 1.0 + _ROUNDING:
            raise GraphError(
                f'hazard: with imitate_by = "number" the chance of a step comes to {highest:g} for whoever heeds most '
                'people; shorten step, or write hazard = "exponential"'
            )
        return weight, np.array([into.mean()])
