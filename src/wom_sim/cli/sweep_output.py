"""What `wom sweep` and `wom merge` write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..experiments.responses import Best, Response
    from ..experiments.swept import Swept
    from ..results.folder import ResultsFolder

FORMAT = 1
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
    from ..results.experiment import commit_experiment
    from ..results.folder import ASKED, SWEEP
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
    told = {
        "name": swept.name,
        "keys": list(design.keys),
        "n_cases": n_cases,
        "n_replicas": swept.n_replicas,
        "n_done": swept.n_done,
        "n_wanted": swept.n_wanted,
        "rng": RNG_NAME,
        "rng_seed": swept.rng_seed,
        **kept,
    }
    commit_experiment(
        folder, files, holds=SWEEP, case_id=swept.study_id, told=told, complete=swept.complete, beside=beside
    )
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
    from ..report.chances import known_or_none

    return {
        "mean": known_or_none(float(response.mean[case])),
        "standard_error": known_or_none(float(response.error[case])),
        "n": int(response.n[case]),
        "change": known_or_none(float(response.change[case])),
        "change_standard_error": known_or_none(float(response.change_error[case])),
    }


def _warnings(swept: Swept) -> list[str]:
    n = len(swept.design)
    first: dict[str, Any] = next((facts for case in range(min(n, 5)) if (facts := swept.source.facts(case))), {})
    kept = [line for line in first.get("warnings", []) if line.startswith("network: ")]
    looked_at = [swept.source.facts(case) for case in range(0, n, max(1, n // 20))]
    if len({facts["rng_seed"] for facts in looked_at if facts}) > 1:
        kept.append("cases have luck of their own (run.rng_seed is varied): changes are not paired")
    elif len({facts["graph_hash"] for facts in looked_at if facts}) > 1:
        kept.append("cases have networks of their own: changes are between different people")
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
