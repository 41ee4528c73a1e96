"""`wom cite`: BibTeX of the software, the papers and the data behind a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import overrides, variant_options

if TYPE_CHECKING:
    from ..reproduce.citing import DataFile
    from ..results.record import Record
    from ..scenario.schema import Scenario


@click.command("cite")
@click.argument("run", metavar="FOLDER|SCENARIO.toml")
@variant_options
def command(run: str, assignments: tuple[str, ...], plan: str | None) -> None:
    """Print BibTeX of what a run rests on.

    The software with its version, the papers of model, seeding and generated network, the random stream, and the files
    of data with a mark by which they are known again: the network's hash, or SHA-256 of the file.
    """
    from ..errors import ScenarioError
    from ..reproduce.citing import bibtex
    from ..reproduce.recall import recall_scenario
    from ..results.provenance import OURS, packages
    from ..results.record import read_record
    from ..scenario.load import read_scenario

    if Path(run).is_dir():
        if assignments or plan is not None:
            raise ScenarioError(f"{run}: holds a run that was made; --set and --plan are for scenario files")
        record = read_record(Path(run))
        scenario, version = recall_scenario(record), record.version
        data = _data_of_run(record, scenario)
    else:
        scenario = read_scenario(run, set=overrides(assignments, None, None), plan=plan)
        version, data = packages()[OURS], _data_of_scenario(scenario)
    click.echo(bibtex(scenario, version=version, data=data), nl=False)


def _data_of_run(record: Record, scenario: Scenario) -> list[DataFile]:
    from ..reproduce.citing import DataFile
    from ..reproduce.recall import files_of

    manifest = record.manifest
    what = {
        "file": f"Network of {manifest['n_people']:,} people and {manifest['n_ties']:,} ties",
        "people": "List of people of that network",
    }
    mark = f"Hash of the network in wom_sim: {manifest['graph_hash']}"
    return [DataFile(Path(name).name, what[key], mark) for key, name in files_of(scenario).items()]


def _data_of_scenario(scenario: Scenario) -> list[DataFile]:
    from ..graph.files import FileNetwork
    from ..graph.people_file import open_people
    from ..reproduce.citing import DataFile

    network, found = scenario.network, []
    if isinstance(network, FileNetwork):
        content = network.read(scenario.folder)
        found.append(DataFile(Path(network.file).name, "Network", f"SHA-256 of the file: {content.sha256}"))
    people = open_people(network.people, scenario.folder)
    if people is not None:
        found.append(DataFile(Path(people.shown).name, "List of people", f"SHA-256 of the file: {people.sha256}"))
    return found
