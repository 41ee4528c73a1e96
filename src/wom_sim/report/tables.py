"""The tables of a run for people: named columns, of which CSV files, sheets and data frames are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..metrics.definitions import definition
from ..metrics.groups import group_metrics
from ..metrics.table import curve_bands, curve_mean, summarise
from ..results.results import Results
from ..results.store import Columns

MAX_ROWS = 1_048_576
"""Rows of a sheet, its header included."""
MAX_COLUMNS = 16_384
SETTING = ("key", "value", "origin")
"""Columns of the settings; the origin is "given", "default", "assumption" or "result"."""
_LAST_DAY = np.datetime64("9999-12-31")


@dataclass(frozen=True)
class Table:
    """A table by its columns.

    Attributes
    ----------
    name : str     of the sheet, and of the file without its ending
    columns : heading -> values, all equally many: a NumPy array of numbers (NaN: none) or dates, or a list of text,
              numbers, dates and None
    n_keys : int   first columns that say what a row is about
    """

    name: str
    columns: Mapping[str, NDArray[Any] | Sequence[Any]]
    n_keys: int = 1

    @property
    def n_rows(self) -> int:
        """Number of rows without the header."""
        return len(next(iter(self.columns.values())))


@dataclass(frozen=True)
class Fitting:
    """The tables that fit on a sheet, and a line for each that does not."""

    tables: tuple[Table, ...]
    left_out: tuple[str, ...]


def people_tables(
    results: Results, columns: Columns, *, settings: Sequence[tuple[str, Any, str]] = ()
) -> tuple[Table, ...]:
    """Return the tables of a run, whatever metrics, curves and groups it has.

    ``summary`` has a row a metric, ``means_by_step`` a row a step, ``means_by_segment`` and its like a row a group,
    ``replicas`` a row a replica; ``settings`` says what was run, ``notes`` what may mislead a reader.

    Parameters
    ----------
    columns : the metrics of each replica, from `replica_table`
    settings : key, value and origin of each setting in use; see `SETTING`
    """
    made: list[Table | None] = [_summary(results, columns), _by_step(results)]
    made += [_by_group(results, columns, kind) for kind in results.groups]
    made.append(_replicas(results, columns))
    made.append(_settings(results, settings))
    made.append(_notes(results))
    return tuple(table for table in made if table is not None)


def fit_sheets(tables: Sequence[Table]) -> Fitting:
    """Leave out the tables that have more rows or columns than a sheet; a table of notes says which these are."""
    too_large = [table for table in tables if table.n_rows >= MAX_ROWS or len(table.columns) > MAX_COLUMNS]
    lines = tuple(
        f"{table.name}: left out of the workbook, a sheet holds {MAX_ROWS - 1:,} rows and {MAX_COLUMNS:,} columns, "
        f"this table has {table.n_rows:,} and {len(table.columns):,}; CSV has no such limit"
        for table in too_large
    )
    kept = [table for table in tables if table not in too_large]
    if lines:
        said = [note for table in kept if table.name == "notes" for note in table.columns["note"]]
        kept = [table for table in kept if table.name != "notes"] + [Table("notes", {"note": [*said, *lines]})]
    return Fitting(tuple(kept), lines)


def _summary(results: Results, columns: Columns) -> Table:
    found = [summarise(values) for values in columns.values()]
    numbers = {
        key: [getattr(summary, key) for summary in found] for key in ("mean", "standard_error", "q05", "q50", "q95")
    }
    own = results.facts.get("definitions", {})
    defined = [definition(name, own) for name in columns]
    return Table(
        "summary",
        {
            "metric": list(columns),
            **{key: np.array(values, np.float64) for key, values in numbers.items()},
            "n_replicas": np.array([summary.n for summary in found], np.int64),
            "unit": [one.unit for one in defined],
            "definition": [one.text for one in defined],
        },
    )


def _by_step(results: Results) -> Table | None:
    """Return mean and middle 90 % of each curve at each step; None where the run kept no curves."""
    if results.newly is None:
        return None
    steps = np.arange(int(results.last_step.max(initial=0)) + 1)
    columns: dict[str, Any] = {"step": steps}
    if results.days_per_step is not None:
        columns["days"] = steps * results.days_per_step
        if results.facts.get("start"):
            columns["date"] = _dates(str(results.facts["start"]), columns["days"])
    n_keys = len(columns)
    for name in results.curve_names:
        columns[f"{name}_mean"] = curve_mean(results, name=name)
        columns[f"{name}_q05"], columns[f"{name}_q95"] = curve_bands(results, (0.05, 0.95), name=name)
    return Table("means_by_step", columns, n_keys)


def _dates(start: str, days: NDArray[np.float64]) -> NDArray[Any] | list[str]:
    """Return days, or moments to the second where a step is no whole day; as text beyond the year 9999."""
    if np.array_equal(days, np.round(days)):
        dates: NDArray[Any] = np.datetime64(start, "D") + days.astype(np.int64)
    else:
        dates = np.datetime64(start, "s") + np.round(days * 86_400.0).astype(np.int64)
    return dates if dates[-1].astype("datetime64[D]") <= _LAST_DAY else np.datetime_as_string(dates).tolist()


def _by_group(results: Results, columns: Columns, kind: str) -> Table | None:
    """Return the means of each group of a kind, their standard errors behind them; None where it has no metrics."""
    found = group_metrics(results, kind, columns)
    names = list(dict.fromkeys(name for metrics in found.values() for name in metrics))
    if not names:
        return None
    means: dict[str, list[float | None]] = {name: [] for name in names}
    errors: dict[str, list[float | None]] = {f"{name}_standard_error": [] for name in names}
    for metrics in found.values():
        for name in names:
            summary = summarise(metrics[name]) if name in metrics else None
            means[name].append(None if summary is None else summary.mean)
            errors[f"{name}_standard_error"].append(None if summary is None else summary.standard_error)
    numbers = {name: np.array(values, np.float64) for name, values in {**means, **errors}.items()}
    return Table(f"means_by_{kind}", {kind: list(found), **numbers})


def _replicas(results: Results, columns: Columns) -> Table:
    return Table("replicas", {"replica": np.arange(results.n_replicas), **columns})


def _settings(results: Results, settings: Sequence[tuple[str, Any, str]]) -> Table:
    seen = [
        ("name", results.name, "given"),
        ("case_id", results.case_id, "result"),
        ("people", results.n_people, "result"),
        ("seed_nodes", len(results.seed_nodes), "result"),
        ("replicas_finished", results.n_replicas, "result"),
        ("rng_seed", results.rng_seed, "result"),
        *((f"stopped_{reason}", count, "result") for reason, count in results.stop_reasons.items()),
    ]
    rows = [*seen, *settings]
    return Table("settings", {heading: [row[i] for row in rows] for i, heading in enumerate(SETTING)})


def _notes(results: Results) -> Table | None:
    return Table("notes", {"note": list(results.warnings)}) if results.warnings else None
