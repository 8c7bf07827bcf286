"""Scenes that the page tests share: a batch at a step, with lots and units that may be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain import clock
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
