"""The last steps before the seal, in the order in which they must happen."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pikepdf import Array, AttachedFileSpec, Dictionary, Name, Pdf

from release.pdf.merge import Part, merge_parts
from release.pdf.share import name_subsets_apart, share_equal_objects, strip_empty_resources
from release.pdf.stamp import stamp_pages

PRODUCER = "EVidence"


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """A file inside the PDF. `relation` says how it belongs: /Data, /Supplement (ISO 19005-3)."""

    name: str
    data: bytes
    media_type: str
    description: str
    relation: str


@dataclass(frozen=True, slots=True)
class Description:
    """What the file says about itself. The time is that of the issue, so it is the same twice."""

    title: str
    author: str
    subject: str
    at: datetime


def pdf_date(at: datetime) -> str:
    """A time as PDF writes it, in UTC."""
    return f"D:{at.astimezone(UTC):%Y%m%d%H%M%S}Z"


def finish(parts: Sequence[Part], furniture: bytes, about: Description, files: Sequence[EmbeddedFile]) -> bytes:
    """Merge, stamp, clean, share, embed, describe, save: the unsigned file, the same for the same parts."""
    merged = merge_parts(parts)
    pdf = merged.pdf
    stamp_pages(merged, furniture)
    strip_empty_resources(pdf)
    name_subsets_apart(pdf)
    share_equal_objects(pdf)
    embed(pdf, files, about.at)
    describe(pdf, about)
    target = io.BytesIO()
    pdf.save(target, deterministic_id=True, linearize=False)
    return target.getvalue()


def _unique(name: str, taken: set[str]) -> str:
    """Two steps may attach files of one name; the second gets a number, none is lost."""
    stem, dot, ending = name.rpartition(".")
    candidate, count = name, 2
    while candidate in taken:
        candidate = f"{stem} ({count}){dot}{ending}" if dot else f"{name} ({count})"
        count += 1
    taken.add(candidate)
    return candidate


def embed(pdf: Pdf, files: Sequence[EmbeddedFile], at: datetime) -> None:
    """Embed the record as data and its files, each with its relation to the record (PDF/A-3)."""
    related, taken = Array(), set[str]()
    for file in files:
        name = _unique(file.name, taken)
        spec = AttachedFileSpec(
            pdf,
            file.data,
            description=file.description,
            filename=name,
            mime_type=file.media_type,
            creation_date=pdf_date(at),
            mod_date=pdf_date(at),
        )
        pdf.attachments[name] = spec
        held = pdf.attachments[name].obj
        held.AFRelationship = Name(file.relation)
        params = held.EF.F.Params if "/Params" in held.EF.F else Dictionary()
        params.Size = len(file.data)
        params.CheckSum = hashlib.md5(file.data, usedforsecurity=False).digest()
        held.EF.F.Params = params
        related.append(held)
    if files:
        pdf.Root.AF = related


def describe(pdf: Pdf, about: Description) -> None:
    """Write the same description into XMP and into the old information dictionary."""
    moment = about.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as meta:
        meta["pdfaid:part"] = "3"
        meta["pdfaid:conformance"] = "B"
        meta["dc:title"] = about.title
        meta["dc:creator"] = [about.author]
        meta["dc:description"] = about.subject
        meta["xmp:CreateDate"] = moment
        meta["xmp:ModifyDate"] = moment
        meta["xmp:CreatorTool"] = PRODUCER
        meta["pdf:Producer"] = PRODUCER
    pdf.docinfo["/Title"] = about.title
    pdf.docinfo["/Author"] = about.author
    pdf.docinfo["/Subject"] = about.subject
    pdf.docinfo["/Creator"] = PRODUCER
    pdf.docinfo["/Producer"] = PRODUCER
    pdf.docinfo["/CreationDate"] = pdf_date(about.at)
    pdf.docinfo["/ModDate"] = pdf_date(about.at)
    pdf.Root.Lang = "en"
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
