"""What the campaign kernel reads and writes: records and tables; the numbers in them stand in `codes`.

All times are in steps since the start of the run. Everything read here has passed the engine's checks: indices in
range, chances in [0, 1], no NaN.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

EVENT = np.dtype(
    [
        ("time", np.float64),
        ("place", np.int64),
        ("next", np.int32),
        ("person", np.int32),
        ("source", np.int32),
        ("root", np.int16),
        ("kind", np.uint8),
        ("item", np.uint8),
    ],
    align=True,
)
"""A thing that happens to a person. `next` is the number of the next event in its chain plus one, 0 at the end."""

PERSON = np.dtype(
    [
        ("last_exposure", np.float64),
        ("head", np.int32),
        ("company", np.int32),
        ("root", np.int16),
        ("status", np.uint8),
        ("flags", np.uint8),
    ],
    align=True,
)
"""A person within a replica; all zero before anything happens. `head` begins the chain of the step's events."""

ITEM = np.dtype(
    [
        ("start", np.float64),
        ("length", np.float64),
        ("n_impressions", np.int64),
        ("first_target", np.int64),
        ("n_targets", np.int64),
        ("cap", np.int64),
        ("week", np.float64),
        ("seen", np.float64),
        ("engage", np.float64),
        ("wear_out", np.float64),
        ("click", np.float64),
        ("buy", np.float64),
        ("adopt", np.float64),
        ("share", np.float64),
        ("contact_reach", np.float64),
        ("mean_delay", np.float64),
    ],
    align=True,
)
"""An item of content. first_target -1: everybody is a target. cap 0: none."""

POST = np.dtype(
    [
        ("time", np.float64),
        ("reach", np.float64),
        ("first", np.int64),
        ("count", np.int64),
        ("item", np.int64),
        ("account", np.int64),
        ("root", np.int64),
    ],
    align=True,
)
"""A post to an audience, audiences[first : first + count]; account -1: the brand's own, else the creator's number."""

CLAIM = np.dtype(
    [
        ("start", np.float64),
        ("n_starters", np.int64),
        ("seen", np.float64),
        ("believe", np.float64),
        ("pass_on", np.float64),
        ("loss", np.float64),
        ("damage", np.float64),
        ("mean_delay", np.float64),
    ],
    align=True,
)

ANSWER = np.dtype(
    [
        ("claim", np.int64),
        ("start", np.float64),
        ("end", np.float64),
        ("follower_reach", np.float64),
        ("n_impressions", np.int64),
        ("seen", np.float64),
        ("press_mean", np.float64),
        ("effect", np.float64),
        ("residual", np.float64),
        ("inoculate", np.float64),
        ("alert", np.float64),
        ("shared", np.float64),
    ],
    align=True,
)
"""An answer to a claim. follower_reach 0, n_impressions 0, press_mean inf: not through that way."""

ROLE = np.dtype([("talk", np.float64), ("tells", np.float64)], align=True)


class Rules(NamedTuple):
    """Numbers of the whole model; see docs/campaign.md for their meaning."""

    habit: bool
    talk: int
    conflict: int
    tells_distribution: int
    mean_telling_delay: float
    power_law_delay: bool
    persuade_weak: float
    persuade_strong: float
    negative_power: float
    strong_fraction: float
    strong_power: float
    strong_key: np.uint64
    stop_prob: float
    stifle_prob: float
    sync_clock: bool
    contact_prob: float
    dissatisfied: float
    customer_negative: float
    mean_buy_delay: float
    baseline_per_day: float
    step_days: float
    customers_talk: bool
    owned_engages: float
    creator_engages: float
    friend_engages: float
    owned_buys: float
    creator_buys: float
    friend_buys: float
    paid_credibility: float
    start_as: int
    start_item: int
    seeds_take_part: float
    recall_half_life: float
    company: int
    relapse_mean: float


class World(NamedTuple):
    """Everything that is the same in all replicas.

    indptr int64 (n + 1,), indices int32 (m,): ties; empty where complete   n_people int64   complete bool
    segment int16 (n,)    customers, followers, starters, audiences, targets: int32 lists of people
    takes_part float64 (accounts,): chance of each creator   items, posts, claims, answers, roles: records
    engage_factor float64 (items, segments)   buy_factor float64 (segments,)   post_order int64 (posts,): by date
    hears int32 (n,) or empty: how many people each hears, where that decides how likely a telling convinces
    need int32 (n,), or (1,) for all: contacts needed (RULE_NEED)   low, width uint64 (m,): RULE_CHOICE, see `company`
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_people: int
    complete: bool
    segment: NDArray[np.int16]
    customers: NDArray[np.int32]
    followers: NDArray[np.int32]
    starters: NDArray[np.int32]
    audiences: NDArray[np.int32]
    targets: NDArray[np.int32]
    takes_part: NDArray[np.float64]
    items: NDArray[np.void]
    posts: NDArray[np.void]
    post_order: NDArray[np.int64]
    claims: NDArray[np.void]
    answers: NDArray[np.void]
    roles: NDArray[np.void]
    engage_factor: NDArray[np.float64]
    buy_factor: NDArray[np.float64]
    hears: NDArray[np.int32]
    need: NDArray[np.int32]
    low: NDArray[np.uint64]
    width: NDArray[np.uint64]
    rules: Rules


class State(NamedTuple):
    """Memory of one thread; between replicas all that a person has is zero, lists are empty, the rest is overwritten.

    people PERSON (n,)   touched, step_people int32 (n,): lists, as long as `numbers` (int64) says
    views uint8 (n, items)   capped, capped_week uint8 (n or 0, items)   belief uint8 (n, claims)
    answered uint8 (n, answers)   events EVENT (pool,)   bucket int32 (steps,): first event of each step plus one
    cursor int64 (items,): next impression   answer_cursor int64 (answers,)   lane int64 (1,)   halt uint8 (1,)
    changed int32 (2 n,) or empty: who began (person) or stopped (-1 - person) doing it in this step
    rose, first_source int32 (n,) or empty: people whose company rose, and the first source of it plus one
    parent, members, below int32 (n,): see `trees`   waiting int32 (2 n,) or empty: see `contacts`
    talkers int64 (steps + 1, 2): change of good and bad talkers at each step, in complete mixing
    background float64 (1,): chance a day of a background purchase   taken uint8 (accounts,): creators who take part
    keys uint64 (N_DRAWS + 1,): the draws', and last the choice's   best float64 (k,), chosen int64 (k,): listeners
    coins uint64 (1 + items + claims + answers, 64): lane keys of the base coin, of items, of claims, of answers
    """

    people: NDArray[np.void]
    touched: NDArray[np.int32]
    step_people: NDArray[np.int32]
    views: NDArray[np.uint8]
    capped: NDArray[np.uint8]
    capped_week: NDArray[np.uint8]
    belief: NDArray[np.uint8]
    answered: NDArray[np.uint8]
    events: NDArray[np.void]
    bucket: NDArray[np.int32]
    cursor: NDArray[np.int64]
    answer_cursor: NDArray[np.int64]
    changed: NDArray[np.int32]
    rose: NDArray[np.int32]
    first_source: NDArray[np.int32]
    parent: NDArray[np.int32]
    members: NDArray[np.int32]
    below: NDArray[np.int32]
    talkers: NDArray[np.int64]
    waiting: NDArray[np.int32]
    background: NDArray[np.float64]
    taken: NDArray[np.uint8]
    keys: NDArray[np.uint64]
    coins: NDArray[np.uint64]
    lane: NDArray[np.int64]
    best: NDArray[np.float64]
    chosen: NDArray[np.int64]
    numbers: NDArray[np.int64]
    halt: NDArray[np.uint8]


LOG = np.dtype(
    [
        ("time", np.float64),
        ("step", np.int32),
        ("person", np.int32),
        ("source", np.int32),
        ("root", np.int16),
        ("what", np.uint8),
        ("item", np.uint8),
    ],
    align=True,
)
"""A line of the story of a replica, for `wom explain`."""


class Tally(NamedTuple):
    """What one replica gives.

    counts int64 (segments, len(COUNTS))   items int64 (items, len(ITEM_COUNTS))
    series int64 (steps, len(COUNTS)): changes in each step   creators int64 (lines, len(CREATOR_COUNTS))
    trees int64 (2,): pairs of people who share a tree, and the sum of their distances
    log LOG (any length): filled from the front   log_n int64 (1,): lines in it
    """

    counts: NDArray[np.int64]
    items: NDArray[np.int64]
    series: NDArray[np.int64]
    trees: NDArray[np.int64]
    creators: NDArray[np.int64]
    log: NDArray[np.void]
    log_n: NDArray[np.int64]


class Keys(NamedTuple):
    """The random keys of a chunk of replicas.

    own, choice : uint64 (R,)   the replica's keys under CAMPAIGN, and under LIVE_TIE for company by weight
    block : uint64 (R,)   key of its block of 512 under TIE_COIN   lane : int64 (R,)   its place in the block
    """

    own: NDArray[np.uint64]
    choice: NDArray[np.uint64]
    block: NDArray[np.uint64]
    lane: NDArray[np.int64]


class CampaignOut(NamedTuple):
    """What a chunk of replicas gives; comes in all zero.

    counts int64 (R, segments, len(COUNTS))   items int64 (R, items, len(ITEM_COUNTS))
    series int64 (R, steps, len(COUNTS))   stop uint8 (R,)   trees int64 (R, 2)
    creators int64 (R, lines, len(CREATOR_COUNTS))   log, log_n: of the chunk, see `Tally`
    """

    counts: NDArray[np.int64]
    items: NDArray[np.int64]
    series: NDArray[np.int64]
    stop: NDArray[np.uint8]
    trees: NDArray[np.int64]
    creators: NDArray[np.int64]
    log: NDArray[np.void]
    log_n: NDArray[np.int64]
