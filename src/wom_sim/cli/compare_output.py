"""What `wom compare` prints and draws."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .numbers import known_digits, number, percent
from .tables import aligned, count

Document = Mapping[str, Any]


def lines_of(document: Document) -> list[str]:
    """Return a comparison as tables and sentences."""
    lines = _heading(document)
    for found in document["metrics"]:
        lines += ["", *_plans(document, found), "", *_differences(found)]
    lines += _goals(document)
    said = [f"note: {warning}" for warning in (*document["warnings"], *_notes(document["plans"]))]
    return [*lines, *([""] if said else []), *said]


def _notes(plans: Sequence[Document]) -> Iterator[str]:
    """Yield what is to be known of the plans; the name of a plan only where it is not said of all."""
    for note in dict.fromkeys(note for plan in plans for note in plan["warnings"]):
        of = [plan["plan"] for plan in plans if note in plan["warnings"]]
        yield note if len(of) == len(plans) else f"{', '.join(of)}: {note}"


def _heading(document: Document) -> list[str]:
    plans = document["plans"]
    models = " and ".join(dict.fromkeys(plan["model"] for plan in plans))
    people = " and ".join(dict.fromkeys(count(plan["n_people"], "person") for plan in plans))
    seeds = " and ".join(dict.fromkeys(f"{plan['rng_seed']}" for plan in plans))
    n = count(document["n_replicas"], "replica")
    how = "on the same people and the same luck" if document["paired"] else "NOT all on the same people and luck"
    lines = [
        f"{document['name']}: {count(len(plans), 'plan')}; {models}, {people}",
        f"{n} of each, {how}, rng_seed {seeds}",
    ]
    apart = "Differences are those of separate runs, with their wider intervals."
    lines += [f"Not paired: {why}. {apart}" for why in document["why_unpaired"]]
    if document["draws"]:
        lines.append(draws_line(document["draws"]))
    return lines


def draws_line(draws: Mapping[str, Any]) -> str:
    """Say what was drawn."""
    keys = draws["keys"]
    what = (
        f"{count(len(keys), 'key')} of [uncertain]"
        if draws["of"] == "uncertain"
        else f"{count(len(keys), 'assumption')}, each up or down by a factor of 1.5, as there is no [uncertain]"
    )
    return f"unsure   {draws['n']:,} draws of {what}; {count(draws['n_replicas'], 'replica')} of each draw and plan"


def label_of(metric: str) -> str:
    """Write a metric with its moment for people."""
    name, at, moment = metric.partition("@")
    return f"{name} within {moment}" if at else name


def _plans(document: Document, found: Document) -> list[str]:
    spends = {plan["plan"]: plan["spend"] for plan in document["plans"]}
    priced = any(plan["cost_per_extra"] for plan in found["plans"])
    unsure = any(plan["best_given_unsure"] for plan in found["plans"])
    money = any(spends.values())
    heads = [label_of(found["metric"]), "mean", "95 % interval", "middle 90 % of replicas", "best in"]
    heads += ["if unsure"] if unsure else []
    heads += ["spend"] if money else []
    heads += ["one more costs"] if priced else []
    rows = [heads]
    for plan in found["plans"]:
        result = plan["result"]
        row = [plan["plan"], *_result(result), _odds(plan["best"])]
        row += [_odds(plan["best_given_unsure"])] if unsure else []
        row += [number((spends[plan["plan"]] or {}).get("mean"))] if money else []
        row += [_price(plan["cost_per_extra"])] if priced else []
        rows.append(row)
    better = "" if found["more_is_better"] else " (less is better)"
    lines = aligned(rows)
    notes = [f"best in: part of the replicas in which a plan is the best{better}"]
    if priced:
        notes.append("one more costs: money for each one more than without the campaign, with its 95 % interval")
    return [*lines, *(f"  {line}" for line in notes)]


def _result(result: Mapping[str, Any] | None) -> list[str]:
    if result is None:
        return ["undefined", "-", "-"]
    error, ends = result["standard_error"], result["interval"]
    interval = "-" if ends is None else " .. ".join(known_digits(end, error) for end in ends)
    return [known_digits(result["mean"], error), interval, f"{number(result['q05'])} .. {number(result['q95'])}"]


def _odds(chance: Mapping[str, Any] | None) -> str:
    return "-" if chance is None else percent(chance["p"])


def odds_with_interval(chance: Mapping[str, Any] | None) -> str:
    """Write odds with their 95 % interval."""
    if chance is None:
        return "unknown"
    low, high = (100.0 * end for end in chance["interval"])
    return f"{percent(chance['p'])} ({low:.0f} .. {high:.0f})"


def _price(price: Mapping[str, Any] | None) -> str:
    if price is None or price["value"] < 0.0:
        return "none gained"
    if price["interval"] is None:
        return f"{number(price['value'])} (unsure)"
    return f"{number(price['value'])} ({' .. '.join(number(end) for end in price['interval'])})"


def _differences(found: Document) -> list[str]:
    gaps = found["differences"]
    money = any(gap["spend"] for gap in gaps)
    left = any(gap["margin_less_spend"] for gap in gaps)
    unsure = any(gap["middle_90_of_draws"] for gap in gaps)
    heads = ["difference", "mean", "95 % interval", "ahead in"]
    heads += ["if unsure", "middle 90 % of draws"] if unsure else []
    heads += ["spend"] if money else []
    heads += ["margin - spend"] if left else []
    heads += ["one more costs"] if money else []
    heads += ["pairing saves"]
    rows = [heads]
    for gap in gaps:
        row = [f"{gap['plan']} - {gap['less']}", *_gap(gap["difference"]), _odds(gap["ahead"])]
        if unsure:
            ends = gap["middle_90_of_draws"]
            row += [_odds(gap["ahead_given_unsure"]), "-" if ends is None else " .. ".join(map(signed, ends))]
        row += [_money(gap["spend"])] if money else []
        row += [_money(gap["margin_less_spend"])] if left else []
        row += [gap["says"] or _price(gap["cost_per_extra"])] if money else []
        row.append(_saved(gap["difference"]))
        rows.append(row)
    lines = aligned(rows)
    return [*lines, "  pairing saves: replicas that separate runs would need for the same interval, times as many"]


def _gap(difference: Mapping[str, Any] | None) -> list[str]:
    if difference is None:
        return ["undefined", "-"]
    error, ends = difference["standard_error"], difference["interval"]
    mean = difference["mean"]
    sign = "+" if mean > 0 else ""
    interval = "not known" if ends is None else " .. ".join(known_digits(end, error) for end in ends)
    return [sign + known_digits(mean, error), interval]


def signed(value: float | None) -> str:
    """Write a number with its sign."""
    return ("+" if value is not None and value > 0.0 else "") + number(value)


def _money(difference: Mapping[str, Any] | None) -> str:
    return "-" if difference is None else signed(difference["mean"])


def _saved(difference: Mapping[str, Any] | None) -> str:
    if difference is None or not difference["paired"]:
        return "not paired"
    if difference["standard_error"] == 0.0:
        return "all alike"
    factor = difference["variance_reduction"]
    return "-" if factor is None else f"{number(factor)} x"


def _goals(document: Document) -> list[str]:
    goals = [(plan["plan"], plan["goal"]) for plan in document["plans"] if plan["goal"]]
    if not goals:
        return []
    unsure = any(goal["odds_given_unsure"] for _, goal in goals)
    heads = ["goal", "to reach", "mean", "odds if the numbers are right"]
    heads += ["given how unsure they are"] if unsure else []
    heads += ["falls short by"]
    rows = [heads]
    for name, goal in goals:
        row = [name, number(goal["target"]), number(goal["mean"]), odds_with_interval(goal["odds_if_right"])]
        row += [odds_with_interval(goal["odds_given_unsure"])] if unsure else []
        row.append(number(goal["expected_shortfall"]))
        rows.append(row)
    said = list(dict.fromkeys(goal_text(goal) for _, goal in goals))
    lines = ["", *(f"Goal: {each}." for each in said), *aligned(rows)]
    lines.append("  falls short by: on average over all replicas, those that reach the goal counting as nothing")
    if not unsure:
        lines.append("  odds given how unsure the numbers are were left out (--draws 0)")
    return lines


def goal_text(goal: Mapping[str, Any]) -> str:
    """Say what a goal asks."""
    against = "without the campaign" if goal["against"] == "no_campaign" else number(float(goal["against"]))
    above = percent(abs(goal["uplift"]))
    return f"{goal['metric']} {above} {'above' if goal['uplift'] >= 0 else 'below'} {against} within {goal['within']}"


def figure_of(document: Document) -> Any:
    """Return the picture of the first metric."""
    from ..report.compare_figures import Bar, Gap, compare_figure
    from ..report.plain_sheet import Shown

    found = document["metrics"][0]
    spends = {plan["plan"]: plan["spend"] for plan in document["plans"]}
    bars = [_bar(Bar, plan, spends[plan["plan"]]) for plan in found["plans"] if plan["result"]]
    gaps = [
        Gap(
            f"{gap['plan']} - {gap['less']}",
            gap["difference"]["mean"],
            _ends(gap["difference"]),
            _ends(gap["unpaired"]) if gap["difference"]["paired"] else (math.nan, math.nan),
            f"ahead in {_odds(gap['ahead'])} of replicas",
        )
        for gap in found["differences"]
        if gap["difference"]
    ]
    targets = {plan["goal"]["target"] if plan["goal"] else None for plan in document["plans"]}
    target = next(iter(targets)) if len(targets) == 1 and _about_the_goal(document, found) else None
    shown = Shown(
        "Plans side by side, the best first",
        document["name"],
        label_of(found["metric"]),
        f"{document['n_replicas']:,} replicas a plan, {'paired' if document['paired'] else 'not all paired'}; "
        f"rng_seed {document['plans'][0]['rng_seed']}\n"
        "Dots: means; lines: 95 % intervals; light bars: middle 90 % of replicas, below: the interval without pairing",
    )
    return compare_figure(shown, bars, gaps, target=target)


def _about_the_goal(document: Document, found: Document) -> bool:
    return all(
        plan["goal"] and plan["goal"]["metric"] == found["metric"].partition("@")[0] for plan in document["plans"]
    )


def _bar(make: Any, plan: Mapping[str, Any], spend: Mapping[str, Any] | None) -> Any:
    result = plan["result"]
    said = [f"best in {_odds(plan['best'])}", *([f"spend {number(spend['mean'])}"] if spend else [])]
    ends = result["interval"] or (result["mean"], result["mean"])
    return make(plan["plan"], result["mean"], tuple(ends), (result["q05"], result["q95"]), ", ".join(said))


def _ends(difference: Mapping[str, Any] | None) -> tuple[float, float]:
    if difference is None or difference["interval"] is None:
        return (math.nan, math.nan)
    low, high = difference["interval"]
    return (low, high)
