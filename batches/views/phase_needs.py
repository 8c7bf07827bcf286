"""Materials, equipment and samples of a phase as fields: scanned first, recorded, verified by a second person."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from batches.domain.masterfile.values import Share
from batches.domain.masters import said
from batches.domain.materials import needed_quantity
from batches.pages import Field, SecondPerson
from batches.states import ChargeState
from batches.views import places, words
from compliance.numbers import display
from compliance.pages import Correction, Limit, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from batches.domain.masterfile.spec import MaterialNeed, SampleSpec
    from batches.models import EquipmentScan, MaterialCharge
    from batches.views.phase_data import PhaseData

FIT = Verdict("within", "fit for use")


def equipment_fields(data: PhaseData, tokens: Callable[[], str]) -> Iterator[Field]:
    """One field a class of equipment that is to be scanned."""
    for n, need in enumerate(data.place.phase.requires.equipment, 1):
        if not need.scan:
            continue  # it is named among the facts
        scanned = [s for s in data.scans if s.equipment_class == need.class_]
        of_class = [s for s in data.every_scan if s.equipment_class == need.class_]
        field = Field(
            code=f"equipment-{n}",
            label=words.titled(need.class_),
            kind="equipment",
            verdict=words.BLANK,
            help="scan the unit",
            limits=(Limit("in calibration, clean, free"),),
            editable=data.may_record,
            placeholder="scan",
            record_url=places.phase_url(data.phase, "phase-equipment", f"equipment-{n}"),
            token=tokens(),
            version=data.phase.version,
            corrections=_taken_back(data, of_class),
            trail_url=places.trail_url((scanned or of_class)[-1]) if of_class else "",
        )
        if scanned:
            last = scanned[-1]
            until = f"in calibration to {last.calibrated_until}" if last.calibrated_until else "no calibration asked"
            yield replace(
                field,
                recorded=True,
                value=", ".join(s.code for s in scanned),
                verdict=FIT,
                limits=(Limit(until),),
                by=f"{last.scanned_by.printed_name}, {words.hour(last.scanned_at, data.now)}",
                correct_url=places.phase_url(data.phase, "scan-take-back", last.uuid) if data.may_record else "",
            )
        else:
            yield field


def _taken_back(data: PhaseData, scans: list[EquipmentScan]) -> tuple[Correction, ...]:
    """Those of these scans that were taken back, with who, when and why."""
    rows = [(scan, data.live.get((str(scan.uuid), ""))) for scan in scans]
    return tuple(
        Correction(
            scan.code, "taken back", "", entry.recorded_by.printed_name, words.moment(entry.recorded_at), entry.comment
        )
        for scan, entry in rows
        if entry is not None
    )


def material_fields(data: PhaseData, tokens: Callable[[], str]) -> Iterator[Field]:
    """Each charge-in as a recorded field, then an open one while less is charged than the master asks for."""
    for n, need in enumerate(data.place.phase.requires.materials, 1):
        charges = [c for c in data.charges if c.item_code == need.item]
        needed, unit = needed_quantity(need, data.phase, data.values)
        for at, charge in enumerate(charges, 1):
            field = _charged(data, charge, f"material-{n}-{at}")
            yield replace(field, corrections=_reversed(data, need.item)) if charge is charges[-1] else field
        charged = sum((c.quantity for c in charges), Decimal(0))
        if not charges or (needed is not None and charged < needed and data.may_record):
            field = _to_charge(data, need, f"material-{n}", needed, unit, tokens, more=bool(charges))
            yield replace(field, corrections=() if charges else _reversed(data, need.item))


def _reversed(data: PhaseData, item: str) -> tuple[Correction, ...]:
    """Charge-ins of a material that were taken back, with who, when and why."""
    return tuple(
        Correction(
            f"{charge.lot_number}, {words.pretty(display(charge.quantity))} {words.unit_of(charge.unit)}",
            "taken back",
            "",
            movement.moved_by.printed_name,
            words.moment(movement.moved_at),
            movement.reason,
        )
        for charge, movement in data.returned
        if charge.item_code == item
    )


def _to_charge(
    data: PhaseData,
    need: MaterialNeed,
    code: str,
    needed: Decimal | None,
    unit: str,
    tokens: Callable[[], str],
    *,
    more: bool,
) -> Field:
    amount = f"{words.pretty(display(needed))} {words.unit_of(unit)}" if needed is not None else _share(data, need)
    return Field(
        code=code,
        label=f"{need.item}{', another lot' if more else ''}",
        kind="material",
        verdict=words.BLANK,
        help="lot and quantity; a second person checks" if need.second_person else "lot and quantity",
        limits=(Limit("asked", amount), Limit("released, in date")),
        tags=("if needed",) if more else (),
        editable=data.may_record,
        placeholder="scan lot",
        quantity_unit=words.unit_of(unit) or "amount",
        record_url=places.phase_url(data.phase, "phase-charge", code),
        token=tokens(),
        version=data.phase.version,
    )


def _share(data: PhaseData, need: MaterialNeed) -> str:
    share = need.quantity
    if not isinstance(share, Share):
        return "as needed"
    return f"{share.percent} % of {said(data.plan.spec, share.of, data.phase.path)}"


def _charged(data: PhaseData, charge: MaterialCharge, code: str) -> Field:
    waits = charge.second_person and charge.state == ChargeState.CHARGED
    limits = [Limit("lot good to", str(charge.expiry))] if charge.expiry else []
    if charge.needed is not None:
        limits.append(Limit("asked", f"{words.pretty(display(charge.needed))} {words.unit_of(charge.unit)}"))
    amount = f"{words.pretty(display(charge.quantity))} {words.unit_of(charge.unit)}"
    reverse = places.phase_url(data.phase, "charge-reverse", charge.uuid)
    return Field(
        code=code,
        label=charge.item_code,
        kind="material",
        help=charge.lot.item.name,
        verdict=FIT,
        value=f"{charge.lot_number}, {amount}",
        recorded=True,
        limits=tuple(limits),
        by=f"{charge.charged_by.printed_name}, {words.hour(charge.charged_at, data.now)}",
        correct_url=reverse if data.may_record and charge.state == ChargeState.CHARGED else "",
        trail_url=places.trail_url(charge),
        second=_second(data, charge, waits=waits),
    )


def _second(data: PhaseData, charge: MaterialCharge, *, waits: bool) -> SecondPerson | None:
    if waits:
        url = places.phase_url(data.phase, "charge-verify", charge.uuid)
        return SecondPerson("waits for a second person", url=url)
    if charge.verified_by is None or charge.verified_at is None:
        return None
    who = f"{charge.verified_by.printed_name}, {words.hour(charge.verified_at, data.now)}"
    return SecondPerson(f"checked and signed by {who}", done=True)


def sample_fields(data: PhaseData, tokens: Callable[[], str]) -> Iterator[Field]:
    """One field a sample that the phase takes."""
    for spec in data.place.phase.samples:
        entry = data.live.get((spec.id, ""))
        field = Field(
            code=f"sample-{spec.id}",
            label=f"Sample {spec.id}",
            kind="sample",
            verdict=words.BLANK,
            help=_from(spec),
            limits=(Limit("for", ", ".join(words.spoken(t) for t in spec.tests)),) if spec.tests else (),
            editable=data.may_record,
            placeholder="scan container",
            record_url=places.phase_url(data.phase, "phase-sample", f"sample-{spec.id}"),
            token=tokens(),
            version=data.phase.version,
        )
        if entry is None:
            yield field
        else:
            by = f"{entry.recorded_by.printed_name}, {words.hour(entry.recorded_at, data.now)}"
            taken = Verdict("info", "taken")
            yield replace(
                field, recorded=True, value=entry.text, verdict=taken, by=by, trail_url=places.trail_url(entry)
            )


def _from(spec: SampleSpec) -> str:
    amount = f"{spec.volume} of " if spec.volume else "of "
    return f"{amount}{words.spoken(spec.from_)}"
