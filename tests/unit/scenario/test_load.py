"""Reading scenario files: what is right is read, what is wrong is said, all at once, with file and key."""

import time

import pytest

from wom_sim import ScenarioError, read_scenario
from wom_sim.scenario.text import MAX_BYTES

SECTIONS = "format, name, start, network, segments, model, seeding, run, output, goal, sweep, uncertain, plans"
GOOD = """\
format = 1
name = "A test"

[network]
generate = "random"
n_people = 50
mean_contacts = 4

[model]
kind = "independent_cascade"
share_prob = 0.1

[seeding]
strategy = "degree"
n_seed_nodes = 2

[run]
n_replicas = 10
rng_seed = 1
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(text, name="s.toml"):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    return write


def problems(path, **changes):
    with pytest.raises(ScenarioError) as caught:
        read_scenario(path, set=changes)
    return list(caught.value.problems)


def changed(old, new):
    assert old in GOOD
    return GOOD.replace(old, new)


def test_reads_a_good_file(write):
    scenario = read_scenario(write(GOOD))
    assert scenario.name == "A test"
    assert scenario.model.share_prob == 0.1
    assert scenario.run.n_replicas == 10


def test_defaults_that_are_assumptions_are_known(write):
    scenario = read_scenario(write(changed("n_replicas = 10\n", "")))
    assert "run.n_replicas = 1000" in scenario.assumptions()
    assert "run.n_replicas = 10" not in " ".join(read_scenario(write(GOOD)).assumptions())


@pytest.mark.parametrize("text", [GOOD.replace("\n", "\r\n"), "\ufeff" + GOOD], ids=["CRLF", "BOM"])
def test_windows_line_ends_and_byte_order_marks_are_read(write, text):
    assert read_scenario(write(text)).name == "A test"


def test_numbers_may_be_written_as_toml_allows(write):
    scenario = read_scenario(
        write(changed("share_prob = 0.1", "share_prob = 1e-3").replace("n_people = 50", "n_people = 1_000"))
    )
    assert scenario.model.share_prob == 0.001
    assert scenario.network.n_people == 1000


def test_a_missing_file_a_folder_and_a_device(write, tmp_path):
    assert problems("none.toml") == ["none.toml: cannot be read: No such file or directory"]
    assert problems(str(tmp_path)) == [f"{tmp_path}: is a folder, not a scenario file"]
    assert problems("/dev/zero") == ["/dev/zero: is not a regular file"]


@pytest.mark.parametrize("text", ["", "# only\n# comments\n", "\n\n"])
def test_an_empty_file(write, text):
    assert problems(write(text)) == ["s.toml: empty scenario; `wom new` writes one to start from"]


def test_every_problem_at_once_with_file_and_key(write):
    text = changed("share_prob = 0.1", "share_prob = 1.4").replace("n_replicas = 10", "replicas = 10")
    assert problems(write(text + "\n[extra]\n")) == [
        f"s.toml: unknown key 'extra'; known: {SECTIONS}",
        "s.toml: model.share_prob: must be at most 1, got 1.4",
        "s.toml: unknown key 'replicas' in [run]; did you mean 'n_replicas'?",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("share_prob", "share_probabilty", "unknown key 'share_probabilty' in [model]; did you mean 'share_prob'?"),
        ("share_prob = 0.1", "share_prob = -0.1", "model.share_prob: must be at least 0, got -0.1"),
        ("share_prob = 0.1", "share_prob = nan", "model.share_prob: must be a finite number, got nan"),
        ("share_prob = 0.1", "share_prob = inf", "model.share_prob: must be a finite number, got inf"),
        ("share_prob = 0.1", 'share_prob = "0.5"', "model.share_prob: write 0.5 without quotes, got '0.5'"),
        ("share_prob = 0.1", 'share_prob = "50 %"', "model.share_prob: write 0.5 without quotes, got '50 %'"),
        ("share_prob = 0.1", "share_prob = true", "model.share_prob: must be a number or text in quotes, got true"),
        (
            "share_prob = 0.1",
            "share_prob = 2026-03-02",
            "model.share_prob: must be a number or text in quotes, got the date 2026-03-02",
        ),
        ("share_prob = 0.1", "", "model.share_prob: is missing"),
        ("n_replicas = 10", "n_replicas = 0", "run.n_replicas: must be at least 1, got 0"),
        ("n_replicas = 10", "n_replicas = -5", "run.n_replicas: must be at least 1, got -5"),
        ("n_replicas = 10", "n_replicas = 1e12", "run.n_replicas: must be a whole number, got 1000000000000.0"),
        (
            "n_replicas = 10",
            "n_replicas = 1_000_000_000_000",
            "run.n_replicas: must be at most 1000000000, got 1000000000000",
        ),
        ("n_replicas = 10", "n_replicas = 2.5", "run.n_replicas: must be a whole number, got 2.5"),
        ("n_replicas = 10", "n_replicas = true", "run.n_replicas: must be a whole number, got true"),
        (
            "n_replicas = 10",
            'n_replicas = "10"',
            "run.n_replicas: must be a whole number, got '10'; write it without quotes",
        ),
        ("rng_seed = 1", "rng_seed = -1", "run.rng_seed: must be at least 0, got -1"),
        (
            "rng_seed = 1",
            f"rng_seed = {2**70}",
            f"run.rng_seed: must be at most 18446744073709551615, got {2**70}",
        ),
        ("rng_seed = 1", 'rng_seed = "x"', "run.rng_seed: must be a whole number, got 'x'"),
        ("n_seed_nodes = 2", "n_seed_nodes = 1.2", "seeding.n_seed_nodes: must be a whole number, got 1.2"),
        (
            '"independent_cascade"',
            '"independant_cascade"',
            "model.kind: there is no model 'independant_cascade'; did you mean 'independent_cascade'?",
        ),
        ("format = 1", "format = 99", "format: must be 1, got 99: made by a newer wom_sim; update to read it"),
        ("format = 1\n", "", "format: is missing; write `format = 1` in the first line"),
        ("format = 1", "format = true", "format: must be 1, got true"),
        ('name = "A test"', 'name = ""', "name: must be text of 1 to 200 printable characters, got ''"),
        (
            'strategy = "degree"',
            'strategy = "degree"\nnodes = ["1"]',
            "seeding: give `nodes` (line 15) or `strategy` (line 14), not both",
        ),
        (
            'generate = "random"',
            'generate = "random"\nfile = "x.csv"',
            "network: give `file` (line 6) or `generate` (line 5), not both",
        ),
        (
            "[model]",
            '["model.share_prob"]\n[model]',
            f"unknown key 'model.share_prob'; known: {SECTIONS}",
        ),
    ],
)
def test_a_wrong_value_is_said_in_one_line(write, old, new, said):
    assert problems(write(changed(old, new))) == [f"s.toml: {said}"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("share_prob = 0,5", "s.toml:1:15: not TOML: "),
        ("a = 1\na = 2\n", "s.toml:2:"),
        ("name = 'unclosed\n", "s.toml:1:"),
        ("[model\nx = 1\n", "s.toml:1:"),
        ("model:\n  share_prob: 0.5\n", "s.toml:1:"),
        ("; ini file\n[run]\n", "s.toml:1:1: not TOML: "),
        ("d = 2026-02-30\n", "s.toml"),
    ],
)
def test_a_file_that_is_no_toml_is_located(write, text, said):
    (line,) = problems(write(text))
    assert line.startswith(said)


def test_the_line_is_shown_with_a_caret_and_a_decimal_comma_is_recognised(write):
    (message,) = problems(write("x = 0,5\n"))
    first, shown, caret = message.split("\n")
    assert first.endswith("decimals take a point: write 0.5")
    assert shown == "    x = 0,5"
    assert caret.index("^") - 4 == shown[4:].index(",")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'name = "\xff"', "s.toml: is not UTF-8 at byte 8; save it as UTF-8"),
        ("name = 1".encode("utf-16"), "s.toml: is UTF-16; save it as UTF-8"),
        (b"name = 1\x00", "s.toml: has a NUL character at byte 8; save it as UTF-8 text"),
    ],
)
def test_other_encodings_are_located(write, raw, said):
    assert problems(write(raw)) == [said]


def test_monstrous_files_are_refused_quickly(write):
    began = time.monotonic()
    assert "is nested too deeply" in problems(write("x = " + "[" * 100_000))[0]
    assert f"a scenario has at most {MAX_BYTES:,}" in problems(write(b"#" * (MAX_BYTES + 1)))[0]
    assert "cannot be read" in problems("x" * 5000)[0]
    assert time.monotonic() - began < 3.0


def test_overrides_change_keys_before_the_check(write):
    path = write(GOOD)
    scenario = read_scenario(path, set={"model.share_prob": 0.2, "run.max_steps": 3})
    assert (scenario.model.share_prob, scenario.run.max_steps) == (0.2, 3)
    assert problems(path, **{"model.share_prob": 2}) == ["s.toml: model.share_prob: must be at most 1, got 2"]
    assert problems(path, **{"name.x": 2}) == ["s.toml: set name.x: name holds a value, not a table"]


def test_segments_of_a_network_in_a_file_need_a_list_of_people(write):
    segments = '[[segments]]\nname = "a"\nfraction = 1.0\n'
    text = GOOD.replace('generate = "random"\nn_people = 50\nmean_contacts = 4', 'file = "x.csv"') + segments
    assert problems(write(text)) == [
        (
            "s.toml: segments: the network's file does not say who is in which; name a list of people with the columns "
            'id and segment: [network] people = "people.csv"'
        )
    ]
