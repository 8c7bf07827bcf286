"""The trails of batches in the words of the floor: steps by number and title, values with unit, never a path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import F, Min, Q
from django.urls import reverse

from batches.domain.masters import plan_for
from batches.guards import DONE
from batches.models import Batch, Entry, EquipmentScan, MaterialCharge, PhaseComment, PhaseRecord
from batches.validators import Verdict
from batches.views import places, steps, words
from batches.views.sealing import Sealed
from compliance import registry
from compliance.numbers import display
from compliance.page_frame import Link
from compliance.page_trail import TrailLine
from compliance.page_words import amount_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

READ = "batches.read"
NUMBERS = frozenset({"number", "duration", "calculation"})
SEALED = "sealed until the second count"
HIDDEN_OF_STEP = frozenset({"path", "seq", "phase_index", "occurrence", "run"})


def register() -> None:
    """Opens the trails of this app, with the names people use, the way back, and what belongs to what."""
    add = registry.register_trail
    registry.register_risk(2, "value beyond its limit", _beyond)
    registry.register_risk(5, "entered late", _late)
    add("batches.batch", READ, place=lambda row: _batch_place(row.number))
    add("batches.phaserecord", READ, words="step", names=step_names, place=_step_place, hidden=HIDDEN_OF_STEP)
    add(
        "batches.entry", READ, words="value", names=_names_of_entries, place=_place_in_step, lines=lines_of_entries,
        shown=_not_sealed,
    )  # fmt: skip
    add("batches.materialcharge", READ, words="charge-in", names=_names_of_charges, place=_place_in_step)
    add("batches.equipmentscan", READ, words="scan of equipment", names=_names_of_scans, place=_place_in_step)
    add("batches.phasecomment", READ, words="comment", names=_names_of_comments, place=_place_in_step, lines=_comments)
    add("batches.deviation", READ, place=_deviation_place)
    add("batches.container", READ, place=_container_place)
    add("batches.masterversion", READ, words="master")
    add("batches.productversion", READ, words="product")
    for part in (_entries_of_step, _charges_of_step, _scans_of_step, _comments_of_step):
        registry.register_trail_part("batches.phaserecord", part)
    registry.register_trail_part("batches.entry", _entries_of_field)


def step_names(rows: Sequence[Any]) -> list[str]:
    """`EV-26-0001, 3 Viable count`. One query."""
    batches = _batches(row.batch_id for row in rows)
    return [f"{batches[r.batch_id].number}, {steps.step_name(plan_for(batches[r.batch_id]), r)}" for r in rows]


def _batches(keys: Iterable[int]) -> dict[int, Batch]:
    return Batch.objects.select_related("master_version").in_bulk(set(keys))


def _steps_of(rows: Sequence[Any]) -> list[str]:
    """The step that each of these rows stands in. Two queries."""
    phases = PhaseRecord.objects.in_bulk({row.phase_id for row in rows})
    names = dict(zip(phases, step_names(list(phases.values())), strict=True))
    return [names[row.phase_id] for row in rows]


def _names_of_entries(rows: Sequence[Entry]) -> list[str]:
    second = {True: ", second count", False: ""}
    return [f"{step}: {row.label}{second[bool(row.slot)]}" for row, step in zip(rows, _steps_of(rows), strict=True)]


def _names_of_charges(rows: Sequence[Any]) -> list[str]:
    return [f"{step}: {_charged(row)}" for row, step in zip(rows, _steps_of(rows), strict=True)]


def _charged(row: Any) -> str:
    return f"{amount_of(display(row.quantity), row.unit)} of {row.item_code}, lot {row.lot_number}"


def _names_of_scans(rows: Sequence[EquipmentScan]) -> list[str]:
    return [f"{step}: {row.code}" for row, step in zip(rows, _steps_of(rows), strict=True)]


def _names_of_comments(rows: Sequence[PhaseComment]) -> list[str]:
    return [f"{step}: comment" for step in _steps_of(rows)]


def _comments(rows: Sequence[PhaseComment]) -> list[TrailLine]:
    return [TrailLine(f"“{row.text}”") for row in rows]


def _beyond(acts: QuerySet[Any]) -> QuerySet[Any]:
    """Acts that recorded a value beyond a limit."""
    within = (Verdict.WITHIN, Verdict.NO_LIMIT)
    return Entry.objects.filter(act_id__in=acts).exclude(verdict__in=within).values("act_id")


def _late(acts: QuerySet[Any]) -> QuerySet[Any]:
    """Acts that recorded a value after the moment it is of."""
    return Entry.objects.filter(act_id__in=acts, performed_at__lt=F("recorded_at")).values("act_id")


def lines_of_entries(rows: Sequence[Entry]) -> list[TrailLine]:
    """Old and new value with unit, how it was judged, and what was said with it; a sealed count stays sealed."""
    before = Entry.objects.in_bulk({row.supersedes_id for row in rows} - {None})
    sealed = Sealed.of([*rows, *before.values()])
    return [_line(row, before.get(row.supersedes_id or 0), sealed) for row in rows]


def _not_sealed(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Leaves sealed counts, and what is computed from them, out of a search for values (R202)."""
    open_steps = Entry.objects.exclude(phase__state__in=DONE).order_by()
    of_batches = open_steps.values("batch_id").annotate(first=Min("id")).values("first")
    sealed = Sealed.of(list(Entry.objects.filter(pk__in=of_batches)))
    hidden = Q(pk__in=[])
    for phase, path in sealed.counts:
        hidden |= Q(phase_id=phase, path=path)
    for batch, paths in sealed.computed.items():
        hidden |= Q(batch_id=batch, path__in=paths)
    return rows.exclude(hidden)


def _line(row: Entry, earlier: Entry | None, sealed: Sealed) -> TrailLine:
    if sealed.hides(row):
        return TrailLine("", SEALED if earlier else "", SEALED)
    return TrailLine(_said(row), _value(earlier) if earlier else "", _value(row))


def _value(row: Entry) -> str:
    """The value with its unit as both are printed; of a series the file and its columns."""
    if row.kind in NUMBERS and row.reported:
        return amount_of(row.reported, row.unit)
    return "; ".join(part for part in (words.value_of(row), words.summary_of(row)) if part) or "no value"


def _said(row: Entry) -> str:
    """How the value came to be and how it was judged."""
    verdict = words.verdict_of(row)
    judged = ", ".join(part for part in (verdict.word, verdict.detail) if part)
    if row.verdict == Verdict.NO_LIMIT:
        judged = ""
    parts = [
        f"Computed by {row.function}." if row.function else "",
        f"Typed “{row.typed}”." if row.typed and row.typed not in (row.reported, row.text) else "",
        f"{judged.capitalize()}{f' ({words.pretty(row.limit_words)})' if row.limit_words else ''}." if judged else "",
        f"From {row.source}." if row.source not in {"manual", "computed"} else "",
        f"At {row.station}." if row.station else "",
        words.note_of(row),
        f"Comment: “{row.comment}”" if row.comment else "",
        f"Reason: “{row.reason}”" if row.reason and row.reason != row.comment else "",
    ]
    return " ".join(part for part in parts if part)


def _batch_place(number: str) -> tuple[Link, ...]:
    return (Link("Batches", reverse("batches:records")), Link(number, places.batch_url(number)))


def _step_place(row: PhaseRecord) -> tuple[Link, ...]:
    batch = _batches([row.batch_id])[row.batch_id]
    row.batch = batch
    return (*_batch_place(batch.number), Link(steps.step_name(plan_for(batch), row), places.phase_url(row)))


def _place_in_step(row: Any) -> tuple[Link, ...]:
    """Step, and in it the row that is read about."""
    there = _step_place(row.phase)
    if isinstance(row, Entry):
        name, anchor = row.label, f"#row-{row.path.rpartition('.')[2]}"
    else:
        name = {MaterialCharge: "Charge-in", EquipmentScan: "Equipment", PhaseComment: "Comment"}[type(row)]
        anchor = ""
    return (*there, Link(name, f"{there[-1].url}{anchor}"))


def _deviation_place(row: Any) -> tuple[Link, ...]:
    return (Link("Deviations", reverse("batches:deviations")), Link(row.number, places.deviation_url(row.number)))


def _container_place(row: Any) -> tuple[Link, ...]:
    return (*_batch_place(row.batch.number), Link(row.number, reverse("batches:container", args=(row.number,))))


def _entries_of_step(uuid: UUID) -> QuerySet[Any]:
    return Entry.objects.filter(phase__uuid=uuid).values("act_id")


def _charges_of_step(uuid: UUID) -> QuerySet[Any]:
    charges: QuerySet[Any] = MaterialCharge.history.filter(phase__uuid=uuid).values("act_id")
    return charges


def _scans_of_step(uuid: UUID) -> QuerySet[Any]:
    return EquipmentScan.objects.filter(phase__uuid=uuid).values("act_id")


def _comments_of_step(uuid: UUID) -> QuerySet[Any]:
    return PhaseComment.objects.filter(phase__uuid=uuid).values("act_id")


def _entries_of_field(uuid: UUID) -> QuerySet[Any]:
    """A value's trail is its field's: what it corrected, what corrected it, the second count."""
    own = Entry.objects.filter(uuid=uuid)
    same = Entry.objects.filter(phase__in=own.values("phase"), path__in=own.values("path"))
    return same.values("act_id")
