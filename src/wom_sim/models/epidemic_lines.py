"""What theory says of an epidemic's curve: edge-based equations on networks, mass action where all meet all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from .base import TheoryLine
from .theory_lines import ENOUGH_STARTERS, RANDOM_NETWORK, cascade_line, degrees_of

if TYPE_CHECKING:
    from .epidemics import _Epidemic


def epidemic_line(model: _Epidemic, graph: Graph, seed_nodes: NDArray[np.int32], n_steps: int) -> TheoryLine | None:
    """Return the mean of reach of SI, SIR or SEIR; None for SIS, where people are infected again.

    In steps only where people are infectious for one step, which is the independent cascade; in time where periods
    are exponential and one rate holds for all ties of an undirected network, or of complete mixing.
    """
    from .epidemic_worlds import _chances, _rates

    if model.clock == "steps":
        if model.kind != "sir" or getattr(model, "duration_steps", None) != 1:
            return None
        return cascade_line(graph, np.broadcast_to(_chances(model, graph), graph.n_ties), seed_nodes, n_steps)
    speeds = _speeds(model)
    if speeds is None or graph.directed or graph.n_ties == 0 or len(seed_nodes) < ENOUGH_STARTERS:
        return None
    rates = _rates(model, graph)
    if float(rates.min()) != float(rates.max()):
        return None
    days = np.arange(n_steps + 1, dtype=np.float64) * float(model.record_every)
    started = len(seed_nodes) / graph.n_people
    solve = _in_mixing if graph.complete else _on_network
    share = 1.0 - solve(graph, float(rates[0]), speeds, started, days)
    says = "theory: mass action, many people" if graph.complete else RANDOM_NETWORK
    return TheoryLine(share * graph.n_people, says)


def _speeds(model: _Epidemic) -> dict[str, float] | None:
    """Return rates of recovery, and of onset with a latent period; None where they are not all exponential."""
    if model.kind == "sis":
        return None
    names = {"si": (), "sir": ("recover_rate",), "seir": ("recover_rate", "onset_rate")}[model.kind]
    found = {name: getattr(model, name) for name in names}
    if None in found.values() or found.get("onset_rate") == 0.0:
        return None
    return {"recover_rate": 0.0, **found}


def _on_network(
    graph: Graph, rate: float, speeds: dict[str, Any], started: float, days: NDArray[np.float64]
) -> NDArray[np.float64]:
    from ..theory import edge_based_seir, edge_based_sir

    degrees = degrees_of(graph)
    if "onset_rate" in speeds:
        latent = edge_based_seir(
            degrees, infect_rate=rate, initial_share=started, start="exposed", times=days, **speeds
        )
        return latent.susceptible
    return edge_based_sir(degrees, infect_rate=rate, initial_share=started, times=days, **speeds).susceptible


def _in_mixing(
    graph: Graph, rate: float, speeds: dict[str, Any], started: float, days: NDArray[np.float64]
) -> NDArray[np.float64]:
    from ..theory import mass_action_seir, mass_action_sir

    # Of one person among all others: the equations count those who are met by their share of all n.
    of_all = rate * graph.n_people
    if "onset_rate" in speeds:
        return mass_action_seir(
            infect_rate=of_all, initial_share=started, start="exposed", times=days, **speeds
        ).susceptible
    return mass_action_sir(infect_rate=of_all, initial_share=started, times=days, **speeds).susceptible
