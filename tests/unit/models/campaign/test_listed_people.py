"""A campaign with a list of people: who is a customer on day 0, and thresholds that are each person's own."""

import numpy as np
import pytest

from wom_sim import ScenarioError
from wom_sim.engine.plan import plan_scenario
from wom_sim.engine.run import run_case
from wom_sim.graph.columns import PeopleColumn
from wom_sim.scenario.load import scenario_from
from wom_sim.seeding.random import Random

LIST = "id,customer,needs,part,town\n" + "".join(f"p{i},{i % 2},{1 + i % 3},0.{i % 10},x\n" for i in range(40))
OTHERS = {"needs": 2, "part": 0.5}
CUSTOMERS = list(range(1, 40, 2))


def case(folder, *, text=LIST, network=(), brand=None, decision=None, **sections):
    (folder / "people.csv").write_text(text, encoding="utf-8")
    values = {
        "format": 1,
        "name": "s",
        "network": {
            "generate": "random",
            "n_people": 200,
            "mean_contacts": 6.0,
            "people": "people.csv",
            **dict(network),
        },
        "model": {"kind": "campaign", "outcome": "habit"} | ({"brand": brand} if brand else {}),
        "run": {"horizon": "9d", "n_replicas": 2, "rng_seed": 1},
        **sections,
    }
    if decision:
        values["model"]["decision"] = decision
    return plan_scenario(scenario_from(values, folder=folder))


def customers(case):
    return case.process.world.customers.tolist()


def test_the_list_says_who_of_it_is_a_customer(tmp_path):
    found = case(tmp_path).process.world.customers

    assert found.tolist() == CUSTOMERS
    assert found.dtype == np.int32


def test_the_fraction_is_of_those_who_are_not_in_the_list_and_nested(tmp_path):
    few, many = (customers(case(tmp_path, brand={"customers_fraction": f})) for f in (0.1, 0.25))

    assert len(few) == 20 + 16
    assert len(many) == 20 + 40
    assert set(CUSTOMERS) < set(few) < set(many)
    assert [person for person in many if person < 40] == CUSTOMERS
    assert many == sorted(many)


def test_the_others_are_drawn_in_the_order_of_the_shuffle_of_everybody(tmp_path):
    """Without a column of customers the fraction is of everybody; the two agree on who among the others comes first."""
    among_all = customers(case(tmp_path, text="id\np0\n", brand={"customers_fraction": 0.5}))
    among_others = customers(case(tmp_path, text="id,customer\np0,no\n", brand={"customers_fraction": 0.5}))

    assert len(among_all) == 100
    assert len(set(among_all) ^ set(among_others)) <= 2
    assert 0 not in among_others


def test_where_everybody_is_listed_the_fraction_is_said_to_do_nothing(tmp_path):
    planned = case(tmp_path, network={"n_people": 40}.items(), brand={"customers_fraction": 0.5})

    assert customers(planned) == CUSTOMERS
    assert "model.brand.customers_fraction: has no effect, as the list of people says of everybody" in planned.notes


def test_a_list_beside_a_file_says_who_is_a_customer(tmp_path):
    (tmp_path / "ties.csv").write_text("source,target\nu,v\nv,w\n")
    (tmp_path / "people.csv").write_text("id,customer\nw,yes\nu,no\nv,no\n")
    run = {"horizon": "9d", "n_replicas": 1, "rng_seed": 1}
    network = {"file": "ties.csv", "people": "people.csv"}
    values = {"format": 1, "name": "s", "network": network, "model": {"kind": "campaign"}, "run": run}

    assert customers(plan_scenario(scenario_from(values, folder=tmp_path))) == [2]


def test_a_column_of_thresholds_is_each_persons_own(tmp_path):
    planned = case(tmp_path, network={"unlisted": OTHERS}.items(), decision={"rule": "count", "need": "needs"})
    need = planned.process.world.need

    assert need.dtype == np.int32
    assert need[:6].tolist() == [1, 2, 3, 1, 2, 3]
    assert set(need[40:].tolist()) == {2}

    planned = case(tmp_path, network={"unlisted": OTHERS}.items(), decision={"rule": "fraction", "fraction": "part"})
    expected = np.maximum(
        1, np.ceil(np.append(np.arange(40) % 10 / 10, np.full(160, 0.5)) * planned.graph.in_degree - 1e-9)
    )
    assert planned.process.world.need.tolist() == expected.tolist()


@pytest.mark.parametrize(("rule", "key", "value"), [("count", "need", 2), ("fraction", "fraction", 0.5)])
def test_a_column_with_one_number_for_all_is_that_number(tmp_path, rule, key, value):
    text = "id,customer,x\n" + "".join(f"p{i},{i % 2},{value}\n" for i in range(200))
    by_column = case(tmp_path, text=text, decision={"rule": rule, key: "x"})
    by_number = case(tmp_path, text=text, decision={"rule": rule, key: value})

    first, second = (run_case(planned, threads=1, curves=True) for planned in (by_column, by_number))
    assert by_column.case_id != by_number.case_id
    assert first.counts["adopters"].tolist() == second.counts["adopters"].tolist()
    assert first.counts["adopters"][0] > 100


def test_thresholds_decide_the_case(tmp_path):
    """Same ties, same customers, another number in the list: another case."""
    decision = {"rule": "count", "need": "needs"}
    before = case(tmp_path, network={"unlisted": OTHERS}.items(), decision=decision)
    after = case(
        tmp_path, text=LIST.replace("p0,0,1", "p0,0,9"), network={"unlisted": OTHERS}.items(), decision=decision
    )

    assert before.case_id != after.case_id
    assert np.array_equal(before.graph.indices, after.graph.indices)


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        (
            {"rule": "count", "need": "needed"},
            (
                "model.decision.need: there is no column 'needed' of people; columns: 'needs', 'part', 'town', "
                "'customer', 'listed'"
            ),
        ),
        ({"rule": "count", "need": "town"}, "model.decision.need: column 'town': must hold numbers, got 'x' for 'p0'"),
        (
            {"rule": "count", "need": "part"},
            "model.decision.need: column 'part': must be a number of at least 1, got 0 for 'p0'",
        ),
        (
            {"rule": "fraction", "fraction": "needs"},
            "model.decision.fraction: column 'needs': must be a number in [0, 1], got 2 for 'p1'",
        ),
    ],
)
def test_a_column_that_does_not_fit_is_one_line(tmp_path, decision, message):
    with pytest.raises(ScenarioError) as caught:
        case(tmp_path, network={"unlisted": {**OTHERS, "town": "x"}}.items(), decision=decision)

    assert str(caught.value) == f"scenario: {message}"


def test_columns_of_model_and_seeding_are_checked_together_before_anybody_is_chosen(tmp_path, monkeypatch):
    monkeypatch.setattr(Random, "people_columns", lambda self: {"cost_per_person": PeopleColumn("fee", 0.0)})
    seeding = {"strategy": "random", "n_seed_nodes": 1000}  # more than there are, which is not said
    with pytest.raises(ScenarioError) as caught:
        case(
            tmp_path, network={"unlisted": OTHERS}.items(), decision={"rule": "count", "need": "town"}, seeding=seeding
        )

    assert list(caught.value.problems) == [
        "scenario: model.decision.need: column 'town': must hold numbers, got 'x' for 'p0'",
        (
            "scenario: seeding.cost_per_person: there is no column 'fee' of people; columns: 'needs', 'part', 'town', "
            "'customer', 'listed'"
        ),
    ]


def test_people_without_a_number_are_refused_with_what_to_do(tmp_path):
    with pytest.raises(
        ScenarioError, match="must hold a number for everybody, got none for the 160 people who are not"
    ):
        case(tmp_path, decision={"rule": "count", "need": "needs"})


@pytest.mark.parametrize(
    ("need", "said"), [("2", "write 2 without quotes"), (0, "must be at least 1"), (1.5, "must be")]
)
def test_a_number_is_still_checked(tmp_path, need, said):
    with pytest.raises(ScenarioError, match=f"model.decision.need: {said}"):
        case(tmp_path, decision={"rule": "count", "need": need})
