"""Bass: exact crowds of 2, 100 and 1,000, endless ones, networks, steps, the peak."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import theory
from ..api import simulate
from ..engine.streams import purpose_key
from ..graph.csr import Graph, complete_graph
from ..graph.generate import RandomNetwork
from ..kernels.rng import NETWORK
from ..models.bass import Bass
from .cases import Budget, Case, Outcome, curve_against, heights_at, mean_against
from .networks import regular, stored

Floats = NDArray[np.float64]
Curve = Callable[[Floats], Floats]

_KIND = "bass"
_P, _Q = 0.03, 0.38
_RATES = {"p": _P, "q": _Q}
_DAYS = np.array([1, 5, 10, 15, 20])
_ENDLESS = "1.4 / n: the exact means of 100 and of 1,000 people are within that of the endless crowd"
_TELEVISION = "10 / n: the exact means of 400 and of 1,000 people are within 8.4 / n of the endless crowd"
_CIRCLES = "3 / n: a few short circles, whatever n, cost a few people"
_FIBICH = "Fibich & Gibori (2010); arXiv:2411.12076"


def cases() -> Iterator[Case]:
    """Yield the cases."""
    yield Case("Bass, 2 people", _KIND, "exact", partial(_complete, 2, 40_000, partial(theory.bass_pair, **_RATES)))
    for n, n_replicas in ((100, 2_000), (1000, 500)):
        exact = partial(theory.bass_finite, **_RATES, n_people=n)
        yield Case(f"Bass, {n:,} people", _KIND, "birth chain, exact", partial(_complete, n, n_replicas, exact))
    yield Case("Bass, 50,000 people", _KIND, "Bass (1969)", _endless, bias=_ENDLESS)
    yield Case("Bass, colour television", _KIND, "Bass (1969), p = 0.005, q = 0.84", _television, bias=_TELEVISION)
    yield Case("Bass, adopters when sales peak", _KIND, "(q - p) / 2q", _at_peak, bias=_ENDLESS)
    yield Case(
        "Bass, sales at their peak",
        _KIND,
        "(p + q)^2 / 4q",
        _peak_sales,
        bias="0.0001: the fifth of a day around the peak, and 1.4 / n",
    )
    yield Case("Bass, 1,000 people: luck by day 5", _KIND, "variance of the birth chain, exact", _luck)
    for directed, name in ((False, "two neighbours"), (True, "one neighbour")):
        yield Case(
            f"Bass, ring of 1,000, {name} heeded",
            _KIND,
            "Fibich & Gibori (2010), endless ring",
            partial(_ring, directed),
        )
    for degree in (3, 4):
        yield Case(
            f"Bass, random network, all of degree {degree}",
            _KIND,
            _FIBICH,
            partial(_regular, degree),
            bias=_CIRCLES,
        )
    yield Case("Bass by number, Erdos-Renyi of mean degree 4", _KIND, _FIBICH, _poisson, bias=_CIRCLES)
    for hazard in ("linear", "exponential"):
        for step, level in (("1d", "quick"), ("0.05d", "full")):
            yield Case(
                f"Bass, {hazard} steps of {step}",
                _KIND,
                "map of the endless crowd, Rand & Rust (2011)",
                partial(_steps, hazard, step),
                bias="3 / n: finite crowd",
                level="quick" if level == "quick" else "full",
            )
    yield Case("Bass, only innovators", _KIND, "1 - e^(-pt)", _innovators)
    yield Case("Bass, one follows one", _KIND, "mean time 1 / q", _lone_follower)


def _shares(graph: Graph, n: int, budget: Budget, *, at: Any = _DAYS, horizon: str = "20d", **keys: Any) -> Floats:
    """Return the share of adopters by each of the steps, a row a replica."""
    model = Bass(**{"innovate_rate": _P, "imitate_rate": _Q} | keys)
    found = simulate(graph, model, n_replicas=n, rng_seed=budget.rng_seed, horizon=horizon)
    shares: Floats = heights_at(found, at) / graph.n_people
    return shares


def _complete(n_people: int, n_replicas: int, exact: Curve, budget: Budget) -> Outcome:
    found = _shares(complete_graph(n_people), budget.replicas(n_replicas), budget)
    return curve_against(found, exact(_DAYS), _DAYS, label="day")


def _endless(budget: Budget) -> Outcome:
    found = _shares(complete_graph(50_000), budget.replicas(60), budget)
    return curve_against(found, theory.bass_adopted(_DAYS, **_RATES), _DAYS, margin=1.4 / 50_000, label="day")


def _television(budget: Budget) -> Outcome:
    days = np.array([5, 10])
    keys = {"innovate_rate": 0.005, "imitate_rate": 0.84}
    found = _shares(complete_graph(50_000), budget.replicas(60), budget, at=days, horizon="10d", **keys)
    exact = theory.bass_adopted(days, p=0.005, q=0.84)
    return curve_against(found, exact, days, margin=10.0 / 50_000, label="day")


def _at_peak(budget: Budget) -> Outcome:
    peak = theory.bass_peak(**_RATES)
    keys = {"record_every": f"{peak.time:.6f}d"}
    found = _shares(complete_graph(50_000), budget.replicas(60), budget, at=[1], horizon=keys["record_every"], **keys)
    return mean_against(found[:, 0], peak.adopted, margin=1.4 / 50_000)


def _peak_sales(budget: Budget) -> Outcome:
    """Sales per person and day between steps 61 and 63 of 62 up to the peak."""
    peak = theory.bass_peak(**_RATES)
    width = peak.time / 62
    found = _shares(
        complete_graph(50_000), budget.replicas(60), budget, at=[61, 63], horizon="7d", record_every=f"{width:.8f}d"
    )
    return mean_against((found[:, 1] - found[:, 0]) / (2 * width), peak.rate, margin=1e-4)


def _luck(budget: Budget) -> Outcome:
    from scipy.sparse import diags
    from scipy.sparse.linalg import expm_multiply

    found = _shares(complete_graph(1000), budget.replicas(2_000), budget, at=[5], horizon="5d")[:, 0]
    shares = np.arange(1001) / 1000
    rate = 1000 * (1.0 - shares) * (_P + _Q * 1000 * shares / 999)
    chances = expm_multiply(5.0 * diags([-rate, rate[:-1]], [0, -1], format="csc"), np.eye(1001)[0])
    mean = float(chances @ shares)
    return mean_against((found - mean) ** 2, float(chances @ (shares - mean) ** 2))


def _ring(directed: bool, budget: Budget) -> Outcome:
    ahead = [(u, (u + 1) % 1000) for u in range(1000)]
    ring = stored(1000, ahead if directed else sorted([*ahead, *((v, u) for u, v in ahead)]))
    found = _shares(ring, budget.replicas(100), budget)
    return curve_against(found, theory.bass_ring(_DAYS, **_RATES), _DAYS, label="day")


def _regular(degree: int, budget: Budget) -> Outcome:
    """Networks differ in their few short circles only, so that replicas on the same few are as good as on many."""
    n, rows = 10_000, []
    for number in range(2):
        luck = Budget(budget.level, (budget.rng_seed + number) % 2**64)
        rows.append(_shares(regular(degree, n, rng_seed=1 + number), budget.replicas(30), luck))
    exact = theory.bass_regular(_DAYS, **_RATES, degree=degree)
    return curve_against(np.concatenate(rows), exact, _DAYS, margin=3.0 / n, label="day")


def _poisson(budget: Budget) -> Outcome:
    """A network a replica: its degrees are luck too."""
    n, rows = 5_000, []
    for number in range(budget.replicas(80)):
        luck = Budget(budget.level, (budget.rng_seed + number) % 2**64)
        graph = RandomNetwork(n_people=n, mean_contacts=4.0).build(purpose_key(luck.rng_seed, NETWORK))
        rows.append(_shares(graph, 1, luck, imitate_by="number"))
    exact = theory.bass_poisson(_DAYS, **_RATES, mean_degree=4.0)
    return curve_against(np.concatenate(rows), exact, _DAYS, margin=3.0 / n, label="day")


def _steps(hazard: str, step: str, budget: Budget) -> Outcome:
    n, per_day = 10_000, {"1d": 1, "0.05d": 20}[step]
    by_step = {"linear": theory.bass_linear_steps, "exponential": theory.bass_exponential_steps}[hazard]
    found = _shares(
        complete_graph(n),
        budget.replicas(60, full=200),
        budget,
        at=_DAYS * per_day,
        clock="steps",
        hazard=hazard,
        step=step,
    )
    exact = by_step(20 * per_day, **_RATES, dt=1.0 / per_day)[_DAYS * per_day]
    return curve_against(found, exact, _DAYS, margin=3.0 / n, label="day")


def _innovators(budget: Budget) -> Outcome:
    found = _shares(complete_graph(500), budget.replicas(300), budget, imitate_rate=0.0)
    return curve_against(found, -np.expm1(-_P * _DAYS), _DAYS, label="day")


def _lone_follower(budget: Budget) -> Outcome:
    found = simulate(
        complete_graph(2),
        Bass(innovate_rate=0.0, imitate_rate=_Q),
        seed_nodes=[0],
        n_replicas=budget.replicas(20_000),
        rng_seed=budget.rng_seed,
        horizon="1000d",
        curves=False,
    )
    return mean_against(found.counts["last_time"], 1.0 / _Q)
