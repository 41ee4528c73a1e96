"""What the shipped scenarios of the catalogue's models say about themselves. Tolerance 4 s / sqrt(R) where random."""

from pathlib import Path

import numpy as np
import pytest

from kernel_runner import compiled_only, standard_errors_off
from wom_sim import read_scenario, run

pytestmark = compiled_only
FOLDER = Path(__file__).parents[2] / "scenarios"


def result_of(name, **changes):
    return run(read_scenario(FOLDER / f"{name}.toml", set={key.replace("__", "."): v for key, v in changes.items()}))


def test_what_needs_company_walks_around_the_ring_and_does_not_take_shortcuts():
    on_ring = result_of("complex_contagion")
    assert on_ring.reach.tolist() == [1000]
    assert set(np.diff(on_ring.curve[0])) == {2}  # one person on each side, step by step
    rewired = [
        result_of("complex_contagion", network__rewired_fraction=0.02, network__rng_seed=seed).reach[0]
        for seed in range(5)
    ]
    assert max(rewired) < 500
    simple = result_of("complex_contagion", network__rewired_fraction=0.02, model__count=1)
    assert simple.reach[0] == 1000
    assert simple.last_step[0] < result_of("complex_contagion", model__count=1).last_step[0] / 2


def test_an_epidemic_hangs_together():
    result = result_of("epidemic")
    parts = ("susceptible", "infectious", "recovered")
    assert (sum(result.curve_of(name) for name in parts) == 10_000).all()
    np.testing.assert_array_equal(result.curve_of("reach"), 10_000 - result.curve_of("susceptible"))


@pytest.mark.parametrize(("failures", "left"), [(1, 0.2031879), (2, 0.0595202)])
def test_a_rumour_leaves_people_out(failures, left):
    """Limits of an endless crowd; 10,000 people are off by less than 1 in 10,000."""
    ignorant = result_of("rumour", model__failures=failures).counts["ignorants"] / 10_000
    assert max(0.0, abs(ignorant.mean() - left) - 2e-4) < 4 * ignorant.std(ddof=1) / 20


def test_adoption_is_the_bass_curve_and_slower_where_people_have_few_contacts():
    """F(5) = .0866 and F(10) = .4899 for p = .0094, q = .3748; 18,713 people are off by less than 1e-4."""
    p, q = 0.0094, 0.3748
    mixed = result_of("adoption").curve / 18_713
    for day in (5, 10):
        growth = np.exp(-(p + q) * day)
        expected = (1 - growth) / (1 + q / p * growth)
        assert max(0.0, abs(mixed[:, day].mean() - expected) - 1e-4) < 4 * mixed[:, day].std(ddof=1) / np.sqrt(50)
    network = {"generate": "random", "n_people": 18_713, "mean_contacts": 4}
    scattered = result_of("adoption", network=network).curve / 18_713
    assert scattered[:, 10].mean() < mixed[:, 10].mean() - 0.03


def test_bad_news_costs_more_than_the_unhappy_themselves():
    worth = result_of("bad_news").counts["npv"]
    happy = result_of("bad_news", model__dissatisfied_prob=0.0).counts["npv"]
    assert standard_errors_off(happy - worth, 0.05 * happy.mean()) > 4
    assert (happy - worth).mean() > 0.3 * happy.mean()


def test_the_better_brand_wins_with_fewer_starters():
    result = result_of("two_brands")
    ahead = result.counts["reach_ours"] - result.counts["reach_theirs"]
    assert (result.counts["reach_ours"] + result.counts["reach_theirs"] == result.reach).all()
    assert ahead.mean() > 2 * ahead.std(ddof=1) / 20
