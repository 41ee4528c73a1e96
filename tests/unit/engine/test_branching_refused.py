"""What contradicts a past, and what is no past at all, is refused in one line before anything is run."""

import json

import pytest

import wom_sim as wom
from branching_scenarios import ANSWER, CLAIM, CREATOR, FILM, POST, RIVAL, day, rule, scenario
from kernel_runner import compiled_only
from wom_sim.engine.branching import ahead_of
from wom_sim.errors import FolderError, ResultError, ScenarioError
from wom_sim.results.state import read_state, state_bytes
from wom_sim.scenario.load import scenario_from

pytestmark = compiled_only


@pytest.mark.parametrize(
    ("key", "model"),
    [
        ("model.step", {"step": "12h"}),
        ("model.brand.customers_fraction", {"brand": {"customers_fraction": 0.2, "followers_fraction": 0.3}}),
        ("model.content.film.cost_per_mille", {"content": [{**FILM, "cost_per_mille": 4.0}, POST]}),
        ("model.content.film.end", {"content": [{**FILM, "end": day(3)}, POST]}),
        ("model.content.post.start", {"content": [FILM, {**POST, "start": day(2)}]}),
        ("model.content.0", {"content": [POST, FILM]}),
        ("model.content.new", {"content": [FILM, POST, {**POST, "name": "new"}]}),
        ("model.creators.ann.dates", {"creators": [{**CREATOR, "dates": [day(3), day(8)]}]}),
        ("model.creators.ann.fee_per_post", {"creators": [{**CREATOR, "fee_per_post": 0.5}]}),
        ("model.creators.ann", {"creators": []}),
        ("model.crises.claim.half_life", {"crises": [{**CLAIM, "half_life": "2d"}]}),
        ("model.responses.0", {"responses": [{**ANSWER, "delay": "1d"}]}),
        ("model.competitors.rival.customers_fraction", {"competitors": [{**RIVAL, "customers_fraction": 0.3}]}),
        ("model.competitors.rival.content", {"competitors": [{**RIVAL, "content": []}]}),
        ("model.competitors", {"competitors": []}),
        ("model.value.discount_rate", {"value": {"discount_rate": 0.2, "purchases_per_year": 12.0}}),
        ("model.value.purchases_per_year", {"value": {}}),
        ("model.dialogue", {"dialogue": None}),
        ("model.rules", {"rules": [rule(3, "reach > 0", trust__friend_buys=2.0)]}),
    ],
)
def test_what_has_happened_cannot_change(tmp_path, key, model):
    """Each is refused in a line that begins with the key, before anything is run."""
    wom.run(scenario(n_replicas=1), until="6d").save_state(tmp_path / "past.json")
    model = {name: value for name, value in model.items() if value is not None}
    future = scenario(n_replicas=1, **model)
    if key == "model.dialogue":
        future = future.model_copy(update={"model": future.model.model_copy(update={"dialogue": None})})
    with pytest.raises(ScenarioError) as refused:
        ahead_of(future, from_state=tmp_path / "past.json")
    assert any(line.startswith(f"scenario: {key}:") for line in refused.value.problems), refused.value


def test_other_people_another_luck_and_no_time_left_are_refused(tmp_path):
    wom.run(scenario(n_replicas=1), until="6d").save_state(tmp_path / "past.json")
    bigger = {"generate": "small_world", "n_people": 400, "contacts": 6, "rewired_fraction": 0.2}
    for said, future in {
        r"network\.n_people: must be 300, as in the past, got 400": scenario(network=bigger),
        r"run\.rng_seed: must be 11, as in the past, got 12": scenario(rng_seed=12),
        r"seeding\.strategy: must be .*as in the past": scenario(seeding={"strategy": "degree", "n_seed_nodes": 2}),
    }.items():
        with pytest.raises(ScenarioError, match=said):
            ahead_of(future, from_state=tmp_path / "past.json")
    short = scenario(content=[], creators=[], crises=[], responses=[], competitors=[])
    wom.run(short, until="6d").save_state(tmp_path / "past.json")
    brief = scenario(content=[], creators=[], crises=[], responses=[], competitors=[], horizon="6d")
    with pytest.raises(ScenarioError, match=r"run\.horizon: must be after 2026-03-08, where the past ends, got 6d"):
        ahead_of(brief, from_state=tmp_path / "past.json")
    with pytest.raises(ScenarioError, match=r"until: must be after 2026-03-08"):
        ahead_of(short, from_state=tmp_path / "past.json", until="2026-03-07")


@pytest.mark.parametrize("until", ["2026-03-01", "2026-03-02", "1h", "21d", "soon", "9 d", "2026-02-30", "0d"])
def test_a_date_outside_or_within_a_step_is_refused(until):
    with pytest.raises(ScenarioError, match="until: "):
        ahead_of(scenario(), until=until)


def test_without_a_start_there_are_no_dates_but_times():
    values = {"format": 1, "name": "n", "network": {"generate": "everyone", "n_people": 50}, "run": {"horizon": "9d"}}
    timeless = scenario_from({**values, "model": {"kind": "campaign"}})
    assert str(ahead_of(timeless, until="3d").scenario.run.horizon) == "3d"
    with pytest.raises(ScenarioError, match="until: the scenario has no start"):
        ahead_of(timeless, until="2026-03-05")


def test_a_state_is_read_whole_or_not_at_all(tmp_path):
    file = tmp_path / "past.json"
    wom.run(scenario(n_replicas=2), until="6d").save_state(file)
    whole, document = file.read_bytes(), json.loads(file.read_bytes())

    def refused(content, said):
        file.write_bytes(content)
        with pytest.raises(FolderError, match=said):
            ahead_of(scenario(), from_state=file)

    for place in range(0, len(whole) - 2, 97):  # one byte differs somewhere, or the rest is missing
        refused(whole[:place], "is no saved state")
        other = bytes([whole[place] ^ 1])
        refused(whole[:place] + other + whole[place + 1 :], "damaged|no saved state|newer|cannot go on")
    refused(json.dumps({**document, "format": 2}).encode(), "made by a newer wom_sim")
    refused(b'{"name": "mine"}', "it is something else")
    refused(b"\xff\xfe", "is no saved state")
    with pytest.raises(FolderError, match="no saved state can be read"):
        ahead_of(scenario(), from_state=tmp_path / "nowhere")
    with pytest.raises(FolderError, match="holds no saved state"):
        ahead_of(scenario(), from_state=tmp_path)


def test_a_past_that_is_not_the_one_that_was_saved_is_noticed(tmp_path):
    file = tmp_path / "past.json"
    wom.run(scenario(n_replicas=3), until="6d").save_state(file)
    document = read_state(file)
    document["marks"]["conversions"][2] = "0" * 16
    file.write_bytes(state_bytes(document))
    with pytest.raises(ScenarioError, match="replica 2 has another past here: the curve conversions differs"):
        wom.run(scenario(n_replicas=3), from_state=file)


def test_what_cannot_be_gone_on_from_is_not_saved(tmp_path):
    cascade = {"format": 1, "name": "n", "network": {"generate": "everyone", "n_people": 50}}
    cascade |= {"model": {"kind": "independent_cascade", "share_prob": 0.01}, "seeding": {"nodes": [1]}}
    result = wom.run(scenario_from(cascade))
    with pytest.raises(
        ScenarioError, match="save_state: only for a campaign or another model whose steps have a length"
    ):
        result.save_state(tmp_path / "x.json")
    with pytest.raises(ScenarioError, match="until: only for a campaign"):
        wom.run(scenario_from(cascade), until="3d")
    looks_ahead = scenario(rule(4, "reach_beyond_audience > 5", trust__friend_buys=2.0), n_replicas=1)
    with pytest.raises(ScenarioError, match=r"save_state: not while model\.rules\.0 looks at reach_beyond_audience"):
        wom.run(looks_ahead).save_state(tmp_path / "x.json")
    wom.run(looks_ahead, until="4d").save_state(tmp_path / "y.json")  # not judged yet
    with pytest.raises(ResultError, match="kept no curves"):
        wom.run(scenario(n_replicas=1), curves=False).save_state(tmp_path / "x.json")
    assert not (tmp_path / "x.json").exists()
