"""Draws as pure functions of (key, index), so that the order of work can never change a result.

The generator is SplitMix64 read at random access: the word with index i under a key is the output number i + 1 of a
SplitMix64 stream that starts in state `key` (Steele, Lea & Flood, OOPSLA 2014; finaliser: Stafford's variant 13).
A key is itself such a word: rng_seed -> purpose -> replica, or block of replicas.

Every constant is a uint64: mixed with a signed literal, Numba would turn the arithmetic into int64.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._jit import kernel

RNG_NAME = "wom-1"
"""Name and version of the stream, written in every manifest. Any change to a draw below changes it."""

# Purposes, written down once. A new one takes a new number: the others keep their streams.
TIE_COIN = 1
LIVE_TIE = 2
SEEDING = 3
NETWORK = 4
CAMPAIGN = 5
POPULATION = 6
DIFFUSION = 7
REPLICA_SET = 8
RESAMPLING = 9

LANES = 512
"""Replicas of one block: they share the words of a tie, a bit each."""

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
ALWAYS = np.uint64(0xFFFFFFFFFFFFFFFF)
"""The threshold of probability 1; no smaller float64 probability has it (the next one below gives 2^64 - 2^11)."""

_ONE = np.uint64(1)
_MULTIPLIER_1 = np.uint64(0xBF58476D1CE4E5B9)
_MULTIPLIER_2 = np.uint64(0x94D049BB133111EB)
_SHIFT_1, _SHIFT_2, _SHIFT_3 = np.uint64(30), np.uint64(27), np.uint64(31)
_TOP, _UNIT_SHIFT, _LEADING = np.uint64(63), np.uint64(11), np.uint64(56)
_PLACES = np.arange(7, -1, -1, dtype=np.uint64)
_UNIT = 2.0**-53


@kernel
def mix64(x):
    """Scramble 64 bits, one to one."""
    x = (x ^ (x >> _SHIFT_1)) * _MULTIPLIER_1
    x = (x ^ (x >> _SHIFT_2)) * _MULTIPLIER_2
    return x ^ (x >> _SHIFT_3)


@kernel
def word(key, index):
    """Return 64 random bits: uint64, a pure function of key (uint64) and index (a non-negative integer)."""
    return mix64(key + GOLDEN * (np.uint64(index) + _ONE))


def derive_key(key: np.uint64, number: int) -> np.uint64:
    """Return ``word(key, number)`` as a uint64, for callers outside kernels.

    Compiled functions hand uint64 back as a Python int, which the next compiled function would take for a signed one.
    """
    return np.uint64(word(np.uint64(key), number))


def by_lot(numbers: NDArray[np.int32], key: np.uint64) -> NDArray[np.int32]:
    """Return numbers (int32, not negative) in the order of their words, for callers outside kernels.

    Each number's lot is its own: those of a part stand in the order they have among all.
    """
    lots = np.empty(len(numbers), np.uint64)
    words_at(key, numbers.astype(np.int64), lots)
    return numbers[np.argsort(lots, kind="stable")]


@kernel
def uniform_at(key, index):
    """Return a float64 in [0, 1), a multiple of 2^-53."""
    return (word(key, index) >> _UNIT_SHIFT) * _UNIT


@kernel
def below(key, index, bound):
    """Return an int64 in [0, bound), bound < 2^31: bits of a 53-bit uniform, biased by less than bound / 2^53."""
    return np.int64(uniform_at(key, index) * bound)


@kernel
def set_lane_keys(block_key, lane, lane_keys):
    """Prepare the 64 keys from which the coins of one replica are read.

    The 512 replicas of a block share 512 words a tie: bit j (0 the most significant) of a replica's number for tie e is
    bit ``lane % 64`` of ``word(word(block_key, 8 * j + lane // 64), e)``. Running them alone or all at once reads the
    same bits.

    Parameters
    ----------
    block_key : uint64           key of the block, replica // 512
    lane : int64                 replica % 512
    lane_keys : uint64 (64,)     overwritten: the key of bit j's word
    """
    for j in range(64):
        lane_keys[j] = word(block_key, 8 * j + lane // 64)


@kernel
def coin_passes(lane_keys, lane, tie, threshold):
    """Say whether a tie's 64-bit random number is below a threshold, reading only the bits that decide.

    Parameters
    ----------
    lane_keys : uint64 (64,)   from `set_lane_keys`
    lane : int64               replica % 512
    tie : int64                position of the tie in the CSR arrays
    threshold : uint64         floor(p * 2^64), or `ALWAYS` for p = 1

    Cost: eight words in 255 of 256 cases.
    """
    if threshold == ALWAYS:
        return True
    shift = np.uint64(lane) & _TOP
    # Eight bits at a time, more than one coin in two needs, but in vector registers and without a branch to mispredict.
    leading = np.uint64(0)
    for j in range(8):
        leading |= ((word(lane_keys[j], tie) >> shift) & _ONE) << _PLACES[j]
    wanted = threshold >> _LEADING
    if leading != wanted:
        return leading < wanted
    rest = threshold << np.uint64(8)
    for j in range(8, 64):
        if rest == np.uint64(0):  # the number has matched every bit up to here: it is not below
            return False
        bit = (word(lane_keys[j], tie) >> shift) & _ONE
        if bit != rest >> _TOP:
            return bit < rest >> _TOP
        rest = rest << _ONE
    return False


@kernel
def set_uniforms_at(key, indices, out):
    """Fill out (float64) with ``uniform_at(key, i)`` for each i of indices (int64, same length, not negative)."""
    for i in range(out.shape[0]):
        out[i] = uniform_at(key, indices[i])


@kernel
def words_at(key, indices, out):
    """Fill out (uint64) with ``word(key, i)`` for each i of indices (int64, same length, not negative)."""
    for i in range(out.shape[0]):
        out[i] = word(key, indices[i])
