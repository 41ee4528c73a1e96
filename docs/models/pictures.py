"""The pictures of these pages: each page's scenario is run, and what came of it drawn.

    python docs/models/pictures.py                  # all pages that have a scenario
    python docs/models/pictures.py bass rumour      # these

Writes pictures/<page>.png beside the pages; equal pages and equal programs give equal pictures.
"""

from __future__ import annotations

import io
import os
import re
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

import wom_sim as wom
from wom_sim.models.catalogue import MODELS
from wom_sim.report.states import has_states, states

PAGES = Path(__file__).parent
WIDTH, COLOURS = 960, 64
"""Dots, and colours kept: a picture then has some 20 kB."""


def blocks_of(page: Path, language: str) -> list[str]:
    """Return the blocks of a page in a language."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def scenario_of(page: Path) -> str | None:
    """Return the first block of a page that is a whole scenario."""
    return next((block for block in blocks_of(page, "toml") if block.startswith("format = 1\n")), None)


def write_scenario(page: Path, folder: Path) -> Path | None:
    """Write a page's scenario into a folder, with the files that it reads: those its blocks of Python make."""
    text = scenario_of(page)
    if text is None:
        return None
    if "\nfile = " in text:
        here = Path.cwd()
        os.chdir(folder)
        try:
            for block in blocks_of(page, "python"):
                exec(compile(block, page.name, "exec"), {})  # noqa: S102 - a block of our own page
        finally:
            os.chdir(here)
    path = folder / f"{page.stem}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def picture_of(result: wom.Result) -> Any:
    """Draw all states where there are more than two curves; else theory beside the replicas, where one is known."""
    if result.family == "diffusion" and len(result.curve_names) > 2:
        return states(result)
    try:
        return result.plot(theory=True)
    except wom.ResultError:
        return states(result) if result.family == "diffusion" and has_states(result) else result.plot()


def small_png(figure: Any) -> bytes:
    """Return a figure as a small PNG file."""
    large, small = io.BytesIO(), io.BytesIO()
    figure.savefig(large, format="png", dpi=WIDTH / figure.get_figwidth())
    Image.open(large).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(small, "png", optimize=True)
    return small.getvalue()


def pages(names: list[str]) -> Iterator[Path]:
    """Yield the pages that are asked for, or all whose scenario has a model of ours."""
    asked = [PAGES / f"{name}.md" for name in names] or sorted(PAGES.glob("*.md"))
    return (page for page in asked if (text := scenario_of(page)) and tomllib.loads(text)["model"]["kind"] in MODELS)


def main(names: list[str]) -> None:
    """Draw the pictures, a line each."""
    (PAGES / "pictures").mkdir(exist_ok=True)
    for page in pages(names):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            path = write_scenario(page, Path(folder))
            assert path is not None
            result = wom.run(wom.read_scenario(path))
            content = small_png(picture_of(result))
        (PAGES / "pictures" / f"{page.stem}.png").write_bytes(content)
        print(f"{page.stem}: {len(content) / 1000:.0f} kB, {time.perf_counter() - began:.1f} s")  # noqa: T201 - a script


if __name__ == "__main__":
    main(sys.argv[1:])
