"""GraphML, GEXF and GML, read by NetworkX after a check that they are safe and whole."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler

import pyarrow as pa

from ..errors import GraphError
from .convert import from_networkx
from .csr import Graph, ParallelTies, SelfLoops
from .labels import Labels
from .layers import TimeUnit
from .raw import FileBytes
from .rows import BLANKS, Ranges, control_character, odd_labels
from .text_layout import decoded

if TYPE_CHECKING:
    import networkx

MAX_BYTES = 256 * 2**20
"""Largest file: NetworkX takes some 50 times its size in memory."""

_KINDS = {".graphml": "GraphML", ".gexf": "GEXF", ".gml": "GML"}
_DIRECTED = {True: "directed", False: "undirected"}


def read_markup(
    file: FileBytes,
    *,
    directed: bool | None,
    ranges: Ranges,
    layer: str | None = None,
    time: str | None = None,
    time_unit: TimeUnit | None = None,
    parallel_ties: ParallelTies = "first",
    self_loops: SelfLoops = "drop",
) -> Graph:
    """Read a network from GraphML, GEXF or GML; people are numbered in order of first appearance in the file.

    Isolated nodes stay people. Node attributes that are text or numbers become people's columns.

    Parameters
    ----------
    directed : what the caller takes the file for; None: as it says itself
    ranges : the numeric edge attributes to keep, with the range each allows
    layer, time, time_unit : see `convert.from_networkx`

    Raises
    ------
    GraphError
        When the file is empty, too large, truncated, of another kind, declares a DOCTYPE or entities, has hyperedges,
        several graphs or edges to nodes it does not declare, contradicts `directed`, or lacks an attribute.
    """
    if not file.content.strip():
        raise GraphError(f"{file.shown}: the file is empty: the graph has no nodes")
    if len(file.content) > MAX_BYTES:
        raise GraphError(f"{file.shown}: larger than {MAX_BYTES // 2**20} MiB; save the edges as .csv or .parquet")
    order = list(_safe_order(file)) if file.suffix != ".gml" else None
    network = _parsed(file)
    if network.number_of_nodes() == 0:
        raise GraphError(f"{file.shown}: the graph has no nodes")
    if directed is not None and directed != network.is_directed():
        raise GraphError(
            f"{file.shown}: the file says {_DIRECTED[network.is_directed()]}, the caller {_DIRECTED[directed]}; "
            "leave out `directed`, or change the file"
        )
    if order is not None and order != list(network):
        network = _in_order(network, order)
    labels = _text_labels(network, file.shown)
    try:
        graph = from_networkx(
            network,
            attributes=ranges,
            layer=layer,
            time=time,
            time_unit=time_unit,
            parallel_ties=parallel_ties,
            self_loops=self_loops,
        )
    except GraphError as error:
        raise GraphError(f"{file.shown}: {error}") from None
    return replace(graph, labels=Labels(labels), notes=(*odd_labels(labels), *graph.notes))


def _parsed(file: FileBytes) -> networkx.Graph[Any]:
    import networkx as nx

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about ports and untyped keys, which we do not use
            if file.suffix == ".graphml":
                return nx.read_graphml(io.BytesIO(file.content), force_multigraph=True)
            if file.suffix == ".gexf":
                return nx.read_gexf(io.BytesIO(file.content))
            return _parse_gml(decoded(file).decode("utf-8"))
    except GraphError:
        raise
    except RecursionError:
        raise GraphError(f"{file.shown}: nested too deeply") from None
    except Exception as error:
        # NetworkX raises whatever its parsers raise: KeyError, ValueError, AttributeError, ParseError, ...
        said = " ".join(str(error).split()) or type(error).__name__
        said = f"{said} is missing or unknown" if isinstance(error, KeyError) else said
        raise GraphError(f"{file.shown}: cannot be read as {_KINDS[file.suffix]}: {said}") from None


def _parse_gml(text: str) -> networkx.Graph[Any]:
    import networkx as nx

    # NetworkX takes ASCII with character references, as old GML has it, and parallel edges only where announced.
    ascii_text = text.encode("ascii", "xmlcharrefreplace").decode("ascii")
    if "multigraph" not in ascii_text:
        ascii_text = re.sub(r"\bgraph\s*\[", "graph [ multigraph 1 ", ascii_text, count=1)
    lines = ascii_text.splitlines()
    try:
        return nx.parse_gml(lines, label="label")
    except nx.NetworkXError as error:
        if "has no 'label' attribute" not in str(error):
            raise
    return nx.parse_gml(lines, label="id")


def _in_order(network: networkx.Graph[Any], order: list[str]) -> networkx.Graph[Any]:
    ordered = network.__class__()
    ordered.add_nodes_from((node, network.nodes[node]) for node in order)
    ordered.add_edges_from(network.edges(keys=True, data=True) if network.is_multigraph() else network.edges(data=True))
    return ordered


def _text_labels(network: networkx.Graph[Any], shown: str) -> pa.Array:
    seen: set[str] = set()
    for node in network:
        label = str(node).strip(BLANKS)
        if not label:
            raise GraphError(f"{shown}: a label is empty")
        if any(unicodedata.category(character) == "Cc" for character in label):
            raise GraphError(f"{shown}: {control_character(label)}")
        if label in seen:
            raise GraphError(f"{shown}: two nodes are called {label!a}")
        seen.add(label)
    return pa.array([str(node).strip(BLANKS) for node in network], pa.large_string())


def _safe_order(file: FileBytes) -> Iterable[str]:
    """Check XML before anything else reads it; return the nodes in order of first appearance."""
    from defusedxml import DefusedXmlException
    from defusedxml.sax import parseString

    check = _Check(file.shown, file.suffix[1:])
    try:
        parseString(file.content, check, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise GraphError(
            f"{file.shown}: declares a DOCTYPE or entities, which are refused: they can read other files"
        ) from None
    except SAXParseException as error:
        said = error.getMessage()
        cut = "truncated: " if said in ("no element found", "unclosed token", "unclosed CDATA section") else "not XML: "
        raise GraphError(f"{file.shown}:{error.getLineNumber()}: {cut}{said}") from None
    except (SAXException, LookupError, UnicodeError) as error:
        raise GraphError(f"{file.shown}: not XML: {error}") from None
    for node, (line, edge) in check.mentioned.items():
        if node not in check.declared:
            raise GraphError(
                f"{file.shown}:{line}: edge {edge} leads to node {node!a}, which the file does not declare"
            )
    return check.mentioned


class _Check(ContentHandler):
    """Sees each element once: the right root, one graph, no hyperedges, nodes and edges complete."""

    def __init__(self, shown: str, root: str) -> None:
        super().__init__()
        self.locator: Any = None
        self.shown, self.root = shown, root
        self.n_elements = self.n_graphs = 0
        self.declared: set[str] = set()
        self.mentioned: dict[str, tuple[int, str]] = {}
        """Each node in order of first appearance, with the line and the edge that mention it first."""

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 - the name is SAX's
        self.locator = locator

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - the name is SAX's
        kind = name.rpartition(":")[2]
        self.n_elements += 1
        if self.n_elements == 1 and kind != self.root:
            self._refuse(f"expected <{self.root}> as the outermost element, got <{kind[:60]}>")
        if kind == "graph":
            self.n_graphs += 1
            if self.n_graphs > 1:
                self._refuse("more than one graph, or a graph inside a node; keep one")
        elif kind == "hyperedge":
            self._refuse("hyperedges are not supported; write them as edges between pairs")
        elif kind == "node":
            self._node(attrs.get("id"))
        elif kind == "edge":
            ends = attrs.get("source"), attrs.get("target")
            if None in ends:
                self._refuse("an edge lacks its source or target")
            for end in ends:
                if end not in self.mentioned:
                    self.mentioned[end] = self.locator.getLineNumber(), f"{ends[0]!a} -> {ends[1]!a}"

    def _node(self, node: str | None) -> None:
        if node is None:
            self._refuse("a node lacks its id")
        elif node in self.declared:
            self._refuse(f"node {node!a} is declared twice")
        else:
            self.declared.add(node)
            self.mentioned.setdefault(node, (0, ""))

    def _refuse(self, problem: str) -> NoReturn:
        raise GraphError(f"{self.shown}:{self.locator.getLineNumber()}: {problem}")
