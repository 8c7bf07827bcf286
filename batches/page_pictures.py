"""The genealogy as a picture: SVG geometry in attributes, so that one function serves page and paper.

Layers follow the longest way from a source, so an edge never points up; a pool is a node with several
edges in, a split one with several out. Colours are presentation attributes for paper; on screen the
classes win.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDE, HIGH = 216, 64
GAP_X, GAP_Y = 24, 48
MARGIN = 8
FACE = "IBM Plex Sans, Noto Sans, sans-serif"
INK, LINE, HAND = "#15201e", "#74827e", "#1b3f98"


@dataclass(frozen=True, slots=True)
class Node:
    """One thing of the genealogy: name, code, quantity; `here` marks the one that was asked for."""

    key: str
    name: str
    code: str
    quantity: str = ""
    url: str = ""
    here: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """What went from one node into another, and how much."""

    source: str
    target: str
    quantity: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Left and top edge of a node."""

    x: int
    y: int

    @property
    def middle(self) -> int:
        """Where edges leave and arrive."""
        return self.x + WIDE // 2


def depths(nodes: Iterable[Node], edges: Iterable[Edge]) -> dict[str, int]:
    """Layer of each node: the longest way from a source. Refuses a loop, which no genealogy has."""
    pairs = [(e.source, e.target) for e in edges]
    depth = {n.key: 0 for n in nodes}
    for _ in range(len(depth) + 1):
        moved = False
        for source, target in pairs:
            if depth[target] < depth[source] + 1:
                depth[target] = depth[source] + 1
                moved = True
        if not moved:
            return depth
    raise ValueError("A genealogy has no loop.")


def order_layers(nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> list[list[str]]:
    """Nodes of each layer, each near the middle of what it comes from, so that few edges cross."""
    depth = depths(nodes, edges)
    layers: dict[int, list[str]] = defaultdict(list)
    for node in nodes:
        layers[depth[node.key]].append(node.key)
    parents: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        parents[edge.target].append(edge.source)
    rank: dict[str, int] = {}
    ordered = []
    for level in sorted(layers):
        keys = layers[level]
        keys.sort(key=lambda key: sum(rank.get(p, 0) for p in parents[key]) * 1000 // max(len(parents[key]), 1))
        rank |= {key: index for index, key in enumerate(keys)}
        ordered.append(keys)
    return ordered


def places(layers: list[list[str]]) -> tuple[dict[str, Place], int, int]:
    """Where each node stands, with width and height of the whole; layers are centred."""
    width = max((len(keys) for keys in layers), default=1) * (WIDE + GAP_X) - GAP_X + 2 * MARGIN
    at: dict[str, Place] = {}
    for level, keys in enumerate(layers):
        left = (width - len(keys) * (WIDE + GAP_X) + GAP_X) // 2
        for index, key in enumerate(keys):
            at[key] = Place(left + index * (WIDE + GAP_X), MARGIN + level * (HIGH + GAP_Y))
    return at, width, max(len(layers), 1) * (HIGH + GAP_Y) - GAP_Y + 2 * MARGIN


def draw_edge(edge: Edge, at: dict[str, Place], *, split: bool) -> SafeString:
    """A bent line with an arrow head. Its quantity stands below the line where ways part, else above."""
    start, end = at[edge.source], at[edge.target]
    top, bottom = start.y + HIGH, end.y
    label = (end.middle + 10, bottom - 9) if split else (start.middle + 10, top + 17)
    return format_html(
        '<path class="edge" fill="none" stroke="{}" stroke-width="2" d="M{} {}V{}H{}V{}"/>'
        '<path class="edge" fill="none" stroke="{}" stroke-width="2" d="M{} {}l5 7 5-7"/>'
        '<text font-family="{}" font-size="13" fill="#41504c" x="{}" y="{}">{}</text>',
        LINE, start.middle, top, bottom - GAP_Y // 2, end.middle, bottom,
        LINE, end.middle - 5, bottom - 7,
        FACE, *label, edge.quantity,
    )  # fmt: skip


def draw_node(node: Node, place: Place) -> SafeString:
    """A box with name, code and quantity."""
    box = format_html(
        '<rect class="node{}" fill="#fff" stroke="{}" stroke-width="{}"'
        ' x="{}" y="{}" width="{}" height="{}" rx="2"/>'
        '<text class="name" font-family="{}" font-size="15" font-weight="600"'
        ' fill="{}" x="{}" y="{}">{}</text>'
        '<text class="code" font-family="IBM Plex Mono, monospace" font-size="13"'
        ' fill="#41504c" x="{}" y="{}">{}</text>'
        '<text class="qty" font-family="{}" font-size="14" fill="{}" x="{}" y="{}">{}</text>',
        " node--here" if node.here else "", HAND if node.here else INK, "2.5" if node.here else "1.25",
        place.x, place.y, WIDE, HIGH,
        FACE, INK, place.x + 10, place.y + 20, node.name,
        place.x + 10, place.y + 38, node.code,
        FACE, INK, place.x + 10, place.y + 56, node.quantity,
    )  # fmt: skip
    return format_html('<a href="{}">{}</a>', node.url, box) if node.url else box


def genealogy_svg(title: str, nodes: tuple[Node, ...], edges: tuple[Edge, ...]) -> SafeString:
    """Draw the genealogy; what runs together (a pool) and apart (a split) meets at one line.

    Refuses a loop (ValueError) and an edge to an unknown node (KeyError). Writes nothing.
    """
    at, width, height = places(order_layers(nodes, edges))
    known = {node.key: node for node in nodes}
    leaving = Counter(edge.source for edge in edges)
    return format_html(
        '<svg class="gene" width="{}" height="{}" viewBox="0 0 {} {}" role="img"'
        ' aria-labelledby="gene-t gene-d">'
        '<title id="gene-t">{}</title><desc id="gene-d">{} things and {} edges; '
        "every edge with its quantity is in the table beside the picture.</desc>{}{}</svg>",
        width, height, width, height, title, len(nodes), len(edges),
        format_html_join("", "{}", ((draw_edge(e, at, split=leaving[e.source] > 1),) for e in edges)),
        format_html_join("", "{}", ((draw_node(known[key], at[key]),) for key in at)),
    )  # fmt: skip
