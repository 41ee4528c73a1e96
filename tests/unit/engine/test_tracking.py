"""Flights whose money a rule changes: what was shown stays, what is left is spent evenly over the rest."""

import numpy as np
import pytest

from wom_sim.engine.flights import go_on, shown_by
from wom_sim.kernels.campaign.records import ITEM


def flight(n, *, start=2.0, length=10.0, first=0, flight_start=None):
    rows = np.zeros(1, ITEM)
    rows["start"], rows["length"], rows["n_impressions"], rows["first_impression"] = start, length, n, first
    rows["flight_start"] = start if flight_start is None else flight_start
    return rows


def test_half_of_a_flight_is_shown_by_its_middle():
    assert [shown_by(flight(100)[0], step) for step in (0, 2, 3, 7, 12, 50)] == [0, 0, 10, 50, 100, 100]


def test_more_money_in_the_middle_buys_more_of_what_is_left():
    (row,) = go_on(flight(100), flight(150), 7)
    assert (row["first_impression"], row["n_impressions"], row["start"], row["length"]) == (50, 100, 7.0, 5.0)
    assert row["flight_start"] == 2.0
    assert shown_by(row, 12) == 150


def test_less_money_than_was_spent_stops_the_flight():
    (row,) = go_on(flight(100), flight(30), 7)
    assert (row["first_impression"], row["n_impressions"]) == (50, 0)
    assert shown_by(row, 12) == 50


def test_a_flight_that_has_not_begun_begins_with_its_new_money():
    (row,) = go_on(flight(100), flight(40), 1)
    assert (row["first_impression"], row["n_impressions"], row["start"], row["length"]) == (0, 40, 2.0, 10.0)


@pytest.mark.parametrize("step", [12, 20])
def test_a_flight_that_is_over_stays_as_it_was(step):
    (row,) = go_on(flight(100), flight(400), step)
    assert (row["first_impression"], row["n_impressions"]) == (0, 100)


def test_a_second_change_goes_on_from_the_first():
    once = go_on(flight(100), flight(150), 7)
    (unchanged,) = go_on(once, flight(150), 9)
    assert (unchanged["first_impression"], unchanged["n_impressions"]) == (50, 100)
    (row,) = go_on(once, flight(210), 9)  # by step 9 another 40 of the 100 in 5 steps are shown
    assert (row["first_impression"], row["n_impressions"], row["start"], row["length"]) == (90, 120, 9.0, 3.0)
