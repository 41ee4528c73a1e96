"""What `wom seeding` writes and prints."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .answers import echo_json
from .numbers import known_digits, number, percent
from .tables import aligned

if TYPE_CHECKING:
    from ..engine.prepared import Prepared
    from ..experiments.seeding import Point, Trial
    from ..results.folder import ResultsFolder
    from ..scenario.schema import Scenario
    from ..seeding.base import Strategy

FORMAT = 1


class Written:
    """The folder of a comparison of strategies."""

    def __init__(
        self,
        prepared: Prepared,
        scenario: Scenario,
        strategies: Mapping[str, Strategy],
        objective: str,
        factors: Sequence[float],
        place: Path | None,
    ) -> None:
        """Say what will be written; nothing is."""
        from ..results.folder import default_folder
        from ..results.store import json_bytes
        from ..seeding.base import SeedChoice

        self.prepared, self.scenario, self.objective = prepared, scenario, objective
        nobody = prepared.case(SeedChoice(prepared.nobody))
        decides = {"case": nobody.case_id, "n_replicas": nobody.n_replicas, "factors": list(factors)}
        asked = {name: strategy.model_dump(mode="json") for name, strategy in strategies.items()}
        marked = json_bytes(decides | {"strategies": asked, "objective": objective})
        self.case_id = hashlib.sha256(marked).hexdigest()[:12]
        self.path = default_folder(f"{scenario.name} seeding", self.case_id) if place is None else place
        self._folder: ResultsFolder | None = None

    @contextlib.contextmanager
    def hold(self, *, overwrite: bool) -> Iterator[None]:
        """Keep the folder while the block runs.

        Raises
        ------
        FolderError
            When it holds something else and `overwrite` was not asked for.
        """
        from ..errors import FolderError
        from ..results.folder import SEEDING, hold_folder

        with hold_folder(self.path) as folder:
            if not overwrite and (foreign := folder.foreign_files()):
                raise FolderError(
                    f"{self.path}: holds files that are not ours ({', '.join(foreign[:3])}); "
                    "choose another folder with --out, or --overwrite to write beside them"
                )
            if (
                not overwrite
                and folder.has_manifest()
                and folder.holds() != {"holds": SEEDING, "case_id": self.case_id}
            ):
                raise FolderError(
                    f"{self.path}: holds the results of another run; choose another folder with --out, or --overwrite"
                )
            self._folder = folder
            yield

    def commit(self, trials: Sequence[Trial], curve: Sequence[Point], *, plots: bool) -> dict[str, Any]:
        """Write everything, and return the document."""
        from ..kernels.rng import RNG_NAME
        from ..report.seeding_document import csv_tables
        from ..results.folder import MANIFEST_FORMAT, SEEDING
        from ..results.provenance import environment, now
        from ..results.store import json_bytes

        document = self._document(trials, curve, RNG_NAME)
        files = {"scenario.toml": self.scenario.text.encode(), "seeding.json": json_bytes(document)}
        files |= csv_tables(document)
        if plots:
            from ..report.figures import image_bytes

            for name, figure in self._figures(trials, curve, document).items():
                files |= {f"{name}.{kind}": image_bytes(figure, kind) for kind in ("png", "svg")}
        manifest = {
            "format": MANIFEST_FORMAT,
            "holds": SEEDING,
            "status": "complete",
            "case_id": self.case_id,
            "n_replicas": document["n_replicas"],
            "n_done": document["n_replicas"],
            "rng": RNG_NAME,
            "rng_seed": document["rng_seed"],
            "graph_hash": self.prepared.graph.hash,
            "threads": self.prepared.threads,
            "finished_at": now(),
            "made_with": environment(),
        }
        assert self._folder is not None
        self._folder.commit(files, manifest)
        return document

    def _document(self, trials: Sequence[Trial], curve: Sequence[Point], rng: str) -> dict[str, Any]:
        from ..metrics.table import summarise
        from ..report.seeding_document import mean_of

        prepared, best = self.prepared, trials[0]
        points = [{"n_people": p.n_people, "cost": p.cost, **mean_of(summarise(p.values))} for p in curve]
        return {
            "format": FORMAT,
            "name": self.scenario.name,
            "case_id": self.case_id,
            "model": prepared.model.kind,
            "n_people": prepared.graph.n_people,
            "n_replicas": len(best.values),
            "rng_seed": prepared.rng_seed,
            "rng": rng,
            "objective": self.objective,
            "strategies": [self._found(trial, best) for trial in trials],
            "curve": {"strategy": best.name, "points": points},
            "warnings": [f"network: {line}" for line in prepared.graph.notes] + list(prepared.compiled.notes),
        }

    def _found(self, trial: Trial, best: Trial) -> dict[str, Any]:
        from ..report.seeding_document import mean_of

        choice, graph = trial.choice, self.prepared.graph
        segment = graph.people_columns.get("segment")
        labels = graph.labels.take(choice.nodes)
        certificate = choice.certificate
        return {
            "strategy": trial.name,
            "n_people": len(choice.nodes) - choice.n_already,
            "cost": trial.cost,
            "objective": mean_of(trial.summary()),
            "behind_best": mean_of(best.ahead_of(trial)),
            "shared_with_best": trial.shares_with(best),
            "seconds": trial.seconds,
            "certificate": None
            if certificate is None
            else {
                "ratio": certificate.ratio,
                "at_least": certificate.at_least,
                "best_at_most": certificate.best_at_most,
                "confidence": certificate.confidence,
                "stand_in": self.prepared.reverse().stands_in or None,
                "says": certificate.sentence(),
            },
            "off": [{"factor": off.factor, "shared": off.shared, "change": off.change} for off in trial.off],
            "notes": list(choice.notes),
            "seed_nodes": [
                {
                    "person": str(label),
                    "cost": None if choice.costs is None else float(choice.costs[i]),
                    "segment": None if segment is None else str(segment[choice.nodes[i]]),
                    "already": i < choice.n_already,
                }
                for i, label in enumerate(labels)
            ],
        }

    def _figures(self, trials: Sequence[Trial], curve: Sequence[Point], document: dict[str, Any]) -> dict[str, Any]:
        import numpy as np

        from ..graph.layout import MOST_DRAWN, positions
        from ..metrics.table import summarise
        from ..report.plain_sheet import Shown
        from ..report.seeding_figures import budget_figure, people_figure, strategies_figure

        graph, best = self.prepared.graph, trials[0]
        said = (
            f"{document['model']}; {graph.n_people:,} people; {document['n_replicas']:,} replicas that had no part in "
            f"choosing; 95 % intervals; rng_seed {document['rng_seed']}"
        )
        shown = Shown("Whom to start with", self.scenario.name, f"mean {self.objective}", said)
        figures = {"strategies": strategies_figure(shown, [t.name for t in trials], [t.summary() for t in trials])}
        paid = curve[-1].cost > 0.0
        at = np.array([point.cost if paid else point.n_people for point in curve], np.float64)
        figures["budget_curve"] = budget_figure(
            Shown(f"What more {'money' if paid else 'people'} add{'s' if paid else ''}: {best.name}", *_rest(shown)),
            at,
            [summarise(point.values) for point in curve],
            label="money for those who start" if paid else "people who start",
            others=[(t.name, mean) for t in trials[1:] if (mean := t.summary().mean) is not None],
        )
        if graph.n_people <= MOST_DRAWN and not graph.complete:
            ties = np.column_stack((np.repeat(np.arange(graph.n_people), graph.out_degree), graph.indices))
            figures["chosen_people"] = people_figure(
                Shown(f"Who starts: {best.name}", *_rest(shown)),
                positions(graph),
                ties.astype(np.int64),
                best.choice.nodes.astype(np.int64),
                [str(label) for label in graph.labels.take(best.choice.nodes)],
            )
        return figures


def _rest(shown: Any) -> tuple[str, str, str]:
    return shown.name, shown.objective, shown.said


def print_trials(document: dict[str, Any], *, as_json: bool, path: Path) -> None:
    """Print the document, or a table of it."""
    if as_json:
        echo_json(document)
        return
    for line in lines_of(document):
        click.echo(line)
    click.echo(f"\nresults  {path}\npeople   {path / 'seed_nodes.csv'}")
    if (path / "strategies.png").exists():
        click.echo(f"pictures {path / 'strategies.png'}, budget_curve.png")


def lines_of(document: dict[str, Any]) -> list[str]:
    """Return a comparison of strategies as a table."""
    found = document["strategies"]
    money = any(trial["cost"] for trial in found)
    factors = [off["factor"] for off in next((trial["off"] for trial in found if trial["off"]), [])]
    heads = ["", f"mean {document['objective']}", "95 % interval", "behind the best", "people"]
    heads += ["cost"] if money else []
    heads += ["shared", "seconds", "certain", *(f"chances x{factor:g}" for factor in factors)]
    rows = [tuple(heads)]
    for trial in found:
        objective, behind, certificate = trial["objective"], trial["behind_best"], trial["certificate"]
        error = objective["standard_error"]
        ends = objective["interval"]
        row = [
            trial["strategy"],
            known_digits(objective["mean"], error),
            "-" if ends is None else " .. ".join(known_digits(end, error) for end in ends),
            _behind(behind) if trial is not found[0] else "-",
            f"{trial['n_people']:,}",
        ]
        row += [number(trial["cost"])] if money else []
        row += [percent(trial["shared_with_best"]), f"{trial['seconds']:.3g}"]
        row.append(_certain(certificate))
        off = {each["factor"]: each for each in trial["off"]}
        row += [_off(off.get(factor)) for factor in factors]
        rows.append(tuple(row))
    lines = [
        f"{document['name']}: {document['model']}, {document['n_people']:,} people",
        f"{document['n_replicas']:,} replicas that had no part in choosing, rng_seed {document['rng_seed']}",
        "",
        *aligned(rows),
        "",
    ]
    if any(trial["certificate"] for trial in found):
        says = next(trial["certificate"]["says"] for trial in found if trial["certificate"])
        lines.append(f"certain: {says} (each with its own confidence, see the notes)")
    lines.append(
        "the best: with the largest mean here; behind it: on the same luck, replica by replica; "
        "shared: people it chose too"
    )
    if factors:
        lines.append(
            "chances x: people chosen all the same if the chances of passing on are taken to be so many times as large,"
            " and what is lost"
        )
    points = document["curve"]["points"]
    if len(points) > 1:
        lines += ["", f"{document['curve']['strategy']}: the first people of its choice alone", *_curve(points, money)]
    for trial in found:
        lines += [f"note: {trial['strategy']}: {line.removeprefix('seeding: ')}" for line in trial["notes"]]
    lines += [f"note: {line}" for line in document["warnings"]]
    return lines


def _curve(points: list[dict[str, Any]], money: bool) -> list[str]:
    rows = [("people", *(("cost",) if money else ()), "mean", "95 % interval", "a further one adds")]
    for before, point in zip([None, *points[:-1]], points, strict=True):
        ends, error = point["interval"], point["standard_error"]
        more = "-"
        if before is not None and before["mean"] is not None and point["mean"] is not None:
            more = number((point["mean"] - before["mean"]) / (point["n_people"] - before["n_people"]))
        interval = "-" if ends is None else " .. ".join(known_digits(end, error) for end in ends)
        cost = (number(point["cost"]),) if money else ()
        rows.append((f"{point['n_people']:,}", *cost, known_digits(point["mean"], error), interval, more))
    return aligned(rows)


def _behind(behind: dict[str, Any]) -> str:
    ends, error = behind["interval"], behind["standard_error"]
    if behind["mean"] is None:
        return "-"
    margin = "" if ends is None or not error else f" +- {known_digits(1.96 * error, error)}"
    return f"{known_digits(behind['mean'], error)}{margin}"


def _certain(certificate: dict[str, Any] | None) -> str:
    if certificate is None:
        return "-"
    return f"{int(100 * certificate['ratio']):d} %{' (stand-in)' if certificate['stand_in'] else ''}"


def _off(off: dict[str, Any] | None) -> str:
    if off is None:
        return "-"
    change = off["change"]
    lost = "" if change is None else f", {round(100.0 * change, 1) + 0.0:+.1f} %"
    return f"{percent(off['shared'])}{lost}"
