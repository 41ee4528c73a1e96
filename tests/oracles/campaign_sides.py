"""Brands: side 0 is the own brand, sides 1, 2, ... its rivals (docs/business.md, 3)."""

from dataclasses import dataclass, field
from typing import NamedTuple

from wom_sim.models.campaign import WordOfMouth

FIRST_RIVAL_ITEM, FIRST_RIVAL_CLAIM, FIRST_RIVAL_POST = 256, 512, 2**24


@dataclass
class Side:
    """A brand with its items and claims by number; `background`: its chance a day of each person without a brand."""

    number: int
    talk: WordOfMouth
    customers_fraction: float
    followers_fraction: float
    baseline: float
    switch_prob: float
    content: dict = field(default_factory=dict)
    claims: dict = field(default_factory=dict)
    weak: float = 0.0
    strongly: float = 0.0
    background: float = 0.0


def all_sides(campaign):
    own = campaign.brand
    first = Side(
        0,
        campaign.word_of_mouth,
        own.customers_fraction,
        own.followers_fraction,
        own.baseline_sales_per_day,
        own.switch_prob,
        dict(enumerate(campaign.content)),
        dict(enumerate(campaign.crises)),
    )
    sides, item, claim = [first], FIRST_RIVAL_ITEM, FIRST_RIVAL_CLAIM
    for b, rival in enumerate(campaign.competitors, 1):
        side = Side(
            b,
            talk_of(rival, campaign.word_of_mouth),
            rival.customers_fraction,
            rival.followers_fraction,
            rival.baseline_sales_per_day,
            rival.switch_prob,
            dict(enumerate(rival.content, item)),
            dict(enumerate(rival.crises, claim)),
        )
        item, claim = item + len(rival.content), claim + len(rival.crises)
        sides.append(side)
    return sides


def talk_of(rival, own):
    """Keys left out are those of the own brand."""
    keys = type(rival.word_of_mouth).model_fields
    given = {key: getattr(rival.word_of_mouth, key) for key in keys}
    return own.model_copy(update={key: value for key, value in given.items() if value is not None})


class Word(NamedTuple):
    """Who talks of which brand: the role of the talker, and the talk's number."""

    side: int
    role: int
    m: int = 0

    @property
    def number(self):
        """The role's number in draws."""
        return 1024 * self.side + self.role + 4 * self.m
