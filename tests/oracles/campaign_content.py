"""Views of content and what comes of them: section 4 of docs/campaign.md."""

from oracles.campaign_decisions import buys, visits
from oracles.campaign_dialogue import asks_about_item
from oracles.campaign_people import (
    AD,
    DUE,
    LOST,
    SHARE,
    UNDECIDED,
    Event,
    GoodOrBad,
    becomes_aware,
    half_life_mean,
)
from oracles.campaign_rivals import as_met, is_customer, is_open
from wom_sim.kernels.campaign import draws

MOST_VIEWS = 127


def views_item(w, person, event, good):
    """A showing of an item; nothing more happens unless it is seen."""
    c, item, b = event.item, w.content[event.item], event.side
    w.count("impressions", person, b)
    w.items.add("impressions", c)
    w.by_side.add("impressions", b)
    if event.kind == AD and b == 0:
        person.first_audience = True
    if not event.below(chance_shown(w, event) * item.seen()):
        return
    w.count("views", person, b)
    if event.exposure == "earned":
        w.count("views_earned", person, b)
    w.items.add("views", c)
    w.by_side.add("views_paid" if event.exposure == "creators" else f"views_{event.exposure}", b)
    if b == 0:
        person.reached = True
        becomes_aware(person, event.time)
    earlier = person.views[c]
    person.views[c] += 1
    if earlier == 0 and c not in person.started_with:
        w.items.add("reach", c)
    if c in person.engaged:
        return
    engages, _ = trust(w, event)
    factor = w.factor(person, "engage_factor") * w.appeal(person, item)
    e = min(1.0, item.engages() * factor * engages) * item.wear_out ** min(earlier, MOST_VIEWS)
    if event.below(chance_shown(w, event) * item.seen() * e):
        engages_with(w, person, event, good)


def chance_shown(w, event):
    if event.kind == AD:
        return 1.0
    if event.kind == SHARE:
        return w.content[event.item].contact_reach
    return event.reach


def trust(w, event):
    """How much better than an ad a showing engages, and sells."""
    t = w.campaign.trust
    if event.exposure == "paid":
        return 1.0, 1.0
    if event.exposure == "owned":
        return t.owned_engages, t.owned_buys
    if event.exposure == "creators":
        return t.creator_engages, t.creator_buys
    word = credibility(w, event)
    return t.friend_engages * word, t.friend_buys * word


def credibility(w, event):
    """What a paid person says of the brand that pays her counts less."""
    paid = event.side == 0 and event.source >= 0 and w.people[event.source].paid
    return w.starting.paid_credibility if paid else 1.0


def engages_with(w, person, event, good):
    c, v, item, b = event.item, person.number, w.content[event.item], event.side
    person.engaged.add(c)
    w.count("engagements", person, b)
    w.items.add("engagements", c)
    if b == 0:
        asks_about_item(w, person, c, event.time)
        if is_customer(w, person):
            person.engaged_at = max(person.engaged_at, event.time)
    if w.habit:
        adopts_at_once(w, person, event)
    elif w.luck.uniform(draws.CLICK, c, v) < item.clicks():
        w.count("clicks", person, b)
        w.items.add("clicks", c)
        visits(w, person, event.exposure, b)
        may_buy(w, person, event, good)
    if w.luck.uniform(draws.SHARE, c, v) < item.share_prob:
        if event.kind == SHARE:
            w.count("shares_earned", person, b)
            w.items.add("shares_earned", c)
        starts_sharing(w, person, c, event.time, event.root)


def may_buy(w, person, event, good):
    c, v, item = event.item, person.number, w.content[event.item]
    if not is_open(person, event.side):
        return
    _, buys = trust(w, event)
    b = min(1.0, item.buys() * w.factor(person, "buy_factor") * buys) * (1 - w.damage(person, event.side))
    b = as_met(w, person, event.side, b)
    won = w.luck.uniform(draws.BUY, c, v) < b
    delay = w.steps(w.campaign.buy_delay)
    if won and delay > 0:
        at = event.time + w.luck.exponential(delay, draws.BUY_DELAY, c, v)
        w.happens_later(Event(at, DUE, v, c, root=event.root, exposure=event.exposure, side=event.side))
    else:
        good.append(GoodOrBad(b, won, event))


def adopts_at_once(w, person, event):
    if person.status in (UNDECIDED, LOST) and w.luck.uniform(draws.ADOPT, event.item, person.number) < (
        w.campaign.content[event.item].adopts()
    ):
        buys(w, person, event)


def starts_sharing(w, person, c, time, root):
    """Each contact is shown the item, and sees it, by one coin against nested chances."""
    item, v, b = w.content[c], person.number, w.side_of_item[c]
    w.count("shares", person, b)
    w.items.add("shares", c)
    mean = half_life_mean(w.steps(item.half_life))
    for e, x in w.contacts[v]:
        coin = w.luck.item_coin(c, e)
        if coin(item.contact_reach):
            at = time + w.luck.exponential(mean, draws.SHARE_DELAY, c, e)
            w.happens_later(Event(at, SHARE, x, c, e, v, root, "earned", coin, side=b))
