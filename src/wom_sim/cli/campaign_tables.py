"""The answer of a campaign for people: one sentence, then reach, funnel, buyers, talk, crisis, habit, money, groups."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .business_tables import MONEY, customer_rows, dialogue_rows, money_rows, rival_rows
from .campaign_groups import group_lines
from .numbers import Metrics, Row, chance_span, in_columns, number, percent, span
from .tables import aligned, count

if TYPE_CHECKING:
    from ..engine.case import Case

CAUSES = {
    "paid": "ads",
    "owned": "own posts",
    "creators": "creators",
    "earned": "other people",
    "seeding": "starters",
    "customers": "customers of day 0",
    "crisis": "a claim",
    "background": "reasons of their own",
}
HALF = {"reached": "those reached", "believers_ever": "the believers", "adopters": "those who began"}


def campaign_lines(summary: dict[str, Any], case: Case) -> list[str]:
    """Return what a campaign came to, what to read first first; the full list of metrics stays in summary.json."""
    metrics, facts = Metrics(summary["metrics"]), case.process.facts
    blocks = [
        ("reach", list(_reach(metrics, facts, case.graph.n_people))),
        ("funnel" if facts["content"] else "sales", list(_funnel(metrics, facts))),
        ("word of mouth", list(_talk(metrics, facts))),
        ("habit", list(_habit(metrics, facts, case.graph.n_people))),
        ("customers", list(customer_rows(metrics, facts))),
        ("rivals", list(rival_rows(metrics))),
        ("dialogue", list(dialogue_rows(metrics))),
        (MONEY, list(money_rows(metrics, facts))),
    ]
    lines = [*_heading(summary, case), "", headline(metrics, facts, case.graph.n_people)]
    lines += [*goal_lines(metrics, facts["goal"]), ""]
    lines += in_columns(blocks)
    lines += _crisis(metrics)
    lines += _origins(metrics)
    lines += group_lines(summary.get("groups", {}))
    lines += [f"note: {warning}" for warning in summary["warnings"]]
    lines += [f"assumed: {assumption}" for assumption in summary["assumptions"]]
    return lines if lines[-1] else lines[:-1]


def headline(metrics: Metrics, facts: Mapping[str, Any], n_people: int) -> str:
    """Say in one sentence what matters most: the habit kept, the claim, or the buyers won."""
    if facts["outcome"] == "habit":
        said = f"On average {number(metrics.mean('kept'))} of {n_people:,} people do it at the end"
        return f"{said}{_more(metrics, 'extra_kept')}; {number(metrics.mean('knows'))} know of it."
    bought = f"{number(metrics.mean('conversions'))} buy for the first time{_more(metrics, 'extra_conversions')}."
    if facts["crises"]:
        claim = "a claim takes" if len(facts["claims"]) == 1 else "the claims take"
        said = f"In {percent(metrics.mean('crisis_took_off'))} of replicas {claim} off; "
        said += f"on average {number(metrics.mean('believers_ever'))} people come to believe it"
        without = metrics.mean("believers_ever_no_answer")
        return f"{said}{'' if without is None else f', {number(without)} without an answer'}, and {bought}"
    said = f"On average {number(metrics.mean('reached'))} of {n_people:,} people are reached"
    against = metrics.mean("rejecters") or 0.0
    if against > (metrics.mean("conversions") or 0.0):
        return f"{said}, {number(against)} decide against the brand and {bought}"
    return f"{said} and {bought}"


def goal_lines(metrics: Metrics, goal: Mapping[str, Any] | None) -> list[str]:
    """Say how far the goal's metric came on average; nothing where the run does not end with the goal's time."""
    if goal is None or not goal["to_the_end"]:
        return []
    name, uplift, number_given = goal["metric"], float(goal["uplift"]), goal["against"] != "no_campaign"
    reached = metrics.mean(name)
    base = float(goal["against"]) if number_given else metrics.mean(f"{name}_no_campaign")
    if reached is None or not base:
        return []
    beside = number(base) if number_given else "without the campaign"
    wanted = f"{name} {percent(uplift)} above {beside} within {goal['within']}, that is {number((1.0 + uplift) * base)}"
    return [f"Goal: {wanted}; on average {number(reached)}, {percent(reached / base - 1.0)} above."]


def _more(metrics: Metrics, name: str) -> str:
    """Say how many more these are than without the campaign; nothing where there is no such run."""
    extra = metrics.mean(name)
    if extra is None:
        return ""
    interval = f"; 95 % interval {span(metrics[name])}" if span(metrics[name]) != "-" else ""
    return f" ({number(abs(extra))} {'more' if extra >= 0 else 'fewer'} than without the campaign{interval})"


def _heading(summary: dict[str, Any], case: Case) -> list[str]:
    graph, facts = case.graph, case.process.facts
    ties = count(graph.n_ties, "tie") if graph.directed else f"{count(graph.n_ties // 2, 'edge')} both ways"
    met = "everybody can meet everybody" if graph.complete else ties
    starters = facts["n_seed_nodes"]
    who = f"{count(starters, 'starter')} ({facts['start_as']})" if starters else "no starters"
    days = f"{facts['n_steps'] * facts['step']:,g} days"
    since = f"{days} from {facts['start']}" if facts["start"] else days
    return [
        f"{summary['name']}: {summary['model']}, {count(graph.n_people, 'person')}, {met}",
        f"{since}, {who}, {count(summary['n_replicas'], 'replica')}, rng_seed {summary['rng_seed']}",
    ]


def _reach(metrics: Metrics, facts: Mapping[str, Any], n_people: int) -> Iterator[Row]:
    whole = metrics.part("reached", n_people, "of all people")
    if "reach" in metrics:
        yield metrics.row("reached", "people reached", whole)
        yield metrics.row("reach", "saw content", metrics.part("reach", n_people, "of all people"))
        yield metrics.row("reach_beyond_audience", "  of them from other people alone")
        yield metrics.row("reach_beyond_segments", "  of them in segments nobody aimed at")
        yield metrics.row("first_audience", "were shown it by ads, posts or creators")
        viral = metrics.chance("went_viral", "more than 2 with chance")
        yield metrics.row("amplification", "saw it, for each of those", viral)
        yield metrics.row("reproduction_number", "sharers won by a sharer")
        yield metrics.row("heard", "were told", metrics.part("heard", n_people, "of all people"))
    else:
        yield metrics.row("heard", "people who were told", whole)
    if facts["outcome"] == "purchase":
        yield from _timing(metrics, facts)
    if facts["outcome"] == "purchase":
        recalled = metrics.part("recalls", "aware", "of those aware")
        yield metrics.row("recalls", "last contact not forgotten at the end", recalled)


def _timing(metrics: Metrics, facts: Mapping[str, Any]) -> Iterator[Row]:
    """Say when half of the main curve was there: in days, and the date where there is one."""
    half = metrics.scaled("time_to_half", facts["step"])
    if half is None:
        return
    curve = HALF[facts["main_curve"]]
    on = ""
    if facts["start"]:
        begun = datetime.date.fromisoformat(facts["start"])
        on = f"on {begun + datetime.timedelta(days=int(half['mean']))}"
    yield (f"half of {curve}, days after the start", number(half["mean"]), span(half), on)


def _funnel(metrics: Metrics, facts: Mapping[str, Any]) -> Iterator[Row]:
    if facts["content"]:
        yield metrics.row("impressions", "times shown")
        yield metrics.row("views", "times seen", metrics.part("views", "impressions", "of times shown"))
        each = f"{number(metrics.mean('frequency'))} times each" if metrics.mean("frequency") else ""
        yield metrics.row("reach", "people who saw it", each)
        yield metrics.row("engagements", "engaged", metrics.rate("engagement_rate", "of those who saw it"))
        yield metrics.row("shares", "shared it", metrics.rate("share_rate", "of those who saw it"))
        yield metrics.row("clicks", "clicked", metrics.rate("click_through_rate", "of times shown"))
    if facts["outcome"] == "purchase":
        if facts["content"]:
            own = "clicks, and own ways that end in a purchase"
            yield metrics.row("visits", "visits to the shop", own)
        yield metrics.row("conversions", "bought for the first time")
        yield metrics.row("conversions_no_campaign", "  without the campaign")
        yield metrics.row("extra_conversions", "  because of the campaign")


def _talk(metrics: Metrics, facts: Mapping[str, Any]) -> Iterator[Row]:
    if facts["outcome"] == "habit":
        return
    yield metrics.row("positive_tells", "good tellings")
    yield metrics.row("negative_tells", "bad tellings")
    yield metrics.row("net_sentiment", "net sentiment, from -1 to 1")
    yield metrics.row(
        "referred_conversions", "buyers won by others", metrics.part("referred_conversions", "conversions")
    )
    if not facts["content"]:
        yield metrics.row("reproduction_number", "  for each who could win some")
    yield metrics.row("satisfied", "satisfied customers at the end")
    yield metrics.row("dissatisfied", "dissatisfied customers")
    yield metrics.row("rejecters", "decided against the brand")


def _habit(metrics: Metrics, facts: Mapping[str, Any], n_people: int) -> Iterator[Row]:
    if facts["outcome"] != "habit":
        return
    yield metrics.row("knows", "know of it", metrics.part("knows", n_people, "of all people"))
    yield metrics.row("adopters", "began it at some time", metrics.part("adopters", n_people, "of all people"))
    yield metrics.row("relapsed", "stopped and have not begun again")
    yield metrics.row("kept", "do it at the end", metrics.part("kept", n_people, "of all people"))
    yield metrics.row("kept_no_campaign", "  without the campaign")
    yield from _timing(metrics, facts)


def _crisis(metrics: Metrics) -> list[str]:
    """Return the crisis beside the run without an answer: the mean alone would hide two worlds."""
    if "believers_ever" not in metrics:
        return []
    answered = "believers_ever_no_answer" in metrics
    other_reasons = "churned" in metrics or "lost_to_rivals" in metrics
    lost = "  customers lost, for any reason" if other_reasons else "  customers lost by it"
    head = ["crisis", "mean" if not answered else "with answer", "95 % interval", "middle 90 %"]
    rows = [head + (["without answer", "95 % interval", "middle 90 %"] if answered else [])]
    for name, label in (
        ("crisis_took_off", "  the claim took off"),
        ("believers_ever", "  believed it at some time"),
        ("believers_end", "  believe it at the end"),
        ("corrected", "  corrected"),
        ("inoculated", "  warned before they heard it"),
        ("lost", lost),
        ("conversions", "  bought for the first time"),
    ):
        if name in metrics and (answered or name not in ("corrected", "inoculated", "conversions")):
            beside = _outcome(metrics, f"{name}_no_answer") if answered else []
            rows.append([label, *_outcome(metrics, name), *beside])
    return [*(line.rstrip() for line in aligned(rows)), ""]


def _outcome(metrics: Metrics, name: str) -> list[str]:
    if name not in metrics:
        return ["", "", ""]
    found = metrics[name]
    if "took_off" in name:
        return [percent(found["mean"]), chance_span(found), ""]
    return [number(found["mean"]), span(found), f"{number(found['q05'])} .. {number(found['q95'])}"]


def _origins(metrics: Metrics) -> list[str]:
    """Return first purchases by the exposure that won them, beside the same by what the chain began with."""
    columns = []
    for prefix in ("conversions_", "caused_by_"):
        found = [(CAUSES[key], metrics.mean(prefix + key) or 0.0) for key in CAUSES if prefix + key in metrics]
        some = [(label, mean) for label, mean in found if mean > 0.0]
        columns.append([(f"  {label}", number(mean)) for label, mean in some])
    if not any(columns):
        return []
    total = ("  all", number(metrics.mean("conversions")))
    height = max(map(len, columns))
    left, right = ([*column, *[("", "")] * (height - len(column)), total] for column in columns)
    rows = [("first purchases won by", "", "and begun by", "")]
    rows += [(*one, *other) for one, other in zip(left, right, strict=True)]
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    return [
        f"{a.ljust(widths[0])}  {b.rjust(widths[1])}    {c.ljust(widths[2])}  {d.rjust(widths[3])}".rstrip()
        for a, b, c, d in rows
    ] + [""]
