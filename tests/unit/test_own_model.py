"""What docs/models/own_model.md says is true: its package, installed as it stands there, runs and passes the checks."""

import importlib
import importlib.util
import re
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

import wom_sim as wom
from kernel_runner import compiled_only
from wom_sim.cli.main import main
from wom_sim.kernels import _jit
from wom_sim.models import catalogue
from wom_sim.scenario.load import scenario_from
from wom_sim.testing import ModelError, check_model
from wom_sim.testing.checks import CHECKS

PAGE = (Path(__file__).parents[2] / "docs" / "models" / "own_model.md").read_text(encoding="utf-8")
PROJECT, SCENARIO = re.findall(r"^```toml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
MODULE, TESTS = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
TIES = np.random.default_rng(5).integers(0, 100, (2, 500))


def forget():
    catalogue._plug_ins.cache_clear()
    catalogue._load.cache_clear()
    sys.modules.pop("wom_fading", None)


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder of installed packages with the page's package in it, as pip would leave it."""
    project = tomllib.loads(PROJECT)["project"]
    ((group, points),) = project["entry-points"].items()
    info = tmp_path / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    (info / "entry_points.txt").write_text(f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in points.items()))
    (tmp_path / "wom_fading.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(_jit, "CACHE_FOLDER", tmp_path / "machine_code" if _jit.CACHE_FOLDER else None)
    monkeypatch.setenv("WOM_SIM_CACHE_DIR", str(tmp_path / "cache"))
    forget()
    yield tmp_path
    forget()


@pytest.fixture
def command(site, capfd):
    """Call the command line: exit code, stdout, stderr."""

    def command(*args):
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main([str(arg) for arg in args])
        return int(left.value.code or 0), *capfd.readouterr()

    return command


@pytest.mark.usefixtures("site")
def test_it_is_in_the_catalogue_under_its_name():
    assert "fading_cascade" in catalogue.MODELS
    assert catalogue.MODELS["fading_cascade"].__name__ == "FadingCascade"


def test_wom_models_lists_and_explains_it(command):
    listed = "\nfading_cascade       Each newly reached person gets one chance at each listener, smaller"
    assert listed in command("models")[1]
    code, out, err = command("models", "fading_cascade")
    assert (code, err) == (0, "")
    assert "What is left of the chance a step later." in out
    assert "fading_cascade" in command("schema")[1]


def test_its_scenario_runs_and_wrong_keys_are_refused(command, site):
    (site / "news.toml").write_text(SCENARIO)
    fewer = ("--set", "run.n_replicas=20", "--set", "network.n_people=500")
    code, out, err = command("run", "news.toml", *fewer, "--quiet")
    assert (code, err) == (0, "")
    assert "fading_cascade, 500 people" in out
    code, _, err = command("check", "news.toml", "--set", "model.fade=1.2")
    assert (code, err) == (2, "wom: news.toml: model.fade: must be at most 1, got 1.2\n")


@compiled_only
@pytest.mark.usefixtures("site")
def test_the_number_on_the_page():
    scenario = scenario_from(tomllib.loads(SCENARIO))
    assert f"{wom.run(scenario).reach.mean():,.0f} of 5,000" in PAGE


@compiled_only
@pytest.mark.usefixtures("site")
def test_the_tests_on_the_page_pass():
    tests = {}
    exec(compile(TESTS, "own_model.md", "exec"), tests)
    run = [tests[name]() for name in sorted(tests) if name.startswith("test_")]
    assert len(run) == 3


def plain(module=MODULE):
    """The page's module without the compiler."""
    spec = importlib.util.spec_from_loader("wom_plain", loader=None)
    made = importlib.util.module_from_spec(spec)
    sys.modules["wom_plain"] = made  # pydantic looks up annotations there
    exec(compile(module.replace("@kernel\n", ""), "wom_plain", "exec"), made.__dict__)
    return made.FadingCascade


@pytest.mark.usefixtures("site")
def test_plain_python_gives_the_same_replicas():
    compiled = importlib.import_module("wom_fading").FadingCascade
    graph = wom.Graph.from_edges(*TIES)
    one, other = (
        wom.simulate(graph, model(share_prob=0.4, fade=0.9), seed_nodes=[0, 1], n_replicas=20, rng_seed=2)
        for model in (compiled, plain())
    )
    np.testing.assert_array_equal(one.curve, other.curve)
    assert one.reach.max() > 10


def test_counted_ties_are_refused():
    graph = wom.Graph.from_edges([0, 0, 1], [1, 1, 2], parallel_ties="count")
    with pytest.raises(wom.GraphError, match="fading_cascade knows no parallel ties"):
        wom.simulate(graph, plain()(share_prob=0.4), seed_nodes=[0], n_replicas=1, rng_seed=1)


@pytest.mark.parametrize(
    ("line", "fault", "check"),
    [
        ("scratch.reached[scratch.order[i]] = 0", "pass", "memory is left clean"),
        ("add_change(changes, 0, step, end - begin)", "pass", "counts fit curves"),
        ("keys.lane[r], max_steps", "(keys.lane[r] + r) % 512, max_steps", "chunks change nothing"),
        ('        "refused": ("tries", "tries to tell somebody that did not succeed")\n', "", "everything counted"),
        ("parent[v], reached[v] = v, u, 1", "parent[v], reached[v] = v, v, 1", "starters come first"),
        ("chance * world.fade\n", "chance * world.fade * (1 - 1 / max_steps)\n", "first steps do not depend"),
        ("if coin_passes(", "if not coin_passes(", "more never means fewer"),
    ],
    ids=lambda value: value if "_" not in value else "",
)
def test_check_model_finds_what_the_page_says_it_finds(line, fault, check):
    assert line in MODULE
    with pytest.raises(ModelError) as found:
        check_model(plain(MODULE.replace(line, fault))(share_prob=0.3, fade=0.8))
    said = next(one for one in str(found.value).splitlines() if check in one)
    assert check in PAGE
    assert said.startswith("fading_cascade: ")


def test_the_page_goes_through_every_check():
    for check in CHECKS:
        assert f"| {check.__name__.replace('_', ' ')} |" in PAGE


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("import no_such_module\n", "model 'fading_cascade' of wom-fading cannot be loaded: No module named"),
        ("FadingCascade = 3\n", "model 'fading_cascade' of wom-fading must be a subclass of Model, got 3"),
        (MODULE.replace('"fading_cascade"', '"fading"'), "calls itself 'fading'; let both names agree"),
    ],
    ids=["import", "class", "name"],
)
def test_what_may_go_wrong_is_said_in_one_line(command, site, module, said):
    (site / "wom_fading.py").write_text(module)
    code, _, err = command("models", "fading_cascade")
    assert code == 2
    assert len(err.splitlines()) == 1
    assert said in err
