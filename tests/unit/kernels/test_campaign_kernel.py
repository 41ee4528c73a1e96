"""The campaign's kernel against the oracle: every count by segment, item and step, exactly, whatever is mixed."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign_case import Case
from campaign_cases import draw_case, draw_contact_case
from kernel_runner import JIT_OFF, store
from oracles.campaign_counts import COUNTS, ITEM_COUNTS
from oracles.campaign_draws import number_of_tells
from wom_sim.engine.campaign_memory import new_out, new_scratch, run_world
from wom_sim.engine.streams import campaign_keys
from wom_sim.kernels._jit import kernel
from wom_sim.kernels._pack import pack
from wom_sim.kernels.campaign import codes, run, talking
from wom_sim.kernels.campaign.tables import CampaignOut, Tally
from wom_sim.models.campaign import Campaign, Limits, Starting, WordOfMouth
from wom_sim.models.campaign.rules import persuasion

FIXED_CASES = range(350 if JIT_OFF else 1000)
CONTACT_CASES = range(150 if JIT_OFF else 400)
SOME_CASES = [(draw_case, number) for number in (4, 9, 16, 23, 40, 61)]
SOME_CASES += [(draw_contact_case, number) for number in (13, 23, 24, 25, 29, 47)]
NOT_BY_CONTACTS = {"caused_by_crisis", "tells_wanted", "tells_planned", "adopters", "doing", "relapsed"}
WORKING_MEMORY = ("people", "views", "capped", "capped_week", "belief", "answered", "bucket", "cursor")
WORKING_MEMORY += ("answer_cursor", "first_source", "parent", "below", "talkers", "background", "numbers")
BY_REPLICA = [name for name in CampaignOut._fields if not name.startswith("log")]


@kernel
def _in_two_parts(world, keys, state, tally, middle, n_steps):
    everything, memory, counted = pack(world), pack(state), pack(tally)
    run.set_keys(keys, 0, everything, memory)
    run.advance(everything, memory, counted, 0, middle)
    run.advance(everything, memory, counted, middle, n_steps)
    run.count_recalls(everything, memory, counted)


def scratch_of(process, *, pool=1 << 12, halt=0):
    n_told = process.new_scratch(np.zeros(1, np.uint8)).state.chosen.size
    halts = np.full(1, halt, np.uint8)
    return new_scratch(process.world, halts, n_steps=process.n_steps, most_told=n_told, pool=pool)


def keys_of(case: Case):
    return campaign_keys(case.rng_seed, case.replicas.start, case.replicas.stop)


def by_kernel(case: Case, *, pool=1 << 12) -> CampaignOut:
    process = case.process()
    return run_world(process.world, keys_of(case), scratch_of(process, pool=pool))


def numbers_of(out: CampaignOut, replica=slice(None)) -> dict:
    return {name: getattr(out, name)[replica].tolist() for name in BY_REPLICA}


def differences(case: Case, happened: Counter) -> dict:
    """Return where kernel and oracle differ: (replica, table, name) -> both; add what was counted to `happened`."""
    out, found = by_kernel(case), {}
    for i, replica in enumerate(case.replicas):
        expected = case.by_oracle(replica)
        happened.update({name: sum(numbers) for name, numbers in expected.counts.items()})
        tables = {
            "segments": (out.counts[i], codes.COUNTS, expected.counts),
            "items": (out.items[i], codes.ITEM_COUNTS, expected.items),
            "steps": (out.series[i], codes.COUNTS, expected.series),
        }
        for table, (numbers, names, right) in tables.items():
            for column, name in enumerate(names):
                if numbers[:, column].tolist() != right[name]:
                    found[replica, table, name] = numbers[:, column].tolist(), right[name]
    return found


@pytest.mark.parametrize("draw", [draw_case, draw_contact_case])
@given(st.randoms(use_true_random=False))
def test_agrees_with_the_oracle_exactly(draw, r):
    assert differences(draw(r), Counter()) == {}


@pytest.mark.parametrize(
    ("draw", "numbers", "never"),
    [(draw_case, FIXED_CASES, {"caused_by_crisis"}), (draw_contact_case, CONTACT_CASES, NOT_BY_CONTACTS)],
)
def test_agrees_with_the_oracle_where_everything_happens(draw, numbers, never):
    happened, found = Counter(), {}
    for number in numbers:
        for where, both in differences(draw(Random(number)), happened).items():
            found[number, *where] = both
    assert found == {}
    assert {name for name in COUNTS if not happened[name]} == never


@pytest.mark.parametrize("talk", ["persistent", "one_shot", "contacts"])
def test_good_and_bad_words_of_paid_people_meet_as_in_the_oracle(talk):
    """Six tell the same six others at once: many a step has a conflict, which their credibility may decide."""
    words = WordOfMouth(persuasion_prob=0.4, dissatisfied_fraction=0.5)
    at_once = {"clock": "sync"} if talk == "contacts" else {}
    case = Case(
        campaign=Campaign(word_of_mouth=words, limits=Limits(talk=talk, **at_once)),
        graph=store(12, [(u, v) for u in range(6) for v in range(6, 12)]),
        segments=(),
        starting=Starting(start_as="customer", paid_credibility=0.1),
        starters=list(range(6)),
        days=4,
        rng_seed=1,
        replicas=range(20),
    )
    assert differences(case, Counter()) == {}


def test_kernel_and_oracle_count_the_same_things():
    assert sorted(COUNTS) == sorted(codes.COUNTS)
    assert sorted(ITEM_COUNTS) == sorted(codes.ITEM_COUNTS)


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
    scratch, out = scratch_of(process), new_out(process.world, 1, process.n_steps)
    mine = {name: getattr(out, name)[0] if name in BY_REPLICA else getattr(out, name) for name in Tally._fields}
    middle = round(part * process.n_steps)
    _in_two_parts(process.world, keys_of(case), scratch.state, Tally(**mine), middle, process.n_steps)
    whole = by_kernel(case)
    for name in ("counts", "items", "series"):
        assert getattr(out, name)[0].tolist() == getattr(whole, name)[0].tolist()


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
