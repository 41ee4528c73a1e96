"""What `wom goal` found: the document, the lines, the pictures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..report.chances import chance_document, known_or_none
from .compare_document import goal_document
from .compare_output import draws_line, goal_text, odds_with_interval
from .numbers import number, percent
from .tables import aligned, count

if TYPE_CHECKING:
    from ..experiments.goal import Searched
    from ..experiments.odds import GoalOdds
    from ..experiments.plan_runs import PlanRun
    from ..scenario.schema import Scenario

FORMAT = 1
MOST_MOVERS = 3

Document = Mapping[str, Any]


def goal_answer(
    scenario: Scenario,
    run: PlanRun,
    found: GoalOdds,
    *,
    study_id: str,
    rng: str,
    draws: Mapping[str, Any] | None,
    spend: float,
    wanted: float,
    searched: Searched | None,
    others: Sequence[Searched],
) -> dict[str, Any]:
    """Return everything found as a document."""
    facts = ("case_id", "model", "n_people", "n_seed_nodes", "rng_seed")
    return {
        "format": FORMAT,
        "name": scenario.name,
        "study_id": study_id,
        "rng": rng,
        "n_replicas": found.odds.n,
        **{key: run.facts[key] for key in facts},
        "spend": known_or_none(spend),
        "goal": goal_document(found),
        "draws": draws,
        "wanted": wanted,
        "search": None if searched is None else _searched(searched),
        "others": [_searched(other) for other in others],
        "warnings": [*([scenario.observed] if scenario.observed else []), *_warnings(found, run, searched)],
    }


def _searched(searched: Searched) -> dict[str, Any]:
    lever, found = searched.lever, searched.found
    at = found.at
    return {
        "what": lever.name,
        "now": lever.now,
        "less_helps": lever.less,
        "value": None if found.value is None else known_or_none(found.value),
        "value_text": None if found.value is None else lever.said(found.value),
        "odds": None if at is None else chance_document(at.odds),
        "spend": None if at is None else known_or_none(at.spend),
        "uneven": found.uneven,
        "tried": [
            {
                "value": each.value,
                "text": lever.said(each.value),
                "odds": chance_document(each.odds),
                "spend": known_or_none(each.spend),
            }
            for each in found.tried
        ],
    }


def _warnings(found: GoalOdds, run: PlanRun, searched: Searched | None) -> Iterator[str]:
    if found.unsure is not None:
        n, planned = found.unsure.odds.n, len(found.unsure.parts)
        if n < planned:
            yield f"{planned - n:,} of {planned:,} draws could not be run; the odds given how unsure leave them out"
    if searched is not None and searched.found.uneven:
        yield "search: the odds do not rise evenly from one value tried to the next; see what was tried, or run more"
    yield from run.facts["warnings"]


def lines_of(document: Document) -> list[str]:
    """Return the answer for people."""
    goal, n = document["goal"], document["n_replicas"]
    people = count(document["n_people"], "person")
    lines = [
        f"{document['name']}: {document['model']}, {people}; {count(n, 'replica')}, rng_seed {document['rng_seed']}",
        f"Goal: {goal_text(goal)}, that is {number(goal['target'])}{_target_interval(goal)}.",
        "",
        *_odds_lines(document),
        "",
        *_short(document),
    ]
    lines += _movers(document)
    if document["search"] is not None:
        lines += ["", *_search_lines(document)]
    lines += _others(document)
    said = [f"note: {warning}" for warning in document["warnings"]]
    return [*lines, *([""] if said else []), *said]


def _target_interval(goal: Document) -> str:
    low, high = goal["target_interval"]
    if high - low < 0.005 * abs(goal["target"]):
        return ""
    return f" ({number(low)} .. {number(high)}, as it rests on a mean over replicas)"


def _odds_lines(document: Document) -> list[str]:
    goal, draws = document["goal"], document["draws"]
    rows = [
        ("odds", "", "95 % interval"),
        ("  if the numbers are right", *_two(goal["odds_if_right"])),
    ]
    if goal["odds_given_unsure"]:
        rows.append(("  given how unsure they are", *_two(goal["odds_given_unsure"])))
    lines = aligned(rows)
    if draws is None:
        lines.append("  given how unsure they are: left out; --draws 40 adds it, over [uncertain] or all assumptions")
    else:
        lines.append(f"  {draws_line(draws)}")
    return lines


def _two(chance: Mapping[str, Any] | None) -> tuple[str, str]:
    if chance is None:
        return "unknown", "-"
    low, high = (100.0 * end for end in chance["interval"])
    return percent(chance["p"]), f"{low:.0f} .. {high:.0f} %"


def _short(document: Document) -> list[str]:
    goal = document["goal"]
    what = f"on average {number(goal['mean'])}, {_beside(goal['mean'], goal['target'])}"
    if goal["shortfall_when_short"] is None:
        return [f"{what}; no replica falls short."]
    short, all_of_them = goal["shortfall_when_short"], goal["expected_shortfall"]
    part = percent(short / goal["target"])
    said = f"where it falls short, by {number(short)} on average ({part} of the goal)"
    return [f"{what}; {said}; over all replicas by {number(all_of_them)}."]


def _beside(mean: float, target: float) -> str:
    part = mean / target - 1.0
    return f"{percent(abs(part))} {'above' if part >= 0.0 else 'below'} it"


def _movers(document: Document) -> list[str]:
    movers = document["goal"]["movers"][:MOST_MOVERS]
    if not movers:
        return []
    rows = [("what decides: odds in the draws with", "its lowest third", "odds", "its highest third", "odds", "")]
    rows += [
        (
            f"  {mover['key']}",
            *(f"about {number(mover['low'])}", percent(mover["odds_low"])),
            *(f"about {number(mover['high'])}", percent(mover["odds_high"])),
            "" if mover["clear"] else "may be chance",
        )
        for mover in movers
    ]
    return ["", *aligned(rows)]


def _search_lines(document: Document) -> list[str]:
    search, wanted = document["search"], percent(document["wanted"])
    what = f"{search['what']} (now {search['now']})"
    tried = search["tried"]
    lines = []
    if search["value"] is not None:
        money = "" if search["spend"] is None else f", spend {number(search['spend'])} on average"
        which = "largest" if search["less_helps"] else "smallest"
        lines.append(f"search: {which} {what} with odds of {wanted}: {search['value_text']}{money}")
        lines.append(f"  odds there {odds_with_interval(search['odds'])}, if the numbers are right")
        if tried and search["value"] == tried[0]["value"] and len(tried) > 1 and not search["less_helps"]:
            lines.append("  it is the smallest that was tried: the goal is reached without it")
    else:
        ends = f"from {tried[0]['text']} to {tried[-1]['text']}" if tried else "nothing could be run"
        best = max((each["odds"]["p"] for each in tried), default=math.nan)
        lines.append(f"search: {what} does not reach odds of {wanted}; tried {ends}, the best odds {percent(best)}")
    rows = [("  tried", "odds", "spend")]
    rows += [(f"  {each['text']}", odds_with_interval(each["odds"]), number(each["spend"])) for each in tried]
    return [*lines, *aligned(rows)]


def _others(document: Document) -> list[str]:
    others, wanted = document["others"], percent(document["wanted"])
    if not others:
        return []
    rows = [(f"what else would reach odds of {wanted}, each alone", "now", "needed", "odds")]
    for other in others:
        tried = other["tried"]
        if other["value"] is not None:
            rows.append((f"  {other['what']}", other["now"], other["value_text"], odds_with_interval(other["odds"])))
        elif tried:
            far = max(tried, key=lambda each: each["odds"]["p"])
            rows.append(
                (f"  {other['what']}", other["now"], "not by itself", f"{percent(far['odds']['p'])} at {far['text']}")
            )
    return ["", *aligned(rows)]


def figures_of(document: Document, found: GoalOdds) -> dict[str, Any]:
    """Return the picture of the odds and, where there was a search, that of what was tried."""
    from ..report.goal_figures import Lever, Strip, goal_figure, search_figure
    from ..report.plain_sheet import Shown

    goal = document["goal"]
    said = f"{document['model']}; {document['n_people']:,} people; {document['n_replicas']:,} replicas"
    said += f"; rng_seed {document['rng_seed']}"
    drawn = f"\n{draws_line(document['draws']).removeprefix('unsure   ')}" if document["draws"] else ""
    label = f"{goal['metric']} within {goal['within']}"
    strips = [Strip("If the numbers are right", found.parts, odds_with_interval(goal["odds_if_right"]))]
    if found.unsure is not None:
        strips.append(
            Strip(
                "Given how unsure they are", found.unsure.parts.ravel(), odds_with_interval(goal["odds_given_unsure"])
            )
        )
    levers = [
        Lever(each["key"], (each["odds_low"], each["odds_high"]), (number(each["low"]), number(each["high"])))
        for each in goal["movers"][:MOST_MOVERS]
    ]
    title = f"The odds of {goal_text(goal)}"
    figures = {"goal": goal_figure(Shown(title, document["name"], label, said + drawn), strips, levers)}
    search = document["search"]
    if search is not None and len(search["tried"]) > 1:
        money = search["what"].startswith("spend, ") and all(each["spend"] is not None for each in search["tried"])
        at = [each["spend"] if money else each["value"] for each in search["tried"]]
        found_at = search["spend"] if money else search["value"]
        shown = Shown("What reaches the goal", document["name"], "mean spend" if money else search["what"], said)
        figures["search"] = search_figure(
            shown,
            at,
            [each["odds"]["p"] for each in search["tried"]],
            [tuple(each["odds"]["interval"]) for each in search["tried"]],
            wanted=document["wanted"],
            found=found_at,
        )
    return figures
