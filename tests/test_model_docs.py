"""Every model has a page, whose scenario runs, which names its source and its keys, and which has a picture."""

import importlib.util
import re
import tomllib
from pathlib import Path

import pytest

import wom_sim as wom
from kernel_runner import JIT_OFF
from wom_sim.models.catalogue import MODELS
from wom_sim.scenario.load import scenario_from

PAGES = Path(__file__).parents[1] / "docs" / "models"
EPIDEMICS = {"si", "sis", "sir", "seir"}
KINDS = sorted(MODELS)
SMALL = {"run.n_replicas": 5}
FEWER_PEOPLE = 300
SLOW = {"campaign", "self_exciting", "voter"} if JIT_OFF else set()
_spec = importlib.util.spec_from_file_location("model_pictures", PAGES / "pictures.py")
pictures = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(pictures)


def page_of(kind):
    return PAGES / f"{'epidemics' if kind in EPIDEMICS else kind}.md"


def test_every_model_has_a_page_that_the_index_names():
    index = (PAGES / "README.md").read_text(encoding="utf-8")
    for kind in KINDS:
        assert page_of(kind).is_file(), kind
        assert f"({page_of(kind).name})" in index, kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_names_sources_and_keys(kind):
    text = page_of(kind).read_text(encoding="utf-8")
    for author in re.findall(r"([A-Z][a-z]+)(?=[^();]*\(\d{4}\))", MODELS[kind].source):
        plain = text.replace("ö", "oe").replace("ä", "a")
        assert author in plain, author
    assert re.search(r"[Ss]ources?:", text)
    if kind == "campaign":  # its keys are in `wom models campaign`
        return
    if kind == "bad_news":  # which says that it takes these keys
        text += (PAGES / "talk_of_the_network.md").read_text(encoding="utf-8")
    for key in MODELS[kind].model_fields:
        assert f"`{key}`" in text or f"`{key}." in text or f"{key} = " in text, key
    for name in MODELS[kind].definitions:
        assert f"`{name}`" in text, name


@pytest.mark.parametrize("page", sorted({page_of(kind) for kind in KINDS}), ids=lambda page: page.stem)
def test_a_page_has_a_scenario_that_runs_and_a_picture(page, tmp_path):
    text = page.read_text(encoding="utf-8")
    path = pictures.write_scenario(page, tmp_path)
    given = tomllib.loads(path.read_text(encoding="utf-8"))
    assert page_of(given["model"]["kind"]) == page
    assert f"](pictures/{page.stem}.png)" in text
    size = (PAGES / "pictures" / f"{page.stem}.png").stat().st_size
    assert 5_000 < size < 60_000
    if page.stem in SLOW:
        return
    smaller = {"network.n_people": FEWER_PEOPLE} if given["network"].get("n_people", 0) > FEWER_PEOPLE else {}
    result = wom.run(wom.read_scenario(path, set={**SMALL, **smaller}))
    assert result.n_replicas == 5
    assert result.last_step.max() > 0
    pictures.picture_of(result)


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_links_lead_to_pages(page):
    for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).is_file(), link


def test_files_that_pages_name_are_there():
    root = PAGES.parents[1]
    for page in PAGES.glob("*.md"):
        for name in re.findall(r"`((?:tests|src|benchmarks|docs)/[\w./*]+)`", page.read_text(encoding="utf-8")):
            assert list(root.glob(name)), f"{page.name}: {name}"


def test_fragments_of_scenarios_are_toml():
    for page in PAGES.glob("*.md"):
        for block in pictures.blocks_of(page, "toml"):
            tomllib.loads(block)


def test_the_scenario_of_the_own_model_names_a_model_that_is_not_ours():
    scenario = tomllib.loads(pictures.scenario_of(PAGES / "own_model.md"))
    with pytest.raises(wom.ScenarioError, match="there is no model 'fading_cascade'"):
        scenario_from(scenario)
