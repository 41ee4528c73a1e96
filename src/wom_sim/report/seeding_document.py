"""What `wom seeding` found, as one document, and as CSV tables made of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from ..metrics.table import Summary

_CERTAIN = ("ratio", "at_least", "best_at_most", "confidence", "stand_in")


def mean_of(summary: Summary) -> dict[str, Any]:
    """Return a mean with its standard error and 95 % interval, JSON-ready."""
    ends = summary.interval()
    return {
        "mean": summary.mean,
        "standard_error": summary.standard_error,
        "interval": None if ends is None else list(ends),
        "n": summary.n,
    }


def csv_tables(document: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the tables of a document by file name."""
    strategies = document["strategies"]
    people = [
        (found["strategy"], rank, person["person"], person["cost"], person["segment"], int(person["already"]))
        for found in strategies
        for rank, person in enumerate(found["seed_nodes"], start=1)
    ]
    compared = [
        (
            *(found[key] for key in ("strategy", "n_people", "cost")),
            *(found["objective"][key] for key in ("mean", "standard_error")),
            *(found["behind_best"][key] for key in ("mean", "standard_error")),
            *(found["shared_with_best"], found["seconds"]),
            *(
                (found["certificate"] or {}).get(key)
                for key in ("ratio", "at_least", "best_at_most", "confidence", "stand_in")
            ),
        )
        for found in strategies
    ]
    curve = [
        (document["curve"]["strategy"], point["n_people"], point["cost"], point["mean"], point["standard_error"])
        for point in document["curve"]["points"]
    ]
    compared_heads = (
        *("strategy", "n_people", "cost", "mean", "standard_error", "behind_best", "behind_best_standard_error"),
        *("shared_with_best", "seconds", "certificate", *_CERTAIN[1:]),
    )
    return {
        "seed_nodes.csv": csv_bytes_of(("strategy", "rank", "person", "cost", "segment", "already"), people),
        "strategies.csv": csv_bytes_of(compared_heads, compared),
        "budget_curve.csv": csv_bytes_of(("strategy", "n_people", "cost", "mean", "standard_error"), curve),
    }


def csv_bytes_of(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    """Return rows under their heads as CSV; what is undefined is empty."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return sink.getvalue().encode()
