"""The agenda against a sorted list: whoever is noted down, brought forward and struck off."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from wom_sim.kernels._jit import kernel
from wom_sim.kernels.agenda import clear, new_agenda, note_down, someone_waits, strike_first

TAKE, TAKE_ALL = -1, -2
N_PEOPLE = 9


@kernel
def follow(orders, due, agenda, time, taken):
    """Note down person orders[i] for due[i] where that is sooner, or take the first one (-1: nobody waits), or all."""
    n_taken = 0
    for i in range(orders.shape[0]):
        if orders[i] >= 0:
            if due[i] < time[orders[i]]:
                note_down(agenda, time, orders[i], due[i])
        elif orders[i] == TAKE_ALL:
            clear(agenda, time)
        else:
            taken[n_taken] = -1
            if someone_waits(agenda, time):
                taken[n_taken] = agenda.who[0]
                time[agenda.who[0]] = -np.inf  # taken: not to be noted down again
                strike_first(agenda)
            n_taken += 1


def followed(orders, n_people=N_PEOPLE):
    time, taken = np.full(n_people, np.inf), np.full(len(orders), -7, np.int64)
    people, due = np.array([v for v, _ in orders], np.int64), np.array([t for _, t in orders], np.float64)
    agenda = new_agenda(n_people)
    follow(people, due, agenda, time, taken)
    return taken[taken != -7].tolist(), time, agenda


def expected(orders, n_people=N_PEOPLE):
    waiting, gone, taken = {}, set(), []
    for v, due in orders:
        if v >= 0:
            if v not in gone:
                waiting[v] = min(due, waiting.get(v, due))
        elif v == TAKE_ALL:
            waiting = {}
        else:
            first = min(waiting, key=lambda w: (waiting[w], w), default=-1)
            waiting.pop(first, None)
            gone.add(first)
            taken.append(first)
    return taken, [-np.inf if v in gone else waiting.get(v, np.inf) for v in range(n_people)]


ORDERS = st.lists(
    st.tuples(
        st.integers(0, N_PEOPLE - 1) | st.just(TAKE) | st.sampled_from([TAKE, TAKE, TAKE_ALL]),
        st.sampled_from([0.0, 0.5, 1.0, 2.0, 7.25]) | st.floats(0, 3),
    ),
    max_size=80,
)


@settings(max_examples=200)
@given(ORDERS)
def test_equals_a_list_that_is_searched_each_time(orders):
    taken, time, agenda = followed(orders)
    expected_taken, expected_time = expected(orders)
    assert taken == expected_taken
    assert time.tolist() == expected_time
    assert agenda.size[0] <= 2 * N_PEOPLE + 1


def test_equal_times_come_out_by_number_whatever_the_order_in():
    n = 500
    order = np.random.default_rng(1).permutation(n)
    taken, *_ = followed([(int(v), 1.0) for v in order] + [(TAKE, 0.0)] * n, n)
    assert taken == list(range(n))


def test_people_brought_forward_more_often_than_there_is_room_come_out_once_and_sorted():
    rng = np.random.default_rng(2)
    n, turns = 300, 20
    due = rng.random((turns, n)) + np.arange(turns, 0, -1)[:, None]
    orders = [(v, due[turn, v]) for turn in range(turns) for v in rng.permutation(n).tolist()]
    taken, *_ = followed(orders + [(TAKE, 0.0)] * (n + 1), n)
    assert taken == [*np.argsort(due[-1]).tolist(), -1]
