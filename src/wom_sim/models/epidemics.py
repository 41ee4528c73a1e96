"""Epidemics: susceptible people are infected by infectious ones, who may recover, for good or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field, model_validator

from ..durations import Duration, PositiveDuration
from ..graph.csr import Graph
from ..spec import ASSUMPTION, ColumnName, Probability, ProbabilityOrColumn, Spec, refuse, refuse_number_in_quotes
from .base import DiffusionModel, Model, Promises, Setting, TheoryLine

Rate = Annotated[float, Field(ge=0.0, le=1e9)]
RateOrColumn = Annotated[Rate | ColumnName, AfterValidator(refuse_number_in_quotes)]
Steps = Annotated[int, Field(ge=1, le=2**31 - 2)]

_DEFINITIONS: dict[str, tuple[str, str]] = {
    "susceptible": ("people", "people who can be infected at the end"),
    "infectious": ("people", "people who are infectious at the end"),
    "peak_infectious": ("people", "most people who were infectious at the end of one step"),
    "peak_infectious_at": ("steps or days", 'when that was for the first time; days with clock "events"'),
    "duration": (
        "steps or days",
        'time of the last change of anybody, days with clock "events"; undefined where a replica was stopped before',
    ),
}


_HEAVY_TAIL = 4.0
"""Up to this exponent of the density the longest of a million periods is a hundred times the shortest, and more."""
_LONG_STEPS = 10_000


class Period(Spec):
    """How long something lasts, where it is not exponential: the same for all, or by a power law."""

    kind: Literal["fixed", "power_law"]
    length: PositiveDuration | None = None
    """Of a fixed period, such as "5d"."""
    minimum: PositiveDuration | None = None
    """The shortest period of a power law."""
    exponent: Annotated[float, Field(gt=1.0, le=100.0)] | None = None
    """Of a power law, above 1: the density falls as t^-exponent; the mean is infinite up to 2."""

    @model_validator(mode="after")
    def _check(self) -> Period:
        wanted = ("length",) if self.kind == "fixed" else ("minimum", "exponent")
        refuse(_wanted_and_no_other(self, wanted, ("length", "minimum", "exponent"), f'kind = "{self.kind}"'))
        return self


class _Epidemic(Model):
    """What all epidemics share: a clock, and how an infection passes along a tie."""

    clock: Literal["steps", "events"] = "steps"
    """Steps: all together, a step at a time, with chances. Events: in continuous time, with rates a day."""
    infect_prob: ProbabilityOrColumn | None = None
    """Clock "steps": chance that an infectious person infects a susceptible listener in a step, or a tie column."""
    infect_rate: RateOrColumn | None = None
    """Clock "events": infections a day along a tie, or the name of a tie column of them."""
    record_every: PositiveDuration = Field(default=Duration("1d"), json_schema_extra=ASSUMPTION)
    """Clock "events": width of the steps of curves."""

    periods: ClassVar[tuple[tuple[str, str, str, str], ...]] = ()
    """Each period: its chance and its fixed number of steps, its rate and its table."""

    @model_validator(mode="after")
    def _check(self) -> _Epidemic:
        with_steps = {"infect_prob", *(key for names in self.periods for key in names[:2])}
        with_events = {"infect_rate", *(key for names in self.periods for key in names[2:])}
        steps = self.clock == "steps"
        infect = "infect_prob" if steps else "infect_rate"
        problems = (
            [] if getattr(self, infect) is not None else [f'{infect}: is missing; clock = "{self.clock}" needs it']
        )
        other_clock = "events" if steps else "steps"
        problems += [
            f'{key}: is for clock = "{other_clock}"; remove it or change the clock'
            for key in sorted(with_events if steps else with_steps)
            if getattr(self, key) is not None
        ]
        for names in self.periods:
            either, other = names[:2] if steps else names[2:]
            given = [key for key in (either, other) if getattr(self, key) is not None]
            if not given:
                problems.append(f'{either}: is missing; clock = "{self.clock}" needs it, or {other}')
            elif len(given) == 2:
                problems.append(f"{other}: must not be given beside {either}; remove one")
        refuse(problems)
        return self

    def unused(self) -> frozenset[str]:
        """Name what plays no part with this clock."""
        return frozenset({"record_every"}) if self.clock == "steps" else frozenset()

    def tie_columns(self) -> dict[str, tuple[float, float]]:
        """Return the column of chances or rates, if one is named."""
        given = self.infect_prob if self.clock == "steps" else self.infect_rate
        return {given: (0.0, 1.0 if self.clock == "steps" else 1e9)} if isinstance(given, str) else {}

    def promised(self) -> Promises:
        """Return what holds with this clock: no rate makes an infection certain."""
        if self.clock == "steps":
            return self.promises
        return self.promises._replace(never={"infect_rate": 0.0}, always=None, grows_with=())

    def may_go_on(self) -> bool:
        """Say whether some period lasts for thousands of steps, or has so heavy a tail that the longest ones do."""
        return any(self._is_long(*names) for names in self.periods)

    def _is_long(self, chance: str, _steps: str, rate: str, table: str) -> bool:
        law = getattr(self, table)
        if isinstance(law, Period):
            return law.kind == "power_law" and float(law.exponent or 0.0) <= _HEAVY_TAIL
        a_step = getattr(self, chance) if self.clock == "steps" else getattr(self, rate)
        if a_step is not None and self.clock == "events":
            a_step *= float(self.record_every)
        return a_step is not None and 0.0 < a_step < 1.0 / _LONG_STEPS

    def step_length(self) -> float | None:
        """Return the width of the steps of curves with clock "events"."""
        return None if self.clock == "steps" else float(self.record_every)

    def compile(self, graph: Graph, setting: Setting) -> DiffusionModel:
        """Choose the kernel and make its arrays; see `Model.compile`."""
        from .epidemic_worlds import compile_epidemic

        del setting  # nothing is drawn before the replicas
        return compile_epidemic(self, graph)

    def theory_line(self, graph: Graph, seed_nodes: NDArray[np.int32], n_steps: int) -> TheoryLine | None:
        """Return edge-based equations, mass action, or the line of the cascade this is; see `Model.theory_line`."""
        from .epidemic_lines import epidemic_line

        return epidemic_line(self, graph, seed_nodes, n_steps)


class _Recovering(_Epidemic):
    recover_prob: Probability | None = None
    """Clock "steps": chance that an infectious person recovers at the end of a step; or give `duration_steps`."""
    duration_steps: Steps | None = None
    """Clock "steps": everybody is infectious for this many steps."""
    recover_rate: Rate | None = None
    """Clock "events": recoveries a day of one infectious person; or give `duration`."""
    duration: Period | None = None
    """Clock "events": how long people are infectious, ``{ kind = "fixed", length = "5d" }`` or
    ``{ kind = "power_law", minimum = "1d", exponent = 3.0 }``."""

    periods: ClassVar[tuple[tuple[str, str, str, str], ...]] = (
        ("recover_prob", "duration_steps", "recover_rate", "duration"),
    )


class SI(_Epidemic):
    """Infectious people infect susceptible listeners and never recover.

    Clock "steps": at each step, each person infectious at its start infects each susceptible listener v with chance
    b_uv, independently by tie and step; v is infectious from the end of the step on. Clock "events": u infects v at the
    ring of a clock of rate beta_uv. Where c parallel ties are counted, 1 - (1 - b)^c, or c beta. A replica is over when
    nobody is left to infect.
    """

    source: ClassVar[str] = "Kiss, Miller & Simon (2017), chapter 1 and appendix A"
    definitions: ClassVar[Mapping[str, tuple[str, str]]] = _DEFINITIONS
    promises: ClassVar[Promises] = Promises(
        never={"infect_prob": 0.0},
        always={"infect_prob": 1.0},
        adds_up=("susceptible", "infectious"),
        rises=("reach", "infectious"),
    )

    kind: Literal["si"] = "si"


class SIS(_Recovering):
    """Infectious people infect susceptible listeners, recover, and can be infected again.

    Clock "steps": as SIR, but those who recover at the end of a step are susceptible from the next one on; the draws
    belong to a tie and a step, to a person and a step. Clock "events": as SIR; who recovers is susceptible at once.
    Counts of SI, and `infections`: how often anybody was infected, starters included; reach counts people once.
    """

    source: ClassVar[str] = "Kiss, Miller & Simon (2017), chapter 1; Pastor-Satorras & Vespignani (2001)"
    definitions: ClassVar[Mapping[str, tuple[str, str]]] = {
        **_DEFINITIONS,
        "infections": ("times", "how often anybody was infected, starters included"),
    }
    promises: ClassVar[Promises] = Promises(never={"infect_prob": 0.0}, adds_up=("susceptible", "infectious"))

    kind: Literal["sis"] = "sis"

    def may_go_on(self) -> bool:
        """Say yes: an infection that comes back may never die out."""
        return True


_WITH_RECOVERED = {**_DEFINITIONS, "recovered": ("people", "people who were infectious and recovered")}


class SIR(_Recovering):
    """Infectious people infect susceptible listeners, and recover for good.

    Clock "steps", update order: at each step, each person u infectious at its start infects each susceptible listener v
    with chance b_uv, independently by tie and step; then each person infectious at the start of the step recovers, with
    chance g, or at the end of `duration_steps` steps. Those infected in a step act from the next one. So a tie of an
    infected person passes in the end with chance T = b / (b + g - b g). With `duration_steps` = 1 this is the
    independent cascade, on a stored network coin for coin. Of several who infect v in the same step, v follows the one
    who was infected first.

    Clock "events": u infects v at rate beta_uv while infectious, for an exponential time of rate `recover_rate`, or
    for a period drawn for each person: T = beta / (beta + gamma), or 1 - exp(-beta length).

    Where c parallel ties are counted: 1 - (1 - b)^c, or c beta. Where everybody is tied to everybody, rates are still
    those of a tie: R0 = beta (n - 1) / gamma; there, v follows one of the infectious by lot.
    """

    source: ClassVar[str] = "Kermack & McKendrick (1927); Kiss, Miller & Simon (2017), chapter 6 and appendix A"
    definitions: ClassVar[Mapping[str, tuple[str, str]]] = _WITH_RECOVERED
    promises: ClassVar[Promises] = Promises(
        never={"infect_prob": 0.0},
        always={"infect_prob": 1.0},
        grows_with=("infect_prob",),
        adds_up=("susceptible", "infectious", "recovered"),
        rises=("reach", "recovered"),
    )

    kind: Literal["sir"] = "sir"


class SEIR(_Recovering):
    """As SIR, but the infected are not infectious at once: they are exposed first.

    Clock "steps": v, infected in step t, becomes infectious at the end of each later step, t + 1 the first, with chance
    `onset_prob`, or at the end of step t + `latent_steps`; it acts from the step after. Clock "events": v becomes
    infectious at rate `onset_rate`, or after a period `latent`. All else is as in SIR, the final size too. Seed nodes
    start exposed.
    """

    source: ClassVar[str] = "Kiss, Miller & Simon (2017), chapter 1; Anderson & May (1991), chapter 6"
    definitions: ClassVar[Mapping[str, tuple[str, str]]] = {
        **_WITH_RECOVERED,
        "exposed": ("people", "people who are infected and not yet infectious at the end"),
    }
    promises: ClassVar[Promises] = Promises(
        never={"infect_prob": 0.0},
        always={"infect_prob": 1.0},
        adds_up=("susceptible", "exposed", "infectious", "recovered"),
        rises=("reach", "recovered"),
    )

    kind: Literal["seir"] = "seir"
    onset_prob: Probability | None = None
    """Clock "steps": chance that an exposed person becomes infectious at the end of a step; or give `latent_steps`."""
    latent_steps: Steps | None = None
    """Clock "steps": everybody is exposed for this many steps."""
    onset_rate: Rate | None = None
    """Clock "events": onsets a day of one exposed person; or give `latent`."""
    latent: Period | None = None
    """Clock "events": how long people are exposed, in the form of `duration`."""

    periods: ClassVar[tuple[tuple[str, str, str, str], ...]] = (
        *_Recovering.periods,
        ("onset_prob", "latent_steps", "onset_rate", "latent"),
    )


def _wanted_and_no_other(spec: Spec, wanted: tuple[str, ...], known: tuple[str, ...], because: str) -> list[str]:
    missing = [f"{key}: is missing; {because} needs it" for key in wanted if getattr(spec, key) is None]
    others = [key for key in known if key not in wanted and getattr(spec, key) is not None]
    return missing + [f"{key}: plays no part with {because}; remove it" for key in others]
