"""`wom pack`: what is unpacked elsewhere is repeated number by number, with names or without."""

import json
import platform
import re
import zipfile

import pyarrow.parquet as pq
import pytest

from campaign_results import EVERYTHING
from folders import edit_manifest, state, unpacked

NAMES = {
    "a": "Anna Quist",
    "b": "Bela-Zywiec",
    "c": "chiara.rossi@mail",
    "d": "D'Oro",
    "e": "Ewa",
    "f": "Zoë",
    "g": "Gus Nobody",
}

SCENARIO = """\
# made by Anna Quist for Bela-Zywiec
format = 1
name = "Who hears"

[network]
file = "{folder}/ties of Ewa.csv"
people = "list.csv"

[[segments]]
name = "north"

[[segments]]
name = "south"

[model]
kind = "threshold"
fraction = "needed"

[seeding]
strategy = "degree"
n_seed_nodes = 1
already = ["Bela-Zywiec"]
among = ["Anna Quist", "Ewa", "Zoë"]

[run]
n_replicas = 6
rng_seed = 3

[[plans]]
name = "less"
set = {{ "seeding.among" = ["chiara.rossi@mail"] }}
"""


@pytest.fixture
def named(folder, monkeypatch):
    """A run on a network of people with names, at a path that tells, on a host with a name that tells."""
    monkeypatch.setattr(platform, "node", lambda: "anna-laptop")
    ties = "source,target\nBela-Zywiec,Anna Quist\nAnna Quist,chiara.rossi@mail\nAnna Quist,D'Oro\nD'Oro,Ewa\nEwa,Zoë\n"
    (folder / "ties of Ewa.csv").write_text(ties, encoding="utf-8")
    rows = [f"{name},{'north' if i % 2 else 'south'},0.{i + 1},{1000 + i}" for i, name in enumerate(NAMES.values())]
    (folder / "list.csv").write_text("id,segment,needed,revenue\n" + "\n".join(rows), encoding="utf-8")
    (folder / "n.toml").write_text(SCENARIO.format(folder=folder.as_posix()), encoding="utf-8")
    return folder


def cli(wom, *args):
    done = wom(*args)
    assert done.code == 0, done
    return done


def test_the_unpacked_run_is_identical_where_nothing_else_is(wom, folder, tmp_path_factory, monkeypatch):
    cli(wom, "run", "s.toml", "--no-plots", "--out", "r", "--set", "model.share_prob=0.4")
    before = state(folder / "r")
    done = cli(wom, "pack", "r", "--out", "p.zip")
    assert state(folder / "r") == before
    assert re.search(r"^packed +p\.zip \([\d,]+ bytes, 11 files\)$", done.out, re.MULTILINE)
    there = unpacked(folder / "p.zip", tmp_path_factory.mktemp("else") / "where")
    (folder / "people.csv").unlink()
    monkeypatch.setenv("WOM_SIM_CACHE_DIR", str(there.parent / "cache"))
    assert cli(wom, "rerun", there).out.startswith("identical: 40 replicas of 'A test'")
    monkeypatch.chdir(there)
    again = json.loads(cli(wom, "rerun", ".", "--json").out)
    assert again["network"]["hash"] == json.loads((folder / "r" / "manifest.json").read_text())["graph_hash"]
    readme = (there / "README.md").read_text()
    assert "python -m pip install -r requirements.txt\nwom rerun .\n" in readme
    assert "run with `model.share_prob=0.4`" in readme
    assert all(re.fullmatch(r"[a-z0-9-]+==\S+", line) for line in (there / "requirements.txt").read_text().splitlines())
    assert f"numpy=={__import__('numpy').__version__}\n" in (there / "requirements.txt").read_text()


def test_the_same_run_gives_the_same_bytes(wom, folder):
    cli(wom, "run", "s.toml", "--no-plots", "--out", "r")
    cli(wom, "pack", "r", "--out", "one.zip")
    cli(wom, "pack", "r", "--out", "two.zip")
    assert (folder / "one.zip").read_bytes() == (folder / "two.zip").read_bytes()
    with zipfile.ZipFile(folder / "one.zip") as pack:
        entries = pack.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    # Neither the clock nor the version of zlib nor the system is in it.
    assert {(e.date_time[0], e.compress_type, e.create_system) for e in entries} == {(1980, zipfile.ZIP_STORED, 3)}
    there = unpacked(folder / "one.zip", folder / "where")
    cli(wom, "pack", there, "--out", "three.zip")  # a pack of a pack is that pack
    assert (folder / "three.zip").read_bytes() == (folder / "one.zip").read_bytes()


def test_no_name_path_or_host_is_in_an_anonymised_pack(wom, named):
    cli(wom, "run", "n.toml", "--no-plots", "--out", "r", "--replicas", 4)
    edit_manifest(named / "r", lambda manifest: manifest["made_with"]["packages"].update(scipy="0.1"))
    cli(wom, "run", "n.toml", "--no-plots", "--out", "r")  # goes on, so that two environments are named
    manifest = (named / "r" / "manifest.json").read_text()
    assert manifest.count("anna-laptop") == 2
    assert "list.csv: 1 person has no ties" in manifest  # among the warnings
    done = cli(wom, "pack", "r", "--anonymise", "--out", "p.zip")
    assert "labels of people" not in done.err
    there = unpacked(named / "p.zip", named / "where")
    telling = [*NAMES.values(), "anna-laptop", str(named), "list.csv", "ties of", "made by", "revenue", "1003"]
    for file in there.iterdir():
        if file.suffix == ".parquet":
            table = pq.read_table(file)
            text = f"{table.column_names} {table.to_pydict()} {table.schema.metadata}"
        else:
            text = file.read_text(encoding="utf-8")
        assert [word for word in telling if word in text] == [], file.name
    raw = (named / "p.zip").read_bytes()
    assert not any(word.encode() in raw for word in telling)
    for name in NAMES.values():
        (named / "list.csv").unlink(missing_ok=True)
        (named / "ties of Ewa.csv").unlink(missing_ok=True)
        assert name not in raw.decode("latin-1")
    again = cli(wom, "rerun", there)
    assert again.out.startswith("identical: 6 replicas of 'Who hears'")
    for name in ("replicas.parquet", "curves.parquet"):
        assert (there / name).read_bytes() == (named / "r" / name).read_bytes()


def test_the_hash_without_labels_ties_an_anonymised_pack_to_its_run(wom, named):
    cli(wom, "run", "n.toml", "--no-plots", "--out", "r")
    cli(wom, "pack", "r", "--anonymise", "--out", "p.zip")
    there = unpacked(named / "p.zip", named / "where")
    original = json.loads(cli(wom, "rerun", "r", "--json").out)["network"]
    nameless = json.loads(cli(wom, "rerun", there, "--json").out)["network"]
    assert original["ties_hash"] == nameless["ties_hash"]
    assert original["hash"] != nameless["hash"]
    assert original["ties_hash"] in (there / "README.md").read_text()


def test_a_label_that_is_also_a_word_of_the_scenario_is_said(wom, named):
    text = (named / "n.toml").read_text(encoding="utf-8")
    (named / "n.toml").write_text(text.replace("Who hears", "Who hears Ewa"), encoding="utf-8")
    cli(wom, "run", "n.toml", "--no-plots", "--out", "r")
    assert "words in the pack that are also labels of people: 'Ewa'" in cli(wom, "pack", "r", "--anonymise").err


def test_a_pack_without_its_network_says_what_it_needs(wom, named):
    cli(wom, "run", "n.toml", "--no-plots", "--out", "r")
    cli(wom, "pack", "r", "--without-network", "--out", "p.zip")
    there = unpacked(named / "p.zip", named / "where")
    assert not {"ties.parquet", "people.parquet", "network.json"} & {file.name for file in there.iterdir()}
    readme = (there / "README.md").read_text()
    assert "`list.csv`" in readme
    assert json.loads((there / "manifest.json").read_text())["graph_hash"] in readme
    refused = wom("rerun", there)
    assert refused.code == 2
    assert "list.csv: the network's file is not in" in refused.err
    cli(wom, "rerun", there, "--data", named)


def test_an_anonymised_pack_without_its_network_takes_the_files_of_one_with(wom, named):
    cli(wom, "run", "n.toml", "--no-plots", "--out", "r")
    cli(wom, "pack", "r", "--anonymise", "--without-network", "--out", "p.zip")
    cli(wom, "pack", "r", "--anonymise", "--out", "whole.zip")
    there, whole = unpacked(named / "p.zip", named / "where"), unpacked(named / "whole.zip", named / "whole")
    refused = wom("rerun", there)
    assert refused.code == 2
    assert "was packed without its network; its README.md says which files" in refused.err
    for name in ("ties.parquet", "people.parquet", "network.json"):
        (there / name).write_bytes((whole / name).read_bytes())
    cli(wom, "rerun", there)


def test_a_campaign_on_a_generated_network_needs_no_ties(wom, folder):
    (folder / "c.toml").write_text(EVERYTHING)
    cli(wom, "run", "c.toml", "--no-plots", "--out", "r", "--replicas", 3)
    cli(wom, "pack", "r", "--out", "p.zip", "--anonymise")
    there = unpacked(folder / "p.zip", folder / "where")
    assert "generated from the scenario; nothing else is needed" in (there / "README.md").read_text()
    assert not (there / "ties.parquet").exists()
    assert "case " + json.loads((folder / "r" / "manifest.json").read_text())["case_id"] in cli(wom, "rerun", there).out


def test_a_list_of_people_in_a_generated_network_is_packed_as_people(wom, folder):
    cli(wom, "new", "customer_list", "c.toml")
    cli(wom, "run", "c.toml", "--no-plots", "--out", "r", "--replicas", 2)
    for number, flags in enumerate(([], ["--anonymise"])):
        cli(wom, "pack", "r", "--out", "p.zip", "--overwrite", *flags)
        cli(wom, "rerun", unpacked(folder / "p.zip", folder / f"where{number}"))


def test_a_damaged_pack_is_refused(wom, folder):
    cli(wom, "run", "s.toml", "--no-plots", "--out", "r")
    cli(wom, "pack", "r", "--out", "p.zip")
    there = unpacked(folder / "p.zip", folder / "where")
    ties = there / "ties.parquet"
    ties.write_bytes(ties.read_bytes()[:-4])
    done = wom("rerun", there)
    assert (done.code, done.out) == (2, "")
    assert "ties.parquet: is not as the run wrote it" in done.err
    assert "unpack it first" in wom("rerun", "p.zip").err


def test_files_that_are_there_are_kept(wom, folder):
    cli(wom, "run", "s.toml", "--no-plots", "--out", "r")
    (folder / "p.zip").write_text("mine")
    done = wom("pack", "r", "--out", "p.zip")
    assert (done.code, done.err) == (2, "wom: p.zip: exists; choose another file with --out, or --overwrite\n")
    assert (folder / "p.zip").read_text() == "mine"
    cli(wom, "pack", "r", "--out", "p.zip", "--overwrite")
    assert zipfile.is_zipfile(folder / "p.zip")
    assert wom("pack", "r", "--out", "no/where.zip").err == (
        f"wom: {folder.joinpath('no', 'where.zip').relative_to(folder)}: there is no folder no to put it in\n"
    )


def test_an_older_folder_that_does_not_say_what_was_asked_is_not_packed(wom, folder):
    cli(wom, "run", "s.toml", "--no-plots", "--out", "r", "--set", "model.share_prob=0.2")
    edit_manifest(folder / "r", lambda manifest: manifest.pop("asked"))
    for flags in ([], ["--anonymise"]):
        done = wom("pack", "r", "--out", "p.zip", *flags)
        assert done.code == 2
        assert "does not say what the run was asked beyond scenario.toml" in done.err
    cli(wom, "run", "s.toml", "--no-plots", "--out", "old")
    edit_manifest(folder / "old", lambda manifest: manifest.pop("asked"))
    cli(wom, "pack", "old", "--out", "p.zip")
    cli(wom, "rerun", unpacked(folder / "p.zip", folder / "where"))


def test_a_partial_run_is_packed_as_it_is(wom, folder):
    cli(wom, "run", "s.toml", "--no-plots", "--out", "r", "--replicas", 1)
    edit_manifest(folder / "r", lambda manifest: manifest.update(status="partial", n_replicas=40))
    for number, flags in enumerate(([], ["--anonymise"])):
        cli(wom, "pack", "r", "--out", "p.zip", "--overwrite", *flags)
        there = unpacked(folder / "p.zip", folder / f"where{number}")
        assert "1 replica of 40 that were asked for" in (there / "README.md").read_text()
        assert "identical: 1 replica that the interrupted run left" in cli(wom, "rerun", there).out
