"""What to cite for a run: this software, the papers behind its model, seeding and network, the data it was made on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from ..graph.files import FileNetwork
from ..models.catalogue import MODELS, origin_of
from ..scenario.schema import Scenario

Keys = tuple[str, ...]

OWN: Keys = ()
"""What has no paper, as its definition is our own, or common property."""

MODEL_WORKS: Mapping[str, Keys] = {
    "independent_cascade": ("goldenberg2001talk", "kempe2015maximizing"),
    "weighted_cascade": ("kempe2015maximizing",),
    "timed_cascade": ("gomez2011uncovering", "tang2015influence"),
    "negative_opinion": ("chen2011negative",),
    "competitive_cascade": ("bharathi2007competitive", "carnes2007maximizing", "budak2011limiting"),
    "contact_cascade": ("kempe2002connectivity", "holme2012temporal"),
    "linear_threshold": ("kempe2015maximizing",),
    "threshold": ("granovetter1978threshold", "watts2002simple", "centola2007complex", "kempe2015maximizing"),
    "exposure_response": ("dodds2004universal", "centola2007complex", "romero2011differences"),
    "si": ("kiss2017mathematics",),
    "sis": ("kiss2017mathematics", "pastor2001epidemic"),
    "sir": ("kermack1927contribution", "kiss2017mathematics"),
    "seir": ("kiss2017mathematics", "anderson1991infectious"),
    "rumour": ("maki1973mathematical", "daley1965stochastic", "daley1999epidemic", "nekovee2007theory"),
    "bass": ("bass1969new", "fibich2010aggregate", "rand2011agent"),
    "talk_of_the_network": ("goldenberg2001talk",),
    "bad_news": ("goldenberg2007npv",),
    "self_exciting": ("mishra2016feature", "hawkes1974cluster", "zhao2015seismic"),
    "voter": (
        *("clifford1973model", "holley1975ergodic", "sood2008voter"),
        *("granovsky1995noisy", "mobilia2003zealot"),
    ),
    "deffuant": ("deffuant2000mixing", "weisbuch2002meet"),
    "campaign": OWN,
}

STRATEGY_WORKS: Mapping[str, Keys] = {
    "degree": OWN,
    "random": OWN,
    "neighbourhood": OWN,
    "nodes": OWN,
    "single_discount": ("chen2009efficient",),
    "degree_discount": ("chen2009efficient",),
    "k_core": ("kitsak2010identification", "batagelj2003cores"),
    "pagerank": ("page1999pagerank",),
    "voterank": ("zhang2016identifying",),
    "betweenness": ("brandes2001faster", "brandes2007centrality"),
    "community": ("raghavan2007near",),
    "friend": ("cohen2003efficient",),
    "complex_centrality": ("guilbeault2021topological",),
    "opim": ("tang2018online", "borgs2014maximizing", "guo2020influence", "clopper1934use"),
    "imm": ("tang2015influence", "chen2018issue"),
    "celf": ("leskovec2007cost", "chen2009efficient"),
    "greedy": ("kempe2003maximizing", "leskovec2007cost", "karnin2013almost", "maron1997racing"),
}

GENERATOR_WORKS: Mapping[str, Keys] = {
    "communities": ("lancichinetti2008benchmark",),
    "scale_free": ("barabasi1999emergence", "batagelj2005efficient"),
    "small_world": ("watts1998collective",),
    "random": ("erdos1959random",),
    "lattice": OWN,
    "everyone": OWN,
}

STREAM_WORKS: Keys = ("steele2014fast",)
"""Behind the random stream, SplitMix64 read at random access."""

SOFTWARE = "wom_sim"


class DataFile(NamedTuple):
    """A file of data: its name, what it is, and a mark by which the same data are known again."""

    name: str
    what: str
    mark: str


def bibtex(scenario: Scenario, *, version: str, data: Sequence[DataFile]) -> str:
    """Return BibTeX of all that a run rests on, each group under a line that says what it is for.

    Parameters
    ----------
    version : of this software
    data : files that the network was read from
    """
    model, strategy = scenario.model.kind, scenario.seeding.strategy
    groups = [("the software", [_software(version)])]
    groups.append(_group(f"the model {model!r}", MODEL_WORKS.get(model), model=model))
    if scenario.seeding.model_fields_set:  # a campaign that nobody is chosen to start says nothing of it
        groups.append(_group(f"seeding by {strategy!r}", STRATEGY_WORKS.get(strategy)))
    if isinstance(scenario.network, FileNetwork):
        groups.append(("the network, read from a file", []))
    else:
        generate = str(scenario.network.generate)  # type: ignore[attr-defined]
        groups.append(_group(f"the network, generated as {generate!r}", GENERATOR_WORKS.get(generate)))
    groups[-1][1].extend(_data(file, number) for number, file in enumerate(data, start=1))
    groups.append(_group("the random stream", STREAM_WORKS))
    said: set[str] = set()
    blocks = []
    for what, entries in groups:
        again = " (above)" if entries and all(entry in said for entry in entries) else ""
        blocks.append(f"% {what}{again}".replace("@", "(at)"))  # an @ would begin an entry, even here
        blocks += [entry for entry in entries if entry not in said]
        said |= set(entries)
    return "\n\n".join(blocks) + "\n"


@cache
def works() -> dict[str, str]:
    """Return the publications known, each as an entry of BibTeX under its key."""
    text = (files(__package__) / "works.bib").read_text(encoding="utf-8")
    entries = [entry.strip() for entry in re.split(r"\n\n+", text) if entry.strip()]
    return {entry.partition("{")[2].partition(",")[0]: entry for entry in entries}


def _group(what: str, keys: Keys | None, *, model: str = "") -> tuple[str, list[str]]:
    if keys is None:  # brought by another package
        package, source = origin_of(model), getattr(MODELS[model], "source", "") if model else ""
        return f"{what}, of {package or 'another package'}; its source: {_one_line(source) or 'not said'}", []
    if not keys:
        return f"{what}: no paper; its definition is in the documentation of wom_sim", []
    return what, [works()[key] for key in keys]


def _software(version: str) -> str:
    fields = {
        "author": r"{The wom\_sim developers}",
        "title": r"{wom\_sim}: Word of mouth on networks",
        "year": "2026",
        "note": f"Version {_escaped(version)}",
    }
    return _entry("misc", SOFTWARE, fields)


def _data(file: DataFile, number: int) -> str:
    fields = {"title": _escaped(file.name), "howpublished": _escaped(file.what), "note": _escaped(file.mark)}
    return _entry("misc", f"data{number}", fields)


def _entry(kind: str, key: str, fields: Mapping[str, str]) -> str:
    return "\n".join([f"@{kind}{{{key},", *(f"  {name} = {{{value}}}," for name, value in fields.items()), "}"])


def _escaped(text: str) -> str:
    """Return text as LaTeX prints it."""
    marks = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    marks |= {mark: f"\\{mark}" for mark in "&%$#_{}"}
    return "".join(marks.get(letter, letter) for letter in _one_line(text))


def _one_line(text: str) -> str:
    return " ".join(text.split())
