"""The metrics of a model of the catalogue: what it counts, when its main curve came to half, its largest wave."""

from __future__ import annotations

from ..results.results import Results
from .columns import Columns
from .timing import peak, time_to_half


def columns(results: Results) -> Columns:
    """Return the metrics of each replica; see `metrics.table.replica_table`."""
    found: Columns = {name: count for name, count in results.counts.items() if name != "unfinished"}
    if results.newly is not None:
        days = results.days_per_step
        if results.main_curve in results.facts["rises"]:
            half = time_to_half(results, name=results.main_curve)
            found |= {"time_to_half": half} if days is None else {"days_to_half": half * days}
        step, found_size = peak(results, name=results.main_curve)
        found |= {"peak_step": step} if days is None else {"peak_day": step * days}
        found["peak_size"] = found_size
    return found
