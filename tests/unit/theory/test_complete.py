"""Cascades on the complete network: the table, enumeration, generation by generation."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import binom

from wom_sim.theory.complete import complete_cascade_exact
from wom_sim.theory.live_edges import cascade_exact


@pytest.mark.parametrize(
    ("n_people", "share_prob", "spread"),
    [
        (3, 0.5, 2.25),
        (4, 0.5, 3.25),
        (5, 0.2, 2.2701372416),
        (10, 0.05, 1.6880645432),
        (10, 0.1, 3.0269285933),
        (50, 0.02, 5.6872330793),
        (100, 0.01, 7.3851),
    ],
)
def test_spreads_of_the_table(n_people, share_prob, spread):
    found = complete_cascade_exact(n_people, share_prob=share_prob)
    assert found.spread == pytest.approx(spread, abs=6e-11 if n_people < 100 else 5e-5)
    assert found.size_prob.sum() == pytest.approx(1)
    assert found.size_prob @ np.arange(n_people + 1) == pytest.approx(found.spread)


def test_a_float_is_the_decimal_it_prints_as():
    assert (
        complete_cascade_exact(20, share_prob=0.1).spread
        == complete_cascade_exact(20, share_prob=Fraction(1, 10)).spread
    )


def test_agrees_with_enumeration():
    ties = [(u, v) for u in range(6) for v in range(6) if u != v]
    for seeds in ([0], [0, 1], [0, 1, 2, 3, 4, 5]):
        expected = cascade_exact(6, ties, chances=0.15, seed_nodes=seeds).spread
        assert complete_cascade_exact(6, share_prob=0.15, n_seeds=len(seeds)).spread == pytest.approx(expected)


def sizes_by_generation(n_people, p, n_seeds):
    """Reed & Frost: with i newly infected each of s others escapes with (1 - p)^i, one generation after another."""
    chances, found = {(n_people - n_seeds, n_seeds): 1.0}, np.zeros(n_people + 1)
    while chances:
        later = {}
        for (s, i), chance in chances.items():
            if i == 0:
                found[n_people - s] += chance
                continue
            for new, part in enumerate(binom.pmf(np.arange(s + 1), s, 1 - (1 - p) ** i)):
                later[s - new, new] = later.get((s - new, new), 0.0) + chance * part
        chances = later
    return found


@pytest.mark.parametrize(("n_people", "n_seeds"), [(1, 1), (12, 1), (12, 4)])
def test_sizes_agree_with_generations(n_people, n_seeds):
    found = complete_cascade_exact(n_people, share_prob=0.12, n_seeds=n_seeds)
    assert found.size_prob == pytest.approx(sizes_by_generation(n_people, 0.12, n_seeds), abs=1e-12)


def test_certain_and_impossible():
    assert complete_cascade_exact(9, share_prob=1).size_prob.tolist() == [0] * 9 + [1]
    assert complete_cascade_exact(9, share_prob=0, n_seeds=2).spread == 2


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match=r"share_prob: must be in \[0, 1\], got 1.2"):
        complete_cascade_exact(3, share_prob=1.2)
    with pytest.raises(ValueError, match="n_seeds: must be at most 3, got 4"):
        complete_cascade_exact(3, share_prob=0.5, n_seeds=4)
    with pytest.raises(ValueError, match="n_people: must be at least 1, got 0"):
        complete_cascade_exact(0, share_prob=0.5)
