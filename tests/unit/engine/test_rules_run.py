"""Rules in a run: judged in each replica on what was counted before their date, acting from then on."""

import datetime

import numpy as np
import pytest

import wom_sim as wom
from kernel_runner import compiled_only
from wom_sim.metrics.table import replica_table
from wom_sim.scenario.load import scenario_from

pytestmark = compiled_only

START = datetime.date(2026, 3, 2)


def day(n):
    return START + datetime.timedelta(days=n)


def scenario(*rules, model=None, horizon="20d", n_replicas=40, share_prob=0.2, **more):
    return scenario_from(
        {
            "format": 1,
            "name": "tracked",
            "start": START,
            "network": {"generate": "small_world", "n_people": 300, "contacts": 6, "rewired_fraction": 0.2},
            "model": {
                "kind": "campaign",
                "brand": {"followers_fraction": 0.3, "baseline_sales_per_day": 1.0},
                "content": [
                    {
                        "name": "film",
                        "channel": "paid",
                        "start": START,
                        "end": day(9),
                        "spend": 2.0,
                        "cost_per_mille": 8.0,
                        "frequency_cap": 2,
                        "engage_prob": 0.3,
                        "buy_prob": 0.5,
                        "share_prob": share_prob,
                        "contact_reach": 0.5,
                    },
                    {"name": "post", "channel": "owned", "start": day(3), "spend": 10.0},
                ],
                **(model or {}),
                "rules": list(rules),
            },
            "run": {"horizon": horizon, "n_replicas": n_replicas, "rng_seed": 11},
            **more,
        }
    )


def rule(at, when, **change):
    return {"at": day(at), "when": when, "change": {key.replace("__", "."): value for key, value in change.items()}}


def counts_of(result):
    return {name: values for name, values in result.counts.items() if not name.startswith("spent_more")}


def assert_same(one, other, *, beside=True):
    """All counts are equal; those of the run without the campaign too, if `beside`."""
    for name in counts_of(one):
        if beside or not name.endswith("_no_campaign"):
            np.testing.assert_array_equal(one.counts[name], other.counts[name], err_msg=name)


def test_a_rule_that_never_holds_changes_nothing():
    plain = wom.run(scenario())
    idle = wom.run(scenario(rule(4, "reach < 0", word_of_mouth__persuasion_prob=1.0)))
    assert idle.groups["rule"]["fired"].sum() == 0
    assert_same(plain, idle)
    np.testing.assert_array_equal(plain.curve, idle.curve)


def test_a_rule_that_holds_on_day_0_is_the_campaign_with_its_keys():
    changed = {"word_of_mouth__persuasion_prob": 0.6, "content__film__spend": "+50%", "trust__friend_engages": 3.0}
    ruled = wom.run(scenario(rule(0, "reach >= 0", **changed)))
    model = scenario().model
    content = [item.model_dump(exclude_unset=True) for item in model.content]
    content[0]["spend"] = 3.0
    talk = {"word_of_mouth": {"persuasion_prob": 0.6}, "trust": {"friend_engages": 3.0}}
    given = wom.run(scenario(model={"content": content, **talk}))
    assert_same(given, ruled, beside=False)
    np.testing.assert_allclose(replica_table(ruled)["spend"], replica_table(given)["spend"])


def test_a_rule_is_judged_in_each_replica_on_what_came_before_its_date():
    early = wom.run(scenario(horizon="5d"))
    threshold = float(np.median(early.counts["conversions"]))
    ruled = wom.run(scenario(rule(5, f"conversions < {threshold}", word_of_mouth__persuasion_prob=1.0)))
    fired = ruled.groups["rule"]["fired"][:, 0].astype(bool)
    np.testing.assert_array_equal(fired, early.counts["conversions"] < threshold)
    assert 0 < fired.sum() < len(fired)
    plain = wom.run(scenario())
    for name in counts_of(plain):
        np.testing.assert_array_equal(plain.counts[name][~fired], ruled.counts[name][~fired], err_msg=name)
    assert (plain.counts["conversions"][fired] <= ruled.counts["conversions"][fired]).all()
    assert plain.counts["conversions"][fired].sum() < ruled.counts["conversions"][fired].sum()
    np.testing.assert_array_equal(plain.curve[:, :5], ruled.curve[:, :5])


def test_a_rule_knows_nothing_of_impressions_that_are_still_to_come():
    early = wom.run(scenario(horizon="5d")).counts["impressions"]
    threshold = float(np.median(early))
    ruled = wom.run(scenario(rule(5, f"impressions > {threshold}", trust__friend_buys=2.0)))
    np.testing.assert_array_equal(ruled.groups["rule"]["fired"][:, 0], early > threshold)


def test_more_money_in_the_middle_of_a_flight_adds_impressions_and_spend():
    more = wom.run(scenario(rule(5, "reach >= 0", content__film__spend=4.0, content__post__spend="*2"), share_prob=0.0))
    # 250 impressions were to come in 10 days; half are out, and 500 are paid for.
    shown = more.groups["item"]["impressions"][:, 0] + more.counts["impressions_capped"]
    np.testing.assert_array_equal(shown, 500)
    table, plain = replica_table(more), replica_table(wom.run(scenario(share_prob=0.0)))
    np.testing.assert_allclose(table["spend_ads"], 4.0)
    np.testing.assert_allclose(table["spend_content"], 20.0)
    np.testing.assert_allclose(plain["spend"], 12.0)
    np.testing.assert_array_equal(table["conversions_no_campaign"], plain["conversions_no_campaign"])


def test_money_taken_away_stops_the_flight():
    less = wom.run(scenario(rule(5, "reach >= 0", content__film__spend=0.5), share_prob=0.0))
    shown = less.groups["item"]["impressions"][:, 0] + less.counts["impressions_capped"]
    np.testing.assert_array_equal(shown, 125)
    np.testing.assert_allclose(replica_table(less)["spend_ads"], 1.0)


def test_rules_see_the_changes_of_those_before():
    twice = [rule(4, "reach >= 0", content__film__spend="+50%"), rule(6, "reach >= 0", content__film__spend="+50%")]
    both = wom.run(scenario(*twice, n_replicas=5, share_prob=0.0))
    # By day 4 100 of 250 are out, of 375 the 275 left in 6 days; by day 6 92 of these, and 562 are paid for in all.
    np.testing.assert_array_equal(both.groups["item"]["impressions"][:, 0] + both.counts["impressions_capped"], 562)
    np.testing.assert_array_equal(both.groups["rule"]["fired"], 1)


def test_the_target_is_the_goals_path_over_the_mean_without_the_campaign():
    goal = {"metric": "conversions", "uplift": 0.5, "within": "10d"}
    ruled = scenario(rule(5, "conversions < target", word_of_mouth__persuasion_prob=1.0), goal=goal, n_replicas=120)
    result = wom.run(ruled)
    short = wom.run(scenario(horizon="10d", n_replicas=100))
    target = 1.5 * short.counts["conversions_no_campaign"].mean() * 5 / 10
    before = wom.run(scenario(horizon="5d", n_replicas=120)).counts["conversions"]
    np.testing.assert_array_equal(result.groups["rule"]["fired"][:, 0], before < target)
    against = {**goal, "against": 40.0}
    numbered = wom.run(
        scenario(rule(5, "conversions < target", word_of_mouth__persuasion_prob=1.0), goal=against, n_replicas=120)
    )
    np.testing.assert_array_equal(numbered.groups["rule"]["fired"][:, 0], before < 1.5 * 40.0 / 2)


def test_the_pilot_is_run_once_for_cases_that_differ_in_the_campaign_alone(monkeypatch):
    from wom_sim.engine import goals

    ran = []
    monkeypatch.setattr(goals, "_KNOWN", goals._Known(2))
    monkeypatch.setattr(goals, "run_tracked", lambda *given, run=goals.run_tracked: ran.append(1) or run(*given))
    goal = {"metric": "conversions", "uplift": 0.5, "within": "10d"}
    when = rule(5, "conversions < target", word_of_mouth__persuasion_prob=1.0)
    first = wom.run(scenario(when, goal=goal, n_replicas=3))
    n = len(ran)
    again = wom.run(scenario(when, goal=goal, n_replicas=3))
    wom.run(scenario(when, goal=goal, n_replicas=3, share_prob=0.0))
    assert n > 0
    assert len(ran) == n
    assert_same(first, again)
    wom.run(scenario(when, goal={**goal, "within": "9d"}, n_replicas=3))
    assert len(ran) == 2 * n


def test_threads_and_a_small_pool_change_nothing(monkeypatch):
    ruled = scenario(
        rule(3, "reach > 20", word_of_mouth__persuasion_prob=0.9, content__film__spend="+100%"),
        rule(8, "shares / reach > 0.01", content__film__share_prob=0.9),
    )
    one = wom.run(ruled, threads=1)
    monkeypatch.setattr("wom_sim.engine.campaign_memory.FIRST_POOL", 4)
    other = wom.run(ruled, threads=2)
    assert_same(one, other)
    np.testing.assert_array_equal(one.groups["rule"]["fired"], other.groups["rule"]["fired"])
    assert one.groups["rule"]["fired"].sum() > 0


@pytest.mark.parametrize("talk", [1.0, 40.0])
def test_tells_may_grow_in_complete_mixing(talk):
    everyone = {"generate": "everyone", "n_people": 200}
    model = {"content": [], "word_of_mouth": {"satisfied_tells": 1.0}}
    ruled = scenario(
        rule(2, "conversions >= 0", word_of_mouth__satisfied_tells=talk), model=model, network=everyone, n_replicas=10
    )
    told = wom.run(ruled).counts["tells_wanted"].mean()
    assert told > 100 if talk > 1 else told < 60


def test_brands_are_counted_under_rules_as_without():
    rival = {"name": "rival", "customers_fraction": 0.2, "baseline_sales_per_day": 1.0}
    plain = wom.run(scenario(model={"competitors": [rival]}, n_replicas=10))
    idle = wom.run(
        scenario(rule(4, "reach < 0", trust__friend_buys=2.0), model={"competitors": [rival]}, n_replicas=10)
    )
    for name, counted in plain.groups["brand"].items():
        np.testing.assert_array_equal(counted, idle.groups["brand"][name], err_msg=name)
    assert plain.groups["brand"]["customers"].all()


def test_two_rules_of_one_day_go_on_from_each_other():
    one = rule(4, "reach >= 0", content__film__spend="+50%")
    both = wom.run(scenario(one, one, n_replicas=3, share_prob=0.0))
    single = wom.run(scenario(rule(4, "reach >= 0", content__film__spend=4.5), n_replicas=3, share_prob=0.0))
    assert_same(both, single)
    np.testing.assert_array_equal(both.groups["item"]["impressions"][:, 0] + both.counts["impressions_capped"], 562)


def test_rules_fire_by_date_not_as_they_stand():
    first, later = (
        rule(8, "reach >= 0", word_of_mouth__satisfied_tells="*10"),
        rule(6, "reach >= 0", word_of_mouth__satisfied_tells=60.0),
    )
    everyone = {"generate": "everyone", "n_people": 3000}
    model = {"content": [], "word_of_mouth": {"satisfied_tells": 0.1, "tells_distribution": "geometric"}}
    result = wom.run(scenario(first, later, model=model, network=everyone, n_replicas=4))
    assert result.groups["rule"]["fired"].all()
    assert result.counts["tells_wanted"].max() > 1000


def test_money_that_only_a_rule_gives_is_spent():
    silent = scenario(rule(2, "reach >= 0", content__film__spend=2.0), share_prob=0.0, n_replicas=5)
    content = [{**item.model_dump(exclude_unset=True), "spend": 0.0} for item in silent.model.content]
    result = wom.run(
        scenario(rule(2, "reach >= 0", content__film__spend=2.0), model={"content": content}, n_replicas=5)
    )
    table = replica_table(result)
    np.testing.assert_allclose(table["spend_ads"], 2.0)
    np.testing.assert_allclose(result.groups["item"]["spent_more"], [[2.0, 0.0]] * 5)


def test_what_rivals_share_with_the_brand_stays_as_it_was():
    rival = {"name": "rival", "customers_fraction": 0.2, "baseline_sales_per_day": 2.0}
    plain = wom.run(scenario(model={"competitors": [rival], "content": []}))
    talk = wom.run(
        scenario(
            rule(0, "reach >= 0", word_of_mouth__dissatisfied_tells=0.0), model={"competitors": [rival], "content": []}
        )
    )
    # Rivals' customers who are unhappy still tell seven each; only where nobody is won away are the tellings equal.
    assert abs(talk.groups["brand"]["tells"][:, 1].mean() / plain.groups["brand"]["tells"][:, 1].mean() - 1) < 0.1
