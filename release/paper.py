"""The batch record as plain facts: frozen dataclasses that a document is a pure function of.

Nothing here reads a database. Whoever builds a `Dossier` reads history as of one ledger entry; from
then on the printed record, the embedded JSON and the exported bundle say the same (R102). Times carry
their offset, numbers are `Decimal` or the text that was reported, never a float.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from batches.page_chart import Chart, ChartKind, Panel, Series, SeriesStyle
from release.paper_parts import (
    Attachment,
    Comment,
    Correction,
    Entry,
    EquipmentUse,
    Fact,
    Issue,
    MaterialUse,
    Phase,
    Signature,
    SiteKind,
    Source,
    UnitProcedure,
    VerdictKind,
)

__all__ = [
    "Attachment",
    "AuditLine",
    "Certificate",
    "ChainHead",
    "Chart",
    "ChartKind",
    "Comment",
    "Correction",
    "Cover",
    "Deviation",
    "Dossier",
    "Entry",
    "EquipmentUse",
    "ExceptionItem",
    "Fact",
    "GenealogyEdge",
    "GenealogyNode",
    "IndexLine",
    "IndexState",
    "Issue",
    "MaterialUse",
    "Panel",
    "Phase",
    "QcResult",
    "Reconciliation",
    "Series",
    "SeriesStyle",
    "Signature",
    "SiteKind",
    "Source",
    "Term",
    "Total",
    "UnitProcedure",
    "VerdictKind",
    "Verification",
    "Yield",
]

IndexState = Literal["complete", "open", "none"]


@dataclass(frozen=True, slots=True)
class Total:
    """One large number of the cover with its words, for example 412 "of 412 entries judged"."""

    number: str
    words: str


@dataclass(frozen=True, slots=True)
class Cover:
    """What the record is about and its disposition, in words a reader sees first."""

    product: str
    lead: str
    status: str
    status_words: str
    status_detail: str = ""
    released: bool = False
    facts: tuple[Fact, ...] = ()
    totals: tuple[Total, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexLine:
    """One paragraph of 21 CFR 211.188(b) and where this record answers it (R333).

    `section` is the key of a section ("exceptions", "qc", "balance", "up-3" ...), empty if there is none.
    """

    paragraph: str
    title: str
    where: str
    state: IndexState
    section: str = ""


@dataclass(frozen=True, slots=True)
class ExceptionItem:
    """One thing that did not go as written, with its answer; open while nobody has answered it."""

    number: str
    category: str
    title: str
    detail: str
    step: str = ""
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None
    deviation: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """One line of a balance: what came in (+) or went out (-), by count or amount."""

    label: str
    amount: Decimal
    sign: Literal["+", "-"] = "-"


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Everything that came in against everything that went out, of one item (labels, vials, bags)."""

    name: str
    unit: str
    terms: tuple[Term, ...]
    difference: Decimal
    limits: str
    verdict: VerdictKind
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Yield:
    """Actual yield against theoretical at one step, with the worked formula."""

    step: str
    actual: str
    theoretical: str
    unit: str
    percent: str
    limits: str
    verdict: VerdictKind
    formula: str = ""
    checked_by: str = ""


@dataclass(frozen=True, slots=True)
class GenealogyNode:
    """One thing in the line from donation to container."""

    key: str
    kind: str
    identity: str
    state: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class GenealogyEdge:
    """From parent to child, with the quantity that went over."""

    parent: str
    child: str
    quantity: Decimal | None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class QcResult:
    """One reported result. An invalidated one stays visible with its investigation (R222)."""

    test: str
    method: str
    specification: str
    result: str
    unit: str
    verdict: VerdictKind
    sample: str = ""
    raw: Decimal | None = None
    analyst: str = ""
    tested_at: datetime | None = None
    reviewer: str = ""
    reviewed_at: datetime | None = None
    cqa: bool = False
    invalidated: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate of analysis: what was tested, by which specification, and who answers for it."""

    number: str
    product: str
    batch_number: str
    specification: str
    site_name: str
    site_kind: SiteKind
    site_zone: str
    issue: Issue
    facts: tuple[Fact, ...]
    results: tuple[QcResult, ...]
    statement: str
    signatures: tuple[Signature, ...]
    ledger_head: str
    ledger_seq: int


@dataclass(frozen=True, slots=True)
class Deviation:
    """One deviation with its investigation and end, as 211.192 asks."""

    number: str
    title: str
    severity: str
    state: str
    opened_by: str
    opened_at: datetime
    description: str
    step: str = ""
    impact: str = ""
    root_cause: str = ""
    actions: str = ""
    closed_by: str = ""
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One act of the trail: when, who, what, why, and its digest."""

    seq: int
    recorded_at: datetime
    actor: str
    event: str
    what: str
    digest: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The last link of one ledger chain when the record was read."""

    chain: str
    seq: int
    digest: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a reader compares without us: digests and the ledger head the record was read at."""

    ledger_seq: int
    ledger_head: str
    master_digest: str
    heads: tuple[ChainHead, ...] = ()
    seal_name: str = ""
    contact: str = ""
    digests: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Dossier:
    """The whole record of one batch, read as of one ledger entry."""

    batch_number: str
    site_name: str
    site_kind: SiteKind
    site_zone: str
    issue: Issue
    cover: Cover
    verification: Verification
    index: tuple[IndexLine, ...] = ()
    exceptions: tuple[ExceptionItem, ...] = ()
    exceptions_proof: str = ""
    unit_procedures: tuple[UnitProcedure, ...] = ()
    reconciliations: tuple[Reconciliation, ...] = ()
    yields: tuple[Yield, ...] = ()
    genealogy_nodes: tuple[GenealogyNode, ...] = ()
    genealogy_edges: tuple[GenealogyEdge, ...] = ()
    qc_results: tuple[QcResult, ...] = ()
    coa_number: str = ""
    deviations: tuple[Deviation, ...] = ()
    signatures: tuple[Signature, ...] = ()
    audit_trail: tuple[AuditLine, ...] = ()
    format: str = "dossier/1"
