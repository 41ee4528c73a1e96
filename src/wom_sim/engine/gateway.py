"""What every process checks before unchecked machine code runs; each adds the arrays of its own kernel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..errors import GraphError
from ..graph.csr import MAX_PEOPLE


def require(holds: bool, name: str, expected: str) -> None:
    """Raise GraphError, "<name> must <expected>", unless it holds."""
    if not holds:
        raise GraphError(f"{name} must {expected}")


def check_network(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    n: int,
    *,
    complete: bool,
    names: tuple[str, str] = ("indptr", "indices"),
) -> None:
    """Raise GraphError unless ties are where `indptr` says and lead to people; complete mixing stores none.

    names : what the two arrays are called
    """
    m = len(indices)
    where, who = names
    require(1 <= n <= MAX_PEOPLE, "n_people", f"be from 1 to {MAX_PEOPLE:,}, got {n:,}")
    for name, array, dtype in ((where, indptr, np.int64), (who, indices, np.int32)):
        sound = array.dtype == dtype and array.ndim == 1 and array.flags.c_contiguous
        require(bool(sound), name, f"be one contiguous row of {np.dtype(dtype)}, got {array.dtype}")
    if complete:
        require(m == 0, who, f"be empty where everybody is tied to everybody, got {m:,}")
        return
    require(len(indptr) == n + 1, where, f"have {n + 1:,} entries, one more than people, got {len(indptr):,}")
    require(bool(indptr[0] == 0 and indptr[-1] == m), where, f"go from 0 to the {m:,} ties")
    require(bool((np.diff(indptr) >= 0).all()), where, "never fall")
    require(m == 0 or bool(indices.min() >= 0 and indices.max() < n), who, f"lie in 0 .. {n - 1:,}")


def check_seed_nodes(seed_nodes: NDArray[np.int32], n_people: int) -> None:
    """Raise GraphError unless the seed nodes are distinct people."""
    require(seed_nodes.dtype == np.int32 and seed_nodes.flags.c_contiguous, "seed_nodes", "be one row of int32")
    require(len(seed_nodes) == len(np.unique(seed_nodes)), "seed_nodes", "be distinct")
    inside = len(seed_nodes) == 0 or (seed_nodes.min() >= 0 and seed_nodes.max() < n_people)
    require(bool(inside), "seed_nodes", f"lie in 0 .. {n_people - 1:,}")
