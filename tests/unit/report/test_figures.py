"""The reach curve: what it shows, that it says so, that odd results draw too."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb

import wom_sim as wom
from wom_sim.report.figures import caption, image_bytes, reach_curve


def result_of(n_replicas=30, seed_nodes=(0,), p=0.4, n=30):
    people = np.arange(n)
    graph = wom.Graph.from_edges(np.tile(people, 2), np.concatenate([(people + 1) % n, (people + 2) % n]))
    model = wom.IndependentCascade(share_prob=p)
    return wom.simulate(graph, model, seed_nodes=seed_nodes, n_replicas=n_replicas, rng_seed=1)


def test_the_median_line_and_bands_are_quantiles_of_the_curves():
    result = result_of()
    axes = reach_curve(result).axes[0]
    (line,) = axes.get_lines()
    assert np.allclose(line.get_ydata(), np.median(result.curve, axis=0))
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "middle 90 % of replicas",
        "middle 50 % of replicas",
        "median",
    ]
    high = axes.collections[0].get_paths()[0].vertices[:, 1].max()
    assert high == pytest.approx(np.quantile(result.curve, 0.95, axis=0).max())


def test_people_and_per_cent_share_one_scale():
    figure = reach_curve(result_of())
    figure.draw_without_rendering()
    axes = figure.axes[0]
    (share,) = axes.child_axes
    assert share.get_ylabel() == "per cent of 30 people"
    assert share.get_ylim()[1] == pytest.approx(axes.get_ylim()[1] * 100 / 30)


def test_bands_can_be_told_apart_in_grey():
    """Lightness of line, inner and outer band on white differ by at least a tenth of the whole range."""
    axes = reach_curve(result_of()).axes[0]
    outer, inner = axes.collections[:2]

    def lightness(colour, alpha):
        red, green, blue = (1 - alpha + alpha * part for part in to_rgb(colour))
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    colour = axes.get_lines()[0].get_color()
    # The inner band lies on the outer one.
    both = 1 - (1 - outer.get_alpha()) * (1 - inner.get_alpha())
    shades = [lightness(colour, alpha) for alpha in (0.0, outer.get_alpha(), both, 1.0)]
    assert all(a - b > 0.08 for a, b in itertools.pairwise(shades))


def test_the_caption_names_seed_nodes_replicas_and_the_interval():
    result = result_of(seed_nodes=[3, 5])
    said = caption(result)
    assert "30 replicas" in said
    assert "2 seed nodes: 3, 5" in said
    assert "95 % interval of the mean" in said
    assert "rng_seed 1" in said
    assert "1 seed node: 0" in caption(result_of())
    assert caption(result_of(seed_nodes=())).endswith("no seed nodes")
    assert caption(result_of()).startswith("independent_cascade, share_prob = 0.4; 30 replicas")
    assert "and 2 more" in caption(result_of(seed_nodes=range(10)))


@pytest.mark.parametrize(
    "odd",
    [{"n_replicas": 1}, {"seed_nodes": ()}, {"p": 0.0}, {"p": 1.0}, {"seed_nodes": range(30)}],
    ids=["one replica", "no seed nodes", "no spread", "all reached", "all start"],
)
def test_odd_results_draw_without_a_warning(odd):
    figure = reach_curve(result_of(**odd))
    assert len(image_bytes(figure, "png")) > 5000
    if odd == {"n_replicas": 1}:
        assert "1 replica: a single replica has no bands" in caption(result_of(**odd))
        assert len(figure.axes[0].collections) == 0


def test_equal_results_give_equal_files():
    for kind in ("png", "svg"):
        assert image_bytes(reach_curve(result_of()), kind) == image_bytes(reach_curve(result_of()), kind)


def test_labels_are_shown_as_they_are_not_as_mathematics():
    import networkx as nx

    result = wom.simulate(
        nx.path_graph(["$x$", "<b>", "a\nb"]),
        wom.WeightedCascade(),
        seed_nodes=["$x$", "<b>", "a\nb"],
        n_replicas=2,
        rng_seed=1,
    )
    assert r"\$x\$, <b>, a?b" in caption(result)
    assert len(image_bytes(reach_curve(result), "svg")) > 5000
