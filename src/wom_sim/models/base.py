"""What every model offers: parameters, the columns it reads, and a compiled form for the engine."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..graph.csr import Graph
from ..spec import Spec

if TYPE_CHECKING:
    from ..kernels.live_edge import LiveTies

_TWO_TO_64 = 2.0**64


@dataclass(frozen=True)
class CompiledModel:
    """A model on a network, ready for the kernel: its arrays, and what to tell the user about them."""

    arrays: LiveTies
    notes: tuple[str, ...] = ()


class Model(Spec):
    """Base of all models. A subclass fixes `kind`, names its parameters and says where its equation comes from."""

    source: ClassVar[str]
    """Publication the equation is taken from."""

    kind: str
    """Name of the model in scenario files."""

    def tie_columns(self) -> dict[str, tuple[float, float]]:
        """Return the tie columns this model reads, each with the range its values must lie in."""
        return {}

    @abstractmethod
    def compile(self, graph: Graph) -> CompiledModel:
        """Turn parameters and network into the kernel's arrays.

        Raises
        ------
        GraphError
            When the network lacks a column or its numbers do not fit the model.
        """


def coin_threshold(prob: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return floor(p * 2^64) as uint64, and 2^64 - 1 (which the kernels read as "always") for p = 1.

    Parameters
    ----------
    prob : float64 array in [0, 1]; the multiplication by a power of two is exact
    """
    certain = prob >= 1.0
    threshold = np.where(certain, 0.0, prob * _TWO_TO_64).astype(np.uint64)
    threshold[certain] = np.uint64(2**64 - 1)
    return threshold
