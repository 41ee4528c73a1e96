"""What happens to a person in a step: section 4 of docs/campaign.md."""

from math import prod

from oracles.campaign_draws import rate_per_step
from oracles.campaign_people import (
    AD,
    ANSWER,
    BACKGROUND,
    BAD_CUSTOMER,
    BAD_REJECTER,
    CLAIM,
    DISSATISFIED,
    DUE,
    GOOD,
    LOST,
    POST,
    REJECTER,
    RELAPSE,
    ROLE_DISSATISFIED,
    ROLE_REJECTER,
    ROLE_SATISFIED,
    SATISFIED,
    SHARE,
    UNDECIDED,
    Event,
    GoodOrBad,
    becomes_aware,
    half_life_mean,
    mean_of,
)
from oracles.campaign_talk import becomes_talker, sees_answer, sees_claim_over_tie
from wom_sim.kernels.campaign import draws

DAYS_IN_A_MONTH = 30.4375
MOST_VIEWS = 127


def lives_through_step(w, person, events):
    """All events of one person in order, then the decision."""
    good, bad = [], []
    for event in sorted(events, key=Event.order):
        if event.kind in (AD, POST, SHARE):
            views_item(w, person, event, good)
        elif event.kind == GOOD:
            hears_good(w, person, event, good)
        elif event.kind in (BAD_CUSTOMER, BAD_REJECTER):
            hears_bad(w, person, event, bad)
        elif event.kind == CLAIM:
            sees_claim_over_tie(w, person, event)
        elif event.kind == ANSWER:
            sees_answer(w, person, event)
        elif event.kind == BACKGROUND:
            background_rings(w, person, event, good)
        elif event.kind == DUE and person.status == UNDECIDED:
            good.append(GoodOrBad(1.0, True, event))
        elif event.kind == RELAPSE:
            relapses(person, event)
    if person.status == UNDECIDED:
        decides(w, person, good, bad)


# Content.


def views_item(w, person, event, good):
    """A showing of an item; nothing more happens unless it is seen."""
    c, item = event.item, w.campaign.content[event.item]
    w.counts.add("impressions", person.segment)
    w.items.add("impressions", c)
    if event.kind == AD:
        person.first_audience = True
    if not event.below(chance_shown(w, event) * item.seen()):
        return
    w.counts.add("views", person.segment)
    w.items.add("views", c)
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
        return w.campaign.content[event.item].contact_reach
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
    word = credibility(w, event.source)
    return t.friend_engages * word, t.friend_buys * word


def credibility(w, u):
    return w.starting.paid_credibility if u >= 0 and w.people[u].paid else 1.0


def engages_with(w, person, event, good):
    c, v, item = event.item, person.number, w.campaign.content[event.item]
    person.engaged.add(c)
    w.counts.add("engagements", person.segment)
    w.items.add("engagements", c)
    if w.habit:
        adopts_at_once(w, person, event)
    elif w.luck.uniform(draws.CLICK, c, v) < item.clicks():
        w.counts.add("clicks", person.segment)
        w.items.add("clicks", c)
        visits(w, person, event.exposure)
        may_buy(w, person, event, good)
    if w.luck.uniform(draws.SHARE, c, v) < item.share_prob:
        if event.kind == SHARE:
            w.counts.add("shares_earned", person.segment)
            w.items.add("shares_earned", c)
        starts_sharing(w, person, c, event.time, event.root)


def visits(w, person, exposure):
    w.counts.add("visits_paid" if exposure == "creators" else f"visits_{exposure}", person.segment)


def may_buy(w, person, event, good):
    c, v, item = event.item, person.number, w.campaign.content[event.item]
    if person.status != UNDECIDED:
        return
    _, buys = trust(w, event)
    b = min(1.0, item.buys() * w.factor(person, "buy_factor") * buys) * (1 - w.damage(person))
    won = w.luck.uniform(draws.BUY, c, v) < b
    delay = w.steps(w.campaign.buy_delay)
    if won and delay > 0:
        at = event.time + w.luck.exponential(delay, draws.BUY_DELAY, c, v)
        w.happens_later(Event(at, DUE, v, c, root=event.root, exposure=event.exposure))
    else:
        good.append(GoodOrBad(b, won, event))


def adopts_at_once(w, person, event):
    if person.status in (UNDECIDED, LOST) and w.luck.uniform(draws.ADOPT, event.item, person.number) < (
        w.campaign.content[event.item].adopts()
    ):
        buys(w, person, event)


def starts_sharing(w, person, c, time, root):
    """Each contact is shown the item, and sees it, by one coin against nested chances."""
    item, v = w.campaign.content[c], person.number
    w.counts.add("shares", person.segment)
    w.items.add("shares", c)
    mean = half_life_mean(w.steps(item.half_life))
    for e, x in w.contacts[v]:
        coin = w.luck.item_coin(c, e)
        if coin(item.contact_reach):
            at = time + w.luck.exponential(mean, draws.SHARE_DELAY, c, e)
            w.happens_later(Event(at, SHARE, x, c, e, v, root, "earned", coin))


# Tellings.


def hears_good(w, person, event, good):
    a = w.persuasion_of(event)
    chance = min(1.0, a * credibility(w, event.source) * w.factor(person, "buy_factor")) * (1 - w.damage(person))
    chance, won = event.given or (chance, event.below(chance))
    hears(w, person, event, "positive_tells")
    if person.status == UNDECIDED:
        good.append(GoodOrBad(chance, won, event))


def hears_bad(w, person, event, bad):
    talk = w.campaign.word_of_mouth
    chance = min(1.0, w.persuasion_of(event) * talk.negative_power)
    hears(w, person, event, "negative_tells")
    if person.status == UNDECIDED:
        bad.append(GoodOrBad(*(event.given or (chance, event.below(chance))), event))
    elif person.status in (SATISFIED, DISSATISFIED):
        leaving = chance * talk.customer_negative_factor
        if w.luck.uniform(draws.LEAVES, *event.draw) < leaving:
            rejects(w, person, event)


def hears(w, person, event, name):
    w.counts.add(name, person.segment)
    person.heard = True
    becomes_aware(person, event.time)


# Background.


def background_rings(w, person, event, good):
    if w.habit and person.status != SATISFIED:
        buys(w, person, event)
        return
    if person.status != UNDECIDED:
        return
    chance = 1 - w.damage(person)
    won = w.luck.uniform(draws.THINNED, person.number) < chance
    good.append(GoodOrBad(chance, won, event))
    if won:
        visits(w, person, "background")


# Decisions.


def decides(w, person, good, bad):
    good_won, bad_won = [met for met in good if met.won], [met for met in bad if met.won]
    if good_won and (not bad_won or good_prevails(w, person, good, bad)):
        first = good_won[0].event
        if first.kind == GOOD:
            visits(w, person, "earned")
        buys(w, person, first)
    elif bad_won:
        rejects(w, person, bad_won[0].event)


def good_prevails(w, person, good, bad):
    rule = w.campaign.limits.conflict
    if rule == "negative_dominates":
        return False
    if rule == "uniform_success":
        plus, minus = sum(met.won for met in good), sum(met.won for met in bad)
    else:
        plus, minus = 1 - prod(1 - met.chance for met in good), 1 - prod(1 - met.chance for met in bad)
    return w.luck.uniform(draws.CONFLICT, person.number) < plus / (plus + minus)


def buys(w, person, event):
    """A purchase, or the beginning of a habit."""
    becomes_aware(person, event.time)
    if w.habit:
        becomes_customer(w, person, SATISFIED, event.time, event.root)
        return
    w.counts.add("purchases", person.segment)
    if not (person.bought or person.starter or person.customer_of_day_0):
        w.counts.add(f"conversions_{event.exposure}", person.segment)
        w.counts.add(f"caused_by_{event.root[0]}", person.segment)
        if event.kind in (AD, POST, SHARE, DUE):
            w.items.add("conversions", event.item)
        if event.root[0] in ("paid", "owned"):
            w.items.add("caused", event.root[1])
    person.bought = True
    becomes_customer(w, person, satisfaction(w, person), event.time, event.root)
    becomes_talker(w, person, role_of(person), event.time, event.root)


def satisfaction(w, person):
    unhappy = w.luck.uniform(draws.SATISFIED, person.number) < w.campaign.word_of_mouth.dissatisfied_fraction
    return DISSATISFIED if unhappy and not w.habit else SATISFIED


def role_of(person):
    return ROLE_SATISFIED if person.status == SATISFIED else ROLE_DISSATISFIED


def becomes_customer(w, person, status, time, root):
    person.status, person.root = status, root
    if w.habit:
        person.did_it, person.adopted_in = True, w.now
        schedules_relapse(w, person, time)


def rejects(w, person, event):
    person.status, person.root = REJECTER, event.root
    becomes_talker(w, person, ROLE_REJECTER, event.time, event.root)


# Relapse: section 7, last paragraph.


def schedules_relapse(w, person, time):
    chance = w.campaign.decision.relapse_per_month if w.campaign.decision else 0.0
    if chance > 0:
        mean = mean_of(rate_per_step(chance, w.step_days / DAYS_IN_A_MONTH))
        at = time + w.luck.exponential(mean, draws.RELAPSE, w.now, person.number)
        w.happens_later(Event(at, RELAPSE, person.number, adoption=w.now))


def relapses(person, event):
    """Ends the adoption that it belongs to, if that still lasts."""
    if person.status == SATISFIED and person.adopted_in == event.adoption:
        person.status = LOST
