"""Exceptions, read from the record by rule: what a reviewer must answer. None is hidden, none is stored twice.

The classes and their numbers follow the review-by-exception rule set (R213, R215, R217, R304, R319, R333).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from batches.models import Entry, PhaseRecord
from release.models import Disposition, ExceptionAnswer
from release.queries import exceptions_record, exceptions_review
from release.queries.asof import NOW, View
from release.queries.found import CLASSES, Found

if TYPE_CHECKING:
    from datetime import datetime

    from batches.models import Batch, Deviation

FINAL = ("released", "rejected")


@dataclass(frozen=True, slots=True)
class RecordException:
    """One thing that did not go as written, with where it is and its answer, if any."""

    key: str
    klass: int
    title: str
    detail: str
    at: datetime | None = None
    who: str = ""
    phase: PhaseRecord | None = None
    entry: Entry | None = None
    deviation: Deviation | None = None
    severity: str = "alert"
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None

    @property
    def category(self) -> str:
        """The class in words."""
        return CLASSES[self.klass]


def exceptions_of(batch: Batch, view: View = NOW) -> list[RecordException]:
    """Every exception of a batch with its standing answer, in a fixed number of queries.

    An answer stands while the exception says what it said when it was answered. A copy asked for after the
    final decision is answered by the reason its requester gave: nobody reviews the batch any more (R224).
    """
    names = view.names()
    answers = standing_answers(batch, view)
    final = next((d for d in view.rows(Disposition, batch=batch) if d.decision in FINAL), None)
    found = []
    for one in _all(batch, view, names):
        answer = answers.get(one.key)
        row = RecordException(
            one.key, one.klass, one.title, one.detail, one.at, names.get(one.by or -1, ""),
            one.phase, one.entry, one.deviation, one.severity,
        )  # fmt: skip
        if answer is not None and answer.content == one.detail:
            by = names[answer.answered_by_id]
            row = replace(row, answer=answer.text, answered_by=by, answered_at=answer.answered_at)
        elif one.reason and final is not None and one.at is not None and one.at >= final.decided_at:
            row = replace(row, answer=one.reason, answered_by=row.who, answered_at=one.at)
        found.append(row)
    return found


def _all(batch: Batch, view: View, names: dict[int, str]) -> list[Found]:
    phases = {p.pk: p for p in view.records(PhaseRecord, batch_id=batch.pk)}
    entries = view.rows(Entry, batch=batch)
    return [
        *exceptions_record.of_entries(entries, phases),
        *exceptions_record.of_phases(batch, phases),
        *exceptions_record.of_balances(batch, view, entries),
        *exceptions_record.of_materials(batch, view, phases),
        *exceptions_review.of_laboratory(batch, view),
        *exceptions_review.of_deviations(batch, view, phases),
        *exceptions_review.of_signatures(batch, view, phases, names),
        *exceptions_record.of_comments(batch, view, phases),
        *exceptions_review.of_reprints(batch, view),
    ]


def standing_answers(batch: Batch, view: View = NOW) -> dict[str, ExceptionAnswer]:
    """The newest answer to each exception."""
    return {a.key: a for a in view.rows(ExceptionAnswer, batch=batch)}
