"""The scenarios that come with the program."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

DEMO = "launch"


def shipped_scenarios() -> dict[str, Traversable]:
    """Return the files by name, without ``.toml``, the one for beginners first."""
    folder = _folder()
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    names.sort(key=lambda name: name != f"{DEMO}.toml")
    return {name.removesuffix(".toml"): folder / name for name in names}


def data_files(text: str) -> dict[str, bytes]:
    """Return what the files hold that a shipped scenario names in `[network]`, by name; they lie beside it."""
    network = tomllib.loads(text)["network"]
    return {network[key]: (_folder() / network[key]).read_bytes() for key in ("file", "people") if key in network}


def purpose(text: str) -> str:
    """Return what a scenario shows: the first comment line after the command."""
    comments = [line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("#")]
    return next((line for line in comments if line and not line.startswith("wom ")), "")


def _folder() -> Traversable:
    folder: Traversable = files("wom_sim") / "scenarios"
    if folder.is_dir():
        return folder
    return Path(__file__).parents[3] / "scenarios"  # a checkout installed in place: they lie beside src
