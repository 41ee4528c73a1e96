"""Metrics of hand-made results, against plain definitions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wom_sim import ResultError
from wom_sim.metrics.table import curve_bands, replica_table, summarise
from wom_sim.metrics.timing import peak, time_to_half
from wom_sim.results.results import Results


def results_of(waves):
    """Results from the people first reached at each step, a list a replica."""
    return Results(
        name="t",
        model="m",
        case_id="0" * 12,
        n_people=1000,
        seed_nodes=("a",),
        rng_seed=1,
        family="cascade",
        last_step=np.array([len(w) - 1 for w in waves], np.int64),
        stop=np.zeros(len(waves), np.uint8),
        stop_names=("died_out", "max_steps"),
        counts={"reach": np.array([sum(w) for w in waves], np.int64)},
        newly={"reach": np.array([x for w in waves for x in w], np.int32)},
        main_curve="reach",
    )


waves = st.lists(
    st.tuples(st.integers(0, 5), st.lists(st.integers(1, 9), max_size=6)).map(
        lambda t: [t[0], *(t[1] if t[0] else [])]
    ),
    min_size=1,
    max_size=12,
)


@given(waves)
def test_curves_halves_and_peaks_follow_their_definitions(rows):
    results = results_of(rows)
    width = max(map(len, rows))
    half = time_to_half(results)
    step, size = peak(results)
    for r, row in enumerate(rows):
        running = np.cumsum(row).tolist()
        assert results.curve[r].tolist() == running + [running[-1]] * (width - len(running))
        if sum(row) == 0:
            assert math.isnan(half[r])
        else:
            assert half[r] == next(t for t, reached in enumerate(running) if 2 * reached >= running[-1])
        later = row[1:]
        assert size[r] == max(later, default=0)
        assert math.isnan(step[r]) if not later else step[r] == 1 + later.index(max(later))


@given(waves, st.data())
def test_the_first_replicas_alone_are_the_first_rows(rows, data):
    n = data.draw(st.integers(1, len(rows)))
    part, whole = results_of(rows).first(n), results_of(rows)
    assert part.reach.tolist() == whole.reach[:n].tolist()
    assert part.newly["reach"].tolist() == results_of(rows[:n]).newly["reach"].tolist()


def test_summary_of_known_numbers():
    """1, 2, 3, 4: mean 2.5, variance 5/3, standard error sqrt(5/3) / 2; quantiles interpolate linearly."""
    summary = summarise(np.array([1, 2, 3, 4]))
    assert summary.mean == 2.5
    assert summary.standard_error == pytest.approx(math.sqrt(5 / 3) / 2)
    assert (summary.q05, summary.q50, summary.q95, summary.n) == (pytest.approx(1.15), 2.5, pytest.approx(3.85), 4)
    assert summary.interval() == pytest.approx((2.5 - 1.96 * 0.6454972, 2.5 + 1.96 * 0.6454972))


def test_undefined_values_are_left_out_and_counted():
    summary = summarise(np.array([np.nan, 4.0, np.nan]))
    assert (summary.mean, summary.standard_error, summary.n) == (4.0, None, 1)
    assert summary.interval() is None
    nothing = summarise(np.array([np.nan]))
    assert (nothing.mean, nothing.q50, nothing.n) == (None, None, 0)


def test_an_interval_goes_below_zero_only_where_the_metric_does():
    never, below = summarise(np.array([0, 0, 9])), summarise(np.array([-1, 0, 10]))
    assert never.interval() == (0.0, pytest.approx(3 + 1.96 * 3))
    assert below.interval()[0] == pytest.approx(3 - 1.96 * math.sqrt(37 / 3))


@given(waves)
def test_bands_are_quantiles_of_the_padded_curves(rows):
    results = results_of(rows)
    bands = curve_bands(results, (0.05, 0.5, 0.95), name="reach")
    assert np.allclose(bands, np.quantile(results.curve, (0.05, 0.5, 0.95), axis=0))


def test_without_curves_only_reach_is_known():
    whole = results_of([[1, 2]])
    bare = Results(**{**vars_of(whole), "newly": None})
    assert list(replica_table(bare)) == ["reach"]
    with pytest.raises(ResultError, match="kept no curves"):
        bare.curve  # noqa: B018


def vars_of(results):
    return {name: getattr(results, name) for name in results.__dataclass_fields__}


def test_arrays_of_results_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        results_of([[1]]).reach[0] = 5
