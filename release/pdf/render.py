"""From facts to paper: HTML by template, pages by WeasyPrint, one file by merge and finish.

The only module that imports WeasyPrint. The same dossier gives the same unsigned bytes, in any process.
"""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import weasyprint
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from release.paper import Certificate, Dossier
from release.paper_json import canonical
from release.pdf import sections as paper
from release.pdf.check import require_pdfa
from release.pdf.errors import ForbiddenAddress, PaperError, RenderWarning
from release.pdf.fetcher import BASE, ClosedList, FileReader, read_attachment
from release.pdf.finish import Description, EmbeddedFile, finish
from release.pdf.fonts import own_faces, require_glyphs, show_unknown
from release.pdf.merge import Part, anchor_pages, page_count
from release.pdf.sections import Section, section_html, section_key

__all__ = ["UnsignedPdf", "render_coa", "render_record", "render_section", "section_key"]


@dataclass(frozen=True, slots=True)
class UnsignedPdf:
    """A finished document before its seal: the same dossier gives the same digest."""

    bytes: bytes
    sha256: str
    pages: int


class _Door(URLFetcher):
    """WeasyPrint's door, closed: what the list refuses stops the rendering."""

    def __init__(self, closed: ClosedList) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self._closed = closed
        self.refusal: PaperError | None = None

    def fetch(self, url: str, headers: object = None) -> Any:  # noqa: ARG002
        """Answer from the closed list only."""
        try:
            kind, data = self._closed.read(url)
        except PaperError as refusal:
            self.refusal = refusal
            raise FatalURLFetchingError(str(refusal)) from refusal
        return URLFetcherResponse(url, data, {"Content-Type": kind})


class _Complaints(logging.Handler):
    """Collects what the renderer would only have written to a log."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one complaint."""
        self.lines.append(record.getMessage())


def paginate(html: str, where: str, identifier: str, pictures: Mapping[str, tuple[str, bytes]]) -> bytes:
    """Lay out one HTML text as PDF/A-3b pages.

    Refuses when a font or a glyph is missing, an address is outside the closed list, or the renderer
    complains about anything at all (PDF-08, PDF-09, PDF-11).
    """
    own_faces()
    html = show_unknown(html)
    require_glyphs(html, where)
    door, complaints = _Door(ClosedList(pictures)), _Complaints()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(complaints)
    try:
        pdf: bytes = weasyprint.HTML(string=html, base_url=BASE, url_fetcher=door).write_pdf(
            pdf_variant="pdf/a-3b", pdf_identifier=bytes.fromhex(identifier)[:16], pdf_tags=False
        )
    except FatalURLFetchingError as fatal:
        raise door.refusal or ForbiddenAddress(str(fatal)) from fatal
    finally:
        logger.removeHandler(complaints)
    if complaints.lines:
        raise RenderWarning(f"{where}: {'; '.join(complaints.lines)}")
    return pdf


def render_section(section: Section, files: FileReader | None = None) -> bytes:
    """Render one section; keep the bytes under `section_key(section)` and never render them twice.

    Refuses when an attached file of the section is missing or altered; the message names it (PDF-09).
    """
    pictures = {file.sha256: (file.media_type, read_attachment(file, files)) for file in section.pictures}
    return paginate(section_html(section), f"section {section.title}", section_key(section), pictures)


def _body_parts(dossier: Dossier, kept: Mapping[str, bytes], files: FileReader | None) -> list[Part]:
    parts = []
    for section in paper.body_sections(dossier):
        pdf = kept.get(section_key(section)) or render_section(section, files)
        parts.append(Part(section.key, section.title, pdf))
    return parts


def _front_parts(dossier: Dossier, body: list[Part]) -> list[Part]:
    """Cover and contents. The page numbers depend on the length of the contents, so it is laid out again
    until its length stands."""
    cover = Part("cover", "Cover", render_section(paper.cover_section(dossier)))
    titles = {part.key: part.title for part in body}
    length = 1
    for _ in range(4):
        pages = anchor_pages(body, first=page_count(cover.pdf) + length)
        section = paper.contents_section(dossier, titles, pages)
        identifier = hashlib.sha256(canonical([section_key(section), length])).hexdigest()
        pdf = paginate(section_html(section), "contents", identifier, {})
        if page_count(pdf) == length:
            return [cover, Part("contents", section.title, pdf)]
        length = page_count(pdf)
    raise RenderWarning("The length of the contents does not settle")


def _furniture(frame: paper.Frame, parts: list[Part]) -> bytes:
    titles = tuple(part.title for part in parts)
    return paginate(paper.furniture_html(frame, titles), "head and foot", frame.digest, {})


def _finished(pdf: bytes, validate: bool) -> UnsignedPdf:
    if validate:
        require_pdfa(pdf)
    return UnsignedPdf(pdf, hashlib.sha256(pdf).hexdigest(), page_count(pdf))


def render_record(
    dossier: Dossier,
    sections: Mapping[str, bytes] | None = None,
    *,
    files: FileReader | None = None,
    validate: bool = True,
) -> UnsignedPdf:
    """Make the batch record: sections rendered before are taken from `sections` by their key.

    `files` reads an attached file by its SHA-256. `validate` False leaves the check of the whole as
    PDF/A-3b to the caller (it takes about 20 s for 490 pages); it must be done before the seal.
    Refuses when anything is missing: a font, a glyph, a file, a place a link names (R102, R215).
    """
    body = _body_parts(dossier, sections or {}, files)
    parts = [*_front_parts(dossier, body), *body]
    attached = [
        EmbeddedFile(file.name, read_attachment(file, files), file.media_type, file.caption, "/Supplement")
        for file in paper.all_attachments(dossier)
        if file.embedded
    ]
    machine = EmbeddedFile("dossier.json", canonical(dossier), "application/json", "The record as data", "/Data")
    frame = paper.record_frame(dossier)
    about = Description(
        f"Batch record {dossier.batch_number}",
        dossier.site_name,
        dossier.cover.status_words,
        dossier.issue.issued_at,
    )
    pdf = finish(parts, _furniture(frame, parts), about, [machine, *attached])
    return _finished(pdf, validate)


def render_coa(coa: Certificate, *, validate: bool = True) -> UnsignedPdf:
    """Make a certificate of analysis with its own data embedded."""
    section = paper.coa_section(coa)
    parts = [Part(section.key, section.title, render_section(section))]
    machine = EmbeddedFile("coa.json", canonical(coa), "application/json", "The certificate as data", "/Data")
    about = Description(f"Certificate of analysis {coa.number}", coa.site_name, coa.statement, coa.issue.issued_at)
    pdf = finish(parts, _furniture(paper.coa_frame(coa), parts), about, [machine])
    return _finished(pdf, validate)
