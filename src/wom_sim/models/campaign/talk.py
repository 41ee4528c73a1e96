"""Word of mouth: who tells how many, and what a telling does."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ...durations import Duration, PositiveDuration
from ...spec import ASSUMPTION, Probability, Spec
from .fields import Factor

Tells = Annotated[float, Field(ge=0.0, le=1000.0)]


class WordOfMouth(Spec):
    """Customers tell their contacts, for good or ill: `[model.word_of_mouth]`. Only where the outcome is a purchase."""

    satisfied_tells: Tells = 1.0
    """Mean number of listeners a satisfied customer tells after the first purchase, in all; 0 .. 1000.

    Default: the project's source documents, one satisfied customer tells 1, a dissatisfied one 7.
    """
    dissatisfied_tells: Tells = 7.0
    """Mean number of listeners a dissatisfied customer tells, in all; 0 .. 1000. Default: as above."""
    rejecter_tells: Tells = 7.0
    """Mean number of listeners told by one who was talked out of it and talks; 0 .. 1000. Default: as above."""
    tells_per_repeat: Factor = Field(default=0.1, json_schema_extra=ASSUMPTION)
    """A customer who buys again tells this part of the tells of a first purchase; at least 0; see [model.value]."""
    tells_distribution: Literal["poisson", "fixed", "geometric"] = Field(
        default="poisson", json_schema_extra=ASSUMPTION
    )
    """How the number of listeners varies around its mean; `fixed` draws only its decimals."""
    satisfied_talk_prob: Probability = 1.0
    """Chance that a satisfied customer talks at all, in [0, 1]; 1: the tells above are those of everybody."""
    dissatisfied_talk_prob: Probability = 1.0
    """Chance that a dissatisfied customer talks at all, in [0, 1]."""
    rejecter_talk_prob: Probability = Field(default=0.1, json_schema_extra=ASSUMPTION)
    """Chance that a rejecter passes on what she was told, in [0, 1]; below 1/7 the default talk dies out."""
    dissatisfied_fraction: Probability = 0.045
    """Part of the buyers who are dissatisfied, in [0, 1].

    Default: 1/22, which makes tells of 1 and 7 agree with three good tellings for each bad one (East et al. 2007).
    """
    persuasion_prob: Probability = 0.125
    """Chance that one good telling makes an undecided listener buy, averaged over listeners, in [0, 1].

    Default: one recommendation in eight leads to a sale (Keller & Fay 2014).
    """
    negative_power: Factor = Field(default=1.0, json_schema_extra=ASSUMPTION)
    """A bad telling dissuades with persuasion_prob * negative_power, at most 1; published values: 0.55 to 3."""
    customer_negative_factor: Factor = 0.25
    """Multiplies the power of a bad telling over a customer, who leaves when it works; at least 0.

    Default: bad news deters newcomers over 4 times as much as it drives customers away (East et al. 2008).
    """
    telling_delay: PositiveDuration = Field(default=Duration("1d"), json_schema_extra=ASSUMPTION)
    """Mean time between deciding and a telling."""
    strong_tie_fraction: Probability = 0.0
    """Part of all ties that are strong, in [0, 1]; needs ties."""
    strong_tie_power: float = Field(default=2.0, gt=0.0, le=1e6, json_schema_extra=ASSUMPTION)
    """A strong tie persuades, and is chosen for a telling, this many times as well as a weak one; above 0."""

    def unused(self) -> frozenset[str]:
        """Return `strong_tie_power` where no tie is strong."""
        return frozenset() if self.strong_tie_fraction else frozenset({"strong_tie_power"})
