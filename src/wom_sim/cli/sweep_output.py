"""What `wom sweep` and `wom merge` write and print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .numbers import known_digits, number
from .tables import aligned, count

if TYPE_CHECKING:
    from ..experiments.responses import Best, Response
    from ..experiments.swept import Swept
    from ..results.folder import ResultsFolder

FORMAT = 1
MOST_ROWS = 60
"""Cases in the table on the screen; all are in cases.csv."""
MOST_CASES = 100_000
"""Cases up to which means, pictures and cases.csv are made; the table holds all."""
MOST_MEANS = 2_000_000
"""Means up to which cases.csv has all metrics; of larger sweeps those that are shown."""
MOST_TOLD = 2_000
"""Cases up to which sweep.json lists each."""


def write_sweep(
    folder: ResultsFolder, swept: Swept, *, plots: bool, as_csv: bool, kept: Mapping[str, Any]
) -> dict[str, Any]:
    """Write tables, document and pictures of a sweep, the manifest last; return the document.

    Parameters
    ----------
    kept : what else stands in the manifest
    """
    from ..experiments.responses import best_case, cases_table, differing, responses, shown_metrics
    from ..experiments.tidy import failures_table, without_keys, write_tidy
    from ..kernels.rng import RNG_NAME
    from ..results.folder import ASKED, MANIFEST_FORMAT, SWEEP
    from ..results.provenance import environment, now
    from ..results.store import csv_bytes, json_bytes, plain_table

    source, design, path = swept.source, swept.design, folder.path
    columns = source.columns()
    n_rows, beside = 0, [ASKED]
    if columns.ordered():  # else every case failed, or has none of the metrics asked for
        n_rows = write_tidy(path / "table.parquet", design, columns, source.groups(), n_sets=swept.n_sets)
        beside.append("table.parquet")
    if swept.curves and n_rows:
        rows = source.groups(curves=True)
        write_tidy(path / "curves.parquet", design, source.columns(curves=True), rows, n_sets=swept.n_sets)
        beside.append("curves.parquet")
    names = without_keys(columns.ordered())
    shown = shown_metrics(dict.fromkeys(names), swept.metrics)
    n_cases = len(design)
    found: dict[str, Response] = {}
    best = None
    if n_rows and n_cases <= MOST_CASES:
        every = names if n_cases * len(names) <= MOST_MEANS else list(shown)
        found = responses(source.cases(), n_cases, every)
        shown = shown if swept.metrics else differing({name: found[name] for name in shown})
        best = best_case(source.cases(), shown[0]) if swept.n_sets > 1 and shown else None
    document = _document(swept, names, shown, found, best, n_rows, RNG_NAME)
    files = {"scenario.toml": swept.text.encode(), "sweep.json": json_bytes(document)}
    if found:
        files["cases.csv"] = csv_bytes(plain_table(cases_table(design, found)))
    if swept.failures:
        files["failures.csv"] = csv_bytes(plain_table(failures_table(design, swept.failures)))
    if as_csv and n_rows:
        _write_csv(path)
        beside.append("table.csv")
    if plots and found:
        from .sweep_pictures import pictures

        files |= pictures(swept, found, shown)
    manifest = {
        "format": MANIFEST_FORMAT,
        "holds": SWEEP,
        "status": "complete" if swept.complete else "partial",
        "case_id": swept.study_id,
        "name": swept.name,
        "keys": list(design.keys),
        "n_cases": n_cases,
        "n_replicas": swept.n_replicas,
        "n_done": swept.n_done,
        "n_wanted": swept.n_wanted,
        "rng": RNG_NAME,
        "rng_seed": swept.rng_seed,
        **kept,
        "finished_at": now(),
        "made_with": environment(),
    }
    folder.commit(files, manifest, beside=beside)
    return document


def _document(
    swept: Swept,
    names: Sequence[str],
    shown: Sequence[str],
    found: Mapping[str, Response],
    best: Best | None,
    n_rows: int,
    rng: str,
) -> dict[str, Any]:
    from ..experiments.points import plain

    design = swept.design
    document = {
        "format": FORMAT,
        "name": swept.name,
        "study_id": swept.study_id,
        "keys": list(design.keys),
        "metrics": list(names),
        "shown": list(shown),
        "n_cases": len(design),
        "n_replicas": swept.n_replicas,
        "n_sets": swept.n_sets,
        "n_rows": n_rows,
        "complete": swept.complete,
        "n_failed": len(swept.failures),
        "rng_seed": swept.rng_seed,
        "rng": rng,
        "best": None,
        "cases": [],
        "warnings": _warnings(swept),
    }
    if best is not None:
        document["best"] = {
            "metric": best.metric,
            "case": dict(zip(design.keys, map(plain, design[best.case].shown), strict=True)),
            "mean_where_chosen": best.chosen_on,
            "mean_where_judged": best.judged_on,
            "standard_error": best.judged_error,
        }
    if found and len(design) <= MOST_TOLD:
        document["cases"] = [
            {
                "values": dict(zip(design.keys, map(plain, design[case].shown), strict=True)),
                "metrics": {name: _told(found[name], case) for name in shown},
            }
            for case in range(len(design))
        ]
    return document


def _told(response: Response, case: int) -> dict[str, Any]:
    def known(value: float) -> float | None:
        return None if value != value else float(value)  # noqa: PLR0124 - not a number

    return {
        "mean": known(response.mean[case]),
        "standard_error": known(response.error[case]),
        "n": int(response.n[case]),
        "change": known(response.change[case]),
        "change_standard_error": known(response.change_error[case]),
    }


def _warnings(swept: Swept) -> list[str]:
    n = len(swept.design)
    first: dict[str, Any] = next((facts for case in range(min(n, 5)) if (facts := swept.source.facts(case))), {})
    kept = [line for line in first.get("warnings", []) if line.startswith("network: ")]
    luck = {swept.source.facts(case).get("rng_seed") for case in (0, n - 1)} - {None}
    if len(luck) > 1:
        kept.append("cases have luck of their own (run.rng_seed is varied): changes are not paired")
    return kept


def _write_csv(path: Path) -> None:
    """Write the tidy table as CSV, a group of rows at a time."""
    import pyarrow.csv
    import pyarrow.parquet as pq

    from ..results.files import written_anew

    source = pq.ParquetFile(path / "table.parquet")
    with written_anew(path / "table.csv") as file, pyarrow.csv.CSVWriter(file, source.schema_arrow) as writer:
        for group in range(source.num_row_groups):
            writer.write_table(source.read_row_group(group))


def print_sweep(document: Mapping[str, Any], path: Path, *, as_json: bool) -> None:
    """Print the answer: a line a case."""
    if as_json:
        echo_json(document)
        return
    for line in sweep_lines(document):
        click.echo(line)
    click.echo(f"\nresults  {path}")
    if document["n_rows"]:
        click.echo(f"table    {path / 'table.parquet'}: {document['n_rows']:,} rows")
    if (path / "sweep.png").exists():
        click.echo(f"picture  {path / 'sweep.png'}")


def sweep_lines(document: Mapping[str, Any]) -> list[str]:
    """Return the answer of a sweep, line by line."""
    from ..experiments.tidy import as_text

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
        cells = [as_text(value) for value in case["values"].values()]
        for name in shown:
            cells += _cells(case["metrics"][name])
        rows.append(tuple(cells))
    lines += [line.rstrip() for line in aligned(rows)]
    if len(cases) > MOST_ROWS:
        lines.append(f"... and {len(cases) - MOST_ROWS:,} more: cases.csv")
    if not document["n_rows"]:
        lines.append("no case could be run, or has a metric that was asked for")
    elif not cases:
        lines.append(f"{n_cases:,} cases are too many to show; they are in the table")
    if best := document["best"]:
        said = ", ".join(f"{key} = {value}" for key, value in best["case"].items())
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


def _short(key: str) -> str:
    """Return the end of a dotted key: what is before it is the same in most sweeps."""
    return key if len(key) <= 24 else key.rsplit(".", maxsplit=1)[-1]


def echo_json(document: Mapping[str, Any]) -> None:
    """Print a document."""
    from ..results.store import json_bytes

    click.echo(json_bytes(document).decode(), nl=False)
