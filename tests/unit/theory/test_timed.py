"""Cascades with a deadline: paths, stars and small networks."""

import math

import numpy as np
import pytest
from scipy.stats import binom, gamma

from wom_sim.theory.timed import first_passage_exponential, path_reached, star_reached

G8 = {(0, 1): 0.3, (0, 2): 0.6, (1, 2): 0.2, (2, 1): 0.5, (1, 3): 0.4, (2, 3): 0.1, (3, 4): 0.7, (2, 4): 0.25}


def test_a_path_by_its_deadline():
    found = path_reached(3, share_prob=1, rate=1, deadline=2)
    assert found == pytest.approx([1, 0.8646647, 0.5939942, 0.3233236], abs=5e-8)
    assert found.sum() == pytest.approx(2.7819825, abs=5e-8)
    assert path_reached(3, share_prob=0.5, rate=1, deadline=2).sum() == pytest.approx(1.6212463, abs=5e-8)


def test_without_a_deadline_time_does_not_matter():
    assert path_reached(2, share_prob=0.5, rate=3, deadline=math.inf).tolist() == [1, 0.5, 0.25]
    assert path_reached(2, share_prob=0.5, rate=3, deadline=0).tolist() == [1, 0, 0]
    assert path_reached(0, share_prob=0.5, rate=3, deadline=1).tolist() == [1]


def test_leaves_of_a_star_are_independent():
    chance = 0.3 * (1 - math.exp(-1.5))
    found = star_reached(6, share_prob=0.3, rate=0.5, deadline=3)
    assert found == pytest.approx(binom.pmf(np.arange(7), 6, chance), abs=1e-14)
    assert star_reached(3, share_prob=1, rate=1, deadline=math.inf) == pytest.approx([0, 0, 0, 1])
    assert star_reached(3, share_prob=0, rate=1, deadline=1) == pytest.approx([1, 0, 0, 0])
    assert star_reached(0, share_prob=0.5, rate=1, deadline=1) == pytest.approx([1])


@pytest.mark.parametrize("share_prob", [0.0, 0.5, 1.0])
def test_paths_and_stars_are_small_networks(share_prob):
    asked = {"chances": share_prob, "rates": 0.8, "seed_nodes": [0], "deadline": 1.7}
    line = first_passage_exponential(5, [(0, 1), (1, 2), (2, 3), (3, 4)], **asked)
    assert line == pytest.approx(path_reached(4, share_prob=share_prob, rate=0.8, deadline=1.7), abs=1e-12)
    star = first_passage_exponential(4, [(0, 1), (0, 2), (0, 3)], **asked)
    wanted = star_reached(3, share_prob=share_prob, rate=0.8, deadline=1.7)
    assert star[1:].sum() == pytest.approx(wanted @ np.arange(4), abs=1e-12)


def test_two_ways_that_share_no_tie():
    """0 > 3 directly, or by 1 and 2: missed if both ways are."""
    p, q, t = 0.6, (0.5, 0.8, 0.9), 2.0
    found = first_passage_exponential(
        4, [(0, 3), (0, 1), (1, 2), (2, 3)], chances=[p, *q], rates=[0.3, 2, 2, 2], seed_nodes=[0], deadline=t
    )
    direct, round_about = p * gamma.cdf(t, 1, scale=1 / 0.3), math.prod(q) * gamma.cdf(t, 3, scale=1 / 2)
    assert found[3] == pytest.approx(1 - (1 - direct) * (1 - round_about), abs=1e-12)


def test_ties_back_and_into_seed_nodes_change_nothing():
    asked = {"chances": 0.7, "rates": 1.3, "seed_nodes": [0], "deadline": 1.5}
    there = first_passage_exponential(3, [(0, 1), (1, 2)], **asked)
    both = first_passage_exponential(3, [(0, 1), (1, 0), (1, 2), (2, 1), (2, 0)], **asked)
    assert both == pytest.approx(there, abs=1e-12)


def test_late_deadlines_give_the_independent_cascade():
    asked = {"chances": list(G8.values()), "rates": 5.0, "seed_nodes": [0]}
    late = first_passage_exponential(5, list(G8), deadline=100, **asked)
    assert late == pytest.approx([1, 0.51, 0.624, 0.24984, 0.293886], abs=1e-12)
    early = first_passage_exponential(5, list(G8), deadline=0.2, **asked)
    assert (early <= late).all()
    assert early.sum() < late.sum()
    assert first_passage_exponential(5, list(G8), deadline=0, **asked).tolist() == [1, 0, 0, 0, 0]


def test_first_passage_times_drawn_at_random_agree():
    """G8 with rates of their own: 40 000 draws of shortest paths, 4 standard errors."""
    ties, n, t = list(G8), 40_000, 1.5
    rates = np.linspace(0.4, 2.0, len(ties))
    rng = np.random.default_rng(7)
    delays = rng.exponential(1 / rates, (n, len(ties)))
    delays[rng.random(delays.shape) >= list(G8.values())] = np.inf
    at = np.full((n, 5), np.inf)
    at[:, 0] = 0
    for _ in range(5):
        for e, (u, v) in enumerate(ties):
            at[:, v] = np.minimum(at[:, v], at[:, u] + delays[:, e])
    drawn = (at <= t).mean(axis=0)
    exact = first_passage_exponential(5, ties, chances=list(G8.values()), rates=rates, seed_nodes=[0], deadline=t)
    assert (np.abs(drawn - exact) <= 4 * np.sqrt(exact * (1 - exact) / n) + 1e-12).all()


def test_seed_nodes_are_reached_and_parallel_ties_each_count():
    found = first_passage_exponential(3, [(0, 1), (0, 1)], chances=0.5, rates=1.0, seed_nodes=[0, 2, 2], deadline=1)
    assert found == pytest.approx([1, 1 - (1 - 0.5 * (1 - math.exp(-1))) ** 2, 1])
    assert first_passage_exponential(2, [], chances=1, rates=1, seed_nodes=[1], deadline=1).tolist() == [0, 1]


GOOD = {"chances": 0.5, "rates": 1.0, "seed_nodes": [0], "deadline": 1.0}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: path_reached(-1, share_prob=1, rate=1, deadline=1), "n_hops: must be at least 0, got -1"),
        (lambda: path_reached(1, share_prob=1, rate=0, deadline=1), "rate: must be above 0"),
        (lambda: star_reached(1, share_prob=1.4, rate=1, deadline=1), r"share_prob: must be in \[0, 1\], got 1.4"),
        (lambda: star_reached(1, share_prob=1, rate=1, deadline=-1), "deadline: must be at least 0, got -1"),
        (lambda: first_passage_exponential(9, [], **GOOD), "n_people: must be at most 8, got 9"),
        (lambda: first_passage_exponential(2, [(0, 1)] * 13, **GOOD), "number of ties: must be at most 12, got 13"),
        (lambda: first_passage_exponential(2, [(0, 1)], **(GOOD | {"rates": [1, 2]})), "rates: must be one number or"),
        (lambda: first_passage_exponential(2, [(0, 1)], **(GOOD | {"rates": 0})), "rates: must be above 0"),
        (lambda: first_passage_exponential(2, [(0, 1)], **(GOOD | {"chances": 2})), r"chances: must be in \[0, 1\]"),
        (lambda: first_passage_exponential(2, [(0, 2)], **GOOD), r"ties\[0\]: must name people from 0 to 1"),
        (
            lambda: first_passage_exponential(2, [], **(GOOD | {"deadline": math.inf})),
            "deadline: must be at least 0 and finite, got inf",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line(call, message):
    with pytest.raises(ValueError, match=message) as error:
        call()
    assert "\n" not in str(error.value)
