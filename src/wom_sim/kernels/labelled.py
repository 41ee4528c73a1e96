"""Cascades whose people carry a label, an opinion or a brand, in 512 replicas at once: the arrays and the contests.

Several may tell a person something different in the same step. What counts of whoever tells first is the label alone,
so most lanes need no more than a bit; only where labels meet must be known whose turn comes first. Successes are
therefore noted in a log, chained by listener, which is read where labels met and begun anew with every step.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel
from .competitive_cascade import RANDOM_BRAND
from .rng import word
from .wide import N_WORDS, load_lanes, lowest_bit, store_lanes, top_bits, used_words

REACHED, PENDING, NEXT, MET, LABEL = (N_WORDS * i for i in range(5))
"""Where the words of a person's state begin: lanes reached before this step, pending in it and in the next, labels met;
then the binary digits of the label, the lowest first, 0 where she was not reached; where quality is below 1, the lanes
in which she likes it, once she was reached in one."""

TAIL, WAITING, LOGGED, N_MET, N_REACHED = range(5)
"""Places in `LabelledScratch.at`: end of the queue, how many stand in it, end of the log, people at whom labels met in
this step, people reached in some lane."""

LOG_BEGIN = 1
"""Where the log begins: place 0 stands for nothing."""

ENTRY_WORDS = 2 + N_WORDS
"""Words of an entry of the log at most: who told and the entry before, which words of lanes follow and the tie, these.

A person's ties are looked at once a step, for all lanes: no tie has two entries, so that a log with room for one a tie
is never full. Mostly an entry has 3 or 4 words, and a step fewer entries than there are ties.
"""

_ZERO, _ONE, _HALF = np.uint64(0), np.uint64(1), np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_SHIFT_WORDS, _TIE = np.uint64(56), np.uint64(0x00FFFFFFFFFFFFFF)
_UNIT_SHIFT, _DRAWS = np.uint64(11), 2.0**53
_EVERY = np.uint64(0xFFFFFFFFFFFFFFFF)


class LabelledTies(NamedTuple):
    """A network, the chances of its ties by label, and what decides a label.

    indptr : int64 (n + 1,)   indices : int32 (m,)   n_people : int64   as in `live_edge.LiveTies`; not complete
    threshold : uint64 (rows * width,)   floor(p * 2^64) of label b on tie e at b * row + e * per_tie
    row : int64          width, or 0: all labels have the same chances     per_tie : int64   0 or 1
    n_labels : int64     2 at least     n_digits : int64   binary digits of the largest label
    tie_rule : int64     as in `competitive_cascade.BrandsWorld`; labels stand for brands
    seed_share, in_turn : as there, for labels of seed nodes; float64 (0,): all begin with label 0
    quality : float64    chance to keep label 0, of whoever is told by one who has it, or starts; 1: no draw
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    n_people: int
    threshold: NDArray[np.uint64]
    row: int
    per_tie: int
    n_labels: int
    n_digits: int
    tie_rule: int
    seed_share: NDArray[np.float64]
    in_turn: bool
    quality: float


class LabelledScratch(NamedTuple):
    """Memory of one thread. `state`, `last` and `planes` come in all zero and are left so.

    state : uint64 (8 (4 + digits) n,), or 8 n more   see `REACHED`; begins a line of the cache
    queue : int32 (max(2 n, 16),)  a ring: a person may stand in it for this step and for the next
    last : int32 (n,)              place in the log of the latest success at a person in this step, 0: none
    met : int32 (n,)               people at whom labels met in this step
    reached : int32 (n,)           people reached in some lane
    log : uint64 (1 + 10 m,)       successes of this step, see `ENTRY_WORDS`; (1,) for FIRST_BRAND, which needs none
    block_keys : uint64 (512,)     key of the word of bit j and lanes 64 g .. 64 g + 63, at 8 j + g
    first_keys, turn_keys : uint64 (512,)   a key a lane: of likes or lots, of turns
    planes : uint64 (256 (labels + 1),)     counts a lane, see `lane_counts`: of each label in this step; labels met
    wanted : uint64 (8 * 65,)      binary digits of the chances by which coins are judged; lanes in which they are 1
    masks : uint64 (8 labels,)     rows : int64 (labels,)   lanes with the same chances, and where these begin
    found : uint64 (16 * 32,)      of_tie : int64 (32, 2)   as in `fused_cascade.FusedScratch`
    best : uint64 (512,)           earliest turn, or lot, in each lane     first : int32 (512,)   whose it is
    sets : uint64 (3 * 8,)         lanes in which somebody was told in this step; in which nobody is left; for any use
    dealt : uint8 (n,)             given : int64 (labels,)   as in `competitive_cascade.BrandsScratch`
    at : int64 (5,)                see `TAIL`
    examined : int64 (2,)          ties examined in all lanes together, and ties loaded for them; added to
    halt : uint8 (1,)              set to 1 by another thread to abandon the block in work
    """

    state: NDArray[np.uint64]
    queue: NDArray[np.int32]
    last: NDArray[np.int32]
    met: NDArray[np.int32]
    reached: NDArray[np.int32]
    log: NDArray[np.uint64]
    block_keys: NDArray[np.uint64]
    first_keys: NDArray[np.uint64]
    turn_keys: NDArray[np.uint64]
    planes: NDArray[np.uint64]
    wanted: NDArray[np.uint64]
    masks: NDArray[np.uint64]
    rows: NDArray[np.int64]
    found: NDArray[np.uint64]
    of_tie: NDArray[np.int64]
    best: NDArray[np.uint64]
    first: NDArray[np.int32]
    sets: NDArray[np.uint64]
    dealt: NDArray[np.uint8]
    given: NDArray[np.int64]
    at: NDArray[np.int64]
    examined: NDArray[np.int64]
    halt: NDArray[np.uint8]


@inner_kernel
def per_person_of(world):
    """Return the words of state a person: int64."""
    return LABEL + N_WORDS * (world.n_digits + (world.quality < 1.0))


@inner_kernel
def with_label(world, state, u, label, lanes):
    """Return of these lanes those in which a person has a label."""
    begin = per_person_of(world) * u + LABEL
    for k in range(world.n_digits):
        digit = load_lanes(state, begin + N_WORDS * k)
        lanes = lanes & (digit if (label >> k) & 1 == 1 else ~digit)
    return lanes


@inner_kernel
def note_success(scratch, u, v, e, live):
    """Note in the log in which lanes tie e from u to v succeeded."""
    log, at = scratch.log, scratch.at
    entry = at[LOGGED]
    store_lanes(scratch.sets, 2 * N_WORDS, live)
    used = used_words(live)
    log[entry] = (np.uint64(scratch.last[v]) << _HALF) | np.uint64(u)
    log[entry + 1] = (used << _SHIFT_WORDS) | np.uint64(e)
    end = entry + 2
    while used != _ZERO:
        log[end] = scratch.sets[2 * N_WORDS + lowest_bit(used)]
        used &= used - _ONE
        end += 1
    scratch.last[v] = entry
    at[LOGGED] = end


@inner_kernel
def settle_contest(world, scratch, v):
    """Give a person, in the lanes in which labels met at her, the label of the earliest turn, or lot, of this step."""
    state, log, best, first = scratch.state, scratch.log, scratch.best, scratch.first
    per_person, n_digits, by_lot = per_person_of(world), world.n_digits, world.tie_rule == RANDOM_BRAND
    own = per_person * v
    for g in range(N_WORDS):
        lanes = state[own + MET + g]
        while lanes != _ZERO:
            best[64 * g + lowest_bit(lanes)] = _EVERY
            lanes &= lanes - _ONE
    entry = np.int64(scratch.last[v])
    while entry > 0:
        u, before = np.int64(log[entry] & _LOW), np.int64(log[entry] >> _HALF)
        e, words = np.int64(log[entry + 1] & _TIE), log[entry + 1] >> _SHIFT_WORDS
        place = entry + 2
        while words != _ZERO:
            g = lowest_bit(words)
            words &= words - _ONE
            lanes = log[place] & state[own + MET + g]
            place += 1
            while lanes != _ZERO:
                i = lowest_bit(lanes)
                lanes &= lanes - _ONE
                lane = 64 * g + i
                if by_lot:
                    label = _label(state, per_person * u + LABEL + g, n_digits, i)
                    turn = word(scratch.first_keys[lane], v * world.n_labels + label)
                else:
                    turn = word(scratch.turn_keys[lane], e)
                # No two turns are equal, but for a brand's own lot. Chosen without a branch, as half of them are first.
                first[lane] = u if turn <= best[lane] else first[lane]
                best[lane] = min(turn, best[lane])
        entry = before
    for g in range(N_WORDS):
        lanes = state[own + MET + g]
        while lanes != _ZERO:
            i = lowest_bit(lanes)
            lanes &= lanes - _ONE
            teller, bit = per_person * np.int64(first[64 * g + i]), _ONE << np.uint64(i)
            for k in range(LABEL + g, LABEL + g + N_WORDS * n_digits, N_WORDS):
                state[own + k] = (state[own + k] & ~bit) | (state[teller + k] & bit)


@inner_kernel
def _label(state, begin, n_digits, i):
    label = 0
    for k in range(n_digits):
        label |= np.int64((state[begin + N_WORDS * k] >> np.uint64(i)) & _ONE) << k
    return label


@inner_kernel
def set_likes(world, scratch, v):
    """Write in which lanes a person's draw, a multiple of 2^-53 in [0, 1), is below the quality."""
    bound, state = np.uint64(np.ceil(world.quality * _DRAWS)), scratch.state
    begin = per_person_of(world) * v + LABEL + N_WORDS * world.n_digits
    for g in range(N_WORDS):
        liked = _ZERO
        for k in range(0, 64, 8):
            draws = word(load_lanes(scratch.first_keys, 64 * g + k), v) >> _UNIT_SHIFT
            liked |= top_bits(draws + (_ZERO - bound)) << np.uint64(k)  # the difference is negative
        state[begin + g] = liked
