"""Head, foot and "Page x of y" on every page of the merged file, whatever part it came from (PDF-10)."""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pikepdf
from pikepdf import Dictionary, Name, Object, Pdf

from release.pdf.errors import RenderWarning
from release.pdf.merge import Merged

RIGHT = Decimal("552.76")  # 195 mm in points: the right margin of A4
BASELINE = Decimal("44.6")
SIZE = Decimal("8.5")
ALPHABET = "Page of0123456789"
PAIR = re.compile(rb"<([0-9a-fA-F]{4})> <([0-9a-fA-F]{4})>")


@dataclass(frozen=True, slots=True)
class Glyphs:
    """A font that holds the words of the page count: glyph numbers and widths in 1/1000 of the size."""

    font: Object
    ids: dict[str, int]
    widths: dict[int, Decimal]

    def width(self, text: str) -> Decimal:
        """Width of a text in points."""
        return sum((self.widths[self.ids[char]] for char in text), Decimal(0)) * SIZE / 1000

    def hexadecimal(self, text: str) -> str:
        """The text as glyph numbers, as a PDF string."""
        return "<" + "".join(f"{self.ids[char]:04x}" for char in text) + ">"


def _widths(flat: Sequence[object]) -> dict[int, Decimal]:
    """Read a /W array: `first [w w w]` or `first last w`."""
    widths: dict[int, Decimal] = {}
    queue = list(flat)
    while queue:
        start = int(str(queue.pop(0)))
        second = queue.pop(0)
        if isinstance(second, pikepdf.Array):
            widths |= {start + step: Decimal(str(value)) for step, value in enumerate(second)}
        else:
            value = Decimal(str(queue.pop(0)))
            widths |= dict.fromkeys(range(start, int(str(second)) + 1), value)
    return widths


def _glyphs(page: pikepdf.Page) -> Glyphs:
    """The font of the page count, taken from a page of its own that holds all its letters and digits."""
    for font in page.Resources.Font.values():
        pairs = PAIR.findall(font.ToUnicode.read_bytes())
        ids = {chr(int(char, 16)): int(glyph, 16) for glyph, char in pairs}
        if set(ALPHABET) <= ids.keys() and b"Medi" in str(font.BaseFont).encode():
            return Glyphs(font, ids, _widths(list(font.DescendantFonts[0].W)))
    raise RenderWarning("The font of the page count is missing from head and foot")


def stamp_pages(merged: Merged, furniture: bytes) -> None:
    """Lay head and foot of its section under each page and the page count over it.

    `furniture` has one page for each part and, last, the page with the glyphs of the page count.
    """
    pdf = merged.pdf
    with pikepdf.open(io.BytesIO(furniture)) as source:
        *sheets, letters = source.pages
        if len(sheets) != len(merged.first_pages):
            raise RenderWarning("Head and foot do not match the sections")
        forms = [pdf.copy_foreign(sheet.as_form_xobject()) for sheet in sheets]
        glyphs = _glyphs(letters)
        font = pdf.copy_foreign(glyphs.font)
        total = len(pdf.pages)
        for index, page in enumerate(pdf.pages):
            part = merged.part_of_page[index]
            name = _install(page, forms[part], part, font)
            text = f"Page {index + 1} of {total}"
            _write(pdf, page, name, glyphs, text)


def _install(page: pikepdf.Page, form: Object, part: int, font: Object) -> str:
    """Put the form and the font into the page's resources (pages of one part share theirs)."""
    resources = page.Resources
    if "/XObject" not in resources:
        resources.XObject = Dictionary()
    resources.XObject[f"/EvFrame{part}"] = form
    resources.Font[Name("/EvCount")] = font
    return f"/EvFrame{part}"


def _write(pdf: Pdf, page: pikepdf.Page, form: str, glyphs: Glyphs, text: str) -> None:
    left = RIGHT - glyphs.width(text)
    before = f"/Artifact BMC q {form} Do Q EMC q\n".encode()
    after = (
        f"\nQ /Artifact BMC q BT 0.082353 0.12549 0.117647 rg /EvCount {SIZE} Tf "
        f"1 0 0 1 {left:.2f} {BASELINE} Tm {glyphs.hexadecimal(text)} Tj ET Q EMC\n"
    ).encode()
    page.contents_add(pdf.make_stream(before), prepend=True)
    page.contents_add(pdf.make_stream(after))
