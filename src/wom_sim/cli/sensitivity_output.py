"""What `wom sensitivity` writes and prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .notes import note
from .numbers import known_digits, number, percent
from .tables import aligned, count

if TYPE_CHECKING:
    from ..experiments.conduct import Outcome
    from ..results.folder import ResultsFolder

MOST_FAILURES = 5
COLUMNS = {"sobol": ("first", "total"), "morris": ("mu_star", "sigma")}
"""What the table shows of each key; it is ordered by `_BY`."""
_BY = {"sobol": "total", "morris": "mu_star"}


def say_failed(outcome: Outcome) -> None:
    """Say which cases could not be run, and that nothing can be said without them."""
    n, failures = len(outcome.study.design), outcome.failures
    for failure in failures[:MOST_FAILURES]:
        case = int(failure["case"])
        note(f"case {case} ({outcome.study.said(case)}): {failure['message']}")
    note(
        f"{len(failures):,} of {n:,} cases could not be run, and effects and indices need all of them: narrow the "
        "ranges so that every value goes with every other, or --retry-failed"
    )


def write_sensitivity(
    folder: ResultsFolder, outcome: Outcome, document: Mapping[str, Any], *, plots: bool, kept: Mapping[str, Any]
) -> None:
    """Write table, document, CSV and picture, the manifest last.

    Parameters
    ----------
    kept : what else stands in the manifest
    """
    from ..experiments.tidy import write_tidy
    from ..results.experiment import commit_experiment
    from ..results.folder import ASKED, SENSITIVITY
    from ..results.store import csv_bytes, json_bytes, plain_table

    study, table = outcome.study, outcome.table
    write_tidy(folder.path / "table.parquet", study.design, table.columns(), table.groups(), n_sets=1)
    files = {
        "scenario.toml": study.bases[0].text.encode(),
        "sensitivity.json": json_bytes(dict(document)),
        "sensitivity.csv": csv_bytes(plain_table(_flat(document))),
    }
    if plots:
        files |= _pictures(document)
    told = {
        "name": study.bases[0].name,
        "keys": list(study.design.keys),
        "n_cases": len(study.design),
        "n_replicas": study.n_replicas,
        "rng": document["rng"],
        "rng_seed": document["rng_seed"],
        **kept,
    }
    beside = [ASKED, "table.parquet"]
    commit_experiment(folder, files, holds=SENSITIVITY, case_id=study.study_id, told=told, beside=beside)


def _flat(document: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the indices as a table: a row a metric and key."""
    columns: dict[str, list[Any]] = {"metric": [], "key": []}
    for metric, told in document["metrics"].items():
        for effect in told["effects"]:
            columns["metric"].append(metric)
            columns["key"].append(effect["key"])
            for name, estimate in effect.items():
                if name != "key":
                    for part, value in estimate.items():
                        columns.setdefault(name if part == "value" else f"{name}_{part}", []).append(value)
    return columns


def _pictures(document: Mapping[str, Any]) -> dict[str, bytes]:
    from ..report.figures import image_bytes
    from ..report.plain_sheet import Shown
    from ..report.sensitivity_figures import Bars, sensitivity_figure

    metric, told = next(iter(document["metrics"].items()))
    effects = _ordered(document, told)
    sobol = document["method"] == "sobol"
    names = {"total": "with others too (total)", "first": "alone (first order)", "mu_star": "mean size of the change"}
    sets = [
        Bars(names[name], [e[name]["value"] for e in effects], [e[name]["standard_error"] or 0.0 for e in effects])
        for name in (("total", "first") if sobol else ("mu_star",))
    ]
    replicas = f"{count(document['n_replicas'], 'replica')}, all with the same luck"
    noise = "" if told["noise"] is None else f"; {percent(told['noise'])} of the variance between cases is luck"
    shown = Shown(
        title=f"What {metric} depends on",
        name=document["name"],
        objective=f"part of the variance of {metric}" if sobol else f"change of {metric} over a key's whole range",
        said=(
            f"{document['n_cases']:,} cases of {replicas}{noise}\nbars: 95 % intervals; rng_seed {document['rng_seed']}"
        ),
    )
    figure = sensitivity_figure(shown, [effect["key"] for effect in effects], sets)
    return {f"sensitivity.{kind}": image_bytes(figure, kind) for kind in ("png", "svg")}


def sensitivity_lines(document: Mapping[str, Any]) -> list[str]:
    """Return the answer line by line."""
    sobol = document["method"] == "sobol"
    n_points = document["n_points"]
    points = count(n_points, "point") if sobol else f"{n_points:,} {'trajectory' if n_points == 1 else 'trajectories'}"
    how = "Sobol indices" if sobol else "elementary effects (Morris)"
    means = (
        "first: part of the variance between cases that a key makes alone; total: with the others too"
        if sobol
        else "mu*: size of the change over a key's whole range; sigma: how much that depends on where, and on others"
    )
    lines = [
        (
            f"{document['name']}: {how}, {count(document['n_cases'], 'case')} of "
            f"{count(document['n_replicas'], 'replica')} from {points}, rng_seed {document['rng_seed']}"
        ),
        means,
    ]
    for metric, told in document["metrics"].items():
        lines += [
            "",
            f"{metric}: mean {number(told['mean'])}, standard deviation between cases {number(told['spread'])}",
        ]
        rows = [("key", *_heads(document["method"]))]
        rows += [(effect["key"], *_cells(effect, document["method"])) for effect in _ordered(document, told)]
        lines += [line.rstrip() for line in aligned(rows)]
        if told["second_order"]:
            pairs = sorted(told["second_order"], key=lambda pair: -pair["value"])
            lines += ["", "two keys together, beyond each alone:"]
            lines += [line.rstrip() for line in aligned([(" with ".join(p["keys"]), *_estimate(p)) for p in pairs])]
        if told["noise"] is not None:
            of_single = f"of the variance of single replicas {percent(told['luck'])}"
            lines.append(f"luck: {percent(told['noise'])} of the variance between cases, {of_single}")
    return [*lines, *(f"note: {warning}" for warning in document["warnings"])]


def _heads(method: str) -> tuple[str, ...]:
    first, second = ("mu*" if name == "mu_star" else name for name in COLUMNS[method])
    signed = () if method == "sobol" else ("up or down",)
    return (first, "95 % interval", second, "95 % interval", *signed)


def _cells(effect: Mapping[str, Any], method: str) -> tuple[str, ...]:
    cells = [cell for name in COLUMNS[method] for cell in _estimate(effect[name])]
    if method == "morris":
        mu, size = effect["mu"]["value"], effect["mu_star"]["value"]
        # Above nine tenths the changes that go the other way are a twentieth of all at most.
        cells.append("" if size == 0.0 else "up" if mu > 0.9 * size else "down" if mu < -0.9 * size else "both")
    return tuple(cells)


def _estimate(told: Mapping[str, Any]) -> tuple[str, str]:
    value, error = told["value"], told["standard_error"]
    if error is None:
        return number(value), "-"
    return known_digits(value, error), f"{known_digits(told['low'], error)} .. {known_digits(told['high'], error)}"


def _ordered(document: Mapping[str, Any], told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return sorted(told["effects"], key=lambda effect: -effect[_BY[document["method"]]]["value"])
