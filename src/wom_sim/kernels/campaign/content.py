"""Content: seeing it, engaging, visiting the shop, passing it on."""

from __future__ import annotations

from .._jit import inner_kernel
from ..rng import coin_passes, uniform_at, word
from .brands import B_VIEWS_EARNED, B_VIEWS_OWNED, B_VIEWS_PAID, count_item, shown
from .codes import (
    BELIEVER,
    BY_AD,
    BY_CREATOR,
    BY_EARNED,
    BY_OWNED,
    CORRECTED,
    ENGAGED,
    I_CLICKS,
    I_ENGAGEMENTS,
    I_REACH,
    I_SHARES,
    I_SHARES_EARNED,
    I_VIEWS,
    LOG_SHARED,
    MOST_VIEWS,
    N_CLICKS,
    N_ENGAGEMENTS,
    N_SHARES,
    N_SHARES_EARNED,
    N_VIEWS,
    N_VIEWS_EARNED,
    N_VISITS_EARNED,
    N_VISITS_OWNED,
    N_VISITS_PAID,
    PAID,
    PENDING,
    UNHEARD,
    VIEW_AD,
    VIEW_POST,
    VIEW_SHARE,
)
from .counting import count, note, reached_by_content, ties_of
from .customers import has_engaged
from .draws import ADOPT, BUY, CLICK, PAID_VIEW, POST_VIEW, SHARE, SHARE_DELAY
from .events import exponential, schedule, step_of
from .persuading import threshold_of
from .trees import join_tree

# What a view leads to, for the person's decision.
NOTHING = 0
VISIT = 1
ADOPTION = 2


@inner_kernel
def damage_of(world, state, v, brand):
    """Return the part of a person's chance to buy a brand that claims about it have taken."""
    left = 1.0
    for c in range(world.claims.shape[0]):
        belief = state.belief[v, c]
        if belief == UNHEARD or world.claims[c]["brand"] != brand:
            continue
        if belief == BELIEVER or belief >= PENDING:
            left *= 1.0 - world.claims[c]["damage"]
        elif belief >= CORRECTED:
            left *= 1.0 - world.claims[c]["damage"] * world.answers[belief - CORRECTED]["residual"]
    return 1.0 - left


@inner_kernel
def exposure_of(world, kind, place):
    """Return which exposure a view is: ad, the brand's own post, a creator's post, earned."""
    if kind == VIEW_AD:
        return BY_AD
    if kind == VIEW_POST:
        return BY_OWNED if world.posts[place]["account"] < 0 else BY_CREATOR
    return BY_EARNED


@inner_kernel
def trust_of(world, state, exposure, source, brand):
    """Return how many times as well as an ad the exposure engages, and sells; who is paid is so by the own brand."""
    rules = world.rules
    if exposure == BY_OWNED:
        return rules.owned_engages, rules.owned_buys
    if exposure == BY_CREATOR:
        return rules.creator_engages, rules.creator_buys
    if exposure == BY_EARNED:
        paid = brand == 0 and state.people[source]["flags"] & PAID != 0
        credibility = rules.paid_credibility if paid else 1.0
        return rules.friend_engages * credibility, rules.friend_buys * credibility
    return 1.0, 1.0


@inner_kernel
def _engages(world, state, event, v, chance):
    """Say whether the uniform that decided about showing and seeing is also below the chance to engage."""
    item, place = event["item"], event["place"]
    facts = world.items[item]
    if event["kind"] == VIEW_AD:
        return uniform_at(word(state.keys[PAID_VIEW], facts["number"]), place) < facts["seen"] * chance
    if event["kind"] == VIEW_POST:
        p = world.posts[place]["reach"] * facts["seen"] * chance
        return uniform_at(word(state.keys[POST_VIEW], world.posts[place]["number"]), v) < p
    p = facts["contact_reach"] * facts["seen"] * chance
    return coin_passes(state.coins[1 + item], state.lane[0], place, threshold_of(p))


@inner_kernel
def view(world, state, tally, step, v, event):
    """Handle a view of an item, the brand's or a rival's; return (what it leads to, exposure, chance to buy).

    The chance to buy is the factor-weighted `buy_prob` of a visit; it does not say whether the visit won a purchase.
    """
    item, time, place = event["item"], event["time"], event["place"]
    facts, segment, own = world.items[item], world.segment[v], item < tally.items.shape[0]
    number, brand = facts["number"], facts["brand"]
    if own:
        reached_by_content(world, state, tally, step, v, time)
    count_item(world, tally, v, step, item, N_VIEWS, I_VIEWS)
    exposure = exposure_of(world, event["kind"], place)
    if exposure == BY_EARNED and own:
        count(tally, segment, N_VIEWS_EARNED, step, 1)
    if tally.brands.shape[0] > 0:
        through = B_VIEWS_EARNED if exposure == BY_EARNED else B_VIEWS_PAID
        tally.brands[brand, B_VIEWS_OWNED if exposure == BY_OWNED else through] += 1
    seen = state.views[v, item]
    if seen == 0 and own:
        tally.items[item, I_REACH] += 1
    if seen & MOST_VIEWS < MOST_VIEWS:
        state.views[v, item] = seen + 1
    if seen & ENGAGED != 0:
        return NOTHING, exposure, 0.0
    engages, buys = trust_of(world, state, exposure, event["source"], brand)
    chance = min(1.0, facts["engage"] * world.engage_factor[item, segment] * engages)
    if seen > 0 and facts["wear_out"] < 1.0:
        chance *= facts["wear_out"] ** seen
    if not _engages(world, state, event, v, chance):
        return NOTHING, exposure, 0.0
    state.views[v, item] |= ENGAGED
    count_item(world, tally, v, step, item, N_ENGAGEMENTS, I_ENGAGEMENTS)
    note(tally, time, step, v, event["source"], event["kind"], item, event["root"])
    if own:
        has_engaged(world, state, v, time, item)
    if uniform_at(word(state.keys[SHARE], number), v) < facts["share"]:
        by = event["source"] if exposure == BY_EARNED else -1
        share(world, state, tally, step, v, time, item, event["root"], by)
    if world.rules.habit:
        adopts = uniform_at(word(state.keys[ADOPT], item), v) < facts["adopt"]
        return (ADOPTION if adopts else NOTHING), exposure, 0.0
    if uniform_at(word(state.keys[CLICK], number), v) >= facts["click"]:
        return NOTHING, exposure, 0.0
    count_item(world, tally, v, step, item, N_CLICKS, I_CLICKS)
    # A creator's post is paid for: its visits count as paid.
    visits = N_VISITS_PAID
    if exposure == BY_OWNED:
        visits = N_VISITS_OWNED
    elif exposure == BY_EARNED:
        visits = N_VISITS_EARNED
    if own:
        count(tally, segment, visits, step, 1)
    return VISIT, exposure, min(1.0, facts["buy"] * world.buy_factor[segment] * buys)


@inner_kernel
def visit_wins(state, v, number, chance):
    """Say whether a visit made through the item with a number wins the purchase."""
    return uniform_at(word(state.keys[BUY], number), v) < chance


@inner_kernel
def share(world, state, tally, step, u, time, item, root, source):
    """Show an item to all contacts of a person, each once; every person does this at most once an item.

    Parameters
    ----------
    source : the friend whose share won this one, -1 where none did
    """
    count_item(world, tally, u, step, item, N_SHARES, I_SHARES)
    note(tally, time, step, u, -1, LOG_SHARED, item, root)
    if item < tally.items.shape[0]:
        join_tree(state, u, source)
    if source >= 0:
        count_item(world, tally, u, step, item, N_SHARES_EARNED, I_SHARES_EARNED)
    if world.complete:
        return
    facts, indices = world.items[item], world.indices
    mean_delay = facts["mean_delay"]
    coins, lane = state.coins[1 + item], state.lane[0]
    shown_below = threshold_of(facts["contact_reach"])
    seen_below = threshold_of(facts["contact_reach"] * facts["seen"])
    delays = word(state.keys[SHARE_DELAY], facts["number"])
    n_steps = state.bucket.shape[0]
    first, last = ties_of(world, state, u)
    for e in range(first, last):
        if not coin_passes(coins, lane, e, shown_below):
            continue
        at = time + exponential(mean_delay, uniform_at(delays, e))
        if at >= n_steps:
            continue
        handled = step_of(at, step + 1)
        if handled >= n_steps:
            continue
        v = indices[e]
        shown(world, tally, handled, v, item)
        if coin_passes(coins, lane, e, seen_below):
            schedule(state, -1, step + 1, at, VIEW_SHARE, v, u, e, item, root)
