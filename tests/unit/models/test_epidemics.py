"""What epidemics refuse, in one line each, and what they read of a network."""

import numpy as np
import pytest

from networks import NO_SETTING
from wom_sim import simulate
from wom_sim.errors import GraphError, ResourceError, ScenarioError
from wom_sim.graph.csr import Graph, complete_graph
from wom_sim.models.epidemics import SEIR, SI, SIR, SIS

FIXED = {"kind": "fixed", "length": "5d"}


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (SI, 'infect_prob: is missing; clock = "steps" needs it'),
        (lambda: SI(clock="events"), 'infect_rate: is missing; clock = "events" needs it'),
        (
            lambda: SI(infect_prob=0.1, infect_rate=0.1),
            'infect_rate: is for clock = "events"; remove it or change the clock',
        ),
        (
            lambda: SIR(infect_prob=0.1),
            'recover_prob: is missing; clock = "steps" needs it, or duration_steps',
        ),
        (
            lambda: SIR(infect_prob=0.1, recover_prob=0.1, duration_steps=2),
            "duration_steps: must not be given beside recover_prob; remove one",
        ),
        (
            lambda: SIS(clock="events", infect_rate=0.1, recover_prob=0.2, recover_rate=0.2),
            'recover_prob: is for clock = "steps"; remove it or change the clock',
        ),
        (
            lambda: SEIR(clock="events", infect_rate=0.1, recover_rate=0.2),
            'onset_rate: is missing; clock = "events" needs it, or latent',
        ),
        (lambda: SIR(infect_prob=1.4, recover_prob=0.1), "infect_prob: must be at most 1, got 1.4"),
        (lambda: SIR(infect_prob="10%", recover_prob=0.1), "infect_prob: write 0.1 without quotes, got '10%'"),
        (
            lambda: SIR(clock="events", infect_rate=1.0, duration={"kind": "fixed"}),
            'duration.length: is missing; kind = "fixed" needs it',
        ),
        (
            lambda: SIR(clock="events", infect_rate=1.0, duration={**FIXED, "exponent": 2.0}),
            'duration.exponent: plays no part with kind = "fixed"; remove it',
        ),
    ],
)
def test_a_wrong_key_is_refused_in_one_line(make, said):
    with pytest.raises(ScenarioError) as caught:
        make()
    assert str(caught.value) == said


def test_columns_are_read_and_refused():
    graph = Graph.from_edges(np.array([0, 1]), np.array([1, 2]), tie_columns={"b": np.array([0.5, 1.5])})
    with pytest.raises(GraphError, match=r"tie column 'b' must lie in \[0, 1\], got 1.5"):
        SIR(infect_prob="b", recover_prob=0.1).compile(graph, NO_SETTING)
    rates = SIR(clock="events", infect_rate="b", recover_rate=0.1)
    assert rates.tie_columns() == {"b": (0.0, 1e9)}
    np.testing.assert_array_equal(rates.compile(graph, NO_SETTING).world.rate, [0.5, 1.5])
    with pytest.raises(GraphError, match="infect_prob names the tie column 'b', but everybody-to-everybody"):
        SI(infect_prob="b").compile(complete_graph(3), NO_SETTING)


def test_parallel_ties_count():
    rows = np.array([0, 0, 0, 1]), np.array([1, 1, 1, 2])
    graph = Graph.from_edges(*rows, parallel_ties="count")
    steps = SIR(infect_prob=0.5, recover_prob=0.1).compile(graph, NO_SETTING).world
    np.testing.assert_allclose(-np.expm1(steps.log_escape), [1 - 0.5**3, 0.5])
    events = SIR(clock="events", infect_rate=0.5, recover_rate=0.1).compile(graph, NO_SETTING).world
    np.testing.assert_allclose(events.rate, [1.5, 0.5])


def test_curves_have_days_with_events_alone_and_only_sis_may_go_on():
    assert SIR(infect_prob=0.1, recover_prob=0.1).step_length() is None
    assert SIR(clock="events", infect_rate=0.1, duration=FIXED, record_every="6h").step_length() == 0.25
    assert SIS(infect_prob=0.1, recover_prob=0.1).may_go_on()
    assert not SIR(infect_prob=0.1, recover_prob=0.1).may_go_on()


@pytest.mark.parametrize(
    ("model", "endless"),
    [
        (SIR(infect_prob=0.5, recover_prob=0.2), False),
        (SIR(infect_prob=0.5, recover_prob=1e-8), True),
        (SIR(clock="events", infect_rate=0.5, duration={"kind": "power_law", "minimum": "1d", "exponent": 2.5}), True),
        (SIR(clock="events", infect_rate=0.5, duration={"kind": "power_law", "minimum": "1d", "exponent": 6.0}), False),
    ],
)
def test_periods_without_measure_need_an_end(model, endless):
    assert model.may_go_on() == endless


def test_curves_too_long_for_the_memory_are_refused_in_words():
    ties = np.arange(50)
    graph = Graph.from_edges(ties, (ties + 1) % 50)
    with pytest.raises(ResourceError, match=r"a replica that takes .* steps would need .* say when to stop"):
        simulate(graph, SI(infect_prob=1e-9), seed_nodes=[0], n_replicas=1, rng_seed=1)
