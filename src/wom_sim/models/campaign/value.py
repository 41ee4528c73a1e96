"""What customers do over the years and what they are worth."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ...durations import Duration, PositiveDuration
from ...spec import ASSUMPTION, Money, Probability, Spec
from .fields import ChanceInPeriod, Factor


class Value(Spec):
    """Purchases again, leaving, and what a customer is worth: `[model.value]`. Only where the outcome is a purchase.

    docs/business.md, 1 and 5. Prices and margins change no one's behaviour.
    """

    price: Money | None = None
    """Revenue of one purchase; left out: no revenue is reported."""
    margin: Money | None = None
    """Margin of one purchase before the campaign's costs, at most the price; left out: nothing is reported that needs
    it."""
    purchases: Literal["rate", "annual"] = "rate"
    """When customers buy again: at random with a rate, or at each anniversary, which is when they may leave."""
    purchases_per_year: float = Field(default=0.0, ge=0.0, le=10_000.0)
    """Purchases a year of one who stays a customer, after the first; at least 0. With `annual`: 1."""
    churn_per_year: ChanceInPeriod = 0.0
    """Part of the satisfied customers who leave within a year, in [0, 1)."""
    churn_factor_dissatisfied: Factor = Field(default=3.0, json_schema_extra=ASSUMPTION)
    """The part of the dissatisfied who leave within a year is this many times that, at most 0.99; at least 0."""
    retain_factor: Probability = 1.0
    """Multiplies the chance of leaving of a customer who has just engaged with the brand's content, in [0, 1]."""
    relationship_half_life: PositiveDuration = Field(default=Duration("90d"), json_schema_extra=ASSUMPTION)
    """After this time half of that effect is left."""
    discount_rate: float = Field(default=0.10, ge=0.0, le=10.0)
    """A year later money is worth 1 / (1 + this); at least 0. Default: Gupta & Lehmann (2003) take 0.08 to 0.16."""
    value_horizon: PositiveDuration = Field(default=Duration("5y"), json_schema_extra=ASSUMPTION)
    """How far from day 0 on purchases after the run count for the value of customers; those within it all do."""
    referred_margin_factor: Factor = 1.16
    """A customer won by another brings this many times the margin; at least 0. Default: Schmitt et al. (2011)."""

    @property
    def buys_again(self) -> bool:
        """Whether customers buy more than once."""
        return self.purchases == "annual" or self.purchases_per_year > 0.0

    @property
    def churn_dissatisfied(self) -> float:
        """Part of the dissatisfied customers who leave within a year, below 1: no hazard makes leaving certain."""
        return min(0.99, self.churn_per_year * self.churn_factor_dissatisfied)

    def unused(self) -> frozenset[str]:
        """Return the keys of leaving and of the customers' value where nothing needs them."""
        keys = set()
        if not self.churn_per_year:
            keys |= {"churn_factor_dissatisfied"}
        if self.retain_factor == 1.0 or not self.churn_per_year:
            keys |= {"relationship_half_life"}
        if self.margin is None:
            keys |= {"value_horizon"}
        return frozenset(keys)
