"""What customers do after the first purchase, and what they and the brand say to each other; docs/business.md, 1, 2."""

from __future__ import annotations

import numpy as np

from ..results.results import Results
from .columns import Columns, none_of, pick, ratio


def customers(results: Results) -> Columns:
    """Return who bought again, stayed and left."""
    facts, count = results.facts, results.counts
    found: Columns = {}
    if facts["buys_again"]:
        found |= pick(count, *(name for name in ("repeat_purchases", "loyal") if name in count))
    if facts["churns"] and "churned" in count:
        found |= pick(count, "churned", "lost")
    if facts["n_customers"] and "retained" in count:
        found["retained"] = count["retained"]
        found["retention_rate"] = count["retained"] / float(facts["n_customers"])
    return found


def dialogue(results: Results) -> Columns:
    """Return complaints, questions and their answers; nothing where the brand has no dialogue."""
    facts, count = results.facts, results.counts
    if not facts["dialogue"] or "answered" not in count:
        return {}
    found = pick(count, "complaints", "questions", "answered")
    found["answered_fraction"] = ratio(count["answered"], count["complaints"] + count["questions"])
    found["response_time"] = ratio(count["waited"] * float(facts["step"]), count["answered"])
    if "recovered" in count:
        found["recovered"] = count["recovered"]
    return found


def interactions(results: Results) -> Columns:
    """Return how often people met the brand through each other, and through the brand itself."""
    facts, count = results.facts, results.counts
    none = none_of(count)
    from_friends = count.get("views_earned", none)
    told = count["positive_tells"] + count["negative_tells"]
    found: Columns = {"interactions_customer_to_customer": told + from_friends}
    if facts["content"] or facts["dialogue"]:
        said: Columns = {"views": count["views"], "answered": count.get("answered", none)}
        found["interactions_firm_to_customer"] = np.asarray(said["views"] - from_friends + said["answered"])
    return found
