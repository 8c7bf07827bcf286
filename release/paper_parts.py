"""The executed part of a dossier: entries, corrections, materials, pictures, signatures, phases.

Plain frozen facts without a database; `release.paper` puts them together to the whole record.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from batches.page_chart import Chart

SiteKind = Literal["production", "demo", "test"]
VerdictKind = Literal[
    "within", "alert", "breach", "recorded", "computed", "attached", "corrected", "missing", "void", "open"
]
Source = Literal["typed", "scanned", "attached", "computed", "prescribed", "chosen"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One issued copy: who asked for it, when, and from which point of the ledger it was read (R215)."""

    document_number: str
    copy_no: int
    issued_at: datetime
    issued_to: str
    template_version: int = 1


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the cover or of a head: what it is called, what it is, and its digest if it has one."""

    label: str
    value: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """A value that was replaced: the old one stays readable, with who, when and why (R215)."""

    old: str
    new: str
    by: str
    at: datetime
    reason: str
    voided_signatures: int = 0


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark of a person, kept word for word."""

    text: str
    by: str
    at: datetime
    about: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of one parameter as it was recorded, with its limits in words and its verdict.

    `value` is the reported text without unit, None prints as "not recorded". `raw` is the unrounded
    result; `numeric` says that the value is a number, which paper prints as `1.3 × 10⁹`. `late_reason` marks
    an entry recorded after the fact: both times are printed.
    """

    parameter: str
    value: str | None
    unit: str = ""
    limits: str = ""
    verdict: VerdictKind = "recorded"
    verdict_words: str = ""
    source: Source = "typed"
    raw: Decimal | None = None
    as_typed: str = ""
    formula: str = ""
    performed_by: str = ""
    performed_at: datetime | None = None
    recorded_at: datetime | None = None
    late_reason: str = ""
    verified_by: str = ""
    verified_at: datetime | None = None
    corrections: tuple[Correction, ...] = ()
    comments: tuple[Comment, ...] = ()
    critical: bool = False
    deviation: str = ""
    digest: str = ""
    uuid: str = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class MaterialUse:
    """A component or in-process lot that went in, with its state at that time."""

    name: str
    lot: str
    state: str
    amount: Decimal | None = None
    unit: str = ""
    charged_by: str = ""
    verified_by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EquipmentUse:
    """A piece of equipment or a room that was used, with its state at that time."""

    name: str
    code: str
    state: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to the record. Pictures (PNG, JPEG) are also printed.

    `embedded` False keeps a large raw file out of the PDF; it is then in the bundle only (R223).
    """

    name: str
    sha256: str
    size: int
    media_type: str
    caption: str = ""
    embedded: bool = True


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as it must be shown: printed name, role, meaning, time, what it covered (R113).

    `valid` is the answer of the check at the time of issue. A voided one stays, struck through.
    """

    uuid: str
    meaning: str
    printed_name: str
    role: str
    signed_at: datetime
    covered: str
    digest: str
    subject: str = ""
    meaning_words: str = ""
    station: str = ""
    username: str = ""
    valid: bool = True
    voided_at: datetime | None = None
    void_reason: str = ""


@dataclass(frozen=True, slots=True)
class Phase:
    """One step as executed."""

    number: str
    title: str
    state: str
    instruction: str = ""
    room: str = ""
    started_at: datetime | None = None
    completed_at: datetime | None = None
    not_applicable: str = ""
    entries: tuple[Entry, ...] = ()
    comments: tuple[Comment, ...] = ()
    materials: tuple[MaterialUse, ...] = ()
    equipment: tuple[EquipmentUse, ...] = ()
    charts: tuple[Chart, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitProcedure:
    """One unit procedure in order of execution; its section is rendered once and kept by digest.

    `key` is unique in the record and made of a-z, 0-9 and "-" ("3", "harvest-2").
    """

    key: str
    title: str
    kind: str
    summary: str = ""
    phases: tuple[Phase, ...] = ()
