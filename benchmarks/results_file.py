"""`results.md`: a section for each benchmark, replaced when that benchmark runs."""

from __future__ import annotations

import datetime
import platform
import re
from importlib.metadata import version
from pathlib import Path

FILE = Path(__file__).with_name("results.md")
HEAD = "# Benchmarks\n\nWritten by the scripts in this folder; do not edit.\n"


def replace_section(title: str, body: str) -> None:
    """Put a section in place of the one with its title, or at the end."""
    text = FILE.read_text(encoding="utf-8") if FILE.exists() else HEAD
    section = f"\n## {title}\n\n{body.strip()}\n"
    found = re.search(rf"\n## {re.escape(title)}\n.*?(?=\n## |\Z)", text, flags=re.DOTALL)
    text = text[: found.start()] + section + text[found.end() :] if found else text.rstrip() + "\n" + section
    FILE.write_text(text, encoding="utf-8")


def machine(*packages: str) -> str:
    """Say when and where a benchmark ran, and with what."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    system = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {processor()}"
    return f"{today}, {system}, {versions}"


def processor() -> str:
    """Return how many processors of which name there are."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else "unknown processor"
