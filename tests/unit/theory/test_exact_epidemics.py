"""Small epidemics: closed forms, another theory of the final size, cascades as a special case."""

from math import comb

import numpy as np
import pytest

from wom_sim.theory.exact_epidemics import discrete_sir_exact, sir_exact_final_size_complete
from wom_sim.theory.live_edges import cascade_exact
from wom_sim.theory.percolation import discrete_sir_transmissibility, mass_action_outbreak_share

PATH = [(0, 1), (1, 2), (2, 3)]
LOOP = [(0, 1), (1, 0), (1, 2), (2, 1), (2, 0), (0, 2), (2, 3), (3, 4), (4, 2)]


def test_two_people():
    assert sir_exact_final_size_complete(2, infect_rate=0.3, recover_rate=0.5) == pytest.approx([0, 0.625, 0.375])


def sizes_by_balance(n_others, m, b, g):
    """Ball (1986): for each l, sum over j of binom(N - j, l - j) P_j / phi(b (N - l))^(j + m) = binom(N, l)."""
    found = []
    for k in range(n_others + 1):
        phi = g / (g + b * (n_others - k))
        known = sum(comb(n_others - j, k - j) * p / phi ** (j + m) for j, p in enumerate(found))
        found.append((comb(n_others, k) - known) * phi ** (k + m))
    return found


@pytest.mark.parametrize(("n_people", "n_seeds"), [(3, 1), (10, 1), (12, 4)])
def test_final_sizes_agree_with_balance_equations(n_people, n_seeds):
    found = sir_exact_final_size_complete(n_people, infect_rate=0.2, recover_rate=0.7, n_seeds=n_seeds)
    expected = sizes_by_balance(n_people - n_seeds, n_seeds, 0.2, 0.7)
    assert found == pytest.approx([0] * n_seeds + expected, abs=1e-10)


def test_large_populations_either_stop_early_or_reach_the_final_size():
    """R0 = 2: half the epidemics die out (1 / R0), the others take 79.7 %."""
    found = sir_exact_final_size_complete(1000, infect_rate=2 / 999, recover_rate=1)
    assert found.sum() == pytest.approx(1)
    assert found[:300].sum() == pytest.approx(0.5, abs=2e-3)
    big = found[300:] @ np.arange(300, 1001) / found[300:].sum() / 1000
    assert big == pytest.approx(mass_action_outbreak_share(2), abs=3e-3)


def test_certain_and_impossible():
    assert sir_exact_final_size_complete(4, infect_rate=0, recover_rate=1, n_seeds=2).tolist() == [0, 0, 1, 0, 0]
    assert sir_exact_final_size_complete(1, infect_rate=1, recover_rate=1).tolist() == [0, 1]


@pytest.mark.parametrize("chances", [0.4, [0.2, 0.4, 0.6, 0.8, 0.1, 0.3, 0.5, 0.7, 0.9]])
def test_whoever_recovers_at_once_had_one_chance(chances):
    expected = cascade_exact(5, LOOP, chances=chances, seed_nodes=[0, 3]).curve
    found = discrete_sir_exact(5, LOOP, infect_prob=chances, recover_prob=1, seed_nodes=[0, 3], steps=6)
    assert 5 - found.susceptible[: len(expected)] == pytest.approx(expected)
    assert found.infectious[-1] == pytest.approx(0)


def test_along_a_path_each_tie_passes_with_the_transmissibility():
    found = discrete_sir_exact(4, PATH, infect_prob=0.3, recover_prob=0.2, seed_nodes=[0], steps=200)
    T = discrete_sir_transmissibility(0.3, recover_prob=0.2)
    assert found.recovered[-1] == pytest.approx(1 + T + T**2 + T**3)


def test_first_steps_by_hand():
    """Infection comes before recovery, and the newly infected wait for the next step."""
    b, g = 0.3, 0.2
    found = discrete_sir_exact(3, PATH[:2], infect_prob=b, recover_prob=g, seed_nodes=[0], steps=2)
    reached_1 = [b, b + (1 - b) * (1 - g) * b]
    assert found.susceptible == pytest.approx([2, 2 - reached_1[0], 2 - reached_1[1] - b * b])
    assert found.recovered == pytest.approx([0, g, g + (1 - g) * g + b * g])
    assert found.susceptible + found.infectious + found.recovered == pytest.approx([3, 3, 3])


def test_nobody_recovers():
    found = discrete_sir_exact(2, [(0, 1)], infect_prob=0.5, recover_prob=0, seed_nodes=[0], steps=3)
    assert found.infectious.tolist() == [1, 1.5, 1.75, 1.875]


def test_chances_of_seven_people_add_up():
    ties = [(u, v) for u in range(7) for v in range(7) if u != v]
    found = discrete_sir_exact(7, ties, infect_prob=0.1, recover_prob=0.3, seed_nodes=[0], steps=5)
    assert found.susceptible + found.infectious + found.recovered == pytest.approx([7] * 6)
    assert found.susceptible[1] == pytest.approx(6 * 0.9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_people": 9}, "n_people: must be at most 8, got 9"),
        ({"infect_prob": -0.5}, r"infect_prob: must be in \[0, 1\], got -0.5"),
        ({"recover_prob": 1.5}, r"recover_prob: must be in \[0, 1\], got 1.5"),
        ({"seed_nodes": [4]}, "seed_nodes: must name people from 0 to 3, got 4"),
        ({"steps": -1}, "steps: must be at least 0, got -1"),
    ],
)
def test_bad_networks_are_refused(change, message):
    good = {"n_people": 4, "ties": PATH, "infect_prob": 0.5, "recover_prob": 0.5, "seed_nodes": [0], "steps": 2}
    with pytest.raises(ValueError, match=message):
        discrete_sir_exact(**good | change)


def test_bad_rates_are_refused():
    with pytest.raises(ValueError, match="recover_rate: must be above 0 and finite, got 0"):
        sir_exact_final_size_complete(3, infect_rate=1, recover_rate=0)
    with pytest.raises(ValueError, match="n_seeds: must be at most 3, got 4"):
        sir_exact_final_size_complete(3, infect_rate=1, recover_rate=1, n_seeds=4)
