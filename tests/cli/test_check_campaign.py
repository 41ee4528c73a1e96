"""`wom check` of a campaign: its sections, its calendar, what it amounts to beside what is published."""

import datetime
import json
import re
import tomllib

import pytest

CAMPAIGN = """\
format = 1
name = "A campaign"
start = 2026-03-02

[network]
generate = "lattice"
n_people = 200
contacts = 6

[[segments]]
name = "all of them"
fraction = 1.0

[model]
kind = "campaign"

[model.word_of_mouth]
persuasion_prob = 0.5

[[model.content]]
name = "ad"
channel = "paid"
start = 2026-03-02
end = 2026-03-04
spend = 4.0
cost_per_mille = 8.0
appeal = { "all of them" = 1.5 }
share_prob = 0.5

[[model.crises]]
name = "rumour"
start = 2026-03-03
share_prob = 0.2

[run]
horizon = "10d"
n_replicas = 2
rng_seed = 1
"""


def _creators(**values):
    keys = ", ".join(f"{key} = {value}" for key, value in values.items())
    each = f'item = "ad", dates = [2026-03-02], {keys}'
    return f'model.creators=[{{name = "a", {each}}}, {{name = "b", {each}}}]'


@pytest.fixture
def campaign(folder):
    (folder / "c.toml").write_text(CAMPAIGN)
    return folder


def test_sections_are_written_as_a_file_would(wom, campaign):
    out = wom("check", "c.toml").out
    for part in (
        '[[segments]]\n  name = "all of them"',
        '[[model.content]]\n  name = "ad"\n  channel = "paid"\n  start = 2026-03-02\n',
        '  appeal = { "all of them" = 1.5 }',
        "[model.word_of_mouth]\n",
        "[run]\n  n_replicas = 2",
    ):
        assert part in out
    for part in ("[model.value]", "None", "null", "= []", "= {}", "reaches everybody"):
        assert part not in out


def test_sections_are_toml(wom, campaign):
    out = wom("check", "c.toml").out
    read = tomllib.loads(out[out.index("[network]") : out.index("calendar")])
    assert read["model"]["content"][0]["start"] == datetime.date(2026, 3, 2)
    assert read["model"]["content"][0]["appeal"] == {"all of them": 1.5}
    assert read["model"]["word_of_mouth"]["persuasion_prob"] == 0.5
    assert read["run"] == {"n_replicas": 2, "rng_seed": 1, "horizon": "10d"}


def test_the_calendar_stands_between_sections_and_plausibility(wom, campaign):
    out = wom("check", "c.toml").out
    assert (
        "calendar\n"
        "  2026-03-02  the run begins\n"
        "  2026-03-02  ad 'ad' begins: 500 impressions\n"
        "  2026-03-03  10 people post the claim 'rumour'\n"
        "  2026-03-04  ad 'ad': last day\n"
        "  2026-03-12  the run ends\n"
        "\nplausibility  (by formula"
    ) in out
    report = json.loads(wom("check", "c.toml", "--json").out)
    assert report["calendar"][0] == {"at": "2026-03-02", "what": "the run begins"}


def test_what_is_implausible_is_marked(wom, campaign):
    out = wom("check", "c.toml").out
    marked = [line for line in out.splitlines() if line.startswith("  ! ")]
    assert [re.split(r"  +", line)[1] for line in marked] == ["! listeners whom a good telling wins"]
    assert re.search(r"50 %  published: 12\.5 % \(one recommendation in eight", marked[0])
    # 5 contacts left * 0.3 believe * 0.34 pass on
    assert re.search(r"new people passing it on per one who does +0\.51  needs x 1\.96 to go viral; if .* 0\.3\n", out)


def test_findings_are_in_the_document(wom, campaign):
    report = json.loads(wom("check", "c.toml", "--json").out)
    (finding,) = [f for f in report["plausibility"] if f["marked"]]
    assert finding == {
        "where": "model.word_of_mouth",
        "what": "listeners whom a good telling wins",
        "value": 0.5,
        "benchmark": {"low": 0.125, "high": 0.125},
        "source": "one recommendation in eight sells, Keller & Fay 2014",
        "marked": True,
        "as_percent": True,
        "says": "",
    }


def test_assumptions_are_named_once_together(wom, campaign):
    out = wom("check", "c.toml").out
    assert "assumed  (left out of the file; our choice, not a published figure)\n  model.step = 1d\n" in out
    assert "  model.content.ad.wear_out = 0.5\n" in out


def test_a_cascade_has_no_calendar_and_no_plausibility(wom):
    done = wom("check", "s.toml")
    assert "calendar" not in done.out
    assert "plausibility" not in done.out
    report = json.loads(wom("check", "s.toml", "--json").out)
    assert report["calendar"] == report["plausibility"] == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            "model.content.ad.cost_per_mille=1e-300",
            "content.ad.spend: must buy at most 1,000,000,000 impressions, got 1e+18",
        ),
        ("model.content.ad.cost_per_mille=1e-12", "impressions, got 4e+15; lower it or raise"),
        (
            'model.content=[{name = "p", channel = "owned", start = 2026-03-02, end = 9999-12-31, every = "1d"}]',
            "model.content.p.every: there must be at most 1,000,000 posts in the campaign, got 2,912,",
        ),
        (_creators(n=10_000, followers=0), "got 20,000, 10,000 of them here; lower it"),
        (_creators(n=5_000, followers=20_000), "creators.a.followers: there must be at most 100,000,000 followers of"),
        ('segments=[{name = "a\\nb", fraction = 1.0}]', r"segments.0.name: must be printable text, got 'a\nb'"),
        (
            "model.step=2d",
            "model.content.ad.end: must be a whole number of steps of model.step = 2d, within 10 %; 3d, the",
        ),
        ("model.kind=campain", "model.kind: there is no model 'campain'; did you mean 'campaign'?"),
        ('segments=[{name = " ", fraction = 1.0}]', "segments.0.name: must be printable text, got ' '"),
    ],
)
def test_what_is_too_much_is_refused_in_one_line_with_its_key(wom, campaign, change, said):
    for command in ("check", "run"):
        done = wom(command, "c.toml", "--set", change)
        assert done.code == 2
        assert said in done.err
        assert all(line.startswith("wom: c.toml: ") for line in done.err.splitlines())


def test_of_an_unknown_model_only_that_is_said(wom, campaign):
    done = wom("check", "c.toml", "--set", "model.kind=campain", "--set", "seeding.start_as=sharer")
    assert [line for line in done.err.splitlines() if "only with" in line] == []


@pytest.mark.parametrize(
    "change",
    [
        "model.content.ad.end=9999-12-31",
        "model.word_of_mouth={strong_tie_fraction = 1.0, strong_tie_power = 1e-300}",
        "model.word_of_mouth={strong_tie_fraction = 1.0, strong_tie_power = 1e6}",
        "model.word_of_mouth={persuasion_prob = 5e-324}",
        'run.horizon="1d"',
    ],
)
def test_what_is_odd_but_allowed_is_written_with_numbers(wom, campaign, change):
    changes = ["--set", change, "--set", "model.crises=[]"]
    done = wom("check", "c.toml", *changes)
    assert done.code == 0, done.err
    assert not re.search(r"\b(nan|inf|None)\b", done.out)
    assert wom("check", "c.toml", "--json", *changes).code == 0
