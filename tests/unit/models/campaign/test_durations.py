"""Durations: text with one number and one unit, kept in days, written back as text; dates without times."""

import copy
import datetime
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wom_sim.durations import MAX_DAYS, Date, Duration, PositiveDuration
from wom_sim.errors import ScenarioError
from wom_sim.spec import Spec


class Times(Spec):
    step: PositiveDuration = Duration("1d")
    delay: Duration = Duration("0d")
    start: Date | None = None


@pytest.mark.parametrize(
    ("text", "days", "written"),
    [
        ("6h", 0.25, "6h"),
        ("1d", 1.0, "1d"),
        ("7d", 7.0, "7d"),
        ("2w", 14.0, "14d"),
        ("90min", 0.0625, "90min"),
        ("30s", 30 / 86_400, "30s"),
        ("5y", 1826.25, "5y"),
        ("48h", 2.0, "2d"),
        ("0.1s", 0.1 / 86_400, "0.1s"),
        ("0h", 0.0, "0d"),
    ],
)
def test_text_becomes_days_and_text_again(text, days, written):
    duration = Duration(text)
    assert duration == days
    assert str(duration) == written
    assert Times(delay=text).model_dump(mode="json")["delay"] == written


@given(st.integers(0, 10**6), st.sampled_from(["", ".5", ".25", ".001"]), st.sampled_from(["s", "min", "h", "d", "w"]))
def test_what_is_written_is_read_as_the_same_length(number, decimals, unit):
    days = float(f"{number}{decimals}") * {"s": 1, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}[unit] / 86_400
    if days <= MAX_DAYS:
        assert Duration(str(Duration(f"{number}{decimals}{unit}"))) == pytest.approx(days, rel=1e-12)


def test_equal_lengths_are_written_alike():
    assert Times(delay="1w").model_dump(mode="json") == Times(delay="7d").model_dump(mode="json")


def test_a_duration_survives_copies():
    assert pickle.loads(pickle.dumps(Duration("6h"))) == copy.deepcopy(Duration("6h")) == Duration("6h")


@pytest.mark.parametrize("wrong", ["6", "1 d", "1D", "-1d", "1e3d", "1d2h", "", "d", ".5d", "1.d", "٣d", "1d\n"])
def test_other_texts_are_refused(wrong):
    with pytest.raises(ScenarioError) as caught:
        Times(delay=wrong)
    assert caught.value.problems == (f'delay: must be a duration such as "6h", "1d" or "2w", got {wrong!r}',)


@pytest.mark.parametrize(
    ("wrong", "got"), [(6, "6"), (6.5, "6.5"), (True, "true"), ([], "an empty list"), (None, "None")]
)
def test_other_types_are_refused(wrong, got):
    with pytest.raises(ScenarioError, match=f'delay: must be a duration such as "6h", "1d" or "2w", got {got}'):
        Times(delay=wrong)


def test_bounds():
    with pytest.raises(ScenarioError, match="step: must be longer than \"0d\", got '0d'"):
        Times(step="0s")
    with pytest.raises(ScenarioError, match="delay: must be at most 1000y, got '1001y'"):
        Times(delay="1001y")
    with pytest.raises(ValueError, match="must be a duration"):
        Duration("soon")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            datetime.datetime(2026, 3, 2, 8, 30, tzinfo=datetime.UTC),
            "start: must be a date without a time, such as 2026-03-02, got 2026-03-02T08:30:00+00:00",
        ),
        ("2026-03-02", "start: write 2026-03-02 without quotes, got '2026-03-02'"),
        ("March", "start: must be a date such as 2026-03-02, got 'March'"),
        (20260302, "start: must be a date such as 2026-03-02, got 20260302"),
        (datetime.time(8), "start: must be a date such as 2026-03-02, got 08:00:00"),
    ],
)
def test_a_date_is_a_toml_date(wrong, said):
    with pytest.raises(ScenarioError) as caught:
        Times(start=wrong)
    assert caught.value.problems == (said,)


def test_a_date_is_kept():
    assert Times(start=datetime.date(2026, 3, 2)).model_dump(mode="json")["start"] == "2026-03-02"
