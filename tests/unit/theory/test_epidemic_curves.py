"""Epidemics over time: the table, what is conserved, final sizes, limits in which they meet."""

import numpy as np
import pytest
from scipy.integrate import cumulative_simpson

from wom_sim.theory.branching import big_seed_share
from wom_sim.theory.degrees import DegreeDistribution
from wom_sim.theory.epidemic_curves import (
    edge_based_seir,
    edge_based_sir,
    mass_action_seir,
    mass_action_sir,
    mass_action_sis,
)
from wom_sim.theory.percolation import outbreak_share

POISSON = DegreeDistribution.poisson(5)
SIR = {"infect_rate": 0.3, "recover_rate": 0.5, "initial_share": 1e-3}
SEIR = SIR | {"onset_rate": 0.7}
MIXING = {"infect_rate": 2.0, "recover_rate": 1.0, "initial_share": 0.01}
TIMES = np.linspace(0, 40, 401)


def test_the_table():
    found = edge_based_sir(POISSON, times=[2, 5, 10, 20, 40], **SIR)
    assert found.susceptible == pytest.approx([0.99251, 0.93658, 0.47215, 0.24343, 0.24049], abs=6e-6)
    assert found.infectious == pytest.approx([0.00493, 0.03663, 0.19077, 0.01098, 0], abs=6e-6)


CURVES = {
    "edge-based sir": lambda times: edge_based_sir(POISSON, times=times, **SIR),
    "edge-based seir": lambda times: edge_based_seir(POISSON, times=times, **SEIR),
    "mass action sir": lambda times: mass_action_sir(times=times, **MIXING),
    "mass action seir": lambda times: mass_action_seir(times=times, onset_rate=0.7, **MIXING),
}


@pytest.mark.parametrize("name", CURVES)
def test_nobody_is_lost_and_people_recover_at_their_rate(name):
    found = CURVES[name](TIMES)
    shares = np.array([found.susceptible, found.exposed, found.infectious, found.recovered])
    assert shares.sum(axis=0) == pytest.approx(1)
    assert shares.min() > -1e-10
    assert (np.diff(found.susceptible) < 0).all()
    rate = 0.5 if name.startswith("edge") else 1.0
    assert found.recovered[1:] == pytest.approx(rate * cumulative_simpson(found.infectious, x=TIMES), abs=1e-5)
    assert (found.exposed.max() > 0) == name.endswith("seir")


@pytest.mark.parametrize("name", CURVES)
def test_times_come_in_any_order(name):
    shuffled, sorted_ = CURVES[name]([5, 0, 5, 2]), CURVES[name]([0, 2, 5])
    assert shuffled.infectious == pytest.approx(sorted_.infectious[[2, 0, 2, 1]], abs=1e-9)
    start = CURVES[name]([0])
    assert (start.exposed[0], start.recovered[0]) == (0, pytest.approx(0, abs=1e-15))
    assert start.infectious[0] == pytest.approx(1 - start.susceptible[0])
    assert CURVES[name]([]).infectious.shape == (0,)


def test_a_few_starters_end_in_the_outbreak_of_percolation():
    found = edge_based_sir(POISSON, times=[400], **SIR | {"initial_share": 1e-8})
    assert found.recovered[0] == pytest.approx(outbreak_share(POISSON, transmissibility=0.375), abs=1e-6)


def test_a_share_of_starters_on_a_regular_network():
    """MODELS.md L4: T = 5 / 11 on degree 4 and one in a thousand at the start."""
    fate = {"infect_rate": 0.5, "recover_rate": 0.6, "initial_share": 0.001, "times": [200]}
    found = edge_based_sir(DegreeDistribution.regular(4), **fate)
    assert found.recovered[0] == pytest.approx(0.755069, abs=6e-7)


def test_a_latent_period_delays_and_changes_no_final_size():
    sir, seir = edge_based_sir(POISSON, times=[8, 300], **SIR), edge_based_seir(POISSON, times=[8, 300], **SEIR)
    assert seir.recovered[0] < sir.recovered[0] / 2
    assert seir.recovered[1] == pytest.approx(sir.recovered[1], abs=1e-8)
    assert seir.theta[1] == pytest.approx(sir.theta[1], abs=1e-8)


def test_a_short_latent_period_is_none():
    sir, seir = CURVES["edge-based sir"](TIMES), edge_based_seir(POISSON, times=TIMES, **SIR, onset_rate=2000)
    assert seir.susceptible == pytest.approx(sir.susceptible, abs=1e-3)


def test_very_many_ties_are_complete_mixing():
    many, times = DegreeDistribution.regular(4000), [2, 5, 10, 20]
    rates = MIXING | {"infect_rate": 2 / 4000}
    on_network, mixed = edge_based_sir(many, times=times, **rates), mass_action_sir(times=times, **MIXING)
    assert on_network.infectious == pytest.approx(mixed.infectious, abs=1e-3)
    on_network = edge_based_seir(many, times=times, onset_rate=0.7, **rates)
    mixed = mass_action_seir(times=times, onset_rate=0.7, **MIXING)
    assert on_network.exposed == pytest.approx(mixed.exposed, abs=1e-3)
    assert on_network.infectious == pytest.approx(mixed.infectious, abs=1e-3)


def test_complete_mixing_ends_in_the_final_size():
    expected = big_seed_share(0.01, reproduction=2)
    assert mass_action_sir(times=[200], **MIXING).recovered[0] == pytest.approx(expected, abs=1e-9)
    assert mass_action_seir(times=[400], onset_rate=0.7, **MIXING).recovered[0] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("b", "g", "limit"), [(2, 1, 0.5), (1, 2, 0), (1, 1, 0), (0, 1, 0)])
def test_infectious_again_and_again(b, g, limit):
    times = np.linspace(0, 5, 2001)
    found = mass_action_sis(infect_rate=b, recover_rate=g, initial_share=0.2, times=times)
    assert found[0] == pytest.approx(0.2)
    change = b * found * (1 - found) - g * found
    assert np.diff(found) == pytest.approx((change[1:] + change[:-1]) / 2 * times[1], abs=1e-8)
    late = mass_action_sis(infect_rate=b, recover_rate=g, initial_share=0.2, times=[1e6])
    assert late[0] == pytest.approx(limit, abs=2e-6)
    assert mass_action_sis(infect_rate=b, recover_rate=g, initial_share=0, times=[1e6])[0] == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"infect_rate": -1}, "infect_rate: must be at least 0 and finite, got -1"),
        ({"recover_rate": np.nan}, "recover_rate: must be at least 0 and finite, got nan"),
        ({"initial_share": 1.5}, r"initial_share: must be in \[0, 1\], got 1.5"),
        ({"times": [-1]}, "times: must be at least 0 and finite, got -1"),
        ({"onset_rate": 0}, "onset_rate: must be above 0 and finite, got 0"),
    ],
)
def test_bad_arguments_are_refused(change, message):
    arguments = SEIR | {"times": [1]} | change
    with pytest.raises(ValueError, match=message):
        edge_based_seir(POISSON, **arguments)
    with pytest.raises(ValueError, match=message):
        mass_action_seir(**arguments)
