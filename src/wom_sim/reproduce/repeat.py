"""A run made again, against what its folder holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..engine.case import Case
from ..graph.packed import ties_hash
from ..kernels.rng import RNG_NAME
from ..metrics.table import replica_table
from ..report.bundle import kept_tables, summary_document
from ..results.compare import TOLERANCE, Comparison, Difference, compare_tables, read_table
from ..results.provenance import environment, environments
from ..results.record import SUMMARY, Record
from ..results.results import Results

_OF_MACHINE = ("python", "system")
"""What may explain a difference beside packages, the random stream and the network."""


@dataclass(frozen=True)
class Change:
    """Something that was otherwise when the run was made, and could explain a difference."""

    what: str
    then: str
    now: str


@dataclass(frozen=True)
class Repeat:
    """What came of making a run again.

    path : of its folder     name, case_id : of the case     n_replicas : made again, all those in the folder
    comparisons : a table each
    same_numpy : fractions had to be equal; False: within `TOLERANCE`, relative
    changes : what was otherwise then
    numpy : its version then and now
    graph_hash, ties_hash : of the network now; the second without labels and people's columns
    partial : the run was interrupted, and so many replicas are what it left
    """

    path: str
    name: str
    case_id: str
    n_replicas: int
    comparisons: tuple[Comparison, ...]
    same_numpy: bool
    numpy: tuple[str, str]
    changes: tuple[Change, ...]
    graph_hash: str
    ties_hash: str
    partial: bool

    @property
    def identical(self) -> bool:
        """Whether no number differs."""
        return not any(comparison.differences for comparison in self.comparisons)

    def document(self) -> dict[str, Any]:
        """Return this ready for JSON."""
        return {
            "format": 1,
            "folder": self.path,
            "name": self.name,
            "case_id": self.case_id,
            "identical": self.identical,
            "n_replicas": self.n_replicas,
            "partial": self.partial,
            "fractions": {
                "rule": "equal" if self.same_numpy else "relative",
                "tolerance": 0.0 if self.same_numpy else TOLERANCE,
                "numpy_then": self.numpy[0],
                "numpy_now": self.numpy[1],
            },
            "tables": {
                comparison.table: {
                    "n_rows": comparison.n_rows,
                    "n_columns": comparison.n_columns,
                    "differences": [difference.document() for difference in comparison.differences],
                }
                for comparison in self.comparisons
            },
            "changes": [{"what": change.what, "then": change.then, "now": change.now} for change in self.changes],
            "network": {"hash": self.graph_hash, "ties_hash": self.ties_hash},
        }


def hold_against(record: Record, case: Case, results: Results) -> Repeat:
    """Compare a run made again with its folder: every table, and the figures of ``summary.json``.

    Raises
    ------
    FolderError
        When a table of the folder cannot be read.
    """
    then, here = environments(record.manifest), environment()
    versions = sorted({str(_packages(made).get("numpy", "unknown")) for made in then})
    numpy = " and ".join(versions), here["packages"]["numpy"]
    same_numpy = numpy[0] == numpy[1]
    tolerance = 0.0 if same_numpy else TOLERANCE
    columns = replica_table(results)
    now = kept_tables(results, columns)
    comparisons = []
    for name in dict.fromkeys([*record.tables, *now]):
        content = record.files.get(f"{name}.parquet")
        if content is None or name not in now:
            problem = "new now" if content is None else "missing now"
            comparisons.append(Comparison(name, 0, 0, (Difference("the table", problem),)))
            continue
        kept = read_table(content, shown=str(record.path / f"{name}.parquet"))
        comparisons.append(compare_tables(name, kept, now[name], tolerance=tolerance))
    summary = summary_document(results, columns, rng=RNG_NAME)
    comparisons.append(_compare_summaries(record.document(SUMMARY), summary, tolerance))
    return Repeat(
        path=str(record.path),
        name=results.name,
        case_id=record.manifest["case_id"],
        n_replicas=results.n_replicas,
        comparisons=tuple(comparisons),
        same_numpy=same_numpy,
        numpy=numpy,
        changes=tuple(_changes(record, case, here)),
        graph_hash=case.graph.hash,
        ties_hash=ties_hash(case.graph),
        partial=record.manifest["status"] == "partial",
    )


_FIGURES = ("n_people", "n_replicas", "seed_nodes", "metrics", "groups", "stop_reasons")
"""What of ``summary.json`` is a result; the rest names it, or says what to mind."""


def _compare_summaries(then: Mapping[str, Any], now: Mapping[str, Any], tolerance: float) -> Comparison:
    first, second = (dict(_figures({key: doc.get(key) for key in _FIGURES})) for doc in (then, now))
    differences = []
    for key in dict.fromkeys([*first, *second]):
        if key not in first or key not in second:
            differences.append(Difference(key, "missing now" if key in first else "new now"))
        elif not _same(first[key], second[key], tolerance):
            differences.append(Difference(key, then=first[key], now=second[key]))
    return Comparison("summary", len(second), 1, tuple(differences))


def _figures(value: Any, key: str = "") -> list[tuple[str, Any]]:
    """Return what a document holds under dotted keys."""
    if isinstance(value, Mapping):
        return [pair for name, entry in value.items() for pair in _figures(entry, f"{key}.{name}" if key else name)]
    return [(key, value)]


def _same(then: Any, now: Any, tolerance: float) -> bool:
    if isinstance(then, float) and isinstance(now, float) and tolerance:
        return abs(then - now) <= tolerance * max(abs(then), abs(now))
    return bool(then == now)


def _changes(record: Record, case: Case, now: Mapping[str, Any]) -> list[Change]:
    manifest, here = record.manifest, now["packages"]
    pairs = [
        ("random stream", manifest["rng"], RNG_NAME),
        ("network's hash", manifest["graph_hash"][:12], case.graph.hash[:12]),
        ("case id", manifest["case_id"], case.case_id),
    ]
    for then in environments(manifest):
        before = _packages(then)
        pairs += [(name, before[name], here.get(name, "not installed")) for name in before]
        pairs += [(name, then.get(name), now[name]) for name in _OF_MACHINE]
    changes = [Change(what, str(old), str(new)) for what, old, new in pairs if old is not None and old != new]
    return list(dict.fromkeys(changes))


def _packages(made_with: Mapping[str, Any]) -> dict[str, str]:
    packages = made_with.get("packages")
    return dict(packages) if isinstance(packages, dict) else {}
