"""What may be changed to reach a goal: keys, all money, three things beside money."""

from datetime import date

import pytest

from plans_and_goals import SMALL, parsed
from wom_sim.errors import ScenarioError
from wom_sim.experiments.levers import in_use_at, less_of, lever_of_key, lever_of_spend, other_levers
from wom_sim.scenario.load import variant


def test_a_key_is_found_given_or_by_default_by_position_or_name():
    small = parsed()
    assert in_use_at(small, "model.content.film.spend") == in_use_at(small, "model.content.0.spend") == 10.0
    assert in_use_at(small, "model.word_of_mouth.persuasion_prob") == 0.125
    assert in_use_at(small, "run.horizon") == "20d"


def test_values_of_a_key_make_valid_scenarios():
    small = parsed()
    for key in ("model.content.film.share_prob", "model.content.film.spend", "seeding.n_seed_nodes", "model.step"):
        lever = lever_of_key(small, key, most=600.0 if key == "seeding.n_seed_nodes" else None)
        for value in (*lever.way.outward, *lever.way.inward):
            variant(small, lever.changes(value))
    share = lever_of_key(small, "model.content.film.share_prob")
    assert max(share.way.outward) == pytest.approx(1.0, rel=1e-5)
    assert share.way.inward[-1] == 0.0
    people = lever_of_key(small, "seeding.n_seed_nodes", most=600.0)
    assert people.way.whole
    assert people.way.outward[-1] == 600.0
    assert people.changes(30.0) == {"seeding.n_seed_nodes": 30}


def test_less_of_a_lever_goes_from_where_things_are_to_nothing():
    lever = less_of(lever_of_key(parsed(), "model.content.film.spend"))
    assert lever.less
    assert (lever.way.start, lever.way.outward[-1], lever.way.inward) == (10.0, 0.0, ())


def test_all_spends_are_scaled_in_proportion():
    paid = parsed(
        model__creators=[
            {"name": "a", "n": 3, "followers": 50, "item": "film", "dates": [date(2026, 3, 4)], "fee_per_post": 2.0}
        ],
        seeding={"strategy": "degree", "n_seed_nodes": 10, "cost_per_person": 1.0},
    )
    lever = lever_of_spend(paid)
    assert lever.changes(2.0) == {
        "model.content.0.spend": 20.0, "model.creators.0.n": 6, "seeding.n_seed_nodes": 20,
    }  # fmt: skip
    assert lever.changes(0.5)["seeding.n_seed_nodes"] == 5
    assert lever.way.start == 1.0


def test_what_else_there_is_depends_on_the_campaign():
    assert [lever.name.partition(":")[0] for lever in other_levers(parsed())] == ["stickiness", "dissatisfaction"]
    answering = parsed(model__dialogue={"answer_time": "6h"}, model__word_of_mouth__dissatisfied_fraction=0.0)
    found = {lever.name.partition(":")[0]: lever for lever in other_levers(answering)}
    assert list(found) == ["stickiness", "answers to customers"]
    assert found["answers to customers"].less
    assert found["answers to customers"].said(0.5) == "3h"
    assert found["stickiness"].changes(5.0) == {"model.content.0.share_prob": 1.0}


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("model.content.film.sped", "--search model.content.film.sped: there is no such key; did you mean"),
        ("model.content.4.spend", "there is no such key"),
        ("model.content.film.channel", "holds 'paid', which is no number and no length of time"),
        ("model.content", "holds a list, which is no number"),
        ("run.n_replicas", "changes what is asked, not what happens"),
        ("goal.uplift", "changes what is asked, not what happens"),
        ("model.content.film.frequency_cap", "has no value; give it one to start from"),
    ],
)
def test_what_cannot_be_searched_is_said(key, said):
    with pytest.raises(ScenarioError, match=said.replace("[", r"\[")):
        lever_of_key(parsed(), key)


def test_where_no_money_buys_more_a_key_is_to_be_named():
    free = SMALL.replace("spend = 10\n", "spend = 0\n")
    with pytest.raises(ScenarioError, match=r"spends nothing that buys more .* name a key"):
        lever_of_spend(parsed(free))
