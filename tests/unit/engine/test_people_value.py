"""What each person buys and brings: a chain of referrals worked out by hand, and sums in campaigns of every kind."""

import math
import tomllib

import numpy as np
import pytest

from campaign_results import EVERYTHING, HABIT, TALK, run_text
from wom_sim import ScenarioError
from wom_sim.engine.people_value import people_values
from wom_sim.engine.plan import plan_scenario
from wom_sim.engine.run import run_case
from wom_sim.engine.story import read_replica
from wom_sim.engine.streams import campaign_keys
from wom_sim.kernels.campaign import codes, draws
from wom_sim.kernels.rng import derive_key, set_uniforms_at
from wom_sim.metrics.groups import group_metrics
from wom_sim.metrics.table import replica_table
from wom_sim.scenario.load import scenario_from

YEAR = 365.25
CHAIN = """\
format = 1
name = "A brings B brings C"

[network]
file = "ties.csv"
directed = false

[model]
kind = "campaign"
step = "1h"

[model.word_of_mouth]
satisfied_tells = 5.0
persuasion_prob = 1.0
strong_tie_fraction = 0.0
dissatisfied_fraction = 0.0
tells_distribution = "fixed"

[model.value]
price = 100.0
margin = 40.0
purchases = "annual"
discount_rate = 0.1
value_horizon = "5y"
referred_margin_factor = 1.5

[seeding]
strategy = "nodes"
nodes = ["A"]
start_as = "satisfied"
cost_per_person = 10.0
cost_per_contact = 1.0

[run]
horizon = "60d"
n_replicas = 3
rng_seed = 8
"""


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chain")
    (folder / "ties.csv").write_text("source,target\nA,B\nB,C\n")
    case = plan_scenario(scenario_from(tomllib.loads(CHAIN), folder=folder))
    return case, run_case(case, threads=1)


def yearly_from(first, *, margin):
    """A purchase at `first` years and on each anniversary before five years are over, at 10 % a year."""
    return sum(margin * 1.1 ** -(first + k) for k in range(6) if first + k < 5.0)


def worked_out(case, replica):
    """Own values of A, B and C, and how many purchases fall within the run."""
    log = read_replica(case.process, replica)
    bought = log.lines[log.lines["what"] == codes.LOG_BOUGHT]
    times = dict(zip(case.graph.labels.take(bought["person"]), bought["time"] / 24 / YEAR, strict=True))
    assert times["B"] < times["C"]
    lot = np.empty(1)
    (key,) = campaign_keys(case.rng_seed, replica, replica + 1).own
    set_uniforms_at(derive_key(key, draws.RENEWAL), np.array([0]), lot)
    own = [yearly_from(lot[0], margin=40.0), *(yearly_from(times[who], margin=60.0) for who in "BC")]
    return own, bool(lot[0] * YEAR < 60.0)


def test_each_customer_of_a_chain_is_counted_once(chain):
    case, results = chain
    assert case.graph.labels.take(np.arange(3)) == ["A", "B", "C"]
    found = replica_table(results)
    for r in range(3):
        (a, b, c), renewed = worked_out(case, r)
        said = {name: float(values[r]) for name, values in found.items()}
        assert said["customer_equity"] == pytest.approx(a + b + c)
        assert said["equity_direct"] == said["direct_value"] == pytest.approx(a)
        assert said["equity_referred"] == said["referred_value"] == pytest.approx(b + c)
        assert said["purchases"] == 2 + renewed
        assert said["extra_margin"] == said["margin"] == 60.0 * 2 + 40.0 * renewed
        assert said["spend"] == said["extra_spend"] == 11.0
        assert said["roi"] == pytest.approx((said["margin"] - 11.0) / 11.0)
        assert said["social_equity"] == pytest.approx((a + b + c - 11.0) / 11.0)
        assert said["cost_per_extra_conversion"] == 5.5


def test_brought_value_is_that_of_all_below_and_overlaps(chain):
    case, results = chain
    values = people_values(case.process, 3)
    own = np.mean([worked_out(case, r)[0] for r in range(3)], axis=0)
    assert values.own == pytest.approx(own)
    assert values.brought == pytest.approx([own[1] + own[2], own[2], 0.0])
    assert values.referred.tolist() == [0.0, 1.0, 1.0]
    assert values.won.tolist() == [1.0, 1.0, 0.0]
    assert values.customer.tolist() == [1.0] * 3
    equity = replica_table(results)["customer_equity"].mean()
    assert values.own.sum() == pytest.approx(equity)
    assert values.own.sum() + values.brought.sum() > 1.4 * equity


BUSINESS = {
    "model__value__purchases_per_year": 8.0,
    "model__value__churn_per_year": 0.5,
    "model__value__referred_margin_factor": 1.3,
    "model__word_of_mouth__dissatisfied_fraction": 0.3,
    "model__dialogue": {"complain_prob": 0.8, "answered_fraction": 0.9},
    "run__n_replicas": 4,
}


def planned(text, changes):
    return plan_scenario(scenario_from(tomllib.loads(text), set={k.replace("__", "."): v for k, v in changes.items()}))


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        (EVERYTHING, BUSINESS),
        (EVERYTHING, {**BUSINESS, "run__horizon": "100d"}),
        (EVERYTHING, {"run__n_replicas": 4}),
        (TALK, {**BUSINESS, "model__value__margin": 4.0, "run__horizon": "200d"}),
        (
            EVERYTHING,
            {
                "model__value__purchases": "annual",
                "model__value__churn_per_year": 0.2,
                "model__value__value_horizon": "3y",
                "run__horizon": "400d",
                "run__n_replicas": 4,
            },
        ),
        (EVERYTHING, {**BUSINESS, "seeding__start_as": "customer", "seeding__item": None}),
    ],
    ids=["everything", "longer", "no repeats", "complete mixing", "annual", "starters who buy"],
)
def test_own_values_add_up_to_the_worth_of_all_customers(text, changes):
    item = {} if changes.get("seeding__item", 0) is not None else {"seeding__item": None}
    text = text.replace('item = "video"\nparticipation', "participation") if item else text
    case = planned(text, {key: value for key, value in changes.items() if value is not None})
    values = people_values(case.process, case.n_replicas)
    found = replica_table(run_case(case, threads=1))
    assert values.own.sum() == pytest.approx(found["customer_equity"].mean(), rel=1e-9)
    assert values.purchases.sum() == pytest.approx(found["purchases"].mean())
    assert values.customer.sum() == pytest.approx(found["customers_end"].mean())
    assert (values.brought >= 0.0).all()
    assert values.won.sum() <= values.referred.sum() + 1e-9


def test_without_a_margin_nobody_is_worth_anything_in_money():
    for text in (TALK, HABIT):
        with pytest.raises(ScenarioError, match=r"model\.value\.margin: is missing"):
            people_values(planned(text, {"run__n_replicas": 1}).process, 1)


def test_equity_with_everything_off_is_margin_by_margin():
    """No repeats, no leaving, no interest, referred as good as direct: margin x purchases."""
    changes = {"model__value__discount_rate": 0.0, "model__value__referred_margin_factor": 1.0}
    found = replica_table(run_text(EVERYTHING, **changes))
    assert found["customer_equity"] == pytest.approx(4.0 * found["purchases"])
    assert found["extra_customer_equity"] == pytest.approx(found["extra_margin"])
    assert math.isclose(found["direct_value"].sum() + found["referred_value"].sum(), found["extra_margin"].sum())


def test_worth_adds_up_over_segments_and_over_who_won_whom():
    results = run_text(EVERYTHING, **BUSINESS)
    found = replica_table(results)
    segments = [group_metrics(results, "segment", found)[name] for name in ("students", "families")]
    for name in ("revenue", "margin", "customer_equity", "equity_direct", "equity_referred", "answered"):
        assert sum(segment[name] for segment in segments) == pytest.approx(found[name])
    gained = found["direct_value"] + found["referred_value"]
    assert gained == pytest.approx(found["extra_customer_equity"])
    assert found["equity_direct"] + found["equity_referred"] == pytest.approx(found["customer_equity"])
    assert found["repeat_purchases"].all()
    assert (found["spend"] == sum(found[f"spend_{part}"] for part in ("ads", "content", "creators", "answers"))).all()
    shared = results.counts["views_earned"]
    assert shared.any()
    assert np.array_equal(found["interactions_firm_to_customer"], found["views"] - shared + found["answered"])


def test_a_campaign_that_reaches_nobody_gains_exactly_nothing():
    idle = {
        "model__content__0__spend": 0.0,
        "model__content__1__follower_reach": 0.0,
        "model__creators__0__participation_prob": 0.0,
        "seeding__participation_prob": 0.0,
    }
    found = replica_table(run_text(EVERYTHING, **BUSINESS, **idle))
    assert found["purchases"].all()
    assert found["answered"].any()
    for name in ("extra_revenue", "extra_margin", "extra_customer_equity", "direct_value", "referred_value"):
        assert (found[name] == 0.0).all()
    assert (found["extra_conversions"] == 0).all()
