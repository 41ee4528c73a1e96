"""`wom demo`: the main job on a scenario that comes with the program."""

from __future__ import annotations

from typing import Any

import click

from .options import assigned, output_options, overrides, scenario_options
from .shipped import DEMO, shipped_scenarios


@click.command("demo")
@scenario_options
@output_options
def command(
    assignments: tuple[str, ...], plan: str | None, replicas: int | None, rng_seed: int | None, **flags: Any
) -> int:
    """Run the scenario that comes with the program and say where the picture is."""
    import tomllib

    from ..scenario.load import scenario_from
    from .run import Wishes, run_checked

    text = shipped_scenarios()[DEMO].read_text(encoding="utf-8")
    changes = overrides(assignments, replicas, rng_seed)
    scenario = scenario_from(tomllib.loads(text), origin=f"{DEMO}.toml", text=text, set=changes, plan=plan)
    return run_checked(scenario, Wishes(**flags), set=assigned(assignments, replicas, rng_seed))
