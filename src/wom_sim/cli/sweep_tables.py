"""What `wom sweep` and `wom merge` print: a line a case."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .answers import print_answer
from .numbers import known_digits, number
from .tables import aligned, count

MOST_ROWS = 60
"""Cases in the table on the screen; all are in cases.csv."""


def print_sweep(document: Mapping[str, Any], path: Path, *, as_json: bool) -> None:
    """Print the answer: a line a case."""
    n_rows = document["n_rows"]
    table = [f"table    {path / 'table.parquet'}: {n_rows:,} rows"] if n_rows else []
    pictures = [name for name in ("sweep", "sweep_lines") if (path / f"{name}.png").exists()]
    print_answer(document, sweep_lines, path, pictures=pictures, as_json=as_json, also=table)


def sweep_lines(document: Mapping[str, Any]) -> list[str]:
    """Return the answer of a sweep, line by line."""
    n_cases, keys, shown = document["n_cases"], document["keys"], document["shown"]
    sets = f" in each of {document['n_sets']} sets" if document["n_sets"] > 1 else ""
    lines = [
        (
            f"{document['name']}: {count(n_cases, 'case')} of {count(document['n_replicas'], 'replica')}{sets}, "
            f"rng_seed {document['rng_seed']}"
        ),
        "all with the same luck: a change is that from the first case, replica by replica, with its 95 % interval",
        "",
    ]
    cases = document["cases"]
    heads = [cell for name in shown for cell in (name, "95 % interval", "change")]
    rows = [(*map(_short, keys), *heads)]
    for case in cases[:MOST_ROWS]:
        cells = [_value(value) for value in case["values"].values()]
        for name in shown:
            cells += _cells(case["metrics"][name])
        rows.append(tuple(cells))
    lines += [line.rstrip() for line in aligned(rows)]
    if len(cases) > MOST_ROWS:
        lines.append(f"... and {len(cases) - MOST_ROWS:,} more: cases.csv")
    if not document["n_rows"]:
        lines.append("no case could be run")
    elif not document["metrics"]:
        lines.append("no case here has a metric that was asked for; the table says which cases were run")
    elif not cases:
        lines.append(f"{n_cases:,} cases are too many to show; they are in the table")
    if best := document["best"]:
        said = ", ".join(f"{key} = {_value(value)}" for key, value in best["case"].items())
        lines += [
            "",
            (
                f"best {best['metric']} on the first set of replicas: {said}, {number(best['mean_where_chosen'])}; "
                f"judged on the others, which had no part in the choice: {number(best['mean_where_judged'])}"
            ),
        ]
    lines += [f"note: {warning}" for warning in document["warnings"]]
    return lines


def _cells(told: Mapping[str, Any]) -> tuple[str, str, str]:
    mean, error = told["mean"], told["standard_error"]
    interval, changed = "-", ""
    if error is not None:
        interval = " .. ".join(known_digits(mean + side * 1.96 * error, error) for side in (-1, 1))
    change, change_error = told["change"], told["change_standard_error"]
    if change is not None:
        changed = f"{'+' if change > 0 else ''}{known_digits(change, change_error)}"
        if change_error is not None:
            changed += f" ± {known_digits(1.96 * change_error, change_error)}"
    return known_digits(mean, error), interval, changed


def _value(value: Any) -> str:
    from ..experiments.tidy import as_text

    return f"{value:.4g}" if isinstance(value, float) else as_text(value)


def _short(key: str) -> str:
    """Return the end of a dotted key: what is before it is the same in most sweeps."""
    return key if len(key) <= 24 else key.rsplit(".", maxsplit=1)[-1]
