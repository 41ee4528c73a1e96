"""`wom cite`: BibTeX of a run or a scenario, with the data it was made on."""

import hashlib
import json


def test_a_run_is_cited_with_the_hash_of_its_network(wom, folder):
    wom("run", "s.toml", "--no-plots", "--out", "r")
    (folder / "people.csv").unlink()  # what is cited is in the folder
    done = wom("cite", "r")
    assert (done.code, done.err) == (0, "")
    hash = json.loads((folder / "r" / "manifest.json").read_text())["graph_hash"]
    assert f"note = {{Hash of the network in wom\\_sim: {hash}}}" in done.out
    assert "title = {people.csv}" in done.out
    assert "@article{goldenberg2001talk," in done.out
    assert "% seeding by 'nodes': no paper" in done.out


def test_a_scenario_is_cited_with_the_hash_of_its_files(wom, folder):
    done = wom("cite", "s.toml", "--set", 'seeding={strategy="opim", n_seed_nodes=1}')
    assert done.code == 0
    sha256 = hashlib.sha256((folder / "people.csv").read_bytes()).hexdigest()
    assert f"note = {{SHA-256 of the file: {sha256}}}" in done.out
    assert "@inproceedings{tang2018online," in done.out


def test_what_cannot_be_cited_is_refused_in_one_line(wom, folder):
    assert wom("cite", "nope.toml").err == "wom: nope.toml: cannot be read: No such file or directory\n"
    assert "has no manifest.json" in wom("cite", ".").err
    wom("run", "s.toml", "--no-plots", "--out", "r")
    refused = wom("cite", "r", "--plan", "x")
    assert (refused.code, refused.err) == (
        2,
        "wom: r: holds a run that was made; --set and --plan are for scenario files\n",
    )
