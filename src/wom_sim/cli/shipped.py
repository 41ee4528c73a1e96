"""The scenarios that come with the program."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

DEMO = "launch"


def shipped_scenarios() -> dict[str, Traversable]:
    """Return the files by name, without ``.toml``, the one for beginners first."""
    folder: Traversable = files("wom_sim") / "scenarios"
    if not folder.is_dir():  # a checkout installed in place: they lie beside src
        folder = Path(__file__).parents[3] / "scenarios"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    names.sort(key=lambda name: name != f"{DEMO}.toml")
    return {name.removesuffix(".toml"): folder / name for name in names}


def purpose(text: str) -> str:
    """Return what a scenario shows: the first comment line after the command."""
    comments = [line.lstrip("# ").strip() for line in text.splitlines() if line.startswith("#")]
    return next((line for line in comments if line and not line.startswith("wom ")), "")
