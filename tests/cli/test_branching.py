"""`wom run --until`, `--save-state` and `--from-state`: folders of a past and of its futures."""

import json
from pathlib import Path

import pytest

from campaign_results import EVERYTHING

CONTRACT = Path(__file__).parents[1] / "contract"
TABLES = ("replicas.parquet", "curves.parquet", "by_segment.parquet", "by_item.parquet", "by_creator.parquet")
RUN = ("run", "c.toml", "--no-plots", "--quiet")
CHANGE = ("--set", "model.recall_half_life=3d")


@pytest.fixture
def past(wom, folder):
    (folder / "c.toml").write_text(EVERYTHING)
    done = wom(*RUN, "--replicas", 4, "--until", "3d", "--save-state", "--out", "past")
    assert done.code == 0, done.err
    return folder


def tables(folder):
    return {name: (folder / name).read_bytes() for name in TABLES if (folder / name).exists()}


def test_an_unchanged_future_writes_the_bytes_of_the_uninterrupted_run(wom, past):
    assert wom(*RUN, "--replicas", 6, "--out", "whole").code == 0
    done = wom(*RUN, "--replicas", 6, "--from-state", "past", "--out", "same")
    assert done.code == 0, done.err
    assert len(tables(past / "whole")) > 2
    assert tables(past / "whole") == tables(past / "same")
    assert json.loads((past / "whole/summary.json").read_bytes()) == json.loads(
        (past / "same/summary.json").read_bytes()
    )


def test_what_if_the_answer_had_come_on_day_3(wom, folder):
    """The same crisis until the moment of the answer; the answer is then as though it had always been planned so."""
    crisis, late = (CONTRACT / "crisis.toml", ("--set", "model.responses.0.delay=3d"))
    run = ("run", crisis, "--replicas", 3, "--no-plots", "--quiet")
    assert wom(*run, "--until", "2026-06-08 21:00", "--save-state", "--out", "past").code == 0
    for words, out in (
        (("--from-state", "past"), "same"),
        ((), "whole"),
        (("--from-state", "past", *late), "day 3"),
        (late, "always"),
    ):
        assert wom(*run, *words, "--out", out).code == 0
    assert tables(folder / "same") == tables(folder / "whole")
    assert tables(folder / "day 3") == tables(folder / "always") != tables(folder / "whole")
    done = wom(*run, "--from-state", "past", "--set", "model.responses.0.delay=2h", "--out", "x")
    assert "model.responses.0: it would have begun on 2026-06-08 02:00, and in the past it did not" in done.err


def test_replicas_are_added_to_a_branch_as_to_any_run(wom, past):
    for replicas, out in ((7, "at once"), (3, "added"), (7, "added")):
        done = wom(*RUN, "--from-state", "past", *CHANGE, "--replicas", replicas, "--out", out)
        assert done.code == 0, done.err
    assert tables(past / "at once") == tables(past / "added")
    case = json.loads((past / "added/case.json").read_bytes())
    assert case["past"][0]["until"] == "3d"


def test_no_folder_holds_two_futures(wom, past):
    assert wom(*RUN, "--from-state", "past", *CHANGE, "--replicas", 2, "--out", "one").code == 0
    done = wom(*RUN, "--from-state", "past", "--replicas", 2, "--out", "one")
    assert done.code == 2
    assert "holds the results of another case" in done.err
    done = wom(*RUN, "--replicas", 2, *CHANGE, "--out", "one")  # as though it had always been so
    assert "holds the results of another case" in done.err


def test_the_state_stays_with_its_folder(wom, past):
    before = (past / "past/state.json").read_bytes()
    for more in ((), ("--replicas", 5)):
        assert wom(*RUN, "--until", "3d", "--replicas", 4, *more, "--out", "past").code == 0
    assert (past / "past/state.json").read_bytes() == before
    assert "state.json" in json.loads((past / "past/manifest.json").read_bytes())["files"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--until", "soon"), "until: must be a date such as"),
        (("--from-state", "c.toml"), "is no saved state: it is something else"),
        (("--from-state", "nowhere"), "no saved state can be read there"),
        (("--from-state", "."), "holds no saved state"),
        (("--from-state", "past", "--rng-seed", 77), "run.rng_seed: must be"),
        (
            ("--from-state", "past", "--set", "model.brand.customers_fraction=0.4"),
            "model.brand.customers_fraction: must stay",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line_and_nothing_is_written(wom, past, words, said):
    done = wom(*RUN, *words, "--out", "x")
    assert done.code == 2
    assert said in done.err
    assert done.err.count("\n") == 1
    assert not (past / "x").exists()


def test_a_branch_says_what_it_goes_on_from(wom, past):
    done = wom(*RUN, "--from-state", "past", *CHANGE, "--replicas", 2, "--out", "x")
    assert "note: past: until " in done.out
    assert "since then model.recall_half_life" in done.out


@pytest.mark.parametrize("branched", [True, False])
def test_a_past_and_its_future_can_be_repeated_from_their_folders_alone(wom, past, branched):
    where = past / "past"
    if branched:
        where = past / "future"
        assert wom(*RUN, "--replicas", 3, "--from-state", "past", *CHANGE, "--out", where).code == 0
    else:
        assert json.loads((where / "manifest.json").read_bytes())["asked"]["until"] == "3d"
    (past / "past/state.json").unlink()
    done = wom("rerun", where)
    assert (done.code, done.out.split(":")[0]) == (0, "identical"), done.err


def test_a_future_is_not_packed_without_names(wom, past):
    assert wom(*RUN, "--replicas", 3, "--from-state", "past", *CHANGE, "--out", "future").code == 0
    assert wom("pack", "future", "--out", "future.zip").code == 0
    done = wom("pack", "future", "--anonymise", "--out", "nameless.zip")
    assert done.code == 2
    assert "pack it without --anonymise" in done.err
