"""Networks that cases share: built once, never an old one for a file that changed, few where they are large."""

import numpy as np
import pytest

import wom_sim as wom
from wom_sim.engine import limits
from wom_sim.engine.networks import Networks, stamp_of
from wom_sim.engine.plan import build_network
from wom_sim.errors import ResourceError
from wom_sim.scenario.load import scenario_from

NO_FILE = ()


def a_graph(n=3):
    return wom.Graph.from_edges(np.arange(n - 1), np.arange(1, n))


def scenario_of(network, folder):
    values = {
        "format": 1,
        "name": "A cascade",
        "network": network,
        "model": {"kind": "independent_cascade", "share_prob": 1.0},
        "seeding": {"strategy": "degree", "n_seed_nodes": 1},
    }
    return scenario_from(values, folder=folder)


def test_a_network_is_made_once_and_again_when_its_files_change():
    networks, made = Networks(), []

    def make():
        made.append(a_graph())
        return made[-1]

    assert networks.get("a", ((1, 1),), make) is networks.get("a", ((1, 1),), make)
    assert len(made) == 1
    assert networks.get("a", ((1, 2),), make) is made[1]


def test_what_was_handed_over_holds_whatever_becomes_of_the_file():
    networks, given = Networks(), a_graph()
    networks.put("a", given)
    assert networks.get("a", ((1, 2),), a_graph) is given
    assert networks.holds("a", given)
    assert not networks.holds("a", a_graph(5))  # of the same name, of another experiment


def test_a_failure_is_told_and_tried_again():
    networks = Networks()

    def fails():
        raise MemoryError

    with pytest.raises(MemoryError):
        networks.get("a", NO_FILE, fails)
    assert networks.get("a", NO_FILE, a_graph).n_people == 3


def test_large_networks_make_room_for_the_next_one(monkeypatch):
    graph = a_graph(1_000)
    size = limits.graph_bytes(graph.n_people, len(graph.indices))
    monkeypatch.setattr(limits, "usable_memory", lambda: 4 * 2.5 * size)  # a quarter of it: two networks and a half
    networks, made = Networks(), []
    for name in "abcda":
        networks.get(name, NO_FILE, lambda name=name: made.append(name) or a_graph(1_000))
    assert made == list("abcda")
    networks.get("d", NO_FILE, lambda: made.append("d again") or a_graph(1_000))
    assert made[-1] == "a"


def test_memory_for_building_is_needed_only_where_a_network_is_built(tmp_path, monkeypatch):
    scenario = scenario_of({"generate": "random", "n_people": 50, "mean_contacts": 4}, tmp_path)
    networks = Networks()
    first = build_network(scenario, rng_seed=1, networks=networks)
    monkeypatch.setattr(limits, "usable_memory", lambda: 0)
    assert build_network(scenario, rng_seed=1, networks=networks) is first
    with pytest.raises(ResourceError):
        build_network(scenario, rng_seed=2, networks=networks)


def test_a_stamp_tells_a_changed_list_of_people(tmp_path):
    people = tmp_path / "people.csv"
    network = scenario_of({"generate": "random", "n_people": 3, "mean_contacts": 1, "people": "people.csv"}, tmp_path)
    before = stamp_of(network.network, tmp_path)
    people.write_text("id\na\nb\nc\n")
    assert stamp_of(network.network, tmp_path) != before
