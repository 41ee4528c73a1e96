"""Keys of `[model.limits]`: which belong to which way to talk, and what the others are told."""

import pytest

from wom_sim.errors import ScenarioError
from wom_sim.models.campaign import Campaign

TELLS = [
    ("satisfied_tells", 2.0),
    ("dissatisfied_tells", 2.0),
    ("rejecter_tells", 2.0),
    ("tells_distribution", "fixed"),
]
ONCE = "which tells every contact once, a step later"
ALIKE = "which talks until it stops, to anybody alike"


def problems(**values):
    with pytest.raises(ScenarioError) as caught:
        Campaign(**values)
    return list(caught.value.problems)


def test_contacts_come_one_by_one_and_stop_at_the_first_who_knows():
    limits = Campaign(limits={"talk": "contacts"}).limits
    assert (limits.clock, limits.stifle_prob) == ("gillespie", 1.0)


@pytest.mark.parametrize(("key", "value"), [("clock", "sync"), ("clock", "gillespie"), ("stifle_prob", 0.5)])
@pytest.mark.parametrize("talk", ["listeners", "one_shot", "persistent", "recover"])
def test_keys_of_contacts_are_refused_elsewhere(talk, key, value):
    said = f'limits.{key}: only with talk = "contacts", this is "{talk}"; remove it'
    assert problems(limits={"talk": talk, key: value}) == [said]


def test_the_stopping_chance_is_that_of_another_way_to_talk():
    said = 'limits.stop_prob: only with talk = "recover", this is "contacts"; remove it'
    assert problems(limits={"talk": "contacts", "stop_prob": 0.5}) == [said]


@pytest.mark.parametrize(
    ("talk", "key", "value", "why"),
    [("one_shot", key, value, ONCE) for key, value in [*TELLS, ("telling_delay", "1d")]]
    + [("contacts", key, value, ALIKE) for key, value in [*TELLS, ("strong_tie_fraction", 0.0)]]
    + [("contacts", "strong_tie_power", 2.0, ALIKE)],
)
def test_words_without_a_meaning_are_refused_even_at_their_defaults(talk, key, value, why):
    said = f'word_of_mouth.{key}: not with limits.talk = "{talk}", {why}; remove it'
    assert problems(limits={"talk": talk}, word_of_mouth={key: value}) == [said]


@pytest.mark.parametrize(("talk", "why"), [("one_shot", ONCE), ("contacts", ALIKE)])
def test_delays_of_another_shape_are_refused(talk, why):
    said = f'limits.telling_delay_distribution: not with limits.talk = "{talk}", {why}; remove it'
    assert problems(limits={"talk": talk, "telling_delay_distribution": "power_law"}) == [said]


def test_one_contact_a_step_at_most_with_the_synchronous_clock():
    said = (
        'word_of_mouth.telling_delay: must be at least model.step = 6h with limits.clock = "sync", one contact a step '
        "at most, got 5h; shorten model.step or lengthen it"
    )
    limits = {"talk": "contacts", "clock": "sync"}
    assert problems(step="6h", limits=limits, word_of_mouth={"telling_delay": "5h"}) == [said]
    for clock, delay in (("sync", "6h"), ("sync", "7h"), ("gillespie", "1min")):
        Campaign(step="6h", limits={"talk": "contacts", "clock": clock}, word_of_mouth={"telling_delay": delay})


def test_contacts_go_with_content_claims_company_and_the_weighted_cascade():
    video = {"name": "video", "channel": "shared"}
    limits = {"talk": "contacts", "persuasion": "one_over_contacts", "stifle_prob": 0.0}
    talk = {"satisfied_talk_prob": 0.5, "telling_delay": "1h"}
    Campaign(content=[video], decision={"need": 2}, limits=limits, word_of_mouth=talk)
