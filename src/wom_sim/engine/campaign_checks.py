"""The checks of the campaign's tables, before unchecked machine code reads them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..kernels.campaign.codes import AS_SHARER, MAX_ANSWERS, RULE_CHOICE, RULE_NEED
from ..kernels.campaign.tables import World
from ..models.campaign.rival import MAX_RIVALS
from .gateway import check_network, require

_CHANCES = {
    "items": ("seen", "engage", "wear_out", "click", "buy", "adopt", "share", "contact_reach"),
    "posts": ("reach",),
    "claims": ("seen", "believe", "pass_on", "loss", "damage"),
    "answers": ("follower_reach", "seen", "effect", "residual", "inoculate", "alert", "shared"),
    "roles": ("talk",),
    "brands": ("switch", "persuade_weak", "persuade_strong", "dissatisfied"),
}


def check_world(world: World) -> None:
    """Check every index, length and chance that the kernel relies on.

    Raises
    ------
    GraphError
        Naming the table. Readers and specifications refuse bad input before; tables made by hand are met here.
    """
    n, m = world.n_people, len(world.indices)
    check_network(world.indptr, world.indices, n, complete=world.complete)

    n_segments = len(world.buy_factor)
    require(len(world.segment) == n, "segment", f"have an entry a person, got {len(world.segment):,}")
    require(bool((world.segment >= 0).all() and (world.segment < n_segments).all()), "segment", "be known segments")
    for name in ("customers", "followers", "audiences", "targets", "rival_customers"):
        people = getattr(world, name)
        inside = len(people) == 0 or (people.min() >= 0 and people.max() < n)
        require(bool(inside), name, f"lie in 0 .. {n - 1:,}")
    for table, fields in _CHANCES.items():
        for field in fields:
            values = getattr(world, table)[field]
            require(bool(((values >= 0.0) & (values <= 1.0)).all()), f"{table}.{field}", "lie in [0, 1]")
    for name in ("engage_factor", "buy_factor"):
        values = getattr(world, name)
        require(bool(np.isfinite(values).all() and (values >= 0.0).all()), name, "be numbers of at least 0")
    require(world.engage_factor.shape == (len(world.items), n_segments), "engage_factor", "be items by segments")
    items, posts = world.items, world.posts
    own = items["first_target"] >= 0
    ends = items["first_target"] + items["n_targets"]
    require(bool((ends[own] <= len(world.targets)).all()), "items.n_targets", "lie within the targets")
    require(bool((items["n_targets"][items["n_impressions"] > 0] > 0).all()), "items.n_targets", "be at least one")
    require(
        bool((posts["first"] + posts["count"] <= len(world.audiences)).all()), "posts.count", "lie within audiences"
    )
    chances = world.takes_part
    require(bool(((chances >= 0.0) & (chances <= 1.0)).all()), "takes_part", "lie in [0, 1]")
    for name, entries in (("items", items), ("claims", world.claims), ("answers", world.answers)):
        most = MAX_ANSWERS if name == "answers" else 255
        require(len(entries) <= most, name, f"be at most {most}, got {len(entries):,}")
    require(bool((items["first_target"] >= -1).all()), "items.first_target", "be at least -1")
    require(bool(((items["cap"] >= 0) & (items["cap"] <= 255)).all()), "items.cap", "lie in 0 .. 255")
    in_order = np.array_equal(np.sort(world.post_order), np.arange(len(posts)))
    require(in_order, "post_order", "name each post once")
    for name in ("first", "count"):
        require(bool((posts[name] >= 0).all()), f"posts.{name}", "be at least 0")
    _require_known(posts["item"], len(items), "posts.item", "item")
    _require_known(posts["account"] + 1, len(chances) + 1, "posts.account", "account, or -1")
    _require_known(world.answers["claim"], len(world.claims), "answers.claim", "claim")
    if world.rules.start_as == AS_SHARER:
        n_own = int(np.count_nonzero(items["brand"] == 0))
        _require_known(np.array([world.rules.start_item]), n_own, "start_item", "item of the own brand")
    require(bool((world.claims["n_starters"] <= n).all()), "claims.n_starters", "be people of the network")
    require(len(world.hears) in (0, n), "hears", "have an entry a person, or none")
    worth = world.worth
    require(worth.ndim == 2 and len(worth) == 2 and worth.shape[1] > 0, "worth", "have a row for each satisfaction")
    require(bool(np.isfinite(worth).all() and (worth >= 0.0).all()), "worth", "be numbers of at least 0")
    _check_brands(world)
    if world.rules.company == RULE_NEED:
        require(len(world.need) in (1, n), "need", "have an entry a person, or one for all")
    if world.rules.company == RULE_CHOICE:
        require(len(world.low) == len(world.width) == m, "low and width", "have an entry a tie")


def _check_brands(world: World) -> None:
    brands, n_brands = world.brands, max(1, len(world.brands))
    require(n_brands <= MAX_RIVALS + 1, "brands", f"be at most {MAX_RIVALS + 1}, got {n_brands}")
    require(len(world.roles) == 3 * n_brands, "roles", "have an entry for each role of each brand")
    for name, table in (("items", world.items), ("claims", world.claims)):
        _require_known(table["brand"], n_brands, f"{name}.brand", "brand")
        own = table["brand"] == 0
        require(bool((np.diff(own.astype(np.int8)) <= 0).all()), f"{name}.brand", "have the own brand's rows first")
        in_own = np.array_equal(table["number"][own], np.arange(np.count_nonzero(own)))
        require(in_own and len(np.unique(table["number"])) == len(table), f"{name}.number", "number each row once")
    about_own = world.claims["brand"][world.answers["claim"]] == 0
    require(bool(about_own.all()), "answers.claim", "be a claim about the own brand")
    ends = brands["first_customer"] + brands["n_customers"]
    inside = (brands["first_customer"] >= 0) & (brands["n_customers"] >= 0) & (ends <= len(world.rival_customers))
    require(bool(inside.all()), "brands.n_customers", "lie within rival_customers")
    once = len(np.unique(world.rival_customers)) == len(world.rival_customers)
    require(once and not np.isin(world.rival_customers, world.customers).any(), "rival_customers", "have one brand")
    for name in ("negative_power", "customer_negative", "baseline_per_day"):
        require(bool((brands[name] >= 0.0).all()), f"brands.{name}", "be at least 0")


def _require_known(numbers: NDArray[np.int64], n: int, name: str, thing: str) -> None:
    require(bool(((numbers >= 0) & (numbers < n)).all()), name, f"be a known {thing}")
