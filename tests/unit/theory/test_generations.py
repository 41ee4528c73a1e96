"""A cascade's progress on random networks: its end is bond percolation, its first step is a plain count."""

import numpy as np
import pytest

from wom_sim.theory import DegreeDistribution, cascade_exact, outbreak_share, reached_by_step

REGULAR = DegreeDistribution.regular(4)


def test_one_step_reaches_whoever_knows_a_starter_that_passes_it_on():
    found = reached_by_step(REGULAR, transmissibility=0.3, seed_share=0.1, n_steps=1)
    assert found.tolist() == pytest.approx([0.1, 1 - 0.9 * (1 - 0.03) ** 4])


@pytest.mark.parametrize("transmissibility", [0.4, 0.5, 0.8])
def test_few_starters_end_in_the_giant_component_of_percolation(transmissibility):
    end = reached_by_step(REGULAR, transmissibility=transmissibility, seed_share=1e-7, n_steps=400)[-1]
    assert end == pytest.approx(outbreak_share(REGULAR, transmissibility=transmissibility), abs=1e-5)


def test_a_ring_by_enumeration():
    """People on a ring of degree 2, starters drawn: the average over all sets of starters on a ring of 6, two steps."""
    n, rho, passes = 6, 0.3, 0.6
    ties = [(u, (u + d) % n) for u in range(n) for d in (1, -1)]
    share = np.zeros(3)
    for starters in range(2**n):
        chosen = [v for v in range(n) if starters >> v & 1]
        curve = cascade_exact(n, ties, chances=passes, seed_nodes=chosen, max_steps=2).curve if chosen else np.zeros(1)
        share += rho ** len(chosen) * (1 - rho) ** (n - len(chosen)) * np.append(curve, [curve[-1]] * 3)[:3] / n
    found = reached_by_step(DegreeDistribution.regular(2), transmissibility=passes, seed_share=rho, n_steps=2)
    assert found == pytest.approx(share)


def test_refuses_what_is_no_chance():
    with pytest.raises(ValueError, match=r"transmissibility: must be in \[0, 1\], got 1.5"):
        reached_by_step(REGULAR, transmissibility=1.5, seed_share=0.1, n_steps=1)
