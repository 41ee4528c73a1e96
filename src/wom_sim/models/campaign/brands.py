"""The tables of all brands: those of the own, with each rival's rows behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...graph.csr import Graph
from ...kernels.campaign import brands as numbers
from ...kernels.campaign.records import BRAND
from ...kernels.rng import by_lot
from .population import people_to_draw
from .rules import brand_persuasion

if TYPE_CHECKING:
    from .model import Campaign


@dataclass(frozen=True)
class BrandTables:
    """What one brand, or all of them, bring into a campaign; see `kernels.campaign.tables.World`."""

    items: NDArray[np.void]
    targets: NDArray[np.int32]
    posts: NDArray[np.void]
    audiences: NDArray[np.int32]
    claims: NDArray[np.void]
    roles: NDArray[np.void]
    engage_factor: NDArray[np.float64]


def joined(own: BrandTables, rivals: Sequence[BrandTables]) -> BrandTables:
    """Return the tables of all brands as one, rows numbered as docs/business.md, section 3, says."""
    for tables in (own, *rivals):
        for table in (tables.items, tables.posts, tables.claims):
            table["number"] = np.arange(len(table))
    if not rivals:
        return own
    everybody = [own, *rivals]
    n_items, n_posts, n_claims, n_targets, n_audiences = 0, 0, 0, 0, 0
    for brand, tables in enumerate(everybody):
        items, posts, claims = tables.items, tables.posts, tables.claims
        items["first_target"][items["first_target"] >= 0] += n_targets
        posts["item"] += n_items
        posts["first"] += n_audiences
        if brand > 0:
            items["brand"] = claims["brand"] = brand
            posts["root"] = numbers.RIVAL_ROOT + brand
            items["number"] += n_items - len(own.items) + numbers.RIVAL_ITEMS
            posts["number"] += n_posts - len(own.posts) + numbers.RIVAL_POSTS
            claims["number"] += n_claims - len(own.claims) + numbers.RIVAL_CLAIMS
        n_items, n_posts, n_claims = n_items + len(items), n_posts + len(posts), n_claims + len(claims)
        n_targets, n_audiences = n_targets + len(tables.targets), n_audiences + len(tables.audiences)
    return BrandTables(**{name: np.concatenate([getattr(t, name) for t in everybody]) for name in vars(own)})


def brands_of(campaign: Campaign, graph: Graph, key: np.uint64) -> tuple[NDArray[np.void], NDArray[np.int32]]:
    """Return the numbers of each brand, and the customers of rivals on day 0; both empty where there are no rivals.

    Parameters
    ----------
    key : of the shuffle that gives the customers of the own brand
    """
    table = np.zeros(len(campaign.competitors) + 1 if campaign.competitors else 0, BRAND)
    if not campaign.competitors:
        return table, np.zeros(0, np.int32)
    table["switch"] = [campaign.brand.switch_prob, *(rival.switch_prob for rival in campaign.competitors)]
    customers = _customers(campaign, graph, key)
    first = 0
    for row, rival, people in zip(table[1:], campaign.competitors, customers, strict=True):
        talk = rival.word_of_mouth.filled(campaign.word_of_mouth)
        row["persuade_weak"], row["persuade_strong"] = brand_persuasion(
            campaign, talk, graph.n_people if graph.complete else None
        )
        row["negative_power"] = talk.negative_power
        row["dissatisfied"], row["customer_negative"] = talk.dissatisfied_fraction, talk.customer_negative_factor
        row["baseline_per_day"] = rival.baseline_sales_per_day
        row["first_customer"], row["n_customers"] = first, len(people)
        first += len(people)
    return table, np.concatenate(customers)


def _customers(campaign: Campaign, graph: Graph, key: np.uint64) -> list[NDArray[np.int32]]:
    """Return each rival's customers of day 0: from the end of the shuffle, as far as there are people left."""
    eligible, _ = people_to_draw(graph)
    shuffled, n = by_lot(eligible, key), len(eligible)
    taken, end = round(campaign.brand.customers_fraction * n), n
    found = []
    for rival in campaign.competitors:
        first = max(taken, end - round(rival.customers_fraction * n))
        found.append(np.sort(shuffled[first:end]))
        end = first
    return found
