"""The brand on day 0, and how far each sender is trusted."""

from __future__ import annotations

from pydantic import Field

from ...spec import ASSUMPTION, Probability, Spec
from .fields import Factor


class Brand(Spec):
    """Who knows the brand before the campaign, and who buys without it: `[model.brand]`."""

    customers_fraction: Probability = 0.0
    """Part of all people who are customers on day 0 (in a habit: who do it already), in [0, 1].

    Where a list of people has a column `customer`, that says it of them, and this is of the people not in the list.
    """
    customers_talk: bool = False
    """Whether customers of day 0 tell others, as after a first purchase; left out: they have told already."""
    followers_fraction: Probability = 0.0
    """Part of all people who follow the brand's own channel, in [0, 1]."""
    switch_prob: Probability = Field(default=0.2, json_schema_extra=ASSUMPTION)
    """What would win an undecided person for a rival wins a customer with this factor, in [0, 1]; with competitors."""
    baseline_sales_per_day: float = Field(default=0.0, ge=0.0)
    """People a day who buy (start the habit) for reasons outside the model, at the rate of day 0; at least 0.

    Made a constant chance a day of each person who is undecided on day 0.
    """


class Trust(Spec):
    """How many times as well as an ad the same content does, by who shows it: `[model.trust]`.

    All 1: no difference. A personal recommendation converts about 5 times as well as an ad (Keller & Fay 2014).
    """

    friend_engages: Factor = 1.0
    """Multiplies the chance to engage with what a friend shares; at least 0."""
    friend_buys: Factor = 1.0
    """Multiplies the chance to buy after engaging with what a friend shares; at least 0."""
    creator_engages: Factor = 1.0
    """Multiplies the chance to engage with what a creator posts; at least 0."""
    creator_buys: Factor = 1.0
    """Multiplies the chance to buy after engaging with what a creator posts; at least 0."""
    owned_engages: Factor = 1.0
    """Multiplies the chance to engage with what the brand posts itself; at least 0."""
    owned_buys: Factor = 1.0
    """Multiplies the chance to buy after engaging with what the brand posts itself; at least 0."""
