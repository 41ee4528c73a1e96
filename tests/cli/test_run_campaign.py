"""`wom run` of a campaign: what is printed, what is written, that it goes on where it stopped."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from campaign_results import EVERYTHING, HABIT, RIVALS, TALK
from wom_sim.cli.numbers import chance_span, number, percent

CONTRACT = Path(__file__).parents[1] / "contract"
TABLES = ("replicas.parquet", "curves.parquet", "by_segment.parquet", "by_item.parquet", "by_creator.parquet")


@pytest.fixture
def campaign(folder):
    (folder / "c.toml").write_text(EVERYTHING)
    return folder


def printed(done, *words):
    assert done.code == 0, done.err
    for word in words:
        assert word in done.out, word
    return done.out


def test_one_against_seven_prints_what_talk_brought(wom):
    out = printed(
        wom("run", CONTRACT / "one_vs_seven.toml", "--replicas", 3, "--no-plots"),
        "1,000,000 people, everybody can meet everybody",
        "120 days, 1,000 starters (satisfied), 3 replicas",
        "buy for the first time",
        "people who were told",
        "net sentiment",
        "first purchases won by",
    )
    assert not {"times shown", "a claim", "nan", "None"} & set(out.split("  "))


def test_a_crisis_prints_both_worlds(wom):
    printed(
        wom("run", CONTRACT / "crisis.toml", "--replicas", 3, "--no-plots"),
        "of replicas a claim takes off; on average",
        "without an answer",
        "the claim took off",
        "believed it at some time",
        "middle 90 %",
        "purchases at 100",
        "assumed: ",
    )


def test_rivals_are_printed_by_brand(wom, folder):
    (folder / "r.toml").write_text(RIVALS)
    done = wom("run", "r.toml", "--replicas", 3, "--out", "x", "--csv")
    printed(
        done, "share of voice", "by brand", "we won from it", "  Loud", "  Loved", "funnel", "cost_and_return, brands"
    )
    names = {path.name for path in (folder / "x").iterdir()}
    assert {"by_brand.parquet", "means_by_brand.csv", "brands.png", "cost_and_return.svg"} <= names
    groups = json.loads((folder / "x" / "summary.json").read_text())["groups"]["brand"]
    assert list(groups) == ["the brand", "Loud", "Loved"]


def test_a_habit_prints_knowing_and_doing(wom):
    out = printed(
        wom("run", CONTRACT / "behaviour_change.toml", "--replicas", 3, "--no-plots"),
        "people do it at the end (",
        "know of it",
        "stopped and have not begun again",
        "by item",
    )
    assert "bought" not in out


def test_first_purchases_add_up_on_screen(wom, campaign):
    del campaign
    out = printed(wom("run", "c.toml", "--no-plots"), "by segment", "by item", "by creator", "spent within the run")
    lines = out.splitlines()
    begin = next(i for i, line in enumerate(lines) if line.startswith("first purchases won by"))
    end = next(i for i in range(begin, len(lines)) if lines[i].startswith("  all"))
    width = lines[begin].index("and begun by")
    for cut in (lambda line: line[:width], lambda line: line[width:]):
        values = [float(cut(line).split()[-1].replace(",", "")) for line in lines[begin + 1 : end] if cut(line).split()]
        assert sum(values) == pytest.approx(float(cut(lines[end]).split()[-1]), abs=0.06 * len(values))


def test_json_is_the_summary_with_groups(wom, campaign):
    done = wom("run", "c.toml", "--json")
    (path,) = (campaign / "runs").iterdir()
    summary = json.loads(done.out)
    assert summary == json.loads((path / "summary.json").read_text())
    assert set(summary["groups"]) == {"segment", "item", "creator"}
    assert set(summary["groups"]["item"]["video"]["reach"]) == {"mean", "standard_error"}
    drawn = {file.name for file in path.iterdir()}
    assert {"belief.png", "funnel.svg", "conversions.png", "by_item.parquet", "by_segment.parquet"} <= drawn


def test_pictures_are_named_and_stay_while_they_are_true(wom, campaign):
    out = printed(wom("run", "c.toml"), "reach_curve.png")
    assert "and      beyond_audience, funnel, conversions, sentiment, belief" in out
    (path,) = (campaign / "runs").iterdir()
    wom("run", "c.toml", "--no-plots")
    assert (path / "belief.png").exists()
    wom("run", "c.toml", "--no-plots", "--replicas", 40)
    assert not list(path.glob("*.png"))


def test_csv_has_the_columns_of_the_tables(wom, campaign):
    wom("run", "c.toml", "--csv", "--no-plots", "--replicas", 2)
    (path,) = (campaign / "runs").iterdir()
    for name in TABLES:
        header = (path / name.replace("parquet", "csv")).read_text().splitlines()[0]
        assert header.replace('"', "").split(",") == pq.read_table(path / name).column_names


def test_a_run_in_two_parts_gives_the_same_bytes(wom, campaign):
    wom("run", "c.toml", "--replicas", 9, "--out", "parts")
    wom("run", "c.toml", "--out", "parts")
    wom("run", "c.toml", "--out", "whole", "--threads", 3)
    for name in (*TABLES, "summary.json", "reach_curve.svg", "belief.svg", "conversions.png"):
        assert (campaign / "parts" / name).read_bytes() == (campaign / "whole" / name).read_bytes(), name


@pytest.mark.parametrize("text", [TALK, HABIT])
def test_other_campaigns_go_on_too(wom, campaign, text):
    (campaign / "c.toml").write_text(text)
    wom("run", "c.toml", "--replicas", 2, "--out", "parts", "--no-plots")
    done = wom("run", "c.toml", "--out", "parts", "--no-plots")
    wom("run", "c.toml", "--out", "whole", "--no-plots")
    assert done.code == 0
    for name in ("replicas.parquet", "curves.parquet", "summary.json"):
        assert (campaign / "parts" / name).read_bytes() == (campaign / "whole" / name).read_bytes(), name


def test_a_single_replica_and_nobody_bought_print_too(wom, campaign):
    (campaign / "c.toml").write_text(TALK)
    out = printed(wom("run", "c.toml", "--replicas", 1, "--set", "seeding.n_seed_nodes=0"), "no starters", "1 replica")
    assert "nan" not in out


def test_numbers_have_the_digits_that_help():
    texts = [number(x) for x in (12345.6, 100.4, 12.34, 1.234, 0.012345, 3.0, 0.0, -250.0, None)]
    assert texts == ["12,346", "100", "12.3", "1.23", "0.0123", "3", "0", "-250", "-"]
    assert [percent(x) for x in (0.5, 0.123, 0.0123, 0.00123, 1.0, 0.0)] == [
        "50 %",
        "12 %",
        "1.2 %",
        "0.12 %",
        "100 %",
        "0 %",
    ]


def test_twenty_times_in_twenty_is_not_always():
    always = {"n": 20, "mean": 1.0}
    assert chance_span(always) == "84 .. 100 %"
    assert chance_span({"n": 20, "mean": 0.0}) == "0 .. 16 %"


def test_a_folder_without_a_curve_asked_for_is_run_anew_and_says_so(wom, campaign):
    printed(wom("run", "c.toml", "--no-plots", "--out", "x"))
    again = wom("run", "c.toml", "--no-plots", "--out", "x", "--set", 'output.curves=["tells_wanted"]')
    assert again.code == 0, again.err
    assert "kept without the curve tells_wanted; the replicas are run anew" in again.err
    assert "tells_wanted" in pq.read_schema(campaign / "x" / "curves.parquet").names
