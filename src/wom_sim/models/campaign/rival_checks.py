"""What is asked of rivals beyond what is asked of every brand's content and claims; one line a problem."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .fields import MAX_ENTRIES
from .rival import OWN

if TYPE_CHECKING:
    from .model import Campaign

TALK_WITH_RIVALS = ("listeners", "persistent", "recover")
"""Ways to talk that know several brands; all but the first only in complete mixing."""


def problems_with_rivals(campaign: Campaign) -> Iterator[str]:
    """Yield one line for each thing about the rivals that does not fit; none where they are refused as a whole."""
    rivals, talk = campaign.competitors, campaign.limits.talk
    if not rivals or campaign.outcome == "habit":
        return
    if talk not in TALK_WITH_RIVALS:
        yield (
            'competitors: need limits.talk = "listeners" (in complete mixing also "persistent" or "recover"), '
            f'this is "{talk}"; change it or remove them'
        )
    for rival in rivals:
        if rival.name == OWN:
            yield f"competitors.{rival.name}.name: must not be {OWN!r}, which is the own one in tables; rename it"
    fractions = [(OWN, campaign.brand.customers_fraction)]
    fractions += [(rival.name, rival.customers_fraction) for rival in rivals]
    total = sum(fraction for _, fraction in fractions)
    if total > 1.0 + 1e-9:
        parts = ", ".join(f"{name} {fraction:g}" for name, fraction in fractions)
        yield (f"competitors: customers_fraction must be at most 1 over all brands, got {total:g} ({parts}); lower one")
    for section, things in (("content", "items"), ("crises", "crises")):
        n_own, n = len(getattr(campaign, section)), sum(len(getattr(rival, section)) for rival in rivals)
        with_own = f", the {n_own} of the own brand included" if n_own else ""
        if n_own + n > MAX_ENTRIES:
            yield (
                f"competitors: must have at most {MAX_ENTRIES} {things} in all{with_own}, got {n_own + n}; remove some"
            )
    for rival in rivals:
        for item in rival.content:
            if item.channel == "shared":
                yield (
                    f"competitors.{rival.name}.content.{item.name}.channel: must be 'paid' or 'owned', got 'shared', "
                    "which nobody would show; starters and creators are the own brand's"
                )


def problem_with_mixing(campaign: Campaign) -> Iterator[str]:
    """Say that talk without end knows several brands in complete mixing only, in a campaign on a network."""
    talk = campaign.limits.talk
    if campaign.competitors and campaign.outcome == "purchase" and talk in TALK_WITH_RIVALS[1:]:
        yield (
            f'model.competitors: with model.limits.talk = "{talk}" only in complete mixing, generate = "everyone"; '
            'take that, talk = "listeners", or remove them'
        )


def rivals_with(campaign: Campaign, crisis: str) -> str:
    """Say which rivals a claim of this name is about, where answers to it are not to be had; empty where none."""
    names = [rival.name for rival in campaign.competitors if crisis in [claim.name for claim in rival.crises]]
    if not names:
        return ""
    return f"{crisis!r} is a claim about {' and '.join(names)}; only claims about the own brand are answered; remove it"
