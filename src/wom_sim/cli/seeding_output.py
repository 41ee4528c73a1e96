"""What `wom seeding` writes."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
            if not overwrite:
                folder.refuse_foreign_files()
                if folder.has_manifest() and folder.holds() != {"holds": SEEDING, "case_id": self.case_id}:
                    raise FolderError(
                        f"{self.path}: holds the results of another run; "
                        "choose another folder with --out, or --overwrite"
                    )
            self._folder = folder
            yield

    def commit(self, trials: Sequence[Trial], curve: Sequence[Point], *, plots: bool) -> dict[str, Any]:
        """Write everything, and return the document."""
        from ..kernels.rng import RNG_NAME
        from ..report.seeding_document import csv_tables
        from ..results.experiment import commit_experiment
        from ..results.folder import SEEDING
        from ..results.store import json_bytes

        document = self._document(trials, curve, RNG_NAME)
        files = {"scenario.toml": self.scenario.text.encode(), "seeding.json": json_bytes(document)}
        files |= csv_tables(document)
        if plots:
            from ..report.figures import image_bytes

            for name, figure in self._figures(trials, curve, document).items():
                files |= {f"{name}.{kind}": image_bytes(figure, kind) for kind in ("png", "svg")}
        told = {
            "n_replicas": document["n_replicas"],
            "n_done": document["n_replicas"],
            "rng": RNG_NAME,
            "rng_seed": document["rng_seed"],
            "graph_hash": self.prepared.graph.hash,
            "threads": self.prepared.threads,
        }
        assert self._folder is not None
        commit_experiment(self._folder, files, holds=SEEDING, case_id=self.case_id, told=told)
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
