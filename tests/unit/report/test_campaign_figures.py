"""The pictures of a campaign: which there are, that they show the numbers, that odd results draw too."""

import numpy as np
import pytest

from campaign_results import EVERYTHING, HABIT, RIVALS, TALK, made_by_hand, run_text
from wom_sim.metrics.table import replica_table
from wom_sim.report.business_figures import brands, cost_and_return
from wom_sim.report.campaign_figures import conversions, knowing_and_doing, pictures
from wom_sim.report.figures import image_bytes
from wom_sim.results.folder import PICTURES, is_ours


@pytest.fixture(scope="module")
def everything():
    return run_text(EVERYTHING)


@pytest.fixture(scope="module")
def rivals():
    return run_text(RIVALS)


CONTENT = ["reach_curve", "beyond_audience", "funnel", "conversions", "sentiment"]


def texts_of(figure):
    return [text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (EVERYTHING, [*CONTENT, "belief", "cost_and_return"]),
        (RIVALS, [*CONTENT, "cost_and_return", "brands"]),
        (TALK, ["reach_curve", "conversions", "sentiment"]),
        (HABIT, ["reach_curve", "knowing_and_doing"]),
    ],
)
def test_a_campaign_has_the_pictures_of_its_sections(text, names):
    drawn = pictures(run_text(text))
    assert list(drawn) == names
    assert set(names) <= set(PICTURES)
    assert all(is_ours(f"{name}.{kind}") for name in names for kind in ("png", "svg"))


def test_equal_results_give_equal_bytes(everything):
    once, again = pictures(everything)["belief"], pictures(everything)["belief"]
    assert image_bytes(once, "svg") == image_bytes(again, "svg")


def test_the_lines_are_medians_over_replicas_on_dates(everything):
    figure = conversions(everything)
    with_it, without = figure.axes[0].get_lines()
    assert np.allclose(with_it.get_ydata(), np.median(everything.curve_of("conversions"), axis=0))
    assert np.allclose(without.get_ydata(), np.median(everything.curve_of("conversions_no_campaign"), axis=0))
    figure.draw_without_rendering()
    labels = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert any(label.endswith(" Mar") for label in labels)
    assert figure.axes[0].get_xlabel() == "2026"


def test_bars_are_means_and_add_up_twice(everything):
    bars = [patch.get_width() for patch in conversions(everything).axes[1].patches]
    assert sum(bars) == pytest.approx(2 * everything.counts["conversions"].mean())


def test_layers_of_reach_add_up_to_reach(everything):
    figure = pictures(everything)["beyond_audience"]
    top = figure.axes[0].collections[-1].get_paths()[0].vertices[:, 1].max()
    assert top == pytest.approx(everything.counts["reach"].mean())


def test_claim_and_answer_are_marked_on_their_days(everything):
    axes = pictures(everything)["belief"].axes[0]
    start = axes.get_lines()[0].get_xdata()[0]
    marks = [line.get_xdata()[0] - start for line in axes.get_lines() if len(line.get_xdata()) == 2]
    assert marks == [6.0, 7.0]


def test_years_are_said_where_a_run_crosses_them():
    figure = knowing_and_doing(run_text(HABIT))
    assert figure.axes[0].get_xlabel() == "2026 to 2027"


def test_without_a_date_the_axis_counts_days():
    figure = pictures(run_text(TALK))["reach_curve"]
    assert figure.axes[0].get_xlabel() == "days after the start"


@pytest.mark.parametrize(
    "changes",
    [
        {"run__n_replicas": 1},
        {"run__n_replicas": 2, "run__horizon": "6d", "model__crises": [], "model__responses": []},
        {"run__n_replicas": 2, "name": "100 $ for $100 \u4f60"},
    ],
)
def test_odd_results_draw_too(changes):
    for figure in pictures(run_text(EVERYTHING, **changes)).values():
        assert image_bytes(figure, "png")[:4] == b"\x89PNG"


def test_nothing_at_all_draws_too():
    nothing = run_text(TALK, seeding__n_seed_nodes=0, run__horizon="1d")
    assert nothing.counts["conversions"].max() == 0
    for figure in pictures(nothing).values():
        assert image_bytes(figure, "svg")


def test_the_caption_says_how_often_a_habit_did_not_take(everything):
    few = run_text(HABIT, run__n_replicas=20)
    some = (few.counts["doing"] < 3).mean()
    said = any("fewer than 1 %" in text for text in texts_of(knowing_and_doing(few)))
    assert said == (0 < some < 1)
    assert any("on the same luck" in text for text in texts_of(conversions(everything)))


def test_bars_of_money_are_means_beside_the_run_without_the_campaign(rivals):
    figure = cost_and_return(rivals)
    found = replica_table(rivals)
    names = ("extra_spend", "extra_margin", "extra_customer_equity", "direct_value", "referred_value")
    shown = [name for name in names if name in found]
    assert shown[:2] == ["extra_spend", "extra_margin"]
    widths = [patch.get_width() for patch in figure.axes[0].patches]
    assert widths == pytest.approx([found[name].mean() for name in shown])
    assert any("mean gain on what was spent" in text for text in texts_of(figure))


def test_a_loss_is_drawn_to_the_left():
    facts = {"spends_on": ["dialogue"], "dialogue": True, "cost_per_answer": 2.0, "margin": 4.0}
    counts = {"answered": [5, 5], "complaints": [5, 5], "questions": [0, 0], "waited": [1.0, 1.0]}
    lost = made_by_hand(
        facts=facts, purchases=[5, 7], purchases_no_campaign=[9, 8], conversions_no_campaign=[9, 8], **counts
    )
    axes = cost_and_return(lost).axes[0]
    assert [patch.get_width() for patch in axes.patches] == [10.0, -10.0]
    assert axes.get_xlim()[0] < -10.0


def test_each_brand_has_its_voice_beside_its_customers(rivals):
    axes = brands(rivals).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["the brand", "Loud", "Loved"]
    widths = [patch.get_width() for patch in axes.patches]
    assert sum(widths) == pytest.approx(200.0)
    found = replica_table(rivals)
    assert widths[:2] == pytest.approx([100 * found[name].mean() for name in ("share_of_voice", "market_share")])


def test_brands_that_nobody_hears_of_draw_too():
    silent = {"model__content__0__spend": 0.0, "model__brand__customers_fraction": 0.0, "run__n_replicas": 1}
    rival = {"name": "A name of a brand longer than there is room for"}
    silent = run_text(RIVALS, **silent, model__competitors=[rival])
    assert any(text == "none" for text in texts_of(brands(silent)))
    for figure in pictures(silent).values():
        assert image_bytes(figure, "png")[:4] == b"\x89PNG"
