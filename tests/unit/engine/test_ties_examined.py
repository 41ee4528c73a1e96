"""Kernels that walk ties say how many: those leaving the people who passed something on."""

import numpy as np
import pytest

import wom_sim as wom
from model_examples import EXAMPLES
from wom_sim.engine.plan import prepare_direct
from wom_sim.engine.run import run_case
from wom_sim.engine.trees import who_followed_whom
from wom_sim.models.epidemics import SIR
from wom_sim.models.exposure_response import ExposureResponse
from wom_sim.models.negative_opinion import NegativeOpinion
from wom_sim.models.threshold import Threshold
from wom_sim.models.timed_cascade import TimedCascade
from wom_sim.models.voter import Voter
from wom_sim.seeding.base import SeedChoice
from wom_sim.seeding.people import find_people
from wom_sim.testing.trials import make_process, ring_with_shortcuts, run


def case_of(model, n_replicas=60, trees=False):
    """Eleven people in a row, and one with no tie."""
    graph = wom.Graph.from_edges(np.arange(10), np.arange(1, 11), directed=False, n_people=12)
    seeds = SeedChoice(*find_people(graph, [5], key="seed_nodes"))
    return prepare_direct(graph, model, rng_seed=1, n_replicas=n_replicas, trees=trees).case(seeds)


EVERYBODY = 20
"""Ties of the eleven people in a row, both ways."""


@pytest.mark.parametrize(
    "model",
    [
        wom.IndependentCascade(share_prob=1.0),
        TimedCascade(share_prob=1.0, delay={"kind": "exponential", "mean": "1d"}),
        SIR(infect_prob=1.0, recover_prob=0.5),
        SIR(infect_prob=1.0, duration_steps=1),
        SIR(clock="events", infect_rate=500.0, duration={"kind": "fixed", "length": "200d"}),
        ExposureResponse(adoption_prob=[1.0]),
        NegativeOpinion(share_prob=1.0, quality=0.5),
        Threshold(count=1),
    ],
    ids=lambda model: type(model).__name__,
)
def test_where_all_who_can_be_are_reached_all_their_ties_are_examined(model):
    results = run_case(case_of(model), threads=1)
    assert (results.reach == 11).all()
    assert results.timings["ties_examined"] == 60 * EVERYBODY


def test_a_cascade_counts_the_ties_of_those_it_reached():
    model = wom.IndependentCascade(share_prob=0.5)
    case = case_of(model)
    reached = [v for r in range(60) for v, _ in who_followed_whom(case.process, r)]
    for threads in (1, 2):
        assert (
            run_case(case_of(model), threads=threads).timings["ties_examined"] == case.graph.out_degree[reached].sum()
        )


def test_a_meeting_counts_as_a_tie():
    results = run_case(case_of(Voter(clock="steps", update_prob=1.0), n_replicas=5), threads=1)
    assert results.timings["ties_examined"] > 0


@pytest.mark.parametrize("model", EXAMPLES, ids=lambda model: f"{model.kind} {sorted(model.model_fields_set)}")
def test_every_model_says_how_many_ties_it_looked_at_on_a_network(model):
    process = make_process(model, ring_with_shortcuts(model), [0, 7])
    chunk = run(process, 0, 3)
    if model.kind == "self_exciting":  # a post's followers are a number: it goes along no ties
        assert chunk.ties == 0
    else:
        assert chunk.ties > 0


def test_a_model_that_looks_at_no_ties_says_nothing_of_them():
    model = wom.SelfExciting(memory={"kind": "seismic"}, marks={"kind": "network"}, kappa=0.02)
    graph = wom.Graph.from_edges([0, 1], [1, 2])
    result = wom.simulate(graph, model, seed_nodes=[0], n_replicas=5, rng_seed=1, horizon="1d")
    assert set(result.timings) == {"compile_s", "kernel_s"}


def test_trees_change_no_count():
    plain = run_case(case_of(wom.IndependentCascade(share_prob=0.5)), threads=1)
    traced = run_case(case_of(wom.IndependentCascade(share_prob=0.5), trees=True), threads=1)
    assert plain.timings["ties_examined"] == traced.timings["ties_examined"]


def test_only_ties_of_replicas_run_just_now_are_counted():
    model = wom.IndependentCascade(share_prob=0.5)
    whole = run_case(case_of(model, n_replicas=80), threads=1).timings["ties_examined"]
    done = run_case(case_of(model, n_replicas=30), threads=1)
    rest = run_case(case_of(model, n_replicas=80), threads=1, done=done).timings["ties_examined"]
    assert done.timings["ties_examined"] + rest == whole
