"""Content: ads, own posts and what people share; and creators, who post it to an audience of their own."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import Field

from ...durations import Date, Duration, PositiveDuration
from ...graph.csr import MAX_PEOPLE
from ...spec import ASSUMPTION, Money, Probability, Spec
from .fields import EntryName, Factor, Listed, PositiveMoney

BY_CHANNEL_OR_OUTCOME: dict[str, dict[str, float]] = {
    "seen_prob": {"paid": 0.7, "owned": 1.0, "shared": 1.0},
    "engage_prob": {"paid": 0.0089, "owned": 0.0335, "shared": 0.0335},
    "click_prob": {"paid": 1.0, "owned": 0.4, "shared": 0.4},
    "buy_prob": {"paid": 0.0258, "owned": 0.0258, "shared": 0.0258},
    "adopt_prob": {"paid": 0.0, "owned": 0.0, "shared": 0.0},
}
"""Defaults by channel of keys that not every item has: those of purchases, or of habits, are not of the other."""

CHANNELS_OF = {
    "start": ("paid", "owned"),
    "end": ("paid", "owned"),
    "every": ("owned",),
    "cost_per_mille": ("paid",),
    "segments": ("paid",),
    "frequency_cap": ("paid",),
    "follower_reach": ("owned",),
}
"""Keys that only some channels take."""


class Item(Spec):
    """One ad, video or post: `[[model.content]]`."""

    name: EntryName
    """What the item is called; unique."""
    channel: Literal["paid", "owned", "shared"]
    """Who shows it: `paid`, an ad; `owned`, the brand to its followers; `shared`, none but starters and creators."""
    start: Date | None = None
    """First day of an ad; day of an owned post, at 00:00."""
    end: Date | None = None
    """Last day, included: of an ad, or of an owned post that is repeated."""
    every: PositiveDuration | None = None
    """Time between repetitions of an owned post; left out: posted once."""
    spend: Money | None = None
    """Money: of an ad, for impressions; of other content, for making it."""
    cost_per_mille: PositiveMoney | None = None
    """Money for 1,000 impressions of an ad; above 0."""
    segments: Annotated[Listed[str], Field(min_length=1)] = ()
    """Names of the segments an ad is shown to; left out: everybody."""
    frequency_cap: int | None = Field(default=None, ge=1, le=255)
    """Impressions of an ad shown to one person in a week, counted from its start, 1 .. 255; left out: no limit."""
    follower_reach: Probability = 0.086
    """Chance that a follower is shown an owned post, in [0, 1]. Default: organic reach on Facebook, 2022."""
    seen_prob: Probability | None = Field(default=None, json_schema_extra=ASSUMPTION)
    """Chance that one who is shown it sees it, in [0, 1]; left out: 0.7 for an ad, 1 otherwise."""
    engage_prob: Probability | None = None
    """Chance that one who sees it for the first time engages, in [0, 1].

    Left out: 0.0089 for an ad (click-through rate of ads on Facebook), 0.0335 otherwise (engagement by reach on
    Instagram).
    """
    wear_out: Probability = Field(default=0.5, json_schema_extra=ASSUMPTION)
    """Each earlier view without engaging multiplies the chance to engage by this, in [0, 1]."""
    appeal: dict[str, Factor] = Field(default={})
    """Multiplies the chance to engage, by segment: `{ students = 1.2 }`; segments left out: 1; at least 0."""
    click_prob: Probability | None = Field(default=None, json_schema_extra=ASSUMPTION)
    """Chance that one who engages visits the shop, in [0, 1]; purchases only.

    Left out: 1 for an ad, whose default chance to engage is a rate of clicks, and 0.4 otherwise.
    """
    buy_prob: Probability | None = None
    """Chance that a visit ends in a purchase, in [0, 1]; purchases only. Left out: 0.0258 (e-commerce, 2019)."""
    adopt_prob: Probability | None = None
    """Chance that one who engages starts the habit at once, without waiting for company, in [0, 1]; habits only.

    Left out: 0.
    """
    share_prob: Probability = 0.0
    """Chance that one who engages shares it with all contacts, once, whether or not she buys, in [0, 1]."""
    contact_reach: Probability = 0.086
    """Chance that a contact of one who shares it is shown the share, in [0, 1]. Default: as follower_reach."""
    half_life: PositiveDuration = Duration("20h")
    """Half of those who are shown a post or a share are shown it within this time. Default: Instagram."""
    like_fraction: Probability = Field(default=0.8, json_schema_extra=ASSUMPTION)
    """Part of the engagements that are likes, in [0, 1]; counted, without effect."""
    comment_fraction: Probability = Field(default=0.1, json_schema_extra=ASSUMPTION)
    """Part of the engagements that are comments, in [0, 1]; counted, without effect."""

    def unused(self) -> frozenset[str]:
        """Return the keys of other channels."""
        return frozenset(key for key, channels in CHANNELS_OF.items() if self.channel not in channels)

    def in_use(self, key: str) -> Any:
        """Return the value used for a key: the channel's own where the key is left out."""
        given = getattr(self, key)
        return BY_CHANNEL_OR_OUTCOME[key][self.channel] if given is None and key in BY_CHANNEL_OR_OUTCOME else given

    def seen(self) -> float:
        """Return the chance to see what is shown."""
        return float(self.in_use("seen_prob"))

    def engages(self) -> float:
        """Return the chance to engage at the first view, before all factors."""
        return float(self.in_use("engage_prob"))

    def clicks(self) -> float:
        """Return the chance that an engagement is a visit."""
        return float(self.in_use("click_prob"))

    def buys(self) -> float:
        """Return the chance that a visit ends in a purchase, before all factors."""
        return float(self.in_use("buy_prob"))

    def adopts(self) -> float:
        """Return the chance that an engagement starts the habit."""
        return float(self.in_use("adopt_prob"))

    @property
    def n_impressions(self) -> int:
        """Impressions that an ad's money buys; 0 for other content."""
        return impressions(self.spend, self.cost_per_mille)


class Creator(Spec):
    """Influencers: accounts outside the population, with followers inside it: `[[model.creators]]`."""

    name: EntryName
    """What the creators are called; unique."""
    n: int = Field(default=1, ge=1, le=10_000)
    """How many such accounts there are, each with an audience of its own; 1 .. 10,000."""
    followers: int = Field(ge=0, le=MAX_PEOPLE)
    """People who follow each account, drawn from the segments named; at least 0."""
    segments: Annotated[Listed[str], Field(min_length=1)] = ()
    """Names of the segments the followers are drawn from; left out: everybody."""
    item: str
    """Name of the content they post."""
    dates: Annotated[Listed[Date], Field(min_length=1)]
    """Days on which each of them posts it, at 00:00."""
    reach: Probability = 0.1351
    """Chance that a follower is shown a post, in [0, 1]. Default: organic reach on Instagram, 2022."""
    fee_per_post: Money = 0.0
    """Money for one post, paid only to those who take part."""
    participation_prob: Probability = 1.0
    """Chance that an account takes part, in [0, 1]."""


def impressions(spend: float | None, cost_per_mille: float | None) -> int:
    """Return how many impressions the money buys, rounded, at most 10^18; 0 where either is left out."""
    return round(min(spend / cost_per_mille * 1000, 1e18)) if spend and cost_per_mille else 0


def n_posts(item: Item) -> int:
    """Return how often an owned item is posted, in the run or not: from its start to its end, included."""
    if item.every is None or item.start is None or item.end is None:
        return 1
    return max(1, math.ceil(((item.end - item.start).days + 1) / item.every - 1e-9))
