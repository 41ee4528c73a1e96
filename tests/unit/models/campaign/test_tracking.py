"""Conditions and changes of rules: what is read, what is refused, what a changed campaign holds."""

import datetime

import numpy as np
import pytest

from wom_sim.durations import Duration
from wom_sim.errors import ScenarioError
from wom_sim.models.campaign import Brand, Campaign, Creator, Dialogue, Item, Rule
from wom_sim.models.campaign.tracking import changed, needs_target, parse_condition

DAY = datetime.date(2026, 3, 2)
CAMPAIGN = {
    "brand": Brand(followers_fraction=0.5),
    "content": [
        Item(name="how it is made", channel="owned", start=DAY, spend=500.0),
        Item(name="video", channel="paid", start=DAY, end=DAY, spend=100.0, cost_per_mille=8.0),
    ],
    "creators": [Creator(name="v. lee", followers=3, item="video", dates=[DAY])],
}


def campaign(*rules, **sections):
    return Campaign(
        **CAMPAIGN, **sections, rules=[{"at": DAY, "when": when, "change": change} for when, change in rules]
    )


def test_a_condition_is_comparisons_joined_by_and():
    first, second = parse_condition("conversions < 0.5 * target and shares / reach >= 1_000.5e-3")
    assert (first.metric, first.below, first.sign, first.number, first.of_target) == ("conversions", "", "<", 0.5, True)
    assert (second.metric, second.below, second.sign, second.number) == ("shares", "reach", ">=", 1.0005)
    assert not second.of_target


@pytest.mark.parametrize("text", ["reach > target", "reach > target * 2", "reach > 2*target"])
def test_a_multiple_of_the_target_may_be_written_both_ways(text):
    (comparison,) = parse_condition(text)
    assert comparison.of_target
    assert comparison.number == (2.0 if "2" in text else 1.0)


@pytest.mark.parametrize(
    ("sign", "expected"), [("<", [1, 0, 0]), ("<=", [1, 1, 0]), (">", [0, 0, 1]), (">=", [0, 1, 1])]
)
def test_each_sign_compares_as_it_says(sign, expected):
    (comparison,) = parse_condition(f"reach {sign} 0.5 * target")
    assert comparison.holds({"reach": np.array([4, 5, 6])}, 10.0).tolist() == [bool(one) for one in expected]


def test_a_ratio_with_nothing_below_never_holds():
    (comparison,) = parse_condition("shares / reach < 0.5")
    counts = {"shares": np.array([0, 1, 9]), "reach": np.array([0, 10, 10])}
    assert comparison.holds(counts, np.nan).tolist() == [False, True, False]


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "reach",
        "reach < ",
        "reach < 1 or reach > 3",
        "reach = 3",
        "reach < reach",
        "reach < 1 and ",
        "(reach < 1)",
        "reach < 0x10",
        "reach < 1; reach",
        "reach < nan",
        "reach / reach / reach < 1",
        "reach << 1",
    ],
)
def test_what_is_no_condition_is_refused_with_the_grammar(text):
    with pytest.raises(ScenarioError, match="must be comparisons such as"):
        parse_condition(text)


def test_an_unknown_count_gets_its_nearest():
    with pytest.raises(ScenarioError, match="there is no count 'conversion'; did you mean 'conversions'"):
        parse_condition("conversion < 3")


def test_only_rules_about_the_target_need_a_goal():
    assert needs_target([Rule(at=DAY, when="reach < 2 * target", change={"a": 1})])
    assert not needs_target([Rule(at=DAY, when="reach < 2", change={"a": 1})])


def test_changes_take_new_values_or_parts_of_the_old():
    before = campaign()
    after = changed(
        before,
        {
            "content.how it is made.spend": "+50%",
            "content.1.engage_prob": "*2",
            "word_of_mouth.telling_delay": "3d",
            "word_of_mouth.persuasion_prob": "-20%",
        },
    )
    assert after.content[0].spend == pytest.approx(750.0)
    assert after.content[1].engage_prob == pytest.approx(2 * 0.0089)  # the channel's default, doubled
    assert after.word_of_mouth.telling_delay == Duration("3d")
    assert after.word_of_mouth.persuasion_prob == pytest.approx(0.1)
    assert after.content[1].spend == before.content[1].spend
    assert after.rules == ()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"contnt.video.spend": 1.0}, "there is no 'contnt' in [model]; did you mean 'content'?"),
        ({"content.vidoe.spend": 1.0}, "there is no entry 'vidoe'; did you mean 'video'?"),
        ({"content.video.start": DAY}, "cannot change within a run; what can: spend, engage_prob"),
        ({"content.video.spnd": 1.0}, "cannot change within a run"),
        ({"brand.customers_fraction": 0.1}, "cannot change within a run; what can: keys of content"),
        ({"word_of_mouth.persuasion_prob": 3.0}, "word_of_mouth.persuasion_prob: must be at most 1"),
        ({"word_of_mouth.persuasion_prob": "+50"}, "word_of_mouth.persuasion_prob: must be a number"),
        ({"dialogue.answer_time": "1h"}, "there is no [model.dialogue]"),
        ({"content.spend": 1.0}, "write content.NAME.key"),
        ({"content.video.share_prob": 1.5}, "content.video.share_prob: must be at most 1"),
        ({"content.video.contact_reach": 0.5}, "cannot change within a run; what can: spend, engage_prob"),
    ],
)
def test_what_cannot_change_is_refused_when_the_file_is_read(change, says):
    with pytest.raises(ScenarioError) as caught:
        campaign(("reach < 1", change))
    (line,) = caught.value.problems
    assert line.startswith("rules.0")
    assert says in line


def test_rules_that_only_together_go_too_far_are_refused():
    twice = {"word_of_mouth.persuasion_prob": "*4"}
    campaign(("reach < 1", twice))
    with pytest.raises(ScenarioError, match=r"rules.1.*persuasion_prob: must be at most 1.*after rules.0"):
        campaign(("reach < 1", twice), ("reach < 2", twice))


def test_every_set_of_rules_that_may_fire_is_tried():
    up, down = {"content.video.engage_prob": "*60"}, {"content.video.engage_prob": 0.01}
    campaign(("reach < 1", up), ("reach < 2", down))
    with pytest.raises(ScenarioError, match=r"rules.2.*engage_prob: must be at most 1.*after rules.0\)"):
        campaign(("reach < 1", up), ("reach < 2", down), ("reach < 3", up))


def test_a_part_of_what_is_no_number_is_refused():
    with pytest.raises(ScenarioError, match="is a part of a number, and this key holds None"):
        campaign(("reach < 1", {"dialogue.answers_per_day": "+50%"}), dialogue=Dialogue())
