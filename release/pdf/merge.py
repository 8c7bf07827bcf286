"""Parts become one file: pages, places that links name, links between parts, bookmarks.

`Pdf.pages.extend` carries pages only; names, bookmarks and the colour profile are rebuilt here.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from release.pdf.errors import LinkError

XREF = "ebr-xref:"


@dataclass(frozen=True, slots=True)
class Part:
    """One rendered section."""

    key: str
    title: str
    pdf: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """A named place: page index in the merged file and distance from the left and the bottom, in points."""

    page: int
    x: pikepdf.Object
    y: pikepdf.Object


@dataclass(frozen=True, slots=True)
class Mark:
    """One bookmark with what lies below it."""

    title: str
    place: Place
    below: list["Mark"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Merged:
    """The open file, and for each of its pages the index of its part."""

    pdf: Pdf
    part_of_page: tuple[int, ...]
    first_pages: tuple[int, ...]


def page_count(pdf: bytes) -> int:
    """How many pages a file has."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def _page_indices(pdf: Pdf, first: int) -> dict[tuple[int, int], int]:
    return {page.obj.objgen: first + index for index, page in enumerate(pdf.pages)}


def _place(dest: Object, indices: dict[tuple[int, int], int]) -> Place:
    return Place(indices[dest[0].objgen], dest[2], dest[3])


def _names(pdf: Pdf, first: int) -> Iterator[tuple[str, Place]]:
    if "/Names" not in pdf.Root or "/Dests" not in pdf.Root.Names:
        return
    indices = _page_indices(pdf, first)
    flat = list(pdf.Root.Names.Dests.Names)
    for name, dest in zip(flat[::2], flat[1::2], strict=True):
        yield str(name), _place(dest, indices)


def _marks(node: Object, indices: dict[tuple[int, int], int]) -> list[Mark]:
    marks = []
    item = node.get("/First")
    while item is not None:
        marks.append(Mark(str(item.Title), _place(item.Dest, indices), _marks(item, indices)))
        item = item.get("/Next")
    return marks


def anchor_pages(parts: Sequence[Part], first: int) -> dict[str, int]:
    """The printed page number of every named place, when `first` pages stand before the parts."""
    pages: dict[str, int] = {}
    for part in parts:
        with pikepdf.open(io.BytesIO(part.pdf)) as pdf:
            pages |= {name: place.page + 1 for name, place in _names(pdf, first)}
            first += len(pdf.pages)
    return pages


def merge_parts(parts: Sequence[Part]) -> Merged:
    """Join the parts in order, with links and bookmarks across all of them.

    Refuses when a place has two names, or a link names a place that is not there.
    """
    merged = Pdf.new()
    places: dict[str, Place] = {}
    marks: list[Mark] = []
    owners: list[int] = []
    firsts: list[int] = []
    for index, part in enumerate(parts):
        with pikepdf.open(io.BytesIO(part.pdf)) as pdf:
            first = len(merged.pages)
            firsts.append(first)
            for name, place in _names(pdf, first):
                if name in places:
                    raise LinkError(f"Place {name} occurs twice, again in {part.title}")
                places[name] = place
            below = _marks(pdf.Root.Outlines, _page_indices(pdf, first)) if "/Outlines" in pdf.Root else []
            top = Place(first, pikepdf.Object.parse(b"0"), pikepdf.Object.parse(b"842"))
            inner = below[0].below if len(below) == 1 and below[0].title == part.title else below
            marks.append(Mark(part.title, top, inner))
            if index == 0:
                intents = merged.copy_foreign(pdf.make_indirect(pdf.Root.OutputIntents))
                merged.Root.OutputIntents = intents
            merged.pages.extend(pdf.pages)
            owners += [index] * len(pdf.pages)
    _connect(merged, places)
    _outline(merged, marks)
    return Merged(merged, tuple(owners), tuple(firsts))


def _target(pdf: Pdf, place: Place) -> Array:
    return Array([pdf.pages[place.page].obj, Name.XYZ, place.x, place.y, None])


def _connect(pdf: Pdf, places: dict[str, Place]) -> None:
    """Turn every cross-reference into a jump and keep the names that something links to."""
    used: set[str] = set()
    for page in pdf.pages:
        for link in page.obj.get("/Annots", []):
            address = str(link.A.URI) if "/A" in link and "/URI" in link.A else ""
            if not address.startswith(XREF):
                continue
            name = address.removeprefix(XREF)
            if name not in places:
                raise LinkError(f"A link names {name}, which is not in the record")
            del link["/A"]
            link.Dest = String(name)
            used.add(name)
    if used:
        flat: list[object] = []
        for name in sorted(used, key=lambda name: bytes(String(name))):
            flat += [String(name), _target(pdf, places[name])]
        pdf.Root.Names = Dictionary(Dests=pdf.make_indirect(Dictionary(Names=Array(flat))))


def _outline(pdf: Pdf, marks: Sequence[Mark]) -> None:
    root = pdf.make_indirect(Dictionary(Type=Name.Outlines))
    pdf.Root.Outlines = root
    root.Count = _hang(pdf, root, marks)
    pdf.Root.PageMode = Name.UseOutlines


def _hang(pdf: Pdf, parent: Dictionary, marks: Sequence[Mark]) -> int:
    """Hang bookmarks below a parent; deeper ones start closed. Returns how many hang directly."""
    previous: Dictionary | None = None
    for mark in marks:
        item = pdf.make_indirect(Dictionary(Title=String(mark.title), Parent=parent, Dest=_target(pdf, mark.place)))
        if previous is None:
            parent.First = item
        else:
            previous.Next, item.Prev = item, previous
        parent.Last = previous = item
        count = _hang(pdf, item, mark.below)
        if count:
            item.Count = -count
    return len(marks)
