"""The other commands, the help, the errors of usage."""

import json
import os
import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import click
import jsonschema
import pytest

from kernel_runner import JIT_OFF
from wom_sim.cli.main import COMMANDS, cli
from wom_sim.cli.shipped import shipped_scenarios


def test_every_command_has_help_and_every_option_says_what_it_does(wom):
    top = wom("--help")
    assert top.code == 0
    for name, line in COMMANDS.items():
        assert line in top.out
        assert wom(name, "--help").code == 0
        command = cli.get_command(click.Context(cli), name)
        assert (command.help or "").strip(), name
        for option in command.params:
            assert isinstance(option, click.Argument) or option.help, f"{name} {option.name}"


def test_help_is_instant_and_loads_nothing_heavy():
    """At most 0.3 s; the median of five, as the machine is shared."""
    code = (
        "import sys; sys.argv = ['wom', '--help']; from wom_sim.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as left: assert not left.code\n"
        "loaded = {'numba', 'numpy', 'pandas', 'networkx', 'matplotlib', 'pyarrow', 'pydantic'} & set(sys.modules)\n"
        "print(sorted(loaded), file=sys.stderr)"
    )
    times = []
    for _ in range(5):
        began = time.monotonic()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        times.append(time.monotonic() - began)
        assert done.stderr.strip() == "[]"
    assert sorted(times)[2] < 0.3


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["rnu"], "there is no command 'rnu'; did you mean 'run'?"),
        (["run"], "Missing argument 'SCENARIO.toml'"),
        (["run", "s.toml", "--replica", "3"], "No such option"),
        (["run", "s.toml", "--replicas", "many"], "'many' is not a valid integer"),
        (["run", "s.toml", "--threads", "0"], "0 is not in the range x>=1"),
        (["run", "s.toml", "--set", "run.n_replicas"], "--set 'run.n_replicas': write section.key=value"),
        (["run", "s.toml", "--set", "run.n_replica=3"], "unknown key 'n_replica' in [run]; did you mean 'n_replicas'?"),
        (["run", "none.toml"], "wom: none.toml: cannot be read: No such file or directory"),
        (["models", "sirr"], "there is no model 'sirr'; models: independent_cascade"),
        (["new", "nothing"], "there is no template 'nothing'; templates: launch"),
    ],
)
def test_wrong_usage_is_exit_2_and_one_clear_line(wom, args, said):
    done = wom(*args)
    assert done.code == 2
    assert said in done.err
    assert done.out == ""
    assert "Traceback" not in done.err


def test_an_error_shows_its_traceback_only_when_asked(wom):
    assert "Traceback" not in wom("run", "none.toml").err
    assert "Traceback" in wom("--debug", "run", "none.toml").err


def test_check_resolves_and_runs_nothing(wom, folder):
    done = wom("check", "s.toml")
    assert done.code == 0
    for part in (
        "nothing wrong found",
        "6 people, 6 ties, directed",
        "share_prob = 0.5",
        "seed nodes  1: a",
        "memory",
        "disk",
        "time",
    ):
        assert part in done.out
    assert not (folder / "runs").exists()


def test_check_lists_defaults_that_are_assumptions(wom, folder):
    text = (folder / "s.toml").read_text()
    (folder / "s.toml").write_text(text.replace("n_replicas = 40\n", ""))
    assert (
        "assumed  (left out of the file; our choice, not a published figure)\n"
        "  network.directed = true, or as GraphML, GEXF and GML say\n"
        "  run.n_replicas = 1000\n" in wom("check", "s.toml").out
    )
    report = json.loads(wom("check", "s.toml", "--json").out)
    directed = "network.directed = true, or as GraphML, GEXF and GML say"
    assert report["assumptions"] == [directed, "run.n_replicas = 1000"]
    assert report["case"]["model"]["share_prob"] == 0.5
    assert json.loads(wom("run", "s.toml", "--json").out)["assumptions"] == report["assumptions"]


def test_check_refuses_what_run_refuses(wom):
    for change in ("model.share_prob=2", 'seeding.nodes=["zz"]', "network.file=none.csv"):
        checked, run = wom("check", "s.toml", "--set", change), wom("run", "s.toml", "--set", change)
        assert checked.code == run.code == 2
        assert checked.err == run.err


def test_new_lists_templates_and_each_runs_as_written(wom, folder):
    listed = wom("new")
    for name in shipped_scenarios():
        assert name in listed.out
        written = wom("new", name, f"{name} mine.toml")
        assert written.code == 0
        assert wom("run", f"{name} mine.toml", "--replicas", 5, "--no-plots", "--quiet").code == 0
        refused = wom("new", name, f"{name} mine.toml")
        assert refused.code == 2
        assert "exists already; choose another name, or --overwrite" in refused.err
    assert wom("new", "first_cascade").code == 0
    assert (folder / "first_cascade.toml").exists()


@pytest.mark.parametrize("name", shipped_scenarios())
def test_shipped_scenarios_start_with_their_command_and_say_what_they_show(name):
    lines = shipped_scenarios()[name].read_text(encoding="utf-8").splitlines()
    assert lines[0] in (f"# wom run {name}.toml", f"# wom compare {name}.toml")
    assert lines[1].startswith("# ")
    assert max(map(len, lines)) <= 130


def test_demo_runs_in_an_empty_folder_and_says_where_the_picture_is(wom, folder):
    done = wom("demo", "--replicas", 20)
    assert done.code == 0
    picture = re.search(r"^picture  (.+)$", done.out, re.MULTILINE)[1]
    assert (folder / picture).stat().st_size > 10_000


def test_models_explains_each_with_source_and_parameters(wom):
    listed = wom("models").out
    described = json.loads(wom("models", "--json").out)
    for name, entry in described.items():
        assert name in listed
        explained = wom("models", name).out
        assert f"Source: {entry['source']}" in explained
        assert f'kind = "{name}"' in explained
        for parameter in entry["parameters"]:
            assert parameter in explained


def test_networks_explains_each_generator(wom):
    listed = wom("networks").out
    for name, entry in json.loads(wom("networks", "--json").out).items():
        assert name in listed
        explained = wom("networks", name).out
        assert f'[network]\ngenerate = "{name}"' in explained
        for parameter in entry["parameters"]:
            assert parameter in explained
    assert "there is no network 'ba'; networks: communities" in wom("networks", "ba").err


@pytest.mark.skipif(JIT_OFF, reason="needs the compiler's speed")
def test_what_the_templates_say_of_their_results_is_so(wom):
    """First cascade: a third of the town, 200 people at 2 %. Linear threshold: scattered starters reach more than twice
    as many as a person and all contacts.
    """

    def reach(*args):
        return json.loads(wom(*args, "--no-plots", "--quiet", "--json").out)["metrics"]["reach"]["mean"]

    wom("new", "first_cascade", "fc.toml")
    assert 3_000 < reach("run", "fc.toml") < 3_800
    assert 170 < reach("run", "fc.toml", "--set", "model.share_prob=0.02") < 230
    wom("new", "linear_threshold", "lt.toml")
    scattered = reach("run", "lt.toml")
    assert scattered > 2 * reach("run", "lt.toml", "--set", "seeding.strategy=neighbourhood")


def test_what_the_campaign_templates_say_of_their_results_is_so(wom):
    """Sticky or seeded: near 1 a fifth stickier beats twice the starters, far below it does not. Tipping point: at half
    it dies out. Crisis: one starter and an answer that alerts is worse than silence.
    """

    def means(template, *settings, replicas=40):
        if not Path(f"{template}.toml").exists():
            wom("new", template)
        changes = [word for setting in settings for word in ("--set", setting)]
        options = ("--no-plots", "--quiet", "--json", "--replicas", replicas, *changes)
        metrics = json.loads(wom("run", f"{template}.toml", *options).out)["metrics"]
        return {name: metric["mean"] for name, metric in metrics.items()}

    stickier, seeded = "model.content.0.share_prob=0.30", "seeding.n_seed_nodes=200"
    assert means("sticky_or_seeded", stickier)["shares"] > 1.2 * means("sticky_or_seeded", seeded)["shares"]
    low, less = "model.content.0.share_prob=0.1", "model.content.0.share_prob=0.12"
    assert means("sticky_or_seeded", low, seeded)["shares"] > 1.5 * means("sticky_or_seeded", less)["shares"]
    assert means("negative_tipping_point")["rejecters"] > 3_500
    assert means("negative_tipping_point", "model.word_of_mouth.rejecter_talk_prob=0.5")["rejecters"] < 500
    one = means("one_vs_seven")
    assert (abs(one["conversions"] - 411) < 20, abs(one["rejecters"] - 150) < 25) == (True, True)
    alerted = means("crisis", "model.crises.0.starts_with=1")
    assert alerted["believers_ever"] > 1.5 * alerted["believers_ever_no_answer"]


def test_what_the_business_templates_say_of_their_results_is_so(wom):
    """Rival: silent, it is not heard; without switching nobody leaves it. Loyalty: content that binds keeps customers.
    Answer faster: more hands win more customers back, and a crisis is what fills the queue.
    """

    def means(template, *settings, plan=None):
        if not Path(f"{template}.toml").exists():
            wom("new", template)
        changes = [word for setting in settings for word in ("--set", setting)]
        changes += [] if plan is None else ["--plan", plan]
        done = wom("run", f"{template}.toml", "--no-plots", "--quiet", "--json", "--replicas", 10, *changes)
        return {name: metric["mean"] for name, metric in json.loads(done.out)["metrics"].items()}

    loud, silent = means("rival"), means("rival", "model.competitors.0.content.0.spend=0")
    assert loud["share_of_voice"] < 0.5 < silent["share_of_voice"]
    assert loud["won_from_rivals"] > means("rival", "model.competitors.0.switch_prob=0")["won_from_rivals"] == 0
    assert loud["lost_to_rivals"] < means("rival", "model.brand.switch_prob=1")["lost_to_rivals"]
    bound, free = means("loyalty"), means("loyalty", "model.value.retain_factor=1")
    assert bound["churned"] < free["churned"]
    assert bound["customer_equity"] > free["customer_equity"]
    slow, fast = means("answer_faster"), means("answer_faster", "model.dialogue.answers_per_day=100")
    calm = means("answer_faster", "model.crises=[]", "model.responses=[]")
    assert slow["response_time"] > 10 * fast["response_time"]
    assert calm["response_time"] < 1.5 * fast["response_time"]
    assert slow["recovered"] < fast["recovered"]
    plans = {name: means("influencers_or_ads", plan=name) for name in ("ads", "creators", "contacts")}
    assert all(abs(plan["spend"] - 900) < 60 for plan in plans.values())
    assert max(plans, key=lambda name: plans[name]["extra_conversions"]) == "ads"


def test_the_schema_accepts_the_shipped_scenarios_and_refuses_typos(wom):
    schema = json.loads(wom("schema").out)
    for source in shipped_scenarios().values():
        # Dates of TOML are text in JSON.
        scenario = json.loads(json.dumps(tomllib.loads(source.read_text(encoding="utf-8")), default=str))
        jsonschema.validate(scenario, schema)
        scenario["model"]["probabilty"] = 1
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(scenario, schema)


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "de_DE.UTF-8"},
        {"LC_ALL": "C", "PYTHONUTF8": "0"},
        {"NUMBA_NUM_THREADS": "0"},
        {"NUMBA_NUM_THREADS": "999"},
        {
            "HOME": "/nonexistent",
            "NUMBA_CACHE_DIR": "/proc/nope",
            "XDG_CACHE_HOME": "/proc/nope",
            "WOM_SIM_CACHE_DIR": "/proc/nope",
        },
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "PYTHONOPTIMIZE": "1"},
    ],
    ids=" ".join,
)
def test_odd_surroundings_change_no_byte(wom, folder, environment):
    """Locale, hash seed, time zone, no home, no cache: same results, in a path with spaces and other alphabets."""
    place = folder / "mein Ordner ünï 日本"
    place.mkdir()
    for name in ("s.toml", "people.csv"):
        (place / name).write_bytes((folder / name).read_bytes())
    command = [sys.executable, "-m", "wom_sim", "run", "s.toml", "--out", "x", "--json", "--no-plots"]
    done = subprocess.run(command, cwd=place, env={**os.environ, **environment}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    wom("run", "s.toml", "--out", "here", "--no-plots")
    for name in ("replicas.parquet", "curves.parquet", "summary.json"):
        assert (place / "x" / name).read_bytes() == (folder / "here" / name).read_bytes()


def test_a_damaged_compiler_cache_is_compiled_anew(folder):
    cache = folder / "numba"
    command = [sys.executable, "-m", "wom_sim", "run", "s.toml", "--json", "--no-plots", "--overwrite", "--out", "x"]
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    first = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
    if not list(cache.rglob("*.nbi")):
        pytest.skip("nothing is compiled in this mode")
    assert b"compiling once for this machine" in first.stderr
    for index in cache.rglob("*.nbi"):
        index.write_bytes(index.read_bytes()[:20])
    for code in list(cache.rglob("*.nbc"))[::2]:
        code.write_bytes(b"garbage")
    again = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
    assert again.stdout == first.stdout


def test_output_without_a_terminal_has_no_escape_codes(wom):
    done = wom("run", "s.toml")
    assert "\x1b" not in done.out + done.err
