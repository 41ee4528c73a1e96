"""Observed cascades of real data: 1,490 Twitter cascades against measures made by other code."""

import numpy as np
import pandas as pd
import pytest

from wom_sim.observed import read_cascades

COLUMNS = {
    "n_posts": "size",
    "depth": "depth",
    "max_breadth": "max_breadth",
    "structural_virality": "structural_virality",
    "n_direct_children": "direct_children",
}


@pytest.fixture(scope="module")
def cascades(shared_data):
    return read_cascades(shared_data / "twitter15" / "twitter15_nodes.csv.gz", time="t_minutes")


@pytest.fixture(scope="module")
def expected(shared_data):
    return pd.read_csv(shared_data / "twitter15" / "twitter15_cascades.csv")


def test_every_cascade_has_the_measures_of_the_file(cascades, expected):
    measures = cascades.measures()

    assert cascades.n_cascades == 1490
    assert cascades.n_members == 599_196
    assert measures["cascade"].tolist() == expected["cascade"].tolist()
    assert (measures["n_trees"] == 1).all()
    for theirs, ours in COLUMNS.items():
        np.testing.assert_allclose(measures[ours], expected[theirs], rtol=0, atol=0.500001e-4)  # 4 decimals


def test_durations_are_those_of_the_file(cascades, expected):
    """The file has the time of the last post; eight roots have a time below 0 there, and not the 0 of all others."""
    starts = cascades.time[cascades.indptr[:-1]]

    assert np.count_nonzero(starts) == 8
    np.testing.assert_allclose(
        cascades.measures()["duration"] + starts, expected["last_t_minutes"], rtol=0, atol=0.005001
    )


def test_medians_by_label_are_those_of_the_file(cascades, expected):
    by_label = cascades.by(expected["label"], statistic="median")
    medians = expected.groupby("label")[list(COLUMNS)].median()

    assert by_label["label"].tolist() == medians.index.tolist() == ["false", "non-rumor", "true", "unverified"]
    assert by_label["n_cascades"].tolist() == [370, 374, 372, 374]
    for theirs, ours in COLUMNS.items():
        np.testing.assert_allclose(by_label[ours], medians[theirs], atol=1e-4)


def test_generations_and_curves_add_up_to_the_members(cascades):
    total = np.zeros(cascades.generation.max() + 1, np.int64)
    for i in range(cascades.n_cascades):
        sizes = cascades.generations(i)
        total[: len(sizes)] += sizes
        assert cascades.curve(i).n_members[-1] == cascades.sizes[i]

    assert total.sum() == cascades.n_members
    np.testing.assert_allclose(cascades.reproduction_numbers()[:-1], total[1:] / total[:-1])
