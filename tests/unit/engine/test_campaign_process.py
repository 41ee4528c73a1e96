"""The campaign as a process: what decides a case, what is checked, estimated, warned of and kept."""

import copy
import datetime

import numpy as np
import pytest

import wom_sim as wom
from kernel_runner import JIT_OFF
from wom_sim.engine.campaign import CampaignProcess
from wom_sim.engine.campaign_checks import check_world
from wom_sim.engine.campaign_columns import changes_of
from wom_sim.engine.campaign_memory import new_scratch, run_world, scratch_bytes
from wom_sim.engine.plan import plan_scenario
from wom_sim.engine.run import run_case
from wom_sim.engine.story import campaign_of
from wom_sim.engine.streams import campaign_keys
from wom_sim.graph.csr import Graph
from wom_sim.kernels.campaign import codes, records
from wom_sim.report import story
from wom_sim.scenario.load import scenario_from

DAY = datetime.date(2026, 3, 2)
SCENARIO = {
    "format": 1,
    "name": "Process",
    "start": DAY,
    "network": {"generate": "random", "n_people": 200, "mean_contacts": 6, "rng_seed": 1},
    "segments": [{"name": "a", "fraction": 0.5}, {"name": "b", "fraction": 0.5}],
    "model": {
        "kind": "campaign",
        "content": [
            {
                "name": "ad",
                "channel": "paid",
                "start": DAY,
                "end": DAY,
                "spend": 4.0,
                "cost_per_mille": 10.0,
                "share_prob": 1.0,
                "engage_prob": 1.0,
                "contact_reach": 1.0,
                "buy_prob": 0.5,
                "click_prob": 1.0,
            }
        ],
    },
    "seeding": {"strategy": "degree", "n_seed_nodes": 3},
    "run": {"horizon": "20d", "n_replicas": 4, "rng_seed": 1},
}


def planned(**changes):
    return plan_scenario(scenario_from(copy.deepcopy(SCENARIO), set=changes))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("start", datetime.date(2026, 3, 1)),
        ("run.horizon", "21d"),
        ("run.rng_seed", 2),
        ("segments.a.engage_factor", 2.0),
        ("segments.b.buy_factor", 0.5),
        ("seeding.start_as", "aware"),
        ("seeding.participation_prob", 0.5),
        ("seeding.paid_credibility", 0.5),
        ("model.step", "6h"),
        ("model.content.ad.wear_out", 0.9),
        ("model.word_of_mouth.negative_power", 2.0),
        ("network.rng_seed", 2),
    ],
)
def test_what_decides_the_result_decides_the_case(key, value):
    assert planned(**{key: value}).case_id != planned().case_id


@pytest.mark.parametrize(("key", "value"), [("run.n_replicas", 9), ("output.curves", ["views"]), ("name", "Other")])
def test_what_decides_no_result_leaves_the_case(key, value):
    assert planned(**{key: value}).case_id == planned().case_id


def test_the_default_role_of_starters_is_the_role_written_out():
    assert planned(**{"seeding.start_as": "customer"}).case_id == planned().case_id


def test_stories_read_the_kernels_codes():
    kernel = [codes.VIEW_AD, codes.VIEW_POST, codes.VIEW_SHARE, codes.GOOD_TELLING, codes.BAD_TELLING]
    assert kernel == [story.AD, story.POST, story.SHARED_VIEW, story.GOOD, story.BAD]
    assert codes.BAD_TELLING_REJECTER == story.BAD_REJECTER
    for name in (
        "BOUGHT", "REJECTED", "LEFT", "ADOPTED", "RELAPSED", "BELIEVED", "CORRECTED", "INOCULATED", "ALERTED",
        "SHARED", "STARTED", "BOUGHT_AGAIN", "LEFT_FOR_GOOD", "COMPLAINED", "ASKED", "ANSWERED",
    ):  # fmt: skip
        assert getattr(story, name) == getattr(codes, f"LOG_{name}"), name
    assert (codes.ABOUT_CLAIM, codes.COMPLAINT) == (story.ABOUT_CLAIM, story.COMPLAINT)
    assert codes.DISSATISFIED_IN_LOG == story.DISSATISFIED
    assert (codes.BY_EARNED, codes.BY_BACKGROUND) == (story.BY_COMPANY_OR_TELLING, story.BY_BACKGROUND)


def test_creators_counts_add_up():
    changes = {
        "model.creators": [
            {"name": f"c{i}", "followers": 60, "item": "ad", "dates": [DAY], "reach": 1.0, "n": 2} for i in range(2)
        ],
        "run.n_replicas": 20,
    }
    results = run_case(planned(**changes), threads=1)

    assert results.counts["conversions_creators"].sum() > 0
    for name, total in (("conversions", "conversions_creators"), ("caused", "caused_by_creators")):
        assert np.array_equal(results.groups["creator"][name].sum(axis=1), results.counts[total])


@pytest.mark.skipif(JIT_OFF, reason="nothing is compiled")
def test_compiling_compiles(tmp_path):
    process = planned().process
    process.compile()
    assert process.is_compiled()


def test_the_estimate_holds_the_memory_of_a_thread():
    process = planned().process
    scratch = process.new_scratch(np.zeros(1, np.uint8))
    taken = sum(array.nbytes for array in scratch.state)
    told = int(np.diff(process.world.indptr).max())

    assert 0.9 * taken < scratch_bytes(process.world, n_steps=process.n_steps, most_told=told) < 1.5 * taken
    assert process.memory_bytes(10, 2, curves=True) > 2 * taken


def bytes_a_person(**changes):
    few, more = (
        sum(array.nbytes for array in process.new_scratch(np.zeros(1, np.uint8)).state)
        for process in (planned(**changes, **{"network.n_people": n}).process for n in (1000, 2000))
    )
    return (more - few) / 1000


def test_a_person_takes_few_bytes_whatever_she_does():
    """Without a section's people there is no room for them: 24 of a record, six lists of 4, a byte an item."""
    everything = {
        "model.content.ad.frequency_cap": 1,
        "model.value": {"purchases": "annual", "churn_per_year": 0.2, "retain_factor": 0.5},
        "model.dialogue": {},
        "model.crises": [{"name": "c", "start": DAY, "share_prob": 0.1}],
        "model.responses": [{"to": "c", "delay": "1d", "through": ["owned"]}],
        "model.decision": {"rule": "count", "need": 3},
        "model.competitors": [{"name": "rival", "customers_fraction": 0.1}],
    }
    assert bytes_a_person() < 50
    assert bytes_a_person(**everything) < 96


def test_the_estimate_has_room_for_what_customers_will_do():
    """Each of them waits for her next purchase and for the clock of leaving: two events."""
    customers = {"model.brand": {"customers_fraction": 1.0}, "model.content": []}
    value = {"purchases_per_year": 1.0, "churn_per_year": 0.2}
    alone, living = (planned(**customers, **life).process.world for life in ({}, {"model.value": value}))
    estimates = [scratch_bytes(world, n_steps=20, most_told=50) for world in (alone, living)]
    assert estimates[1] - estimates[0] == 200 * 2 * records.EVENT.itemsize


def test_a_change_beyond_32_bits_stays_itself():
    series = np.zeros((1, 2, len(codes.COUNTS)), np.int64)
    series[0, 0, codes.N_TELLS_WANTED] = 3_000_000_000
    series[0, 1, codes.N_AWARE] = 7

    assert changes_of({"": series}, "tells_wanted").tolist() == [3_000_000_000, 0]
    assert changes_of({"": series}, "aware").dtype == np.int32
    world = planned().process.world
    scratch = new_scratch(world, np.zeros(1, np.uint8), n_steps=20, most_told=50)
    assert run_world(world, campaign_keys(1, 0, 1), scratch).series.dtype == np.int64


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("indices", np.array([5, 0], np.int32), r"indices must lie in 0 \.\. 1"),
        ("indices", np.array([-1, 0], np.int32), r"indices must lie in 0 \.\. 1"),
        ("indptr", np.array([0, 2, 1], np.int64), "indptr"),
    ],
)
def test_a_network_made_by_hand_is_checked_before_machine_code_reads_it(field, value, message):
    graph = Graph.from_edges([0, 1], [1, 0], n_people=2)
    process = campaign_of(
        plan_scenario(scenario_from({**SCENARIO, "segments": [], "seeding": {"strategy": "degree", "n_seed_nodes": 1}}))
    )
    broken = process.world._replace(
        indptr=graph.indptr, indices=graph.indices, n_people=2, segment=np.zeros(2, np.int16)
    )
    with pytest.raises(wom.GraphError, match=message):
        check_world(broken._replace(**{field: value}))


@pytest.mark.parametrize(
    ("table", "field", "value", "message"),
    [
        ("posts", "item", -1, "posts.item"),
        ("posts", "first", -5, "posts.first"),
        ("items", "first_target", -2, "items.first_target"),
        ("items", "seen", 1.5, "items.seen"),
        ("items", "cap", 300, "items.cap"),
    ],
)
def test_tables_made_by_hand_are_checked(table, field, value, message):
    creators = [{"name": "c", "followers": 10, "item": "ad", "dates": [DAY]}]
    world = planned(**{"model.creators": creators}).process.world
    broken = getattr(world, table).copy()
    broken[field] = value
    with pytest.raises(wom.GraphError, match=message):
        check_world(world._replace(**{table: broken}))


def test_what_misleads_is_said():
    few = planned(**{"network.mean_contacts": 1, "model.word_of_mouth.satisfied_tells": 9.0, "model.content": []})
    assert any("below the tells asked for" in line for line in run_case(few, threads=1).warnings)
    capped = planned(**{"model.content.ad.frequency_cap": 1, "model.content.ad.spend": 40.0})
    assert any("frequency_cap was reached" in line for line in run_case(capped, threads=1).warnings)
    assert not any("frequency_cap" in line for line in run_case(planned(), threads=1).warnings)


def test_customers_who_start_as_something_else_still_talk():
    changes = {"model.brand": {"customers_fraction": 1.0, "customers_talk": True}, "seeding.start_as": "aware"}
    assert planned(**changes).process.facts["n_talking"] == 200
    assert planned(**{**changes, "seeding.start_as": "satisfied"}).process.facts["n_talking"] == 197


def test_the_process_is_that_of_campaigns():
    assert isinstance(planned().process, CampaignProcess)


@pytest.mark.parametrize("part", [1.0, 0.5])
def test_those_who_start_are_left_out_of_conversions_without_the_campaign_too(part):
    """Starters who do nothing add nothing: MODELS.md 18.9, 16."""
    graph = wom.Graph.from_edges(np.arange(60), (np.arange(60) + 1) % 60, directed=False)
    campaign = wom.Campaign(brand={"baseline_sales_per_day": 2.0, "customers_fraction": 0.1})
    result = wom.simulate(
        graph,
        campaign,
        seed_nodes=list(range(30)),
        starting={"start_as": "aware", "participation_prob": part},
        horizon="20d",
        n_replicas=50,
        rng_seed=3,
    )
    np.testing.assert_array_equal(result.counts["conversions"], result.counts["conversions_no_campaign"])
    np.testing.assert_array_equal(result.counts["purchases"], result.counts["purchases_no_campaign"])
    assert (result.counts["conversions"] < result.counts["purchases"]).any()
