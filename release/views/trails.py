"""The trails of release: documents, answers and decisions by the names people use, and the way back to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from compliance import registry
from compliance.page_frame import Link
from compliance.page_trail import TrailLine
from release.views import places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from release.models import Disposition, ExceptionAnswer


def register() -> None:
    """Opens the trails of this app; who reads the record of a batch reads what its reviewers wrote."""
    add = registry.register_trail
    add("release.issueddocument", places.READ, words="document", place=_document_place, related=("batch",))
    batch = {"place": _batch_place, "related": ("batch",)}
    add("release.exceptionanswer", "batches.read", _answer_title, words="answer", lines=_answers, **batch)
    add("release.disposition", "batches.read", _decision_title, words="decision", lines=_decisions, **batch)


def _answer_title(row: Any) -> str:
    return f"{row.batch.number}: answer to an exception"


def _decision_title(row: Any) -> str:
    return f"{row.batch.number}: {row.decision}"


def _answers(rows: Sequence[ExceptionAnswer]) -> list[TrailLine]:
    return [TrailLine(f"On: {row.content}", new=row.text) for row in rows]


def _decisions(rows: Sequence[Disposition]) -> list[TrailLine]:
    return [TrailLine(f"“{row.statement}”") for row in rows]


def _batch_place(row: Any) -> tuple[Link, ...]:
    return (
        Link("Release", reverse("release:batches")),
        Link(row.batch.number, reverse("batches:batch", args=(row.batch.number,))),
    )


def _document_place(row: Any) -> tuple[Link, ...]:
    return (*_batch_place(row), Link(row.number, places.url("documents", row.batch)))
