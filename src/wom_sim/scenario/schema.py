"""What a scenario file may hold: sections, keys, ranges, defaults."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SerializeAsAny

from ..durations import Date, PositiveDuration
from ..graph.files import FileNetwork
from ..graph.generated import GeneratedNetwork
from ..graph.segments import Segment
from ..in_use import assumed
from ..models.base import Model
from ..models.campaign import Campaign, Goal, Starting
from ..models.campaign.fields import Listed
from ..models.campaign.surroundings import Surroundings, notes_around
from ..seeding.base import Strategy
from ..spec import ASSUMPTION, RngSeed, Spec
from .plans import Plan
from .ranges import Span
from .sweep import Sweep

FORMAT = 1

MAX_REPLICAS = 10**9
MAX_STEPS = 2**31 - 1


class Run(Spec):
    """How often and how long: the `[run]` section."""

    n_replicas: int = Field(default=1000, ge=1, le=MAX_REPLICAS, json_schema_extra=ASSUMPTION)
    """Random runs of the same case."""
    rng_seed: RngSeed | None = None
    """Number that fixes all luck, 0 .. 2^64 - 1; left out: made, printed and saved."""
    max_steps: int | None = Field(default=None, ge=0, le=MAX_STEPS)
    """Steps after which a replica is stopped; left out: until nobody new is reached. Not with a campaign."""
    horizon: PositiveDuration | None = None
    """How long a campaign is followed from its start, such as "90d", or another model whose steps have a length."""


class Output(Spec):
    """What is kept beside the usual: the `[output]` section."""

    curves: Listed[str] = ()
    """Counts of a campaign to keep step by step, beside the main ones: names of docs/campaign.md, 10."""
    trees: bool = False
    """Measure who followed whom in every replica: depth, breadth, structural virality, people by generation."""


class Start(Spec):
    """The day on which a run begins, which stands above all sections."""

    start: Date | None = None
    """Day 0, at 00:00; a campaign that names any date needs it."""


class Scenario(Spec):
    """A checked scenario: who could meet whom, what spreads, who starts, how often it is run."""

    format: Literal[1]
    """Version of the file format."""
    name: str = Field(min_length=1, max_length=200)
    """What the scenario is called in tables, pictures and folder names."""
    start: Date | None = None
    """Day 0, at 00:00; a campaign that names any date needs it."""
    network: SerializeAsAny[FileNetwork | GeneratedNetwork]
    """Who influences whom: a `file`, or `generate` one."""
    segments: tuple[Segment, ...] = ()
    """Kinds of people, in a generated network or in a list of people."""
    model: SerializeAsAny[Model]
    """What spreads and how."""
    seeding: SerializeAsAny[Strategy]
    """Who starts."""
    starting: Starting | None = None
    """As what they start; a campaign's keys of `[seeding]`, None for other models."""
    run: Run = Run()
    """How often and how long."""
    output: Output = Field(default=Output(), exclude=True)
    """What is kept beside the usual; changes no result."""
    goal: Goal | None = None
    """What a campaign is to reach."""
    sweep: Sweep | None = Field(default=None, exclude=True)
    """What is varied and how; a single run does not use it."""
    uncertain: dict[str, Span] = Field(default={}, exclude=True)
    """Dotted keys and what they may be in truth; a single run does not use it."""
    plans: tuple[Plan, ...] = Field(default=(), exclude=True)
    """Variants of the file."""
    plan: str = Field(default="", exclude=True)
    """Name of the variant that this is; empty: the file itself."""

    folder: Path = Field(default=Path(), exclude=True)
    """Folder that relative paths are relative to."""
    origin: str = Field(default="scenario", exclude=True)
    """The file's path as given, for messages."""
    text: str = Field(default="", exclude=True)
    """The file as read."""
    observed: str = Field(default="", exclude=True)
    """What was observed that the goal is held against, in words; empty: nothing."""
    values: dict[str, Any] = Field(default={}, exclude=True)
    """What was checked, as nested dicts: the file with its changes, without sweep, plans and what is uncertain."""

    def resolved(self) -> dict[str, Any]:
        """Return all sections with every default written out, as JSON-ready values; keys of other models left out."""
        values = self.model_dump(mode="json", exclude={"starting"})
        for key in ("start", "goal"):
            if values[key] is None:
                del values[key]
        if self.starting is not None:
            role = self.starting.role(getattr(self.model, "outcome", ""))
            values["seeding"] |= {**self.starting.model_dump(mode="json"), "start_as": role}
        elif self.model.step_length() is None:
            del values["run"]["horizon"]
        return values

    def assumptions(self) -> list[str]:
        """Return ``section.key = value`` for each default in use that is an assumption, not a published figure."""
        return [
            line
            for section in ("network", "model", "seeding", "run")
            for line in assumed(getattr(self, section), section)
        ]

    def step_length(self) -> float | None:
        """Return the length of the model's steps in days, None where they have none."""
        return float(self.model.step) if isinstance(self.model, Campaign) else self.model.step_length()

    def surroundings(self) -> Surroundings:
        """Return what a campaign's dates, segments and starters are held against."""
        return Surroundings(
            start=self.start,
            horizon=self.run.horizon,
            segments=tuple(segment.name for segment in self.segments),
            factors=written_factors(self.segments),
            complete=getattr(self.network, "generate", "") == "everyone",
            starting=self.starting or Starting(),
        )

    def notes(self) -> list[str]:
        """Return one line for each thing in the file that has less effect than it seems."""
        notes = notes_around(self.model, self.surroundings()) if isinstance(self.model, Campaign) else []
        if self.observed:
            notes.append(self.observed)
        if self.sweep:
            notes.append(
                f"sweep: not used by a single run, which takes {', '.join(self.sweep.keys)} as the sections say"
            )
        if self.uncertain:
            notes.append(f"uncertain: not used by a single run, which takes {', '.join(self.uncertain)} as given")
        if self.plans and not self.plan:
            names = ", ".join(repr(plan.name) for plan in self.plans)
            notes.append(f"plans: this is the file as it stands; --plan NAME runs one of {names}")
        return notes


def written_factors(segments: Sequence[Segment]) -> tuple[str, ...]:
    """Return the keys of segments that only a campaign reads, where they are written."""
    factors = ("engage_factor", "buy_factor")
    return tuple(
        f"segments.{segment.name}.{key}" for segment in segments for key in factors if key in segment.model_fields_set
    )
