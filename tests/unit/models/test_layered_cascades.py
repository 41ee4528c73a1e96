"""Strength of layers in cascades, and networks that a model does not know refused in one line."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diffusion_runner import replicas
from wom_sim import (
    ExposureResponse,
    Graph,
    GraphError,
    IndependentCascade,
    LinearThreshold,
    TimedCascade,
    WeightedCascade,
    read_scenario,
    run,
    simulate,
)
from wom_sim.cli.tables import ties_of
from wom_sim.graph.layers import Layer
from wom_sim.models.contact_cascade import ContactCascade
from wom_sim.seeding.neighbourhood import Neighbourhood

STRENGTHS = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@st.composite
def layered_networks(draw):
    """People tied on two platforms, often on both; a chance and a weight for each tie."""
    n = draw(st.integers(2, 7))
    ends = [(u, v) for u in range(n) for v in range(n) if u != v]
    rows = draw(st.lists(st.tuples(st.sampled_from(ends), st.sampled_from("ab")), min_size=1, max_size=20, unique=True))
    src, dst = np.array([pair for pair, _ in rows]).T
    graph = Graph.from_edges(
        src,
        dst,
        n_people=n,
        layers=[layer for _, layer in rows],
        tie_columns={"p": np.arange(len(rows)) % 5 / 4.0, "w": 1.0 + np.arange(len(rows)) % 3},
    )
    return graph.with_layers([Layer(name=layer.name, strength=draw(STRENGTHS)) for layer in graph.layers])


def alone(graph, **columns):
    """The same ties, without layers, with columns of our own."""
    src = np.repeat(np.arange(graph.n_people), np.diff(graph.indptr))
    return Graph(
        graph.indptr, graph.indices, graph.directed, graph.labels, {k: np.array(v, float) for k, v in columns.items()}
    ), src


def strengths(graph):
    return [graph.layers[i].strength for i in graph.tie_layers.tolist()]


def outcome(graph, model, rng_seed):
    result = simulate(graph, model, seed_nodes=[0, 1], n_replicas=40, rng_seed=rng_seed)
    return result.reach.tolist(), result.curve.tolist()


@settings(max_examples=40, deadline=None)
@given(layered_networks(), st.sampled_from([0.3, 1.0, "p"]), st.integers(0, 2**64 - 1))
def test_strength_multiplies_the_chance_of_a_tie(graph, chance, rng_seed):
    one = graph.tie_column("p") if chance == "p" else np.full(graph.n_ties, chance)
    plain, _ = alone(graph, p=one * strengths(graph))
    expected = outcome(plain, IndependentCascade(share_prob="p"), rng_seed)
    assert outcome(graph, IndependentCascade(share_prob=chance), rng_seed) == expected


@settings(max_examples=40, deadline=None)
@given(layered_networks(), st.integers(0, 2**64 - 1))
def test_strength_multiplies_one_by_indegree_over_all_layers(graph, rng_seed):
    plain, _ = alone(graph, p=np.array(strengths(graph)) / graph.in_degree[graph.indices])
    expected = outcome(plain, IndependentCascade(share_prob="p"), rng_seed)
    assert outcome(graph, WeightedCascade(), rng_seed) == expected


@settings(max_examples=40, deadline=None)
@given(layered_networks(), st.booleans(), st.integers(0, 2**64 - 1))
def test_strength_multiplies_weights_before_they_are_normalised(graph, own, rng_seed):
    weights = graph.tie_column("w") if own else 1.0 / graph.in_degree[graph.indices]
    plain, _ = alone(graph, w=weights * strengths(graph))
    expected = outcome(plain, LinearThreshold(weight="w", normalise=True), rng_seed)
    assert outcome(graph, LinearThreshold(weight="w" if own else None, normalise=True), rng_seed) == expected


def test_equal_weights_keep_what_strength_leaves_of_them():
    """v listens to two people equally, to one at half strength: chance 1/2 + 1/4 that somebody is listened to."""
    graph = Graph.from_edges([0, 1], [2, 2], layers=["a", "b"]).with_layers([Layer(name="b", strength=0.5)])
    assert LinearThreshold().shares(graph)[1].tolist() == [2**62, 2**61]


@settings(max_examples=40, deadline=None)
@given(layered_networks(), st.integers(0, 2**64 - 1))
def test_constant_exposure_response_is_the_layered_cascade(graph, rng_seed):
    expected = outcome(graph, IndependentCascade(share_prob=0.6), rng_seed)
    assert outcome(graph, ExposureResponse(adoption_prob=[0.6]), rng_seed) == expected


def test_each_exposure_has_the_strength_of_its_layer():
    """Second exposures count: on the platform of strength 0 they do not."""
    graph = Graph.from_edges([0, 1], [2, 2], layers=["a", "b"])
    model = ExposureResponse(adoption_prob=[0.0, 1.0])
    assert replicas(graph, model, [0, 1], 1)[0].counts["reach"] == 3
    weak = graph.with_layers([Layer(name="b", strength=0.0)])
    assert replicas(weak, model, [0, 1], 1)[0].counts["reach"] == 2


LAYERED = Graph.from_edges([0, 0, 1], [1, 1, 2], layers=["mail", "chat", "chat"])
TIMED = Graph.from_edges([0, 1], [1, 2], times=[0, 1])


@pytest.mark.parametrize(
    ("graph", "model", "said"),
    [
        (
            LAYERED.with_layers([Layer(name="chat", strength=3.0)]),
            IndependentCascade(share_prob=0.5),
            "share_prob: 0.5 times 3, the strength of layer 'chat', is 1.5, above 1; lower one of them",
        ),
        (
            LAYERED.with_layers([Layer(name="chat", strength=3.0)]),
            WeightedCascade(),
            "1 / indegree: 1 times 3, the strength of layer 'chat', is 3, above 1; lower one of them",
        ),
        (
            LAYERED.with_layers([Layer(name="chat", strength=3.0)]),
            LinearThreshold(),
            (
                "equal weights times strength into a person must sum to at most 1, got 3 into 2; "
                "write `normalise = true` to divide by the sum"
            ),
        ),
        (
            LAYERED.with_layers([Layer(name="chat", delay="2h")]),
            IndependentCascade(share_prob=0.5),
            "layers.chat.delay: independent_cascade has no clock to which it could be added; remove it",
        ),
        (
            TIMED,
            WeightedCascade(),
            (
                'weighted_cascade knows no times of contacts; write [model] kind = "contact_cascade", or leave out '
                "`time`: ties then last, and repeated ones are merged"
            ),
        ),
        (
            LAYERED,
            ContactCascade(share_prob=0.5),
            (
                "contact_cascade needs the time of each contact: name the column and in what it counts, such as "
                'time = "unix_time", time_unit = "s"'
            ),
        ),
    ],
)
def test_refuses_a_network_it_does_not_know(graph, model, said):
    with pytest.raises(GraphError) as caught:
        simulate(graph, model, seed_nodes=[0], n_replicas=2)
    assert str(caught.value) == said


def test_a_model_that_knows_no_layers_refuses_them():
    class OneLayer(IndependentCascade):
        takes_layers = False

    with pytest.raises(GraphError, match="independent_cascade knows no layers; leave out `layer`"):
        simulate(LAYERED, OneLayer(share_prob=0.5), seed_nodes=[0], n_replicas=2)


SCENARIO = """
format = 1
name = "two platforms"
[network]
file = "ties.csv"
layer = "platform"
[[network.layers]]
name = "mail"
strength = 0.5
[model]
kind = "independent_cascade"
share_prob = 1.0
[seeding]
nodes = ["a"]
[run]
n_replicas = 400
rng_seed = 1
"""


def test_a_scenario_names_layers_and_a_change_of_strength_is_another_case(tmp_path):
    (tmp_path / "ties.csv").write_text("u,v,platform\na,b,chat\nb,c,mail\na,c,mail\n")
    path = tmp_path / "platforms.toml"
    path.write_text(SCENARIO)
    half = run(read_scenario(path))
    assert abs((half.reach == 3).mean() - 0.75) < 4 * np.sqrt(0.75 * 0.25 / 400)
    none = run(read_scenario(path, set={"network.layers.mail.strength": 0.0}))
    assert set(none.reach.tolist()) == {2}
    path.write_text(SCENARIO.replace('name = "mail"', 'name = "maill"'))
    with pytest.raises(GraphError) as caught:
        run(read_scenario(path))
    assert str(caught.value) == (
        f"{path}: network: layers.maill: the network has no such layer; layers: 'chat', 'mail'; did you mean 'mail'?"
    )


def test_a_contact_on_two_platforms_starts_once():
    choice = Neighbourhood(around=0).choose(LAYERED, key=np.uint64(1))
    assert choice.nodes.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("graph", "said"),
    [
        (LAYERED, "3 ties in 2 layers"),
        (TIMED, "2 contacts over 1 days"),
        (Graph.from_edges([0, 1], [1, 2], directed=False), "2 edges both ways"),
    ],
)
def test_tables_say_what_ties_are(graph, said):
    assert ties_of(graph) == said


def test_a_timed_cascade_takes_strength_and_delay_of_layers():
    """Chances by layer are those of a column; a layer's delay comes on top of the model's own."""
    src, dst = [0, 0, 1, 2, 2], [1, 2, 3, 3, 4]
    graph = Graph.from_edges(src, dst, layers=["mail", "chat", "mail", "chat", "mail"]).with_layers(
        [Layer(name="mail", strength=0.5, delay="2d"), Layer(name="chat", strength=0.8)]
    )
    plain = Graph.from_edges(
        src, dst, tie_columns={"p": [0.5 * 0.6, 0.8 * 0.6, 0.5 * 0.6, 0.8 * 0.6, 0.5 * 0.6], "d": [3, 1, 3, 1, 3]}
    )
    options = {"seed_nodes": [0], "n_replicas": 400, "rng_seed": 3}
    layered = simulate(graph, TimedCascade(share_prob=0.6, delay={"kind": "fixed", "length": "1d"}), **options)
    assert 1 < layered.reach.mean() < 5
    reach = simulate(plain, IndependentCascade(share_prob="p"), **options).reach
    np.testing.assert_array_equal(layered.reach, reach)
    certain = TimedCascade(share_prob=1.0, delay={"kind": "fixed", "length": "1d"})
    slow_mail = graph.with_layers([Layer(name="mail", delay="2d"), Layer(name="chat")])
    arrived = simulate(slow_mail, certain, **options).curve[0]
    # Person 2 by chat after 1 day, 3 by chat after 2; 1 by mail after 3, 4 by mail a day and 3 more: 4.
    assert arrived.tolist() == [1, 2, 3, 4, 5]
