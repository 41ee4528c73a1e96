"""What the kernels of epidemics share: draws of waiting times, and the tally of a replica.

Who infects whom and when is drawn once a person and once a tie: how long u is infectious, and at which of its steps a
tie of u would first pass. Someone is then infected at the earliest of these times over all ways from the seed nodes,
and each tie is looked at once (Kenah & Robins 2007, section 2; Kiss, Miller & Simon 2017, appendix A).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._jit import inner_kernel, kernel
from .calendar import LATE
from .diffusion import AT_MAX_STEPS, FINISHED, add_change, step_of
from .rng import uniform_at, word

RECOVERY = 1
ONSET = 2
PASSING = 3
SOURCE = 4
"""Purposes under a replica's own key."""

CURVE_REACH, CURVE_SUSCEPTIBLE, CURVE_INFECTIOUS, CURVE_RECOVERED, CURVE_EXPOSED = 0, 1, 2, 3, 4
REACH, SUSCEPTIBLE, INFECTIOUS, PEAK, RECOVERED, EXPOSED = 0, 1, 2, 3, 4, 5
INFECTIONS = 4
DURATION, PEAK_AT = 0, 1
"""Places of curves, of counts and of amounts; models without recovery or onset leave out the last ones."""

UNTOUCHED, ILL, WELL, LATENT = 0, 1, 2, 3
"""States of a person: susceptible, infectious, recovered, exposed; a state's curve is its number plus one."""

NOW_REACH, NOW_INFECTIONS, NOW_PEAK, NOW_PEAK_AT, NOW_STEP, N_NOW = 4, 5, 6, 7, 8, 9
"""Places, behind the number of people in each state, of what is counted on the way."""

EXPONENTIAL, FIXED, POWER_LAW, FOR_EVER, NOT_A_KIND = 0, 1, 2, 3, -1
"""Kinds of periods of the event clock."""

WINDOW = 16_384
BLOCK = 256
LANES = 16
"""Words drawn together; a multiple of what a vector register holds, and a divisor of BLOCK."""

N_GUIDE = 1024
_GUIDE_SHIFT = np.uint64(43)
_UNIT = 2.0**-53


class Trials(NamedTuple):
    """A list of when the first of several trials succeeds; made by `list_trials`.

    log_stay : float64           log(1 - chance of each)
    within : uint64 (k,)         entry d: the chance of a success within d trials, times 2^53 and rounded up
    guide : int32 (N_GUIDE,)     the first entry of `within` above j / N_GUIDE, k if there is none
    """

    log_stay: float
    within: NDArray[np.uint64]
    guide: NDArray[np.int32]


class Course(NamedTuple):
    """Steps of the first, second, ... person infected: of infection, onset and recovery; int32 (n,), LATE for never."""

    infected: NDArray[np.int32]
    onset: NDArray[np.int32]
    recovered: NDArray[np.int32]


@inner_kernel
def steps_until(key, index, log_stay):
    """Return the number of steps, 1 or more, until something happens that stays away a step with chance e^log_stay."""
    return first_success(uniform_at(key, index), log_stay)


@inner_kernel
def first_success(uniform, log_stay):
    """Return the first trial that succeeds, LATE for never: the smallest k with uniform < 1 - exp(k log_stay)."""
    if log_stay == 0.0:
        return LATE
    failures = np.log1p(-uniform) / log_stay
    return LATE if failures >= LATE - 1 else 1 + np.int64(failures)


@inner_kernel
def look_up(bits, trials):
    """Return `first_success` of bits * 2^-53, without a logarithm but for what is beyond the list."""
    k = np.int64(trials.guide[bits >> _GUIDE_SHIFT])
    while k < trials.within.shape[0]:
        if bits < trials.within[k]:
            return k
        k += 1
    return max(k, first_success(bits * _UNIT, trials.log_stay))


@inner_kernel
def later(step, wait):
    """Return step + wait, or LATE."""
    return LATE if step >= LATE - wait else step + wait


@inner_kernel
def period(key, index, kind, scale, shape):
    """Return a length of time in days: 1 / scale on average where exponential, `scale` where fixed, or a power law.

    Power law: scale (1 - u)^shape, u uniform; shape = -1 / (exponent - 1).
    """
    if kind == EXPONENTIAL:
        return -np.log1p(-uniform_at(key, index)) / scale
    if kind == FIXED:
        return scale
    if kind == POWER_LAW:
        return scale * (1.0 - uniform_at(key, index)) ** shape
    return np.inf


@inner_kernel
def move(now, changes, step, before, after):
    """Count a person who goes from one state to another."""
    now[before] -= 1
    now[after] += 1
    add_change(changes, before + 1, step, -1)
    add_change(changes, after + 1, step, 1)


@inner_kernel
def end_of_step(now, step):
    """Note the largest number of infectious people at the end of a step, and the first step of which it is true."""
    if now[ILL] > now[NOW_PEAK] or step == 0:
        now[NOW_PEAK] = now[ILL]
        now[NOW_PEAK_AT] = step


@inner_kernel
def write_counts(now, again, counts, amounts, last):
    """Write what was counted on the way; `again`: who recovers is susceptible again, and infections are counted."""
    counts[REACH] = now[NOW_REACH]
    counts[SUSCEPTIBLE] = now[UNTOUCHED]
    counts[INFECTIOUS] = now[ILL]
    counts[PEAK] = now[NOW_PEAK]
    if again:
        counts[INFECTIONS] = now[NOW_INFECTIONS]
    else:
        if counts.shape[0] > RECOVERED:
            counts[RECOVERED] = now[WELL]
        if counts.shape[0] > EXPOSED:
            counts[EXPOSED] = now[LATENT]
    amounts[PEAK_AT] = now[NOW_PEAK_AT]
    amounts[DURATION] = last


@inner_kernel
def as_step(time, per_step):
    """Return the step by whose end a time has come, LATE for never."""
    return min(step_of(time, per_step, LATE - 1), np.int64(LATE))


@inner_kernel
def tally(course, n_people, limits, bins, results):
    """Count a replica's people step by step, once who was infected when is known.

    Parameters
    ----------
    course : Course
    limits : (people infected, max_steps, 1 where somebody would have been infected after max_steps), each int64
    bins : int32 (3 WINDOW,)   zero, and left so
    results : (counts int64, amounts float64, changes int32 (curves, width)) of the replica

    Returns
    -------
    (last_step, stop)

    Cost: O(infected x (1 + last_step / WINDOW) + last_step).
    """
    infected, onset, recovered = course
    n, max_steps, unfinished = limits
    counts, amounts, changes = results
    bound = min(max_steps, LATE - 1)
    with_recovery, with_onset = changes.shape[0] > CURVE_RECOVERED, changes.shape[0] > CURVE_EXPOSED
    last = np.int64(0)
    for i in range(n):
        last = max(last, np.int64(infected[i]))
        for then in (onset[i], recovered[i]):
            if then <= bound:
                last = max(last, np.int64(then))
            elif then < LATE:
                unfinished = 1

    reach, ill, well, peak, peak_at = 0, 0, 0, -1, np.int64(0)
    first = np.int64(0)
    while first <= last:
        size = min(np.int64(WINDOW), last + 1 - first)
        for i in range(n):
            _mark(bins, 0, np.int64(infected[i]) - first, size)
            _mark(bins, WINDOW, np.int64(onset[i]) - first, size)
            _mark(bins, 2 * WINDOW, np.int64(recovered[i]) - first, size)
        for s in range(size):
            new, newly_ill, newly_well = bins[s], bins[WINDOW + s], bins[2 * WINDOW + s]
            bins[s] = 0
            bins[WINDOW + s] = 0
            bins[2 * WINDOW + s] = 0
            reach += new
            ill += newly_ill
            well += newly_well
            step = first + s
            if ill - well > peak:
                peak, peak_at = ill - well, step
            if step < changes.shape[1]:
                changes[CURVE_REACH, step] = new
                changes[CURVE_SUSCEPTIBLE, step] = (n_people if step == 0 else 0) - new
                changes[CURVE_INFECTIOUS, step] = newly_ill - newly_well
                if with_recovery:
                    changes[CURVE_RECOVERED, step] = newly_well
                if with_onset:
                    changes[CURVE_EXPOSED, step] = new - newly_ill
        first += WINDOW

    counts[REACH] = reach
    counts[SUSCEPTIBLE] = n_people - reach
    counts[INFECTIOUS] = ill - well
    counts[PEAK] = peak
    if with_recovery:
        counts[RECOVERED] = well
    if with_onset:
        counts[EXPOSED] = reach - ill
    amounts[PEAK_AT] = peak_at
    amounts[DURATION] = np.nan if unfinished == 1 else np.float64(last)
    return (max_steps, AT_MAX_STEPS) if unfinished == 1 else (last, FINISHED)


@inner_kernel
def _mark(bins, start, place, size):
    if 0 <= place < size:
        bins[start + place] += 1


@inner_kernel
def some_bits(key, first, n, words):
    """Write the upper 53 bits of the words number first .. first + n - 1 of a key, and some more, in vectors."""
    for i in range((n + LANES - 1) // LANES * LANES):
        words[i] = word(key, first + i) >> np.uint64(11)


@kernel
def list_trials(log_stay, within, guide):
    """Fill in a `Trials`."""
    size = within.shape[0]
    for k in range(size):
        within[k] = chance_within(k, log_stay)
    k = 0
    for start in range(guide.shape[0]):
        while k < size and within[k] <= np.uint64(start) << _GUIDE_SHIFT:
            k += 1
        guide[start] = k


@inner_kernel
def chance_within(n_steps, log_stay):
    """Return the chance of a success within so many trials, times 2^53 and rounded up: uint64."""
    if n_steps == 0 or log_stay == 0.0:
        return np.uint64(0)
    return np.uint64(np.ceil(-np.expm1(n_steps * log_stay) * 2.0**53))
