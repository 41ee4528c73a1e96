"""`wom goal`: two odds, what decides them, what would reach the goal."""

import json

import pytest

from plans_and_goals import document, launch

__all__ = ["launch"]


def test_two_odds_are_printed_what_decides_and_what_else_would_do(wom, launch):
    done = wom("goal", "g.toml", "--draws", "12")
    assert done.code == 0, done.err
    assert "Goal: conversions 30 % above without the campaign within 20d, that is" in done.out
    assert "if the numbers are right" in done.out
    assert "given how unsure they are" in done.out
    assert "12 draws of 1 key of [uncertain]" in done.out
    assert "model.content.film.engage_prob" in done.out
    (path,) = (launch / "runs").iterdir()
    assert {"goal.json", "goal.png", "goal.svg", "manifest.json"} <= {p.name for p in path.iterdir()}


def test_odds_are_counted_over_the_replicas_of_a_run(wom, launch):
    found = document(wom, "goal", "g.toml", "--draws", "0", "--no-others")["goal"]
    run = json.loads(wom("run", "g.toml", "--json", "--no-plots", "--quiet").out)["metrics"]
    assert found["mean"] == pytest.approx(run["conversions"]["mean"])
    assert found["target"] == pytest.approx(1.3 * run["conversions_no_campaign"]["mean"])
    assert 0.0 < found["odds_if_right"]["p"] < 1.0
    assert (found["odds_if_right"]["p"] * 40) % 1 == pytest.approx(0.0)
    assert found["odds_given_unsure"] is None


def test_without_uncertain_every_assumption_varies_and_it_says_so(wom, launch):
    done = wom("goal", "p.toml", "--draws", "8", "--no-others", "--no-plots")
    assert "assumptions, each up or down by a factor of 1.5, as there is no [uncertain]" in done.out
    found = document(wom, "goal", "p.toml", "--draws", "8", "--no-others")
    assert found["draws"]["of"] == "assumptions"
    assert len(found["goal"]["movers"]) == len(found["draws"]["keys"]) > 5


def test_the_smallest_spend_is_searched(wom, launch):
    found = document(wom, "goal", "g.toml", "--draws", "0", "--no-others", "--search", "spend", "--odds", "0.5")
    search = found["search"]
    assert search["odds"]["p"] >= 0.5
    assert search["spend"] == pytest.approx(10.0 * search["value"], rel=1e-3)
    below = [each for each in search["tried"] if each["value"] < search["value"]]
    assert all(each["odds"]["p"] < 0.5 for each in below)
    at_that = document(
        wom, "goal", "g.toml", "--draws", "0", "--no-others", "--set", f"model.content.film.spend={search['spend']}"
    )
    assert at_that["goal"]["odds_if_right"]["p"] == search["odds"]["p"]


def test_a_number_of_people_is_searched_as_a_whole_number(wom, launch):
    found = document(
        wom, "goal", "g.toml", "--draws", "0", "--no-others", "--search", "seeding.n_seed_nodes", "--odds", "0.8",
        "--set", "seeding.start_as=sharer", "--set", "seeding.item=film",
    )  # fmt: skip
    assert all(each["value"] == int(each["value"]) for each in found["search"]["tried"])
    assert max(each["value"] for each in found["search"]["tried"]) <= 600
    assert found["wanted"] == 0.8


def test_what_cannot_be_reached_says_what_was_tried(wom, launch):
    key = "model.content.film.seen_prob"
    done = wom("goal", "g.toml", "--draws=0", "--no-others", "--no-plots", "--search", key, "--set", "goal.uplift=9")
    assert done.code == 0
    assert "does not reach odds of 90 %; tried from" in done.out
    assert "the best odds" in done.out


def test_a_goal_that_is_reached_already_tries_nothing_else_and_searches_downwards(wom, launch):
    found = document(
        wom, "goal", "g.toml", "--draws", "0", "--set", "goal.uplift=0.01", "--search", "spend", "--odds", "0.6"
    )
    assert found["others"] == []
    assert found["search"]["value"] < 1.0


def test_an_observed_series_is_what_it_is_held_against(wom, launch):
    (launch / "sales.csv").write_text("sales\n" + "2\n" * 20)
    against = 'goal.against={file = "sales.csv", column = "sales"}'
    found = document(wom, "goal", "g.toml", "--draws", "6", "--no-others", "--set", against)
    assert found["goal"]["target"] == pytest.approx(1.3 * 40)
    assert any("held against 40, the sum of 'sales'" in line for line in found["warnings"])


def test_a_plan_has_a_goal_of_its_own(wom, launch):
    found = document(wom, "goal", "p.toml", "--plan", "twenty", "--draws", "0", "--no-others")
    assert found["spend"] == 20.0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["a.toml"], "a.toml: goal: is missing; write [goal] with metric, uplift and within"),
        (["s.toml"], 's.toml: goal: only [model] kind = "campaign" may have one'),
        (["g.toml", "--search", "model.content.film.channel"], "which is no number and no length of time"),
        (["g.toml", "--search", "model.content.film.spent"], "there is no such key; did you mean"),
        (["g.toml", "--set", "goal.metric=conversion"], "goal.metric: there is no count 'conversion'; did you mean"),
        (["g.toml", "--odds", "1.5"], "--odds"),
    ],
)
def test_bad_input_is_one_line_and_nothing_written(wom, launch, args, said):
    done = wom("goal", *args)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err
    assert not list(launch.glob("runs/*"))
