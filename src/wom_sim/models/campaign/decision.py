"""Deciding by the company one has; and keys that hold the model against published ones."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ...graph.columns import PeopleColumn
from ...spec import ColumnName, Probability, ProbabilityOrColumn, Spec, WholeOrColumn
from .fields import ChanceInPeriod


class Decision(Spec):
    """A person also decides by how many of those she hears do it: `[model.decision]`.

    Centola & Macy (2007) for `count`, Watts (2002) for `fraction`, Kempe, Kleinberg & Tardos (2015) for `weight`.
    """

    rule: Literal["count", "fraction", "weight"] = "count"
    """What counts: a number of people, their part of all she hears, or the weights of the linear threshold model."""
    need: WholeOrColumn | None = None
    """How many of those she hears must do it, at least 1, or the column of people with each one's; with `count`."""
    fraction: ProbabilityOrColumn | None = None
    """Which part of those she hears must do it, in [0, 1], at least one person; or that column; with `fraction`."""
    weight: ColumnName | None = None
    """Name of the tie column that holds the weights; with `weight`. Left out: all ties into a person weigh the same."""
    relapse_per_month: ChanceInPeriod = 0.0
    """Chance that one who does it has stopped a month later, in [0, 1); habits only."""

    def people_columns(self) -> dict[str, PeopleColumn]:
        """Return the column of thresholds, if one is named, under its key of `[model]`."""
        if isinstance(self.need, str):
            return {"decision.need": PeopleColumn(self.need, low=1, whole=True)}
        if isinstance(self.fraction, str):
            return {"decision.fraction": PeopleColumn(self.fraction, low=0.0, high=1.0)}
        return {}


class Limits(Spec):
    """Keys that hold the model against published ones: `[model.limits]`; a campaign needs none."""

    talk: Literal["listeners", "one_shot", "persistent", "recover", "contacts"] = "listeners"
    """Whom a talker tells: a number of listeners, or all contacts: once, until it works, or until she stops.

    `contacts`: one contact after another, anybody each time, until she meets one who has decided already: a rumour
    (Maki & Thompson 1973). They come word_of_mouth.telling_delay apart on average.
    """
    persuasion: Literal["persuasion_prob", "one_over_contacts"] = "persuasion_prob"
    """How likely one telling convinces: as that key says, or 1 / (number of people the listener hears).

    The latter is the weighted cascade of Kempe, Kleinberg & Tardos (2015); strength of ties then plays no part.
    """
    stop_prob: float = Field(default=0.1, gt=0.0, le=1.0)
    """Chance a step that a talker stops, in (0, 1]; with `recover`."""
    clock: Literal["gillespie", "sync"] = "gillespie"
    """When contacts come; with `contacts`.

    `gillespie`: each at its own time, before the next one is made. `sync`: once a step, with chance step /
    telling_delay, all at the same time, which makes a rumour reach more people than in continuous time.
    """
    stifle_prob: Probability = 1.0
    """Chance that a talker stops after meeting one who has decided already, in [0, 1]; with `contacts`."""
    conflict: Literal["proportional", "uniform_success", "negative_dominates"] = "proportional"
    """Who wins when good and bad word of mouth both convince in one step; see docs/campaign.md, section 4."""
    telling_delay_distribution: Literal["exponential", "power_law"] = "exponential"
    """How times from deciding to telling vary; `power_law`: that of reposts online (Zhao et al. 2015)."""
