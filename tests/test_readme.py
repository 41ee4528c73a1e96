"""The README's examples are true."""

import doctest
import tomllib
from pathlib import Path

import pytest

import wom_sim as wom
from kernel_runner import JIT_OFF
from wom_sim.cli.main import main
from wom_sim.scenario.load import scenario_from

ROOT = Path(__file__).parents[1]


@pytest.mark.skipif(JIT_OFF, reason="100,000 replicas need the compiler")
def test_python_examples_print_what_they_say():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    examples = doctest.DocTestParser().get_doctest(text, {}, "README", "README.md", 0)
    said = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(examples, out=said.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)
    assert len(examples.examples) > 8


def test_the_package_docstring_is_true():
    assert doctest.testmod(wom).failed == 0
    assert doctest.testmod(wom).attempted > 0


def test_the_scenario_in_the_readme_is_a_valid_one():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = text.split("```toml\n")[1].split("```")[0]
    assert scenario_from(tomllib.loads(block)).run.n_replicas == 3000


@pytest.mark.skipif(JIT_OFF, reason="1,000 replicas need the compiler")
def test_the_demo_prints_what_the_readme_shows(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    block = (ROOT / "README.md").read_text(encoding="utf-8").split("$ wom demo\n")[1].split("```")[0]
    with pytest.raises(SystemExit):
        main(["demo", "--quiet"])
    printed = capfd.readouterr().out.splitlines()
    for line in block.splitlines():
        assert line == "..." or line in printed
