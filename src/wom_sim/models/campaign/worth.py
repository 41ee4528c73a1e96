"""What customers will buy after the run, in expectation and at today's worth; docs/business.md, 5."""

from __future__ import annotations

import math

import numpy as np

from .value import Value


def future_purchases(value: Value, dissatisfied_fraction: float, years: float) -> tuple[float, float]:
    """Return the discounted purchases of a satisfied and of a dissatisfied customer in the next `years`.

    Purchases come at the rate `purchases_per_year`; at each, satisfaction is drawn anew. V(years) of V' = A V + b,
    V(0) = 0. The purchase that made her a customer is not among them.
    """
    rate = value.purchases_per_year
    if years <= 0.0 or rate <= 0.0:
        return 0.0, 0.0
    from scipy.linalg import expm

    # The constant b is a third state that stays 1: the last column of the exponential is then V.
    system = np.zeros((3, 3))
    system[:2, :2] = rate * np.array([1.0 - dissatisfied_fraction, dissatisfied_fraction])
    for status, churn in enumerate(_churn(value)):
        system[status, status] += math.log1p(-churn) - math.log1p(value.discount_rate) - rate
    system[:2, 2] = rate
    satisfied, dissatisfied = expm(system * years)[:2, 2]
    return float(satisfied), float(dissatisfied)


def renewals(value: Value, dissatisfied_fraction: float, n: int) -> tuple[float, float]:
    """Return the discounted purchases of a satisfied and of a dissatisfied customer just before a renewal.

    `n` renewals are left, this one included, a year apart; worth is that on the day of this one. At each she leaves
    with the churn of her satisfaction or buys, and satisfaction is drawn anew.
    """
    leaves, leaves_dissatisfied = _churn(value)
    satisfied = dissatisfied = 0.0
    for _ in range(n):
        after = ((1.0 - dissatisfied_fraction) * satisfied + dissatisfied_fraction * dissatisfied) / (
            1.0 + value.discount_rate
        )
        satisfied, dissatisfied = (1.0 - leaves) * (1.0 + after), (1.0 - leaves_dissatisfied) * (1.0 + after)
    return satisfied, dissatisfied


def _churn(value: Value) -> tuple[float, float]:
    return value.churn_per_year, value.churn_dissatisfied
