"""What a campaign amounts to: every formula held against another way to the same number."""

import datetime
import math

import numpy as np
import pytest

from wom_sim.durations import Duration
from wom_sim.engine.streams import purpose_key
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.graph.segments import Segment
from wom_sim.models.base import Setting
from wom_sim.models.campaign import Campaign
from wom_sim.models.campaign.calendar import calendar
from wom_sim.models.campaign.plausibility import excess_contacts, findings
from wom_sim.models.campaign.views import engaged_of_reached, views_of_ad, views_of_posts

DAY = datetime.date(2026, 3, 2)
AD = {
    "name": "ad",
    "channel": "paid",
    "start": DAY,
    "end": datetime.date(2026, 3, 8),
    "spend": 8.0,
    "cost_per_mille": 8.0,
}
POST = {"name": "post", "channel": "owned", "start": DAY}
SHARED = {"name": "video", "channel": "shared", "share_prob": 0.25, "contact_reach": 0.4, "engage_prob": 0.1}
CRISIS = {"name": "rumour", "start": DAY, "share_prob": 0.14}


def ring(n=30, each_side=2):
    """Everybody has 2 * each_side contacts."""
    people = np.arange(n)
    src = np.tile(people, each_side)
    dst = np.concatenate([(people + lap) % n for lap in range(1, each_side + 1)])
    return Graph.from_edges(src, dst, directed=False)


def found(graph, *, horizon="30d", segments=(), **values):
    setting = Setting(
        key=lambda purpose: purpose_key(1, purpose), start=DAY, horizon=Duration(horizon), segments=segments
    )
    return {(f.where, f.what): f for f in findings(Campaign(**values).compile(graph, setting), graph)}


def value(graph, where, what, **values):
    return found(graph, **values)[where, what].value


def test_excess_contacts_by_degree():
    star = Graph.from_edges([0, 0, 0], [1, 2, 3], directed=False)
    assert excess_contacts(ring()) == 3.0
    assert excess_contacts(star) == pytest.approx((3 * 3 - 3) / 6)  # <k^2 - k> / <k>: hub 6, leaves 0, over 6 ties
    assert excess_contacts(complete_graph(10)) == 8.0
    assert excess_contacts(Graph.from_edges([], [], n_people=3)) == 0.0


def test_excess_contacts_of_directed_ties_keep_the_way_back():
    chain = Graph.from_edges([0, 1, 1], [1, 2, 3], directed=True)  # in 0 1 1 1, out 1 2 0 0
    assert excess_contacts(chain) == pytest.approx(2 / 3)


def test_a_crisis_on_a_regular_network():
    """MODELS, section 18.9 (7): (k - 1) * seen * believe * share * factor."""
    crisis = CRISIS | {"seen_prob": 0.9, "believe_prob": 0.3, "claim_spread_factor": 2.0}
    one = found(ring(), crises=[crisis])["model.crises.rumour", "new people passing it on per one who does"]
    assert one.value == pytest.approx(3 * 0.9 * 0.3 * 0.14 * 2.0)
    assert one.says == f"needs x {1 / one.value:.3g} to go viral; if it were true: {one.value / 2:.3g}"
    wild = CRISIS | {"believe_prob": 1.0, "share_prob": 0.9}
    (again,) = [f for f in found(ring(), crises=[wild]).values() if "passing" in f.what]
    assert again.value == pytest.approx(3.0)  # passed on for sure, not 0.9 * 1.7 times
    assert again.says.startswith("goes viral")


def test_a_shared_item_on_a_regular_network():
    values = {"content": [SHARED], "trust": {"friend_engages": 5.0}}
    again = value(ring(), "model.content.video", "new sharers per sharer", **values)
    assert again == pytest.approx(3 * 0.4 * 1.0 * (0.1 * 5.0) * 0.25)


def test_friends_engage_at_most_for_sure_and_by_segment():
    graph = ring()
    segments = (Segment(name="a", fraction=0.5), Segment(name="b", fraction=0.5, engage_factor=3.0))
    column = np.repeat(["a", "b"], 15)
    graph = Graph(graph.indptr, graph.indices, directed=False, labels=graph.labels, people_columns={"segment": column})
    values = {"content": [SHARED | {"appeal": {"a": 2.0}}], "trust": {"friend_engages": 4.0}, "segments": segments}
    again = value(graph, "model.content.video", "new sharers per sharer", **values)
    assert again == pytest.approx(3 * 0.4 * (0.8 + 1.0) / 2 * 0.25)


def test_in_complete_mixing_nothing_is_shared():
    assert ("model.content.video", "new sharers per sharer") not in found(complete_graph(10), content=[SHARED])


def test_an_ad_reaches_as_the_formula_says():
    """MODELS, section 18.8, C3: reach N (1 - e^(-I s / N)), engaged N (1 - e^(-I s e / N)) where nothing wears out."""
    ad = AD | {"seen_prob": 0.5, "engage_prob": 0.02, "wear_out": 1.0, "click_prob": 0.4, "spend": 0.48}
    n, views = 30, 60 * 0.5 / 30
    result = {what: f.value for (_, what), f in found(ring(n), content=[ad]).items()}
    assert result["impressions per person targeted"] == 2.0
    assert result["people reached by the ad"] == pytest.approx(n * (1 - math.exp(-views)))
    engaged = n * (1 - math.exp(-views * 0.02))
    assert result["engaged of those reached"] == pytest.approx(engaged / result["people reached by the ad"])
    assert result["clicks per impression"] == pytest.approx(engaged * 0.4 / 60)


def test_a_flight_that_the_run_cuts_off_shows_less():
    whole = found(ring(), content=[AD])["model.content.ad", "impressions per person targeted"].value
    assert value(
        ring(), "model.content.ad", "impressions per person targeted", content=[AD], horizon="1d"
    ) == pytest.approx(whole / 7)


@pytest.mark.parametrize("spend", [0.0, 1e-9, 1e-300])
def test_an_ad_without_impressions_reaches_nobody(spend):
    result = found(ring(), content=[AD | {"spend": spend}])
    assert result["model.content.ad", "impressions per person targeted"].value == 0.0
    assert ("model.content.ad", "people reached by the ad") not in result


def test_an_ad_that_nobody_sees():
    (where, what) = ("model.content.ad", "people reached by the ad")
    one = found(ring(), content=[AD | {"seen_prob": 0.0}])[where, what]
    assert (one.value, one.says) == (0.0, "nobody sees it")


@pytest.mark.parametrize(("cap", "n_weeks"), [(0, 2.5), (1, 2.5), (3, 2.0), (200, 0.5)])
def test_views_and_engagement_are_those_of_chance(cap, n_weeks):
    """Against throwing impressions at people by hand; 4 standard errors."""
    rng, n, seen, wear_out, engages = np.random.default_rng(1), 200_000, 0.6, 0.5, 0.3
    shown = np.zeros(n, np.int64)
    for week in range(math.ceil(n_weeks)):
        bought = rng.poisson(4.0 / n_weeks * min(1.0, n_weeks - week), n)
        shown += np.minimum(bought, cap) if cap else bought
    seen_times = rng.binomial(shown, seen)
    not_engaged = np.array([np.prod(1 - engages * wear_out ** np.arange(m)) for m in range(60)])
    engaged = rng.random(n) >= not_engaged[seen_times]
    views = views_of_ad(4.0, seen, cap=cap, n_weeks=n_weeks)
    assert views.chance.sum() == pytest.approx(1.0)
    assert abs(views.shown - shown.mean()) < 4 * shown.std() / math.sqrt(n)
    assert abs(views.reached - (seen_times > 0).mean()) < 4 * 0.5 / math.sqrt(n)
    part = engaged_of_reached(views, np.array([engages]), np.array([n]), wear_out=wear_out)
    assert abs(part * views.reached - engaged.mean()) < 4 * 0.5 / math.sqrt(n)


def test_millions_of_impressions_a_person_are_no_trouble():
    views = views_of_ad(1e9, 0.7, cap=0, n_weeks=1.0)
    assert views.reached == 1.0
    assert engaged_of_reached(views, np.array([1e-9]), np.array([1]), wear_out=1.0) == pytest.approx(
        1 - math.exp(-0.7), rel=1e-4
    )
    capped = views_of_ad(1e6, 0.5, cap=255, n_weeks=10_000.0)
    assert capped.shown == pytest.approx(1e6)  # 100 a week, far below the cap
    assert capped.reached == 1.0


def test_views_of_posts_are_binomial():
    views = views_of_posts(12, 0.1)
    assert views.reached == pytest.approx(1 - 0.9**12)
    assert views.chance[2] == pytest.approx(66 * 0.1**2 * 0.9**10)
    assert views_of_posts(0, 0.5).reached == 0.0


def test_an_owned_post_is_held_against_organic_reach():
    values = {"content": [POST | {"follower_reach": 0.5}], "brand": {"followers_fraction": 0.5}}
    result = found(ring(), **values)
    shown = result["model.content.post", "followers who are shown a post"]
    assert (shown.value, shown.benchmark, shown.marked) == (0.5, (0.086, 0.1351), True)
    assert result["model.content.post", "followers reached by posts"].value == pytest.approx(7.5)
    assert result["model.content.post", "engaged of those reached"].value == pytest.approx(0.0335)
    assert result["model.content.post", "purchases per visit"].value == pytest.approx(0.0258)


def test_posts_without_followers_reach_nobody():
    assert ("model.content.post", "followers reached by posts") not in found(ring(), content=[POST])


def test_creators_are_held_against_organic_reach():
    creators = [{"name": "her", "followers": 3, "item": "video", "dates": [DAY], "reach": 0.41}]
    result = found(ring(), content=[SHARED], creators=creators, trust={"creator_engages": 2.0})
    assert result["model.creators.her", "followers who are shown a post"].marked
    assert result["model.creators.her", "engaged at the first view"].value == pytest.approx(0.2)


def test_word_of_mouth_by_two_type_branching():
    """MODELS, section 18.5, L11: R+ = .1194, R_x = .175; a happy customer wins .14, an unhappy one costs 2.12."""
    result = {what: f.value for (_, what), f in found(ring(), word_of_mouth={"negative_power": 2.0}).items()}
    assert result["new satisfied customers per satisfied one"] == pytest.approx(0.119375)
    assert result["new rejecters per rejecter"] == pytest.approx(0.175)
    assert result["a satisfied customer wins"] == pytest.approx(0.1356 + 0.0064, abs=1e-4)
    assert result["a dissatisfied customer turns away"] == pytest.approx(2.1212, abs=1e-4)
    assert result["good tellings per bad one, by customers"] == pytest.approx(3.03, abs=0.01)


def test_talk_that_does_not_die_out_has_no_sum():
    talk = {"satisfied_tells": 20.0, "rejecter_talk_prob": 1.0, "persuasion_prob": 0.2}
    result = found(ring(), word_of_mouth=talk)
    for what in ("a satisfied customer wins", "a dissatisfied customer turns away"):
        finding = result["model.word_of_mouth", what]
        assert (finding.value, finding.says) == (None, "no end to it, until people run out")


@pytest.mark.parametrize(
    ("talk", "what", "marked"),
    [
        ({"persuasion_prob": 0.375}, "listeners whom a good telling wins", False),
        ({"persuasion_prob": 0.376}, "listeners whom a good telling wins", True),
        ({"persuasion_prob": 0.0416}, "listeners whom a good telling wins", True),
        ({"negative_power": 3.0}, "power of a bad telling against a good one", False),
        ({"negative_power": 0.54}, "power of a bad telling against a good one", True),
        ({"dissatisfied_fraction": 0.14}, "dissatisfied of those who buy", True),
        ({"dissatisfied_fraction": 0.01}, "good tellings per bad one, by customers", True),
    ],
)
def test_marked_when_off_by_more_than_three_times(talk, what, marked):
    assert found(ring(), word_of_mouth=talk)["model.word_of_mouth", what].marked is marked


def test_nobody_dissatisfied_has_no_ratio_of_tellings():
    assert not any("tellings per" in what for _, what in found(ring(), word_of_mouth={"dissatisfied_fraction": 0.0}))


def test_a_habit_has_no_sales_and_no_talk():
    words = [what for _, what in found(ring(), outcome="habit", content=[AD, POST])]
    assert not any("purchase" in what or "click" in what or "telling" in what for what in words)
    assert "engaged of those reached" in words


def test_published_models_have_no_listeners_to_judge():
    assert found(ring(), limits={"talk": "one_shot"}) == {}


def test_the_calendar_says_what_happens_when():
    campaign = Campaign(
        step="1h",
        content=[AD, POST | {"every": "2d", "end": datetime.date(2026, 3, 7)}],
        creators=[{"name": "her", "followers": 3, "item": "ad", "dates": [datetime.date(2026, 3, 5)], "n": 2}],
        crises=[CRISIS],
        responses=[{"to": "rumour", "delay": "5h", "through": ["owned", "press"], "press_reach_per_day": 0.1}],
    )
    assert calendar(campaign, DAY, 4.0) == [
        ("2026-03-02", "the run begins"),
        ("2026-03-02", "ad 'ad' begins: 1,000 impressions"),
        ("2026-03-02", "the brand posts 'post', and every 2d after: 2 times"),
        ("2026-03-02", "10 people post the claim 'rumour'"),
        ("2026-03-02 05:00", "the claim 'rumour' is answered through owned and press"),
        ("2026-03-04", "the brand posts 'post' for the last time"),
        ("2026-03-05", "her: 2 accounts post 'ad'"),
        ("2026-03-05 05:00", "the answer to 'rumour' ends"),
        ("2026-03-06", "the run ends"),
    ]


def test_the_calendar_knows_no_year_ten_thousand():
    assert calendar(Campaign(), datetime.date(9999, 12, 31), 4.0)[-1] == ("day 4", "the run ends")
