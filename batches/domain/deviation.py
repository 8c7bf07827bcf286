"""Deviations: opened by a breach in the same act, then assessed, investigated, closed by signatures (R504)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.domain.judging import BREACHES
from batches.models import Batch, Deviation, Entry, PhaseRecord
from batches.states import DEVIATION_TRANSITIONS, DeviationState
from batches.validators import with_unit
from compliance.domain import clock, signing
from compliance.domain.numbering import next_number
from compliance.domain.records import save_record
from compliance.domain.transitions import apply_transition, find, locked
from compliance.refusals import Invalid
from compliance.validators import clean_reason

if TYPE_CHECKING:
    from uuid import UUID

    from batches.domain.masterfile.parameter import ParameterSpec
    from compliance.domain.act import Act


def open_deviation(
    a: Act,
    batch: Batch,
    title: str,
    description: str,
    *,
    phase: PhaseRecord | None = None,
    entry: Entry | None = None,
) -> Deviation:
    """Opens a deviation on a batch, linked to its step and value (R306). Writes its number; touches the batch."""
    a.touch(batch)
    row = Deviation(
        number=next_number(a, "DEV"),
        batch=batch,
        phase=phase,
        entry=entry,
        title=title[:240],
        description=description,
        opened_by=a.actor.user,
        opened_at=a.at,
    )
    a.touch(row)
    return save_record(a, row)


def report(a: Act, batch: Batch, title: str, description: str, phase: PhaseRecord | None = None) -> Deviation:
    """A person reports a deviation that no limit saw. Refuses without permission, or without words."""
    a.actor.need("batches.open_deviation")
    if not title.strip():
        raise Invalid("Say in a few words what departed from the master.", "title", "blank")
    return open_deviation(a, batch, title.strip(), clean_reason(description), phase=phase)


def open_for_breach(
    a: Act, batch: Batch, phase: PhaseRecord, parameter: ParameterSpec, entry: Entry
) -> Deviation | None:
    """Opens a deviation when a value lies beyond an action or specification limit and the master asks for one (R306).

    While the one of an earlier value of this field is open and not assessed, the value is written into it and it
    leads to this value from now on. What QA has signed is not rewritten: a later breach opens another.
    """
    if entry.verdict not in BREACHES or parameter.on_breach == "explain":
        return None
    standing = Deviation.objects.filter(phase=phase, entry__path=entry.path, entry__slot=entry.slot)
    shown = with_unit(entry.reported, entry.unit)
    unassessed = standing.filter(state=DeviationState.OPEN).last()
    if unassessed is not None:
        row = locked(unassessed)
        if row.state == DeviationState.OPEN:  # QA may have signed it between the look and the lock
            return _write_into(a, row, entry, shown)
    description = f"{entry.label}: {shown}. {entry.message} Limit: {entry.limit_words}."
    return open_deviation(a, batch, f"{phase.title}: {entry.label}", description, phase=phase, entry=entry)


def _write_into(a: Act, row: Deviation, entry: Entry, shown: str) -> Deviation:
    by = f"recorded at {clock.stamp(a.at)} by {a.actor.user.printed_name}"
    row.description = f"{row.description}\nThen {shown}, {by}. {entry.message} Limit: {entry.limit_words}."
    row.entry = entry
    a.touch(row)
    return save_record(a, row)


def assess(
    a: Act,
    token: UUID,
    row: Deviation,
    *,
    classification: str,
    rationale: str,
    immediate_action: str,
    version: int | None = None,
) -> Deviation:
    """QA classifies a deviation with a rationale and signs. Refuses without either."""
    moved = apply_transition(
        a,
        row,
        find(DEVIATION_TRANSITIONS, "assess"),
        version=version,
        classification=classification,
        rationale=clean_reason(rationale),
        immediate_action=immediate_action.strip(),
    )
    _sign(a, token, moved, "reviewed", "batches.assess_deviation")
    return moved


def investigate(
    a: Act,
    token: UUID,
    row: Deviation,
    *,
    root_cause: str,
    impact: str,
    other_batches: str,
    conclusion: str,
    version: int | None = None,
) -> Deviation:
    """Concludes the investigation: cause, impact, other batches, conclusion; each is mandatory (R334)."""
    texts = {"root_cause": root_cause, "impact": impact, "other_batches": other_batches, "conclusion": conclusion}
    for name, text in texts.items():
        if not text.strip():
            words = name.replace("_", " ")
            raise Invalid(f"Write the {words}; an investigation without it cannot be concluded.", name, "blank")
    values = {name: text.strip() for name, text in texts.items()}
    moved = apply_transition(a, row, find(DEVIATION_TRANSITIONS, "investigate"), version=version, **values)
    _sign(a, token, moved, "responsible", "batches.investigate_deviation")
    return moved


def close(a: Act, token: UUID, row: Deviation, version: int | None = None) -> Deviation:
    """QA closes an investigated deviation and signs (R504)."""
    moved = apply_transition(a, row, find(DEVIATION_TRANSITIONS, "close"), version=version, closed_at=a.at)
    _sign(a, token, moved, "approved", "batches.close_deviation")
    return moved


def reopen(a: Act, row: Deviation, reason: str, version: int | None = None) -> Deviation:
    """QA opens a closed deviation again; its signatures no longer stand and are made anew (R215, R504).

    Refuses when it is not closed, or without a reason. Voids every standing signature on it, visibly.
    """
    moved = apply_transition(
        a, row, find(DEVIATION_TRANSITIONS, "reopen"), version=version, reason=reason, closed_at=None
    )
    a.touch(moved.batch)
    voided = signing.void_signatures(a, moved, reason)
    a.facts.setdefault("voided", []).extend(str(s.uuid) for s in voided)
    return moved


def _sign(a: Act, token: UUID, row: Deviation, meaning: str, permission: str) -> None:
    a.touch(row.batch)
    signing.sign(a, token, row, meaning, title=f"Deviation {row.number}: {row.title}", permission=permission)
