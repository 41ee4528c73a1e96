"""Scenarios of campaigns: the contract's files load; dates, horizon, segments, starters and network fit together."""

import copy
import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from wom_sim import ScenarioError
from wom_sim.engine.plan import plan_scenario
from wom_sim.models.campaign import Campaign
from wom_sim.scenario.json_schema import json_schema
from wom_sim.scenario.load import scenario_from

CONTRACT = Path(__file__).parents[2] / "contract"
FILES = ("one_vs_seven", "crisis", "behaviour_change", "launch")


def contract(name):
    """A file of the contract, as it stands."""
    return tomllib.loads((CONTRACT / f"{name}.toml").read_text(encoding="utf-8"))


def problems(name, changes=None, **sections):
    with pytest.raises(ScenarioError) as caught:
        scenario_from(contract(name) | sections, set=changes or {})
    return [problem.removeprefix("scenario: ") for problem in caught.value.problems]


def loaded(name, changes=None, **sections):
    return scenario_from(contract(name) | sections, set=changes or {})


@pytest.mark.parametrize("name", FILES)
def test_the_files_of_the_contract_load(name):
    scenario = loaded(name)
    assert isinstance(scenario.model, Campaign)
    assert scenario.run.horizon > 0
    json.dumps(scenario.resolved())


def test_what_the_files_say_is_kept():
    scenario = loaded("launch")
    assert [item.name for item in scenario.model.content] == ["teaser video", "how it is made"]
    assert scenario.model.content[0].n_impressions == 250_000
    assert scenario.starting.item == "teaser video"
    assert (scenario.segments[0].engage_factor, scenario.segments[1].buy_factor) == (1.5, 1.0)
    assert [note.partition(":")[0] for note in scenario.notes()] == [
        "model.competitors.Rival.content.rival ads",  # whose last day is the first after the run
        "uncertain",
        "plans",
    ]
    assert scenario.model.value.churn_dissatisfied == 0.99  # three times 0.35 are more than everybody
    assert scenario.model.rules[0].comparisons[0].of_target
    assert [rival.name for rival in scenario.model.competitors] == ["Rival"]
    crisis = loaded("crisis")
    assert crisis.model.responses[0].efficacy_half_life == 3.0
    assert crisis.sweep.keys == ("model.responses.0.delay",)
    assert crisis.sweep.axes[0].parts[0].values == ("1h", "6h", "21h", "48h", "7d")


@pytest.mark.parametrize("name", FILES)
def test_the_json_schema_accepts_the_files(name):
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    plain = json.loads(json.dumps(contract(name), default=str))
    jsonschema.validate(plain, schema)
    plain["model"]["content"] = [{"name": "x", "channel": "ownd"}]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(plain, schema)


def test_the_json_schema_knows_who_needs_what():
    schema, plain = json_schema(), json.loads(json.dumps(contract("one_vs_seven"), default=str))
    jsonschema.validate({key: value for key, value in plain.items() if key != "seeding"}, schema)
    for wrong in (plain | {"run": {}}, plain | {"model": {"kind": "weighted_cascade"}, "seeding": None}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)


def test_a_campaign_needs_no_seeding():
    scenario = loaded("crisis")
    assert scenario.seeding.n_seed_nodes == 0
    assert scenario.starting.role("purchase") == "customer"


def test_starting_stands_with_the_strategy_in_what_is_resolved():
    assert loaded("one_vs_seven").resolved()["seeding"] == {
        "strategy": "random",
        "n_seed_nodes": 1000,
        "start_as": "satisfied",
        "item": None,
        "participation_prob": 1.0,
        "paid_credibility": 1.0,
    }
    values = contract("behaviour_change") | {"seeding": {"strategy": "random", "n_seed_nodes": 5}}
    assert scenario_from(values).resolved()["seeding"]["start_as"] == "adopter"


def test_cascades_resolve_as_before():
    resolved = scenario_from(CASCADE).resolved()
    assert set(resolved) == {"format", "name", "network", "segments", "model", "seeding", "run"}
    assert set(resolved["run"]) == {"n_replicas", "rng_seed", "max_steps"}
    assert set(resolved["seeding"]) == {"strategy", "n_seed_nodes"}


CASCADE = {
    "format": 1,
    "name": "A cascade",
    "network": {"generate": "random", "n_people": 50, "mean_contacts": 4},
    "model": {"kind": "weighted_cascade"},
    "seeding": {"strategy": "degree", "n_seed_nodes": 2},
}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"run.horizon": "90d"},
            "run.horizon: steps of weighted_cascade have no length; it takes max_steps, a number of steps",
        ),
        ({"seeding.start_as": "aware"}, 'seeding.start_as: only with [model] kind = "campaign"; remove it'),
        (
            {"segments": [{"name": "a", "fraction": 1.0, "buy_factor": 2.0}]},
            'segments.a.buy_factor: only with [model] kind = "campaign"; remove it',
        ),
    ],
)
def test_cascades_do_not_take_a_campaigns_keys(changes, said):
    with pytest.raises(ScenarioError) as caught:
        scenario_from(CASCADE, set=changes)
    assert caught.value.problems == (f"scenario: {said}",)


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        (
            "crisis",
            {"run": {}},
            'run.horizon: is missing; say how long the campaign is followed, such as horizon = "90d"',
        ),
        (
            "crisis",
            {"run.max_steps": 5},
            "run.max_steps: not with a campaign, which takes horizon, a length of time; remove it",
        ),
        ("crisis", {"run.horizon": 60}, 'run.horizon: must be a duration such as "6h", "1d" or "2w", got 60'),
        (
            "one_vs_seven",
            {"run.horizon": "36h"},
            "run.horizon: must be a whole number of steps of model.step = 1d; 36h is 1.5",
        ),
        (
            "one_vs_seven",
            {"model.step": "30s"},
            "run.horizon: must be at most 100,000 steps, got 345,600; lengthen model.step",
        ),
        ("crisis", {"start": "2026-06-01"}, "start: write 2026-06-01 without quotes, got '2026-06-01'"),
        (
            "crisis",
            {"run.horizon": "5d"},
            (
                "model.crises.makes you ill.start: must be before the run's end, 5d after 2026-06-01, got 2026-06-08; "
                "lengthen run.horizon or remove it"
            ),
        ),
        (
            "crisis",
            {"model.step": "5d", "model.responses": []},
            (
                "model.crises.makes you ill.start: must be a whole number of steps of model.step = 5d, within 10 %; "
                "2026-06-08, 7d after the start, is 1.4; shorten model.step or change it"
            ),
        ),
        (
            "launch",
            {"model.content.0.segments": ["studens"]},
            "model.content.teaser video.segments: there is no segment 'studens'; did you mean 'students'?",
        ),
        (
            "launch",
            {"model.content.0.appeal": {"pensioners": 2.0}},
            "model.content.teaser video.appeal: there is no segment 'pensioners'; known: students, families",
        ),
        (
            "launch",
            {"model.creators.lifestyle accounts.segments": ["x"]},
            "model.creators.lifestyle accounts.segments: there is no segment 'x'; known: students, families",
        ),
        (
            "launch",
            {"seeding.item": "teaser vidoe"},
            "seeding.item: there is no content 'teaser vidoe'; did you mean 'teaser video'?",
        ),
        (
            "launch",
            {"seeding.start_as": "aware"},
            "seeding.item: only with start_as = \"sharer\", this is 'aware'; remove it",
        ),
        ("launch", {"seeding.start_ass": "x"}, "unknown key 'start_ass' in [seeding]; did you mean 'start_as'?"),
        ("launch", {"seeding.participation_prob": 2}, "seeding.participation_prob: must be at most 1, got 2"),
        (
            "behaviour_change",
            {"seeding": {"strategy": "random", "n_seed_nodes": 1, "start_as": "sharer"}},
            "seeding.item: is missing; say which content the sharers share",
        ),
        (
            "one_vs_seven",
            {"seeding.start_as": "adopter"},
            (
                "seeding.start_as: must be one of satisfied, dissatisfied, customer, sharer, aware where "
                "model.outcome = \"purchase\", got 'adopter'"
            ),
        ),
        (
            "behaviour_change",
            {"seeding": {"strategy": "random", "n_seed_nodes": 1, "start_as": "customer"}},
            "seeding.start_as: must be one of adopter, sharer, aware where model.outcome = \"habit\", got 'customer'",
        ),
        (
            "behaviour_change",
            {"segments": [{"name": "a", "fraction": 1.0, "buy_factor": 2.0}]},
            'segments.a.buy_factor: only where model.outcome = "purchase", this is "habit"; remove it',
        ),
        (
            "one_vs_seven",
            {"model.word_of_mouth.strong_tie_fraction": 0.3},
            (
                'model.word_of_mouth.strong_tie_fraction: needs contacts, and generate = "everyone" has none; '
                "remove it or generate another network"
            ),
        ),
        (
            "one_vs_seven",
            {"model.decision": {"need": 2}},
            'model.decision: needs contacts, and generate = "everyone" has none; remove it or generate another network',
        ),
        ("one_vs_seven", {"model.rule": []}, "unknown key 'rule' in [model]; did you mean 'rules'?"),
        (
            "one_vs_seven",
            {"aim": {}},
            (
                "unknown key 'aim'; known: format, name, start, network, segments, model, seeding, run, output, goal, "
                "sweep, uncertain, plans"
            ),
        ),
    ],
)
def test_a_wrong_value_is_said_in_one_line(name, changes, said):
    assert problems(name, changes) == [said]


def test_a_date_needs_a_start():
    values = contract("crisis")
    del values["start"]
    with pytest.raises(ScenarioError) as caught:
        scenario_from(values)
    assert caught.value.problems == (
        (
            "scenario: start: is missing; model.crises.makes you ill.start is a date, so say on which day the "
            "run begins, such as start = 2026-06-08"
        ),
    )


def test_a_date_before_the_start():
    values = contract("launch")
    values["start"] = values["model"]["content"][1]["start"]
    with pytest.raises(ScenarioError) as caught:
        scenario_from(values)
    assert caught.value.problems == (
        (
            "scenario: model.content.teaser video.start: must not be before the run's start, 2026-03-09, "
            "got 2026-03-02; move one of them"
        ),
        (
            "scenario: model.competitors.Rival.content.rival ads.start: must not be before the run's start, "
            "2026-03-09, got 2026-03-02; move one of them"
        ),
        (
            "scenario: model.creators.lifestyle accounts.dates: must not be before the run's start, 2026-03-09, "
            "got 2026-03-05; move one of them"
        ),
    )


def test_complete_mixing_has_no_contacts_to_share_with():
    said = problems("launch", {"network": {"generate": "everyone", "n_people": 100}})
    assert [line.partition(": ")[0] for line in said] == [
        "model.content.teaser video.share_prob",
        "model.content.how it is made.share_prob",
        "model.word_of_mouth.strong_tie_fraction",
        "seeding.start_as",
    ]
    (line,) = problems("crisis", {"network": {"generate": "everyone", "n_people": 100}, "sweep": {}})
    assert line.startswith("model.crises.makes you ill: needs contacts")


def test_talk_to_all_takes_no_factors_of_segments():
    (line,) = problems(
        "one_vs_seven",
        {
            "model.word_of_mouth": {},
            "model.limits.talk": "recover",
            "segments": [{"name": "a", "fraction": 1.0, "buy_factor": 2.0}],
        },
    )
    assert line == (
        'segments.a.buy_factor: not with model.limits.talk = "recover", which knows only talk and background; remove it'
    )


def test_entries_of_lists_are_changed_by_position_by_name_and_as_a_whole():
    changes = {"model.content.teaser video.spend": 4, "model.content.1.spend": 5, "model.creators": []}
    scenario = loaded("launch", changes)
    assert [item.spend for item in scenario.model.content] == [4.0, 5.0]
    assert scenario.model.creators == ()
    assert loaded("crisis", {"model.responses.0.delay": "48h"}).model.responses[0].delay == 2.0


@pytest.mark.parametrize(
    ("sweep", "said"),
    [
        (
            {"model.responses.0.delay": ["1h", 3]},
            [
                (
                    "sweep.model.responses.0.delay, value 3: model.responses.0.delay: must be a duration such as "
                    '"6h", "1d" or "2w", got 3'
                )
            ],
        ),
        (
            {"model.brand.followers": [1]},
            [
                (
                    "sweep.model.brand.followers, value 1: unknown key 'followers' in [model.brand]; did you mean "
                    "'followers_fraction'?"
                )
            ],
        ),
        (
            {"model.responses.7.delay": ["1h"]},
            [
                (
                    "sweep.model.responses.7.delay, value '1h': set model.responses.7: there is no entry '7' among 1; "
                    "names: none has a name"
                )
            ],
        ),
        ({"run.rng_seed": 5}, ["sweep.run.rng_seed: must be a list of values, got 5"]),
        ({"run.rng_seed": []}, ["sweep.run.rng_seed: must be a list of values, got an empty list"]),
        (
            {"run": {"n_replicas": [5]}},
            ['sweep.run: must be a list of values; write the whole key in quotes, "run. ..."'],
        ),
        ({"run.rng_seed": list(range(1001))}, ["sweep: must hold at most 1,000 values, got 1,001"]),
        (3, ["sweep: must be a table, write [sweep], got 3"]),
    ],
)
def test_each_value_of_a_sweep_must_make_a_valid_scenario(sweep, said):
    assert problems("crisis", sweep=sweep) == said


def test_a_sweep_is_not_part_of_a_single_run():
    scenario = loaded("crisis")
    assert "sweep" not in scenario.resolved()
    assert scenario.notes() == [
        "sweep: not used by a single run, which takes model.responses.0.delay as the sections say"
    ]
    assert scenario.model == loaded("crisis", {"sweep": {}}).model
    assert scenario_from(CASCADE, set={"sweep": {"seeding.n_seed_nodes": [1, 2]}}).sweep


def test_what_has_less_effect_than_it_seems_is_noted():
    late = loaded("crisis", {"model.responses.0.delay": "70d", "sweep": {}, "model.brand.followers_fraction": 0.0})
    assert late.notes() == [
        "model.responses.0: the answer comes 70d after the claim, after the run's end",
        "model.responses.0: owned, but nobody follows the brand; see model.brand.followers_fraction",
    ]
    short = loaded("behaviour_change", {"run.horizon": "15d"})
    assert short.notes() == [
        "model.content.city campaign: the run ends during the flight, after 50% of its impressions"
    ]
    values = copy.deepcopy(contract("one_vs_seven"))
    values["model"]["content"] = [{"name": "video", "channel": "shared"}]
    assert scenario_from(values).notes() == ["model.content.video: shared, but neither starters nor creators show it"]


def test_assumptions_of_nested_tables_are_listed():
    said = loaded("launch").assumptions()
    assert "model.content.how it is made.wear_out = 0.5" in said
    assert "model.word_of_mouth.tells_distribution = poisson" in said
    assert not any("persuasion_prob" in line or "trust" in line for line in said)


def test_further_curves_are_kept_and_unknown_ones_refused():
    values = {
        "format": 1,
        "name": "curves",
        "network": {"generate": "everyone", "n_people": 50},
        "model": {"kind": "campaign"},
        "run": {"horizon": "4d", "n_replicas": 2, "rng_seed": 1},
        "output": {"curves": ["heard", "reached"]},
    }
    process = plan_scenario(scenario_from(values)).process
    assert process.curve_names.count("reached") == 1
    assert process.curve_names[-1] == "heard"
    with pytest.raises(ScenarioError, match=r"output.curves: there is no count 'herd'; did you mean 'heard'\?"):
        scenario_from({**values, "output": {"curves": ["herd"]}})
    cascade = {"kind": "weighted_cascade"}
    seeding = {"strategy": "degree", "n_seed_nodes": 1}
    with pytest.raises(ScenarioError, match=r"output\.curves: only of a campaign"):
        scenario_from({**values, "model": cascade, "seeding": seeding, "run": {}})
