"""The house stays in order: imports go one way, heavy libraries stay in their rooms, files stay short."""

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "wom_sim"

# room -> rooms it may import; `errors` and `spec` are open to all but the kernels.
MAY_IMPORT = {
    "kernels": set(),
    "errors": set(),
    "key_docs": set(),
    "spec": {"errors", "key_docs"},
    "in_use": {"spec"},
    "durations": {"spec"},
    "graph": {"errors", "spec", "durations", "kernels"},
    "models": {"errors", "spec", "durations", "graph", "kernels", "theory"},
    "seeding": {"errors", "spec", "graph", "kernels"},
    "scenario": {"errors", "spec", "in_use", "durations", "graph", "models", "seeding"},
    "results": {"errors"},
    "metrics": {"errors", "durations", "results"},
    "engine": {
        *("errors", "durations", "spec", "scenario", "models", "seeding", "graph", "results", "kernels"),
        "metrics",  # what choosing by simulation makes as large as it can
    },
    "experiments": {
        *("errors", "durations", "spec", "in_use", "scenario", "engine", "metrics", "results", "seeding", "graph"),
        "kernels",
        "models",  # goals and rules of a campaign
    },
    "report": {"errors", "metrics", "results"},
    "reproduce": {
        *("errors", "spec", "scenario", "models", "seeding", "graph", "engine", "kernels"),
        *("results", "metrics", "report"),
    },
    "theory": set(),
    "observed": {"errors", "graph", "kernels"},
}
EVERYTHING = {"cli", "api", "choosing", "result", "sweeps", "testing", "verify", "plugin", "__init__", "__main__"}

HEAVY = {
    "networkx": {"graph", "verify"},
    "pandas": {"graph", "result", "sweeps"},
    "matplotlib": {"report", "result"},
    "openpyxl": {"report"},
    "click": {"cli"},
    "numba": {"kernels"},
    "rich": {"cli"},
    "distributed": {"experiments"},
    "SALib": {"experiments"},
}

FILES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> list[str]:
    """Dotted names of everything a file imports, relative ones resolved."""
    package = ["wom_sim", *path.relative_to(PACKAGE).parts[:-1]]
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found += [module] if node.module else [f"{module}.{alias.name}" for alias in node.names]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_one_way(path):
    room = room_of(path)
    if room in EVERYTHING:
        return
    for name in imports_of(path):
        if name.startswith("wom_sim."):
            target = name.split(".")[1]
            assert target == room or target in MAY_IMPORT[room], f"{room} imports {target}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_heavy_libraries_stay_in_their_rooms(path):
    for name in imports_of(path):
        top = name.split(".")[0]
        assert room_of(path) in HEAVY.get(top, {room_of(path)}), f"{top} in {path.name}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_files_stay_short_and_say_what_they_are(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400, "split it by idea"
    assert ast.get_docstring(ast.parse(text)), "the first line says what the file is"


def test_the_rule_would_notice_a_wrong_import(tmp_path, monkeypatch):
    """A file planted in the metrics room that imports the engine is found out."""
    planted = tmp_path / "metrics" / "wrong.py"
    planted.parent.mkdir()
    planted.write_text("from ..engine.run import run_case\nimport numba\n")
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    with pytest.raises(AssertionError, match="metrics imports engine"):
        test_imports_go_one_way(planted)
    with pytest.raises(AssertionError, match=r"numba in wrong\.py"):
        test_heavy_libraries_stay_in_their_rooms(planted)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_nothing_that_windows_lacks_is_imported_at_start(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {node.module} if isinstance(node, ast.ImportFrom) else {alias.name for alias in node.names}
            assert not names & {"fcntl", "grp", "posix", "pwd", "resource", "termios", "tty"}, path


def test_no_pickle_and_no_global_random_state():
    for path in FILES:
        names = {name.split(".")[0] for name in imports_of(path)}
        assert not names & {"pickle", "random", "marshal", "shelve"}, path
        # A generator with a number of its own is no global state; only the verification draws outside of kernels.
        text = path.read_text(encoding="utf-8").replace(
            "np.random.default_rng(", "" if room_of(path) == "verify" else "np.random"
        )
        assert "np.random" not in text, path
