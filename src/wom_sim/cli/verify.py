"""`wom verify`: every model against theory, enumeration and other people's programs, in one table."""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .answers import echo_json
from .notes import note

if TYPE_CHECKING:
    from ..verify import Report


@click.command("verify")
@click.option("--quick", "level", flag_value="quick", default="quick", help="Under a minute: the default.")
@click.option("--full", "level", flag_value="full", help="All cases with many replicas, up to half an hour.")
@click.option("--model", "kinds", multiple=True, metavar="KIND", help="Only this model; may be repeated.")
@click.option("--rng-seed", type=click.IntRange(0, 2**64 - 1), default=0, show_default=True, help="Another luck.")
@click.option("--data", metavar="FOLDER", help="Folder of real networks, for the cases that need them.")
@click.option("--out", metavar="PAGE.html", help="Write the table with pictures as a page of its own.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--quiet", is_flag=True, help="Say nothing on stderr while it runs.")
def command(
    level: Any, kinds: tuple[str, ...], rng_seed: int, data: str | None, out: str | None, *, as_json: bool, quiet: bool
) -> int:
    """Run the verification and print its table; the exit code is 1 if any case falls out.

    Each case holds a number of this program against one from elsewhere and gives the chance that a right program is as
    far off. Over the whole table a right program fails once in a thousand lucks, however many cases there are.
    """
    from ..errors import FolderError
    from ..verify import verify

    page = None if out is None else Path(out)
    if page is not None and (page.is_dir() or not page.absolute().parent.is_dir()):
        raise FolderError(f"--out {out}: must be a file in a folder that exists, such as --out verification.html")
    folder = None if data is None else Path(data)
    if folder is not None and not folder.is_dir():
        raise FolderError(f"--data {data}: must be a folder that exists, with nethept/ and the others")
    began = time.monotonic()
    report = verify(level, kinds=kinds, rng_seed=rng_seed, data=folder, progress=None if quiet else _Progress())
    if page is not None:
        from ..results.files import replace_file
        from ..verify.page import page_bytes

        replace_file(page, page_bytes(report))
    if as_json:
        echo_json(_document(report))
    else:
        for line in _lines(report, time.monotonic() - began):
            click.echo(line)
        if page is not None:
            click.echo(f"page  {page}")
    return 0 if report.passed else 1


class _Progress:
    """A line that is written over on a terminal; elsewhere a line every ten seconds."""

    def __init__(self) -> None:
        self.last = time.monotonic()

    def __call__(self, number: int, n_cases: int, name: str) -> None:
        if sys.stderr.isatty():
            end = "" if number + 1 < n_cases else "\r\033[K"
            click.echo(f"\r\033[K{number + 1} of {n_cases}: {name}"[:100] + end, err=True, nl=False)
        elif time.monotonic() - self.last >= 10.0:
            self.last = time.monotonic()
            note(f"{number} of {n_cases} cases")


def _lines(report: Report, seconds: float) -> list[str]:
    from ..verify.run import FAMILY_ERROR, OUT, said_of, written
    from .tables import aligned, count

    rows = [("model", "case", "expected", "got", "errors apart", "verdict")]
    for row in report.rows:
        found = row.outcome
        if found is None:
            rows.append((row.case.kind, row.case.name, "-", "-", "-", f"needs {row.case.needs}"))
            continue
        off = "exactly" if found.off == 0.0 and found.p_value == 1.0 and not row.case.bias else f"{found.off:.2f}"
        rows.append((row.case.kind, row.case.name, written(found.expected), written(found.got), off, row.verdict))
    table = aligned((f"{kind:<20}  {name}", *rest) for kind, name, *rest in rows)
    fell = [row for row in report.rows if row.verdict == OUT]
    n = len(report.judged)
    lines = [*table, ""]
    lines += [f"OUT: {row.case.name}: {said_of(row)}" for row in fell]
    said = "all agree" if not fell else f"{count(len(fell), 'case')} fell out"
    lines.append(
        f"{count(n, 'case')} in {seconds:.0f} s: {said}. A case falls out below p = {report.bound:.1e}, so that "
        f"a right program fails the whole table with chance {FAMILY_ERROR:g}. rng_seed {report.rng_seed}."
    )
    skipped = len(report.rows) - n
    if skipped:
        lines.append(f"{count(skipped, 'case')} skipped: what they need is not here")
    return lines


def _document(report: Report) -> dict[str, Any]:
    return {
        "format": 1,
        "level": report.level,
        "rng_seed": report.rng_seed,
        "passed": report.passed,
        "bound": report.bound,
        "cases": [
            {
                "model": row.case.kind,
                "case": row.case.name,
                "against": row.case.against,
                "bias": row.case.bias,
                "verdict": row.verdict,
                "seconds": round(row.seconds, 3),
                **_found(row.outcome),
            }
            for row in report.rows
        ],
    }


def _found(outcome: Any) -> dict[str, Any]:
    if outcome is None:
        return {}
    numbers = {"expected": outcome.expected, "got": outcome.got, "errors_apart": outcome.off}
    known = {key: value if math.isfinite(value) else None for key, value in numbers.items()}
    fault = {"fault": outcome.fault} if outcome.fault else {}
    return {**known, "p_value": outcome.p_value, "n": outcome.n, **fault}
