"""Rivals in their scenario: dates, segments, network, what is noted."""

import datetime
import tomllib
from pathlib import Path

import pytest

from wom_sim.durations import Duration
from wom_sim.models.campaign import Campaign, Starting
from wom_sim.models.campaign.surroundings import Surroundings, notes_around, problems_around

DAY = datetime.date(2026, 3, 2)
LATER = DAY + datetime.timedelta(days=9)
PAID = {"name": "ad", "channel": "paid", "start": DAY, "end": LATER, "spend": 8.0, "cost_per_mille": 8.0}
OWNED = {"name": "post", "channel": "owned", "start": DAY}
SHARED = {"name": "video", "channel": "shared"}
CRISIS = {"name": "rumour", "start": DAY, "share_prob": 0.1}


def rivals(**keys):
    return {"competitors": [{"name": "Rival"} | keys]}


def around(**keys):
    given = {"start": DAY, "horizon": Duration(30), "segments": ("a",), "factors": (), "complete": False}
    return Surroundings(**given | {"starting": Starting()} | keys)


def test_a_rival_of_the_contract_is_allowed():
    file = Path(__file__).parents[3] / "contract" / "launch.toml"
    given = tomllib.loads(file.read_text(encoding="utf-8"))["model"]["competitors"]
    campaign = Campaign(competitors=given)
    assert campaign.competitors[0].content[0].n_impressions == 1_125_000
    assert problems_around(campaign, around(horizon=Duration(91))) == []
    assert notes_around(campaign, around(horizon=Duration(91))) == []


@pytest.mark.parametrize(
    ("values", "given", "said"),
    [
        (
            rivals(content=[PAID]),
            {"start": LATER},
            (
                "model.competitors.Rival.content.ad.start: must not be before the run's start, 2026-03-11, "
                "got 2026-03-02; move one of them"
            ),
        ),
        (
            rivals(crises=[CRISIS | {"start": LATER}]),
            {"horizon": Duration(5)},
            (
                "model.competitors.Rival.crises.rumour.start: must be before the run's end, 5d after 2026-03-02, "
                "got 2026-03-11; lengthen run.horizon or remove it"
            ),
        ),
        (
            rivals(content=[PAID]),
            {"start": None},
            (
                "start: is missing; model.competitors.Rival.content.ad.start is a date, so say on which day the run "
                "begins, such as start = 2026-03-02"
            ),
        ),
        (
            rivals(content=[PAID | {"segments": ["b"]}]),
            {"segments": ("bb",)},
            "model.competitors.Rival.content.ad.segments: there is no segment 'b'; did you mean 'bb'?",
        ),
        (
            rivals(content=[PAID | {"appeal": {"x": 1.0}}]),
            {},
            "model.competitors.Rival.content.ad.appeal: there is no segment 'x'; known: a",
        ),
        (
            rivals(content=[PAID | {"share_prob": 0.1}]),
            {"complete": True},
            (
                'model.competitors.Rival.content.ad.share_prob: needs contacts, and generate = "everyone" has none; '
                "remove it or generate another network"
            ),
        ),
        (
            rivals(crises=[CRISIS]),
            {"complete": True},
            (
                'model.competitors.Rival.crises.rumour: needs contacts, and generate = "everyone" has none; '
                "remove it or generate another network"
            ),
        ),
        (
            rivals() | {"limits": {"talk": "recover"}},
            {},
            (
                'model.competitors: with model.limits.talk = "recover" only in complete mixing, '
                'generate = "everyone"; take that, talk = "listeners", or remove them'
            ),
        ),
        (
            rivals(content=[OWNED], followers_fraction=0.1) | {"content": [SHARED]},
            {"starting": Starting(start_as="sharer", item="post")},
            "seeding.item: there is no content 'post'; known: video",
        ),
    ],
)
def test_what_does_not_fit_around_is_said_in_one_line(values, given, said):
    assert problems_around(Campaign(**values), around(**given)) == [said]


def test_talk_without_end_knows_rivals_in_complete_mixing():
    for talk in ("persistent", "recover", "listeners"):
        assert problems_around(Campaign(**rivals(), limits={"talk": talk}), around(complete=True)) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            rivals(content=[OWNED]),
            (
                "model.competitors.Rival.content.post: owned, but nobody follows the rival; "
                "see model.competitors.Rival.followers_fraction"
            ),
        ),
        (
            rivals(content=[PAID]),
            ("model.competitors.Rival.content.ad: the run ends during the flight, after 50% of its impressions"),
        ),
        (
            {"brand": {"switch_prob": 0.3}},
            "model.brand.switch_prob: without effect, as there are no rivals; see [[model.competitors]]",
        ),
    ],
)
def test_what_has_less_effect_than_it_seems_is_noted(values, said):
    assert notes_around(Campaign(**values), around(horizon=Duration(5))) == [said]
