"""What those who are chosen to start a campaign do: keys of `[seeding]` that only a campaign knows."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ...spec import Probability, Spec

StartAs = Literal["satisfied", "dissatisfied", "customer", "sharer", "aware", "adopter"]


class Starting(Spec):
    """As what the people chosen by `[seeding]` start."""

    start_as: StartAs | None = None
    """`satisfied` or `dissatisfied` customers, `customer` (satisfaction drawn), `adopter` of a habit, `sharer` of an
    item, or `aware`. Left out: customer; in a habit: adopter."""
    item: str | None = None
    """Name of the content that sharers share with all their contacts at the start; with `sharer`."""
    participation_prob: Probability = 1.0
    """Chance that a person who is asked takes part, in [0, 1]."""
    paid_credibility: Probability = Field(default=1.0)
    """A paid person's word counts this much of an unpaid one's, in [0, 1]; below 1: the starters are paid."""

    def role(self, outcome: str) -> str:
        """Return as what they start: `start_as`, or the default of the outcome."""
        return self.start_as or ("adopter" if outcome == "habit" else "customer")
