"""Contact cascades against formulas, and on 59,835 messages of students against plain reachability in time."""

import csv

import numpy as np
import pytest

import wom_sim as wom
from kernel_runner import JIT_OFF
from oracles.contact_cascade import Contact, reachable
from wom_sim.models.contact_cascade import ContactCascade

pytestmark = pytest.mark.skipif(JIT_OFF, reason="needs the compiler's speed")

R = 20_000


def test_repeated_contacts_of_a_chain():
    """Each person meets the next k times, then that one the next: reach is 1 + q + q^2 + ..., q = 1 - (1 - p)^k."""
    p, k, n = 0.2, 3, 6
    pair = np.repeat(np.arange(n - 1), k)
    graph = wom.Graph.from_edges(pair, pair + 1, times=np.arange(len(pair)))
    reach = wom.simulate(graph, ContactCascade(share_prob=p), seed_nodes=[0], n_replicas=R, rng_seed=5).reach
    q = 1 - (1 - p) ** k
    assert abs(reach.mean() - sum(q**i for i in range(n))) < 4 * reach.std(ddof=1) / np.sqrt(R)


def test_attention_counts_the_meetings_in_its_window():
    """A starter meets somebody daily and passes it on for 5 days: chance 1 - (1 - p)^6, days 0 to 5."""
    p = 0.1
    graph = wom.Graph.from_edges(np.zeros(30, int), np.ones(30, int), times=np.arange(30))
    model = ContactCascade(share_prob=p, attention="5d")
    reach = wom.simulate(graph, model, seed_nodes=[0], n_replicas=R, rng_seed=6).reach
    q = 1 - (1 - p) ** 6
    assert abs(reach.mean() - 1 - q) < 4 * np.sqrt(q * (1 - q) / R)


def test_platforms_of_different_strength():
    """Two meetings, one at half strength: chance 1 - (1 - p)(1 - p / 2)."""
    p = 0.4
    graph = wom.Graph.from_edges([0, 0], [1, 1], times=[0, 1], layers=["chat", "mail"])
    graph = graph.with_layers([wom.graph.layers.Layer(name="mail", strength=0.5)])
    reach = wom.simulate(graph, ContactCascade(share_prob=p), seed_nodes=[0], n_replicas=R, rng_seed=7).reach
    q = 1 - (1 - p) * (1 - p / 2)
    assert abs(reach.mean() - 1 - q) < 4 * np.sqrt(q * (1 - q) / R)


@pytest.fixture(scope="module")
def messages(shared_data):
    path = shared_data / "collegemsg" / "collegemsg.csv"
    if not path.exists():
        pytest.skip("the messages are not in the shared data")
    return path


@pytest.fixture(scope="module")
def students(messages):
    return wom.read_edges(messages, time="unix_time", time_unit="s", parallel_ties="count")


def test_messages_are_contacts(messages, students):
    """1,899 people, 59,835 messages, 20,296 pairs; 37 messages repeat another of the same second."""
    assert students.n_people == 1_899
    assert (students.n_ties, int(students.tie_counts.sum())) == (59_798, 59_835)
    assert wom.read_edges(messages).n_ties == 20_296
    assert students.tie_times.max() == pytest.approx(193.7, abs=0.05)


def test_at_chance_one_students_are_reached_whom_messages_in_order_of_time_lead_to(messages, students):
    with messages.open(newline="") as file:
        contacts = [Contact(row["src"], row["dst"], int(row["unix_time"])) for row in csv.DictReader(file)]
    reaches = []
    for person in ["1", "9", "105", "400", "1000", "1800", "1899"]:
        result = wom.simulate(students, ContactCascade(share_prob=1.0), seed_nodes=[person], n_replicas=1, rng_seed=1)
        assert result.reach[0] == len(reachable(contacts, [person]))
        reaches.append(int(result.reach[0]))
    assert reaches[0] > 1_700
    assert len(set(reaches)) > 3


def test_the_order_of_messages_keeps_people_from_being_reached(messages, students):
    """The same pairs as lasting ties reach at least as many at chance 1."""
    lasting = wom.read_edges(messages)
    for person in ["1", "1000", "1899"]:
        in_time = wom.simulate(students, ContactCascade(share_prob=1.0), seed_nodes=[person], n_replicas=1).reach[0]
        ever = wom.simulate(lasting, wom.IndependentCascade(share_prob=1.0), seed_nodes=[person], n_replicas=1).reach[0]
        assert in_time <= ever
