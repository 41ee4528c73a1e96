"""`wom explain --values`: what each person buys and brings, as a table."""

import json

import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from campaign_results import EVERYTHING

MONEY = ("--set", "model.value.purchases_per_year=4", "--replicas", "3")


@pytest.fixture(autouse=True)
def scenario(folder):
    (folder / "c.toml").write_text(EVERYTHING, encoding="utf-8")


def test_the_table_has_a_line_for_everybody_of_worth_most_brought_first(wom, folder):
    told = wom("explain", "c.toml", "--values", "who.csv", *MONEY)
    assert (told.code, told.err) == (0, "")
    table = pyarrow.csv.read_csv(folder / "who.csv")
    assert table.column_names == [
        "person",
        "segment",
        "customer_at_end",
        "purchases",
        "won_by_others",
        "won",
        "own_value",
        "brought_value",
    ]
    values = table.to_pydict()
    assert values["brought_value"] == sorted(values["brought_value"], reverse=True)
    assert len(set(values["person"])) == table.num_rows > 50
    assert set(values["segment"]) == {"students", "families"}
    assert f"what {table.num_rows} people are worth, on average over 3 replicas" in told.out
    assert "do not add them up" in told.out
    run = json.loads(wom("run", "c.toml", "--json", "--no-plots", *MONEY).out)["metrics"]
    assert sum(values["own_value"]) == pytest.approx(run["customer_equity"]["mean"])
    assert sum(values["purchases"]) == pytest.approx(run["purchases"]["mean"])


def test_parquet_and_json_say_the_same(wom, folder):
    wom("explain", "c.toml", "--values", "who.csv", *MONEY)
    told = json.loads(wom("explain", "c.toml", "--values", "who.parquet", "--json", *MONEY).out)
    table = pq.read_table(folder / "who.parquet")
    assert told["n_people"] == table.num_rows == pyarrow.csv.read_csv(folder / "who.csv").num_rows
    assert told["customer_equity"] == pytest.approx(sum(table["own_value"].to_pylist()))
    assert "do not add them up" in told["note"]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("who.txt", "who.txt: must end in .csv or .parquet"),
        ("c.csv", "c.csv: is there already; choose another name or remove it"),
        ("no/where.csv", "no/where.csv: there is no folder no to put it in"),
    ],
)
def test_a_place_that_does_not_do_is_refused_in_one_line(wom, folder, place, said):
    (folder / "c.csv").write_text("mine")
    refused = wom("explain", "c.toml", "--values", place)
    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err
    assert (folder / "c.csv").read_text() == "mine"


def test_without_a_margin_there_is_no_worth(wom, folder):
    (folder / "c.toml").write_text(EVERYTHING.replace("margin = 4.0\n", ""), encoding="utf-8")
    refused = wom("explain", "c.toml", "--values", "who.csv")
    assert refused.code == 2
    assert "model.value.margin: is missing; what a person is worth is counted in margins" in refused.err
    assert not (folder / "who.csv").exists()
