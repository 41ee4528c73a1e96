"""Scenarios that go on from a saved state: flights, posts, rules, goals, prolonging, branches of branches."""

import numpy as np
import pytest

import wom_sim as wom
from branching_scenarios import ANSWER, CREATOR, FILM, POST, day, rule, scenario
from kernel_runner import compiled_only
from model_examples import EXAMPLES
from wom_sim.engine.branching import ahead_of
from wom_sim.engine.plan import plan_ahead
from wom_sim.errors import ScenarioError
from wom_sim.metrics.table import replica_table
from wom_sim.models.campaign.differences import changes_of
from wom_sim.results.state import read_state
from wom_sim.scenario.load import scenario_from

pytestmark = compiled_only

LASTING = [
    model
    for model in EXAMPLES
    if 0.0 < (model.step_length() or 9.0) <= 4.0
    and not model.tie_columns()
    and not model.people_columns()
    and not model.on_contacts
]


@pytest.fixture
def branch(tmp_path):
    """Runs a past until a day and gives a function that runs futures of it."""

    def of_past(past, until, **more):
        wom.run(past, until=f"{until}d", **more).save_state(tmp_path / "past.json")
        return lambda future, **more: wom.run(future, from_state=tmp_path / "past.json", **more)

    return of_past


def assert_same(one, other, *, leave_out=()):
    table, others = replica_table(one), replica_table(other)
    assert list(table) == list(others)
    for name in table:
        if not name.startswith(leave_out or "-"):
            np.testing.assert_array_equal(table[name], others[name], err_msg=name)
    for name in one.curve_names:
        np.testing.assert_array_equal(one.newly_of(name), other.newly_of(name), err_msg=name)
    for kind, counts in one.groups.items():
        for name in counts:
            np.testing.assert_array_equal(counts[name], other.groups[kind][name], err_msg=f"{kind} {name}")


def test_an_unchanged_future_is_the_uninterrupted_run_of_the_same_name(branch):
    plain, same = wom.run(scenario()), branch(scenario(), 6)(scenario())
    assert plain.case_id == same.case_id
    assert plain.warnings == same.warnings
    assert_same(plain, same)


def test_more_replicas_than_were_saved_go_on_too(branch):
    assert_same(wom.run(scenario(n_replicas=30)), branch(scenario(n_replicas=4), 6)(scenario(n_replicas=30)))


def test_a_run_until_a_date_is_one_with_that_horizon():
    (until, short) = wom.run(scenario(), until="2026-03-12"), wom.run(scenario(horizon="10d"))
    assert until.case_id == short.case_id
    assert_same(until, short)


def test_an_answer_that_was_to_come_may_come_later_or_never(branch):
    go_on = branch(scenario(), 6)
    late = {**ANSWER, "delay": "8d"}
    assert_same(wom.run(scenario(responses=[late])), go_on(scenario(responses=[late])))
    assert_same(wom.run(scenario(responses=[])), go_on(scenario(responses=[])))
    two = [ANSWER, {**ANSWER, "delay": "5d", "through": ["press"], "press_reach_per_day": 0.2, "cost": 9.0}]
    two[1].pop("follower_reach")
    assert_same(wom.run(scenario(responses=two)), go_on(scenario(responses=two)))


def test_a_branch_has_an_id_of_its_own_that_knows_its_past(branch, tmp_path):
    late = scenario(responses=[{**ANSWER, "delay": "8d"}])
    ids = {wom.run(late).case_id}
    for until in (5, 6):
        ids.add(branch(scenario(), until)(late).case_id)
    ids.add(branch(scenario(recall_half_life="3d"), 6)(late).case_id)
    assert len(ids) == 4


def test_rules_that_fired_stay_fired_and_those_to_come_are_judged(branch):
    goal = {"metric": "conversions", "uplift": 0.5, "within": "18d"}
    rules = [
        rule(4, "conversions < target", word_of_mouth__persuasion_prob=0.9, content__film__spend="+50%"),
        rule(6, "conversions > target", trust__friend_engages=3.0),
        rule(9, "shares >= 0", dialogue__answered_fraction=1.0),
    ]
    plain = wom.run(scenario(*rules, goal=goal))
    fired = plain.groups["rule"]["fired"]
    assert 0 < fired[:, 0].sum() < 12
    # A key that is looked at when the run is over makes it another campaign, with the same replicas but for this.
    other = branch(scenario(*rules, goal=goal), 6)(scenario(*rules, goal=goal, recall_half_life="3d"))
    assert other.case_id != plain.case_id
    assert any("recall_half_life: is reckoned with at the end" in line for line in other.warnings)
    assert_same(plain, other, leave_out=("recall", "spent_more"))


@pytest.mark.parametrize(("aim", "fires"), [(4000.0, 1), (0.001, 0)])
def test_each_part_is_judged_by_its_own_goal(branch, aim, fires):
    by_then = wom.run(scenario(), until="4d").counts["conversions"]
    goal = {"metric": "conversions", "uplift": 0.0, "within": "20d", "against": float(np.median(by_then) * 20 / 4)}
    rules = [
        rule(4, "conversions < target", trust__friend_engages=3.0),
        rule(9, "conversions < target", trust__friend_buys=3.0),
    ]
    plain = wom.run(scenario(*rules, goal=goal)).groups["rule"]["fired"]
    other = branch(scenario(*rules, goal=goal), 6)(scenario(*rules, goal={**goal, "against": aim}))
    np.testing.assert_array_equal(other.groups["rule"]["fired"][:, 0], plain[:, 0])
    assert 0 < plain[:, 0].sum() < len(plain)
    np.testing.assert_array_equal(other.groups["rule"]["fired"][:, 1], fires)


def test_what_the_future_says_of_a_key_holds_whatever_a_rule_said_before(branch):
    early = rule(2, "reach >= 0", content__film__spend="+50%", trust__friend_buys=2.0)
    later = rule(6, "reach >= 0", content__film__spend=4.0)
    ruled = wom.run(scenario(early, later))
    other = branch(scenario(early), 6)(scenario(early, content=[{**FILM, "spend": 4.0}, POST]))
    for name in ("impressions", "conversions", "rejecters", "believers"):
        np.testing.assert_array_equal(ruled.counts[name], other.counts[name])
    np.testing.assert_array_equal(replica_table(ruled)["spend"], replica_table(other)["spend"])


@pytest.mark.parametrize(("spend", "end", "shown"), [(4.0, 14, 500), (2.0, 4, 125), (0.5, 9, 125), (4.0, 9, 500)])
def test_an_ad_under_way_may_end_later_at_once_or_with_other_money(branch, spend, end, shown):
    film = {**FILM, "spend": spend, "end": day(end)}
    result = branch(scenario(), 5)(scenario(content=[film, POST]))
    plain = wom.run(scenario())
    # 250 impressions in 10 days, half of them before the date; friends share nothing here, creators' posts are as ever.
    more = result.groups["item"]["impressions"][:, 0] - plain.groups["item"]["impressions"][:, 0]
    np.testing.assert_array_equal(more, shown - 250)
    np.testing.assert_allclose(replica_table(result)["spend_ads"], shown * 8.0 / 1000.0)


def test_posts_that_are_out_stay_and_later_ones_come_as_is_said(tmp_path):
    often, creator = {**POST, "every": "1d", "end": day(12)}, {**CREATOR, "dates": [day(2), day(11), day(12)]}
    wom.run(scenario(), until="6d").save_state(tmp_path / "past.json")
    future = ahead_of(scenario(content=[FILM, often], creators=[creator]), from_state=tmp_path / "past.json")
    posts = plan_ahead(future).process.world.posts
    own = posts["account"] < 0
    assert sorted(posts["time"][own]) == [1, 3, 5, *range(6, 13)]
    assert sorted(posts["time"][~own]) == [2, 11, 12]
    assert len(np.unique(posts["number"])) == len(posts)
    result = wom.run(scenario(content=[FILM, often], creators=[creator]), from_state=tmp_path / "past.json")
    np.testing.assert_allclose(replica_table(result)["spend_creators"], 15.0)


def test_posts_to_come_may_reach_more_people_and_those_that_are_out_do_not(branch):
    seen = {**POST, "follower_reach": 1.0}
    creator = {**CREATOR, "reach": 1.0}
    result = branch(scenario(), 6)(scenario(content=[FILM, seen], creators=[creator]))
    plain = wom.run(scenario())
    n_followers = round(0.3 * 300)
    more, before = (r.groups["item"]["impressions"][:, 1] for r in (result, plain))
    assert (more > before + 4 * n_followers).all()  # seven posts are to come, the last of which are seen after the run
    assert (more < 3 * n_followers * 0.5 + 7 * n_followers).all()


def test_changes_are_said_key_by_key():
    dates = [day(2), day(8), day(12)]
    before, after = scenario(dialogue={}), scenario(dialogue={}, creators=[{**CREATOR, "dates": dates}], responses=[])
    after = after.model_copy(update={"model": after.model.model_copy(update={"dialogue": None})})
    assert list(changes_of(before.model, after.model)) == [
        "model.creators.ann.dates 2026-03-04, 2026-03-10 -> 2026-03-04, 2026-03-10, 2026-03-14",
        "model.responses.0 left out",
        "model.dialogue left out",
    ]


def test_a_run_is_prolonged_by_a_longer_horizon(branch):
    go_on = branch(scenario(horizon="10d"), 10)
    assert_same(wom.run(scenario(horizon="25d")), go_on(scenario(horizon="25d")))


@pytest.mark.parametrize("model", LASTING, ids=lambda model: f"{model.kind} {sorted(model.model_fields_set)}")
def test_other_models_can_be_prolonged_but_not_changed(branch, model):
    values = {
        "format": 1,
        "name": "other",
        "network": {"generate": "small_world", "n_people": 120, "contacts": 6, "rewired_fraction": 0.2},
        "model": {"kind": model.kind, **model.model_dump(exclude_unset=True)},
        "seeding": {"strategy": "random", "n_seed_nodes": 3},
        "run": {"horizon": "12d", "n_replicas": 6, "rng_seed": 4},
    }
    whole = scenario_from(values)
    go_on = branch(whole, 4)
    assert_same(wom.run(whole), go_on(whole))
    key = next(key for key, value in model if isinstance(value, float) and value > 0.0)
    changed = scenario_from({**values, "model": {**values["model"], key: getattr(model, key) / 2}})
    with pytest.raises(ScenarioError, match=rf"^model\.{key}: must be .*: only a campaign can go on in another way"):
        go_on(changed)


def test_threads_change_nothing(branch):
    future = scenario(content=[{**FILM, "spend": 4.0}, POST])
    go_on = branch(scenario(), 6, threads=2)
    assert_same(go_on(future, threads=1), go_on(future, threads=2))


def test_a_branch_of_a_branch_has_both_pasts(tmp_path):
    future = scenario(recall_half_life="3d")
    wom.run(scenario(), until="4d").save_state(tmp_path / "a.json")
    wom.run(future, until="8d", from_state=tmp_path / "a.json").save_state(tmp_path / "b.json")
    assert [era["until"] for era in read_state(tmp_path / "b.json")["eras"]] == [4, 8]
    late = {**ANSWER, "delay": "6d"}
    result = wom.run(scenario(responses=[ANSWER, late]), from_state=tmp_path / "b.json")
    assert_same(wom.run(scenario(responses=[ANSWER, late])), result, leave_out=("recall",))
    same = wom.run(future, from_state=tmp_path / "b.json")
    assert same.case_id == wom.run(future, from_state=tmp_path / "a.json").case_id


def test_what_binds_customers_in_the_past_does_so_whatever_comes(branch):
    value = {"churn_per_year": 0.999999, "purchases_per_year": 1.0, "relationship_half_life": "90d"}
    often = {**POST, "every": "1d", "follower_reach": 1.0, "engage_prob": 1.0}
    bound = {"value": {**value, "retain_factor": 0.0}, "content": [FILM, often], "horizon": "60d", "n_replicas": 4}
    loose = {**bound, "value": {**value, "retain_factor": 1.0}}
    stays = wom.run(scenario(**bound)).curve_of("satisfied")[:, 39]
    leaves = wom.run(scenario(**loose)).curve_of("satisfied")[:, 39]
    result = branch(scenario(**bound), 40)(scenario(**loose))
    np.testing.assert_array_equal(result.curve_of("satisfied")[:, 39], stays)
    assert (stays > leaves).any()


def test_starters_chosen_by_simulation_are_those_of_the_past(branch):
    greedy = {"strategy": "greedy", "objective": "conversions", "n_seed_nodes": 2, "n_replicas": 20}
    short = scenario(seeding=greedy, horizon="10d")
    result = branch(short, 10)(scenario(seeding=greedy))
    assert result.seed_nodes == wom.run(short).seed_nodes
    assert any("those of the past" in line for line in result.warnings)
