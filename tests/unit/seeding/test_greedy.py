"""Choice by simulation equals trying everybody where nothing is random, judges by other luck, says what it knows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kernel_runner import compiled_only

import wom_sim as wom
from wom_sim import Graph, ScenarioError, choose_seed_nodes
from wom_sim.seeding.candidates import candidates_from
from wom_sim.seeding.greedy import Greedy
from wom_sim.seeding.pool import Pool
from wom_sim.seeding.racing import interval_of, most_drawn, race

KEY = np.uint64(2**63 + 12345)


class Made:
    """A spread whose objective is made by hand: a function of the people who start and of each replica's luck."""

    def __init__(self, value, noise=0.0):
        self.value, self.noise, self.asked, self.told = value, noise, [], []

    def reverse(self):
        raise ScenarioError("no sets here")

    def tell(self, done, total):
        self.told.append((done, total))

    def values(self, seed_nodes, first, last, *, objective, costs=None):
        self.asked.append((seed_nodes.tolist(), first, last))
        luck = [np.random.default_rng(r).normal() for r in range(first, last)]
        return float(self.value(set(seed_nodes.tolist()))) + self.noise * np.array(luck)


def chosen(value, n, noise=0.0, **keys):
    nobody_tied = Graph.from_edges([], [], n_people=n)
    return Greedy(n_candidates=n, n_replicas=32, **keys).choose(nobody_tied, key=KEY, spread=Made(value, noise))


weights = st.lists(st.integers(-5, 5), min_size=4, max_size=8)


@given(weights, weights, st.integers(1, 3))
def test_equals_trying_everybody_step_by_step(single, together, k):
    """Any function of those who start, submodular or not; luck that all share changes no choice."""

    def value(people):
        return sum(single[v] for v in people) + sum(together[v % len(together)] for v in people if v + 1 in people)

    best = []
    for _ in range(k):
        left = [v for v in range(len(single)) if v not in best]
        best.append(max(left, key=lambda v: value({*best, v})))
    assert chosen(value, len(single), noise=3.0, n_seed_nodes=k).nodes.tolist() == best


def test_the_people_who_choose_do_not_judge():
    spread = Made(sum)
    Greedy(n_seed_nodes=2, n_replicas=32).choose(Graph.from_edges([], [], n_people=4), key=KEY, spread=spread)
    judged = [(sorted(who), first, last) for who, first, last in spread.asked if first >= 32]
    assert judged == [([2, 3], 32, 64), ([3], 32, 64)]
    assert all(last <= 32 for _, first, last in spread.asked if first < 32)


def test_who_is_clearly_behind_is_given_few_replicas():
    spread = Made(sum)
    Greedy(n_seed_nodes=1, n_replicas=256).choose(Graph.from_edges([], [], n_people=9), key=KEY, spread=spread)
    assert {last for who, first, last in spread.asked if first == 0} == {32}


def test_nobody_who_is_as_good_is_called_behind_for_bad_luck():
    """400 races of 8 who are alike: the first is called behind in one of 20 at most, 5 % + 4 SE; a clear one wins."""
    wrong = 0
    for number in range(400):
        noise = np.random.default_rng(number).normal(size=(8, 64))
        verdict = race(range(8), lambda v, first, last, noise=noise: noise[v, first:last], 64)
        wrong += 0 not in (verdict.best, *verdict.close)
        assert race(range(8), lambda v, first, last, noise=noise: noise[v, first:last] + 3.0 * (v == 5), 64).best == 5
    assert 0 < wrong / 400 <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / 400)


@pytest.mark.parametrize(("n_kept", "numbers"), [(None, [20, 10, 5, 3]), (4, [20, 4, 2, 0])])
def test_half_of_those_who_are_alike_go_on_with_twice_as_many_replicas(n_kept, numbers):
    asked = []

    def draw(v, first, last):
        asked.append((first, last))
        return np.zeros(last - first)

    assert race(range(20), draw, 256, n_kept=n_kept).best == 0
    assert [asked.count(rng) for rng in ((0, 32), (32, 64), (64, 128), (128, 256))] == numbers
    assert most_drawn(20, 256, 20 if n_kept is None else n_kept) == sum(last - first for first, last in asked)


def test_candidates_are_looked_at_all_at_times_and_else_the_twelve_most_promising():
    """Of forty who add 40, 39, ... each by herself, the first are chosen; all race for the 1st, 2nd and 5th of six."""
    spread = Made(lambda people: sum(40 - v for v in people))
    nobody_tied = Graph.from_edges([], [], n_people=40)
    choice = Greedy(n_seed_nodes=6, n_candidates=40, n_replicas=32).choose(nobody_tied, key=KEY, spread=spread)
    assert choice.nodes.tolist() == [0, 1, 2, 3, 4, 5]
    looked_at = [sum(len(who) == n and first == 0 for who, first, _ in spread.asked) for n in range(1, 7)]
    assert looked_at == [40, 39, 12, 12, 36, 12]


def test_how_far_it_is_is_told():
    spread = Made(sum, noise=1.0)
    Greedy(n_seed_nodes=3, n_replicas=64).choose(Graph.from_edges([], [], n_people=30), key=KEY, spread=spread)
    done, totals = zip(*spread.told, strict=True)
    assert list(done) == sorted(done)
    assert done[0] == 0
    n_run = sum(last - first for _, first, last in spread.asked)
    assert len(set(totals[:-1])) == 1  # foreseen at once
    assert n_run <= totals[0]
    assert spread.told[-1] == (n_run, n_run)


def test_missing_values_are_passed_over_pair_by_pair():
    known = {0: [1.0, np.nan, 1.0, np.nan], 1: [np.nan, 5.0, 2.0, np.nan], 2: [np.nan] * 4}

    def draw(v, first, last):
        return np.array(known[v])[first:last]

    assert race([0, 1, 2], draw, 4).best == 1
    assert race([2], draw, 4).best == -1
    assert interval_of(np.array([1.0, np.nan])).mean == 1.0


def test_an_interval_is_students():
    """Of 1, 2, 3: 2 -+ t(0.975, 2) / sqrt(3), t = 4.302653."""
    found = interval_of(np.array([1.0, np.nan, 2.0, 3.0]))
    assert (found.mean, found.low) == pytest.approx((2.0, 2.0 - 4.302653 / np.sqrt(3.0)))


def test_a_metric_that_is_never_defined_is_refused():
    with pytest.raises(
        ScenarioError, match=r"seeding\.objective: reach is undefined in all 32 replicas, whoever starts"
    ):
        chosen(lambda people: np.nan, 4, n_seed_nodes=1)


def test_a_metric_undefined_before_anybody_starts():
    choice = chosen(lambda people: sum(people) if people else np.nan, 4, n_seed_nodes=1)
    assert choice.nodes.tolist() == [3]
    assert "with the only person it is 3 (95 % interval 3 to 3)" in " ".join(choice.notes)


def test_the_number_asked_is_chosen_and_who_adds_nothing_is_said():
    choice = chosen(lambda people: 5.0 - len(people) ** 2 if people else 0.0, 4, n_seed_nodes=2)
    assert len(choice.nodes) == 2
    assert "the last of 2 people adds nothing, or less: -3 (95 % interval -3 to -3)" in " ".join(choice.notes)
    falls = chosen(lambda people: -float(len(people)), 4, n_seed_nodes=3)
    assert "the last 3 of 3 people add nothing, or less: the last -1 (95 % interval -1" in " ".join(falls.notes)


def test_money_goes_to_most_gain_for_it_and_stays_where_nothing_is_gained():
    graph = Graph.from_edges([0, 0, 1], [1, 2, 3], n_people=6)  # cost 2, 1, 0, 0, 0, 0
    gain = {0: 4.0, 1: 3.0, 2: 0.5, 3: -1.0, 4: -1.0, 5: -1.0}
    choice = Greedy(budget=3.0, cost_per_contact=1.0, n_replicas=16).choose(
        graph, key=KEY, spread=Made(lambda people: sum(gain[v] for v in people))
    )
    assert choice.nodes.tolist() == [2, 1, 0]
    stops = chosen(lambda people: -len(people), 4, budget=3.0, cost_per_person=1.0)
    assert len(stops.nodes) == 0
    assert "what is left is kept" in " ".join(stops.notes)


def test_one_dear_person_beats_cheap_ones_where_she_brings_more():
    """The cheap pair gains 2 for each unit of money, the dear one 1.5, but who buys the pair lacks her price."""
    graph = Graph.from_edges([0] * 10 + [1, 2], [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 3, 4], n_people=12)
    gain = dict.fromkeys(range(12), -1.0) | {0: 15.0, 1: 2.0, 2: 2.0}
    choice = Greedy(budget=10.0, cost_per_contact=1.0, cost_per_person=1e-9, n_replicas=16).choose(
        graph, key=KEY, spread=Made(lambda people: sum(gain[v] for v in people))
    )
    assert choice.nodes.tolist() == [0]
    assert "one person brings more than 2" in " ".join(choice.notes)


def test_candidates_are_distinct_may_be_chosen_and_come_from_all_sources():
    graph = Graph.from_edges([0] * 30 + [1] * 20, [*range(2, 32), *range(2, 22)], n_people=60)
    may = np.arange(60) != 1
    spread = wom.engine.plan.prepare_direct(graph, wom.IndependentCascade(share_prob=0.5), rng_seed=1)
    found, says = candidates_from(graph, Pool(may, np.zeros(0, np.int32), 3, 0.0, np.zeros(60)), spread, KEY, 20)
    assert len(set(found.tolist())) == 20
    assert may[found].all()
    assert found[0] == 0
    assert says.startswith("20 candidates: 10 by reverse-reachable sets (reach of independent_cascade), 5 by number")
    found, says = candidates_from(graph, Pool(may, np.zeros(0, np.int32), 3, 0.0, np.zeros(60)), Made(len), KEY, 20)
    assert says == "20 candidates: 10 by number of listeners, 10 by lot"


def broom():
    """Person 0 has four listeners; person 5 one, who hands on to everybody of a chain of ten."""
    return Graph.from_edges([0, 0, 0, 0, *range(5, 15)], [1, 2, 3, 4, *range(6, 16)])


@pytest.mark.parametrize(
    ("model", "keys"),
    [(wom.IndependentCascade(share_prob=1.0), {}), (wom.Threshold(fraction=0.5), {}), (wom.LinearThreshold(), {})],
)
def test_finds_who_reaches_most_where_degree_is_wrong(model, keys):
    graph = broom()
    assert choose_seed_nodes(graph, k=1).nodes == [0]
    assert choose_seed_nodes(graph, model, k=2, strategy="greedy", rng_seed=1, **keys).nodes == [5, 0]


def test_bad_word_of_mouth_is_not_begun_where_it_would_spread():
    """At quality 0.2 the hub's 20 listeners mostly hear bad things: best is somebody whom nobody hears."""
    graph = Graph.from_edges([0] * 20, range(1, 21))
    model = wom.NegativeOpinion(share_prob=1.0, quality=0.2)
    by_net = choose_seed_nodes(graph, model, k=1, strategy="greedy", rng_seed=1, objective="positive - negative")
    assert by_net.nodes != [0]
    assert "adds nothing, or less" in " ".join(by_net.notes)
    by_reach = choose_seed_nodes(graph, model, k=1, strategy="greedy", rng_seed=1)
    assert by_reach.nodes == [0]


@compiled_only
@pytest.mark.parametrize("objective", ["conversions", "social_equity", "positive_tells - negative_tells"])
def test_campaigns(objective):
    graph = Graph.from_edges([0] * 12 + [13], [*range(1, 13), 14])
    model = wom.Campaign(
        word_of_mouth={"satisfied_tells": 6.0, "persuasion_prob": 0.5, "dissatisfied_fraction": 0.0},
        value={"price": 10.0, "margin": 5.0},
    )
    asked = {"horizon": "30d", "starting": {"start_as": "satisfied"}, "rng_seed": 1, "n_replicas": 64}
    choice = choose_seed_nodes(graph, model, k=1, strategy="greedy", objective=objective, cost_per_person=1.0, **asked)
    assert choice.nodes == [0]
    assert f"as {objective} need not be submodular" in " ".join(choice.notes)


def test_metrics_that_need_curves_are_known():
    """Of a chain of ten and a hub, half of those reached by the end are reached latest along the chain."""
    model = wom.IndependentCascade(share_prob=1.0)
    choice = choose_seed_nodes(broom(), model, k=1, strategy="greedy", rng_seed=1, objective="time_to_half")
    assert choice.nodes == [5]


def test_a_metric_that_is_not_there_is_named():
    with pytest.raises(
        ScenarioError, match=r"^objective: weighted_cascade has no metric 'reech'; did you mean 'reach'"
    ):
        choose_seed_nodes(broom(), wom.WeightedCascade(), k=1, strategy="greedy", objective="reech")
    with pytest.raises(ScenarioError, match="n_candidates: must be at least n_seed_nodes, 3, got 2"):
        Greedy(n_seed_nodes=3, n_candidates=2)
    with pytest.raises(ScenarioError, match="strategy 'greedy' looks at what spreads"):
        choose_seed_nodes(broom(), k=1, strategy="greedy")


@pytest.mark.parametrize("strategy", ["greedy", "celf", "opim", "imm", "degree", "random"])
def test_where_everybody_is_wanted_there_is_nothing_to_choose(strategy, monkeypatch):
    monkeypatch.setattr("wom_sim.engine.prepared.Prepared.values", None)
    choice = choose_seed_nodes(broom(), wom.WeightedCascade(), k=15, strategy=strategy, rng_seed=1, already=[0])
    assert choice.nodes[0] == 0
    assert sorted(choice.nodes) == list(range(16))
    assert "seeding: everybody who may be chosen starts, whatever the strategy" in choice.notes
