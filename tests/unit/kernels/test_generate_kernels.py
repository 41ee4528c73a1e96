"""The set of pairs against a Python set, and draws that stay put when more are asked for."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel_runner import JIT_OFF
from wom_sim.graph.generate import empty_table
from wom_sim.graph.segments import random_order
from wom_sim.kernels.generate import (
    EMPTY,
    add_code,
    draw_pairs,
    has_code,
    pair_code,
    remove_code,
    rewire_ring,
)
from wom_sim.kernels.rng import derive_key

KEY = np.uint64(0xC0FFEE0123456789)
codes = st.integers(0, 25)


@given(st.lists(st.tuples(st.booleans(), codes), max_size=80))
def test_the_table_is_a_set(actions):
    table, twin = np.full(64, EMPTY), set()
    for adds, code in actions:
        if adds:
            assert bool(add_code(table, np.uint64(code))) == (code not in twin)
            twin.add(code)
        elif code in twin:
            remove_code(table, np.uint64(code))
            twin.remove(code)
        assert {c for c in range(26) if has_code(table, np.uint64(c))} == twin
    assert int((table != EMPTY).sum()) == len(twin)


def test_the_table_wraps_round_its_end_and_closes_gaps():
    """A table of 4 places with 3 codes: every probing order occurs."""
    for first in range(40):
        table = np.full(4, EMPTY)
        for code in range(first, first + 3):
            add_code(table, np.uint64(code))
        remove_code(table, np.uint64(first))
        assert not has_code(table, np.uint64(first))
        assert has_code(table, np.uint64(first + 1))
        assert has_code(table, np.uint64(first + 2))


def test_a_pair_has_one_code():
    assert pair_code(3, 2**31 - 2) == pair_code(2**31 - 2, 3) == (3 << 32) + 2**31 - 2


def drawn(n_people, n_pairs, key, *, directed=False):
    src, dst = np.empty(n_pairs, np.int32), np.empty(n_pairs, np.int32)
    draw_pairs(n_people, directed, key, empty_table(n_pairs), src, dst)
    return list(zip(src.tolist(), dst.tolist(), strict=True))


def test_fewer_pairs_are_the_first_of_more():
    assert drawn(50, 300, KEY)[:100] == drawn(50, 100, KEY)


def test_every_set_of_pairs_is_equally_likely():
    """4 people, 2 of 6 edges: 15 sets; chi-square with 14 degrees of freedom, standard deviation sqrt(28)."""
    n_keys = 600 if JIT_OFF else 6000
    counts = Counter(frozenset(frozenset(p) for p in drawn(4, 2, derive_key(KEY, i))) for i in range(n_keys))
    expected = n_keys / 15
    chi_square = sum((counts[k] - expected) ** 2 / expected for k in counts)
    assert len(counts) == 15
    assert abs(chi_square - 14) < 4 * np.sqrt(28)


def test_directed_pairs_go_both_ways():
    """3 people, 3 of 6 ties: the largest number that is drawn directly."""
    pairs = {frozenset(drawn(3, 3, derive_key(KEY, i), directed=True)) for i in range(300)}
    assert len(pairs) == 20


def ring(n_people, laps, rewired_fraction):
    dst = np.empty(n_people * laps, np.int32)
    rewire_ring(n_people, rewired_fraction, KEY, empty_table(len(dst) + 1), np.empty(n_people, np.int32), dst)
    return dst


@pytest.mark.parametrize(("fewer", "more"), [(0.0, 0.1), (0.1, 0.3), (0.3, 1.0)])
def test_rewiring_more_moves_the_same_edges_and_others(fewer, more):
    at_rest, some, many = ring(200, 3, 0.0), ring(200, 3, fewer), ring(200, 3, more)
    assert ((some != at_rest) <= (many != at_rest)).all()
    assert (many != at_rest).sum() > (some != at_rest).sum()


def test_rewired_fraction_is_the_fraction_moved():
    """Binomial: standard error sqrt(p (1 - p) / edges)."""
    moved = np.mean(ring(2000, 4, 0.2) != ring(2000, 4, 0.0))
    assert abs(moved - 0.2) < 4 * np.sqrt(0.2 * 0.8 / 8000)


def test_shuffling_reaches_every_order_equally_often():
    """24 orders of 4; chi-square with 23 degrees of freedom."""
    n_keys = 1200 if JIT_OFF else 12_000
    counts = Counter(tuple(random_order(4, derive_key(KEY, i)).tolist()) for i in range(n_keys))
    chi_square = sum((counts[k] - n_keys / 24) ** 2 / (n_keys / 24) for k in counts)
    assert len(counts) == 24
    assert abs(chi_square - 23) < 4 * np.sqrt(46)
