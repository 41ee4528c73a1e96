"""Epidemics over time in large populations: on configuration models, and where everybody meets everybody.

Limits as the population grows of continuous-time epidemics that start with a share of it, not with one person.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from . import ranges
from .degrees import DegreeDistribution
from .ranges import Floats

TOLERANCE = 1e-11
"""Of the solver's steps, absolute; relative ten times as much. The curves are good to about 1e-8."""


Start = Literal["infectious", "exposed"]


class EpidemicCurves(NamedTuple):
    """Shares of the population at the times asked for, each float64 (n_times,); together 1.

    exposed : infected and not yet infectious, 0 without a latent period
    """

    susceptible: Floats
    exposed: Floats
    infectious: Floats
    recovered: Floats


class EdgeBasedCurves(NamedTuple):
    """Shares of the network at the times asked for, each float64 (n_times,); all but `theta` together 1.

    theta : chance that nothing has come along a given tie to somebody who passes nothing on
    exposed : infected and not yet infectious, 0 without a latent period
    """

    theta: Floats
    susceptible: Floats
    exposed: Floats
    infectious: Floats
    recovered: Floats


# On networks.


def edge_based_sir(
    degrees: DegreeDistribution, *, infect_rate: float, recover_rate: float, initial_share: float, times: ArrayLike
) -> EdgeBasedCurves:
    """Follow an SIR epidemic on a configuration model by the edge-based compartmental equations.

    With psi = g0 and a share rho infectious at time 0, drawn at random: ``theta' = -b theta + b (1 - rho) psi'(theta)
    / psi'(1) + g (1 - theta)``, ``S = (1 - rho) psi(theta)``, ``R' = g I``, ``I = 1 - S - R``.

    Parameters
    ----------
    degrees : how many ties people have
    infect_rate : float >= 0   b, along one tie, per unit time
    recover_rate : float >= 0   g, per unit time
    initial_share : float   rho, in [0, 1]
    times : float >= 0 (n_times,)   in any order

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Miller, Slim & Volz (2012), "Edge-based compartmental modelling for infectious disease spread";
    Miller (2014), "Epidemics on networks with large initial conditions or changing structure", for rho.
    """
    at = ranges.times("times", times)
    b, g, rho = _rates(infect_rate, recover_rate, initial_share)

    def change(_time: float, state: Floats) -> list[float]:
        theta, recovered = state
        infectious = 1 - (1 - rho) * degrees.g0(theta) - recovered
        return [-b * theta + b * (1 - rho) * degrees.g1(theta) + g * (1 - theta), g * infectious]

    theta, recovered = _solve(change, [1.0, 0.0], at)
    susceptible = _share_susceptible(degrees, theta, rho)
    return EdgeBasedCurves(theta, susceptible, np.zeros_like(at), 1 - susceptible - recovered, recovered)


def edge_based_seir(
    degrees: DegreeDistribution,
    *,
    infect_rate: float,
    onset_rate: float,
    recover_rate: float,
    initial_share: float,
    times: ArrayLike,
    start: Start = "infectious",
) -> EdgeBasedCurves:
    """Follow an SEIR epidemic on a configuration model: as `edge_based_sir`, with a latent period first.

    Of theta, the part phi_E leads to somebody latent: ``phi_E' = -(1 - rho) psi''(theta) / psi'(1) theta' - h phi_E``,
    ``theta' = -b phi_I``, ``phi_I = theta - (1 - rho) psi'(theta) / psi'(1) - g (1 - theta) / b - phi_E``.

    Parameters
    ----------
    degrees, recover_rate, initial_share, times : as in `edge_based_sir`
    infect_rate : float >= 0   b, along one tie, per unit time
    onset_rate : float > 0   h, from latent to infectious, per unit time
    start : whether the initial share is infectious at time 0, or exposed: phi_E(0) = E(0) = rho

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Miller, Slim & Volz (2012), with a latent stage as in Miller & Volz (2013), "Incorporating
    disease and population structure into models of SIR disease in contact networks".
    """
    at = ranges.times("times", times)
    h = ranges.positive("onset_rate", onset_rate)
    b, g, rho = _rates(infect_rate, recover_rate, initial_share)

    latent = rho if _exposed_first(start) else 0.0

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

    theta, _, exposed, recovered = _solve(change, [1.0, latent, latent, 0.0], at)
    susceptible = _share_susceptible(degrees, theta, rho)
    return EdgeBasedCurves(theta, susceptible, exposed, 1 - susceptible - exposed - recovered, recovered)


# Where everybody meets everybody.


def mass_action_sir(
    *, infect_rate: float, recover_rate: float, initial_share: float, times: ArrayLike
) -> EpidemicCurves:
    """Follow an SIR epidemic in complete mixing: ``S' = -b S I``, ``R' = g I``.

    Parameters
    ----------
    infect_rate : float >= 0   b, of one infectious person among all others together, per unit time
    recover_rate : float >= 0   g, per unit time
    initial_share : float   infectious at time 0, in [0, 1]
    times : float >= 0 (n_times,)   in any order

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Kermack & McKendrick (1927).
    """
    at = ranges.times("times", times)
    b, g, rho = _rates(infect_rate, recover_rate, initial_share)

    def change(_time: float, state: Floats) -> list[float]:
        susceptible, infectious = state
        return [-b * susceptible * infectious, b * susceptible * infectious - g * infectious]

    susceptible, infectious = _solve(change, [1 - rho, rho], at)
    return EpidemicCurves(susceptible, np.zeros_like(at), infectious, 1 - susceptible - infectious)


def mass_action_seir(
    *,
    infect_rate: float,
    onset_rate: float,
    recover_rate: float,
    initial_share: float,
    times: ArrayLike,
    start: Start = "infectious",
) -> EpidemicCurves:
    """Follow an SEIR epidemic in complete mixing: ``S' = -b S I``, ``E' = b S I - h E``, ``R' = g I``.

    Parameters
    ----------
    infect_rate, recover_rate, initial_share, times : as in `mass_action_sir`
    onset_rate : float > 0   h, from latent to infectious, per unit time
    start : whether the initial share is infectious at time 0, or exposed

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Anderson & May (1991), "Infectious diseases of humans".
    """
    at = ranges.times("times", times)
    h = ranges.positive("onset_rate", onset_rate)
    b, g, rho = _rates(infect_rate, recover_rate, initial_share)

    latent = rho if _exposed_first(start) else 0.0

    def change(_time: float, state: Floats) -> list[float]:
        susceptible, exposed, infectious = state
        infected = b * susceptible * infectious
        return [-infected, infected - h * exposed, h * exposed - g * infectious]

    susceptible, exposed, infectious = _solve(change, [1 - rho, latent, rho - latent], at)
    recovered = np.maximum(1 - susceptible - exposed - infectious, 0.0)
    return EpidemicCurves(susceptible, exposed, infectious, recovered)


def mass_action_sis(*, infect_rate: float, recover_rate: float, initial_share: float, times: ArrayLike) -> Floats:
    """Return the share infectious when the recovered can be infected again: ``I' = b (1 - I) I - g I``.

    A logistic curve: ``i0 / (exp(-r t) + b i0 (1 - exp(-r t)) / r)`` with r = b - g.

    Parameters
    ----------
    infect_rate, recover_rate, initial_share, times : as in `mass_action_sir`

    Raises
    ------
    ValueError
        When an argument is out of range.

    Source: Kiss, Miller & Simon (2017), "Mathematics of epidemics on networks".
    """
    at = ranges.times("times", times)
    b, g, rho = _rates(infect_rate, recover_rate, initial_share)
    growth = b - g
    if rho == 0:
        return np.zeros_like(at)
    # Above the threshold written with what shrinks, below it times exp(r t): neither form overflows.
    if growth < 0:
        found: Floats = rho * np.exp(growth * at) / (1 + b * rho * np.expm1(growth * at) / growth)
    else:
        met = at if growth == 0 else -np.expm1(-growth * at) / growth
        found = rho / (np.exp(-growth * at) + b * rho * met)
    return found


# Helpers.


def _exposed_first(start: Start) -> bool:
    if start not in ("infectious", "exposed"):
        raise ValueError(f'start: must be "infectious" or "exposed", got {start!r}')
    return start == "exposed"


def _rates(infect_rate: float, recover_rate: float, initial_share: float) -> tuple[float, float, float]:
    return (
        ranges.at_least("infect_rate", infect_rate, 0),
        ranges.at_least("recover_rate", recover_rate, 0),
        ranges.prob("initial_share", initial_share),
    )


def _share_susceptible(degrees: DegreeDistribution, theta: Floats, initial_share: float) -> Floats:
    return np.array([(1 - initial_share) * degrees.g0(x) for x in theta])


def _solve(change: Callable[[float, Floats], list[float]], start: list[float], times: Floats) -> Floats:
    """Return the state at each time: float64 (states, n_times)."""
    from scipy.integrate import solve_ivp

    if not times.size or times.max() == 0:
        return np.repeat(np.array(start)[:, None], times.size, axis=1)
    at, place = np.unique(times, return_inverse=True)
    solved = solve_ivp(change, (0.0, at[-1]), start, method="LSODA", t_eval=at, rtol=10 * TOLERANCE, atol=TOLERANCE)
    assert solved.success, solved.message
    found: Floats = solved.y[:, place]
    return found
