"""The campaign's specification: defaults by channel, what is written, and every rule between keys with its message."""

import datetime

import pytest

from wom_sim.errors import ScenarioError
from wom_sim.in_use import assumed
from wom_sim.models.campaign import Campaign, Item

DAY = datetime.date(2026, 3, 2)
PAID = {"name": "ad", "channel": "paid", "start": DAY, "end": DAY, "spend": 8.0, "cost_per_mille": 8.0}
OWNED = {"name": "post", "channel": "owned", "start": DAY}
SHARED = {"name": "video", "channel": "shared"}
CRISIS = {"name": "rumour", "start": DAY, "share_prob": 0.1}
ANSWER = {"to": "rumour", "delay": "1d"}
CREATOR = {"name": "vlogger", "followers": 10, "item": "video", "dates": [DAY]}


def problems(**values):
    with pytest.raises(ScenarioError) as caught:
        Campaign(**values)
    return list(caught.value.problems)


def test_an_empty_campaign_is_allowed():
    campaign = Campaign()
    assert (campaign.step, campaign.outcome, campaign.recall_half_life) == (1.0, "purchase", 17.0)
    assert campaign.n_steps(90.0) == 90
    assert Campaign(step="1h").n_steps(60.0) == 1440


@pytest.mark.parametrize(
    ("item", "seen", "engages", "clicks"),
    [(PAID, 0.7, 0.0089, 1.0), (OWNED, 1.0, 0.0335, 0.4), (SHARED, 1.0, 0.0335, 0.4)],
    ids=["paid", "owned", "shared"],
)
def test_defaults_depend_on_the_channel(item, seen, engages, clicks):
    made = Item(**item)
    assert (made.seen(), made.engages(), made.clicks(), made.buys(), made.adopts()) == (
        seen,
        engages,
        clicks,
        0.0258,
        0.0,
    )
    given = Item(**item, seen_prob=0.2, engage_prob=0.3, click_prob=0.0, buy_prob=0.5)
    assert (given.seen(), given.engages(), given.clicks(), given.buys()) == (0.2, 0.3, 0.0, 0.5)


def test_money_buys_impressions():
    assert Item(**PAID | {"spend": 2000.0}).n_impressions == 250_000
    assert Item(**OWNED, spend=500.0).n_impressions == 0


def test_what_is_used_is_written_and_keys_of_other_channels_are_not():
    (paid, owned) = Campaign(content=[PAID, OWNED]).model_dump(mode="json")["content"]
    assert (paid["seen_prob"], paid["engage_prob"], paid["click_prob"], paid["buy_prob"]) == (0.7, 0.0089, 1.0, 0.0258)
    assert "follower_reach" not in paid
    assert "adopt_prob" not in paid
    assert owned["engage_prob"] == 0.0335
    assert "cost_per_mille" not in owned
    (habit,) = Campaign(outcome="habit", content=[PAID]).model_dump(mode="json")["content"]
    assert habit["adopt_prob"] == 0.0
    assert "buy_prob" not in habit
    (answer,) = Campaign(crises=[CRISIS], responses=[ANSWER]).model_dump(mode="json")["responses"]
    assert "seen_prob" not in answer
    assert answer["delay"] == "1d"


def test_a_late_answer_convinces_less():
    (answer,) = Campaign(crises=[CRISIS], responses=[ANSWER | {"delay": "2d"}]).responses
    assert answer.efficacy_then == pytest.approx(0.7 / 4)


def test_a_false_claim_is_passed_on_more_readily():
    assert Campaign(crises=[CRISIS]).crises[0].pass_on_prob == pytest.approx(0.17)
    assert Campaign(crises=[CRISIS | {"share_prob": 0.9}]).crises[0].pass_on_prob == 1.0


def test_assumptions_are_named_by_entry_and_only_where_they_matter():
    said = assumed(Campaign(content=[PAID], crises=[CRISIS], responses=[ANSWER]), "model")
    assert "model.step = 1d" in said
    assert "model.content.ad.click_prob = 1.0" in said
    assert "model.content.ad.seen_prob = 0.7" in said
    assert "model.crises.rumour.purchase_damage = 0.6" in said
    assert "model.responses.0.efficacy_half_life = 1d" in said
    assert "model.word_of_mouth.negative_power = 1.0" in said
    text = "\n".join(said)
    for published in ("persuasion_prob", "engage_prob", "residual_damage", "strong_tie_power", "responses.0.seen_prob"):
        assert published not in text
    assert "model.responses.0.lasts" not in text

    habit = "\n".join(assumed(Campaign(outcome="habit", content=[PAID]), "model"))
    assert "word_of_mouth" not in habit
    assert "click_prob" not in habit
    assert "wear_out" in habit


def test_problems_of_nested_tables_name_the_entry():
    assert problems(content=[PAID, OWNED | {"engage_prob": 1.4}]) == [
        "content.post.engage_prob: must be at most 1, got 1.4"
    ]
    assert problems(content=[{"channel": "ownd", "name": "x"}]) == [
        "content.x.channel: must be one of 'paid', 'owned' or 'shared', got 'ownd'; did you mean 'owned'?"
    ]
    assert problems(content=[SHARED | {"share_probb": 0.1}]) == [
        "unknown key 'share_probb' in [content.video]; did you mean 'share_prob'?"
    ]
    assert problems(responses=[{}]) == ["responses.0.to: is missing"]
    assert problems(content=3) == ["content: must be a list, got 3"]
    assert problems(brand=3) == ["brand: must be a table, got 3"]
    assert problems(content=[SHARED | {"name": "a\nb"}]) == ["content.0.name: must be printable text, got 'a\\nb'"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"content": [SHARED, SHARED]}, "content: names must be unique, got 'video' 2 times; rename one"),
        ({"crises": [CRISIS, CRISIS]}, "crises: names must be unique, got 'rumour' 2 times; rename one"),
        (
            {"content": [SHARED], "creators": [CREATOR, CREATOR]},
            "creators: names must be unique, got 'vlogger' 2 times; rename one",
        ),
        ({"content": [SHARED] * 251}, "content: must have at most 250 characters or entries"),
        (
            {"content": [SHARED], "creators": [CREATOR | {"item": "vidoe"}]},
            "creators.vlogger.item: there is no content 'vidoe'; did you mean 'video'?",
        ),
        (
            {"content": [SHARED], "creators": [CREATOR | {"dates": []}]},
            "creators.vlogger.dates: must not be empty, got an empty list",
        ),
        (
            {"crises": [CRISIS], "responses": [ANSWER | {"to": "rumor"}]},
            "responses.0.to: there is no crisis 'rumor'; did you mean 'rumour'?",
        ),
        ({"responses": [ANSWER]}, "responses.0.to: there is no crisis 'rumour'; there are none"),
        (
            {"content": [{k: v for k, v in PAID.items() if k != "cost_per_mille"}]},
            "content.ad.cost_per_mille: is missing; paid content needs start, end, spend and cost_per_mille",
        ),
        (
            {"content": [{k: v for k, v in PAID.items() if k != "spend"}]},
            "content.ad.spend: is missing; paid content needs start, end, spend and cost_per_mille",
        ),
        ({"content": [OWNED | {"start": None}]}, "content.post.start: is missing; owned content needs start"),
        (
            {"content": [OWNED | {"every": "7d"}]},
            "content.post.end: is missing; content posted again and again (every) needs a last day",
        ),
        (
            {"content": [OWNED | {"end": DAY}]},
            "content.post.end: only for posts that are repeated; write every = ..., or remove it",
        ),
        (
            {"content": [PAID | {"every": "7d"}]},
            "content.ad.every: only for owned content, this is paid; remove it",
        ),
        (
            {"content": [OWNED | {"cost_per_mille": 8.0}]},
            "content.post.cost_per_mille: only for paid content, this is owned; remove it",
        ),
        (
            {"content": [SHARED | {"start": DAY}]},
            "content.video.start: only for paid and owned content, this is shared; remove it",
        ),
        (
            {"content": [OWNED | {"frequency_cap": 3}]},
            "content.post.frequency_cap: only for paid content, this is owned; remove it",
        ),
        ({"content": [PAID | {"frequency_cap": 256}]}, "content.ad.frequency_cap: must be at most 255, got 256"),
        ({"content": [PAID | {"frequency_cap": 0}]}, "content.ad.frequency_cap: must be at least 1, got 0"),
        (
            {"content": [PAID | {"end": datetime.date(2026, 3, 1)}]},
            "content.ad.end: must not be before the start, 2026-03-02, got 2026-03-01; it is the last day, included",
        ),
        (
            {"content": [PAID | {"spend": 1e9}]},
            (
                "content.ad.spend: must buy at most 1,000,000,000 impressions, got 125,000,000,000; "
                "lower it or raise cost_per_mille"
            ),
        ),
        (
            {"content": [PAID | {"adopt_prob": 0.1}]},
            'content.ad.adopt_prob: only where outcome = "habit", this is "purchase"; remove it',
        ),
        (
            {"outcome": "habit", "content": [PAID | {"buy_prob": 0.1}]},
            'content.ad.buy_prob: only where outcome = "purchase", this is "habit"; remove it',
        ),
        (
            {"outcome": "habit", "word_of_mouth": {}},
            'word_of_mouth: only where outcome = "purchase", this is "habit"; remove it',
        ),
        (
            {"outcome": "habit", "trust": {"friend_buys": 2.0}},
            'trust.friend_buys: only where outcome = "purchase", this is "habit"; remove it',
        ),
        (
            {"decision": {"need": 2, "relapse_per_month": 0.1}},
            'decision.relapse_per_month: only where outcome = "habit", this is "purchase"; remove it',
        ),
        ({"decision": {}}, 'decision.need: is missing; rule = "count" needs it'),
        ({"decision": {"rule": "fraction"}}, 'decision.fraction: is missing; rule = "fraction" needs it'),
        (
            {"decision": {"rule": "weight", "need": 2}},
            'decision.need: only with rule = "count", this is "weight"; remove it',
        ),
        (
            {"decision": {"need": 2, "weight": "w"}},
            'decision.weight: only with rule = "weight", this is "count"; remove it',
        ),
        (
            {"crises": [CRISIS], "responses": [ANSWER | {"through": ["paid"], "spend": 8.0}]},
            "responses.0.cost_per_mille: is missing; an answer through paid needs spend and cost_per_mille",
        ),
        (
            {"crises": [CRISIS], "responses": [ANSWER | {"through": ["press"]}]},
            "responses.0.press_reach_per_day: is missing; an answer through press needs press_reach_per_day",
        ),
        (
            {"crises": [CRISIS], "responses": [ANSWER | {"spend": 8.0}]},
            "responses.0.spend: only for an answer through paid, this is owned; remove it",
        ),
        (
            {"crises": [CRISIS], "responses": [ANSWER | {"lasts": "2d"}]},
            "responses.0.lasts: only for an answer through paid and press, this is owned; remove it",
        ),
        (
            {"crises": [CRISIS], "responses": [ANSWER | {"through": ["owned", "owned"]}]},
            "responses.0.through: must name each way once, got owned, owned",
        ),
        (
            {"crises": [CRISIS], "responses": [ANSWER | {"delay": "21h"}]},
            (
                "responses.0.delay: must be a whole number of steps of model.step = 1d, within 10 %; 21h is 0.875; "
                "shorten model.step or change it"
            ),
        ),
        (
            {"content": [OWNED | {"end": DAY, "every": "36h"}]},
            (
                "content.post.every: must be a whole number of steps of model.step = 1d, within 10 %; 36h is 1.5; "
                "shorten model.step or change it"
            ),
        ),
        (
            {"limits": {"stop_prob": 0.2}},
            'limits.stop_prob: only with talk = "recover", this is "listeners"; remove it',
        ),
        (
            {"limits": {"talk": "recover"}, "crises": [CRISIS]},
            'crises: not with limits.talk = "recover", which knows only talk and background; remove it',
        ),
        (
            {"limits": {"talk": "persistent"}, "word_of_mouth": {"satisfied_tells": 2.0}},
            (
                'word_of_mouth.satisfied_tells: not with limits.talk = "persistent", which knows only talk and '
                "background; remove it"
            ),
        ),
    ],
)
def test_keys_that_do_not_go_together_are_said_in_one_line(values, said):
    assert problems(**values) == [said]


def test_all_problems_are_said_at_once():
    assert len(problems(content=[PAID | {"every": "1d"}, SHARED, SHARED], decision={}, responses=[ANSWER])) == 4


@pytest.mark.parametrize("length", ["23h", "25h", "1d", "10d", "250h"])
def test_times_near_a_step_are_allowed(length):
    Campaign(content=[OWNED | {"end": DAY, "every": length}])


def test_half_lives_and_means_may_be_shorter_than_a_step():
    Campaign(content=[SHARED | {"half_life": "20min"}], word_of_mouth={"telling_delay": "1h"}, buy_delay="90min")


def test_the_column_of_a_decision_is_read():
    assert Campaign(decision={"rule": "weight", "weight": "trust"}).tie_columns() == {"trust": (0.0, 1.0)}
    assert Campaign().tie_columns() == {}
