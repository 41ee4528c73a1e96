"""`wom run`: a scenario file in, a results folder and a table out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .answers import echo_json
from .notes import choosing_progress, note, progress, say_made, say_memory
from .numbers import number
from .options import ScenarioCommand, assigned, branching_options, output_options, overrides, scenario_options
from .signals import Stop, same_command, stop_on_signals

if TYPE_CHECKING:
    from ..engine.case import Case
    from ..models.campaign.plausibility import Finding
    from ..results.folder import ResultsFolder
    from ..results.results import Results
    from ..scenario.schema import Scenario


PATIENT_SECONDS = 120.0
"""A run that may take longer says so before it starts, where the estimate is known to be of the right size."""

SHORTEST_TIMED = 0.1
"""Seconds a run must have taken to say how fast it was."""

_SMALL_SHARE = 0.01
"""Of random reads; below it a run spends its time on something else than ties."""


@click.command("run", cls=ScenarioCommand)
@click.argument("scenario", metavar="SCENARIO.toml")
@scenario_options
@branching_options
@output_options
def command(
    scenario: str,
    assignments: tuple[str, ...],
    plan: str | None,
    replicas: int | None,
    rng_seed: int | None,
    **flags: Any,
) -> int:
    """Run a scenario, print what came of it and draw it.

    The same command again goes on where an interrupted run stopped, and adds replicas when asked for more.
    """
    from ..scenario.load import read_scenario

    checked = read_scenario(scenario, set=overrides(assignments, replicas, rng_seed), plan=plan)
    return run_checked(checked, Wishes(**flags), set=assigned(assignments, replicas, rng_seed))


@dataclass(frozen=True)
class Wishes:
    """What the flags of a run ask for."""

    threads: int | None
    as_json: bool
    quiet: bool
    yes_use_memory: bool
    out: str | None
    csv: str | None
    xlsx: str | None
    no_plots: bool
    overwrite: bool
    until: str | None = None
    save_state: bool = False
    from_state: str | None = None


def run_checked(scenario: Scenario, wishes: Wishes, *, set: Sequence[str]) -> int:
    """Run a checked scenario, save it, print it; return the exit code.

    Parameters
    ----------
    set : what the command line changed in the scenario, as ``--set`` says it; kept, so that the run can be repeated
    """
    from ..engine import limits
    from ..engine.branching import ahead_of, check_saves
    from ..engine.plan import plan_ahead
    from ..engine.run import check_fits
    from ..kernels._jit import skip_linear_algebra
    from ..metrics.table import replica_table
    from ..report.tables import people_tables
    from ..results.folder import default_folder, hold_folder
    from ..results.record import Asked
    from ..scenario.settings import settings_in_use
    from .exports import Exports
    from .plausibility import plausibility
    from .saving import save
    from .tables import duration

    skip_linear_algebra()
    ahead = ahead_of(scenario, until=wishes.until, from_state=wishes.from_state)
    scenario = ahead.scenario
    if wishes.save_state:
        check_saves(scenario)
    threads, thread_note = limits.usable_threads(wishes.threads)
    out = None if wishes.out is None else checked_place(wishes.out)
    exports = Exports.wanted(wishes.csv, wishes.xlsx)
    say_memory([scenario.seeding], quiet=wishes.quiet)
    with choosing_progress(quiet=wishes.quiet) as show:
        case = plan_ahead(ahead, use_any_memory=wishes.yes_use_memory, threads=threads, progress=show)
    made = case.rng_seed if scenario.run.rng_seed is None else None
    say_made(made, "run", quiet=wishes.quiet)
    if ahead.past is not None and not ahead.eras:
        note(f"nothing differs from the past in {ahead.past.origin}: this is the uninterrupted run", quiet=wishes.quiet)
    if thread_note:
        note(f"note: {thread_note}", quiet=wishes.quiet)
    if wishes.as_json:  # the table shows them itself
        for line in case.notes:
            note(f"note: {line}", quiet=wishes.quiet)
    if not wishes.yes_use_memory:
        check_fits(case, threads=threads)
    if case.graph.complete:
        longest = case.process.seconds_at_most(case.n_replicas, threads)
        if longest is not None and longest > PATIENT_SECONDS:
            note(
                f"note: in complete mixing each person reached meets everybody: up to {duration(longest)}; "
                "Ctrl-C keeps what is finished",
                quiet=wishes.quiet,
            )
    path = out if out is not None else default_folder(scenario.name, case.case_id)
    exports.check(case.case_id, path, overwrite=wishes.overwrite)
    began = time.monotonic()
    with hold_folder(path) as folder:
        exports.check_beside(path)
        limits.check_disk(case.process.disk_bytes(case.n_replicas), path)
        done = finished_before(folder, case, overwrite=wishes.overwrite)
        n_before = 0 if done is None else len(done["last_step"])
        with stop_on_signals() as stop:
            results = _run(case, done, wishes, threads=threads, stop=stop)
            if results.n_replicas == 0:
                note("interrupted before a replica was finished; nothing was saved")
                return stop.exit_code
            timings = {**results.timings, "total_s": time.monotonic() - began}
            asked = Asked.from_folder(
                path,
                set=set,
                plan=scenario.plan,
                folder=scenario.folder,
                until=wishes.until or "",
                from_past=bool(ahead.eras),
            )
            kept = {"threads": threads, "asked": asked.document(), "timings": timings}
            found = plausibility(case)
            columns = replica_table(results)
            tables = people_tables(results, columns, settings=settings_in_use(scenario)) if exports.any() else ()
            summary = save(folder, ahead, case, results, columns, wishes, kept, found, tables)
    _print(summary, case, path, wishes, found)
    if said := speed(results, n_run=results.n_replicas - n_before):
        note(said, quiet=wishes.quiet)
    exports.write(tables, case.case_id, wishes, beside=None if folder.n_done > results.n_replicas else path)
    if results.n_replicas < case.n_replicas:
        note(
            f"partial result: {results.n_replicas:,} of {case.n_replicas:,} replicas are saved; "
            f"go on with: {same_command(made)}"
        )
        return stop.exit_code
    return 0


def speed(results: Results, *, n_run: int) -> str:
    """Say how many ties a replica looked at and how fast; nothing of runs too short to tell, or without ties.

    Parameters
    ----------
    n_run : replicas run just now
    """
    from ..engine.machine import known_limits, random_reads

    n_ties, seconds = results.timings.get("ties_examined"), results.timings["kernel_s"]
    if n_ties is None or seconds < SHORTEST_TIMED:
        return ""
    rate = n_ties / seconds / 1e6
    said = f"speed    {number(n_ties / n_run)} ties a replica, {number(rate)} million ties/s"
    reads = random_reads(known_limits(), results.n_people)
    if reads is None:
        return said
    share = number(rate / reads) if rate >= _SMALL_SHARE * reads else f"less than {_SMALL_SHARE:g}"
    return f"{said}: {share} times the random reads of one core"


def checked_place(out: str) -> Path:
    """Return the folder asked for, or raise FolderError when it cannot be made: before anything is computed."""
    from ..errors import FolderError

    try:
        path = Path(out).resolve(strict=False) if Path(out).is_symlink() else Path(out)
        path.exists()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a name too long
        raise FolderError(f"{out[:80]}: cannot be used: {getattr(error, 'strerror', None) or error}") from None
    if path.exists() and not path.is_dir():
        raise FolderError(f"{out}: is a file, not a folder; choose another place with --out")
    if not path.exists() and not path.absolute().parent.is_dir():
        raise FolderError(f"{out}: there is no folder {path.parent} to put it in")
    return path


def finished_before(folder: ResultsFolder, case: Case, *, overwrite: bool) -> dict[str, Any] | None:
    """Return what an earlier run of the same case left in the folder, None where it is to start afresh.

    Raises
    ------
    FolderError
        When the folder holds something else and `overwrite` was not asked for.
    """
    from ..errors import FolderError
    from ..kernels.rng import RNG_NAME
    from ..results.provenance import environments
    from ..results.store import missing_parts, read_finished

    if overwrite:
        return None
    manifest = folder.manifest()
    if manifest is None and folder.has_manifest():
        note(f"the results in {folder.path} are incomplete or damaged; they are made anew")
    if manifest is None:
        folder.refuse_foreign_files()
        return None
    if manifest["case_id"] != case.case_id or manifest["rng"] != RNG_NAME:
        raise FolderError(
            f"{folder.path}: holds the results of another case ({manifest['case_id']}, {manifest['rng']}; "
            f"this is {case.case_id}, {RNG_NAME}); choose another folder with --out, or --overwrite"
        )
    if missing := missing_parts(folder.path, case.process):
        note(f"kept without {', '.join(missing)}; the replicas are run anew")
        return None
    folder.n_done, folder.environments = int(manifest["n_done"]), environments(manifest)
    return read_finished(folder.path, case.process, at_most=case.n_replicas)


def _run(case: Case, done: dict[str, Any] | None, wishes: Wishes, *, threads: int, stop: Stop) -> Results:
    from ..engine import limits
    from ..engine.run import resume, run_case

    quiet = wishes.quiet
    max_memory = None if wishes.yes_use_memory else limits.usable_memory()
    earlier = None if done is None else resume(case, done)
    if earlier is not None:
        left = case.n_replicas - earlier.n_replicas
        said = f"{left:,} to go" if left else "nothing is run again (--overwrite would)"
        note(f"{earlier.n_replicas:,} replicas of this case are here already; {said}", quiet=quiet)
    say_compiling(case, threads=threads, quiet=quiet)
    with progress(case.n_replicas, quiet=quiet) as show:
        return run_case(case, threads=threads, done=earlier, stop=stop, progress=show, max_memory=max_memory)


def say_compiling(case: Case, *, threads: int, quiet: bool) -> None:
    """Choose the kernel for so many threads, and say where it has to be compiled first."""
    from ..engine.run import can_cache

    case.process.settle(threads)
    if not case.process.is_compiled():
        again = "once for this machine" if can_cache() else "without a cache, as its folder cannot be written"
        note(f"compiling {again}, some seconds ...", quiet=quiet)


def _print(summary: dict[str, Any], case: Case, path: Path, wishes: Wishes, found: Sequence[Finding]) -> None:
    if wishes.as_json:
        echo_json(summary)
        return
    from .plausibility import plausibility_lines

    if case.process.family == "campaign":
        from .campaign_tables import campaign_lines as lines_of
    else:
        from .tables import summary_lines as lines_of

    for line in lines_of(summary, case):
        click.echo(line)
    if found:
        click.echo("\n" + "\n".join(plausibility_lines(found)))
    click.echo(f"\nresults  {path}")
    if not wishes.no_plots:
        from ..results.folder import PICTURES

        drawn = [name for name in PICTURES if (path / f"{name}.png").exists()]
        click.echo(f"picture  {path / 'reach_curve.png'}")
        if len(drawn) > 1:
            click.echo(f"and      {', '.join(drawn[1:])}")
