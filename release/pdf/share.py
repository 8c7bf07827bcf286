"""Objects that are equal are kept once: each part brought its own fonts and colour profiles."""

import hashlib
from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

EMPTY_KINDS = ("/Pattern", "/Shading", "/XObject", "/ExtGState")


def _strip(resources: Object) -> None:
    for kind in EMPTY_KINDS:
        if kind in resources and not resources[kind].keys():
            del resources[kind]
    for form in resources.get("/XObject", Dictionary()).values():
        if form.get("/Subtype") == Name.Form and "/Resources" in form:
            _strip(form.Resources)


def strip_empty_resources(pdf: Pdf) -> None:
    """Take away empty resource dictionaries, in pages and in the forms they draw: the PDF/A check
    answers "not checked" when it meets one."""
    for page in pdf.pages:
        _strip(page.Resources)


def _children(value: Object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, Dictionary | Stream):
        yield from ((key, value[key]) for key in sorted(value.keys()))
    elif isinstance(value, Array):
        yield from enumerate(value)


def _is_node(value: object) -> bool:
    return isinstance(value, Dictionary | Stream | Array)


class _Digests:
    """Digest of an object's structure, references followed; equal digests mean equal objects."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bytes] = {}

    def of(self, value: object) -> bytes:
        """Digest of one value."""
        if not isinstance(value, Object):
            return hashlib.sha256(f"{type(value).__name__}:{value}".encode()).digest()
        if value.is_indirect and value.objgen in self._known:
            return self._known[value.objgen]
        digest = hashlib.sha256(type(value).__name__.encode())
        if isinstance(value, Stream):
            digest.update(value.read_raw_bytes())
        if _is_node(value):
            for key, child in _children(value):
                digest.update(f"/{key}=".encode() + self.of(child))
        else:
            digest.update(value.unparse())
        if value.is_indirect:
            self._known[value.objgen] = digest.digest()
        return digest.digest()


def _fonts(resources: Object) -> Iterator[Object]:
    yield from resources.get("/Font", Dictionary()).values()
    for form in resources.get("/XObject", Dictionary()).values():
        if "/Resources" in form:
            yield from _fonts(form.Resources)


def _tag(descendant: Object) -> str:
    descriptor = descendant.FontDescriptor
    program = descriptor["/FontFile2"] if "/FontFile2" in descriptor else descriptor["/FontFile3"]
    digest = hashlib.sha256(program.read_raw_bytes() + descendant.W.unparse()).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in digest[:6])


def name_subsets_apart(pdf: Pdf) -> None:
    """Give every subset of a face its own tag (ISO 32000 9.6.4): the renderer gives the subsets of all
    parts the same one, and a reader that keeps fonts by name would mix them up."""
    for page in pdf.pages:
        for font in _fonts(page.Resources):
            descendant = font.DescendantFonts[0]
            face = str(font.BaseFont).partition("+")[2]
            name = Name(f"/{_tag(descendant)}+{face}")
            font.BaseFont = descendant.BaseFont = descendant.FontDescriptor.FontName = name


def share_equal_objects(pdf: Pdf) -> None:
    """Let every page use the same object where objects are equal (fonts, colour profiles, pictures)."""
    digests, first = _Digests(), dict[bytes, Object]()
    visited: set[tuple[int, int]] = set()

    def visit(value: Object) -> None:
        if value.is_indirect:
            if value.objgen in visited:
                return
            visited.add(value.objgen)
        for key, child in list(_children(value)):
            if not isinstance(child, Object) or not _is_node(child):
                continue
            if child.is_indirect:
                kept = first.setdefault(digests.of(child), child)
                if kept.objgen != child.objgen:
                    value[key] = kept
                    continue
            visit(child)

    for page in pdf.pages:
        visit(page.obj[Name.Resources])
    if "/OutputIntents" in pdf.Root:
        visit(pdf.Root.OutputIntents)
