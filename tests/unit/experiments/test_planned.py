"""Draws have replicas of their own, with the luck of the case as given, and rules in them the target as planned."""

import datetime

import numpy as np

from plans_and_goals import parsed
from studies import here
from wom_sim.experiments.conduct import conduct
from wom_sim.experiments.planned import ApartDesign, planned
from wom_sim.experiments.points import ListedDesign, Point
from wom_sim.experiments.study import Study

RULE = {"at": datetime.date(2026, 3, 7), "when": "conversions < target", "change": {"content.film.spend": "+50%"}}


def listed(n):
    return ListedDesign(("case",), [Point(0, {}, (i,)) for i in range(n)])


def test_groups_of_cases_share_replicas_and_start_again_after_the_last_whole_share():
    apart = ApartDesign(listed(10), 2, 3, 10)
    assert [apart[case].first for case in range(10)] == [0, 0, 3, 3, 6, 6, 0, 0, 3, 3]
    assert apart.document() != ApartDesign(listed(10), 2, 2, 10).document()


def test_a_case_that_begins_later_has_the_replicas_of_that_number(tmp_path):
    scenario = parsed(run__n_replicas=9)
    names = ("conversions", "reach")
    whole = conduct(Study((scenario,), listed(1), 9, names), tmp_path / "whole", here())
    apart = conduct(Study((scenario,), ApartDesign(listed(3), 1, 3, 9), 3, names), tmp_path / "apart", here())
    for name in names:
        every = [apart.columns(case)[name] for case in range(3)]
        np.testing.assert_array_equal(np.concatenate(every), whole.columns(0)[name])


def test_rules_that_look_at_a_target_hold_figures_against_the_one_planned():
    ruled = parsed(model__rules=[RULE])
    columns = {"conversions_no_campaign": np.array([10.0, 14.0])}
    point = planned(listed(2), [ruled], [columns])[1]
    assert point.changes == {"goal.against": 12.0}
    assert planned(listed(2), [parsed()], [columns]) == listed(2)
    numbered = parsed(model__rules=[RULE], goal__against=5.0)
    assert planned(listed(2), [numbered], [columns])[1].changes == {}
