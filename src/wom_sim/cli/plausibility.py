"""What a campaign's numbers amount to, beside what is published, for people and as a document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from .tables import aligned

if TYPE_CHECKING:
    from ..engine.case import Case
    from ..models.campaign.plausibility import Finding


def plausibility_document(found: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return findings about a case, JSON-ready."""
    return [{**asdict(finding), "benchmark": _ends(finding)} for finding in found]


def plausibility_lines(found: Sequence[Finding]) -> list[str]:
    """Return what a case amounts to, in lines; none without findings."""
    if not found:
        return []
    rows = [("! " if f.marked else "  ") + f.what for f in found]
    texts = aligned([(row, _value(f)) for row, f in zip(rows, found, strict=True)])
    lines = ["plausibility  (by formula, nothing is run; ! is more than 3 times off what is published)"]
    where = ""
    for finding, text in zip(found, texts, strict=True):
        if finding.where != where:
            where = finding.where
            lines.append(f"  {where}")
        said = "; ".join(filter(None, [finding.says, _published(finding)]))
        lines.append(f"  {text}  {said}".rstrip())
    return lines


def plausibility(case: Case) -> tuple[Finding, ...]:
    """Return every finding about a case; none where the model is no campaign."""
    if case.process.family != "campaign":
        return ()
    from ..engine.campaign import CampaignProcess
    from ..models.campaign.plausibility import findings

    assert isinstance(case.process, CampaignProcess)
    return findings(case.process.compiled, case.graph)


def _ends(finding: Finding) -> dict[str, float] | None:
    if finding.benchmark is None:
        return None
    low, high = finding.benchmark
    return {"low": low, "high": high}


def _value(finding: Finding) -> str:
    return "-" if finding.value is None else _number(finding.value, as_percent=finding.as_percent)


def _published(finding: Finding) -> str:
    if finding.benchmark is None:
        return ""
    low, high = (_number(end, as_percent=finding.as_percent) for end in finding.benchmark)
    ends = low if low == high else f"{low.removesuffix(' %')} .. {high}"
    return f"published: {ends} ({finding.source})"


def _number(value: float, *, as_percent: bool) -> str:
    number = 100.0 * value if as_percent else value
    text = f"{number:,.0f}" if number >= 1000 else f"{number:.3g}"
    return f"{text} %" if as_percent else text
