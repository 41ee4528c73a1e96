"""`wom explain`: stories that are true, complete in their causes, and made of no one's data."""

import dataclasses
import json
import re
import tomllib
from itertools import pairwise

import numpy as np
import pytest

from campaign_results import RIVALS
from wom_sim.cli.explain import scene_of
from wom_sim.engine.plan import plan_scenario
from wom_sim.engine.story import HARM_PARTS, campaign_of, harm, read_replica
from wom_sim.engine.streams import campaign_keys
from wom_sim.kernels.campaign import brands, codes
from wom_sim.report import story
from wom_sim.report.names import name_of
from wom_sim.report.story import sentence, threads
from wom_sim.report.timeline import between_brands, timeline
from wom_sim.scenario.load import scenario_from

TALK = {
    "satisfied_tells": 4.0,
    "dissatisfied_tells": 7.0,
    "rejecter_talk_prob": 0.5,
    "dissatisfied_fraction": 0.3,
    "persuasion_prob": 0.3,
    "negative_power": 1.5,
}
SCENARIO = {
    "format": 1,
    "name": "Story",
    "network": {"generate": "random", "n_people": 400, "mean_contacts": 8},
    "model": {"kind": "campaign", "word_of_mouth": TALK},
    "seeding": {"strategy": "random", "n_seed_nodes": 10, "start_as": "customer"},
    "run": {"horizon": "40d", "n_replicas": 30, "rng_seed": 4},
}
TOML = """
format = 1
name = "Story"
start = 2026-03-02

[network]
generate = "random"
n_people = 400
mean_contacts = 8

[model]
kind = "campaign"

[[model.content]]
name = "teaser"
channel = "paid"
start = 2026-03-03
end = 2026-03-05
spend = 1
cost_per_mille = 5
engage_prob = 0.5
share_prob = 0.5
contact_reach = 0.5
buy_prob = 0.5

[run]
horizon = "30d"
n_replicas = 5
rng_seed = 4
"""


@pytest.fixture(scope="module")
def process():
    return campaign_of(plan_scenario(scenario_from(SCENARIO)))


def test_a_story_is_that_of_the_replica_in_the_run(process):
    log = read_replica(process, 3)
    scratch = process.new_scratch(np.zeros(1, np.uint8))
    chunk = process.run_chunk(0, 5, scratch, curves=False)

    assert log.complete
    assert all(log.counts[name] == chunk.counts[name][3] for name in ("conversions", "rejecters", "positive_tells"))
    bought = (log.lines["what"] == 20).sum()
    assert bought == log.counts["purchases"]
    assert (log.lines["what"] == 3).sum() == log.counts["positive_tells"]


def test_every_thread_goes_forward_in_time_and_from_cause_to_effect(process):
    log = read_replica(process, 0)
    campaign = process.campaign
    told = threads(log.lines, scene_of(process))
    assert told
    for thread in told:
        for cause, effect in pairwise(thread):
            caused_by = re.search(r"because of (\w+ \(no\. \d+\))", effect)
            assert caused_by is None or caused_by[1] in cause
    assert campaign.outcome == "purchase"


def test_the_parts_of_harm_add_up_to_all_who_are_turned_away(process):
    found = harm(process, 20)

    assert found.turned_away > 5
    assert set(found.parts) == set(HARM_PARTS)
    assert found.without_talk + found.plain + sum(found.parts.values()) == pytest.approx(found.turned_away)
    assert found.parts["count"] > 0
    assert found.parts["relaying"] > 0
    assert len(campaign_keys(process.rng_seed, 0, 20).own) == found.n_replicas


def test_power_adds_nothing_where_a_warning_weighs_as_much():
    weighs_one = {**SCENARIO, "model": {"kind": "campaign", "word_of_mouth": {**TALK, "negative_power": 1.0}}}
    found = harm(campaign_of(plan_scenario(scenario_from(weighs_one))), 10)

    assert found.parts["power"] == 0.0


def test_the_command_tells_a_replica_and_a_person(wom, tmp_path):
    (tmp_path / "s.toml").write_text(TOML, encoding="utf-8")
    whole = wom("explain", "s.toml")
    assert whole.code == 0, whole.err
    assert "On 3 March" in whole.out
    assert "engaged with the ad 'teaser'." in whole.out
    engaged = re.search(r"\(no\. (\d+)\) engaged with the ad", whole.out)
    one = wom("explain", "s.toml", "--person", engaged[1])
    assert f"{name_of(int(engaged[1]))} engaged with the ad 'teaser'." in one.out
    told = json.loads(wom("explain", "s.toml", "--person", engaged[1], "--json").out)
    assert told["story"]
    assert all(name_of(int(engaged[1])) in line for line in told["story"])


def test_what_cannot_be_explained_is_said_in_one_line(wom, tmp_path):
    (tmp_path / "s.toml").write_text(TOML, encoding="utf-8")
    nobody = wom("explain", "s.toml", "--person", "nobody")
    assert (nobody.code, nobody.out) == (2, "")
    assert "nobody" in nobody.err
    cascade = TOML.partition("[model]")[0].replace("start = 2026-03-02\n", "")
    cascade += '[model]\nkind = "weighted_cascade"\n[seeding]\nstrategy = "degree"\nn_seed_nodes = 1\n'
    (tmp_path / "c.toml").write_text(cascade, encoding="utf-8")
    refused = wom("explain", "c.toml")
    assert refused.code == 2
    assert "only a campaign can be explained, got 'weighted_cascade'" in refused.err


def test_names_belong_to_numbers():
    assert name_of(5) == name_of(5)
    assert len({name_of(person) for person in range(500)}) == 500


SIDES = """
[model.dialogue]
complain_prob = 0.8
question_prob = 0.5
answers_per_day = 5
answer_time = "6h"

[[model.crises]]
name = "own rumour"
start = 2026-03-05
starts_with = 3
share_prob = 0.3
customer_loss_prob = 0.3

[[model.responses]]
to = "own rumour"
delay = "1d"
through = ["owned", "press"]
press_reach_per_day = 0.3

[run]"""


@pytest.fixture(scope="module")
def everything_said():
    """What three replicas with rivals, claims, dialogue, churn say: kind of line, item, of a rival -> sentences."""
    text = RIVALS.replace("margin = 4.0", "margin = 4.0\npurchases_per_year = 30.0\nchurn_per_year = 0.9")
    process = campaign_of(plan_scenario(scenario_from(tomllib.loads(text.replace("\n[run]", SIDES)))))
    scene, said = scene_of(process), {}
    for replica in range(3):
        for line in read_replica(process, replica).lines:
            of_rival = int(line["root"]) // 256 == codes.ROOT_RIVAL
            said.setdefault((int(line["what"]), int(line["item"]), of_rival), []).append(sentence(line, scene))
    return said


def test_no_line_is_silent(everything_said):
    told = [text for sentences in everything_said.values() for text in sentences]
    assert all(re.fullmatch(r"On \d+ March \w.*\.", text) for text in told)
    kinds = {what for what, _, _ in everything_said}
    business = ("BOUGHT_AGAIN", "LEFT_FOR_GOOD", "COMPLAINED", "ASKED", "ANSWERED", "BELIEVED", "LEFT", "CORRECTED")
    assert {getattr(codes, f"LOG_{name}") for name in business} <= kinds
    assert {brands.LOG_WON_BY_RIVAL, brands.LOG_REJECTED_RIVAL, brands.LOG_LEFT_RIVAL} <= kinds
    known = {value for value in vars(story).values() if isinstance(value, int)}
    named = {name for module in (codes, brands) for name in vars(module) if name.startswith("LOG_")}
    assert {getattr(codes, name, 0) or getattr(brands, name) for name in named} <= known


def test_what_is_about_a_rival_names_it(everything_said):
    matters = (codes.LOG_ASKED, codes.LOG_ANSWERED)  # which have another number for a root
    for (what, _, of_rival), texts in everything_said.items():
        if of_rival and what not in matters:
            assert all("Loud" in text or "Loved" in text for text in texts)
    why = {
        item: texts[0].partition(", a customer of ")[2]
        for (what, item, _), texts in everything_said.items()
        if what == brands.LOG_LEFT_RIVAL
    }
    assert "left it because of the claim." in why[brands.LEFT_FOR_CLAIM]
    assert re.search(r"left it because of \w+ \(no", why[brands.LEFT_FOR_WORDS])
    assert "left it for the brand." in why[brands.LEFT_FOR_OWN]
    left = everything_said[codes.LOG_LEFT, 0, True]
    assert all(re.search(r"a customer, left for (Loud|Loved)\.$", text) for text in left)
    believed = everything_said[codes.LOG_BELIEVED, 1, False]
    assert all("'rumour' about Loud" in text for text in believed)
    own = everything_said[codes.LOG_LEFT, 0, False]
    assert all(text.endswith("left because of 'own rumour'.") for text in own)


def test_a_thread_stays_with_its_brand():
    process = campaign_of(plan_scenario(scenario_from(tomllib.loads(RIVALS))))
    scene = scene_of(process)
    for replica in range(4):
        for thread in threads(read_replica(process, replica).lines, scene, most=50):
            links = [link for link in thread if not link.startswith("...")]
            assert len({"Loud" in link or "Loved" in link for link in links}) == 1, thread


def test_a_replica_with_rivals_says_who_changed_sides():
    process = campaign_of(plan_scenario(scenario_from(tomllib.loads(RIVALS))))
    log, scene = read_replica(process, 0), scene_of(process)
    groups = process.run_chunk(0, 1, process.new_scratch(np.zeros(1, np.uint8)), curves=False).groups["brand"]
    won, lost, back = groups["buyers"][0, 1:].sum(), groups["lost_to"].sum(), groups["won_from"].sum()
    expected = f"Rivals won {won} people, {lost} of them customers of the brand; {back} customers of rivals were won"
    assert between_brands(log.lines, scene).startswith(expected)
    assert sum("; about rivals: " in text for text in timeline(log.lines, scene)) > 3
    assert between_brands(log.lines, dataclasses.replace(scene, rivals=())) == ""
