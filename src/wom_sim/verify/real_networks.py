"""Real networks against what other programs and papers found; their files are not part of the package.

The folder given by ``--data`` holds ``nethept/``, ``nethept_wc_directed/``, ``ego_facebook/``, ``email_eu_core/``,
``physicians/`` and ``peer_reference/reference_spread.json``: seed nodes, and mean and standard error of two other
programs' runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

from ..api import simulate
from ..graph.csr import Graph
from ..graph.files import read_edges
from ..models.base import Model
from ..models.cascades import IndependentCascade, WeightedCascade
from ..models.linear_threshold import LinearThreshold
from .cases import NEEDS_DATA, Budget, Case, Outcome, mean_against

_CYNETDIFF, _PLAIN = "cynetdiff", "a plain Python program"


class _Network(NamedTuple):
    """A file, how it is read, and where its numbers stand."""

    file: str
    directed: bool
    parallel_ties: Literal["first", "count"] = "first"


_MULTI = _Network("nethept/nethept_multiedges.csv", directed=False, parallel_ties="count")
_SIMPLE = _Network("nethept/nethept_multiedges.csv", directed=False)
_DIRECTED = _Network("nethept_wc_directed/nethept_wc.csv", directed=True)
_FACEBOOK = _Network("ego_facebook/ego_facebook.csv", directed=False)
_EMAIL = _Network("email_eu_core/email_eu_core.csv", directed=True)
_PHYSICIANS = _Network("physicians/physicians.csv", directed=True)


class _Row(NamedTuple):
    """Numbers of `reference_spread.json` for one model on one network.

    seeds : block and key of the seed nodes     found : key -> how many of them start
    quick : keys of `found` that a quick run tries
    """

    name: str
    network: _Network
    model: Model
    block: str
    seeds: tuple[str, str]
    found: dict[str, int]
    quick: tuple[str, ...] = ()


_LISTED = ("nethept_ic_p01_multi", "DD_seeds")
_CHOSEN = ("nethept_wc_directed", "RIS_seeds")
_ROWS = (
    _Row(
        "NetHEPT, papers counted, IC p = 0.01",
        _MULTI,
        IndependentCascade(share_prob=0.01),
        "nethept_ic_p01_multi",
        _LISTED,
        {"DD_k1": 1, "DD_k5": 5, "DD_k10": 10, "DD_k20": 20, "DD_k30": 30, "DD_k50": 50, "py_check_DD_k50": 50},
        ("DD_k50",),
    ),
    _Row(
        "NetHEPT, papers counted, IC p = 0.01, other seed nodes",
        _MULTI,
        IndependentCascade(share_prob=0.01),
        "nethept_ic_p01_multi",
        ("nethept_ic_p01_multi", "RIS_seeds"),
        {"RIS_k1": 1, "RIS_k10": 10, "RIS_k50": 50},
    ),
    _Row(
        "NetHEPT, IC p = 0.01",
        _SIMPLE,
        IndependentCascade(share_prob=0.01),
        "nethept_ic_p01_simple",
        _LISTED,
        {"DD_k10": 10, "DD_k50": 50},
    ),
    _Row(
        "NetHEPT, IC p = 0.1",
        _SIMPLE,
        IndependentCascade(share_prob=0.1),
        "nethept_ic_p10_simple",
        _LISTED,
        {"DD_k1": 1, "DD_k10": 10, "DD_k50": 50},
    ),
    _Row(
        "NetHEPT, WC",
        _SIMPLE,
        WeightedCascade(),
        "nethept_wc_undirected_simple",
        ("nethept_wc_undirected_simple", "RIS_seeds"),
        {"RIS_k1": 1, "RIS_k10": 10, "RIS_k50": 50},
        ("RIS_k50",),
    ),
    _Row(
        "NetHEPT, WC, other seed nodes",
        _SIMPLE,
        WeightedCascade(),
        "nethept_wc_undirected_simple",
        _LISTED,
        {"DD_k50": 50},
    ),
    _Row(
        "NetHEPT directed, WC",
        _DIRECTED,
        WeightedCascade(),
        "nethept_wc_directed",
        _CHOSEN,
        {"RIS_k1": 1, "RIS_k5": 5, "RIS_k10": 10, "RIS_k50": 50, "py_check_k50": 50},
        ("RIS_k50",),
    ),
    _Row(
        "NetHEPT directed, LT",
        _DIRECTED,
        LinearThreshold(),
        "nethept_lt_directed_same_weights",
        _CHOSEN,
        {"ICseeds_k1": 1, "ICseeds_k10": 10, "ICseeds_k50": 50, "py_check_k50": 50},
        ("ICseeds_k50",),
    ),
    *(
        _Row(f"{name}, {rule}", network, model, block, (block, "seeds_top_outdegree"), found, quick)
        for name, network, block, chance, n_seeds in (
            ("Facebook", _FACEBOOK, "ego_facebook", 0.01, 10),
            ("e-mail", _EMAIL, "email_eu_core", 0.02, 10),
            ("physicians", _PHYSICIANS, "physicians", 0.1, 5),
        )
        for rule, model, found, quick in (
            (
                f"IC p = {chance}",
                IndependentCascade(share_prob=chance),
                {"IC": n_seeds, "IC_first_seed_only": 1, "py_check_IC": n_seeds},
                ("IC",),
            ),
            (
                "LT",
                LinearThreshold(),
                {"LT_1_over_indeg": n_seeds, "py_check_LT": n_seeds},
                ("LT_1_over_indeg",) if name == "physicians" else (),
            ),
        )
    ),
)
_TOP = (100, 474, 287, 14, 239, 266, 27, 196, 639, 705)
"""NetHEPT's people with most co-authors."""
_OF_TOP = (
    (WeightedCascade(), 1, 44.40, 0.14),
    (WeightedCascade(), 5, 170.77, 0.23),
    (WeightedCascade(), 10, 289.56, 0.26),
    (LinearThreshold(), 1, 52.79, 0.19),
    (LinearThreshold(), 5, 215.32, 0.33),
    (LinearThreshold(), 10, 379.57, 0.39),
)


def cases() -> Iterator[Case]:
    """Yield the cases."""
    for row in _ROWS:
        for key, n_seeds in row.found.items():
            yield Case(
                f"{row.name}: {n_seeds} seed nodes ({key})",
                row.model.kind,
                _PLAIN if key.startswith("py_check") else _CYNETDIFF,
                partial(_against_peer, row, key),
                level="quick" if key in row.quick else "full",
                needs=NEEDS_DATA,
            )
    for model, n_seeds, mean, error in _OF_TOP:
        yield Case(
            f"NetHEPT, {model.kind}: {n_seeds} of most co-authors",
            model.kind,
            "MODELS.md 1.4, 20,000 runs of another program",
            partial(_from_the_top, model, n_seeds, mean, error),
            level="quick" if n_seeds == 10 else "full",
            needs=NEEDS_DATA,
        )


def _against_peer(row: _Row, key: str, budget: Budget) -> Outcome:
    folder = _folder(budget)
    known = _reference(folder)
    block, seeds = row.seeds
    mean, error = known[row.block][key][:2]
    started = known[block][seeds][: row.found[key]]
    return _mean_reach(_read(folder, row.network), row.model, started, budget, mean, error)


def _from_the_top(model: Model, n_seeds: int, mean: float, error: float, budget: Budget) -> Outcome:
    return _mean_reach(_read(_folder(budget), _SIMPLE), model, list(_TOP[:n_seeds]), budget, mean, error)


def _mean_reach(
    graph: Graph, model: Model, seed_nodes: list[int], budget: Budget, expected: float, error: float
) -> Outcome:
    n = budget.replicas(4_000, full=10_000)
    result = simulate(graph, model, seed_nodes=seed_nodes, n_replicas=n, rng_seed=budget.rng_seed, curves=False)
    return mean_against(result.reach, expected, expected_error=error)


def _folder(budget: Budget) -> Path:
    assert budget.data is not None
    return budget.data


@cache
def _read(folder: Path, network: _Network) -> Graph:
    return read_edges(folder / network.file, directed=network.directed, parallel_ties=network.parallel_ties)


@cache
def _reference(folder: Path) -> dict[str, Any]:
    known: dict[str, Any] = json.loads((folder / "peer_reference" / "reference_spread.json").read_text())
    return known
