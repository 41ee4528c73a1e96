"""The campaign's kernel against the oracle: every count by segment, item and step, exactly, whatever is mixed."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign_business_cases import draw_business_case, draw_customer_case, draw_rival_case
from campaign_cases import draw_case, draw_contact_case
from campaign_differences import by_kernel, differences, keys_of, numbers_of, scratch_of
from kernel_runner import FEWER_CASES
from oracles.campaign_counts import BRAND_COUNTS, COUNTS, CUSTOMER_COUNTS, ITEM_COUNTS
from oracles.campaign_draws import number_of_tells
from oracles.campaign_worth import AMOUNTS
from wom_sim.engine.campaign_memory import close_brands, new_out, run_world
from wom_sim.engine.streams import campaign_keys
from wom_sim.kernels.campaign import brands, codes, run, talking
from wom_sim.models.campaign.rules import persuasion

FIXED_CASES = range(350 if FEWER_CASES else 1000)
CONTACT_CASES = range(150 if FEWER_CASES else 400)
CUSTOMER_CASES = range(120 if FEWER_CASES else 400)
RIVAL_CASES = range(120 if FEWER_CASES else 400)
BUSINESS_CASES = range(300)
SOME_CASES = [(draw_case, number) for number in (4, 9, 16, 23, 40, 61)]
SOME_CASES += [(draw_contact_case, number) for number in (13, 23, 24, 25, 29, 47)]
# Of every talk and step, with customers who leave, complain and recover, are won and lost.
SOME_CASES += [(draw_customer_case, number) for number in (107, 193, 223, 240, 263, 292, 336, 377)]
SOME_CASES += [(draw_rival_case, number) for number in (33, 46, 92, 107, 177, 193)]
SOME_CASES += [(draw_business_case, number) for number in (0, 105, 112, 166, 177, 217, 222)]
RIVALS = {f"{name} of rivals" for name in BRAND_COUNTS}
NOT_FOR_ONE_PURCHASE = {"caused_by_crisis", *CUSTOMER_COUNTS} - {"retained", "purchases_referred"}
NOT_FOR_CUSTOMERS = {"caused_by_crisis", "adopters", "doing", "relapsed"}
NOT_BY_CONTACTS = NOT_FOR_ONE_PURCHASE | {"tells_wanted", "tells_planned", "adopters", "doing", "relapsed"}
WORKING_MEMORY = ("people", "views", "capped", "capped_week", "belief", "answered", "bucket", "cursor")
WORKING_MEMORY += ("answer_cursor", "first_source", "parent", "below", "talkers", "background", "numbers")
WORKING_MEMORY += ("recovered", "engaged_at", "renewal", "rival", "shuns")
ALL = (draw_case, draw_contact_case, draw_customer_case, draw_rival_case, draw_business_case)


@pytest.mark.parametrize("draw", ALL)
@given(st.randoms(use_true_random=False))
def test_agrees_with_the_oracle_exactly(draw, r):
    assert differences(draw(r), Counter()) == {}


@pytest.mark.parametrize(
    ("draw", "numbers", "never"),
    [
        (draw_case, FIXED_CASES, NOT_FOR_ONE_PURCHASE | RIVALS),
        (draw_contact_case, CONTACT_CASES, NOT_BY_CONTACTS | RIVALS),
        (draw_customer_case, CUSTOMER_CASES, NOT_FOR_CUSTOMERS | RIVALS),
        (draw_rival_case, RIVAL_CASES, NOT_FOR_ONE_PURCHASE | NOT_FOR_CUSTOMERS),
        (draw_business_case, BUSINESS_CASES, NOT_FOR_CUSTOMERS),
    ],
)
def test_agrees_with_the_oracle_where_everything_happens(draw, numbers, never):
    happened, found = Counter(), {}
    for number in numbers:
        for where, both in differences(draw(Random(number)), happened).items():
            found[number, *where] = both
    assert found == {}
    assert {name for name in (*COUNTS, *RIVALS) if not happened[name]} == never


def test_kernel_and_oracle_count_the_same_things():
    assert sorted(COUNTS) == sorted(codes.COUNTS)
    assert AMOUNTS == codes.AMOUNTS
    assert sorted(ITEM_COUNTS) == sorted(codes.ITEM_COUNTS)
    assert sorted(BRAND_COUNTS) == sorted(brands.BRAND_COUNTS)


@pytest.mark.parametrize(("draw", "number"), SOME_CASES)
def test_a_pool_that_grows_changes_nothing(draw, number):
    case = draw(Random(number))
    assert numbers_of(by_kernel(case, pool=1)) == numbers_of(by_kernel(case, pool=1 << 14))


@pytest.mark.parametrize(("draw", "number"), SOME_CASES)
def test_chunks_and_threads_change_nothing(draw, number):
    case = draw(Random(number))
    process, first = case.process(), case.replicas.start
    whole = by_kernel(case)

    def alone(replica):
        out = run_world(process.world, campaign_keys(case.rng_seed, replica, replica + 1), scratch_of(process))
        return numbers_of(out, 0)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(alone, case.replicas)) == [numbers_of(whole, r - first) for r in case.replicas]


@pytest.mark.parametrize(("draw", "number"), SOME_CASES)
def test_memory_is_clean_after_a_chunk_and_after_a_halt(draw, number):
    case = draw(Random(number))
    process = case.process()
    scratch = scratch_of(process)
    for halt in (0, 1):
        scratch.state.halt[0] = halt
        out = new_out(process.world, len(case.replicas), process.n_steps)
        run.run_chunk(process.world, keys_of(case), scratch.state, out)
        assert out.stop[0] == (codes.HALTED if halt else codes.AT_HORIZON)
        for name in WORKING_MEMORY:
            assert not getattr(scratch.state, name).view(np.uint8).any(), name
    scratch.state.halt[0] = 0
    assert numbers_of(run_world(process.world, keys_of(case), scratch)) == numbers_of(by_kernel(case))


@pytest.mark.parametrize(("draw", "number"), SOME_CASES)
@pytest.mark.parametrize("part", [0.0, 0.1, 0.6])
def test_a_run_in_two_parts_is_the_run_in_one(draw, number, part):
    case = draw(Random(number))
    process = case.process()
    scratch, out = scratch_of(process), new_out(process.world, len(case.replicas), process.n_steps)
    middle = round(part * process.n_steps)
    for replica in range(len(case.replicas)):
        for step_from, step_to in ((0, middle), (middle, process.n_steps)):
            run.run_part(process.world, keys_of(case), replica, replica + 1, step_from, step_to, scratch.state, out)
    close_brands(out)
    assert numbers_of(out) == numbers_of(by_kernel(case))


@pytest.mark.parametrize("mean", [0.0, 0.3, 7.0, 250.0, 1000.0])
@pytest.mark.parametrize("distribution", ["poisson", "fixed", "geometric"])
def test_numbers_of_tellings_agree_at_every_mean(distribution, mean):
    number = {"poisson": codes.TELLS_POISSON, "fixed": codes.TELLS_FIXED, "geometric": codes.TELLS_GEOMETRIC}
    uniforms = (np.arange(40) + 0.5) / 40
    told = [talking.number_of_tellings(number[distribution], mean, u) for u in uniforms]
    assert told == [number_of_tells(distribution, mean, u) for u in uniforms]
    assert abs(np.mean(told) - mean) <= 0.05 * mean + 0.02


@pytest.mark.parametrize("mean", [0.0, 0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("power", [0.2, 1.0, 3.0, 1e6])
@pytest.mark.parametrize("fraction", [0.0, 0.3, 0.9, 1.0])
def test_ties_persuade_with_the_mean_that_was_asked_for(mean, power, fraction):
    weak, strong = persuasion(mean, fraction, power)
    listeners = fraction * power / (fraction * power + 1 - fraction)
    assert 0 <= weak <= 1
    assert 0 <= strong <= 1
    assert listeners * strong + (1 - listeners) * weak == pytest.approx(mean, abs=1e-9)
