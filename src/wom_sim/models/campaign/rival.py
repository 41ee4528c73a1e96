"""Rivals: other brands with customers, content, word of mouth and crises of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from ...spec import ASSUMPTION, Probability, Spec
from .crisis import Crisis
from .fields import Entries, EntryName, Factor
from .item import Item
from .talk import Tells, WordOfMouth

if TYPE_CHECKING:
    from .model import Campaign

MAX_RIVALS = 7
OWN = "the brand"
"""Name of the own brand beside its rivals'."""


class RivalTalk(Spec):
    """Word of mouth about a rival: `[model.competitors.word_of_mouth]`; keys left out are those of the own brand."""

    satisfied_tells: Tells | None = None
    """Mean number of listeners a satisfied customer of the rival tells, in all; 0 .. 1000."""
    dissatisfied_tells: Tells | None = None
    """Mean number of listeners a dissatisfied customer of the rival tells, in all; 0 .. 1000."""
    rejecter_tells: Tells | None = None
    """Mean number of listeners told by one who was talked out of the rival and talks; 0 .. 1000."""
    satisfied_talk_prob: Probability | None = None
    """Chance that a satisfied customer of the rival talks at all, in [0, 1]."""
    dissatisfied_talk_prob: Probability | None = None
    """Chance that a dissatisfied customer of the rival talks at all, in [0, 1]."""
    rejecter_talk_prob: Probability | None = None
    """Chance that one who was talked out of the rival passes it on, in [0, 1]."""
    dissatisfied_fraction: Probability | None = None
    """Part of the rival's new customers who are dissatisfied, in [0, 1]."""
    persuasion_prob: Probability | None = None
    """Chance that one good telling wins an undecided listener for the rival, averaged over listeners, in [0, 1]."""
    negative_power: Factor | None = None
    """A bad telling about the rival dissuades with persuasion_prob * negative_power, at most 1."""
    customer_negative_factor: Factor | None = None
    """Multiplies the power of a bad telling over a customer of the rival; at least 0."""

    def filled(self, own: WordOfMouth) -> WordOfMouth:
        """Return the rival's word of mouth, with the own brand's keys where they are left out."""
        given = {key: value for key in type(self).model_fields if (value := getattr(self, key)) is not None}
        return own.model_copy(update=given)


class Competitor(Spec):
    """A rival: `[[model.competitors]]`. Only where the outcome is a purchase.

    docs/business.md, 3: brands take turns in nothing; each person decides among those that have won her.
    """

    name: EntryName
    """What the rival is called; unique."""
    customers_fraction: Probability = 0.0
    """Part of all people who are its customers on day 0, in [0, 1]; with all other brands' at most 1."""
    followers_fraction: Probability = 0.0
    """Part of all people who follow its own channel, in [0, 1]."""
    baseline_sales_per_day: float = Field(default=0.0, ge=0.0)
    """People a day whom it wins for reasons outside the model, at the rate of day 0, among those without a brand."""
    switch_prob: Probability = Field(default=0.2, json_schema_extra=ASSUMPTION)
    """What would win an undecided person wins a customer of this rival with this factor, in [0, 1]."""
    word_of_mouth: RivalTalk = RivalTalk()
    content: Entries[Item] = ()
    crises: Entries[Crisis] = ()

    def alone(self, campaign: Campaign) -> Campaign:
        """Return the campaign with this rival's content, claims and word of mouth in place of the own; not checked."""
        talk = self.word_of_mouth.filled(campaign.word_of_mouth)
        own = {"content": self.content, "crises": self.crises, "word_of_mouth": talk}
        return campaign.model_copy(update=own | {"creators": (), "responses": (), "competitors": ()})


def labelled(campaign: Campaign) -> Iterator[tuple[str, Campaign | Competitor]]:
    """Yield the own brand and each rival, both with `content` and `crises`, after what their keys begin with."""
    yield "", campaign
    for rival in campaign.competitors:
        yield f"competitors.{rival.name}.", rival
