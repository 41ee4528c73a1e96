"""A statistical battery on the draws as they are used: the 64-bit numbers of ties, over replicas, blocks and rng_seeds.

All checks share one family-wise error of 1e-6 (Holm), on fixed keys, so a sound generator never fails by bad luck. The
numbers come from a NumPy copy of the draw, which is first shown to be the kernels' own.
"""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from wom_sim.kernels import rng

ALPHA = 1e-6
N_TIES = 768
N_BLOCKS = 2
RNG_SEEDS = range(3)

Word = Callable[[np.ndarray, np.ndarray], np.ndarray]


@np.errstate(over="ignore")
def word(key, index):
    """`rng.word` on arrays."""
    z = np.asarray(key, np.uint64) + rng.GOLDEN * (np.asarray(index, np.uint64) + np.uint64(1))
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def block_bits(block_key, word=word, group_of_lane=lambda lane: lane // 64, bit_of_lane=lambda lane: lane % 64):
    """Bits of the numbers of the first ties in all 512 lanes of a block: uint8 (bit j, lane, tie)."""
    lanes, ties = np.arange(rng.LANES), np.arange(N_TIES)
    groups, members = group_of_lane(lanes), bit_of_lane(lanes)
    bits = np.empty((64, rng.LANES, N_TIES), np.uint8)
    for j in range(64):
        words = word(word(block_key, 8 * j + np.arange(8))[:, None], ties)
        of_group = np.unpackbits(words.astype("<u8").view(np.uint8).reshape(8, N_TIES, 8), axis=2, bitorder="little")
        bits[j] = of_group[groups, :, members]
    return bits


def all_bits(rng_seed, word=word, **lanes):
    """Bits of consecutive blocks, lanes side by side: uint8 (bit j, replica, tie)."""
    blocks = word(word(np.uint64(rng_seed), rng.TIE_COIN), np.arange(N_BLOCKS))
    return np.concatenate([block_bits(key, word, **lanes) for key in blocks], axis=1)


def as_numbers(bits):
    """uint64 (replica, tie), bit 0 the most significant."""
    numbers = np.zeros(bits.shape[1:], np.uint64)
    for plane in bits:
        numbers = (numbers << np.uint64(1)) | plane
    return numbers


# Checks: each yields a name and a two-sided p-value.


def fair(heads, n):
    """Chi-square of counts that are Binomial(n, 1/2) each: too far from n / 2 in all, or too near."""
    z2 = (2.0 * np.asarray(heads, float) - n) ** 2 / n
    return two_sided(stats.chi2, z2.sum(), z2.size)


def farthest(heads, n):
    """The largest of counts that are Binomial(n, 1/2) each, over a union bound."""
    heads = np.asarray(heads)
    extreme = np.maximum(heads, n - heads).max()
    return min(1.0, 2 * heads.size * stats.binom.sf(extreme - 1, n, 0.5))


def two_sided(law, value, *parameters):
    return min(1.0, 2 * min(law.cdf(value, *parameters), law.sf(value, *parameters)))


def monobit(bits):
    """Ones per single bit, per replica and per tie; per replica and per tie also for the top bit alone."""
    n_bits, n_replicas, n_ties = bits.shape
    for name, ones, n in [
        ("a bit", bits.sum(axis=(1, 2), dtype=np.int64), n_replicas * n_ties),
        ("a replica", bits.sum(axis=(0, 2), dtype=np.int64), n_bits * n_ties),
        ("a tie", bits.sum(axis=(0, 1), dtype=np.int64), n_bits * n_replicas),
        ("a replica, top bit", bits[0].sum(axis=1, dtype=np.int64), n_ties),
        ("a tie, top bit", bits[0].sum(axis=0, dtype=np.int64), n_replicas),
    ]:
        yield f"ones of {name}", fair(ones, n)
        yield f"ones of {name}, farthest", farthest(ones, n)


def neighbours(bits):
    """Differences between neighbours: ties, replicas (511 and 512 among them), bits; 64 and 512 lanes apart."""
    n_bits, n_replicas, n_ties = bits.shape
    for name, axis, lag in [
        ("ties", 2, 1),
        ("ties 2 apart", 2, 2),
        ("replicas", 1, 1),
        ("replicas 64 apart", 1, 64),
        ("blocks", 1, rng.LANES),
        ("bits", 0, 1),
        ("bits 8 apart", 0, 8),
    ]:
        n = bits.shape[axis]
        differ = bits.take(range(lag, n), axis) ^ bits.take(range(n - lag), axis)
        by_pair = differ.sum(axis=tuple(a for a in range(3) if a != axis), dtype=np.int64)
        yield f"neighbouring {name}", fair(by_pair, n_bits * n_replicas * n_ties // n)
        yield f"neighbouring {name}, farthest", farthest(by_pair, n_bits * n_replicas * n_ties // n)
    border = bits[:, rng.LANES - 1] ^ bits[:, rng.LANES]
    yield "border of blocks", fair(border.sum(axis=1, dtype=np.int64), n_ties)
    diagonal = bits[:, 1:, 1:] ^ bits[:, :-1, :-1]
    yield "next replica and next tie", fair(diagonal.sum(axis=(1, 2), dtype=np.int64), (n_replicas - 1) * (n_ties - 1))


def all_pairs(bits):
    """Agreement of every pair of replicas over ties (top bit) and of every pair of bits: nobody is somebody's twin."""
    for name, rows in [("replicas", bits[0]), ("ties", bits[0].T), ("bits", bits[:, ::8, ::8].reshape(64, -1))]:
        signs = 2.0 * rows - 1
        agree = (signs @ signs.T + rows.shape[1]) / 2
        yield f"all pairs of {name}", farthest(agree[np.triu_indices(len(rows), 1)], rows.shape[1])


def runs(bits):
    """Runs of equal top bits: along the ties of each replica, along the replicas of each tie, for bits 0, 1 and 63."""
    for j in (0, 1, 63):
        for name, axis in [("ties", 1), ("replicas", 0)]:
            changes = np.diff(bits[j].astype(np.int8), axis=axis) != 0
            yield f"runs along {name}, bit {j}", fair(changes.sum(axis=axis), changes.shape[axis])


def bytes_of_numbers(numbers):
    """Each of the eight bytes takes its 256 values equally often; so do pairs of top four bits of neighbouring ties."""
    as_bytes = numbers.astype(">u8").view(np.uint8).reshape(-1, 8)
    for place in range(8):
        yield f"byte {place}", even(np.bincount(as_bytes[:, place], minlength=256))
    top = (numbers >> np.uint64(60)).astype(np.int64)
    yield "four bits of neighbouring ties", even(np.bincount((16 * top[:, ::2] + top[:, 1::2]).ravel(), minlength=256))
    yield "four bits of neighbouring replicas", even(np.bincount((16 * top[::2] + top[1::2]).ravel(), minlength=256))


def even(counts):
    return two_sided(stats.chi2, ((counts - counts.mean()) ** 2 / counts.mean()).sum(), len(counts) - 1)


def coins(numbers):
    """Coins at p: passes of each replica and each tie are Binomial(n, p), gaps between passes along ties geometric."""
    for p in (0.01, 0.1, 0.3, 0.9):
        live = numbers < np.uint64(int(p * 2.0**64))
        for name, axis in [("replica", 1), ("tie", 0)]:
            n = live.shape[axis]
            z2 = (live.sum(axis=axis) - n * p) ** 2 / (n * p * (1 - p))
            spread = np.sqrt(z2.size * (2 + (1 - 6 * p * (1 - p)) / (n * p * (1 - p))))
            yield f"coins of a {name} at {p}", two_sided(stats.norm, (z2.sum() - z2.size) / spread)
        gaps = np.diff(np.flatnonzero(live))
        cells = np.bincount(np.minimum(gaps, int(4 / p) + 1))[1:]
        chance = p * (1 - p) ** np.arange(len(cells))
        chance[-1] = 1 - chance[:-1].sum()
        chi2 = ((cells - len(gaps) * chance) ** 2 / (len(gaps) * chance)).sum()
        yield f"gaps between coins at {p}", two_sided(stats.chi2, chi2, len(cells) - 1)


def birthdays(words, name):
    """Birthday spacings (Marsaglia): repeated spacings of n points in 2^b days are Poisson(n^3 / 4 / 2^b)."""
    for place, days in [("top", words >> np.uint64(16)), ("low", words & np.uint64(2**48 - 1))]:
        chunks = np.sort(days.reshape(-1, 2**17), axis=1)
        spacings = np.sort(np.diff(chunks, axis=1), axis=1)
        repeated = int((np.diff(spacings, axis=1) == 0).sum())
        mean = len(chunks) * 2.0**51 / 4 / 2.0**48
        yield (
            f"birthdays of {name}, {place}",
            min(1.0, 2 * min(stats.poisson.cdf(repeated, mean), stats.poisson.sf(repeated - 1, mean))),
        )


def checks_of_one_seed(rng_seed, word=word, **lanes):
    bits = all_bits(rng_seed, word, **lanes)
    numbers = as_numbers(bits)
    for check, numbers_or_bits in [
        (monobit, bits),
        (neighbours, bits),
        (all_pairs, bits),
        (runs, bits),
        (bytes_of_numbers, numbers),
        (coins, numbers),
    ]:
        yield from check(numbers_or_bits)
    yield from birthdays(numbers.ravel(), "numbers of ties")


def checks_between_seeds(word=word):
    """Consecutive rng_seeds: the same tie and replica differ in half their bits; so do replica keys and choices."""
    seeds = np.arange(4096, dtype=np.uint64)
    block_keys = word(word(seeds, rng.TIE_COIN), 0)
    own_keys = word(word(seeds, rng.LIVE_TIE), 0)
    for name, words in [
        ("first words of tie 0", word(word(block_keys, 0), 0)),
        ("keys of replica 0", own_keys),
        ("choices of person 0", word(own_keys, 0)),
        ("block keys against replica keys", None),
    ]:
        differ = block_keys ^ own_keys if words is None else words[1:] ^ words[:-1]
        by_bit = np.unpackbits(differ.astype(">u8").view(np.uint8).reshape(-1, 8), axis=1)
        yield f"{name} over rng_seeds", fair(by_bit.sum(axis=0, dtype=np.int64), len(differ))
    replicas, people = np.arange(640, dtype=np.uint64)[:, None], np.arange(1024, dtype=np.uint64)
    choices = word(word(word(np.uint64(0), rng.LIVE_TIE), replicas), people)
    bits = np.unpackbits(choices.astype(">u8").view(np.uint8).reshape(*choices.shape, 8), axis=2)
    for check in (monobit, neighbours, runs):
        yield from ((f"choices: {name}", p) for name, p in check(np.moveaxis(bits, 2, 0)))
    yield from ((f"choices: {name}", p) for name, p in bytes_of_numbers(choices))
    yield from birthdays(choices.ravel(), "choices")


def refused(p_values):
    """Names that Holm's procedure refuses at the family-wise error ALPHA."""
    ordered = sorted(p_values.items(), key=lambda item: item[1])
    names = []
    for rank, (name, p) in enumerate(ordered):
        if p > ALPHA / (len(ordered) - rank):
            break
        names.append(f"{name}: {p:.3g}")
    return names


# The battery, and proof that it can fail.


def test_the_copy_of_the_draw_is_the_kernels_own():
    """Words on a sample; assembled numbers by the coin itself, which passes above its number and not at it."""
    key = rng.word(rng.word(np.uint64(1), rng.TIE_COIN), 1)
    numbers, lane_keys = as_numbers(block_bits(np.uint64(key))), np.zeros(64, np.uint64)
    assert word(key, np.arange(50)).tolist() == [int(rng.word(np.uint64(key), i)) for i in range(50)]

    for lane in (0, 1, 63, 64, 200, 511):
        rng.set_lane_keys(np.uint64(key), lane, lane_keys)
        for tie in (0, 1, 500, N_TIES - 1):
            number = numbers[lane, tie]
            assert not rng.coin_passes(lane_keys, lane, tie, number)
            assert rng.coin_passes(lane_keys, lane, tie, number + np.uint64(1))


def test_no_check_refuses_the_draws():
    p_values = {}
    for rng_seed in RNG_SEEDS:
        p_values.update((f"rng_seed {rng_seed}: {name}", p) for name, p in checks_of_one_seed(rng_seed))
    p_values.update(checks_between_seeds())

    assert len(p_values) > 150
    assert refused(p_values) == []


@np.errstate(over="ignore")
def unscrambled(key, index):
    """A Weyl sequence: SplitMix64 without its finaliser."""
    return np.asarray(key, np.uint64) + rng.GOLDEN * (np.asarray(index, np.uint64) + np.uint64(1))


def unmultiplied(key, index):
    """SplitMix64 with the shifts of its finaliser and without the multiplications."""
    z = unscrambled(key, index)
    for shift in (30, 27, 31):
        z ^= z >> np.uint64(shift)
    return z


@pytest.mark.parametrize(
    "altered",
    [
        {"word": unscrambled},
        {"word": unmultiplied},
        {"word": lambda key, index: word(key, np.asarray(index) // 2)},
        {"word": lambda key, index: word(key, index) | (word(key, index) % np.uint64(32) == 0) * np.uint64(1 << 17)},
        {"group_of_lane": lambda lane: lane // 64 % 4},
        {"bit_of_lane": lambda lane: lane % 63},
        {"bit_of_lane": lambda lane: lane % 64 // 2 * 2},
    ],
    ids=["unscrambled", "unmultiplied", "ties in pairs", "bit biased", "groups twice", "63 as 0", "lanes in pairs"],
)
def test_the_battery_refuses_a_faulty_draw(altered):
    assert refused(dict(checks_of_one_seed(0, **altered)))


def test_the_checks_between_seeds_refuse_a_faulty_word():
    assert refused(dict(checks_between_seeds(unmultiplied)))
