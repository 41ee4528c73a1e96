"""Self-exciting posts: every post sets off reposts, each after a delay, more where more people follow who posted."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .diffusion import AT_MAX_STEPS, FINISHED, HALTED, add_change, step_of
from .heap import put, take_all, take_first
from .rng import below, uniform_at, word

EXPONENTIAL, POWER_LAW, SEISMIC = 0, 1, 2
"""Chance that a repost comes later than t: e^(-t / scale); (1 + t / scale)^-theta; falling straight down to
1 / (1 + theta) at t = scale, from there on (t / scale)^-theta / (1 + theta)."""

POSTS, DIRECT, DEPTH, CUT_SHORT = 0, 1, 2, 3
AUDIENCE, LAST_TIME = 0, 1

# Numbers of a replica's own streams.
STARTERS = 1

FOLLOWERS = 0
"""Number of a post's draw of followers; its i-th repost, i = 1, 2, ..., takes 2 i - 1 for the wait and 2 i as key."""

NEVER = np.inf
_LARGEST_LOG = 690.0  # e^690 times the longest time or the largest pull there is, is still finite


class PostWorld(NamedTuple):
    """How many follow whoever posts, how many reposts that brings, and when. Times are in days.

    n_people : int64           who may start
    followers : float64 (k,)   a reposter's followers are one of these, all alike likely; (0,): from a power law
    pull : float64 (k,)        mean number of reposts of a post with so many followers
    own : bool                 k = n_people, and a starter's entry is the starter's own
    log_minimum, slope, cut : float64   of the power law: ln m = log_minimum + e / slope, e of the exponential
                               distribution of mean 1, given that 1 - exp(-e) is below `cut`
    log_pull, beta : float64   of the power law: a post with m followers has a mean of exp(log_pull + beta ln m) reposts
    form : int64               EXPONENTIAL, POWER_LAW or SEISMIC
    scale, theta : float64     of the delays; scale in days
    days_per_step : float64    max_posts : int64   a replica that has so many is stopped
    """

    n_people: int
    followers: NDArray[np.float64]
    pull: NDArray[np.float64]
    own: bool
    log_minimum: float
    slope: float
    cut: float
    log_pull: float
    beta: float
    form: int
    scale: float
    theta: float
    days_per_step: float
    max_posts: int


class PostScratch(NamedTuple):
    """Memory of one thread, an entry a post, in order of time; `place` is left -1.

    heap, place : int32, time : float64   see `heap`: posts that wait for their next repost, and when it comes
    key : uint64      of the post's draws           posted : float64   when
    pull : float64    mean number of reposts        passed : float64   how much of that has gone by
    n_reposts : int32   so far, with the one waited for         depth : int32   steps from the starter's post
    audience : float64 (1,)   followers of all posts            halt : uint8 (1,)
    """

    heap: NDArray[np.int32]
    place: NDArray[np.int32]
    time: NDArray[np.float64]
    key: NDArray[np.uint64]
    posted: NDArray[np.float64]
    pull: NDArray[np.float64]
    passed: NDArray[np.float64]
    n_reposts: NDArray[np.int32]
    depth: NDArray[np.int32]
    audience: NDArray[np.float64]
    halt: NDArray[np.uint8]


class _Progress(NamedTuple):
    """Where a replica ended: posts, those of them that wait, stop code, 1 where it was stopped at `max_posts`."""

    n: int
    size: int
    stop: int
    cut_short: int


@kernel
def posts_chunk(world, seed_nodes, keys, max_steps, scratch, out):
    """Run the replicas of a chunk one after another; see `kernels.diffusion`.

    The reposts of a post are a Poisson process whose rate is the post's pull times the density of delays. Its points
    are taken one at a time: sums of exponential waits, as long as they stay below the pull, carried over to times by
    the inverse of the distribution of delays. So the number of reposts is a Poisson number without ever being drawn,
    and posts come in order of time.

    Counts: posts, those that repost a starter's, largest number of reposts in a row, 1 where stopped at `max_posts`.
    Amounts: followers of all posts, when the last post came, in days. Curve: posts.
    Cost: O(posts log posts) a replica.
    """
    for r in range(keys.own.shape[0]):
        scratch.audience[0] = 0.0
        end = _post_all(world, seed_nodes, keys.own[r], max_steps, scratch, out.changes[r])
        take_all(scratch.heap, scratch.place, end.size)
        direct = depth = 0
        for i in range(end.n):
            direct += np.int64(scratch.depth[i] == 1)
            depth = max(depth, np.int64(scratch.depth[i]))
        out.counts[r, POSTS] = end.n
        out.counts[r, DIRECT] = direct
        out.counts[r, DEPTH] = depth
        out.counts[r, CUT_SHORT] = end.cut_short
        last_time = scratch.posted[end.n - 1] if end.n > 0 else 0.0
        out.amounts[r, AUDIENCE] = scratch.audience[0]
        out.amounts[r, LAST_TIME] = last_time
        at_end = end.stop == AT_MAX_STEPS and end.cut_short == 0
        out.last_step[r] = max_steps if at_end else step_of(last_time, world.days_per_step, max_steps)
        out.stop[r] = end.stop


@inner_kernel
def _post_all(world, seed_nodes, key, max_steps, scratch, changes):
    per_step, max_posts, halt = world.days_per_step, world.max_posts, scratch.halt
    heap, place, time, depth = scratch.heap, scratch.place, scratch.time, scratch.depth
    starters = word(key, STARTERS)
    n = size = 0
    goes_on = False
    for s in range(seed_nodes.shape[0]):
        if n == max_posts:
            return _Progress(n, size, AT_MAX_STEPS, 1)
        v = np.int64(seed_nodes[s])
        depth[n] = 0
        _post(world, scratch, n, word(starters, v), 0.0, v)
        add_change(changes, 0, 0, 1)
        n += 1
        due = _next_repost(world, scratch, n - 1)
        if step_of(due, per_step, max_steps) <= max_steps:
            size = put(heap, place, time, size, n - 1, due)
        elif due < NEVER:
            goes_on = True
    while size > 0:
        if halt[0] == 1:
            return _Progress(n, size, HALTED, 0)
        if n == max_posts:
            return _Progress(n, size, AT_MAX_STEPS, 1)
        i = take_first(heap, place, time, size)
        size -= 1
        depth[n] = depth[i] + 1
        _post(world, scratch, n, word(scratch.key[i], 2 * scratch.n_reposts[i]), time[i], -1)
        add_change(changes, 0, step_of(time[i], per_step, max_steps), 1)
        n += 1
        for waiting in (i, n - 1):
            due = _next_repost(world, scratch, waiting)
            if step_of(due, per_step, max_steps) <= max_steps:
                size = put(heap, place, time, size, waiting, due)
            elif due < NEVER:
                goes_on = True
    return _Progress(n, size, AT_MAX_STEPS if goes_on else FINISHED, 0)


@inner_kernel
def _post(world, scratch, n, key, now, starter):
    """Write post number n, by somebody whose followers are drawn; `starter`: who starts, -1: a repost."""
    scratch.key[n] = key
    scratch.posted[n] = now
    scratch.passed[n] = 0.0
    scratch.n_reposts[n] = 0
    n_known = world.followers.shape[0]
    if n_known > 0:
        who = starter if world.own and starter >= 0 else below(key, FOLLOWERS, n_known)
        scratch.pull[n] = world.pull[who]
        scratch.audience[0] += world.followers[who]
    else:
        log_m = world.log_minimum - math.log1p(-uniform_at(key, FOLLOWERS) * world.cut) / world.slope
        scratch.pull[n] = math.exp(min(world.log_pull + world.beta * log_m, _LARGEST_LOG))
        scratch.audience[0] += math.exp(min(log_m, _LARGEST_LOG))


@inner_kernel
def _next_repost(world, scratch, i):
    """Return when post i has its next repost, NEVER where there is none, and count it."""
    scratch.n_reposts[i] += 1
    scratch.passed[i] -= math.log1p(-uniform_at(scratch.key[i], 2 * scratch.n_reposts[i] - 1))
    if scratch.passed[i] >= scratch.pull[i]:
        return NEVER
    return scratch.posted[i] + _delay(world, scratch.passed[i] / scratch.pull[i])


@inner_kernel
def _delay(world, x):
    """Return the delay by which a part x of the reposts has come, x in [0, 1)."""
    theta = world.theta
    if world.form == EXPONENTIAL:
        return -world.scale * math.log1p(-x)
    if world.form == POWER_LAW:
        return world.scale * math.expm1(min(-math.log1p(-x) / theta, _LARGEST_LOG))
    if x * (1.0 + theta) < theta:
        return world.scale * x * (1.0 + theta) / theta
    return world.scale * math.exp(min((-math.log1p(-x) - math.log1p(theta)) / theta, _LARGEST_LOG))
