"""What each metric means and its unit, in a few words for tables; docs/metrics.md defines them in full."""

from __future__ import annotations

from typing import NamedTuple


class Definition(NamedTuple):
    """The unit of a metric, and in words what it is; both empty for a metric that is not known here."""

    unit: str
    text: str


def definition(name: str) -> Definition:
    """Return unit and meaning of a metric; those of the runs beside the main one follow from the metric itself."""
    if name in _DEFINED:
        return Definition(*_DEFINED[name])
    for ending, said in _BESIDE.items():
        if name.endswith(ending) and name.removesuffix(ending) in _DEFINED:
            unit, text = _DEFINED[name.removesuffix(ending)]
            return Definition(unit, f"{text}, {said}")
    more = name.removeprefix("extra_")
    if more != name and more in _DEFINED:
        unit, text = _DEFINED[more]
        return Definition(unit, f"{text}: more than without the campaign; may be negative")
    return Definition("", "")


_BESIDE = {
    "_no_campaign": "on the same luck without the campaign",
    "_no_answer": "on the same luck without answers to claims",
}

_WON_BY = {
    "paid": "ads",
    "owned": "the brand's posts",
    "creators": "creators",
    "earned": "other people",
    "seeding": "starters",
    "customers": "customers of day 0",
    "crisis": "a claim",
    "background": "reasons of their own",
}

_DEFINED: dict[str, tuple[str, str]] = {
    # seen
    "impressions": ("times", "times content was shown"),
    "views": ("times", "times content was seen"),
    "reach": ("people", "people reached: of a cascade with its seed nodes, of a campaign by its content"),
    "heard": ("people", "people who were told by someone"),
    "reached": ("people", "people who saw content or were told"),
    "frequency": ("times a person", "views / reach"),
    "aware": ("people", "people who saw or heard anything of the brand, customers of day 0 included"),
    "recalls": ("people", "people aware who still remember it at the end"),
    # viral
    "first_audience": ("people", "people shown content by an ad, the brand or a creator"),
    "reach_beyond_audience": ("people", "people who saw content and are not in the first audience"),
    "reach_beyond_segments": ("people", "reach in segments at which no ad and no creator aims"),
    "amplification": ("ratio", "reach / first_audience"),
    "went_viral": ("chance", "1 where amplification is above 2, else 0; the mean is the chance"),
    "reproduction_number": ("ratio", "people won by a person, for each who could win some"),
    "structural_virality": ("ties", "mean distance between two people in a tree of who brought whom"),
    "time_to_half": ("steps", "first step by which the main curve had half of its end"),
    "peak_step": ("steps", "step after step 0 in which the main curve rose most"),
    "peak_size": ("people", "rise of the main curve in that step"),
    # engaged
    "engagements": ("people", "people who engaged, once a person and item"),
    "likes": ("expected number", "engagements that are likes"),
    "comments": ("expected number", "engagements that are comments"),
    "shares": ("people", "people who began to share, once a person and item, starters included"),
    "share_rate": ("ratio", "shares / reach"),
    "engagement_rate": ("ratio", "engagements / reach"),
    "clicks": ("visits", "engagements that were visits to the shop"),
    "click_through_rate": ("ratio", "clicks / impressions"),
    "visits": ("visits", "clicks, and other ways to the shop that end in a purchase"),
    "visits_paid": ("visits", "visits that ads or creators led to"),
    "visits_owned": ("visits", "visits that the brand's posts led to"),
    "visits_earned": ("visits", "visits that other people led to"),
    "visits_background": ("visits", "visits for reasons of their own"),
    # bought
    "conversions": ("people", "first purchases of people who were neither starters nor customers on day 0"),
    **{f"conversions_{by}": ("people", f"first purchases won by {whom}") for by, whom in _WON_BY.items()},
    **{f"caused_by_{by}": ("people", f"first purchases of chains begun by {whom}") for by, whom in _WON_BY.items()},
    "purchases": ("purchases", "all purchases within the run"),
    "referred_conversions": ("people", "first purchases won by other people"),
    "conversion_rate": ("ratio", "conversions / visits"),
    "customers_end": ("people", "satisfied and dissatisfied customers at the end"),
    # word of mouth
    "satisfied": ("people", "satisfied customers at the end"),
    "dissatisfied": ("people", "dissatisfied customers at the end"),
    "rejecters": ("people", "people who decided against the brand"),
    "positive_tells": ("times", "good tellings that were heard"),
    "negative_tells": ("times", "bad tellings that were heard"),
    "net_sentiment": ("-1 .. 1", "(good - bad tellings) / (good + bad tellings)"),
    # crisis
    "believers_ever": ("people", "people who came to believe a claim, once a claim"),
    "believers_end": ("people", "people who believe a claim at the end"),
    "corrected": ("people", "believers who were convinced by an answer"),
    "inoculated": ("people", "people who saw an answer before the claim and will not believe it"),
    "lost": ("people", "customers who left because of a claim"),
    "crisis_took_off": ("chance", "1 where the believers are above 10 times the first posters; the mean is the chance"),
    # behaviour
    "knows": ("people", "people aware at the end"),
    "adopters": ("people", "people who did it at some time"),
    "relapsed": ("people", "people who stopped and do not do it at the end"),
    "kept": ("people", "people who do it at the end"),
    # money
    "spend": ("money", "money spent within the run"),
    "revenue": ("money", "price x purchases"),
    "margin": ("money", "margin of a purchase x purchases, before spend"),
}
