"""`wom explain`: the story of one replica or one person of a campaign, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .answers import echo_json
from .notes import choosing_progress
from .options import overrides, scenario_options
from .people_value import checked_file, value_lines, write_values

if TYPE_CHECKING:
    from ..engine.campaign import CampaignProcess
    from ..engine.case import Case
    from ..engine.story import Harm, Log
    from ..report.story import Scene

HARM_REPLICAS = 100
"""Replicas that negative word of mouth is taken apart on, at most."""


@click.command("explain")
@click.argument("scenario", metavar="SCENARIO.toml")
@click.option("--replica", type=click.IntRange(0, 10**9 - 1), default=0, show_default=True, help="Which random run.")
@click.option("--person", metavar="ID", help="Tell the story of this person (a label of the network).")
@click.option("--values", metavar="FILE", help="Write what each person buys and brings: a table, .csv or .parquet.")
@scenario_options
def command(
    scenario: str,
    replica: int,
    person: str | None,
    values: str | None,
    assignments: tuple[str, ...],
    plan: str | None,
    replicas: int | None,
    rng_seed: int | None,
    threads: int | None,
    *,
    as_json: bool,
    quiet: bool,
    yes_use_memory: bool,
) -> None:
    """Tell what happened in one replica of a campaign, or to one person, and why.

    Names are made up from people's numbers.
    """
    del threads
    from ..engine.plan import plan_scenario
    from ..engine.run import check_fits
    from ..engine.story import campaign_of, harm, read_replica
    from ..results.store import json_bytes
    from ..scenario.load import read_scenario

    checked = read_scenario(scenario, set=overrides(assignments, replicas, rng_seed), plan=plan)
    place = None if values is None else checked_file(values)
    with choosing_progress(quiet=quiet) as show:
        case = plan_scenario(checked, use_any_memory=yes_use_memory, progress=show)
    process = campaign_of(case)
    if not yes_use_memory:
        check_fits(case, threads=1)
    number = None if person is None else find_person(case, person)
    process.check()
    if place is not None:
        told = write_values(case, process, place)
        click.echo(json_bytes(told).decode().rstrip() if as_json else "\n".join(value_lines(told)))
        return
    log = read_replica(process, replica)
    scene = scene_of(process)
    story: dict[str, Any] = {"name": case.name, "replica": replica, "rng_seed": case.rng_seed}
    if number is not None:
        from ..report.story import person_story

        story |= {"person": person, "story": person_story(log.lines, scene, number)}
    else:
        parts = harm(process, min(case.n_replicas, HARM_REPLICAS)) if process.has_bad_talk else None
        story |= _replica_story(log, scene, parts)
        story["has_rules"] = bool(process.campaign.rules)
        story["rules"] = [process.group_names["rule"][i] for i in log.fired]
    if as_json:
        echo_json(story)
        return
    for line in _lines(story, complete=log.complete):
        click.echo(line)


def find_person(case: Case, label: str) -> int:
    """Return the number of the person with a label; raise ScenarioError when there is none."""
    from ..seeding.people import find_people

    return int(find_people(case.graph, [label], key="--person")[0][0])


def scene_of(process: CampaignProcess) -> Scene:
    """Return what a story needs to know of a campaign."""
    from ..report.story import Scene

    campaign, setting = process.campaign, process.compiled.setting
    claims = [crisis.name for crisis in campaign.crises]
    items = [repr(item.name) for item in campaign.content]
    items += [f"{item.name!r} of {rival.name}" for rival in campaign.competitors for item in rival.content]
    rumours = [(b, rival, crisis) for b, rival in enumerate(campaign.competitors, 1) for crisis in rival.crises]
    role = setting.starting.role(campaign.outcome) if setting.starting is not None else "customer"
    articles = {
        "aware": "one who knows of it",
        "adopter": "an adopter",
        "satisfied": "a satisfied customer",
        "dissatisfied": "a dissatisfied customer",
    }
    return Scene(
        start=setting.start,
        step_days=float(campaign.step),
        items=items,
        claims=[*map(repr, claims), *(f"{crisis.name!r} about {rival.name}" for _, rival, crisis in rumours)],
        claim_brands=[*(0 for _ in claims), *(brand for brand, _, _ in rumours)],
        rivals=[rival.name for rival in campaign.competitors],
        answers_to=[claims.index(response.to) for response in campaign.responses],
        started_as=articles.get(role, f"a {role}"),
    )


def _replica_story(log: Log, scene: Scene, parts: Harm | None) -> dict[str, Any]:
    from ..report.story import influence_sentence, most_influential, threads
    from ..report.timeline import between_brands, timeline

    return {
        "at_the_end": f"{_ending(log.counts)} {between_brands(log.lines, scene)}".rstrip(),
        "liveliest": timeline(log.lines, scene),
        "threads": threads(log.lines, scene),
        "most_influential": [influence_sentence(*entry) for entry in most_influential(log.lines)],
        "harm": [] if parts is None else harm_lines(parts),
    }


def _ending(counts: dict[str, int]) -> str:
    words = {
        "reached": "people reached",
        "engagements": "engagements",
        "shares": "shares",
        "conversions": "new customers",
        "satisfied": "satisfied customers",
        "dissatisfied": "dissatisfied ones",
        "rejecters": "people turned away",
        "believers_ever": "people who believed a claim",
        "adopters": "people who took it up",
        "doing": "of whom still do it",
    }
    parts = [f"{counts[name]:,} {word}" for name, word in words.items() if counts.get(name)]
    return f"{', '.join(parts)}." if parts else "Nothing happened."


def harm_lines(parts: Harm) -> list[str]:
    """Say how much of the harm of negative word of mouth is count, power or relaying."""
    total = parts.turned_away
    if total - parts.without_talk < 0.05:
        return [f"Over {parts.n_replicas:,} replicas nearly nobody is turned away by negative word of mouth."]

    def share(value: float) -> str:
        return f"{value:,.1f} ({value / total:.0%})"

    return [
        f"Over {parts.n_replicas:,} replicas {total:,.1f} people are turned away on average. Of these (what each part",
        "adds, averaged over the orders in which they can be added, as they strengthen each other)",
        f"  {share(parts.plain)} would be if the dissatisfied told as many as the satisfied and nobody passed it on,",
        f"  {share(parts.parts['count'])} are added by count: the dissatisfied tell more people,",
        f"  {share(parts.parts['power'])} by power: a warning weighs more than a recommendation,",
        f"  {share(parts.parts['relaying'])} by relaying: people who were turned away warn others in turn"
        + (f", and {share(parts.without_talk)} have other causes." if parts.without_talk else "."),
    ]


def _lines(story: dict[str, Any], *, complete: bool) -> list[str]:
    lines = [f"{story['name']}, replica {story['replica']:,}, rng_seed {story['rng_seed']}", ""]
    if "story" in story:
        lines += story["story"] or ["Nothing happened to this person in this replica."]
    else:
        lines += [story["at_the_end"]]
        if story["rules"]:
            lines += ["", "Rules that held, and what they changed:", *(f"  {rule}" for rule in story["rules"])]
        if story["liveliest"]:
            lines += ["", "The liveliest steps:", *story["liveliest"]]
        for number, thread in enumerate(story["threads"], start=1):
            lines += ["", f"Thread {number}, {len(thread)} links:", *thread]
        if story["most_influential"]:
            lines += ["", "Whose word did most:", *story["most_influential"]]
        if story["harm"]:
            aside = ", were there no rules" if story["has_rules"] else ""
            lines += ["", f"What negative word of mouth is made of{aside}:", *story["harm"]]
    if not complete:
        lines += ["", "note: the replica is longer than what was kept; the story ends before it does"]
    return lines
