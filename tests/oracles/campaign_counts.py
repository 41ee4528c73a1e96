"""What is counted: section 10 of docs/campaign.md, and what docs/business.md adds."""

from oracles.campaign_people import BELIEVER, CORRECTED, DISSATISFIED, INOCULATED, LOST, REJECTER, SATISFIED
from oracles.campaign_rivals import is_customer
from wom_sim.kernels.campaign import draws

EXPOSURES = ("paid", "owned", "creators", "earned", "background")
ROOTS = ("paid", "owned", "creators", "seeding", "customers", "crisis", "background")
CUSTOMER_COUNTS = (
    *("repeat_purchases", "churned", "retained", "loyal", "purchases_referred"),
    *("complaints", "questions", "answered", "recovered"),
)
COUNTS = (
    *("impressions", "views", "engagements", "shares", "shares_earned", "clicks"),
    *("reach", "heard", "reached", "aware", "first_audience", "reach_beyond_audience", "recalls"),
    *(f"visits_{exposure}" for exposure in ("paid", "owned", "earned", "background")),
    *(f"conversions_{exposure}" for exposure in EXPOSURES),
    *(f"caused_by_{root}" for root in ROOTS),
    *("purchases", "positive_tells", "negative_tells", "tells_wanted", "tells_planned", "impressions_capped"),
    *("satisfied", "dissatisfied", "rejecters", "lost"),
    *("believers_ever", "believers", "corrected", "inoculated", "adopters", "doing", "relapsed"),
    *CUSTOMER_COUNTS,
    "views_earned",
)
ITEM_COUNTS = (
    *("impressions", "views", "reach", "engagements", "clicks", "shares", "shares_earned", "conversions", "caused"),
)
BRAND_COUNTS = (
    *("impressions", "views_paid", "views_owned", "views_earned", "tells", "buyers", "customers"),
    *("won_from", "lost_to", "believers_ever"),
)


def remembers(w, person):
    half_life = w.steps(w.campaign.recall_half_life)
    since = w.n_steps - person.last_exposure
    return w.luck.uniform(draws.RECALL, person.number) < 2 ** (-since / half_life)


def counted(w):
    """Every count by segment: those added up on the way, and people as they are now."""
    counts = {name: list(w.counts[name]) for name in COUNTS}
    for person in w.people:
        for name, number in as_she_is(w, person).items():
            counts[name][person.segment] += number
    return counts


def by_brand(w):
    """The same by brand, the own one first."""
    for person in w.people:
        if person.rival:
            w.by_side.add("customers", person.rival)
        elif is_customer(w, person):
            w.by_side.add("customers", 0)
    return {name: list(w.by_side[name]) for name in BRAND_COUNTS}


def as_she_is(w, person):
    beliefs = [person.belief[c] for c in w.sides[0].claims]
    return {
        "reach": person.reached,
        "heard": person.heard,
        "reached": person.reached or person.heard,
        "aware": person.aware,
        "first_audience": person.first_audience,
        "reach_beyond_audience": person.reached and not person.first_audience,
        "satisfied": not w.habit and person.status == SATISFIED,
        "dissatisfied": person.status == DISSATISFIED,
        "rejecters": person.status == REJECTER,
        "lost": not w.habit and person.status == LOST,
        "believers": beliefs.count(BELIEVER),
        "inoculated": beliefs.count(INOCULATED),
        "corrected": sum(belief >= CORRECTED for belief in beliefs),
        "adopters": person.did_it,
        "doing": w.habit and person.status == SATISFIED,
        "relapsed": w.habit and person.status == LOST,
        "retained": person.customer_of_day_0 and is_customer(w, person),
        "loyal": person.loyal and is_customer(w, person),
    }
