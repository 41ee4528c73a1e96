"""Posts and paid impressions: section 3, 5 and 6 of docs/campaign.md."""

from math import floor

from oracles.campaign_people import AD, POST, Event, half_life_mean
from oracles.campaign_sides import FIRST_RIVAL_POST
from wom_sim.kernels.campaign import draws


def publishes_all(w):
    for number, post in [*enumerate(all_posts(w)), *enumerate(posts_of_rivals(w), FIRST_RIVAL_POST)]:
        publishes(w, number, *post)


def shows_all_ads(w):
    for c, item in w.content.items():
        if item.channel == "paid":
            shows_ads(w, c, item)


def all_posts(w):
    """(date in steps, item, audience, chance to be shown, who posts): owned ones in order, then those of creators."""
    posts = []
    for c, item in enumerate(w.campaign.content):
        if item.channel == "owned":
            posts += [(date, c, "followers", item.follower_reach, "owned") for date in post_dates(w, item)]
    account = 0
    for creator in w.campaign.creators:
        c = [item.name for item in w.campaign.content].index(creator.item)
        for _ in range(creator.n):
            for day in creator.dates:
                date = w.nearest_step(w.day_of(day))
                posts.append((date, c, (account, creator), creator.reach, "creators"))
            account += 1
    return posts


def posts_of_rivals(w):
    """The same: all of them owned."""
    return [
        (date, c, "followers", item.follower_reach, "owned")
        for side in w.sides[1:]
        for c, item in side.content.items()
        if item.channel == "owned"
        for date in post_dates(w, item)
    ]


def post_dates(w, item):
    if item.every is None:
        return [w.nearest_step(w.day_of(item.start))]
    days, k = [], 0
    end = w.n_steps * w.step_days if item.end is None else w.day_of(item.end) + 1
    while w.day_of(item.start) + k * item.every < end:
        days.append(w.day_of(item.start) + k * item.every)
        k += 1
    return [w.nearest_step(day) for day in days]


def publishes(w, number, date, c, audience, reach, who):
    """Section 3, 5."""
    if date != w.now:
        return
    b = w.side_of_item[c]
    if audience == "followers":
        people, root = w.followers(b), ("rival", b) if b else ("owned", c)
    else:
        account, creator = audience
        if not w.luck.uniform(draws.TAKES_PART, account) < creator.participation_prob:
            return
        people, root = w.audience(account, creator), ("creators", None)
    mean = half_life_mean(w.steps(w.content[c].half_life))
    for v in people:
        u = w.luck.uniform(draws.POST_VIEW, number, v)
        if u < reach:
            at = date + w.luck.exponential(mean, draws.POST_DELAY, number, v)
            if at < w.n_steps and b == 0:
                w.people[v].first_audience = True
            below = lambda chance, u=u: u < chance
            w.happens_in_its_step(Event(at, POST, v, c, number, -1, root, who, below, reach=reach, side=b))


def shows_ads(w, c, item):
    """Section 3, 6."""
    if not item.spend or not item.cost_per_mille:
        return
    n_impressions = round(item.spend / item.cost_per_mille * 1000)
    (start, length), b = w.flight(item), w.side_of_item[c]
    root = ("rival", b) if b else ("paid", c)
    targets = w.targets(item.segments)
    for j in range(n_impressions if targets else 0):
        at = start + (j + 0.5) / n_impressions * length
        if not w.now <= at < w.now + 1:
            continue
        v = targets[w.luck.below(draws.PAID_TARGET, c, j, bound=len(targets))]
        week = floor((at - start) / w.steps(7))
        if item.frequency_cap is not None and w.shown_ads[v, c, week] >= item.frequency_cap:
            w.count("impressions_capped", w.people[v], b)
            continue
        w.shown_ads[v, c, week] += 1
        below = lambda chance, j=j: w.luck.uniform(draws.PAID_VIEW, c, j) < chance
        w.happens_in_its_step(Event(at, AD, v, c, j, -1, root, "paid", below, side=b))
