"""Pictures of sweeps: numbers on axes are those that stand there."""

import numpy as np

from wom_sim.report.sweep_figures import Axis, Measure, line_figure, scatter_figure


def axis_of(*at):
    return Axis("model.share_prob", tuple(map(str, at)), np.array(at, float), log=False)


def test_numbers_on_an_axis_are_written_as_they_are():
    """Of a hundred people and a bit, each line of the grid is another number."""
    measure = Measure("reach", np.array([100.2, 101.4]), np.array([0.1, np.nan]))
    figure = line_figure("reach", "A test", axis_of(0.1, 0.2), [measure], said="two cases")
    (axes,) = figure.axes
    figure.canvas.draw()
    written = {float(label.get_text()): label.get_position()[1] for label in axes.get_yticklabels()}
    assert len(written) > 3
    np.testing.assert_allclose(list(written), list(written.values()), rtol=1e-12)


def test_a_wide_sheet_has_room_for_a_longer_caption():
    said = " ".join(["words"] * 25)
    assert len(said) == 149
    captions = []
    for n in (1, 3):
        measure = Measure("reach", np.array([1.0, 2.0]), np.zeros(2))
        figure = scatter_figure("reach", "A test", [axis_of(0.1, 0.2)] * n, measure, said=said)
        captions.append(figure.texts[-1].get_text())
    assert captions[1] == said
    assert captions[0] != said
    assert said.startswith(captions[0][:-1])
