"""What blocks an act on a master, a batch or a phase. Read-only; the screen shows the same list before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches import gates, queries
from batches.domain.masterfile.lint import lint
from batches.domain.masterfile.load import load
from batches.domain.masterfile.order import phases_before
from batches.domain.masters import plan_for, read_path, references
from batches.models import Deviation, Entry, MaterialCharge, PhaseComment, PhaseRecord
from batches.states import BatchState, ChargeState, DeviationState, PhaseState
from batches.validators import Verdict
from compliance.domain import clock
from compliance.guards import blockers_for_other_person, signers_of
from compliance.refusals import Blocker
from donors.guards import blockers_for_eligibility, blockers_for_tissue
from resources.guards import blockers_for_training

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from batches.domain.masterfile.order import Before
    from batches.domain.masterfile.parameter import ParameterSpec
    from batches.domain.masterfile.spec import Gate, PhaseSpec
    from batches.models import Batch, MasterVersion
    from compliance.domain.actor import Actor

DONE = frozenset({PhaseState.CLOSED, PhaseState.NOT_APPLICABLE, PhaseState.ABORTED})
BREACHES = frozenset({Verdict.ACTION, Verdict.SPECIFICATION})
OPEN_BATCH = frozenset({BatchState.ISSUED, BatchState.IN_PROGRESS})


def blockers_for_submit_master(actor: Actor, version: MasterVersion, at: datetime) -> list[Blocker]:
    """A master that a batch could not run is refused, with every finding (R331)."""
    del actor, at
    findings = lint(load(version.source), None)
    return [
        Blocker(f.code, f"{f.path}: {f.message}", clears="the process engineer")
        for f in findings
        if f.severity == "error"
    ]


def blockers_for_check_master(actor: Actor, version: MasterVersion, at: datetime) -> list[Blocker]:
    """The checker is not the author: 211.186 asks for two people (R331)."""
    del at
    return blockers_for_other_person(
        actor.user, {version.drafted_by_id} | signers_of(version.uuid, "authored"), "check this master"
    )


def blockers_for_approve_master(actor: Actor, version: MasterVersion, at: datetime) -> list[Blocker]:
    """QA approves what two others made and checked, on the text they signed."""
    del at
    found = blockers_for_other_person(actor.user, signers_of(version.uuid), "approve this master")
    for meaning in ("authored", "checked"):
        if not signers_of(version.uuid, meaning):
            found.append(Blocker("unsigned", f"The signature “{meaning}” is missing or void."))
    return found


def blockers_for_record(
    actor: Actor, batch: Batch, phase: PhaseRecord, earlier: Entry | None, seen: UUID | None, slot: str
) -> list[Blocker]:
    """Whether a value may be recorded or corrected here and now (R106, WF-01, CON-01)."""
    found = []
    if batch.state != BatchState.IN_PROGRESS:
        found.append(Blocker("batch_closed", f"{batch.number} is {batch.get_state_display()}; nothing can be added."))
    correctable = {PhaseState.IN_PROGRESS, PhaseState.PERFORMED, PhaseState.VERIFIED, PhaseState.CLOSED}
    allowed = correctable if earlier is not None else {PhaseState.IN_PROGRESS}
    if phase.state not in allowed:
        text = f"The phase is {phase.get_state_display()}; a value is recorded while it is in progress."
        found.append(Blocker("phase_closed", text))
    if seen is not None and (earlier is None or earlier.uuid != seen):
        who = f" by {earlier.recorded_by} at {clock.stamp(earlier.recorded_at)}: {earlier.reported}" if earlier else ""
        found.append(Blocker("stale", f"This value was recorded meanwhile{who}. Look at it, then correct it."))
    if slot:
        first = Entry.objects.filter(phase=phase, slot="", superseded_by__isnull=True).values_list(
            "recorded_by_id", flat=True
        )
        found += blockers_for_other_person(actor.user, first, "count blind")
    return found


def blockers_for_start_phase(actor: Actor, phase: PhaseRecord, at: datetime) -> list[Blocker]:
    """Order, batch state, rule, gates, training: everything that must be there before a phase starts (R106)."""
    batch, plan = phase.batch, plan_for(phase.batch)
    spec = plan.phase(phase)
    found = []
    if batch.state not in OPEN_BATCH:
        found.append(Blocker("batch_closed", f"{batch.number} is {batch.get_state_display()}."))
    found += _order(phase, phases_before(plan.spec, phase.path))
    found += blockers_for_training(actor.user, [*spec.documents, *spec.requires.training], at)
    for gate in spec.gate:
        found += gates.ask(gate, batch, phase, at)
    found += _stops(phase)
    return found


def _order(phase: PhaseRecord, before: tuple[Before, ...]) -> list[Blocker]:
    """The phases before this one that are not done; a parallel race is settled under the batch's lock."""
    paths = {b.path: b.occurrence for b in before}
    rows = PhaseRecord.objects.filter(batch=phase.batch_id, path__in=paths).exclude(state__in=DONE)
    return [
        Blocker("order", f"{row.title} ({row.get_state_display()}) comes first.", link=f"phase:{row.seq}")
        for row in rows
        if paths[row.path] == "all" or row.occurrence == phase.occurrence
    ]


def _stops(phase: PhaseRecord) -> list[Blocker]:
    """Open deviations from values where the master says `stop`: nothing goes on before QA has closed them."""
    plan = plan_for(phase.batch)
    stops = {
        p for p, target in plan.index.parameters.items() if target.parameter and target.parameter.on_breach == "stop"
    }
    if not stops:
        return []
    rows = Deviation.objects.filter(batch=phase.batch_id, entry__path__in=stops).exclude(state=DeviationState.CLOSED)
    return [
        Blocker("stop", f"{row.number} must be closed first: {row.title}.", f"deviation:{row.number}", "QA")
        for row in rows
    ]


def blockers_for_complete_phase(actor: Actor, phase: PhaseRecord, at: datetime) -> list[Blocker]:
    """Everything the master asks for is recorded, scanned, charged, verified where it must be before (R306)."""
    del actor, at
    plan = plan_for(phase.batch)
    spec = plan.phase(phase)
    live = _live(phase)
    recorded = _by_name(live)
    asked = [p for p in spec.parameters if not p.optional and (p.id, "") not in recorded]
    found = [
        Blocker("missing", f"{p.label} is not recorded.", link=f"field:{p.id}")
        for p in asked
        if p.kind != "calculation"
    ]
    found += _uncomputed(phase, [p for p in asked if p.kind == "calculation"])
    if spec.verify_before == "completion" or not (spec.sign.verified or spec.sign.qa):
        found += missing_second_counts(spec.blind_parameters, recorded)
    found += _uncalculated(live)
    found += [
        Blocker("cause", f"{e.label} is out of limit; its cause is not written.", f"cause:{e.path.rpartition('.')[2]}")
        for e in without_cause(phase, live)
    ]
    found += _needs(phase)
    found += _stops(phase)
    return found


def without_cause(phase: PhaseRecord, live: list[Entry], comments: list[PhaseComment] | None = None) -> list[Entry]:
    """Values that opened a deviation and whose cause the master asks for, while no words stand beside them (R203).

    The cause is the comment of the value itself, or one on the step that names the value and is not older than it.
    """
    asked = {p.id for p in plan_for(phase.batch).phase(phase).parameters if p.cause}
    beyond = [e for e in live if e.verdict in BREACHES and not e.slot and e.path.rpartition(".")[2] in asked]
    open_ones = [e for e in beyond if not e.comment]
    if not open_ones:
        return []
    said = list(PhaseComment.objects.filter(phase=phase)) if comments is None else comments
    return [
        e
        for e in open_ones
        if not any(c.text.startswith(cause_of(e.label)) and c.written_at >= e.recorded_at for c in said)
    ]


def cause_of(label: str) -> str:
    """How a comment begins that names the cause of a breach."""
    return f"Cause, {label}: "


def _uncomputed(phase: PhaseRecord, waiting: list[ParameterSpec]) -> list[Blocker]:
    """Computed values that are not there: nobody types them, so each names what it waits for, and the way there."""
    plan, batch = plan_for(phase.batch), phase.batch_id
    needs = {p.id: [n for r in references(p) if (n := read_path(plan.spec, r.parameter, phase.path))] for p in waiting}
    paths = {path for found in needs.values() for path in found}
    there = set(
        Entry.objects.filter(batch=batch, path__in=paths, slot="", superseded_by__isnull=True).values_list(
            "path", flat=True
        )
    )
    steps = {path: path.rpartition(".")[0] for path in paths - there}
    rows = {row.path: row for row in PhaseRecord.objects.filter(batch=batch, path__in=set(steps.values()))}
    found = []
    for parameter in waiting:
        lacks = [n for n in needs[parameter.id] if n not in there]
        names = ", ".join(dict.fromkeys(plan.parameter(n).label for n in lacks)) or "what it is computed from"
        row = rows.get(steps[lacks[0]]) if lacks else None
        if row is not None and row.path != phase.path:
            link = f"phase:{row.seq}"
        else:
            link = f"field:{lacks[0].rpartition('.')[2] if lacks else parameter.id}"
        found.append(Blocker("uncomputed", f"{parameter.label} waits for {names}.", link=link))
    return found


def _live(phase: PhaseRecord) -> list[Entry]:
    return list(Entry.objects.filter(phase=phase, superseded_by__isnull=True))


def _by_name(live: list[Entry]) -> dict[tuple[str, str], Entry]:
    return {(e.path.rpartition(".")[2], e.slot): e for e in live}


def missing_second_counts(blind: tuple[ParameterSpec, ...], recorded: dict[tuple[str, str], Entry]) -> list[Blocker]:
    """Blind second counts still to be made: none yet, or older than the first count as corrected (R202, R209)."""
    return [
        Blocker("second_count", f"{p.label}: the second person has not counted.", f"field:{p.id}", "a second person")
        for p in blind
        if needs_second_count(recorded.get((p.id, "")), recorded.get((p.id, "second")))
    ]


def needs_second_count(first: Entry | None, second: Entry | None) -> bool:
    """A second count speaks for the first one that stood when it was made, not for a correction after it."""
    return second is None or (first is not None and second.pk < first.pk)


def _uncalculated(live: list[Entry]) -> list[Blocker]:
    return [
        Blocker("not_calculable", f"{e.label}: {e.message}", link=f"field:{e.path.rpartition('.')[2]}")
        for e in live
        if e.kind == "calculation" and e.value is None
    ]


def _needs(phase: PhaseRecord) -> list[Blocker]:
    """Equipment, materials and samples that the master asks for."""
    spec = plan_for(phase.batch).phase(phase)
    scanned = {scan.equipment_class for scan in queries.standing_scans(phase)}
    found = [
        Blocker("equipment", f"Scan the {need.class_.replace('_', ' ')}.", f"field:equipment-{n}")
        for n, need in enumerate(spec.requires.equipment, 1)
        if need.scan and need.class_ not in scanned
    ]
    charges = list(MaterialCharge.objects.filter(phase=phase).exclude(state=ChargeState.REVERSED))
    charged = {c.item_code for c in charges}
    found += [
        Blocker("material", f"{one.item} is not charged in.", f"field:material-{n}")
        for n, one in enumerate(spec.requires.materials, 1)
        if one.item not in charged
    ]
    waiting = _unverified(charges, [one.item for one in spec.requires.materials])
    return found + waiting + _untaken(phase, spec)


def _untaken(phase: PhaseRecord, spec: PhaseSpec) -> list[Blocker]:
    """Samples that the master asks for, unless somebody reported on this step why one could not be taken (R335)."""
    taken = {entry.path for entry in _live(phase)}
    missing = [s.id for s in spec.samples if f"{phase.path}.{s.id}" not in taken]
    if not missing or Deviation.objects.filter(phase=phase, entry__isnull=True).exists():
        return []
    text = "Sample {} is not taken. Take it; where that is not possible, report a deviation of this step first."
    return [Blocker("sample", text.format(name), f"field:sample-{name}") for name in missing]


def _unverified(charges: list[MaterialCharge], asked: list[str]) -> list[Blocker]:
    """Charge-ins that wait for the second person, each with the way to its row."""
    found = []
    for item in dict.fromkeys(charge.item_code for charge in charges):
        for at, charge in enumerate((c for c in charges if c.item_code == item), 1):
            if charge.second_person and charge.state != ChargeState.VERIFIED:
                text = f"{item}, lot {charge.lot_number}: a second person has not verified the charge-in."
                link = f"field:material-{asked.index(item) + 1}-{at}" if item in asked else ""
                found.append(Blocker("charge_unverified", text, link, "a second person"))
    return found


def blockers_for_verify_phase(actor: Actor, phase: PhaseRecord, at: datetime) -> list[Blocker]:
    """The verifier is nobody who performed; what she verifies is signed as performed (SIG-02, R202)."""
    del at
    performers = {phase.performed_by_id, *phase.entries.filter(slot="").values_list("recorded_by_id", flat=True)}
    found = blockers_for_other_person(actor.user, performers | signers_of(phase.uuid, "performed"), "verify it")
    return found + _performed_signature(phase) + _second_counts(phase)


def _second_counts(phase: PhaseRecord) -> list[Blocker]:
    return missing_second_counts(plan_for(phase.batch).phase(phase).blind_parameters, _by_name(_live(phase)))


def _performed_signature(phase: PhaseRecord) -> list[Blocker]:
    if plan_for(phase.batch).phase(phase).sign.performed and not signers_of(phase.uuid, "performed"):
        text = "The performed signature was voided by a correction; it must be signed again first."
        return [Blocker("resign", text, clears="the operator")]
    return []


def blockers_for_approve_phase(actor: Actor, phase: PhaseRecord, at: datetime) -> list[Blocker]:
    """QA's gate signature: performed and verified first, by others."""
    del at
    spec = plan_for(phase.batch).phase(phase)
    found = _performed_signature(phase) + _second_counts(phase)
    if spec.sign.verified and phase.state != PhaseState.VERIFIED:
        found.append(Blocker("unverified", "A second person verifies it first.", clears="a verifier"))
    others = {phase.performed_by_id, phase.verified_by_id}
    return found + blockers_for_other_person(actor.user, others, "approve it")


def blockers_for_verify_charge(actor: Actor, charge: MaterialCharge, at: datetime) -> list[Blocker]:
    """The second person at a charge-in is not who charged (R307)."""
    del at
    return blockers_for_other_person(actor.user, {charge.charged_by_id}, "verify the charge-in")


def blockers_for_resume(actor: Actor, batch: Batch, at: datetime) -> list[Blocker]:
    """A hold before the end of execution is resumed, aborted or ended; a released batch is disposed of anew."""
    del actor, at
    if batch.executed_at is not None:
        return [Blocker("disposed", "The batch was executed already; its hold ends by a disposition.")]
    return []


def blockers_for_abort_phase(actor: Actor, phase: PhaseRecord, at: datetime) -> list[Blocker]:
    """A step is ended in a batch that runs or is held; a batch that ended is not changed any more (WF-01)."""
    del actor, at
    batch = phase.batch
    if batch.state in OPEN_BATCH | {BatchState.ON_HOLD}:
        return []
    return [Blocker("batch_closed", f"{batch.number} is {batch.get_state_display()}; its steps stay as they are.")]


def blockers_for_finish_batch(actor: Actor, batch: Batch, at: datetime) -> list[Blocker]:
    """Every phase is closed or not applicable."""
    del actor, at
    rows = PhaseRecord.objects.filter(batch=batch).exclude(state__in=DONE)[:20]
    return [Blocker("open_phase", f"{r.title}: {r.get_state_display()}.", link=f"phase:{r.seq}") for r in rows]


def blockers_for_assess_deviation(actor: Actor, row: Deviation, at: datetime) -> list[Blocker]:
    """The assessor did not perform the step."""
    del at
    performer = {row.phase.performed_by_id} if row.phase else set()
    return blockers_for_other_person(actor.user, performer, "assess this deviation")


def blockers_for_investigate_deviation(actor: Actor, row: Deviation, at: datetime) -> list[Blocker]:
    """It has a class and its rationale."""
    del actor, at
    return [] if row.classification and row.rationale else [Blocker("class", "The deviation is not classified.")]


def blockers_for_close_deviation(actor: Actor, row: Deviation, at: datetime) -> list[Blocker]:
    """Cause, impact, other batches and conclusion are written, and somebody else investigated (R334, R504)."""
    del at
    found = [
        Blocker(name, f"The {name.replace('_', ' ')} is not written.")
        for name in ("root_cause", "impact", "other_batches", "conclusion")
        if not getattr(row, name)
    ]
    return found + blockers_for_other_person(actor.user, signers_of(row.uuid, "responsible"), "close it")


def blockers_for_bank(gate: Gate, batch: Batch, phase: PhaseRecord, at: datetime) -> list[Blocker]:
    """The cell bank is released (R506)."""
    del gate, phase, at
    bank = batch.bank
    if bank is None:
        return [Blocker("no_bank", f"{batch.number} has no cell bank.")]
    if bank.state != BatchState.RELEASED:
        return [Blocker("bank", f"Bank {bank.number} is {bank.get_state_display()}, not released.", clears="QA")]
    return []


def blockers_for_donor(gate: Gate, batch: Batch, phase: PhaseRecord, at: datetime) -> list[Blocker]:
    """The donor behind the batch is determined eligible by signature (R410)."""
    del gate, phase
    tissue = batch.tissue or (batch.bank.tissue if batch.bank else None)
    if tissue is None:
        return [Blocker("no_donor", f"{batch.number} has no donor tissue on record.")]
    return blockers_for_eligibility(tissue.donation, at)


def blockers_for_batch_tissue(gate: Gate, batch: Batch, phase: PhaseRecord, at: datetime) -> list[Blocker]:
    """The tissue lot is released and usable now (R414). Once taken into use by this batch it stands."""
    del gate, phase
    if batch.tissue is None:
        return [Blocker("no_tissue", f"{batch.number} has no tissue lot.")]
    if batch.tissue.uses.filter(purpose=batch.number).exists():
        return []
    return blockers_for_tissue(batch.tissue, at, batch.tissue.quantity)
