"""The sections of a record and their HTML. One section is one part of the file, with a key of its own.

A section knows nothing of copy, status or page count: those are stamped when parts are merged, so that a
section rendered once serves every later issue.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from django.template import Context, Engine

from release.paper import (
    Attachment,
    Certificate,
    Dossier,
    GenealogyEdge,
    GenealogyNode,
    Issue,
    Signature,
    UnitProcedure,
)
from release.paper_json import canonical, dossier_digest
from release.pdf.errors import RenderWarning
from release.pdf.fetcher import PRINTED
from release.pdf.fonts import STATIC, fonts_digest
from release.pdf.watermark import watermark

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
UNKNOWN = "\ue000"  # private use: no fact holds it, so an unknown name in a template cannot hide
DEMO_WORDS = "Demonstration - not for GMP use"


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a document: its key (anchor and link name), title, template and what it prints."""

    key: str
    title: str
    template: str
    zone: str
    context: Mapping[str, object]
    part: object

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The files that belong to this section."""
        if not isinstance(self.part, UnitProcedure):
            return ()
        return tuple(file for phase in self.part.phases for file in phase.attachments)

    @property
    def pictures(self) -> tuple[Attachment, ...]:
        """The attached files that are also printed."""
        return tuple(file for file in self.attachments if file.media_type in PRINTED)


@dataclass(frozen=True, slots=True)
class Frame:
    """What head and foot of every page say."""

    kind: str
    batch_number: str
    product: str
    status: str
    issue: Issue
    digest: str
    ledger_seq: int
    ledger_head: str
    demo: bool
    zone: str


@dataclass(frozen=True, slots=True)
class Parent:
    """Where a node of the genealogy comes from, and how much of it."""

    identity: str
    edge: GenealogyEdge

    @property
    def quantity(self) -> object:
        """Amount that went over, None for the whole."""
        return self.edge.quantity

    @property
    def unit(self) -> str:
        """Unit of the amount."""
        return self.edge.unit


@lru_cache(maxsize=1)
def engine() -> Engine:
    """Django's template engine on its own: autoescape on, no locale, no request, unknown names found."""
    return Engine(
        dirs=[str(TEMPLATES)],
        autoescape=True,
        string_if_invalid=UNKNOWN + "%s" + UNKNOWN,
        libraries={"paper": "release.pdf.filters"},
        builtins=["release.pdf.filters"],
    )


@lru_cache(maxsize=1)
def template_version() -> str:
    """Digest over templates, style sheets, fonts and renderer: any change gives every section a new key."""
    digest = hashlib.sha256(fonts_digest().encode())
    digest.update(f"weasyprint {version('weasyprint')} pydyf {version('pydyf')}".encode())
    for path in (*sorted((TEMPLATES / "pdf").glob("*.html")), *sorted((STATIC / "pdf").glob("*.css"))):
        digest.update(path.name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for path in code_of_paper():
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def code_of_paper() -> list[Path]:
    """The modules that decide how a record looks: those of paper, and the words and pictures it shares with pages."""
    shared = (
        *(ROOT / "batches").glob("page_chart*.py"),
        ROOT / "compliance/page_words.py",
        ROOT / "compliance/numbers.py",
    )
    return sorted(Path(__file__).parent.glob("*.py")) + sorted(shared)


def section_key(section: Section) -> str:
    """SHA-256 under which a rendered section may be kept: its facts, its zone and the template version."""
    digest = hashlib.sha256(canonical(section.part))
    for text in (section.key, section.title, section.template, section.zone, template_version()):
        digest.update(b"\0" + text.encode())
    return digest.hexdigest()


def fill(template: str, **context: object) -> str:
    """Fill a template. Refuses when it names a fact that does not exist: a blank would look like one."""
    text = engine().get_template(template).render(Context(context, use_l10n=False, use_tz=False))
    if UNKNOWN in text:
        raise RenderWarning(f"{template} names an unknown fact: {text.split(UNKNOWN)[1]}")
    return text


def section_html(section: Section) -> str:
    """The HTML of one section; every text of a person is escaped (PDF-11)."""
    printed = frozenset(file.sha256 for file in section.pictures)
    return fill(section.template, section=section, zone=section.zone, printed=printed, **section.context)


def unit_section(unit: UnitProcedure, zone: str) -> Section:
    """The section of one unit procedure: rendered when it closes, kept under `section_key`."""
    return Section(f"up-{unit.key}", unit.title, "pdf/unit_procedure.html", zone, {"unit": unit}, unit)


def genealogy_rows(nodes: tuple[GenealogyNode, ...], edges: tuple[GenealogyEdge, ...]) -> list[dict[str, object]]:
    """Each node with its parents. Refuses when an edge names a node that is not there."""
    by_key = {node.key: node for node in nodes}
    for edge in edges:
        for end in (edge.parent, edge.child):
            if end not in by_key:
                raise RenderWarning(f"Genealogy names {end}, which is not in the record")
    return [
        {
            "node": node,
            "parents": [Parent(by_key[e.parent].identity, e) for e in edges if e.child == node.key],
        }
        for node in nodes
    ]


def void_count(signatures: tuple[Signature, ...]) -> int:
    """How many of the signatures were voided."""
    return sum(1 for signature in signatures if signature.voided_at is not None)


def body_sections(dossier: Dossier) -> tuple[Section, ...]:
    """Every section after cover and contents, in the order of a record."""
    zone = dossier.site_zone

    def whole(key: str, title: str, **more: object) -> Section:
        context = {"dossier": dossier, **more}
        return Section(key, title, f"pdf/{key}.html", zone, context, dossier)

    rows = genealogy_rows(dossier.genealogy_nodes, dossier.genealogy_edges)
    return (
        whole("exceptions", "Exceptions and answers"),
        *(unit_section(unit, zone) for unit in dossier.unit_procedures),
        whole("balance", "Reconciliation and yields"),
        whole("genealogy", "Genealogy", rows=rows, has_states=any(node.state for node in dossier.genealogy_nodes)),
        whole("qc", "QC results and certificate of analysis"),
        whole("deviations", "Deviations"),
        whole("signatures", "Signatures", void_count=void_count(dossier.signatures)),
        whole("audit", "Audit trail extract"),
        whole(
            "verification",
            "Verification",
            proof=dossier.verification,
            digest=dossier_digest(dossier),
            demo=dossier.site_kind != "production",
        ),
    )


def cover_section(dossier: Dossier) -> Section:
    """The first page: product, batch, disposition, totals."""
    context = {"dossier": dossier, "digest": dossier_digest(dossier)}
    return Section("cover", "Cover", "pdf/cover.html", dossier.site_zone, context, dossier)


def contents_section(dossier: Dossier, titles: Mapping[str, str], pages: Mapping[str, int]) -> Section:
    """Contents and the index by 211.188(b), with page numbers.

    Refuses when an index line names a section that is not there.
    """
    for line in dossier.index:
        if line.section and line.section not in pages:
            raise RenderWarning(f"Index line {line.paragraph} names {line.section}, which is not in the record")
    contents = [{"key": key, "title": title, "page": pages[key]} for key, title in titles.items()]
    index = [
        {
            "paragraph": line.paragraph,
            "title": line.title,
            "where": line.where,
            "state": line.state,
            "key": line.section,
            "page": pages.get(line.section, ""),
        }
        for line in dossier.index
    ]
    context = {"contents": contents, "index": index}
    return Section("contents", "Contents and index", "pdf/contents.html", dossier.site_zone, context, dossier)


def coa_section(coa: Certificate) -> Section:
    """The one section of a certificate of analysis."""
    return Section("coa", "Certificate of analysis", "pdf/coa.html", coa.site_zone, {"coa": coa}, coa)


def record_frame(dossier: Dossier) -> Frame:
    """Head and foot of a batch record."""
    return Frame(
        "Batch record",
        dossier.batch_number,
        dossier.cover.product,
        dossier.cover.status,
        dossier.issue,
        dossier_digest(dossier),
        dossier.verification.ledger_seq,
        dossier.verification.ledger_head,
        dossier.site_kind != "production",
        dossier.site_zone,
    )


def coa_frame(coa: Certificate) -> Frame:
    """Head and foot of a certificate of analysis."""
    return Frame(
        "Certificate of analysis",
        coa.batch_number,
        coa.product,
        coa.specification,
        coa.issue,
        dossier_digest(coa),
        coa.ledger_seq,
        coa.ledger_head,
        coa.site_kind != "production",
        coa.site_zone,
    )


def furniture_html(frame: Frame, titles: tuple[str, ...]) -> str:
    """One page of head and foot for each title, and one page that holds the glyphs of the page count."""
    mark = watermark(DEMO_WORDS) if frame.demo else ""
    return fill(
        "pdf/furniture.html",
        page=frame,
        titles=titles,
        zone=frame.zone,
        demo_words=DEMO_WORDS,
        watermark=mark,
    )


def all_attachments(dossier: Dossier) -> Iterator[Attachment]:
    """Every attached file of the record, in order of execution."""
    for unit in dossier.unit_procedures:
        for phase in unit.phases:
            yield from phase.attachments
