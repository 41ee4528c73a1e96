"""Whether more of a metric is better."""

from __future__ import annotations

_LESS = frozenset(
    (
        *("negative_tells", "dissatisfied", "rejecters", "complaints", "response_time", "churned", "relapsed"),
        *("lost", "lost_to_rivals", "believers", "believers_ever", "believers_end", "crisis_took_off"),
        *("time_to_half", "days_to_half", "spend", "extra_spend"),
    )
)
_LESS_BEGINNINGS = ("spend_", "cost_per_")
_BESIDE = ("_no_campaign", "_no_answer")


def more_is_better(metric: str) -> bool:
    """Say whether a plan with more of a metric is ahead; not of costs, complaints, believers of a claim, losses.

    Parameters
    ----------
    metric : name, also with the moment it is taken at: ``lost@30d``
    """
    name = metric.partition("@")[0]
    for ending in _BESIDE:
        name = name.removesuffix(ending)
    return name not in _LESS and not name.startswith(_LESS_BEGINNINGS)
