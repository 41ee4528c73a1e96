"""What is uncertain: the same draws for every plan; assumptions vary by a factor, as far as their keys allow."""

import datetime
import json

import pytest

from wom_sim import ScenarioError
from wom_sim.experiments.uncertain import assumed_ranges, uncertain_design
from wom_sim.in_use import settings_of
from wom_sim.scenario.load import scenario_from, variant
from wom_sim.scenario.ranges import Span

DAY = datetime.date(2026, 3, 2)
ENGAGE, PERSUADE = "model.content.0.engage_prob", "model.word_of_mouth.persuasion_prob"
VIDEO = {"name": "a. video", "channel": "paid", "start": DAY, "end": DAY, "spend": 2.0, "cost_per_mille": 8.0}
VALUES = {
    "format": 1,
    "name": "launch",
    "start": DAY,
    "network": {"generate": "communities", "n_people": 60},
    "model": {"kind": "campaign", "content": [{**VIDEO, "wear_out": 0.4}]},
    "run": {"horizon": "10d", "rng_seed": 3},
    "uncertain": {ENGAGE: {"low": 0.01, "high": 0.04}, PERSUADE: {"low": 0.06, "high": 0.2, "scale": "log"}},
    "plans": [
        {"name": "as planned"},
        {"name": "better", "set": {ENGAGE: 0.05}},
        {"name": "talk", "set": {"model.content": []}},
    ],
}
NAMES = ("as planned", "better", "talk")


def made(values=VALUES, n_draws=8, number=3):
    plans = [scenario_from(values, plan=name) for name in NAMES]
    return uncertain_design(plans, NAMES, n_draws=n_draws, number=number, file=scenario_from(values))


def assumed(**changes):
    values = {key: value for key, value in VALUES.items() if key not in ("uncertain", "plans")}
    return scenario_from({**values, **changes})


def test_every_plan_is_drawn_the_same():
    design = made()
    assert design.keys == ("plan", "draw", ENGAGE, PERSUADE)
    points = list(design)
    assert len(points) == len(design) == 24
    for case, point in enumerate(points):
        assert (point.base, point.shown[:2]) == (case % 3, (NAMES[case % 3], case // 3))
        assert point.shown[2:] == points[case - case % 3].shown[2:]
    for key in (0, 1):
        assert sorted((design.coordinates[:, key] * 8).astype(int)) == list(range(8))


def test_a_plan_keeps_what_it_decides_and_lacks_what_it_does_not_have():
    design = made()
    assert [tuple(point.changes) for point in list(design)[:3]] == [(ENGAGE, PERSUADE), (PERSUADE,), (PERSUADE,)]
    assert design.notes == (
        f"better: {ENGAGE} is not varied: the plan sets it",
        f"talk: {ENGAGE} is not varied: set model.content.0: there is no entry '0' among 0; names: none has a name",
    )
    assert not design.assumed


def test_without_a_section_every_assumption_in_use_varies_by_a_factor():
    scenario = assumed()
    spans, notes = assumed_ranges(scenario)
    assert spans['model.content."a. video".like_fraction'] == Span(low=0.533333333333, high=1.0, log=True)
    assert spans["model.word_of_mouth.negative_power"] == Span(low=0.666666666667, high=1.5, log=True)
    assert spans["model.word_of_mouth.telling_delay"] == Span(low=0.666666666667, high=1.5, log=True, duration=True)
    assert not any("wear_out" in key for key in spans)  # which is given
    assert not any(key.startswith(("network", "seeding", "run")) for key in spans)
    assert not {"model.step", "model.value.value_horizon"} & spans.keys()
    assert notes == ()
    for key, span in spans.items():
        for coordinate in (0.0, 0.5, 1.0):
            variant(scenario, {key: span.at(coordinate)})
    known = {used.key for used in settings_of(scenario.model, "model") if used.origin == "assumption"}
    assert known > set(spans)


def test_whole_numbers_stay_whole():
    crisis = {"name": "c", "start": DAY, "share_prob": 0.1}
    spans, _ = assumed_ranges(assumed(model={"kind": "campaign", "crises": [crisis]}))
    assert spans["model.crises.c.starts_with"] == Span(low=7.0, high=15.0, log=True, unit=1.0)
    assert spans["model.crises.c.seen_prob"] == Span(low=0.666666666667, high=1.0, log=True)


def test_assumptions_of_plans_are_drawn_together():
    values = {key: value for key, value in VALUES.items() if key != "uncertain"}
    design = made(values)
    assert design.assumed
    likes = 'model.content."a. video".like_fraction'
    column = design.keys.index(likes)
    planned, better, talk = list(design)[:3]
    assert likes in planned.changes
    assert likes not in talk.changes
    assert planned.shown[column] == better.shown[column] == talk.shown[column]


def test_a_default_that_is_another_in_a_plan_varies_around_its_own():
    values = {key: value for key, value in VALUES.items() if key != "uncertain"}
    owned = {"kind": "campaign", "content": [{"name": "a. video", "channel": "owned", "start": DAY}]}
    values["plans"] = [*VALUES["plans"][:2], {"name": "talk", "model": owned}]
    design = made(values)
    seen = 'model.content."a. video".seen_prob'
    assert [plan[seen].low for plan in design.known] == pytest.approx([0.7 / 1.5, 0.7 / 1.5, 1.0 / 1.5])
    planned, _, talk = list(design)[:3]
    column = design.keys.index(seen)
    assert talk.shown[column] == talk.changes[seen] == design.known[2][seen].at(design.coordinates[0, column - 2])
    assert planned.shown[column] != talk.shown[column]


def test_a_design_is_its_document():
    assert made().document() == made().document()
    assert made(number=4).document() != made().document()
    json.dumps(made().document())


def test_nothing_uncertain_is_said():
    values = {
        "format": 1,
        "name": "A cascade",
        "network": {"generate": "random", "n_people": 50, "mean_contacts": 4},
        "model": {"kind": "independent_cascade", "share_prob": 0.1},
        "seeding": {"strategy": "degree", "n_seed_nodes": 2},
    }
    with pytest.raises(ScenarioError, match="uncertain: nothing is, and no default in use is an assumption"):
        uncertain_design([scenario_from(values)], ["A cascade"], n_draws=2, number=0)
