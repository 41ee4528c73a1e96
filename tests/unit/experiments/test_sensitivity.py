"""Sensitivity: known indices of known functions, through our designs; luck is told from effects; gaps are refused."""

import json
import math
import sys
import tomllib

import numpy as np
import pytest

from studies import CASCADE
from wom_sim.errors import ResultError, ScenarioError
from wom_sim.experiments.sensitivity import case_means, morris_effects, sobol_indices
from wom_sim.experiments.sensitivity_designs import (
    MorrisDesign,
    SaltelliDesign,
    label_of,
    morris_design,
    saltelli_design,
    varied_of,
)
from wom_sim.scenario.load import scenario_from
from wom_sim.scenario.ranges import Span
from wom_sim.scenario.sweep import Axis, Part

pytest.importorskip("SALib")


def cube(n, low=0.0, high=1.0):
    return tuple(Axis(parts=(Part(key=f"model.x{i}", span=Span(low=low, high=high)),)) for i in range(n))


def means_of(function, design, *, noise=None, n_replicas=2):
    """Means of a function of the keys' values, with `noise(case)` (R,) on top."""
    noise = noise or (lambda case: np.zeros(n_replicas))
    cases = ((case, function(*point.shown) + noise(case)) for case, point in enumerate(design))
    return case_means(cases, design, metric="y", number=7)


def ishigami(x, y, z, a=7.0, b=0.1):
    """Ishigami & Homma (1990)."""
    return math.sin(x) + a * math.sin(y) ** 2 + b * z**4 * math.sin(x)


def ishigami_indices(a=7.0, b=0.1):
    """First-order, total and second-order indices in closed form."""
    alone = (0.5 * (1 + b * math.pi**4 / 5) ** 2, a**2 / 8, 0.0)
    together = b**2 * math.pi**8 * (1 / 18 - 1 / 50)
    variance = sum(alone) + together
    first = [part / variance for part in alone]
    total = [first[0] + together / variance, first[1], together / variance]
    return first, total, {(0, 1): 0.0, (0, 2): together / variance, (1, 2): 0.0}


def within(estimate, truth, *, n_errors=4.0):
    return abs(estimate.value - truth) <= n_errors * estimate.error


def test_the_indices_of_ishigamis_function():
    design = SaltelliDesign(cube(3, -math.pi, math.pi), 1, 1024, second=True)
    found = sobol_indices(design, means_of(ishigami, design), metric="y", number=7)
    first, total, second = ishigami_indices()
    assert first == pytest.approx([0.3139, 0.4424, 0.0], abs=5e-5)  # as published
    assert total == pytest.approx([0.5576, 0.4424, 0.2437], abs=5e-5)
    assert all(map(within, found.first, first))
    assert all(map(within, found.total, total))
    assert all(within(found.second[pair], truth) for pair, truth in second.items())
    assert max(e.error for e in (*found.first, *found.total, *found.second.values())) < 0.06


def test_the_indices_of_a_linear_function():
    slopes, n = np.array([4.0, 2.0, 1.0, 0.0]), 512
    design = SaltelliDesign(cube(4), 1, n)
    found = sobol_indices(design, means_of(lambda *x: float(np.dot(slopes, x)), design), metric="y", number=7)
    truth = slopes**2 / (slopes**2).sum()
    # Standard errors of independent points, uniform factors (fourth moment 1.8 var^2): the estimators' variances are
    # (2 S - 0.2 S^2) / N first, and 36 (7 / 180) S^2 / N = 1.4 S^2 / N total.
    for estimate, part in zip(found.first, truth, strict=True):
        assert abs(estimate.value - part) <= 4.0 * math.sqrt((2.0 * part - 0.2 * part**2) / n) + 1e-12
    for estimate, part in zip(found.total, truth, strict=True):
        assert abs(estimate.value - part) <= 4.0 * math.sqrt(1.4 / n) * part + 1e-12


def test_the_effects_of_a_linear_function_are_its_slopes():
    design = MorrisDesign(cube(3), 1, 10)
    found = morris_effects(design, means_of(lambda x, y, z: 5 * x - 2 * y, design), metric="y", number=7)
    assert [e.value for e in found.mu] == pytest.approx([5.0, -2.0, 0.0], abs=1e-12)
    assert [e.value for e in found.mu_star] == pytest.approx([5.0, 2.0, 0.0], abs=1e-12)
    assert [e.value for e in found.sigma] == pytest.approx([0.0] * 3, abs=1e-12)


def test_the_effects_of_a_product_depend_on_the_other_factor():
    n = 400
    design = MorrisDesign(cube(2), 1, n)
    found = morris_effects(design, means_of(lambda x, y: x * y, design), metric="y", number=7)
    # The other coordinate is 0, 1/3, 2/3 or 1: mean 1/2, variance 5/36; four standard errors sqrt(5/36 / n).
    spread = math.sqrt(5.0 / 36.0)
    for mu, sigma in zip(found.mu, found.sigma, strict=True):
        assert abs(mu.value - 0.5) <= 4.0 * spread / math.sqrt(n)
        assert mu.error == pytest.approx(spread / math.sqrt(n), rel=0.25)
        assert sigma.value == pytest.approx(spread, rel=0.1)


def test_luck_that_all_cases_share_changes_no_index():
    design = SaltelliDesign(cube(2), 1, 64)
    shared = np.random.default_rng(5).normal(scale=30.0, size=40)
    quiet = means_of(lambda x, y: 3 * x + y, design, n_replicas=40)
    lucky = means_of(lambda x, y: 3 * x + y, design, noise=lambda case: shared)
    assert lucky.luck.noise == pytest.approx(0.0, abs=1e-12)
    assert lucky.luck.spread == pytest.approx(quiet.luck.spread)
    assert lucky.luck.part > 0.99  # single replicas tell little
    for before, after in zip(
        *(sobol_indices(design, m, metric="y", number=7).total for m in (quiet, lucky)), strict=True
    ):
        assert after == pytest.approx(before, rel=1e-9)


def test_luck_of_single_cases_is_told_as_noise():
    design, scale, n = SaltelliDesign(cube(2), 1, 256), 2.0, 20

    def own(case):
        return np.random.default_rng((5, case)).normal(scale=scale, size=n)

    luck = means_of(lambda x, y: 3 * x + y, design, noise=own).luck
    made, added = 10.0 / 12.0, scale**2 / n
    # Relative standard errors of variances: of C means sqrt(2 / C), here 4 %, of C times R replicas sqrt(2 / (C R)).
    assert luck.noise == pytest.approx(added / (made + added), rel=4.0 * math.sqrt(2.0 / len(design)))
    assert luck.part == pytest.approx(scale**2 / (scale**2 + made), rel=4.0 * math.sqrt(2.0 / len(design)))


def test_intervals_cover_the_luck_of_replicas():
    design, n = MorrisDesign(cube(2), 1, 30), 50
    slopes = np.random.default_rng(6).normal(size=n)  # luck that makes a key matter more or less, in all cases alike

    def steep(case):
        return slopes * design[case].shown[0]

    found = morris_effects(design, means_of(lambda x, y: 5 * x, design, noise=steep), metric="y", number=7)
    # 200 resamples know a standard error within sqrt(1 / 400) of it; four of these.
    assert found.mu[0].error == pytest.approx(slopes.std(ddof=1) / math.sqrt(n), rel=0.2)

    def own(case):
        return np.random.default_rng((6, case)).normal(size=n)

    found = morris_effects(design, means_of(lambda x, y: 5 * x, design, noise=own), metric="y", number=7)
    error = math.sqrt(2.0 / n) / (2.0 / 3.0) / math.sqrt(30)  # of a difference of two means, over the step
    assert all(0.8 * error < e.error < 1.2 * math.sqrt(3.0) * error for e in found.mu)


def test_replicas_that_do_not_define_the_metric_are_left_out():
    design = SaltelliDesign(cube(2), 1, 8)
    means = means_of(lambda x, y: x, design, noise=lambda case: np.array([0.0, np.nan, 0.0]))
    assert means.of_cases == pytest.approx([point.shown[0] for point in design])
    assert means.resampled == pytest.approx(np.tile(means.of_cases[:, None], 200))


def test_an_incomplete_design_is_refused():
    design = SaltelliDesign(cube(2), 1, 8)

    def cases(n, last):
        return ((case, np.ones(3) if case < n else last) for case in range(len(design)))

    for incomplete in (cases(5, np.ones(2)), cases(5, np.full(3, np.nan)), cases(5, np.empty(0))):
        with pytest.raises(ResultError, match=r"y: case 5 \(model\.x0 = .*, model\.x1 = .*\) lacks it"):
            case_means(incomplete, design, metric="y", number=7)
    skipping = ((case, np.ones(3)) for case in range(len(design)) if case != 5)
    with pytest.raises(ResultError, match=r"case 5 "):
        case_means(skipping, design, metric="y", number=7)


def test_a_metric_that_nothing_changes_is_refused():
    for design, analyse in (
        (SaltelliDesign(cube(2), 1, 8), sobol_indices),
        (MorrisDesign(cube(2), 1, 8), morris_effects),
    ):
        with pytest.raises(ResultError, match=r"y: is 3 in all .* nothing that is varied changes it"):
            analyse(design, means_of(lambda x, y: 3.0, design), metric="y", number=7)


def test_one_key_is_all_there_is():
    design = SaltelliDesign(cube(1), 1, 64)
    found = sobol_indices(design, means_of(lambda x: x, design), metric="y", number=7)
    assert found.total[0].value == pytest.approx(1.0, abs=4.0 * math.sqrt(1.4 / 64))


def test_the_cases_of_a_design_depend_on_its_number_alone():
    for make in (lambda n: MorrisDesign(cube(3), n, 5), lambda n: SaltelliDesign(cube(3), n, 8)):
        assert make(1).document() == make(1).document()
        assert make(1).document() != make(2).document()
        assert len(list(make(1))) == len(make(1))
        json.dumps(make(1).document())


def test_what_is_varied_comes_from_the_file():
    sweep = tomllib.loads('"model.share_prob" = [0.1, 0.2]\n"seeding.n_seed_nodes" = [1, 2, 3]')
    swept = varied_of(scenario_from({**CASCADE, "sweep": sweep}))
    assert [label_of(axis) for axis in swept.axes] == ["model.share_prob", "seeding.n_seed_nodes"]
    uncertain = {"model.share_prob": {"low": 0.1, "high": 0.2}}
    (axis,) = varied_of(scenario_from({**CASCADE, "uncertain": uncertain})).axes
    assert axis.parts[0].span == Span(low=0.1, high=0.2)
    campaign = {**CASCADE, "model": {"kind": "campaign"}, "run": {"horizon": "9d"}}
    assumed = varied_of(scenario_from(campaign))
    assert "model.word_of_mouth.rejecter_talk_prob" in map(label_of, assumed.axes)
    assert assumed.notes[0].startswith("without [sweep] and [uncertain] every default that is an assumption varies")
    with pytest.raises(ScenarioError, match=r"there is nothing to vary; add \[sweep\] or \[uncertain\]"):
        varied_of(scenario_from(CASCADE))


def test_the_number_of_cases_is_kept_to():
    assert (morris_design(cube(3), number=1).n_cases, saltelli_design(cube(3), number=1).n_cases) == (80, 1280)
    assert morris_design(cube(3), number=1, n_cases=59).n_cases == 56
    assert saltelli_design(cube(3), number=1, n_cases=500).n_base == 64
    assert saltelli_design(cube(3), number=1, n_cases=500, second=True).n_base == 32
    with pytest.raises(ScenarioError, match=r"--cases 15: with 3 keys a trajectory has 4 cases, .* needed: 16 cases"):
        morris_design(cube(3), number=1, n_cases=15)
    with pytest.raises(ScenarioError, match=r"--cases 39: with 3 keys a point takes 5 cases, .* needed: 40 cases"):
        saltelli_design(cube(3), number=1, n_cases=39)


def test_steps_need_an_order():
    names = Axis(parts=(Part(key="network.file", values=("a", "b", "c")),))
    with pytest.raises(ScenarioError, match=r"network\.file: its values have no order"):
        morris_design([names], number=1)
    for values in (("1h", "2d", "3d"), (1, 2.5, 4), ("a", "b"), (True, False)):
        morris_design([Axis(parts=(Part(key="model.x", values=values),))], number=1)


def test_a_missing_library_is_said_with_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib.sample.sobol", None)
    with pytest.raises(ScenarioError, match=r"pip install 'wom-sim\[sensitivity\]'"):
        SaltelliDesign(cube(2), 1, 8)[0]
