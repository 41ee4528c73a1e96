"""A false claim about the brand, and the answers to it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ...durations import Date, Duration, PositiveDuration
from ...graph.csr import MAX_PEOPLE
from ...spec import ASSUMPTION, Money, Probability, Spec
from .fields import ChanceInPeriod, EntryName, Factor, Listed, PositiveMoney
from .item import impressions

WAYS_OF = {
    "spend": ("paid",),
    "cost_per_mille": ("paid",),
    "seen_prob": ("paid",),
    "follower_reach": ("owned",),
    "press_reach_per_day": ("press",),
    "lasts": ("paid", "press"),
}
"""Keys that only some ways of answering take."""


class Crisis(Spec):
    """A claim that spreads from person to person and costs sales: `[[model.crises]]`."""

    name: EntryName
    """What the claim is called; unique."""
    start: Date
    """Day of the first posts, at 00:00."""
    starts_with: int = Field(default=10, ge=1, le=MAX_PEOPLE, json_schema_extra=ASSUMPTION)
    """People, drawn at random, who believe and post the claim first; at least 1."""
    seen_prob: Probability = Field(default=1.0, json_schema_extra=ASSUMPTION)
    """Chance that a contact of one who posts it sees it, in [0, 1]."""
    believe_prob: Probability = Field(default=0.3, json_schema_extra=ASSUMPTION)
    """Chance that one who sees it for the first time believes it, in [0, 1]."""
    share_prob: Probability
    """Chance that a believer would pass it on if it were true, once, to all contacts, in [0, 1]."""
    claim_spread_factor: Factor = 1.7
    """A false claim is passed on this many times as readily; at least 0. Default: Vosoughi, Roy & Aral (2018)."""
    half_life: PositiveDuration = Duration("20h")
    """Half of those who see a post of the claim see it within this time. Default: Instagram."""
    purchase_damage: Probability = Field(default=0.6, json_schema_extra=ASSUMPTION)
    """Part by which a believer's chance of buying falls, in [0, 1]."""
    customer_loss_prob: Probability = 0.0
    """Chance that a customer who comes to believe it leaves, in [0, 1]."""

    @property
    def pass_on_prob(self) -> float:
        """Chance that a believer passes the claim on."""
        return min(1.0, self.share_prob * self.claim_spread_factor)


class Response(Spec):
    """An answer to a claim: `[[model.responses]]`."""

    to: str
    """Name of the claim that is answered."""
    delay: Duration = Duration("21h")
    """Time from the first posts of the claim to the answer. Default: Freshfields (2013), the average."""
    lasts: PositiveDuration = Field(default=Duration("3d"), json_schema_extra=ASSUMPTION)
    """How long it is advertised and in the press."""
    through: Annotated[Listed[Literal["owned", "paid", "press"]], Field(min_length=1)] = Field(
        default=("owned",), json_schema_extra=ASSUMPTION
    )
    """What carries it: `owned` (one post to the followers), `paid` (impressions), `press`; one or more."""
    spend: Money | None = None
    """Money for its impressions; with `paid`."""
    cost_per_mille: PositiveMoney | None = None
    """Money for 1,000 of its impressions; with `paid`; above 0."""
    cost: Money = 0.0
    """Money for everything else, such as making it, owned posts, press work; spent on the day of the answer."""
    seen_prob: Probability = Field(default=0.7, json_schema_extra=ASSUMPTION)
    """Chance that one who is shown an impression sees it, in [0, 1]; with `paid`."""
    follower_reach: Probability = 0.086
    """Chance that a follower sees it, in [0, 1]; with `owned`. Default: organic reach on Facebook, 2022."""
    press_reach_per_day: ChanceInPeriod | None = None
    """Chance a day that a person hears of it from the press, in [0, 1); with `press`."""
    efficacy: Probability = Field(default=0.7, json_schema_extra=ASSUMPTION)
    """Chance that an answer at once convinces a believer, at the first sight of it, in [0, 1]."""
    efficacy_half_life: PositiveDuration = Field(default=Duration("24h"), json_schema_extra=ASSUMPTION)
    """An answer later by this convinces half as often."""
    residual_damage: Probability = 0.33
    """Part of the damage that stays after correction, in [0, 1]. Default: Chan et al. (2017)."""
    inoculation_prob: Probability = Field(default=0.3, json_schema_extra=ASSUMPTION)
    """Chance that one who sees the answer before the claim will not believe the claim, in [0, 1]."""
    alerts_prob: Probability = 0.0
    """Chance that one who had not heard of the claim, and is not inoculated, now hears of it, in [0, 1]."""
    shared_by_corrected_prob: Probability = 0.0
    """Chance that one who was corrected shares the answer with all contacts, in [0, 1]."""

    def unused(self) -> frozenset[str]:
        """Return the keys of ways that the answer does not take."""
        return frozenset(key for key, ways in WAYS_OF.items() if not set(ways) & set(self.through))

    @property
    def n_impressions(self) -> int:
        """Impressions that the answer's money buys."""
        return impressions(self.spend, self.cost_per_mille)

    @property
    def efficacy_then(self) -> float:
        """Chance to convince after the delay: efficacy * 2^(-delay / efficacy_half_life)."""
        return float(self.efficacy * 2.0 ** (-self.delay / self.efficacy_half_life))
