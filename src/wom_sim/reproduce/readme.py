"""What stands beside a packed run: two commands, what is there, and what "identical" can mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..graph.packed import FILES, NETWORK, PEOPLE, TIES
from ..results.compare import TOLERANCE
from ..scenario.schema import Scenario
from .recall import FROM_FILE, FROM_PACK, GENERATED, LEFT_OUT, files_of

README = "README.md"

_PAGE = """\
# {name}

A run of wom_sim {version}, packed so that it can be repeated: {replicas}, model `{model}`,
rng_seed {rng_seed}, random stream `{rng}`, case `{case_id}`.

```
python -m pip install -r requirements.txt
wom rerun .
```

The first command installs what the run was made with, for Python {python} on {system}. Where no
index has wom-sim {version}, install its source with `python -m pip install -c requirements.txt FOLDER_OF_ITS_SOURCE`.
The second, given in this folder, makes every replica again and says `identical`, or what differs: which table, which
column, how many replicas.

Whole numbers have to be equal on every system. Fractions have to be equal with the NumPy of the run, {numpy}, and
within {tolerance:g} of each other, relative, with another. The number of threads changes nothing.

| file | holds |
|---|---|
{rows}

## The network

{n_people:,} people, {n_ties:,} ties, hash
`{graph_hash}`.

{network}
"""

_NETWORK = {
    GENERATED: "It is generated from the scenario; nothing else is needed.",
    FROM_PACK: f"It is in `{TIES}`, `{PEOPLE}` and `{NETWORK}`; nothing else is needed.",
    FROM_FILE: """\
It was left out of this pack. To repeat the run, get {files} from who has it and put it beside this page, or name its
folder: `wom rerun . --data FOLDER`. The network made of it has to have the hash above.""",
    LEFT_OUT: f"""\
It was left out of this pack. To repeat the run, put `{"`, `".join(FILES)}` beside this page;
who has the results folder makes them with `wom pack FOLDER --anonymise`.""",
}

_NAMELESS = """
## Without names

People are called 0, 1, 2, ... in the order in which they appear in the original file. Their labels, columns of people
that the run does not read, host name, paths, pictures and the scenario's comments were left out. No number of the run
changed by that. But the hash of a network covers labels and columns, so that hash and case id are those of this pack,
not of the original run. What both have in common is the hash of numbers and ties alone:

`{ties_hash}`

Who has the original results folder finds it with `wom rerun FOLDER --json`, under `network.ties_hash`, beside
`identical`.

The rest is as it was: the scenario's name, segments and contents, the values of columns that the run reads, and who is
tied to whom, by which people of a network that is known elsewhere can be recognised.
"""

_HOLDS = {
    "scenario.toml": "the scenario{given}",
    "case.json": "the same with every default written out",
    "summary.json": "mean, standard error and quantiles of each metric",
    "replicas.parquet": "a row a replica, a column a metric",
    "curves.parquet": "a row a replica and step",
    TIES: "a row a tie, in the run's order; people by number, from 0",
    PEOPLE: "a row a person, in order of number{columns}",
    NETWORK: "what the network is beside that, and its hash",
    "requirements.txt": "the packages the run was made with, name and version",
    "manifest.json": "SHA-256 of each file, hash of the network, random stream, times, what was asked",
    README: "this page",
}


def readme_text(
    scenario: Scenario,
    manifest: Mapping[str, Any],
    *,
    place: str,
    anonymised: bool,
    versions: Mapping[str, str],
    names: Sequence[str],
) -> str:
    """Return the page.

    Parameters
    ----------
    place : where the network is: one of the words of `recall`
    versions : of packages, by name
    names : of the files in the pack
    """
    made, asked = manifest["made_with"], manifest["asked"]
    changes = [f"plan {asked['plan']!r}"] if asked["plan"] else []
    changes += [f"`{change}`" for change in asked["set"]]
    given = " as it was run, people by number" if anonymised else " as given"
    given += f"; run with {', '.join(changes)}" if changes else ""
    fill = {"given": given, "columns": "" if anonymised else ", with the label"}
    rows = [f"| `{name}` | {_HOLDS.get(name, 'a row a replica and group').format(**fill)} |" for name in names]
    partial = "" if manifest["status"] == "complete" else f" of {manifest['n_replicas']:,} that were asked for"
    page = _PAGE.format(
        name=scenario.name,
        version=versions.get("wom-sim", "(unknown version)"),
        replicas=f"{manifest['n_done']:,} replica{'' if manifest['n_done'] == 1 else 's'}{partial}",
        model=scenario.model.kind,
        python=made.get("python", "3.11 or newer"),
        system=made.get("system", "an unknown system"),
        numpy=versions.get("numpy", "unknown"),
        tolerance=TOLERANCE,
        rows="\n".join(rows),
        network=_NETWORK[place].format(files=" and ".join(f"`{name}`" for name in files_of(scenario).values())),
        **{key: manifest[key] for key in ("rng_seed", "rng", "case_id", "n_people", "n_ties", "graph_hash")},
    )
    return page + (_NAMELESS.format(ties_hash=manifest["pack"]["ties_hash"]) if anonymised else "")
