"""Everything one phase page reads, in a fixed number of queries, however long the batch is."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from batches import queries
from batches.domain.masterfile.values import Share
from batches.domain.masters import plan_for, read_path, references, shares
from batches.domain.values import Values
from batches.guards import needs_second_count, without_cause
from batches.models import Deviation, Entry, EquipmentScan, PhaseComment
from batches.states import BatchState, ChargeState, DeviationState, PhaseState
from batches.views.series_chart import plots_of
from compliance.domain import clock
from compliance.models import Signature
from resources.models import StockMovement
from resources.models.movement import MovementKind

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from batches.domain.masterfile.parameter import ParameterSpec
    from batches.domain.masterfile.paths import PhasePlace
    from batches.domain.masters import Plan
    from batches.models import Batch, MaterialCharge, PhaseRecord
    from compliance.domain.actor import Actor
    from compliance.pages import Plot

SECOND = "second"
CORRECTABLE = frozenset({PhaseState.IN_PROGRESS, PhaseState.PERFORMED, PhaseState.VERIFIED, PhaseState.CLOSED})


@dataclass
class PhaseData:
    """A phase with its entries, charge-ins, scans, comments, signatures and deviations, at one time for one person."""

    actor: Actor
    batch: Batch
    phase: PhaseRecord
    plan: Plan
    now: datetime
    entries: list[Entry] = field(default_factory=list)
    charges: list[MaterialCharge] = field(default_factory=list)
    every_charge: list[MaterialCharge] = field(default_factory=list)
    scans: list[EquipmentScan] = field(default_factory=list)
    every_scan: list[EquipmentScan] = field(default_factory=list)
    comments: list[PhaseComment] = field(default_factory=list)
    signatures: dict[UUID, list[Signature]] = field(default_factory=dict)
    deviations: list[Deviation] = field(default_factory=list)
    by_hand: frozenset[str] = frozenset()

    @cached_property
    def place(self) -> PhasePlace:
        """The phase in its master."""
        return self.plan.place(self.phase.path)

    @cached_property
    def values(self) -> Values:
        """Live values that limits and amounts of this phase read, loaded at once."""
        values = Values(self.batch, self.plan)
        values.load(_read_here(self.plan, self.place))
        return values

    @cached_property
    def live(self) -> dict[tuple[str, str], Entry]:
        """The entry that stands, by parameter and slot."""
        over = {e.supersedes_id for e in self.entries}
        return {(e.path.rpartition(".")[2], e.slot): e for e in self.entries if e.pk not in over}

    def earlier(self, entry: Entry) -> list[Entry]:
        """The entries that this one replaced, oldest first."""
        by_pk = {e.pk: e for e in self.entries}
        found: list[Entry] = []
        while entry.supersedes_id is not None:
            entry = by_pk[entry.supersedes_id]
            found.insert(0, entry)
        return found

    @cached_property
    def returned(self) -> list[tuple[MaterialCharge, StockMovement]]:
        """The charge-ins that were taken back, each with the movement that brought its stock back."""
        rows = {c.uuid: c for c in self.every_charge if c.state == ChargeState.REVERSED}
        if not rows:
            return []
        moved = StockMovement.objects.filter(reference__in=rows, kind=MovementKind.RETURN).select_related("moved_by")
        return [(rows[m.reference], m) for m in moved.order_by("id") if m.reference in rows]

    @cached_property
    def sealed(self) -> frozenset[str]:
        """Parameters whose first count waits for a second one, or for one not older: their digits are on no page."""
        found = set()
        for parameter in self.place.phase.blind_parameters:
            first, second = self.live.get((parameter.id, "")), self.live.get((parameter.id, SECOND))
            if first is not None and needs_second_count(first, second):
                found.add(parameter.id)
        return frozenset(found)

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Full paths of calculations that would give a sealed count away."""
        waiting = {f"{self.phase.path}.{name}" for name in self.sealed}
        found: set[str] = set()
        while waiting:
            readers = {r for path in waiting for r in self.plan.readers.get(path, ())}
            waiting = readers - found
            found |= readers
        return frozenset(found)

    @property
    def is_open(self) -> bool:
        """Whether values are recorded now."""
        return self.batch.state == BatchState.IN_PROGRESS and self.phase.state == PhaseState.IN_PROGRESS

    @property
    def may_record(self) -> bool:
        """Whether this person may record here now."""
        return self.is_open and self.actor.may("batches.execute_phase")

    @property
    def may_correct(self) -> bool:
        """Whether this person may correct a recorded value now."""
        fit = self.batch.state == BatchState.IN_PROGRESS and self.phase.state in CORRECTABLE
        return fit and self.actor.may("batches.execute_phase")

    @cached_property
    def plots(self) -> dict[UUID, Plot]:
        """The picture of each series that stands, by the uuid of its entry."""
        series = [
            (p, e) for p in self.place.phase.parameters if p.kind == "series" and (e := self.live.get((p.id, "")))
        ]
        return plots_of(series) if series else {}

    @cached_property
    def causeless(self) -> frozenset[str]:
        """Parameters whose value is out of limit while the cause that the master asks for is not written."""
        found = without_cause(self.phase, list(self.live.values()), self.comments)
        return frozenset(e.path.rpartition(".")[2] for e in found)

    def parameter(self, name: str) -> ParameterSpec | None:
        """The parameter of this phase by its id."""
        return next((p for p in self.place.phase.parameters if p.id == name), None)

    def standing(self, uuid: UUID) -> list[Signature]:
        """Signatures on a record that are not void."""
        return [s for s in self.signatures.get(uuid, []) if not hasattr(s, "void")]


def _read_here(plan: Plan, place: PhasePlace) -> set[str]:
    names = {of for p in place.phase.parameters for of in shares(p)}
    amounts = [need.quantity for need in place.phase.requires.materials]
    names |= {amount.of for amount in amounts if isinstance(amount, Share)}
    for parameter in place.phase.parameters:
        names |= {r.parameter for r in references(parameter)}
    return {path for name in names if (path := read_path(plan.spec, name, place.path))}


def load(actor: Actor, phase: PhaseRecord) -> PhaseData:
    """Reads a phase for a person."""
    data = PhaseData(actor, phase.batch, phase, plan_for(phase.batch), clock.now())
    data.entries = queries.entries_of(phase)
    data.every_charge = list(queries.charges_of(phase))
    data.charges = [c for c in data.every_charge if c.state != ChargeState.REVERSED]
    data.every_scan = list(EquipmentScan.objects.filter(phase=phase).select_related("equipment", "scanned_by"))
    data.scans = [s for s in data.every_scan if (str(s.uuid), "") not in data.live]
    data.comments = list(PhaseComment.objects.filter(phase=phase).select_related("written_by"))
    data.deviations = list(
        Deviation.objects.filter(phase=phase)
        .exclude(state=DeviationState.CLOSED)
        .select_related("entry")
        .order_by("id")
    )
    records = [phase.uuid, *(e.uuid for e in data.entries if e.slot), *(c.uuid for c in data.charges)]
    signed: dict[UUID, list[Signature]] = defaultdict(list)
    for row in Signature.objects.filter(record_uuid__in=records).select_related("void").order_by("id"):
        signed[row.record_uuid].append(row)
    data.signatures = dict(signed)
    data.by_hand = _typed_inputs(data.entries)
    return data


def _typed_inputs(entries: list[Entry]) -> frozenset[str]:
    """Which of the values that calculations here read were written by a hand, by the entry's uuid."""
    wanted = {o["entry"] for e in entries if e.inputs for o in json.loads(e.inputs) if o["entry"]}
    if not wanted:
        return frozenset()
    rows = Entry.objects.filter(uuid__in=wanted).exclude(source="computed").values_list("uuid", flat=True)
    return frozenset(str(uuid) for uuid in rows)
