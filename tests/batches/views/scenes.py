"""Scenes that the page tests share: a batch at a step, with lots and units that may be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.domain import materials
from compliance.domain import clock
from compliance.domain.act import act
from tests.batches import steps
from tests.resources import steps as house

if TYPE_CHECKING:
    from batches.models import Batch, PhaseRecord
    from resources.models import Equipment, MaterialLot


def local_now() -> str:
    """The present minute as a person writes it."""
    return clock.now().astimezone(clock.zone()).strftime("%Y-%m-%d %H:%M")


def tryple(quantity: str = "100", **values: object) -> MaterialLot:
    """A released lot of the detachment reagent."""
    return house.released_lot(house.item("TRYPLE"), quantity, **values)


def counter(code: str = "CC-01") -> Equipment:
    """A cell counter that may be used."""
    return house.calibrated_equipment("cell_counter", code)


def seed() -> PhaseRecord:
    """The seed phase of a new batch, started."""
    return steps.started(steps.phase(steps.issued(), "passage.seed"))


def filled_seed() -> PhaseRecord:
    """The seed phase with every value recorded."""
    row = seed()
    for name, typed in (("area", "1264"), ("planned", "10.00"), ("actual", "10.00")):
        steps.recorded(row, name, typed)
    return row


def detach(batch: Batch | None = None) -> PhaseRecord:
    """The detachment phase, started."""
    batch = batch or steps.issued()
    steps.seeded(batch)
    return steps.started(steps.phase(batch, "passage.detach"))


def url(row: PhaseRecord, more: str = "") -> str:
    """The page of a phase."""
    return f"/batches/{row.batch.number}/phases/{row.seq}/{more}"


def detached() -> PhaseRecord:
    """The detachment phase of a new batch, done: unit scanned, lot charged and checked, sample taken."""
    row = detach()
    batch, unit, lot = row.batch, counter(), tryple()
    with act(steps.operator(), "batch.equipment_scanned", batch) as a:
        materials.scan_equipment(a, row, unit)
    with act(steps.operator(), "batch.material_charged", batch) as a:
        charge = materials.charge_in(a, row, "TRYPLE", lot, "10")
    with steps.signed(steps.verifier(), "batch.charge_verified", charge, "verified") as (a, token):
        materials.verify_charge(a, token, charge)
    with act(steps.operator(), "batch.sample_taken", batch) as a:
        materials.take_sample(a, row, "MYC", "TUBE-1")
    steps.recorded(row, "detached_at", local_now())
    steps.recorded(row, "clumps", "no")
    return steps.performed(row)


def count() -> PhaseRecord:
    """The count phase of a new batch, started."""
    return steps.started(steps.phase(detached().batch, "passage.count"))


def counted() -> PhaseRecord:
    """The count phase, counted by two and signed by two."""
    row = count()
    for name, typed in (("total", "1.45e6"), ("dead", "5.8e4")):
        steps.recorded(row, name, typed)
        steps.recorded(row, name, typed, slot="second", by=steps.verifier())
    return steps.verified(steps.performed(row))


def filling() -> PhaseRecord:
    """The fill phase of a new batch, started."""
    return steps.started(steps.phase(counted().batch, "filling.run"))
