"""What every process checks before unchecked machine code runs; each adds the arrays of its own kernel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import GraphError


def require(holds: bool, name: str, expected: str) -> None:
    """Raise GraphError, "<name> must <expected>", unless it holds."""
    if not holds:
        raise GraphError(f"{name} must {expected}")


def check_seed_nodes(seed_nodes: NDArray[np.int32], n_people: int) -> None:
    """Raise GraphError unless the seed nodes are distinct people."""
    require(seed_nodes.dtype == np.int32 and seed_nodes.flags.c_contiguous, "seed_nodes", "be one row of int32")
    require(len(seed_nodes) == len(np.unique(seed_nodes)), "seed_nodes", "be distinct")
    inside = len(seed_nodes) == 0 or (seed_nodes.min() >= 0 and seed_nodes.max() < n_people)
    require(bool(inside), "seed_nodes", f"lie in 0 .. {n_people - 1:,}")
