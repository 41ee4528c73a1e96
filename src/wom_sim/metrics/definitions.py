"""What each metric means and its unit, in a few words for tables; docs/metrics.md defines them in full."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

_NONE: Mapping[str, tuple[str, str]] = MappingProxyType({})


class Definition(NamedTuple):
    """The unit of a metric, and in words what it is; both empty for a metric that is not known here."""

    unit: str
    text: str


def definition(name: str, own: Mapping[str, tuple[str, str]] = _NONE) -> Definition:
    """Return unit and meaning of a metric; those of the runs beside the main one follow from the metric itself.

    Parameters
    ----------
    own : unit and meaning of what a model defines itself, which goes before
    """
    if name in own:
        return Definition(*own[name])
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
    "depth": ("generations", "longest chain of who followed whom"),
    "max_breadth": ("people", "most people in one generation"),
    "broadcast_share": ("part", "people who followed a starter directly / people who followed somebody"),
    "largest_tree": ("people", "people in the largest tree, which began with one starter"),
    "members": ("people", "people of a generation; starters are generation 0"),
    "time_to_half": ("steps", "first step by which the main curve had half of its end"),
    "days_to_half": ("days", "end of the first step by which the main curve had half of its end"),
    "peak_day": ("days", "end of the step after step 0 in which the main curve rose most"),
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
    # customers
    "repeat_purchases": ("purchases", "purchases after a customer's first, within the run"),
    "loyal": ("people", "customers at the end who bought again in the run"),
    "churned": ("people", "customers who left by themselves"),
    "retained": ("people", "customers of day 0 who never stopped being customers"),
    "retention_rate": ("part", "retained / customers of day 0"),
    # rivals
    "share_of_voice": ("part", "views and tellings of the brand / those of all brands"),
    "share_of_voice_paid": ("part", "the same of views through ads and creators alone"),
    "share_of_voice_earned": ("part", "the same of tellings and of views that a friend shared alone"),
    "market_share": ("part", "customers of the brand / customers of all brands, at the end"),
    "won_from_rivals": ("people", "customers of rivals who were won by the brand"),
    "lost_to_rivals": ("people", "customers of the brand who were won by a rival"),
    # word of mouth
    "satisfied": ("people", "satisfied customers at the end"),
    "dissatisfied": ("people", "dissatisfied customers at the end"),
    "rejecters": ("people", "people who decided against the brand"),
    "positive_tells": ("times", "good tellings that were heard"),
    "negative_tells": ("times", "bad tellings that were heard"),
    "net_sentiment": ("-1 .. 1", "(good - bad tellings) / (good + bad tellings)"),
    "interactions_customer_to_customer": ("times", "tellings heard, and content seen that a friend shared"),
    "interactions_firm_to_customer": ("times", "content seen from the brand and those it pays, and its answers"),
    # dialogue
    "complaints": ("times", "complaints of customers to the brand"),
    "questions": ("times", "questions to the brand"),
    "answered": ("times", "complaints and questions answered within the run"),
    "answered_fraction": ("part", "answered / (complaints + questions)"),
    "response_time": ("days", "mean time from a complaint or question to its answer"),
    "recovered": ("people", "dissatisfied customers whom an answer made content again, once a complaint"),
    # crisis
    "believers_ever": ("people", "people who came to believe a claim, once a claim"),
    "believers_end": ("people", "people who believe a claim at the end"),
    "corrected": ("people", "believers who were convinced by an answer"),
    "inoculated": ("people", "people who saw an answer before the claim and will not believe it"),
    "lost": ("people", "customers who left: for a claim, by themselves, for a rival"),
    "crisis_took_off": ("chance", "1 where the believers are above 10 times the first posters; the mean is the chance"),
    # behaviour
    "knows": ("people", "people aware at the end"),
    "adopters": ("people", "people who did it at some time"),
    "relapsed": ("people", "people who stopped and do not do it at the end"),
    "kept": ("people", "people who do it at the end"),
    # money
    "spend": ("money", "money spent within the run"),
    "spend_ads": ("money", "spent on ads"),
    "spend_content": ("money", "spent on making content that is not an ad"),
    "spend_creators": ("money", "spent on fees of creators who took part"),
    "spend_seeding": ("money", "spent on starters who took part"),
    "spend_answers": ("money", "spent on answers to claims"),
    "spend_dialogue": ("money", "spent on answers to complaints and questions"),
    "revenue": ("money", "price x purchases"),
    "margin": ("money", "margin of all purchases within the run, before spend"),
    "return_on_ad_spend": ("ratio", "revenue of first purchases won by ads / spend on ads"),
    "cost_per_click": ("money", "spend on ads and creators / visits they led to"),
    "cost_per_conversion": ("money", "spend / first purchases"),
    "cost_per_extra_conversion": ("money", "extra spend / extra first purchases, where there are some"),
    "roi": ("ratio", "(extra margin - extra spend) / extra spend, within the run"),
    "customer_equity": ("money", "margin of all purchases, past and to be expected, at today's worth"),
    "equity_direct": ("money", "customer_equity of those not won by another person"),
    "equity_referred": ("money", "customer_equity of those won by another person"),
    "direct_value": ("money", "equity_direct: more than without the campaign; may be negative"),
    "referred_value": ("money", "equity_referred: more than without the campaign; may be negative"),
    "social_equity": ("ratio", "(extra customer_equity - extra spend) / extra spend"),
}
