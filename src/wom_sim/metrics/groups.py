"""Metrics by segment, item, creator and brand: counts as they are, ratios in each replica."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from ..results.results import Results
from .columns import Columns, Counts, ratio
from .money import worth_of
from .rivals import brand

RENAMED = {"believers_end": "believers", "knows": "aware", "kept": "doing"}
"""Metrics that are counts of another name."""
RATIOS = {
    "frequency": ("views", "reach"),
    "share_rate": ("shares", "reach"),
    "engagement_rate": ("engagements", "reach"),
    "click_through_rate": ("clicks", "impressions"),
}


def group_metrics(results: Results, kind: str, names: Mapping[str, object]) -> dict[str, Columns]:
    """Return the metrics of each group of a kind: name of the group -> metric -> a value a replica.

    Parameters
    ----------
    kind : "segment", "item", "creator", "brand" or "rule", "generation"; other kinds have no metrics
    names : the metrics of the run, in their order; those that a group has too are given
    """
    describe = _DESCRIBED.get(kind)
    if describe is None:
        return {}
    counts = results.groups[kind]
    return {
        group: describe(results, i, {name: count[:, i] for name, count in counts.items()}, names)
        for i, group in enumerate(results.group_names[kind])
    }


def _segment(results: Results, place: int, count: Counts, names: Mapping[str, object]) -> Columns:
    people = results.facts["segment_people"][place]
    found: Columns = {"n_people": np.full(results.n_replicas, people, np.int64)}
    found |= _known(count, names, {**RATIOS, "conversion_rate": ("conversions", "visits")})
    return found | worth_of(results.facts, count)


def _item(results: Results, place: int, count: Counts, names: Mapping[str, object]) -> Columns:
    facts, item = results.facts, results.facts["items"][place]
    found = _known(count, names, {**RATIOS, "conversion_rate": ("conversions", "clicks")})
    for name, key in (("likes", "like_fraction"), ("comments", "comment_fraction")):
        found[name] = count["engagements"] * item[key]
    if facts["outcome"] == "purchase":
        found["caused"] = count["caused"]
    if facts["spends_on"]:
        found["spend"] = item["spend"] + count.get("spent_more", np.zeros(results.n_replicas))
    return found


def _creator(results: Results, place: int, count: Counts, names: Mapping[str, object]) -> Columns:
    won = {name: count[name] for name in ("conversions", "caused") if "conversions" in names}
    return {"posts": count["posts"], **won, "spend": count["posts"] * results.facts["creator_fees"][place]}


def _brand(results: Results, place: int, count: Counts, names: Mapping[str, object]) -> Columns:
    del count, names
    return brand(results, place)


def _rule(results: Results, place: int, count: Counts, names: Mapping[str, object]) -> Columns:
    del results, place, names
    return {"fired": count["fired"]}


def _known(count: Counts, names: Mapping[str, object], ratios: Mapping[str, tuple[str, str]]) -> Columns:
    found: Columns = {}
    for name in names:
        counted: NDArray[np.int64] | None = count.get(RENAMED.get(name, name))
        if name in ratios and all(part in count for part in ratios[name]):
            above, below = ratios[name]
            found[name] = ratio(count[above], count[below])
        elif counted is not None:
            found[name] = counted
    return found


def _generation(results: Results, place: int, count: Counts, names: Mapping[str, object]) -> Columns:
    del names
    sizes = results.groups["generation"]["members"]
    found: Columns = {"members": count["members"]}
    if place + 2 < sizes.shape[1]:  # the last group holds several generations
        found["reproduction_number"] = ratio(sizes[:, place + 1], sizes[:, place])
    return found


_DESCRIBED: Mapping[str, Callable[[Results, int, Counts, Mapping[str, object]], Columns]] = {
    "segment": _segment,
    "item": _item,
    "creator": _creator,
    "brand": _brand,
    "rule": _rule,
    "generation": _generation,
}
