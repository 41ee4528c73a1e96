"""A goal held against a column of a file: what is summed, and what is refused."""

import json
import tomllib

import jsonschema
import pytest

from plans_and_goals import SMALL
from wom_sim.errors import ScenarioError
from wom_sim.scenario.json_schema import json_schema
from wom_sim.scenario.load import read_scenario, variant

SALES = "day,sales\n" + "\n".join(f"{day},{day}" for day in range(1, 31)) + "\n"


@pytest.fixture
def place(tmp_path):
    (tmp_path / "sales.csv").write_text(SALES)
    against = 'within = "20d"\nagainst = { file = "sales.csv", column = "sales" }'
    (tmp_path / "s.toml").write_text(SMALL.replace('within = "20d"', against))
    return tmp_path


def test_the_last_rows_of_an_equal_time_are_summed(place):
    scenario = read_scenario(place / "s.toml")
    assert scenario.goal.number == sum(range(11, 31))
    assert "goal: held against 410, the sum of 'sales' over the last 20 of 30 rows of sales.csv" in scenario.notes()
    assert scenario.resolved()["goal"]["against"] == 410.0


def test_a_scenario_that_travels_needs_the_file_no_more(place):
    scenario = read_scenario(place / "s.toml")
    (place / "sales.csv").unlink()
    assert variant(scenario, {"model.content.film.spend": 20}).goal.number == 410.0
    json.dumps(scenario.values, default=str)


def test_rows_may_stand_for_longer(place):
    weeks = {"goal.against": {"file": "sales.csv", "column": "sales", "every": "5d"}}
    assert read_scenario(place / "s.toml", set=weeks).goal.number == 27 + 28 + 29 + 30


def test_the_schema_takes_it(place):
    values = tomllib.loads((place / "s.toml").read_text())
    jsonschema.validate(json.loads(json.dumps(values, default=str)), json_schema())


@pytest.mark.parametrize(
    ("against", "said"),
    [
        ({"file": "sale.csv", "column": "sales"}, "goal.against.file: .*sale.csv: cannot be read"),
        (
            {"file": "sales.csv", "column": "sale"},
            "sales.csv has no column 'sale'; did you mean 'sales'",
        ),
        (
            {"file": "sales.csv", "column": "sales", "every": "6h"},
            "has 30 rows of 6h, and a time equal to",
        ),
        (
            {"file": "sales.csv", "column": "sales", "every": "3d"},
            "must be a whole number of rows of 3d",
        ),
        ({"file": "words.csv", "column": "sales"}, "words.csv, line 31: 'sales' must be a number, got 'many'"),
        ({"file": "none.csv", "column": "sales"}, "the last 20 rows of 'sales' sum to 0; must be above 0"),
        ({"file": "sales.csv"}, "goal.against.column: is missing"),
        (0.0, "goal.against"),
    ],
)
def test_what_cannot_be_summed_is_said(place, against, said):
    (place / "words.csv").write_text(SALES.replace("30,30", "30,many"))
    (place / "none.csv").write_text("sales\n" + "0\n" * 20)
    with pytest.raises(ScenarioError, match=said):
        read_scenario(place / "s.toml", set={"goal.against": against})
