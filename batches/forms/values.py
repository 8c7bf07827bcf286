"""One value of one parameter out of a POST: text as typed, or a file that is stored first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from batches.domain import files
from batches.domain.parsing import Given
from batches.forms.words import clean_text
from batches.importers.series import read_series, refuse_large
from compliance.domain import clock
from compliance.refusals import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest

    from batches.domain.masterfile.parameter import ParameterSpec

FILE_KINDS = frozenset({"attachment", "series"})


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person typed into the form of one field, kept when it is refused."""

    code: str
    value: str = ""
    quantity: str = ""
    comment: str = ""
    reason: str = ""


def typed_in(code: str, posted: Mapping[str, str]) -> Typed:
    """The texts of a field's form. Refuses a NUL character and more than 20,000 characters."""
    texts = {name: posted.get(name, "") for name in ("value", "quantity", "comment", "reason")}
    for name, text in texts.items():
        clean_text(text, name)
    return Typed(code, **texts)


def given_for(request: HttpRequest, parameter: ParameterSpec, typed: Typed, now: datetime) -> Given:
    """The value to record. A file is stored under its digest before the act; a series is read from it."""
    if parameter.kind not in FILE_KINDS:
        return Given(typed=typed.value, comment=typed.comment)
    upload: UploadedFile[bytes] | None = request.FILES.get("file")
    if upload is None:
        raise Invalid("Choose a file first.", "file", "blank")
    points = _points(upload, parameter, now) if parameter.kind == "series" else ()
    upload.seek(0)
    kept = files.keep_file(upload.name or "", upload.chunks())
    return Given(
        typed=kept.name,
        source="file",
        comment=typed.comment,
        file_sha256=kept.sha256,
        file_name=kept.name,
        points=points,
    )


def _points(upload: UploadedFile[bytes], parameter: ParameterSpec, now: datetime) -> list[dict[str, object]]:
    if files.kind_of(upload.name or "") not in {"csv", "txt"}:
        raise Invalid("A series comes as a CSV file. Nothing was recorded.", "file", "file_kind")
    refuse_large(upload.size or 0)
    names = [column.name for column in parameter.columns]
    return read_series(upload.read(), names, zone=clock.zone(), now=now)


def uuid_of(text: str, field: str) -> UUID | None:
    """A uuid that a form carries, None when it is left out. Refuses one that is none (Invalid)."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("The form names a record that does not exist. Load the page again.", field, "uuid") from None
