"""Customers, dialogue and money as `wom run` prints them."""

import numpy as np

from campaign_results import FACTS
from wom_sim.cli.business_tables import customer_rows, dialogue_rows, money_rows, rival_rows
from wom_sim.cli.campaign_groups import group_lines
from wom_sim.cli.numbers import Metrics, in_columns, percent
from wom_sim.metrics.table import summarise


def metrics(**columns):
    """The summary's metrics of these columns, as the tables get them."""
    return Metrics({name: vars(summarise(np.array(values, np.float64))) for name, values in columns.items()})


def printed(rows):
    return "\n".join(in_columns([("block", list(rows))]))


def test_money_is_told_from_what_was_spent_to_the_years_to_come():
    found = metrics(
        spend=[110.0, 130.0],
        spend_ads=[100.0, 100.0],
        spend_seeding=[10.0, 30.0],
        extra_spend=[110.0, 130.0],
        revenue=[500.0, 700.0],
        purchases=[5.0, 7.0],
        extra_margin=[60.0, 80.0],
        roi=[-0.5, -0.3],
        extra_conversions=[0.0, 2.0],
        cost_per_extra_conversion=[np.nan, 65.0],
        customer_equity=[3000.0, 3400.0],
        extra_customer_equity=[200.0, 280.0],
        direct_value=[150.0, 150.0],
        referred_value=[50.0, 130.0],
        social_equity=[0.5, 1.5],
    )
    said = printed(money_rows(found, FACTS | {"price": 100.0}))
    for line in (
        "spent within the run                           120         100 .. 140   ads 100, starters 20",
        "revenue                                        600         404 .. 796   6 purchases at 100",
        "because of the campaign                       70       50.4 .. 89.6   -50 after spending",
        "gain within the run on what was spent        -40 %      -60 % .. -20 %",
        "of one who would not have come without it   65                  -   without 1 replica that won nobody",
        "worth of all customers, 5y from day 0        3,200     2,808 .. 3,592",
        "of those won by other people                  90       11.6 .. 168",
        "gain over these years on what was spent      100 %        2.0 % .. 198 %",
    ):
        assert " ".join(line.split()) in " ".join(said.split())


def test_nothing_is_said_of_what_is_not_there():
    nothing = metrics(conversions=[3.0, 4.0], customers_end=[3.0, 4.0], views=[1.0, 2.0])
    assert printed(money_rows(nothing, FACTS)) == ""
    assert printed(dialogue_rows(nothing)) == ""
    assert printed(customer_rows(nothing, FACTS)) == ""


def test_customers_and_dialogue_have_their_blocks():
    found = metrics(
        customers_end=[40.0, 60.0],
        retained=[8.0, 10.0],
        retention_rate=[0.8, 1.0],
        loyal=[20.0, 20.0],
        repeat_purchases=[30.0, 34.0],
        complaints=[10.0, 10.0],
        questions=[4.0, 6.0],
        answered=[6.0, 8.0],
        answered_fraction=[0.4, 0.5],
        response_time=[0.5, 1.5],
    )
    said = printed(customer_rows(found, FACTS | {"buys_again": True, "n_customers": 10}))
    assert "90 % of the customers of day 0" in said
    assert "40 %" in said
    said = printed(dialogue_rows(found))
    assert "45 % of both" in said
    assert "after so many days" in said


def test_losses_are_written_in_per_cent_like_gains():
    assert (percent(-0.594), percent(-0.021), percent(-0.5)) == ("-59 %", "-2.1 %", "-50 %")


def test_rivals_have_their_block():
    found = metrics(
        share_of_voice=[0.2, 0.3],
        share_of_voice_earned=[np.nan, 0.5],
        market_share=[0.4, 0.4],
        won_from_rivals=[3.0, 5.0],
        lost_to_rivals=[1.0, 1.0],
    )
    said = " ".join(printed(rival_rows(found)).split())
    assert "share of voice: of all that is seen and said 25 % 15 % .. 35 %" in said
    assert "of what people share and tell 50 % -" in said
    assert "customers won from rivals 4 2.04 .. 5.96" in said
    assert printed(rival_rows(metrics(customers_end=[3.0, 4.0]))) == ""


def test_brands_have_a_table_without_columns_of_nothing():
    def mean(value):
        return {"mean": value, "standard_error": None}

    own = {"customers": mean(30.0), "market_share": mean(0.3), "views_owned": mean(0.0), "views_earned": mean(2.0)}
    rival = {**own, "customers": mean(70.0), "market_share": mean(0.7), "won_from": mean(0.0)}
    head, first, second, _ = group_lines({"brand": {"the brand": own, "Rival": rival}})
    assert head.split("  ")[0] == "by brand"
    assert first.split() == ["the", "brand", "30", "30", "%", "-", "2"]
    assert second.split() == ["Rival", "70", "70", "%", "0", "2"]
    assert "post views" not in head
    assert "we won from it" in head


def test_the_goal_is_said_with_what_was_reached(wom):
    wom("new", "campaign")
    out = wom("run", "campaign.toml", "--replicas", 3, "--no-plots", "--quiet").out
    (line,) = [line for line in out.splitlines() if line.startswith("Goal: ")]
    assert line.startswith("Goal: conversions 15 % above without the campaign within 90d, that is ")
    assert line.endswith("% above.")
    shorter = wom("run", "campaign.toml", "--replicas", 3, "--no-plots", "--quiet", "--set", 'goal.within="60d"').out
    assert "Goal:" not in shorter
