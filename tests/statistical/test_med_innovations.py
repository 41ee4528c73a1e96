"""Tetracycline among 125 doctors (Coleman, Katz & Menzel 1966): equal to what the R package netdiffuseR finds.

Doctors name those they turn to, who influence them; the three relations are merged into one network of distinct ties.
Month 18 stands for doctors who had not adopted by the end; netdiffuseR counts them as adopters of month 18, and writes
0 where there is nothing to divide by: doctors who name nobody, or the first month.
"""

import csv
from types import SimpleNamespace

import numpy as np
import pytest

from wom_sim.graph.csr import Graph
from wom_sim.observed.adoption import adoption_curve, exposures, infectiousness, susceptibility, thresholds


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(table, name):
    return np.array([float(row[name]) for row in table])


@pytest.fixture(scope="module")
def doctors(shared_data):
    people = rows(shared_data / "med_innovations" / "nodes.csv")
    number = {row["id"]: i for i, row in enumerate(people)}
    named = {(number[row["ego"]], number[row["alter"]]) for row in rows(shared_data / "med_innovations" / "edges.csv")}
    ego, alter = np.array(sorted(named)).T
    return SimpleNamespace(
        survey=Graph.from_edges(ego, alter, n_people=len(people)),
        influence=Graph.from_edges(alter, ego, n_people=len(people)),
        month=column(people, "toa"),
        ids=[row["id"] for row in people],
    )


@pytest.fixture(scope="module")
def theirs(shared_data):
    folder = shared_data / "peer_reference"
    return {
        name: rows(folder / f"netdiffuseR_med_innovations_{name}.csv")
        for name in ("edges", "adoption", "threshold", "infectsuscep")
    }


def or_zero(found):
    return np.nan_to_num(found, nan=0.0)


def test_the_network_is_theirs(doctors, theirs):
    found = set()
    for ego in range(doctors.survey.n_people):
        alters = doctors.survey.indices[doctors.survey.indptr[ego] : doctors.survey.indptr[ego + 1]]
        found |= {(doctors.ids[ego], doctors.ids[alter]) for alter in alters}
    assert found == {(row["ego"], row["alter"]) for row in theirs["edges"]}
    assert len(found) == 294


def test_adopters_by_month_are_theirs(doctors, theirs):
    curve, expected = adoption_curve(doctors.month), theirs["adoption"]
    np.testing.assert_array_equal(curve.period, column(expected, "period"))
    np.testing.assert_array_equal(curve.cumulative, column(expected, "cum"))
    np.testing.assert_allclose(curve.share, column(expected, "prop"), rtol=1e-14)
    np.testing.assert_allclose(or_zero(curve.growth_rate), column(expected, "rate"), rtol=1e-13)
    np.testing.assert_allclose(curve.hazard[1:], column(expected, "hazard")[1:], rtol=1e-13)
    assert curve.hazard[0] == 11 / 125  # where netdiffuseR writes 0


def test_thresholds_and_last_exposures_are_theirs(doctors, theirs):
    expected = theirs["threshold"]
    assert [row["id"] for row in expected] == doctors.ids
    np.testing.assert_array_equal(doctors.month, column(expected, "toa"))
    found = thresholds(doctors.survey, doctors.month, ties="nomination")
    last = exposures(doctors.survey, doctors.month, ties="nomination").share[:, -1]
    np.testing.assert_allclose(or_zero(found), column(expected, "threshold"), rtol=1e-14)
    np.testing.assert_allclose(or_zero(last), column(expected, "exposure_last"), rtol=1e-14)
    names_nobody = doctors.survey.out_degree == 0
    np.testing.assert_array_equal(np.isnan(found), names_nobody)
    np.testing.assert_array_equal(np.isnan(last), names_nobody)


def test_ties_of_influence_say_the_same(doctors):
    for measure in (thresholds, infectiousness, susceptibility):
        np.testing.assert_array_equal(
            measure(doctors.influence, doctors.month), measure(doctors.survey, doctors.month, ties="nomination")
        )


def test_contacts_of_the_same_month_count(doctors, theirs):
    earlier = thresholds(doctors.survey, doctors.month, ties="nomination", same_period=False)
    assert np.isclose(or_zero(earlier), column(theirs["threshold"], "threshold")).sum() == 125 - 33


def test_infectiousness_and_susceptibility_are_theirs(doctors, theirs):
    expected = theirs["infectsuscep"]
    assert [row["id"] for row in expected] == doctors.ids
    for measure, name, n_above_0 in ((infectiousness, "infection", 17), (susceptibility, "susceptibility", 19)):
        found = measure(doctors.survey, doctors.month, ties="nomination")
        np.testing.assert_allclose(or_zero(found), column(expected, name), rtol=1e-13)
        assert (found > 0).sum() == n_above_0


def test_a_threshold_is_the_exposure_at_adoption(doctors):
    found = exposures(doctors.survey, doctors.month, ties="nomination")
    at_adoption = found.share[np.arange(125), doctors.month.astype(int) - 1]
    np.testing.assert_array_equal(at_adoption, thresholds(doctors.survey, doctors.month, ties="nomination"))
