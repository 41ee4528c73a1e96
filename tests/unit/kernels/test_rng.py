"""The draws: known answers, ranges, and the coin against its definition in plain integers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracles import live_edge as oracle
from wom_sim.kernels import rng

keys = st.integers(0, 2**64 - 1)
indices = st.integers(0, 2**62)
ties = st.integers(0, 2**40)
lanes = st.integers(0, rng.LANES - 1)
chances = st.one_of(
    st.floats(0, 1),
    st.sampled_from([0.0, 1.0, 0.5, 0.25, 0.75, 2.0**-60, 2.0**-64, 2.0**-65, 5e-324, 1 - 2.0**-53, 1 - 2.0**-20]),
)


def coin(key, lane, tie, threshold):
    lane_keys = np.zeros(64, np.uint64)
    rng.set_lane_keys(np.uint64(key), lane, lane_keys)
    return bool(rng.coin_passes(lane_keys, lane, tie, np.uint64(threshold)))


def threshold(p):
    return rng.ALWAYS if p == 1 else np.uint64(int(p * 2.0**64))


def word(key, index):
    return int(rng.word(np.uint64(key), index))


def test_words_are_the_published_output_of_splitmix64():
    """Seeded with 1234567: the known answers printed with the reference implementation."""
    assert [word(1234567, i) for i in range(5)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


@given(keys, indices)
def test_word_equals_the_oracle(key, index):
    assert word(key, index) == oracle.word(key, index)


@given(keys, st.lists(indices, max_size=20))
def test_words_at_fills_in_the_word_of_each_index(key, chosen):
    out = np.zeros(len(chosen), np.uint64)
    rng.words_at(np.uint64(key), np.array(chosen, np.int64), out)

    assert out.tolist() == [oracle.word(key, index) for index in chosen]


@given(keys)
def test_mix64_equals_the_oracle_at_any_state(state):
    """mix64(x) is the word with index 0 under the key x - GOLDEN."""
    assert int(rng.mix64(np.uint64(state))) == oracle.word(state - int(rng.GOLDEN), 0)


@given(keys, indices, keys, indices)
def test_word_is_pure(key, index, other_key, other_index):
    first = word(key, index)
    word(other_key, other_index)

    assert word(key, index) == first


@given(keys, indices)
def test_uniform_is_the_top_53_bits(key, index):
    u = float(rng.uniform_at(np.uint64(key), index))

    assert 0 <= u < 1
    assert u * 2**53 == oracle.word(key, index) >> 11


@given(keys, indices, st.one_of(st.integers(1, 2**31 - 1), st.sampled_from([1, 2, 3, 2**30, 2**31 - 1])))
def test_below_is_the_uniform_times_the_bound(key, index, bound):
    drawn = int(rng.below(np.uint64(key), index, bound))

    assert 0 <= drawn < bound
    assert drawn == int((oracle.word(key, index) >> 11) * 2.0**-53 * bound)


def test_below_takes_every_value_of_a_small_range():
    assert {int(rng.below(np.uint64(5), i, 6)) for i in range(200)} == set(range(6))


@given(keys, lanes)
def test_lane_keys_equal_the_definition(key, lane):
    lane_keys = np.zeros(64, np.uint64)
    rng.set_lane_keys(np.uint64(key), lane, lane_keys)

    assert lane_keys.tolist() == [oracle.word(key, 8 * j + lane // 64) for j in range(64)]


@given(keys, lanes, ties, chances)
def test_coin_is_the_number_of_the_tie_below_the_threshold(key, lane, tie, p):
    assert coin(key, lane, tie, threshold(p)) == (oracle.tie_number(key, lane, tie) < oracle.threshold(p))


@given(keys, lanes, ties)
def test_coin_is_strict_at_its_own_number(key, lane, tie):
    """All 64 bits decide: below means below, not at most."""
    number = oracle.tie_number(key, lane, tie)

    assert not coin(key, lane, tie, number)
    assert not coin(key, lane, tie, max(number - 1, 0))
    assert coin(key, lane, tie, number + 1)


@given(keys, lanes, ties, st.integers(0, 63), st.booleans())
def test_coin_reads_every_bit(key, lane, tie, bit, up):
    """Change one bit of the number: that bit alone decides."""
    number = oracle.tie_number(key, lane, tie)
    changed = number | 1 << bit if up else number & ~(1 << bit)

    assert coin(key, lane, tie, changed) == (number < changed)


def lane_keys_for(number, lane, tie):
    """Keys, found by trying, under which the tie has a number of our choice, however unlikely."""
    return np.array(
        [
            next(key for key in range(1000) if oracle.word(key, tie) >> lane % 64 & 1 == number >> (63 - j) & 1)
            for j in range(64)
        ],
        np.uint64,
    )


@pytest.mark.parametrize("p", [0.0, 2.0**-64, 2.0**-63, 0.5, 1 - 2.0**-53, 1.0])
@pytest.mark.parametrize(
    "number", [0, 1, 2**63 - 1, 2**63, 2**64 - 2**11 - 1, 2**64 - 2**11, 2**64 - 2, 2**64 - 1], ids=hex
)
@pytest.mark.parametrize(("lane", "tie"), [(0, 0), (200, 12345)])
def test_coin_at_numbers_too_rare_to_meet(lane, tie, number, p):
    """The largest number fails at the chance just below 1 and passes at 1; the number 0 fails at chance 0 only."""
    passes = rng.coin_passes(lane_keys_for(number, lane, tie), lane, tie, threshold(p))

    assert bool(passes) == (number < oracle.threshold(p))


@given(keys, lanes, ties)
def test_chance_0_never_passes_and_chance_1_always(key, lane, tie):
    assert not coin(key, lane, tie, threshold(0.0))
    assert coin(key, lane, tie, threshold(1.0))


@given(keys, lanes, ties, chances, chances)
def test_a_coin_that_passes_still_passes_at_a_larger_chance(key, lane, tie, p, q):
    low, high = sorted((p, q))

    assert coin(key, lane, tie, threshold(low)) <= coin(key, lane, tie, threshold(high))


@pytest.mark.parametrize("p", [2.0**-1074, 2.0**-64, 0.3, 0.5, np.nextafter(1, 0)])
def test_no_chance_below_1_has_the_threshold_of_1(p):
    assert oracle.threshold(p) < int(rng.ALWAYS)
