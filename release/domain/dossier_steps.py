"""Unit procedures and phases of a batch as paper says them: every value, its limit, its corrections."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from batches.domain.masters import plan_for
from batches.domain.series_chart import chart_of
from batches.models import (
    Deviation,
    Entry,
    EquipmentScan,
    MaterialCharge,
    PhaseComment,
    PhaseRecord,
    SeriesPoint,
    UnitRun,
)
from batches.states import ChargeState, PhaseState
from batches.validators import with_unit
from compliance.domain import clock, store
from compliance.domain.ledger import row_digest
from compliance.page_words import amount_of
from release import paper
from release.domain.dossier_people import as_paper, local, maybe, signatures
from resources.models import Equipment

if TYPE_CHECKING:
    from uuid import UUID

    from batches.domain.masters import Plan
    from batches.models import Batch
    from compliance.models import Signature
    from release.queries.asof import View

VERDICTS: dict[str, paper.VerdictKind] = {
    "within": "within",
    "alert": "alert",
    "action": "breach",
    "specification": "breach",
    "undecidable": "breach",
    "no_limit": "recorded",
}
SOURCES: dict[str, paper.Source] = {
    "manual": "typed",
    "scan": "scanned",
    "file": "attached",
    "instrument": "attached",
    "computed": "computed",
}
NUMERIC = frozenset({"number", "duration", "calculation"})
IMAGES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}
TYPES = {**IMAGES, "csv": "text/csv", "txt": "text/plain", "pdf": "application/pdf"}


@dataclass(slots=True)
class Loaded:
    """Everything of a batch that its steps print, read once, as of one ledger entry."""

    batch: Batch
    plan: Plan
    view: View
    runs: list[UnitRun] = field(default_factory=list)
    phases: dict[int, list[PhaseRecord]] = field(default_factory=lambda: defaultdict(list))
    entries: dict[int, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    charges: dict[int, list[MaterialCharge]] = field(default_factory=lambda: defaultdict(list))
    scans: dict[int, list[EquipmentScan]] = field(default_factory=lambda: defaultdict(list))
    comments: dict[int, list[PhaseComment]] = field(default_factory=lambda: defaultdict(list))
    points: dict[int, list[SeriesPoint]] = field(default_factory=lambda: defaultdict(list))
    signed: dict[UUID, list[Signature]] = field(default_factory=lambda: defaultdict(list))
    deviations: dict[int, str] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)
    equipment: dict[int, str] = field(default_factory=dict)
    marks: list[Signature] = field(default_factory=list)


def load(batch: Batch, view: View) -> Loaded:
    """Reads a batch as of a ledger entry, in a fixed number of queries."""
    found = Loaded(batch, plan_for(batch), view)
    found.runs = sorted(view.records(UnitRun, batch_id=batch.pk), key=lambda r: (r.unit_index, r.occurrence))
    for phase in view.records(PhaseRecord, batch_id=batch.pk):
        found.phases[phase.run_id].append(phase)
    for entry in view.rows(Entry, batch=batch):
        found.entries[entry.phase_id].append(entry)
    for charge in view.records(MaterialCharge, batch_id=batch.pk):
        found.charges[charge.phase_id].append(charge)
    for scan in view.rows(EquipmentScan, batch=batch):
        found.scans[scan.phase_id].append(scan)
    for comment in view.rows(PhaseComment, phase__batch=batch):
        found.comments[comment.phase_id].append(comment)
    for point in view.rows(SeriesPoint, entry__batch=batch):
        found.points[point.entry_id].append(point)
    found.marks = signatures(batch, view)
    for signature in found.marks:
        found.signed[signature.record_uuid].append(signature)
    rows = view.records(Deviation, batch_id=batch.pk)
    found.deviations = {d.entry_id: d.number for d in rows if d.entry_id is not None}
    found.people = view.names()
    units = {scan.equipment_id for scans in found.scans.values() for scan in scans}
    found.equipment = {u.pk: u.name for u in view.records(Equipment, id__in=units)}
    return found


def said_rows(loaded: Loaded) -> dict[str, str]:
    """What each row of the batch says, by its uuid, for the extract of the trail."""
    titles = {p.pk: p.title for phases in loaded.phases.values() for p in phases}
    found = {str(p.uuid): f"step {p.title}" for phases in loaded.phases.values() for p in phases}
    for entries in loaded.entries.values():
        found |= {str(e.uuid): f"{titles[e.phase_id]}, {e.label}: {_said(e)}" for e in entries}
    for charges in loaded.charges.values():
        found |= {str(c.uuid): f"{titles[c.phase_id]}, {c.item_code}, lot {c.lot_number}" for c in charges}
    for scans in loaded.scans.values():
        found |= {str(s.uuid): f"{titles[s.phase_id]}, {s.code}" for s in scans}
    return found


def unit_procedures(loaded: Loaded) -> tuple[paper.UnitProcedure, ...]:
    """Every unit procedure in the order of execution."""
    found = []
    for n, run in enumerate(loaded.runs, 1):
        phases = sorted(loaded.phases[run.pk], key=lambda p: p.phase_index)
        found.append(
            paper.UnitProcedure(
                key=str(n),
                title=f"{n} {run.title}",
                kind=run.kind.replace("_", " "),
                phases=tuple(_phase(loaded, p) for p in phases),
            )
        )
    return tuple(found)


def _phase(loaded: Loaded, phase: PhaseRecord) -> paper.Phase:
    spec = loaded.plan.place(phase.path).phase
    skipped = phase.state == PhaseState.NOT_APPLICABLE
    marks = [as_paper(s, loaded.view) for s in loaded.signed[phase.uuid]]
    charges = loaded.charges[phase.pk]
    marks += [as_paper(s, loaded.view) for c in charges for s in loaded.signed[c.uuid]]
    series = [e for e in _live(loaded, phase) if e.kind == "series"]
    return paper.Phase(
        number=loaded.plan.number_of(phase),
        title=phase.title,
        state=phase.get_state_display(),
        instruction=spec.instruction or "",
        room=spec.requires.room or "",
        started_at=maybe(phase.started_at),
        completed_at=maybe(phase.performed_at),
        not_applicable="By rule of the master: its question was answered otherwise." if skipped else "",
        entries=() if skipped else tuple(_entries(loaded, phase)),
        comments=tuple(_comment(loaded, c) for c in loaded.comments[phase.pk]),
        materials=tuple(_material(loaded, c) for c in charges),
        equipment=tuple(_equipment(loaded, s) for s in loaded.scans[phase.pk]),
        charts=tuple(
            chart for e in series if (chart := chart_of(loaded.plan.parameter(e.path), e, loaded.points[e.pk]))
        ),
        attachments=tuple(_attachment(e) for e in _live(loaded, phase) if e.file_sha256),
        signatures=tuple(marks),
    )


def _live(loaded: Loaded, phase: PhaseRecord) -> list[Entry]:
    rows = loaded.entries[phase.pk]
    superseded = {e.supersedes_id for e in rows}
    return [e for e in rows if e.pk not in superseded]


def _entries(loaded: Loaded, phase: PhaseRecord) -> list[paper.Entry]:
    """Every parameter of the master in its order, then samples; one not recorded says so."""
    live = {(e.path, e.slot): e for e in _live(loaded, phase)}
    found = []
    for parameter in loaded.plan.place(phase.path).phase.parameters:
        path = f"{phase.path}.{parameter.id}"
        entry = live.pop((path, ""), None)
        if entry is None:
            if not parameter.optional:
                found.append(paper.Entry(parameter.label, None, parameter.unit or "", verdict="missing"))
            continue
        found.append(_entry(loaded, phase, entry))
        second = live.pop((path, "second"), None)
        if second is not None:
            found.append(_entry(loaded, phase, second))
    return found + [_entry(loaded, phase, e) for e in live.values()]


def _entry(loaded: Loaded, phase: PhaseRecord, entry: Entry) -> paper.Entry:
    who = loaded.people[entry.recorded_by_id]
    corrected = _corrections(loaded, phase, entry)
    verifier = loaded.people.get(phase.verified_by_id or -1, "")
    late = entry.performed_at is not None and entry.performed_at < entry.recorded_at
    value = _instant(entry) or entry.reported or entry.text or "no number"
    return paper.Entry(
        parameter=f"{entry.label} (second count)" if entry.slot else entry.label,
        value=value,
        unit=entry.unit,
        limits=entry.limit_words,
        verdict=VERDICTS.get(entry.verdict, "recorded") if entry.source != "computed" else _computed(entry),
        verdict_words=entry.message if entry.verdict not in {"within", "no_limit"} else "",
        source=SOURCES[entry.source],
        raw=entry.value if entry.source == "computed" else None,
        as_typed=entry.typed if entry.typed not in {"", entry.reported, entry.text} else "",
        formula=entry.formula,
        performed_by=who,
        performed_at=local(entry.performed_at or entry.recorded_at),
        recorded_at=local(entry.recorded_at),
        late_reason=entry.comment if late else "",
        verified_by=verifier if entry.is_critical else "",
        verified_at=maybe(phase.verified_at) if verifier and entry.is_critical else None,
        corrections=corrected,
        comments=(paper.Comment(entry.comment, who, local(entry.recorded_at)),) if entry.comment and not late else (),
        critical=entry.is_critical,
        deviation=loaded.deviations.get(entry.pk, ""),
        digest=row_digest(entry, 1),
        uuid=str(entry.uuid),
        numeric=entry.kind in NUMERIC and bool(entry.reported),
    )


def _computed(entry: Entry) -> paper.VerdictKind:
    return "computed" if entry.verdict == "no_limit" else VERDICTS.get(entry.verdict, "recorded")


def _corrections(loaded: Loaded, phase: PhaseRecord, entry: Entry) -> tuple[paper.Correction, ...]:
    """The chain of what stood before, oldest first (R215, AUD-16)."""
    by_id = {e.pk: e for e in loaded.entries[phase.pk]}
    found: list[paper.Correction] = []
    newer = entry
    while newer.supersedes_id is not None:
        older = by_id[newer.supersedes_id]
        found.insert(
            0,
            paper.Correction(
                old=_said(older),
                new=_said(newer),
                by=loaded.people[newer.recorded_by_id],
                at=local(newer.recorded_at),
                reason=newer.reason,
            ),
        )
        newer = older
    return tuple(found)


def _said(entry: Entry) -> str:
    """A value with its unit as paper prints it; words of a person stay as they are."""
    if entry.kind in NUMERIC and entry.reported:
        return amount_of(entry.reported, entry.unit)
    return with_unit(_instant(entry) or entry.reported or entry.text or "no number", entry.unit)


def _instant(entry: Entry) -> str:
    """A time that was recorded as a value, printed as every other time of the record."""
    return clock.stamp(entry.instant) if entry.instant else ""


def _comment(loaded: Loaded, row: PhaseComment) -> paper.Comment:
    return paper.Comment(row.text, loaded.people[row.written_by_id], local(row.written_at))


def _material(loaded: Loaded, row: MaterialCharge) -> paper.MaterialUse:
    verifier = loaded.people.get(row.verified_by_id or -1, "")
    expiry = f", usable to {row.expiry.isoformat()}" if row.expiry else ""
    reversed_ = row.state == ChargeState.REVERSED
    return paper.MaterialUse(
        name=row.item_code,
        lot=row.lot_number,
        state="reversed" if reversed_ else f"released{expiry}",
        amount=row.quantity,
        unit=row.unit,
        charged_by=loaded.people[row.charged_by_id],
        verified_by=verifier,
        at=local(row.charged_at),
    )


def _equipment(loaded: Loaded, row: EquipmentScan) -> paper.EquipmentUse:
    until = f"in calibration to {row.calibrated_until.isoformat()}" if row.calibrated_until else "fit for use"
    if any(e.kind == "equipment" and e.path.endswith(str(row.uuid)) for e in loaded.entries[row.phase_id]):
        until = "scanned by mistake, taken back"
    return paper.EquipmentUse(loaded.equipment[row.equipment_id], row.code, until, local(row.scanned_at))


def _attachment(entry: Entry) -> paper.Attachment:
    kind = entry.file_name.rpartition(".")[2].lower()
    size = store.path_of(entry.file_sha256).stat().st_size if store.path_of(entry.file_sha256).exists() else 0
    return paper.Attachment(
        name=f"{entry.phase_id}-{entry.file_name}",
        sha256=entry.file_sha256,
        size=size,
        media_type=TYPES.get(kind, "application/octet-stream"),
        caption=entry.label,
        embedded=size <= 2_000_000,
    )
