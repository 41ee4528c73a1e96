"""Epidemics with a latent period whose first people are exposed at time 0, and infectious only when that is over.

As `epidemic_curves`, in which the first people are infectious at once; the equations are the same, their start is not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from . import ranges
from .degrees import DegreeDistribution
from .epidemic_curves import EdgeBasedCurves, EpidemicCurves, _rates, _share_susceptible, _solve
from .ranges import Floats


def edge_based_seir_from_exposed(
    degrees: DegreeDistribution,
    *,
    infect_rate: float,
    onset_rate: float,
    recover_rate: float,
    exposed_share: float,
    times: ArrayLike,
) -> EdgeBasedCurves:
    """Follow an SEIR epidemic on a configuration model, a share rho of it exposed at time 0, drawn at random.

    The equations of `edge_based_seir`, with phi_E(0) = E(0) = rho: at first all ties from the first people lead from
    somebody latent.

    Parameters
    ----------
    degrees, infect_rate, onset_rate, recover_rate, times : as in `edge_based_seir`
    exposed_share : float   rho, in [0, 1]

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Miller, Slim & Volz (2012); Miller (2014), "Epidemics on networks with large initial conditions or changing
    structure", for rho.
    """
    at = ranges.times("times", times)
    h = ranges.positive("onset_rate", onset_rate)
    b, g, rho = _rates(infect_rate, recover_rate, exposed_share)

    def change(_time: float, state: Floats) -> list[float]:
        theta, latent_ties, exposed, recovered = state
        infectious_ties = b * (theta - (1 - rho) * degrees.g1(theta) - latent_ties) - g * (1 - theta)
        infectious = 1 - (1 - rho) * degrees.g0(theta) - exposed - recovered
        return [
            -infectious_ties,
            (1 - rho) * degrees.g1_slope(theta) * infectious_ties - h * latent_ties,
            (1 - rho) * degrees.g0_slope(theta) * infectious_ties - h * exposed,
            g * infectious,
        ]

    theta, _, exposed, recovered = _solve(change, [1.0, rho, rho, 0.0], at)
    susceptible = _share_susceptible(degrees, theta, rho)
    return EdgeBasedCurves(theta, susceptible, exposed, 1 - susceptible - exposed - recovered, recovered)


def mass_action_seir_from_exposed(
    *, infect_rate: float, onset_rate: float, recover_rate: float, exposed_share: float, times: ArrayLike
) -> EpidemicCurves:
    """Follow an SEIR epidemic in complete mixing, a share of all exposed at time 0: as `mass_action_seir` else.

    Parameters
    ----------
    infect_rate, onset_rate, recover_rate, times : as in `mass_action_seir`
    exposed_share : float   in [0, 1]

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Anderson & May (1991), "Infectious diseases of humans".
    """
    at = ranges.times("times", times)
    h = ranges.positive("onset_rate", onset_rate)
    b, g, rho = _rates(infect_rate, recover_rate, exposed_share)

    def change(_time: float, state: Floats) -> list[float]:
        susceptible, exposed, infectious = state
        infected = b * susceptible * infectious
        return [-infected, infected - h * exposed, h * exposed - g * infectious]

    susceptible, exposed, infectious = _solve(change, [1 - rho, rho, 0.0], at)
    recovered = np.maximum(1 - susceptible - exposed - infectious, 0.0)
    return EpidemicCurves(susceptible, exposed, infectious, recovered)
