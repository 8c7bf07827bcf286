"""Exceptions, read from the record by rule: what a reviewer must answer. None is hidden, none is stored twice.

The classes and their numbers follow the review-by-exception rule set (R213, R215, R217, R304, R319, R333).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from batches.models import Deviation, Entry, PhaseComment, PhaseRecord
from batches.states import PhaseState
from batches.validators import Verdict
from compliance.models import LedgerEntry, SignatureVoid
from qc.models import OosInvestigation, Result
from qc.states import ResultState
from release.models import ExceptionAnswer, IssuedDocument

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from batches.models import Batch

CLASSES = {
    1: "Limit breach",
    2: "Late entry",
    3: "Corrected value",
    5: "Step not done as written",
    6: "Second count",
    13: "Laboratory result",
    14: "Deviation",
    15: "Signature",
    18: "Comment",
    19: "Reprint",
}


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


def exceptions_of(batch: Batch) -> list[RecordException]:
    """Every exception of a batch with its standing answer, in a fixed number of queries."""
    answers = {
        a.key: a
        for a in ExceptionAnswer.objects.filter(batch=batch, superseded_by__isnull=True).select_related("answered_by")
    }
    found = []
    for one in _all(batch):
        answer = answers.get(one.key)
        if answer is not None and answer.content == one.detail:
            by, at = answer.answered_by.printed_name, answer.answered_at
            found.append(replace(one, answer=answer.text, answered_by=by, answered_at=at))
        else:
            found.append(one)
    return found


def _all(batch: Batch) -> Iterator[RecordException]:
    yield from _entries(batch)
    yield from _phases(batch)
    yield from _laboratory(batch)
    yield from _deviations(batch)
    yield from _signatures(batch)
    yield from _comments(batch)
    yield from _reprints(batch)


def _entries(batch: Batch) -> Iterator[RecordException]:
    """Classes 1, 2 and 3: breaches, late entries, corrections."""
    rows = Entry.objects.filter(batch=batch).select_related("phase", "recorded_by", "supersedes").order_by("id")
    superseded = {e.supersedes_id for e in rows if e.supersedes_id}
    for e in rows:
        shown = f"{e.label}: {e.reported} {e.unit}".strip()
        if e.pk not in superseded and e.verdict in _SEVERITY:
            detail = f"{shown}. {e.message}{f' Comment: {e.comment}' if e.comment else ''}"
            yield _of_entry(e, 1, e.label, detail, _SEVERITY[e.verdict])
        if e.supersedes is not None and e.source != "computed":
            detail = f"{e.label}: {e.supersedes.reported} became {e.reported} {e.unit}. Reason: {e.reason}"
            yield _of_entry(e, 3, f"{e.label} corrected", detail, "corrected")
        if e.performed_at is not None and e.performed_at < e.recorded_at:
            done, recorded = f"{e.performed_at:%Y-%m-%d %H:%M}", f"{e.recorded_at:%Y-%m-%d %H:%M}"
            detail = f"{shown}. Done at {done} UTC, recorded at {recorded} UTC."
            yield _of_entry(e, 2, f"{e.label} entered late", detail, "alert")


def _of_entry(e: Entry, klass: int, title: str, detail: str, severity: str) -> RecordException:
    return RecordException(
        key=f"{klass}:{e.uuid}",
        klass=klass,
        title=f"{e.phase.title}: {title}",
        detail=detail,
        at=e.recorded_at,
        who=e.recorded_by.printed_name,
        phase=e.phase,
        entry=e,
        severity=severity,
    )


_SEVERITY: dict[str, str] = {
    Verdict.ALERT: "alert",
    Verdict.ACTION: "breach",
    Verdict.SPECIFICATION: "breach",
    Verdict.UNDECIDABLE: "breach",
}


def _phases(batch: Batch) -> Iterator[RecordException]:
    """Class 5: aborted phases. Phases that a rule of the master switched off went as written."""
    for row in PhaseRecord.objects.filter(batch=batch, state=PhaseState.ABORTED):
        yield RecordException(f"5:{row.uuid}", 5, f"{row.title} aborted", f"{row.title} was aborted.", phase=row)


def _laboratory(batch: Batch) -> Iterator[RecordException]:
    """Class 13: results retracted, invalidated, out of specification."""
    rows = Result.objects.filter(sample__batch=batch).select_related("sample", "item", "analyst")
    for r in rows:
        shown = f"{r.sample.number}, {r.item.title}: {r.reported} {r.unit}".strip()
        who = r.analyst.printed_name
        title = r.item.title
        if r.state in {ResultState.RETRACTED, ResultState.INVALIDATED}:
            words = r.get_state_display()
            detail = f"{shown} was {words}. Reason: {r.reason or 'see trail'}"
            yield RecordException(f"13:{r.uuid}", 13, f"{title} {words}", detail, r.entered_at, who)
        elif r.verdict == Verdict.ALERT:
            yield RecordException(f"13:{r.uuid}", 13, f"{title}: alert", f"{shown}. {r.message}", r.entered_at, who)
    for oos in OosInvestigation.objects.filter(result__sample__batch=batch).select_related("result__item", "opened_by"):
        detail = f"{oos.result.item.title}: {oos.result.message} State: {oos.get_state_display()}."
        title = f"{oos.number} {oos.result.item.title}"
        yield RecordException(
            f"13:{oos.uuid}", 13, title, detail, oos.opened_at, oos.opened_by.printed_name, severity="breach"
        )


def _deviations(batch: Batch) -> Iterator[RecordException]:
    """Class 14: every deviation, closed or open."""
    for d in Deviation.objects.filter(batch=batch).select_related("phase", "opened_by").order_by("id"):
        detail = f"{d.description} Class: {d.classification or 'not assessed'}. State: {d.get_state_display()}."
        yield RecordException(
            f"14:{d.uuid}",
            14,
            f"{d.number} {d.title}",
            detail,
            d.opened_at,
            d.opened_by.printed_name,
            phase=d.phase,
            deviation=d,
            severity="breach",
        )


def _signatures(batch: Batch) -> Iterator[RecordException]:
    """Class 15: voided signatures on the batch's phases, refused signing attempts for it."""
    uuids = list(PhaseRecord.objects.filter(batch=batch).values_list("uuid", flat=True))
    voids = SignatureVoid.objects.filter(signature__record_uuid__in=uuids).select_related("signature", "voided_by")
    for v in voids:
        detail = f"{v.signature.title}: {v.signature.meaning} by {v.signature.printed_name} voided. Reason: {v.reason}"
        title = f"Signature voided: {v.signature.title}"
        yield RecordException(f"15:{v.uuid}", 15, title, detail, v.voided_at, v.voided_by.printed_name, severity="void")
    if batch.started_at is None:
        return
    chains = [f"batches.phaserecord:{u}" for u in uuids] + [batch.chain]
    window = LedgerEntry.objects.filter(event="signature.refused", recorded_at__gte=batch.started_at)
    for entry in window.select_related("actor"):
        if any(chain in entry.payload for chain in chains):
            detail = (
                f"A signature was refused at {entry.recorded_at:%Y-%m-%d %H:%M} UTC in the session of {entry.actor}."
            )
            yield RecordException(
                f"15:{entry.act_id}", 15, "Refused signature", detail, entry.recorded_at, entry.actor.printed_name
            )


def _comments(batch: Batch) -> Iterator[RecordException]:
    """Class 18: every comment of an operator."""
    rows = PhaseComment.objects.filter(phase__batch=batch).select_related("phase", "written_by").order_by("id")
    for c in rows:
        yield RecordException(
            f"18:{c.uuid}",
            18,
            f"{c.phase.title}: comment",
            c.text,
            c.written_at,
            c.written_by.printed_name,
            phase=c.phase,
        )


def _reprints(batch: Batch) -> Iterator[RecordException]:
    """Class 19: second and later copies of a document."""
    for d in IssuedDocument.objects.filter(batch=batch, copy_no__gt=1).select_related("requested_by"):
        detail = f"{d.number}, copy {d.copy_no}. Reason: {d.reason}"
        yield RecordException(
            f"19:{d.uuid}", 19, f"{d.number} issued again", detail, d.requested_at, d.requested_by.printed_name
        )
