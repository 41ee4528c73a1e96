"""Choosing how many replicas run at once, for models of the catalogue that can: no result depends on it."""

import numpy as np
import pytest

import wom_sim as wom
from cases import case_of, ring
from wom_sim.engine import diffusion, limits
from wom_sim.engine.forms import ALONE, Form, Forms
from wom_sim.engine.run import run_case
from wom_sim.graph.csr import complete_graph
from wom_sim.kernels.rng import LANES
from wom_sim.models.competitive_cascade import CompetitiveCascade
from wom_sim.models.negative_opinion import NegativeOpinion
from wom_sim.models.threshold import Threshold

OPINIONS = NegativeOpinion(share_prob=0.4, quality=0.8)
BRANDS = CompetitiveCascade(brands=[{"name": "a", "share_prob": 0.4}, {"name": "b", "share_prob": 0.5}])


@pytest.mark.parametrize("model", [OPINIONS, BRANDS], ids=["opinions", "brands"])
@pytest.mark.parametrize(
    ("n_replicas", "threads", "form"),
    [
        (10, 1, ALONE),
        (25, 1, LANES),
        (60, 2, ALONE),
        (200, 2, LANES),
        (384, 8, ALONE),
        (512, 8, ALONE),
        (4096, 8, LANES),
    ],
)
def test_the_number_of_replicas_and_threads_chooses_the_form(model, n_replicas, threads, form):
    process = case_of(ring(), model, [0, 1], n_replicas=n_replicas).process

    assert process.settle(threads) == form
    assert process.forms.chosen == form


def test_what_cannot_run_at_once_runs_one_by_one(monkeypatch):
    for graph, model in ((complete_graph(9), OPINIONS), (ring(), Threshold(count=2))):
        process = case_of(graph, model, [0], n_replicas=5000).process
        assert (process.settle(1), process.forms.chosen) == (1, ALONE)
    process = case_of(ring(), OPINIONS, [0], n_replicas=5000).process
    without = process.memory_bytes(100, 1, curves=True)
    assert process.forms.n_bytes > 0
    monkeypatch.setattr(limits, "usable_memory", lambda: 2 * 2 * process.forms.n_bytes)
    assert (process.settle(1), process.forms.chosen) == (1, ALONE)
    assert process.memory_bytes(100, 1, curves=True) < without


def test_many_threads_share_the_memory(monkeypatch):
    forms = Forms([Form(LANES, n_bytes=100, takes=1.0, fewest=1, cut=LANES, worth_it=0.0)], 10**6)
    monkeypatch.setattr(limits, "usable_memory", lambda: 800 + 8)

    assert forms.settle(4) == LANES
    assert forms.settle(5) == ALONE


@pytest.mark.parametrize("model", [OPINIONS, BRANDS], ids=["opinions", "brands"])
def test_replicas_are_the_same_however_many_there_are_and_whoever_runs_them(model):
    """Few one by one, many at once, on one thread and on two; with trees, one by one."""
    options = {"seed_nodes": [0, 1], "rng_seed": 5}
    many = wom.simulate(ring(), model, n_replicas=1200, threads=1, **options)
    others = [
        wom.simulate(ring(), model, n_replicas=9, threads=1, **options),
        wom.simulate(ring(), model, n_replicas=1100, threads=2, **options),
        wom.simulate(ring(), model, n_replicas=200, trees=True, **options),
    ]
    for other in others:
        for name, count in other.counts.items():
            if name in many.counts:
                np.testing.assert_array_equal(count, many.counts[name][: len(count)], err_msg=name)


def test_replicas_that_share_too_few_ties_are_run_one_by_one_from_then_on_and_stay_the_same(monkeypatch):
    wanted = run_case(case_of(ring(), BRANDS, [0, 1], n_replicas=1500), threads=1)
    monkeypatch.setattr(diffusion, "_WORTH_IT", 1e9)
    case = case_of(ring(), BRANDS, [0, 1], n_replicas=1500)
    assert case.process.settle(1) == LANES

    found = run_case(case, threads=1)

    assert case.process.forms.chosen == ALONE
    assert not case.process._spare
    for name, count in wanted.counts.items():
        np.testing.assert_array_equal(found.counts[name], count, err_msg=name)
    for name, newly in wanted.newly.items():
        np.testing.assert_array_equal(found.newly[name], newly, err_msg=name)
    assert found.timings["ties_examined"] == wanted.timings["ties_examined"] > 0
