"""Everything a results folder holds, as bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..metrics.groups import group_metrics
from ..metrics.table import Summary, summarise, with_counts
from ..results import store
from ..results.folder import WORKBOOK
from ..results.results import Results
from ..results.store import Columns
from .tables import Table, fit_sheets

if TYPE_CHECKING:
    import pyarrow as pa
    from matplotlib.figure import Figure

SUMMARY_FORMAT = 1


def summary_document(
    results: Results, columns: Columns, *, rng: str, assumptions: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the content of ``summary.json``, the same for equal results wherever and however they were made.

    Parameters
    ----------
    columns : the metrics of each replica, from `replica_table`
    rng : name and version of the random stream
    assumptions : defaults in use that are assumptions, a line each
    """
    return {
        "format": SUMMARY_FORMAT,
        "name": results.name,
        "case_id": results.case_id,
        "model": results.model,
        "n_people": results.n_people,
        "n_replicas": results.n_replicas,
        "seed_nodes": [str(label) for label in results.seed_nodes],
        "rng_seed": results.rng_seed,
        "rng": rng,
        "metrics": {name: _metric(summarise(values)) for name, values in columns.items()},
        **_groups(results, columns),
        "stop_reasons": results.stop_reasons,
        "warnings": list(results.warnings),
        "assumptions": list(assumptions),
    }


def _metric(summary: Summary) -> dict[str, Any]:
    """Return a summary as a document; `signed` is said only where it is so."""
    document = asdict(summary)
    if not summary.signed:
        del document["signed"]
    return document


def _groups(results: Results, columns: Columns) -> dict[str, Any]:
    """Return mean and standard error of each metric of each group, where there are groups."""
    if not results.groups:
        return {}
    kinds: dict[str, Any] = {}
    for kind in results.groups:
        kinds[kind] = {
            group: {name: _short(summarise(values)) for name, values in metrics.items()}
            for group, metrics in group_metrics(results, kind, columns).items()
        }
    return {"groups": kinds}


def _short(summary: Summary) -> dict[str, Any]:
    return {"mean": summary.mean, "standard_error": summary.standard_error}


def folder_files(
    results: Results,
    columns: Columns,
    *,
    scenario_text: str,
    case: dict[str, Any],
    summary: dict[str, Any],
    tables: Sequence[Table] = (),
    csv: bool = False,
    xlsx: bool = False,
    plots: bool = True,
) -> dict[str, bytes]:
    """Return name and content of each file of a results folder but the manifest.

    Parameters
    ----------
    columns : the metrics of each replica, from `replica_table`
    scenario_text : the scenario as given
    case : the case with every default written out
    summary : from `summary_document`
    tables : from `people_tables`
    csv : add these tables, and those that are kept as Parquet, as CSV
    xlsx : add these tables as a workbook
    plots : add the pictures as PNG and SVG
    """
    kept = kept_tables(results, columns)
    files = {}
    if xlsx:  # replaced first: a spreadsheet program that has it open may refuse that
        from .workbook import workbook_bytes

        files[WORKBOOK] = workbook_bytes(fit_sheets(tables).tables, case_id=results.case_id)
    if csv:
        files |= csv_files(tables) | {f"{name}.csv": store.csv_bytes(table) for name, table in kept.items()}
    files |= {
        "scenario.toml": scenario_text.encode(),
        "case.json": store.json_bytes(case),
        "summary.json": store.json_bytes(summary),
    }
    files |= {f"{name}.parquet": store.parquet_bytes(table) for name, table in kept.items()}
    if plots:
        from .figures import image_bytes  # matplotlib takes longer to load than a small run

        for name, figure in _pictures(results).items():
            files |= {f"{name}.{kind}": image_bytes(figure, kind) for kind in ("png", "svg")}
    return files


def kept_tables(results: Results, columns: Columns) -> dict[str, pa.Table]:
    """Return the tables that a results folder keeps as Parquet, by name: replicas, curves, and one a kind of group.

    Parameters
    ----------
    columns : the metrics of each replica, from `replica_table`
    """
    kept = {"replicas": store.replicas_table(with_counts(columns, results)), "curves": store.curves_table(results)}
    return kept | {f"by_{kind}": store.groups_table(results, kind) for kind in results.groups}


def csv_files(tables: Sequence[Table]) -> dict[str, bytes]:
    """Return name and content of a CSV file a table: UTF-8, text in quotes, undefined numbers empty."""
    return {f"{table.name}.csv": store.csv_bytes(store.plain_table(table.columns)) for table in tables}


def _pictures(results: Results) -> dict[str, Figure]:
    """Return the pictures of a run by name, the first one that of people reached."""
    if results.family == "campaign":
        from .campaign_figures import pictures

        return pictures(results)
    from .figures import reach_curve
    from .states import has_states, states

    drawn = {"reach_curve": reach_curve(results)}
    return drawn | {"states": states(results)} if has_states(results) else drawn
