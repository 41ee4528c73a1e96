"""The metrics of a cascade: how many, how fast, how concentrated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..results.results import Results
from .timing import peak, time_to_half


def columns(results: Results) -> dict[str, NDArray[np.int64] | NDArray[np.float64]]:
    """Return the metrics of each replica of a cascade; see `metrics.table.replica_table`."""
    found: dict[str, NDArray[np.int64] | NDArray[np.float64]] = {"reach": results.reach}
    if results.newly is not None:
        found["time_to_half"] = time_to_half(results)
        found["peak_step"], found["peak_size"] = peak(results)
    return found | {name: count for name, count in results.counts.items() if name != "reach"}
