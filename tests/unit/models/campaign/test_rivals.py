"""Rivals: what is asked of them, with its message, and what is used where their keys are left out."""

import datetime

import pytest

from wom_sim.errors import ScenarioError
from wom_sim.in_use import assumed
from wom_sim.models.campaign import Campaign

DAY = datetime.date(2026, 3, 2)
LATER = DAY + datetime.timedelta(days=9)
PAID = {"name": "ad", "channel": "paid", "start": DAY, "end": LATER, "spend": 8.0, "cost_per_mille": 8.0}
OWNED = {"name": "post", "channel": "owned", "start": DAY}
SHARED = {"name": "video", "channel": "shared"}
CRISIS = {"name": "rumour", "start": DAY, "share_prob": 0.1}
ANSWER = {"to": "rumour", "delay": "1d"}


def rivals(**keys):
    return {"competitors": [{"name": "Rival"} | keys]}


def problems(**values):
    with pytest.raises(ScenarioError) as caught:
        Campaign(**values)
    return list(caught.value.problems)


def test_names_may_be_those_of_the_own_content_and_of_other_rivals_content():
    entries = {"content": [PAID], "crises": [CRISIS]}
    Campaign(**entries, competitors=[{"name": name} | entries for name in "BC"])


NO_MEANING = "which knows only talk and background; remove it"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            rivals(content=[{key: value for key, value in PAID.items() if key != "spend"}]),
            "competitors.Rival.content.ad.spend: is missing; paid content needs start, end, spend and cost_per_mille",
        ),
        (
            rivals(content=[OWNED | {"frequency_cap": 3}]),
            "competitors.Rival.content.post.frequency_cap: only for paid content, this is owned; remove it",
        ),
        (
            rivals(content=[PAID | {"start": LATER, "end": DAY}]),
            (
                "competitors.Rival.content.ad.end: must not be before the start, 2026-03-11, got 2026-03-02; "
                "it is the last day, included"
            ),
        ),
        (
            rivals(content=[PAID | {"spend": 1e15}]),
            (
                "competitors.Rival.content.ad.spend: must buy at most 1,000,000,000 impressions, got 1.25e+17; "
                "lower it or raise cost_per_mille"
            ),
        ),
        (
            rivals(content=[OWNED | {"end": datetime.date(2126, 3, 2), "every": "2min"}]) | {"step": "1min"},
            (
                "competitors.Rival.content.post.every: there must be at most 1,000,000 posts in the campaign, "
                "got 26,298,000, 26,298,000 of them here; lower it"
            ),
        ),
        (
            rivals(content=[OWNED | {"end": LATER, "every": "36h"}]),
            (
                "competitors.Rival.content.post.every: must be a whole number of steps of model.step = 1d, "
                "within 10 %; 36h is 1.5; shorten model.step or change it"
            ),
        ),
        (
            rivals(content=[PAID | {"adopt_prob": 0.1}]),
            'competitors.Rival.content.ad.adopt_prob: only where outcome = "habit", this is "purchase"; remove it',
        ),
        (
            rivals(content=[PAID, PAID]),
            "competitors.Rival.content: names must be unique, got 'ad' 2 times; rename one",
        ),
        (
            rivals(crises=[CRISIS, CRISIS]),
            "competitors.Rival.crises: names must be unique, got 'rumour' 2 times; rename one",
        ),
        (
            {"competitors": [{"name": "B"}, {"name": "B"}]},
            "competitors: names must be unique, got 'B' 2 times; rename one",
        ),
        (
            rivals(name="the brand"),
            "competitors.the brand.name: must not be 'the brand', which is the own one in tables; rename it",
        ),
        (
            rivals(customers_fraction=0.7) | {"brand": {"customers_fraction": 0.4}},
            (
                "competitors: customers_fraction must be at most 1 over all brands, got 1.1 "
                "(the brand 0.4, Rival 0.7); lower one"
            ),
        ),
        (
            rivals(content=[SHARED]),
            (
                "competitors.Rival.content.video.channel: must be 'paid' or 'owned', got 'shared', which nobody would "
                "show; starters and creators are the own brand's"
            ),
        ),
        (
            {
                "competitors": [
                    {"name": name, "content": [PAID | {"name": str(i)} for i in range(130)]} for name in ("B", "C")
                ]
            },
            "competitors: must have at most 250 items in all, got 260; remove some",
        ),
        (
            {
                "competitors": [
                    {"name": name, "crises": [CRISIS | {"name": str(i)} for i in range(126)]} for name in ("B", "C")
                ]
            },
            "competitors: must have at most 250 crises in all, got 252; remove some",
        ),
        (
            {"competitors": [{"name": str(i)} for i in range(8)]},
            "competitors: must have at most 7 characters or entries",
        ),
        (
            rivals(content=[PAID]) | {"outcome": "habit"},
            'competitors: only where outcome = "purchase", this is "habit"; remove it',
        ),
        (
            rivals(crises=[CRISIS]) | {"responses": [ANSWER]},
            (
                "responses.0.to: 'rumour' is a claim about Rival; only claims about the own brand are answered; "
                "remove it"
            ),
        ),
        (
            rivals(content=[OWNED]) | {"creators": [{"name": "x", "followers": 1, "item": "post", "dates": [DAY]}]},
            "creators.x.item: there is no content 'post'; there are none",
        ),
        (
            rivals() | {"limits": {"talk": "one_shot"}},
            (
                'competitors: need limits.talk = "listeners" (in complete mixing also "persistent" or "recover"), '
                'this is "one_shot"; change it or remove them'
            ),
        ),
        (
            rivals(content=[PAID]) | {"limits": {"talk": "persistent"}},
            f'competitors.Rival.content: not with limits.talk = "persistent", {NO_MEANING}',
        ),
        (
            rivals(word_of_mouth={"satisfied_tells": 2.0}) | {"limits": {"talk": "recover"}},
            f'competitors.Rival.word_of_mouth.satisfied_tells: not with limits.talk = "recover", {NO_MEANING}',
        ),
        (
            rivals(word_of_mouth={"persuasion_prob": 0.2}) | {"limits": {"persuasion": "one_over_contacts"}},
            (
                "competitors.Rival.word_of_mouth.persuasion_prob: not with limits.persuasion = "
                '"one_over_contacts"; remove it'
            ),
        ),
        (rivals(switch_prob=1.4), "competitors.Rival.switch_prob: must be at most 1, got 1.4"),
        (rivals(crises=[{"name": "x", "start": DAY}]), "competitors.Rival.crises.x.share_prob: is missing"),
        ({"competitors": [{}]}, "competitors.0.name: is missing"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(values, said):
    assert problems(**values) == [said]


def test_fractions_that_are_1_in_all_but_for_rounding_are_allowed():
    Campaign(brand={"customers_fraction": 0.1}, **rivals(customers_fraction=0.9))
    Campaign(brand={"customers_fraction": 0.7}, competitors=[{"name": n, "customers_fraction": 0.1} for n in "BCD"])


def test_what_is_used_is_written_and_can_be_read_again():
    given = Campaign(**rivals(content=[PAID, OWNED], crises=[CRISIS], word_of_mouth={"persuasion_prob": 0.3}))
    (written,) = given.model_dump(mode="json")["competitors"]
    assert [item["engage_prob"] for item in written["content"]] == [0.0089, 0.0335]
    assert "follower_reach" not in written["content"][0]
    assert "cost_per_mille" not in written["content"][1]
    assert Campaign(**given.model_dump(exclude_unset=True)) == given


def test_word_of_mouth_left_out_is_that_of_the_own_brand():
    own = {"satisfied_tells": 4.0, "persuasion_prob": 0.3, "telling_delay": "3d"}
    campaign = Campaign(word_of_mouth=own, **rivals(word_of_mouth={"satisfied_tells": 1.0}))
    talk = campaign.competitors[0].word_of_mouth.filled(campaign.word_of_mouth)
    assert (talk.satisfied_tells, talk.persuasion_prob, talk.telling_delay) == (1.0, 0.3, 3.0)


def test_assumptions_name_the_rival():
    said = assumed(Campaign(**rivals(content=[PAID])), "model")
    assert "model.competitors.Rival.switch_prob = 0.2" in said
    assert "model.competitors.Rival.content.ad.click_prob = 1.0" in said
    assert "model.brand.switch_prob = 0.2" in said
    assert not any("switch_prob" in line for line in assumed(Campaign(), "model"))
