"""The chance of each tie: a number or a column, times the strength of its layer, for all parallel ties together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import GraphError
from ..graph.csr import Graph
from ..graph.layers import Layer

_ROUNDING = 1e-12
"""A product of decimals that is 1 may be off by this."""


def chances(graph: Graph, share_prob: float | str, *, key: str = "share_prob") -> NDArray[np.float64]:
    """Return the chance of one tie, in [0, 1]: float64 (1,) where it is one for all, else (m,).

    Parameters
    ----------
    share_prob : a number in [0, 1], or the name of a tie column     key : what it is called, for messages

    Raises
    ------
    GraphError
        When there is no such column, it has numbers outside [0, 1], or a strength makes a chance larger than 1.
    """
    if isinstance(share_prob, str):
        return strengthened(graph, tie_values(graph, share_prob, key=key), key=key)
    return strengthened(graph, np.array([float(share_prob)]), key=key)


def strengthened(graph: Graph, prob: NDArray[np.float64], *, key: str) -> NDArray[np.float64]:
    """Return chances, (1,) or (m,), times the strength of each tie's layer; as they are where none has any.

    Raises
    ------
    GraphError
        When a product is above 1.
    """
    if graph.tie_layers is None or graph.tie_strength() is None:
        return prob
    product = np.empty(graph.n_ties)
    for number, layer in enumerate(graph.layers):
        ties = graph.tie_layers == number
        product[ties] = strengthened_by(layer, prob[ties] if len(prob) == graph.n_ties else prob, key=key)
    return product


def strengthened_by(layer: Layer, prob: NDArray[np.float64], *, key: str) -> NDArray[np.float64]:
    """Return chances times the strength of a layer.

    Raises
    ------
    GraphError
        When a product is above 1.
    """
    product = prob * layer.strength
    if (product > 1.0 + _ROUNDING).any():
        at = int(np.argmax(product))
        raise GraphError(
            f"{key}: {prob[at]:g} times {layer.strength:g}, the strength of layer {layer.name!r}, is {product[at]:g}, "
            "above 1; lower one of them"
        )
    return np.minimum(product, 1.0)


def at_least_one(graph: Graph, prob: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chance that one of a tie's parallel ties passes it on, 1 - (1 - p)^c, where they were counted."""
    if graph.tie_counts is None:
        return prob
    # Without cancellation for small p; p = 1 gives log1p(-1) = -inf and the right answer 1.
    with np.errstate(divide="ignore"):
        return np.where(graph.tie_counts == 1, prob, -np.expm1(graph.tie_counts * np.log1p(-prob)))


def tie_values(graph: Graph, column: str, *, key: str, low: float = 0.0, high: float = 1.0) -> NDArray[np.float64]:
    """Return a tie column that a key names, its numbers in [low, high]: float64 (m,).

    Raises
    ------
    GraphError
        When there is no such column, everybody is tied to everybody, or a number lies outside.
    """
    refuse_in_mixing(graph, column, key=key)
    values = graph.tie_column(column)
    wrong = np.flatnonzero(~((values >= low) & (values <= high)))
    if len(wrong):
        allowed = f"be at least {low:g}" if high == np.inf else f"lie in [{low:g}, {high:g}]"
        raise GraphError(f"tie column {column!r} must {allowed}, got {values[wrong[0]]:g}")
    return np.ascontiguousarray(values)


def refuse_in_mixing(graph: Graph, column: str, *, key: str) -> None:
    """Raise GraphError where everybody is tied to everybody, as such ties have no columns."""
    if graph.complete:
        raise GraphError(f"{key} names the tie column {column!r}, but everybody-to-everybody has no columns")
