"""The picture of a sensitivity analysis shows the numbers it is given, the first key at the top."""

import pytest

from wom_sim.report.figures import image_bytes
from wom_sim.report.plain_sheet import Shown
from wom_sim.report.sensitivity_figures import MOST_BARS, Bars, sensitivity_figure

SHOWN = Shown(
    title="What reach depends on", name="A test", objective="part of the variance", said="bars: 95 % intervals"
)


def test_bars_are_the_numbers_the_first_key_at_the_top():
    sets = [Bars("total", (0.8, 0.3), (0.1, 0.0)), Bars("first", (0.6, -0.1), (0.1, float("nan")))]
    (axes,) = sensitivity_figure(SHOWN, ["model.a", "model.b"], sets).axes
    bars = axes.patches
    assert [bar.get_width() for bar in bars] == [0.8, 0.3, 0.6, -0.1]
    top = [bar.get_y() + bar.get_height() / 2 for bar in bars]
    assert top[0] > top[2] > top[1] > top[3]  # the keys in order, and within a key the sets
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["model.a", "model.b"]
    (first, _) = (container.lines[2][0].get_segments() for container in axes.containers if hasattr(container, "lines"))
    assert first[0][:, 0] == pytest.approx([0.8 - 1.96 * 0.1, 0.8 + 1.96 * 0.1])


def test_many_keys_are_cut():
    many = [f"model.key{i}" for i in range(50)]
    figure = sensitivity_figure(SHOWN, many, [Bars("mu*", [1.0] * 50, [0.1] * 50)])
    assert len(figure.axes[0].patches) == MOST_BARS
    assert figure.axes[0].get_legend() is None
    assert image_bytes(figure, "png") == image_bytes(figure, "png")
