"""The genealogy as picture and table: what came from what, containers that share their way folded into one."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.urls import reverse

from batches.page_pictures import Edge, Node, genealogy_svg
from batches.pages import GenealogyPage
from batches.views import places, words
from compliance.numbers import display
from compliance.page_frame import Head, Link, Notice
from compliance.pages import Cell, Column, Row, Table
from donors.models import Donation

if TYPE_CHECKING:
    from batches.models import LotLink, LotNode
    from batches.queries import Graph

FOLDED_FROM = 4
NAME_MOST, CODE_MOST = 26, 24


@dataclass
class Folded:
    """A graph for the eye: nodes by key in order, edges between keys, and the key of each node."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    key_of: dict[int, str] = field(default_factory=dict)


def genealogy_page(title: str, text: str, graph: Graph, here: int | None, crumbs: tuple[Link, ...]) -> GenealogyPage:
    """The page of a graph; `here` is the node that was asked for."""
    folded = fold(graph, here)
    edges = tuple(folded.edges)
    # A picture is one thing to those who do not see it: its links stand in the table beside it.
    nodes = tuple(replace(node, url="") for node in folded.nodes.values())
    empty = (Notice("info", "It begins when tissue or a bank goes into the batch.", "Nothing is linked yet."),)
    return GenealogyPage(
        head=Head(title=title, section="batches", crumbs=(Link("Board", places.board_url()), *crumbs), wide=True),
        title=title,
        text=text,
        picture=genealogy_svg(title, nodes, edges),
        picture_aside=f"{len(nodes)} things",
        edges=_edge_table(folded),
        edges_aside=f"{len(edges)} edges",
        balance=_balance(graph),
        notices=() if nodes else empty,
    )


def fold(graph: Graph, here: int | None) -> Folded:
    """Containers of one batch in one state that come from the same source become one node."""
    found = Folded()
    donors, repeated = _donors(graph), _repeated(graph)
    sources: dict[int, tuple[int, ...]] = {}
    for link in graph.links:
        sources[link.target_id] = (*sources.get(link.target_id, ()), link.source_id)
    groups: dict[tuple[object, ...], list[LotNode]] = defaultdict(list)
    for node in graph.nodes.values():
        container = node.container
        alike = container is not None and node.pk != here
        key = (container.batch_id, container.state, sources.get(node.pk)) if container and alike else (node.pk,)
        groups[key].append(node)
    for members in groups.values():
        if len(members) < FOLDED_FROM:
            for node in members:
                _add(found, [node], _node(node, donors, repeated, here=node.pk == here))
        else:
            _add(found, members, _group(members))
    found.edges = _edges(graph, found.key_of)
    return found


def _add(found: Folded, members: list[LotNode], shown: Node) -> None:
    found.nodes[shown.key] = shown
    found.key_of |= {node.pk: shown.key for node in members}


def _donors(graph: Graph) -> dict[int, str]:
    """Donation to donor code; coded, never a name (R417)."""
    keys = [n.donation_id for n in graph.nodes.values() if n.donation_id is not None]
    return dict(Donation.objects.filter(pk__in=keys).values_list("pk", "donor__number")) if keys else {}


def _repeated(graph: Graph) -> set[tuple[int | None, str]]:
    """Kinds of things that a batch makes more than once; these are numbered."""
    seen = Counter((n.run.batch_id, n.kind) for n in graph.nodes.values() if n.run is not None)
    return {key for key, count in seen.items() if count > 1}


def _node(node: LotNode, donors: dict[int, str], repeated: set[tuple[int | None, str]], *, here: bool) -> Node:
    name, code, quantity, url = words.spoken(node.kind).capitalize(), node.title, _amount(node.amount, node.unit), ""
    if node.donation is not None:
        name, code = f"Donor {donors.get(node.donation_id or 0, '')}", node.donation.din
        quantity = "donation"
    elif node.tissue is not None:
        name, code = "Tissue", node.tissue.number
    elif node.run is not None:
        code, url = node.run.batch.number, places.batch_url(node.run.batch.number)
        if (node.run.batch_id, node.kind) in repeated:
            name = node.title if node.kind == "passage" else f"{name} {node.run.occurrence}"
    elif node.batch is not None:
        code, url = node.batch.number, places.batch_url(node.batch.number)
    elif node.container is not None:
        name, code, quantity = "Vial", node.container.number, str(node.container.get_state_display())
        url = reverse("batches:container", args=(node.container.number,))
    return Node(f"n{node.pk}", _short(name, NAME_MOST), _short(code, CODE_MOST), quantity, url, here)


def _group(members: list[LotNode]) -> Node:
    first, last = members[0].container, members[-1].container
    state = str(first.get_state_display()) if first else ""
    code = f"{first.number} …" if first and last else ""
    return Node(f"n{members[0].pk}", f"{len(members)} vials", code, state)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _amount(amount: Decimal | None, unit: str) -> str:
    return f"{words.pretty(display(amount))} {words.unit_of(unit)}" if amount is not None else ""


def _edges(graph: Graph, key_of: dict[int, str]) -> list[Edge]:
    found: dict[tuple[str, str], list[LotLink]] = defaultdict(list)
    for link in graph.links:
        found[(key_of[link.source_id], key_of[link.target_id])].append(link)
    return [Edge(source, target, _quantity(links, graph)) for (source, target), links in found.items()]


def _quantity(links: list[LotLink], graph: Graph) -> str:
    vials = sum(graph.nodes[link.target_id].container_id is not None for link in links)
    if vials:
        return f"{vials} vial{'s' if vials > 1 else ''}"
    known = [link for link in links if link.quantity is not None]
    if not known or len({link.unit for link in known}) > 1:
        return ""
    return _amount(sum((link.quantity for link in known if link.quantity is not None), Decimal(0)), known[0].unit)


def _edge_table(folded: Folded) -> Table:
    columns = (Column("From"), Column("Into"), Column("Quantity", numeric=True))
    rows = tuple(
        Row((_end(folded.nodes[e.source]), _end(folded.nodes[e.target]), Cell(e.quantity or "not stated")))
        for e in folded.edges
    )
    return Table("Edges of the genealogy", columns, rows, dense=True)


def _end(node: Node) -> Cell:
    return Cell(node.name, url=node.url, note=node.code)


def _balance(graph: Graph) -> Table | None:
    """What each thing holds and how much of it went on, where both are in one unit (R402)."""
    rows = []
    for node in graph.nodes.values():
        used = [k for k in graph.links if k.source_id == node.pk and k.quantity is not None and k.unit == node.unit]
        if node.amount is None or not used:
            continue
        out = sum((k.quantity for k in used if k.quantity is not None), Decimal(0))
        amounts = (node.amount, out, node.amount - out)
        what = Cell(node.title, note=words.unit_of(node.unit))
        rows.append(Row((what, *(Cell(words.pretty(display(n))) for n in amounts))))
    columns = (
        Column("What"), Column("Holds", numeric=True), Column("Went on", numeric=True), Column("Left", numeric=True),
    )  # fmt: skip
    return Table("Balance", columns, tuple(rows), dense=True) if rows else None
