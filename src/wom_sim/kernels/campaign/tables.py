"""What the campaign kernel reads and writes; the numbers in its tables stand in `codes`, their records in `records`.

All times are in steps since the start of the run. Everything read here has passed the engine's checks: indices in
range, chances in [0, 1], no NaN.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .life import Life


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
    brands BRAND (B,) or empty where there are no rivals   rival_customers int32: lists of people, see `records.BRAND`
    hears int32 (n,) or empty: how many people each hears, where that decides how likely a telling convinces
    need int32 (n,), or (1,) for all: contacts needed (RULE_NEED)   low, width uint64 (m,): RULE_CHOICE, see `company`
    worth float64 (2, any): what a satisfied and a dissatisfied customer will still buy at the end, see `customers`
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
    brands: NDArray[np.void]
    rival_customers: NDArray[np.int32]
    rules: Rules
    life: Life
    worth: NDArray[np.float64]


class State(NamedTuple):
    """Memory of one thread; between replicas all that a person has is zero, lists are empty, the rest is overwritten.

    people PERSON (n,)   touched, step_people int32 (n,): lists, as long as `numbers` (int64) says
    views uint8 (n, items)   capped, capped_week uint8 (n or 0, items)   belief uint8 (n, claims)
    answered uint8 (n, answers)   events EVENT (pool,)   bucket int32 (steps,): first event of each step plus one
    cursor int64 (items,): next impression   answer_cursor int64 (answers,)   lane int64 (1,)   halt uint8 (1,)
    changed int32 (2 n,) or empty: who began (person) or stopped (-1 - person) doing it in this step
    rose, first_source int32 (n,) or empty: people whose company rose, and the first source of it plus one
    parent, members, below int32 (n,): see `trees`   waiting int32 (2 n,) or empty: see `contacts`
    talkers int64 (steps + 1, 2 B): change of good and bad talkers of each brand at each step, in complete mixing
    background float64 (B,): chance a day of a background purchase   taken uint8 (accounts,): creators who take part
    keys uint64 (N_DRAWS + 1,): the draws', and last the choice's   best float64 (k,), chosen int64 (k,): listeners
    coins uint64 (1 + items + claims + answers, 64): lane keys of the base coin, of items, of claims, of answers
    recovered uint16 (n,) or empty: one more than the largest talk number whose tellings as a dissatisfied one lapsed
    engaged_at float64 (n,) or empty: when she engaged as a customer, above 0   renewal float64 (n,) or empty: the next
    rival, shuns uint8 (n,) or empty: whose customer she is, 0 if no rival's; bit b - 1: she will not have rival b
    met MET (B,): chances of each brand that one person meets in one step; B is 1 where there are no rivals
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
    rival: NDArray[np.uint8]
    shuns: NDArray[np.uint8]
    met: NDArray[np.void]
    halt: NDArray[np.uint8]
    recovered: NDArray[np.uint16]
    engaged_at: NDArray[np.float64]
    renewal: NDArray[np.float64]


class Tally(NamedTuple):
    """What one replica gives.

    counts int64 (segments, len(COUNTS))   items int64 (items, len(ITEM_COUNTS))
    series int64 (steps, len(COUNTS)): changes in each step   creators int64 (lines, len(CREATOR_COUNTS))
    trees int64 (2,): pairs of people who share a tree, and the sum of their distances
    brands int64 (B or 0, len(BRAND_COUNTS)): where there are rivals; items: the own brand's
    log LOG (any length): filled from the front   log_n int64 (1,): lines in it
    amounts float64 (segments, len(AMOUNTS))
    """

    counts: NDArray[np.int64]
    items: NDArray[np.int64]
    series: NDArray[np.int64]
    trees: NDArray[np.int64]
    creators: NDArray[np.int64]
    brands: NDArray[np.int64]
    log: NDArray[np.void]
    log_n: NDArray[np.int64]
    amounts: NDArray[np.float64]


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
    amounts float64 (R, segments, len(AMOUNTS))   brands int64 (R, B or 0, len(BRAND_COUNTS))
    ties int64 (R,): ties examined, of a replica that came to its end
    """

    counts: NDArray[np.int64]
    items: NDArray[np.int64]
    series: NDArray[np.int64]
    stop: NDArray[np.uint8]
    trees: NDArray[np.int64]
    creators: NDArray[np.int64]
    brands: NDArray[np.int64]
    log: NDArray[np.void]
    log_n: NDArray[np.int64]
    amounts: NDArray[np.float64]
    ties: NDArray[np.int64]
