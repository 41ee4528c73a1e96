"""What is cited: everything in a catalogue has papers or says that it has none; the BibTeX holds together."""

import re
import tomllib
from pathlib import Path

import pytest

from wom_sim.graph.catalogue import GENERATORS
from wom_sim.models.catalogue import MODELS
from wom_sim.reproduce.citing import (
    GENERATOR_WORKS,
    MODEL_WORKS,
    STRATEGY_WORKS,
    STREAM_WORKS,
    DataFile,
    bibtex,
    works,
)
from wom_sim.scenario.load import scenario_from
from wom_sim.seeding.catalogue import STRATEGIES

ROOT = Path(__file__).parents[3]
TABLES = {
    "model": (MODELS, MODEL_WORKS),
    "strategy": (STRATEGIES, STRATEGY_WORKS),
    "generator": (GENERATORS, GENERATOR_WORKS),
}
USED = [key for _, cited in TABLES.values() for keys in cited.values() for key in keys] + list(STREAM_WORKS)


def balanced(text):
    depth = 0
    for letter in re.sub(r"\\[{}]", "", text):
        depth += (letter == "{") - (letter == "}")
        assert depth >= 0, text
    return depth == 0


def fields_of(entry):
    return dict(re.findall(r"^  (\w+) = \{(.*)\},$", entry, re.MULTILINE))


@pytest.mark.parametrize("kind", TABLES)
def test_everything_in_a_catalogue_has_an_entry(kind):
    known, cited = TABLES[kind]
    assert set(cited) == set(known)


def test_works_are_entries_of_bibtex_with_what_each_kind_needs():
    text = (ROOT / "src/wom_sim/reproduce/works.bib").read_text(encoding="utf-8")
    keys = re.findall(r"^@\w+\{([a-z0-9]+),$", text, re.MULTILINE)
    assert len(keys) == len(set(keys)) == text.count("@") == len(works())
    assert keys == sorted(keys)
    needed = {
        "article": {"journal", "volume"},
        "inproceedings": {"booktitle"},
        "book": {"publisher"},
        "techreport": {"institution"},
        "misc": {"note"},
    }
    for key, entry in works().items():
        kind, said = re.match(r"@(\w+)\{", entry)[1], fields_of(entry)
        assert balanced(entry), key
        assert needed[kind] | {"author", "title", "year"} <= set(said), key
        assert key.endswith(tuple("abcdefghijklmnopqrstuvwxyz"))
        surname = plain(said["author"].partition(",")[0]).lower()
        year = re.search(r"\d{4}", key)[0]
        assert said["year"] == year, key
        assert re.sub(r"[^a-z]", "", surname).startswith(key.partition(year)[0]), key
        assert re.fullmatch(r"\d+(--\d+)?", said.get("pages", "1")), key


def test_all_works_are_used_and_all_used_are_there():
    assert set(USED) == set(works())


def plain(name):
    """A name of BibTeX without the marks of its letters."""
    return re.sub(r"[{}\\'\"`^]", "", re.sub(r"\\[a-zA-Z](?=\{)", "", name))


def sources(kind):
    """What a docstring or a model's source names: pairs of first author and year."""
    for name in TABLES[kind][0]:
        spec = TABLES[kind][0][name]
        text = spec.source if kind == "model" else (spec.__doc__ or "").partition("Source")[2]
        for surname, year in re.findall(
            r"([A-Z][\w-]+)(?: [A-Z]\w+)?(?:,? (?:&|et al\.)?[^();:]*?)? ?\(((?:18|19|20)\d\d)\)", text
        ):
            yield name, surname, year


@pytest.mark.parametrize("kind", TABLES)
def test_the_papers_are_those_that_docstrings_name(kind):
    """The first authors and years that a model's source and a docstring's "Source:" name are those cited."""
    found = 0
    for name, surname, year in sources(kind):
        cited = [fields_of(works()[key]) for key in TABLES[kind][1][name]]
        written = [plain(work["author"]).replace("oe", "o") for work in cited if work["year"] == year]
        assert any(surname.replace("oe", "o")[:5] in author for author in written), (name, surname, year)
        found += 1
    assert found >= {"model": 25, "strategy": 12, "generator": 4}[kind]


def scenario(**changes):
    values = {
        "format": 1,
        "name": "x",
        "network": {"generate": "random", "n_people": 10, "mean_contacts": 2},
        "model": {"kind": "weighted_cascade"},
        "seeding": {"strategy": "greedy", "n_seed_nodes": 1},
    }
    return scenario_from({**values, **changes})


def test_a_work_stands_once_and_every_group_says_what_it_is_for():
    text = bibtex(scenario(seeding={"strategy": "imm", "n_seed_nodes": 1}), version="9.9", data=[])
    keys = re.findall(r"^@\w+\{(\w+),$", text, re.MULTILINE)
    assert keys == [
        "wom_sim",
        "kempe2015maximizing",
        "tang2015influence",
        "chen2018issue",
        "erdos1959random",
        "steele2014fast",
    ]
    assert "note = {Version 9.9}" in text
    assert [line for line in text.splitlines() if line.startswith("%")] == [
        "% the software",
        "% the model 'weighted_cascade'",
        "% seeding by 'imm'",
        "% the network, generated as 'random'",
        "% the random stream",
    ]
    timed = {"kind": "timed_cascade", "share_prob": 0.1, "delay": {"kind": "exponential", "mean": "1d"}}
    more = {"model": timed, "run": {"horizon": "9d"}, "seeding": {"strategy": "imm", "n_seed_nodes": 1}}
    assert bibtex(scenario(**more), version="1", data=[]).count("{tang2015influence,") == 1


def test_what_has_no_paper_says_so():
    text = bibtex(scenario(seeding={"strategy": "degree", "n_seed_nodes": 1}), version="1", data=[])
    assert "% seeding by 'degree': no paper; its definition is in the documentation of wom_sim" in text


def test_names_of_files_are_written_as_latex_prints_them():
    data = [DataFile("50%_of {us} & #1~^$\\.csv", "a_b", "c")]
    text = bibtex(scenario(), version="1", data=data)
    escaped = r"title = {50\%\_of \{us\} \& \#1\textasciitilde{}\textasciicircum{}\$\textbackslash{}.csv}"
    assert escaped in text
    assert balanced(text)


def test_the_citation_file_names_the_version_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    assert "cff-version: 1.2.0" in lines
    assert f"version: {project['version']}" in lines
    assert f"license: {project['license']}" in lines
    assert [line for line in lines if line.startswith("  - name:")] == [f"  - name: {project['authors'][0]['name']}"]
