"""What a run leaves in its results folder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .notes import note
from .options import BESIDE

if TYPE_CHECKING:
    from ..engine.branching import Ahead
    from ..engine.case import Case
    from ..models.campaign.plausibility import Finding
    from ..report.tables import Table
    from ..results.folder import ResultsFolder
    from ..results.results import Results
    from ..results.store import Columns
    from .run import Wishes


def save(
    folder: ResultsFolder,
    ahead: Ahead,
    case: Case,
    results: Results,
    columns: Columns,
    wishes: Wishes,
    kept: dict[str, Any],
    found: Sequence[Finding],
    tables: Sequence[Table],
) -> dict[str, Any]:
    """Commit results to their folder, unless it has more of them; return the summary.

    Parameters
    ----------
    kept : threads and timings     found : the campaign held against published figures
    """
    from ..engine.branching import past_document
    from ..kernels.rng import RNG_NAME
    from ..report.bundle import folder_files, summary_document
    from ..results.folder import MANIFEST_FORMAT
    from ..results.provenance import made_with, now
    from ..results.state import PAST, STATE, state_bytes, state_content
    from .plausibility import plausibility_document

    summary = summary_document(results, columns, rng=RNG_NAME, assumptions=ahead.scenario.assumptions())
    if found:
        summary["plausibility"] = plausibility_document(found)
    if folder.n_done > results.n_replicas:  # asked for fewer than there are: the folder keeps what it has
        note(f"{folder.n_done:,} replicas of this case are here and stay; these are the first {results.n_replicas:,}")
        if BESIDE in (wishes.csv, wishes.xlsx):
            note("their tables are not written there: name a place, such as --xlsx FILE.xlsx or --csv FOLDER")
        return summary
    files = folder_files(
        results,
        columns,
        scenario_text=ahead.scenario.text,
        case={"case_id": case.case_id, **case.resolved},
        summary=summary,
        tables=tables,
        csv=wishes.csv == BESIDE,
        xlsx=wishes.xlsx == BESIDE,
        plots=not wishes.no_plots,
    )
    if ahead.past is not None and ahead.eras:
        files[PAST] = state_content(ahead.past.origin)
    if wishes.save_state:
        files[STATE] = state_bytes(past_document(case, ahead, results))
    kept_files = folder.kept_files()
    if STATE in kept_files:  # as good for more replicas as for those it was saved with
        files = {STATE: kept_files[STATE], **files}
    if folder.n_done == results.n_replicas:  # nothing was run: what lies there and was not asked for again stays
        files = {**kept_files, **files}
    manifest = {
        "format": MANIFEST_FORMAT,
        "status": "complete" if results.n_replicas == case.n_replicas else "partial",
        "case_id": case.case_id,
        "n_replicas": case.n_replicas,
        "n_done": results.n_replicas,
        "rng": RNG_NAME,
        "rng_seed": case.rng_seed,
        "graph_hash": case.graph.hash,
        "n_people": case.graph.n_people,
        "n_ties": case.graph.n_ties,
        **kept,
        "finished_at": now(),
        "warnings": list(results.warnings),
        **made_with(folder.environments, all_run_before=folder.n_done == results.n_replicas),
    }
    folder.commit(files, manifest)
    return summary
