"""The kernel of chosen ties against its oracle, choice for choice, backward and forward."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from choice_runner import FORMS, choice_ties, new_scratch, spread
from kernel_runner import JIT_OFF, NO_LIMIT, only, pairs, replica_keys, store
from oracles import live_edge as oracle
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.kernels.chosen_ties import ChosenTies, chosen_share
from wom_sim.kernels.live_edge import AT_MAX_STEPS, DIED_OUT, HALTED

more_examples = settings(max_examples=30 if JIT_OFF else 150, deadline=None)
both_forms = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)

rng_seeds = st.integers(0, 2**64 - 1)
first_replicas = st.sampled_from([0, 1, 511, 512, 10**6, 2**31, 2**40 - 1])
step_limits = st.sampled_from([0, 1, 2, 3, 11, 1000, NO_LIMIT])


@dataclass(frozen=True)
class Case:
    """A network with weights, as the kernel takes it, and the live ties from the oracle."""

    graph: Graph
    weights: list[Fraction] | None
    ties: ChosenTies

    def live(self, rng_seed, replica):
        return oracle.live_by_choice(pairs(self.graph), self.weights, oracle.replica_key(rng_seed, replica))

    def outcome(self, seed_nodes, rng_seed, replica, max_steps=NO_LIMIT):
        live = self.live(rng_seed, replica)
        return oracle.spread(self.graph.n_people, pairs(self.graph), live, seed_nodes, max_steps)


def everybody_tied(n):
    return store(n, [(u, v) for u in range(n) for v in range(n)])


@st.composite
def networks(draw, max_people=12):
    n = draw(st.integers(1, max_people))
    person = st.integers(0, n - 1)
    return store(n, draw(st.lists(st.tuples(person, person), max_size=4 * n)), directed=draw(st.booleans()))


@st.composite
def crowds(draw):
    """Three people listen to everybody, and everybody to one of them or to all."""
    n = draw(st.integers(17, 40))
    told = draw(st.sampled_from([1, 3]))
    return store(n, [(u, v) for u in range(n) for v in range(n) if v < 3 or u < told])


@st.composite
def given_weights(draw, graph):
    """Weights of all ties with sums of at most 1, often exactly 1, some of them 0; fractions, so sums are exact."""
    luck = draw(st.randoms(use_true_random=False))
    parts = [luck.choice([0, 0, 1, 2, 5]) for _ in range(graph.n_ties)]
    left_over = draw(st.sampled_from([0, 1, 7]))
    whole = np.bincount(graph.indices, weights=parts, minlength=graph.n_people) + left_over
    return [Fraction(part, max(int(whole[v]), 1)) for part, v in zip(parts, graph.indices, strict=True)]


@st.composite
def cases(draw):
    n = draw(st.integers(1, 9))
    graph = draw(st.one_of(networks(), networks(), crowds(), st.sampled_from([complete_graph(n), everybody_tied(n)])))
    weights = draw(given_weights(graph)) if draw(st.booleans()) and not graph.complete else None
    case = Case(graph, weights, choice_ties(graph, weights))
    return case, draw(st.lists(st.integers(0, graph.n_people - 1), max_size=5))


def assert_equal(left, right):
    for a, b in zip(left, right, strict=True):
        np.testing.assert_array_equal(a, b)


# Against the oracle.


@both_forms
@more_examples
@given(cases(), rng_seeds, first_replicas, st.integers(1, 3), step_limits, st.integers(1, 13))
def test_agrees_with_the_oracle_choice_for_choice(form, case_and_seeds, rng_seed, first, n_replicas, max_steps, width):
    case, seed_nodes = case_and_seeds
    keys = replica_keys(rng_seed, n_replicas, first)
    out = spread(case.ties, seed_nodes, keys, max_steps=max_steps, width=width, form=form)

    for i in range(n_replicas):
        expected = case.outcome(seed_nodes, rng_seed, first + i, max_steps)
        assert out.reach[i] == expected.reach
        assert out.last_step[i] == expected.last_step
        assert out.stop[i] == expected.stop
        assert out.newly[i].tolist() == [*expected.newly, *[0] * width][:width]


@both_forms
@more_examples
@given(cases(), rng_seeds, first_replicas, step_limits)
def test_people_come_in_order_of_steps_after_whom_they_listen_to(form, case_and_seeds, rng_seed, replica, max_steps):
    case, seed_nodes = case_and_seeds
    scratch = new_scratch(case.graph.n_people)
    keys = replica_keys(rng_seed, 1, replica)
    out = spread(case.ties, seed_nodes, keys, max_steps=max_steps, scratch=scratch, form=form)
    steps = case.outcome(seed_nodes, rng_seed, replica, max_steps).steps
    heard = {pairs(case.graph)[e][1]: pairs(case.graph)[e][0] for e in case.live(rng_seed, replica)}

    people = scratch.order[: out.reach[0]].tolist()
    assert sorted(people) == [v for v, step in enumerate(steps) if step >= 0]
    assert [steps[v] for v in people] == sorted(steps[v] for v in people)
    for v in people:
        assert scratch.parent[v] == (-1 if v in seed_nodes else heard[v])


@more_examples
@given(cases(), rng_seeds, first_replicas, step_limits, st.booleans())
def test_both_forms_give_the_same_in_the_same_order(case_and_seeds, rng_seed, first, max_steps, traced):
    case, seed_nodes = case_and_seeds
    keys = replica_keys(rng_seed, 1, first)
    scratches = [new_scratch(case.graph.n_people, traced=traced) for _ in FORMS]
    runs = zip(FORMS.values(), scratches, strict=True)
    outs = [spread(case.ties, seed_nodes, keys, max_steps=max_steps, scratch=s, form=form) for form, s in runs]

    assert_equal(*outs)
    order = scratches[0].order[: outs[0].reach[0]]
    np.testing.assert_array_equal(order, scratches[1].order[: outs[1].reach[0]])
    if traced:
        np.testing.assert_array_equal(scratches[0].parent[order], scratches[1].parent[order])


@pytest.mark.parametrize("weighted", [False, True])
def test_both_forms_agree_on_a_larger_network(weighted):
    rng = np.random.default_rng(3)
    n = 200 if JIT_OFF else 150_000  # more people than choose between two looks at the halt flag
    graph = Graph.from_edges(rng.integers(0, n, 6 * n), (n * rng.random(6 * n) ** 2).astype(int), n_people=n)
    ties = _with_even_ends(choice_ties_of(graph)) if weighted else choice_ties_of(graph)
    keys = replica_keys(8, 5)
    backward, forward = (spread(ties, range(0, n, 40), keys, width=200, form=form) for form in FORMS.values())

    assert_equal(backward, forward)
    assert backward.reach.min() > n / 20


def choice_ties_of(graph):
    return ChosenTies(graph.indptr, graph.indices, graph.n_people, False, *graph.in_ties, np.zeros(0, np.uint64))


def _with_even_ends(ties):
    """Shares that leave a tenth of everybody's numbers to nobody."""
    degree = np.diff(ties.in_indptr)
    rank = np.arange(len(ties.sources)) - np.repeat(ties.in_indptr[:-1], degree) + 1
    return ties._replace(end=(0.9 * rank / np.repeat(degree, degree) * 2.0**63).astype(np.uint64))


@both_forms
@settings(deadline=None)
@given(st.integers(1, 9), st.data(), rng_seeds, first_replicas, step_limits)
def test_complete_mixing_equals_the_stored_complete_network(form, n, data, rng_seed, first, max_steps):
    seed_nodes, keys = data.draw(st.lists(st.integers(0, n - 1), max_size=3)), replica_keys(rng_seed, 3, first)
    mixing, stored = choice_ties(complete_graph(n)), choice_ties(everybody_tied(n))

    left = spread(mixing, seed_nodes, keys, max_steps=max_steps, form=form)
    assert_equal(left, spread(stored, seed_nodes, keys, max_steps=max_steps, form=form))


@both_forms
@settings(deadline=None)
@given(rng_seeds, st.integers(0, 2**20), st.sampled_from([1, 2, 5, 2**40]))
def test_a_share_holds_its_first_number_and_not_its_end(form, rng_seed, replica, width):
    """Two ties into person 2, the second one's share laid around 2's own number, border by border."""
    x = oracle.choice_number(oracle.replica_key(rng_seed, replica), 2)
    assume(width <= x < 2**63 - width)
    keys, graph = replica_keys(rng_seed, 1, replica), store(3, [(0, 2), (1, 2)])

    def chosen(low):
        ties = choice_ties(graph)._replace(end=np.array([low, low + width], np.uint64))
        scratch = new_scratch(3)
        n_reached = spread(ties, [0, 1], keys, scratch=scratch, form=form).reach[0]
        return int(scratch.parent[2]) if n_reached == 3 else None

    assert chosen(x) == 1
    assert chosen(x - width + 1) == 1
    assert chosen(x + 1) == 0
    assert chosen(x - width) is None


@more_examples
@given(st.integers(1, 2**31 - 1), st.integers(0, 2**31 - 1), st.integers(-2, 2), st.integers(0, 2**63 - 1))
def test_the_share_of_a_number_is_exact_in_64_bits(n_shares, rank, beside, anywhere):
    border = rank % n_shares * 2**63 // n_shares + beside
    for x in (min(max(border, 0), 2**63 - 1), anywhere, 0, 2**63 - 1):
        k = int(chosen_share(np.uint64(x), n_shares))
        assert k * 2**63 // n_shares <= x < (k + 1) * 2**63 // n_shares


# What must hold exactly, replica by replica.


@both_forms
@settings(deadline=None)
@given(cases(), st.data(), rng_seeds, first_replicas, step_limits)
def test_more_seed_nodes_lose_nobody(form, case_and_seeds, data, rng_seed, first, max_steps):
    case, seed_nodes = case_and_seeds
    more = seed_nodes + data.draw(st.lists(st.integers(0, case.graph.n_people - 1), max_size=3))

    def reached(starters):
        scratch = new_scratch(case.graph.n_people)
        keys = replica_keys(rng_seed, 1, first)
        out = spread(case.ties, starters, keys, max_steps=max_steps, scratch=scratch, form=form)
        return set(scratch.order[: out.reach[0]].tolist())

    assert reached(seed_nodes) <= reached(more)


@both_forms
@settings(deadline=None)
@given(cases(), rng_seeds, st.integers(0, 12))
def test_fewer_steps_are_the_beginning_of_more(form, case_and_seeds, rng_seed, max_steps):
    case, seed_nodes = case_and_seeds
    keys = replica_keys(rng_seed, 2)
    short = spread(case.ties, seed_nodes, keys, max_steps=max_steps, width=14, form=form)
    whole = spread(case.ties, seed_nodes, keys, width=14, form=form)

    assert short.newly[:, : max_steps + 1].tolist() == whole.newly[:, : max_steps + 1].tolist()
    assert not short.newly[:, max_steps + 1 :].any()
    assert (short.last_step == np.minimum(whole.last_step, max_steps)).all()
    assert whole.stop.tolist() == [DIED_OUT] * 2


@both_forms
@settings(deadline=None)
@given(cases(), rng_seeds, first_replicas, step_limits)
def test_chunks_change_nothing_and_memory_is_left_clean(form, case_and_seeds, rng_seed, first, max_steps):
    """Replicas together, alone, and backwards on one thread's memory; then halted, and run once more."""
    case, seed_nodes = case_and_seeds
    keys, scratch = replica_keys(rng_seed, 4, first), new_scratch(case.graph.n_people)
    together = spread(case.ties, seed_nodes, keys, max_steps=max_steps, scratch=scratch, form=form)
    assert not scratch.reached.any()

    for r in reversed(range(4)):
        alone = spread(case.ties, seed_nodes, only(keys, r), max_steps=max_steps, scratch=scratch, form=form)
        assert_equal(alone, (array[r : r + 1] for array in together))
    scratch.halt[0] = 1
    halted = spread(case.ties, seed_nodes, keys, max_steps=max_steps, scratch=scratch, form=form)
    assert set(halted.stop.tolist()) <= {HALTED, DIED_OUT, AT_MAX_STEPS}
    assert not scratch.reached.any()
    scratch.halt[0] = 0
    assert_equal(spread(case.ties, seed_nodes, keys, max_steps=max_steps, scratch=scratch, form=form), together)


@both_forms
def test_a_halted_replica_says_so(form):
    scratch = new_scratch(3)
    scratch.halt[0] = 1
    out = spread(choice_ties(complete_graph(3)), [0], replica_keys(1, 2), scratch=scratch, form=form)

    assert out.stop.tolist() == [HALTED] * 2


@both_forms
@settings(deadline=None)
@given(cases(), rng_seeds)
def test_repeats_and_order_of_seed_nodes_change_nothing(form, case_and_seeds, rng_seed):
    case, seed_nodes = case_and_seeds
    keys = replica_keys(rng_seed, 2)
    once = spread(case.ties, sorted(set(seed_nodes)), keys, form=form)

    assert_equal(spread(case.ties, seed_nodes, keys, form=form), once)


@both_forms
@settings(deadline=None)
@given(cases(), rng_seeds, step_limits)
def test_ties_examined_are_those_of_whoever_could_tell_others(form, case_and_seeds, rng_seed, max_steps):
    case, seed_nodes = case_and_seeds
    n, keys = case.graph.n_people, replica_keys(rng_seed, 2)
    out = spread(case.ties, seed_nodes, keys, max_steps=max_steps, form=form)
    again = [np.zeros_like(array) for array in out]
    found = form(case.ties, np.array(seed_nodes, np.int32), keys, max_steps, new_scratch(n), type(out)(*again))

    steps = [case.outcome(seed_nodes, rng_seed, r, max_steps).steps for r in range(2)]
    assert found == sum(sum(0 <= step_of[u] < max_steps for u, _ in pairs(case.graph)) for step_of in steps)


# Single cases.


@both_forms
@pytest.mark.parametrize(
    ("max_steps", "last_step", "stop"), [(2, 2, AT_MAX_STEPS), (3, 3, AT_MAX_STEPS), (4, 3, DIED_OUT)]
)
def test_a_line_walked_to_its_end_and_stopped_on_the_way(form, max_steps, last_step, stop):
    """0 -> 1 -> 2 -> 3, each the only one listened to: person 3 is reached at step 3 and would speak at step 4."""
    line = choice_ties(store(4, [(0, 1), (1, 2), (2, 3)]))
    out = spread(line, [0], replica_keys(1, 1), max_steps=max_steps, form=form)

    assert (out.last_step[0], out.stop[0], out.reach[0]) == (last_step, stop, last_step + 1)


@both_forms
def test_a_single_in_tie_of_weight_1_is_always_chosen(form):
    """Its share is all of [0, 2^63): its end needs the 64th bit."""
    for weights in (None, [1]):
        out = spread(choice_ties(store(2, [(0, 1)]), weights), [0], replica_keys(3, 300), form=form)
        assert (out.reach == 2).all()


@both_forms
def test_a_chunk_without_replicas_writes_nothing(form):
    out = spread(choice_ties(complete_graph(3)), [0], replica_keys(1, 0), form=form)

    assert [len(array) for array in out] == [0, 0, 0, 0]
