"""Theory over a simulation of epidemics, cascades with opinions and brands, and consumers who talk."""

import networkx as nx
import numpy as np
import pytest

import wom_sim as wom
from kernel_runner import compiled_only
from wom_sim.graph.csr import complete_graph
from wom_sim.models.bad_news import BadNews
from wom_sim.models.competitive_cascade import CompetitiveCascade
from wom_sim.models.epidemics import SEIR, SI, SIR, SIS
from wom_sim.models.exposure_response import ExposureResponse
from wom_sim.models.negative_opinion import NegativeOpinion
from wom_sim.models.talk_of_the_network import TalkOfTheNetwork
from wom_sim.theory import DegreeDistribution, edge_based_sir, mass_action_sir
from wom_sim.theory.epidemic_curves import edge_based_seir, mass_action_seir

DIAMOND = wom.Graph.from_edges([0, 0, 1, 2], [1, 2, 3, 3])
N = 20_000
TIMED = {"clock": "events", "record_every": "12h"}
PERIODS = {
    SI: {},
    SIR: {"recover_rate": 0.5},
    SEIR: {"recover_rate": 0.5, "onset_rate": 0.7},
}


def line_of(model, graph, seed_nodes=(), n_steps=20):
    return model.theory_line(graph, np.array(seed_nodes, np.int32), n_steps)


def assert_on_line(graph, model, starters, *, n_steps, rtol):
    result = wom.simulate(graph, model, seed_nodes=starters, n_replicas=20, rng_seed=3, max_steps=n_steps)
    line = result.theory_line().heights
    np.testing.assert_allclose(result.curve.mean(axis=0), line[: result.curve.shape[1]], rtol=rtol)


@compiled_only
@pytest.mark.parametrize("kind", PERIODS)
def test_epidemics_over_time_on_a_random_network(kind):
    """2,000 of 20,000 start; the network, the starters and 20 replicas leave 2 %."""
    graph = wom.Graph.from_networkx(nx.random_regular_graph(4, N, seed=3))
    starters = np.random.default_rng(4).permutation(N)[:2000].tolist()
    assert_on_line(graph, kind(**TIMED, infect_rate=0.3, **PERIODS[kind]), starters, n_steps=30, rtol=0.02)


@compiled_only
@pytest.mark.parametrize("kind", PERIODS)
def test_epidemics_over_time_where_all_meet_all(kind):
    model = kind(**TIMED, infect_rate=0.8 / N, **PERIODS[kind])
    assert_on_line(complete_graph(N), model, list(range(2000)), n_steps=30, rtol=0.02)


def test_starters_who_are_exposed_are_late():
    degrees, at = DegreeDistribution.poisson(5.0), [1.0, 5.0, 400.0]
    rates = {"infect_rate": 0.3, "recover_rate": 0.5, "times": at}
    mixing = rates | {"infect_rate": 1.5}
    at_once = edge_based_sir(degrees, initial_share=0.02, **rates).susceptible
    waiting = edge_based_seir(degrees, onset_rate=0.7, initial_share=0.02, start="exposed", **rates)
    assert (waiting.susceptible[:2] > at_once[:2]).all()
    assert waiting.susceptible[2] == pytest.approx(at_once[2], abs=1e-6)
    hasty = edge_based_seir(degrees, onset_rate=1e5, initial_share=0.02, start="exposed", **rates)
    assert hasty.susceptible == pytest.approx(at_once, abs=1e-4)
    mixed = mass_action_seir(onset_rate=1e5, initial_share=0.02, start="exposed", **mixing)
    assert mixed.susceptible == pytest.approx(mass_action_sir(initial_share=0.02, **mixing).susceptible, abs=1e-4)
    start = mass_action_seir(onset_rate=0.7, initial_share=0.02, start="exposed", **(mixing | {"times": [0.0]}))
    assert (start.susceptible[0], start.exposed[0], start.infectious[0]) == (0.98, 0.02, 0.0)


def brands(*chances):
    return CompetitiveCascade(brands=[{"name": f"b{i}", "share_prob": p} for i, p in enumerate(chances)])


@pytest.mark.parametrize(
    "model",
    [
        SIR(infect_prob=0.5, duration_steps=1),
        NegativeOpinion(share_prob=0.5, quality=0.3),
        ExposureResponse(adoption_prob=[0.5, 0.5]),
        brands(0.5, 0.5),
    ],
    ids=lambda model: model.kind,
)
def test_what_reaches_as_a_cascade_has_its_line(model):
    assert line_of(model, DIAMOND, [0], 3).heights.tolist() == [1.0, 2.0, 2.4375, 2.4375]
    result = wom.simulate(DIAMOND, model, seed_nodes=[0], n_replicas=2000, rng_seed=6)
    mean, error = result.curve.mean(axis=0), result.curve.std(axis=0, ddof=1) / np.sqrt(2000)
    assert (np.abs(mean - result.theory_line().heights) <= 4 * error).all()


@compiled_only
def test_talk_where_ties_are_drawn_anew():
    model = TalkOfTheNetwork(strong_ties=17)
    assert_on_line(complete_graph(N), model, [], n_steps=15, rtol=0.03)
    assert_on_line(complete_graph(N), TalkOfTheNetwork(strong_prob=0.3 / N), [], n_steps=25, rtol=0.03)
    # Beside nobody's strong ties the network is of no account.
    ring = wom.Graph.from_networkx(nx.cycle_graph(N))
    assert_on_line(ring, TalkOfTheNetwork(strong_prob=0.0), [], n_steps=25, rtol=0.03)


@compiled_only
@pytest.mark.parametrize("keys", [{"weak_ties": 300, "weak_prob": 0.001, "strong_prob": 0.0}, {"weak_ties": 0}])
def test_bad_news_of_many_contacts(keys):
    keys = {"strong_prob": 0.3 / N, "advertise_prob": 0.005} | keys
    assert_on_line(complete_graph(N), BadNews(**keys), [], n_steps=30, rtol=0.04)


RING = wom.Graph.from_networkx(nx.cycle_graph(100))
ARROWS = wom.Graph.from_edges(np.arange(100), (np.arange(100) + 1) % 100)
MANY = range(50)


@pytest.mark.parametrize(
    ("model", "graph", "seed_nodes"),
    [
        (SIS(**TIMED, infect_rate=0.3, recover_rate=0.5), RING, MANY),
        (SIR(infect_prob=0.3, recover_prob=0.5), RING, MANY),
        (SIR(infect_prob=0.3, duration_steps=2), RING, MANY),
        (SIR(**TIMED, infect_rate=0.3, duration={"kind": "fixed", "length": "2d"}), RING, MANY),
        (SIR(**TIMED, infect_rate=0.3, recover_rate=0.5), ARROWS, MANY),
        (SIR(**TIMED, infect_rate=0.3, recover_rate=0.5), RING, [0]),
        (SEIR(**TIMED, infect_rate=0.3, recover_rate=0.5, onset_rate=0.0), RING, MANY),
        (brands(0.5, 0.4), DIAMOND, [0]),
        (ExposureResponse(adoption_prob=[0.0, 1.0]), DIAMOND, [0]),
        (TalkOfTheNetwork(), RING, []),
        (TalkOfTheNetwork(), complete_graph(100), []),
        (TalkOfTheNetwork(strong_ties=5), complete_graph(100), [0]),
        (TalkOfTheNetwork(strong_ties=5, weak="fixed"), complete_graph(100), []),
        (BadNews(strong_ties=5), complete_graph(100), []),
        (BadNews(weak_ties=300, weak_prob=0.001, strong_prob=0.0), complete_graph(100), [0]),
    ],
)
def test_no_line_where_theory_does_not_apply(model, graph, seed_nodes):
    assert line_of(model, graph, seed_nodes) is None


def test_rates_that_differ_have_no_line():
    graph = wom.Graph.from_edges([0, 1], [1, 2], directed=False, tie_columns={"b": [0.1, 0.2]}, n_people=40)
    model = SI(**TIMED, infect_rate="b")
    assert line_of(model, graph, range(30)) is None
