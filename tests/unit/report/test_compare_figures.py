"""Pictures of comparisons and goals: what is drawn where, and the same bytes each time."""

import numpy as np

from wom_sim.report.compare_figures import Bar, Gap, compare_figure
from wom_sim.report.figures import image_bytes
from wom_sim.report.goal_figures import Lever, Strip, goal_figure, search_figure
from wom_sim.report.plain_sheet import Shown

SHOWN = Shown("Title", "Name", "conversions", "caption")
BARS = [Bar("one", 10.0, (9.0, 11.0), (7.0, 13.0), "spend 5"), Bar("other", 8.0, (7.0, 9.0), (5.0, 11.0), "spend 6")]
INF = float("inf")


def dots(axes):
    """Where single dots stand: x, y."""
    return [(line.get_xdata()[0], line.get_ydata()[0]) for line in axes.get_lines() if line.get_marker() == "o"]


def test_plans_stand_from_the_top_with_their_means_and_differences_below():
    figure = compare_figure(SHOWN, BARS, [Gap("one - other", 2.0, (1.0, 3.0), (-1.0, 5.0), "ahead")], target=9.5)
    plans, gaps = figure.axes
    assert dots(plans) == [(10.0, 1), (8.0, 0)]
    assert dots(gaps) == [(2.0, 0)]
    assert [label.get_text() for label in plans.get_yticklabels()] == ["one", "other"]
    assert any(list(line.get_xdata()) == [9.5, 9.5] for line in plans.get_lines())
    assert "goal" in [text.get_text() for text in plans.texts]


def test_a_difference_without_an_interval_is_a_dot_alone():
    figure = compare_figure(SHOWN, BARS, [Gap("one - other", 2.0, (-INF, INF), (-INF, INF), "")])
    assert len(figure.axes[1].get_lines()) == 2  # the dot, and the line at 0


def test_the_dark_bars_are_the_replicas_that_reach_the_goal():
    parts = np.array([0.7, 0.9, 0.999, 1.0, 1.2, np.nan])
    figure = goal_figure(SHOWN, [Strip("right", parts, "40 %")], [])
    (axes,) = figure.axes
    heights = {tuple(patch.get_facecolor()): 0.0 for patch in axes.patches}
    for patch in axes.patches:
        heights[tuple(patch.get_facecolor())] += patch.get_height()
        right = patch.get_x() + patch.get_width()
        assert right <= 1.0 + 1e-9 or patch.get_x() >= 1.0 - 1e-9
    assert sorted(heights.values()) == [2.0, 3.0]


def test_one_panel_more_for_what_decides():
    strips = [Strip("right", np.ones(3), "all"), Strip("unsure", np.full(3, np.nan), "none")]
    figure = goal_figure(SHOWN, strips, [Lever("model.a", (0.2, 0.8), ("1", "2"))])
    assert len(figure.axes) == 3
    assert dots(figure.axes[2]) == [(0.2, 0), (0.8, 0)]


def test_a_search_is_drawn_in_order_of_what_was_tried():
    figure = search_figure(
        SHOWN, [4.0, 1.0, 2.0], [1.0, 0.1, 0.5], [(0.9, 1.0), (0.0, 0.2), (0.4, 0.6)], wanted=0.9, found=4.0
    )
    (line, *_) = figure.axes[0].get_lines()
    assert list(line.get_xdata()) == [1.0, 2.0, 4.0]
    assert list(line.get_ydata()) == [0.1, 0.5, 1.0]


def test_equal_numbers_are_equal_bytes():
    drawn = [image_bytes(compare_figure(SHOWN, BARS, []), kind) for kind in ("svg", "svg", "png", "png")]
    assert drawn[0] == drawn[1]
    assert drawn[2] == drawn[3]
