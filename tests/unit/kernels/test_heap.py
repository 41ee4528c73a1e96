"""The heap against a sorted list: whoever is put in, brought forward and taken out."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from wom_sim.kernels._jit import kernel
from wom_sim.kernels.heap import put, take_all, take_first

TAKE, TAKE_ALL = -1, -2
N_PEOPLE = 9


@kernel
def follow(orders, due, heap, place, time, taken):
    """Put person orders[i] in at due[i], or take the first one (-1: nobody waits), or all; return who waits still."""
    size = n_taken = 0
    for i in range(orders.shape[0]):
        if orders[i] >= 0:
            size = put(heap, place, time, size, orders[i], due[i])
        elif orders[i] == TAKE_ALL:
            take_all(heap, place, size)
            size = 0
        else:
            taken[n_taken] = take_first(heap, place, time, size) if size > 0 else -1
            size -= min(size, 1)
            n_taken += 1
    return size


def followed(orders, n_people=N_PEOPLE):
    heap, place = np.full(n_people, -7, np.int32), np.full(n_people, -1, np.int32)
    time, taken = np.full(n_people, np.nan), np.full(len(orders), -7, np.int64)
    people, due = np.array([v for v, _ in orders], np.int64), np.array([t for _, t in orders], np.float64)
    size = follow(people, due, heap, place, time, taken)
    return taken[taken != -7].tolist(), heap, place, time, size


def expected(orders):
    waiting, taken = {}, []
    for v, due in orders:
        if v >= 0:
            waiting[v] = min(due, waiting.get(v, due))
        elif v == TAKE_ALL:
            waiting = {}
        else:
            first = min(waiting, key=lambda w: (waiting[w], w), default=-1)
            waiting.pop(first, None)
            taken.append(first)
    return taken, waiting


ORDERS = st.lists(
    st.tuples(
        st.integers(0, N_PEOPLE - 1) | st.just(TAKE) | st.sampled_from([TAKE, TAKE, TAKE_ALL]),
        st.sampled_from([0.0, 0.5, 1.0, 2.0, 7.25, np.inf]) | st.floats(0, 3),
    ),
    max_size=60,
)


@settings(max_examples=200)
@given(ORDERS)
def test_equals_a_list_that_is_searched_each_time(orders):
    taken, heap, place, time, size = followed(orders)
    expected_taken, waiting = expected(orders)
    assert taken == expected_taken
    assert sorted(heap[:size].tolist()) == sorted(waiting)
    assert {v: time[v] for v in waiting} == waiting
    assert [heap[place[v]] for v in waiting] == list(waiting)
    assert [v for v in range(N_PEOPLE) if place[v] == -1] == [v for v in range(N_PEOPLE) if v not in waiting]


def test_equal_times_come_out_by_number_whatever_the_order_in():
    n = 500
    order = np.random.default_rng(1).permutation(n)
    taken, *_ = followed([(int(v), 1.0) for v in order] + [(TAKE, 0.0)] * n, n)
    assert taken == list(range(n))


def test_many_people_come_out_sorted_after_being_brought_forward():
    rng = np.random.default_rng(2)
    n = 2000
    late, early = rng.random(n) + 1, rng.random(n)
    moved = rng.random(n) < 0.5
    orders = [(v, late[v]) for v in range(n)] + [(v, early[v]) for v in range(n) if moved[v]]
    orders += [(v, 5.0) for v in range(n)]  # later than what is known: nothing changes
    taken, *_ = followed(orders + [(TAKE, 0.0)] * n, n)
    assert taken == np.argsort(np.where(moved, early, late)).tolist()
