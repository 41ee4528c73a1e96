"""`wom explain --values`: a table of what each person buys and brings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .numbers import number

if TYPE_CHECKING:
    from ..engine.campaign import CampaignProcess
    from ..engine.case import Case
    from ..engine.people_value import PeopleValues

VALUE_REPLICAS = 100
"""Replicas that people's values are means over, at most."""

OVERLAP = (
    "brought values overlap with own values and with each other: one person's purchase is in the brought value of "
    "everybody above her; do not add them up"
)


def checked_file(place: str) -> Path:
    """Return where the table is to go; raise FolderError when it cannot, before anything is computed."""
    from ..errors import FolderError

    path = Path(place)
    if path.suffix not in (".csv", ".parquet"):
        raise FolderError(f"{place}: must end in .csv or .parquet")
    if path.exists():
        raise FolderError(f"{place}: is there already; choose another name or remove it")
    if not path.absolute().parent.is_dir():
        raise FolderError(f"{place}: there is no folder {path.parent} to put it in")
    return path


def write_values(case: Case, process: CampaignProcess, path: Path) -> dict[str, Any]:
    """Write a line for everybody who is worth something, most brought first, and return what to tell of it."""
    from ..engine.people_value import people_values
    from ..results.files import replace_file
    from ..results.store import csv_bytes, parquet_bytes, plain_table

    values = people_values(process, min(case.n_replicas, VALUE_REPLICAS))
    some = np.flatnonzero((values.own > 0) | (values.brought > 0))
    order = some[np.lexsort((some, -values.own[some], -values.brought[some]))]
    table = plain_table(_columns(case, process, values, order))
    replace_file(path, parquet_bytes(table) if path.suffix == ".parquet" else csv_bytes(table))
    return {
        "name": case.name,
        "rng_seed": case.rng_seed,
        "n_replicas": values.n_replicas,
        "n_people": len(order),
        "customer_equity": float(values.own.sum()),
        "table": str(path),
        "note": OVERLAP,
    }


def value_lines(told: dict[str, Any]) -> list[str]:
    """Return what to tell of a table of values, for people."""
    return [
        f"{told['name']}: what {told['n_people']:,} people are worth, on average over {told['n_replicas']:,} replicas",
        f"own values add up to {number(told['customer_equity'])}, the worth of all customers (customer_equity)",
        f"note: {told['note']}",
        f"table    {told['table']}",
    ]


def _columns(case: Case, process: CampaignProcess, values: PeopleValues, order: Any) -> dict[str, Any]:
    names = process.compiled.segment_names
    return {
        "person": [str(label) for label in case.graph.labels.take(order)],
        "segment": [names[number] for number in process.world.segment[order].tolist()],
        "customer_at_end": values.customer[order],
        "purchases": values.purchases[order],
        "won_by_others": values.referred[order],
        "won": values.won[order],
        "own_value": values.own[order],
        "brought_value": values.brought[order],
    }
