"""Keys of a campaign held against each other: what needs what, what goes with what; one line a problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ...spec import Spec, nearest, repeated
from .crisis import WAYS_OF
from .item import CHANNELS_OF, n_posts
from .rival import labelled
from .rival_checks import TALK_WITH_RIVALS, problems_with_rivals, rivals_with
from .timing import grid_problems
from .tracking import problems_with_rules

if TYPE_CHECKING:
    from .crisis import Response
    from .item import Item
    from .model import Campaign

MAX_IMPRESSIONS = 10**9
"""Of one ad or answer; each is drawn in every replica."""

MAX_POSTS = 1_000_000
MAX_ACCOUNTS = 10_000
MAX_FOLLOWERS = 100_000_000
"""Of a whole campaign; each has a line in a table."""

_CHANNEL_NEEDS: dict[str, tuple[str, ...]] = {
    "paid": ("start", "end", "spend", "cost_per_mille"),
    "owned": ("start",),
    "shared": (),
}

_WAY_NEEDS: dict[str, tuple[str, ...]] = {
    "owned": (),
    "paid": ("spend", "cost_per_mille"),
    "press": ("press_reach_per_day",),
}

_OUTCOME_OF = {
    "buy_delay": "purchase",
    "word_of_mouth": "purchase",
    "value": "purchase",
    "dialogue": "purchase",
    "competitors": "purchase",
    "limits": "purchase",
    "brand.customers_talk": "purchase",
    "brand.switch_prob": "purchase",
    "trust.friend_buys": "purchase",
    "trust.creator_buys": "purchase",
    "trust.owned_buys": "purchase",
    "content.click_prob": "purchase",
    "content.buy_prob": "purchase",
    "content.adopt_prob": "habit",
    "decision.relapse_per_month": "habit",
}

_TELLS = (
    "word_of_mouth.satisfied_tells",
    "word_of_mouth.dissatisfied_tells",
    "word_of_mouth.rejecter_tells",
    "word_of_mouth.tells_per_repeat",
    "word_of_mouth.tells_distribution",
)
_TELLING_DELAYS = ("word_of_mouth.telling_delay", "limits.telling_delay_distribution")
_SECTIONS = ("content", "creators", "crises", "responses", "decision")
_STRENGTHS = ("word_of_mouth.strong_tie_fraction", "word_of_mouth.strong_tie_power")

_NOT_WITH_TALK: dict[str, tuple[tuple[str, ...], str]] = {
    "listeners": ((), ""),
    "one_shot": ((*_TELLS, *_TELLING_DELAYS), "which tells every contact once, a step later"),
    "persistent": ((*_SECTIONS, *_TELLS, *_TELLING_DELAYS), "which knows only talk and background"),
    "recover": ((*_SECTIONS, *_TELLS, *_TELLING_DELAYS), "which knows only talk and background"),
    "contacts": (
        (*_TELLS, *_STRENGTHS, "limits.telling_delay_distribution"),
        "which talks until it stops, to anybody alike",
    ),
}
"""Keys without a meaning beside each way to talk, and why."""

_VALUE_NEEDS = {
    "churn_factor_dissatisfied": "churn_per_year",
    "retain_factor": "churn_per_year",
}
"""Keys without a meaning where another is not written."""

_TALK_OF = {"stop_prob": "recover", "clock": "contacts", "stifle_prob": "contacts"}


def problems_inside(campaign: Campaign) -> list[str]:
    """Return one line for each problem of a campaign by itself; keys are relative to `[model]`."""
    problems = list(_names(campaign))
    problems += _outcome(campaign)
    for label, brand in labelled(campaign):
        for item in brand.content:
            problems += _item(item, f"{label}content.{item.name}")
    problems += _sizes(campaign)
    problems += problems_with_rivals(campaign)
    problems += _references(campaign)
    for i, response in enumerate(campaign.responses):
        problems += _response(response, f"responses.{i}")
    problems += _decision(campaign)
    problems += _value(campaign)
    problems += _limits(campaign)
    problems += grid_problems(campaign)
    if not problems:  # a rule is judged on a campaign that is right without it
        problems += problems_with_rules(campaign)
    return problems


def given(spec: Spec, key: str) -> bool:
    """Whether a key was written, rather than left out."""
    return key in spec.model_fields_set and getattr(spec, key) is not None


def _names(campaign: Campaign) -> Iterator[str]:
    for label, brand in labelled(campaign):
        for section in ("content", "creators", "crises", "competitors"):
            names = [entry.name for entry in getattr(brand, section, ())]
            yield from repeated(names, section=f"{label}{section}")


def _outcome(campaign: Campaign) -> Iterator[str]:
    for label, brand in labelled(campaign):
        if label and campaign.outcome == "habit":
            return  # rivals are refused as a whole
        for path in (path for path, outcome in _OUTCOME_OF.items() if outcome != campaign.outcome):
            for key in written(brand, path):
                outcome = _OUTCOME_OF[path]
                yield f'{label}{key}: only where outcome = "{outcome}", this is "{campaign.outcome}"; remove it'


def written(brand: Spec, path: str) -> list[str]:
    """Return the keys of a campaign, or of a rival, that a path without positions stands for.

    Only those that were written and are not empty.
    """
    section, _, key = path.partition(".")
    value: Any = getattr(brand, section, ())
    if not given(brand, section) or value == ():
        return []
    if not key:
        return [section]
    if isinstance(value, tuple):
        return [f"{section}.{entry.name}.{key}" for entry in value if given(entry, key)]
    return [path] if given(value, key) else []


def _fitting(
    spec: Spec, label: str, choices: Sequence[str], *, only_for: Mapping[str, tuple[str, ...]], of: str
) -> Iterator[str]:
    """Refuse keys that are for other channels or ways."""
    for key, fit in only_for.items():
        if given(spec, key) and not set(fit) & set(choices):
            yield f"{label}.{key}: only for {of.format(' and '.join(fit))}, this is {' and '.join(choices)}; remove it"


def _needing(spec: Spec, label: str, choice: str, needed: Sequence[str], *, of: str) -> Iterator[str]:
    for key in needed:
        if getattr(spec, key) is None:
            yield f"{label}.{key}: is missing; {of.format(choice)} needs {_and(needed)}"


def _item(item: Item, label: str) -> Iterator[str]:
    yield from _fitting(item, label, [item.channel], only_for=CHANNELS_OF, of="{} content")
    yield from _needing(item, label, item.channel, _CHANNEL_NEEDS[item.channel], of="{} content")
    if item.start and item.end and item.end < item.start:
        yield f"{label}.end: must not be before the start, {item.start}, got {item.end}; it is the last day, included"
    if item.channel == "owned" and item.end and not item.every:
        yield f"{label}.end: only for posts that are repeated; write every = ..., or remove it"
    if item.channel == "owned" and item.every and not item.end:
        yield f"{label}.end: is missing; content posted again and again (every) needs a last day"
    yield from _few_impressions(item, label)


def _few_impressions(spec: Item | Response, label: str) -> Iterator[str]:
    if spec.cost_per_mille and spec.n_impressions > MAX_IMPRESSIONS:
        many = f"{spec.n_impressions:,}" if spec.n_impressions < 1e15 else f"{spec.n_impressions:.3g}"
        yield (
            f"{label}.spend: must buy at most {MAX_IMPRESSIONS:,} impressions, got {many}; "
            "lower it or raise cost_per_mille"
        )


def _sizes(campaign: Campaign) -> Iterator[str]:
    """Refuse posts, accounts and audiences that no memory holds."""
    posts = {
        f"{label}content.{item.name}.every": n_posts(item)
        for label, brand in labelled(campaign)
        for item in brand.content
        if item.channel == "owned"
    }
    posts |= {f"creators.{who.name}.dates": who.n * len(who.dates) for who in campaign.creators}
    accounts = {f"creators.{who.name}.n": who.n for who in campaign.creators}
    followers = {f"creators.{who.name}.followers": who.n * who.followers for who in campaign.creators}
    for found, most, what in (
        (posts, MAX_POSTS, "posts"),
        (accounts, MAX_ACCOUNTS, "accounts"),
        (followers, MAX_FOLLOWERS, "followers of accounts"),
    ):
        total = sum(found.values())
        if total > most:
            key = max(found, key=lambda key: found[key])
            here = f"{found[key]:,} of them here"
            yield f"{key}: there must be at most {most:,} {what} in the campaign, got {total:,}, {here}; lower it"


def _references(campaign: Campaign) -> Iterator[str]:
    content = [item.name for item in campaign.content]
    for creator in campaign.creators:
        if creator.item not in content:
            yield f"creators.{creator.name}.item: {no_such('content', creator.item, content)}"
    crises = [crisis.name for crisis in campaign.crises]
    for i, response in enumerate(campaign.responses):
        if response.to not in crises:
            theirs = rivals_with(campaign, response.to)
            yield f"responses.{i}.to: {theirs or no_such('crisis', response.to, crises)}"


def no_such(thing: str, name: str, known: Sequence[str]) -> str:
    """Say that a thing of this name does not exist, and which may have been meant."""
    return f"there is no {thing} {name!r}; {nearest(name, known)}"


def _response(response: Response, label: str) -> Iterator[str]:
    if len(set(response.through)) < len(response.through):
        yield f"{label}.through: must name each way once, got {', '.join(response.through)}"
    yield from _fitting(response, label, response.through, only_for=WAYS_OF, of="an answer through {}")
    for way in dict.fromkeys(response.through):
        yield from _needing(response, label, way, _WAY_NEEDS[way], of="an answer through {}")
    yield from _few_impressions(response, label)


def _decision(campaign: Campaign) -> Iterator[str]:
    decision = campaign.decision
    if decision is None:
        return
    for key, rule in (("need", "count"), ("fraction", "fraction"), ("weight", "weight")):
        if given(decision, key) and decision.rule != rule:
            yield f'decision.{key}: only with rule = "{rule}", this is "{decision.rule}"; remove it'
        elif decision.rule == rule and rule != "weight" and getattr(decision, key) is None:
            yield f'decision.{key}: is missing; rule = "{rule}" needs it'


def _value(campaign: Campaign) -> Iterator[str]:
    value = campaign.value
    if value.price is not None and value.margin is not None and value.margin > value.price:
        yield f"value.margin: must be at most the price, {value.price:g}, got {value.margin:g}"
    if value.purchases == "annual" and given(value, "purchases_per_year") and value.purchases_per_year != 1.0:
        yield (
            f'value.purchases_per_year: must be 1 with purchases = "annual", got {value.purchases_per_year:g}; '
            'remove it, or take purchases = "rate"'
        )
    for key, needed in _VALUE_NEEDS.items():
        if given(value, key) and not given(value, needed):
            yield f"value.{key}: without a meaning where value.{needed} is left out; write that too, or remove it"
    buys_again = value.buys_again or given(value, "purchases_per_year")
    if given(campaign.word_of_mouth, "tells_per_repeat") and not buys_again:
        yield "word_of_mouth.tells_per_repeat: nobody buys again; write value.purchases_per_year, or remove it"


def _limits(campaign: Campaign) -> Iterator[str]:
    talk = campaign.limits.talk
    brands = [(label, brand) for label, brand in labelled(campaign) if not label or talk in TALK_WITH_RIVALS]
    if campaign.limits.persuasion == "one_over_contacts":
        for label, brand in brands:
            for key in ("persuasion_prob", "strong_tie_fraction", "strong_tie_power"):
                if given(brand.word_of_mouth, key):
                    yield f'{label}word_of_mouth.{key}: not with limits.persuasion = "one_over_contacts"; remove it'
    for key, needed in _TALK_OF.items():
        if given(campaign.limits, key) and talk != needed:
            yield f'limits.{key}: only with talk = "{needed}", this is "{talk}"; remove it'
    paths, why = _NOT_WITH_TALK[talk]
    for label, brand in brands:
        for path in paths:
            for key in written(brand, path):
                yield f'{label}{key}: not with limits.talk = "{talk}", {why}; remove it'
    delay = campaign.word_of_mouth.telling_delay
    if talk == "contacts" and campaign.limits.clock == "sync" and delay < campaign.step:
        yield (
            f'word_of_mouth.telling_delay: must be at least model.step = {campaign.step} with limits.clock = "sync", '
            f"one contact a step at most, got {delay}; shorten model.step or lengthen it"
        )


def _and(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
