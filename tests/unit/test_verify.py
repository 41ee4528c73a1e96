"""The verification judges rightly, and finds known bugs that are planted in the kernels."""

from dataclasses import replace
from functools import partial
from math import erf

import numpy as np
import pytest

from kernel_runner import CASCADE_KERNELS, compiled_only
from wom_sim import ScenarioError
from wom_sim.kernels.competitive_cascade import RANDOM_BRAND, RANDOM_NEIGHBOUR
from wom_sim.models import bad_news, competitive_cascade, labelled, negative_opinion, talk_of_the_network
from wom_sim.verify import verify
from wom_sim.verify.cases import (
    NEEDS_DATA,
    Case,
    close,
    curve_against,
    equal,
    frequencies_against,
    mean_against,
    means_agree,
)
from wom_sim.verify.catalogue import all_cases
from wom_sim.verify.page import page_bytes
from wom_sim.verify.run import FAMILY_ERROR, said_of

DRAWS = np.random.default_rng(5).normal(3.0, 2.0, 10_000)


def test_distances_are_in_standard_errors():
    found = mean_against(DRAWS, 3.1)
    assert found.off == pytest.approx((3.1 - DRAWS.mean()) / (DRAWS.std(ddof=1) / 100))
    assert found.p_value == pytest.approx(1 - erf(found.off / 2**0.5), rel=1e-9)
    assert mean_against(DRAWS, 3.1, margin=0.2).p_value == 1.0
    assert mean_against(DRAWS, 3.1, expected_error=1.0).off < 0.2
    assert curve_against(DRAWS[:, None] + [0, 1], [3.1, 4.5], range(2), margin=[0.2, 0.6]).p_value == 1.0
    assert curve_against(DRAWS[:, None] + [0, 1], [3.1, 4.5], range(2), margin=[0.2, 0.3]).p_value < 1e-9
    assert mean_against([2, 2, 2], 2).p_value == 1.0
    assert mean_against([2, 2, 2], 2.001).p_value == 0.0


def test_p_values_of_right_programs_are_spread_evenly():
    rng = np.random.default_rng(8)
    p = [mean_against(rng.normal(0, 1, 200), 0.0).p_value for _ in range(2000)]
    q = [frequencies_against(rng.multinomial(500, [0.5, 0.3, 0.2]), [0.5, 0.3, 0.2]).p_value for _ in range(2000)]
    for values in (p, q):
        assert 0.03 < np.mean(np.array(values) < 0.05) < 0.07  # 4 sqrt(.05 * .95 / 2000) = .02
    curves = rng.normal(0, 1, (2000, 50, 4))
    worst = [curve_against(c, [0, 0, 0, 0], range(4)).p_value for c in curves]
    assert np.mean(np.array(worst) < 0.05) < 0.07


def test_rare_outcomes_are_joined_until_five_are_expected():
    rng = np.random.default_rng(9)
    chances = [1e-5, 0.5, 0.49999]
    p = [frequencies_against(rng.multinomial(10_000, chances), chances).p_value for _ in range(4000)]
    assert np.mean(np.array(p) < 1e-3) < 1e-3 + 4 * np.sqrt(1e-3 / 4000)
    assert np.mean(np.array(p) < 0.05) < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 4000)
    tail = 0.5 ** np.arange(1, 30)
    q = [frequencies_against(rng.multinomial(300, tail / tail.sum()), tail / tail.sum()).p_value for _ in range(4000)]
    assert np.mean(np.array(q) < 0.01) < 0.01 + 4 * np.sqrt(0.01 * 0.99 / 4000) + 0.005  # chi-square is a limit


def test_rounding_is_no_distance():
    assert mean_against([1.0, 1.0], 1.0 + 1e-12).p_value == 1.0


def test_what_cannot_be_must_not_come():
    assert frequencies_against([5, 1, 94], [0.06, 0.0, 0.94]).p_value == 0.0
    assert frequencies_against([6, 0, 94], [0.06, 0.0, 0.94]).p_value > 0.05


def test_exact_numbers_are_equal_or_not():
    assert equal([1, 2, 3], [1, 2, 3]).p_value == 1.0
    assert (equal([1, 2, 3], [1, 2, 4]).expected, equal([1, 2, 3], [1, 2, 4]).p_value) == (3, 0.0)
    assert equal([1, 2], [1, 2, 3]).p_value == 0.0
    assert close([1.0], [1.0 + 1e-9], tolerance=1e-8).p_value == 1.0
    assert close([1.0], [1.1], tolerance=1e-8).p_value == 0.0
    assert means_agree(DRAWS, DRAWS + 1).p_value < 1e-9


def cases_with(*p_values):
    def outcome(p):
        return lambda budget: replace(mean_against([0, 1], 0.5), p_value=p)

    return [Case(f"case {i}", "threshold", "nothing", outcome(p)) for i, p in enumerate(p_values)]


def test_one_error_over_the_whole_table():
    just_inside = [FAMILY_ERROR / 10 * 1.01] * 10
    assert verify(cases=cases_with(*just_inside)).passed
    assert not verify(cases=cases_with(*just_inside[:9], FAMILY_ERROR / 10 * 0.99)).passed
    assert verify(cases=cases_with(FAMILY_ERROR * 1.01)).passed


def test_a_number_that_is_none_falls_out():
    assert not verify(cases=[Case("nan", "x", "y", lambda budget: mean_against([np.nan, 1], 0.5))]).passed


def test_a_case_that_raises_falls_out_and_the_others_go_on():
    report = verify(cases=[Case("broken", "x", "y", lambda budget: 1 // 0), *cases_with(0.5)])
    assert [row.verdict for row in report.rows] == ["OUT", "ok"]
    assert "ZeroDivisionError" in said_of(report.rows[0])


def test_a_case_is_skipped_where_its_program_is_missing():
    missing = Case("peer", "x", "no_such_program", lambda budget: 1 / 0, needs="no_such_program")
    report = verify(cases=[missing, *cases_with(0.5)])
    assert report.passed
    assert [row.verdict for row in report.rows] == ["skipped", "ok"]


def test_a_case_is_skipped_without_the_folder_that_it_reads(tmp_path):
    seen = []
    reads = Case("real", "x", "y", lambda budget: seen.append(budget.data) or equal(1, 1), needs=NEEDS_DATA)
    without, with_data = verify(cases=[reads]), verify(cases=[reads], data=tmp_path)
    assert [row.verdict for row in (*without.rows, *with_data.rows)] == ["skipped", "ok"]
    assert said_of(without.rows[0]) == "needs --data, which is not given"
    assert seen == [tmp_path]


def test_a_folder_without_the_files_falls_out(tmp_path):
    report = verify(cases=[case for case in all_cases() if case.needs == NEEDS_DATA], data=tmp_path)
    assert {row.verdict for row in report.rows} == {"OUT"}
    assert "reference_spread.json" in said_of(report.rows[0])


def test_luck_belongs_to_the_case_and_may_be_changed():
    seen = []
    cases = [Case(name, "x", "y", lambda b: seen.append(b.rng_seed) or equal(1, 1)) for name in ("a", "b")]
    verify(cases=cases)
    verify(cases=cases[1:])
    verify(cases=cases[1:], rng_seed=1)
    assert seen[1] == seen[2]
    assert len(set(seen)) == 3


def test_unknown_models_are_refused():
    with pytest.raises(ScenarioError, match="there is nothing to verify of 'sri'; did you mean 'sir'"):
        verify(kinds=["sri"], cases=[Case("a", "sir", "y", lambda budget: equal(1, 1))])


def test_names_of_cases_are_unique():
    names = [case.name for case in all_cases()]
    assert len(names) == len(set(names))


def quick_cases(kind):
    return [case for case in all_cases() if case.kind == kind and case.level == "quick" and not case.needs]


def chances_a_tenth_higher(kernel, ties, *others):
    more = np.minimum(ties.threshold.astype(np.float64) * 1.1, 2.0**64 - 4096).astype(np.uint64)
    return kernel(ties._replace(threshold=more), *others)


def the_last_tie_of_all_is_forgotten(kernel, ties, *others):
    if not ties.complete:
        ties = ties._replace(indptr=np.minimum(ties.indptr, len(ties.indices) - 1))
    return kernel(ties, *others)


def a_step_too_few(kernel, ties, seed_nodes, keys, max_steps, *others):
    return kernel(ties, seed_nodes, keys, min(max_steps, 1), *others)


def shares_a_tenth_wider(kernel, ties, *others):
    wider = np.minimum(ties.end // np.uint64(10) * np.uint64(11), np.uint64(2**63))
    return kernel(ties._replace(end=wider), *others)


def everybody_listens_to_the_one_after(kernel, ties, *others):
    return kernel(ties._replace(sources=np.roll(ties.sources, 1)), *others)


@compiled_only
@pytest.mark.parametrize(
    ("bug", "kind"),
    [
        (chances_a_tenth_higher, "independent_cascade"),
        (the_last_tie_of_all_is_forgotten, "weighted_cascade"),
        (a_step_too_few, "independent_cascade"),
        (shares_a_tenth_wider, "linear_threshold"),
        (everybody_listens_to_the_one_after, "linear_threshold"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_kernel_with_a_known_bug_falls_out(monkeypatch, bug, kind):
    cases = [case for case in quick_cases(kind) if not case.name.startswith(("big seed", "Borel"))]
    assert verify(cases=cases).passed
    for module, name in CASCADE_KERNELS:
        monkeypatch.setattr(module, name, partial(bug, getattr(module, name)))
    assert not verify(cases=cases).passed


CHUNKS = {
    module: getattr(module, name)
    for module, name in (
        (negative_opinion, "negative_opinion_chunk"),
        (competitive_cascade, "competitive_cascade_chunk"),
        (talk_of_the_network, "talk_chunk"),
        (bad_news, "bad_news_chunk"),
    )
}


def with_another(**changed):
    """A kernel that runs in a world in which some numbers are others, each a function of what it should be."""

    def wrong(chunk, world, *others):
        other = {name: value(getattr(world, name)) for name, value in changed.items()}
        chunk(world._replace(**other), *others)

    return wrong


def everybody_judges_alone(chunk, world, seed_nodes, keys, max_steps, scratch, out):
    """What was heard does not matter: each person reached likes it with chance q."""
    chunk(world, seed_nodes, keys, max_steps, scratch, out)
    luck = np.random.default_rng(keys.own)
    out.counts[:, 1] = luck.binomial(out.counts[:, 0], world.quality)
    out.counts[:, 2] = out.counts[:, 0] - out.counts[:, 1]


def the_dissatisfied_are_worth_something(chunk, world, seed_nodes, keys, max_steps, scratch, out):
    chunk(world, seed_nodes, keys, max_steps, scratch, out)
    out.amounts[:, 0] *= 1.001


BUGS = {
    "dislike_is_rarer": (negative_opinion, with_another(quality=lambda q: q**0.95)),
    "everybody_judges_alone": (negative_opinion, everybody_judges_alone),
    "the_last_tie_of_an_opinion": (
        negative_opinion,
        with_another(indptr=lambda indptr: np.minimum(indptr, indptr[-1] - 1)),
    ),
    "another_tie_rule": (
        competitive_cascade,
        with_another(tie_rule=lambda rule: RANDOM_BRAND if rule == RANDOM_NEIGHBOUR else rule),
    ),
    "a_meeting_too_few": (talk_of_the_network, with_another(weak_ties=lambda w: w - (w > 0))),
    "strong_ties_are_weaker": (talk_of_the_network, with_another(strong_prob=lambda p: 0.9 * p)),
    "bad_news_has_less_power": (bad_news, with_another(negative_power=lambda m: 0.9 * m)),
    "fewer_are_dissatisfied": (bad_news, with_another(dissatisfied_prob=lambda d: 0.95 * d)),
    "the_dissatisfied_are_worth_something": (bad_news, the_dissatisfied_are_worth_something),
    "parallel_ties_count_once": (bad_news, with_another(tie_weight=np.ones_like)),
}


def cases_of(module):
    """The quick cases of a model, without those of a large crowd, which take seconds."""
    kind = module.__name__.rpartition(".")[2]
    slow = ("among 3,000", "of a million", "voices at t = 10", "share informed by each step")
    return [case for case in quick_cases(kind) if not case.name.endswith(slow)]


@compiled_only
@pytest.mark.parametrize("module", CHUNKS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_right_kernels_pass(module):
    assert verify(cases=cases_of(module)).passed


@compiled_only
@pytest.mark.parametrize("name", BUGS)
def test_another_kernel_with_a_known_bug_falls_out(monkeypatch, name):
    module, bug = BUGS[name]
    chunk = next(key for key, value in vars(module).items() if value is CHUNKS[module])
    monkeypatch.setattr(module, chunk, partial(bug, CHUNKS[module]))
    monkeypatch.setattr(labelled, "labelled_chunk", partial(bug, labelled.labelled_chunk))  # many replicas at once
    report = verify(cases=cases_of(module))
    assert not report.passed
    assert not any(row.outcome.fault for row in report.rows)


@compiled_only
def test_the_page_holds_every_case_and_fetches_nothing():
    report = verify(kinds=["linear_threshold"])
    page = page_bytes(report).decode()
    for row in report.rows:
        assert row.case.name in page
    assert "<svg" in page
    assert "http" not in page.replace("http://www.w3.org", "").replace("http://purl.org", "").replace(
        "http://creativecommons.org", ""
    ).replace("https://matplotlib.org", "")
