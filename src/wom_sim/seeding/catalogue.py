"""The strategies by name: one line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from .base import Strategy

_HOMES = {
    "degree": "degree:Degree",
    "random": "random:Random",
    "neighbourhood": "neighbourhood:Neighbourhood",
    "single_discount": "single_discount:SingleDiscount",
    "degree_discount": "degree_discount:DegreeDiscount",
    "k_core": "k_core:KCore",
    "pagerank": "pagerank:PageRank",
    "voterank": "voterank:VoteRank",
    "betweenness": "betweenness:Betweenness",
    "community": "community:Community",
    "friend": "friend:Friend",
    "complex_centrality": "complex_centrality:ComplexCentrality",
    "opim": "opim:Opim",
    "imm": "imm:Imm",
    "celf": "celf:Celf",
    "greedy": "greedy:Greedy",
    "nodes": "nodes:Nodes",
}


class _Catalogue(Mapping[str, type[Strategy]]):
    """Strategy classes by name, imported when first asked for: a run loads its own strategy alone."""

    def __getitem__(self, name: str) -> type[Strategy]:
        module, _, class_name = _HOMES[name].partition(":")
        found: type[Strategy] = getattr(import_module(f".{module}", __package__), class_name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(_HOMES)

    def __len__(self) -> int:
        return len(_HOMES)


STRATEGIES: Mapping[str, type[Strategy]] = _Catalogue()
