"""Self-exciting posts from their definition: all reposts of every post by the horizon, sorted by time at the end.

A post's draws belong to the post: number 0 gives the followers, 2 i - 1 the wait for its i-th repost, 2 i the key of
that repost's own draws. A starter's key is word(word(replica key, 1), person).
"""

import math
from typing import NamedTuple

from .live_edge import word
from .steps import step_by

DAY = 86_400


class Post(NamedTuple):
    time: float
    key: int
    followers: float
    depth: int


class Outcome(NamedTuple):
    posts: int
    direct: int
    depth: int
    cut_short: int
    audience: float
    last_time: float
    newly: list[int]
    last_step: int
    unfinished: int


def uniform(key, index):
    return (word(key, index) >> 11) / 2**53


def mass(memory):
    """What the kernel adds up to; the power law is not a density, and its times are in seconds."""
    if memory["kind"] != "power_law":
        return 1.0
    return 1 / (memory["theta"] * (memory["c"] * DAY) ** memory["theta"])


def delay(memory, x):
    """The time in days, as all times here, by which a part x of the reposts has come."""
    if memory["kind"] == "exponential":
        return -math.log(1 - x) / memory["rate"]
    if memory["kind"] == "power_law":
        return memory["c"] * ((1 - x) ** (-1 / memory["theta"]) - 1)
    theta, flat = 0.2314843, 300 / DAY
    height = 1 / (flat * (1 + 1 / theta))
    if x < height * flat:
        return x / height
    return flat * ((1 - x) * (1 + theta)) ** (-1 / theta)


def followers(marks, key, person):
    """`person`: who starts, None for a repost; `marks["of"]`: followers of each person of the network."""
    u = uniform(key, 0)
    if marks["kind"] == "constant":
        return marks["value"]
    if marks["kind"] == "network":
        return marks["of"][int(u * len(marks["of"])) if person is None else person]
    slope = marks["exponent"] - 1
    lowest, highest = marks["minimum"], marks.get("maximum", math.inf)
    above_all = (highest / lowest) ** -slope  # chance beyond the maximum, were there none
    return lowest * (1 - u * (1 - above_all)) ** (-1 / slope)


def reposts(post, mean, memory):
    """The points of a Poisson process with `mean` points in all, as times and keys."""
    passed, i = 0.0, 1
    while True:
        passed += -math.log(1 - uniform(post.key, 2 * i - 1))
        if passed >= mean:
            return
        yield post.time + delay(memory, passed / mean), word(post.key, 2 * i)
        i += 1


def self_exciting(seed_nodes, kappa, beta, marks, memory, own_key, per_step, max_steps, max_posts):
    """`own_key`: the replica's. Ends only where the horizon or a branching factor below 1 lets it."""
    starters = [Post(0.0, word(word(own_key, 1), v), 0.0, 0) for v in seed_nodes]
    posts = [p._replace(followers=followers(marks, p.key, v)) for p, v in zip(starters, seed_nodes, strict=True)]
    later = False
    for post in posts:  # grows while it is read
        mean = kappa * post.followers**beta * mass(memory)
        for time, key in reposts(post, mean, memory):
            if time > max_steps * per_step:
                later = True
            else:
                posts.append(Post(time, key, followers(marks, key, None), post.depth + 1))
    cut_short = len(posts) > max_posts
    posts = sorted(posts, key=lambda post: post.time)[:max_posts]
    steps = [step_by(post.time, per_step) for post in posts]
    end = max_steps if later and not cut_short else max(steps, default=0)
    return Outcome(
        posts=len(posts),
        direct=sum(post.depth == 1 for post in posts),
        depth=max((post.depth for post in posts), default=0),
        cut_short=int(cut_short),
        audience=sum(post.followers for post in posts),
        last_time=posts[-1].time if posts else 0.0,
        newly=[steps.count(step) for step in range(end + 1)],
        last_step=end,
        unfinished=int(later or cut_short),
    )
