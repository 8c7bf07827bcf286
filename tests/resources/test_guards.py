"""Guards judge a lot at a time, name every reason, and write nothing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from compliance.domain import clock
from compliance.models import LedgerEntry
from resources.guards import blockers_for_equipment, blockers_for_lot
from resources.models import EquipmentUse
from tests.resources import steps

pytestmark = pytest.mark.django_db


@pytest.mark.req("R303", "R317")
def test_lot_is_judged_by_its_state_then(set_clock) -> None:
    before = set_clock("2026-11-18 10:00")
    received = set_clock("2026-11-19 10:00")
    lot = steps.received_lot()
    steps.record_test(lot)
    released = set_clock("2026-11-20 10:00")
    lot = steps.release(lot)
    held = set_clock("2026-11-21 10:00")
    lot = steps.hold(lot)
    found = [steps.codes_of(blockers_for_lot(lot, at)) for at in (before, received, released, held)]
    assert found == [["not_received"], ["quarantine"], [], ["on_hold"]]


def test_every_reason_is_named_and_nothing_written() -> None:
    lot = steps.received_lot(quantity="5")
    entries = LedgerEntry.objects.count()
    later = clock.now() + timedelta(days=500)
    found = blockers_for_lot(lot, later, Decimal(6), "TRYPLE")
    assert steps.codes_of(found) == ["wrong_material", "quarantine", "expired", "not_enough"]
    assert found[-1].text == f"Lot {lot.number} holds 5 mL; 6 mL is asked for."
    assert all(blocker.clears for blocker in found)
    assert LedgerEntry.objects.count() == entries


def test_quantity_and_material_that_fit_pass() -> None:
    lot = steps.released_lot(quantity="5.0")
    assert blockers_for_lot(lot, clock.now(), Decimal(5), " medium ") == []


@pytest.mark.req("R108")
def test_unit_is_judged_by_its_service_then(set_clock) -> None:
    before = set_clock("2026-11-18 10:00")
    set_clock("2026-11-19 10:00")
    unit = steps.calibrated_equipment(needs_cleaning=False)
    assert steps.codes_of(blockers_for_equipment(unit, None, before, steps.BATCH)) == [
        "not_registered",
        "never_calibrated",
    ]


@pytest.mark.req("R309")
def test_unit_in_use_then_is_judged_in_use_then(set_clock) -> None:
    set_clock("2026-11-19 10:00")
    unit = steps.calibrated_equipment()
    started = set_clock("2026-11-20 10:00")
    use = steps.use(unit)
    set_clock("2026-11-21 10:00")
    steps.end(use)
    steps.cleaned(unit)
    during = started + timedelta(hours=1)
    assert steps.codes_of(blockers_for_equipment(unit, None, during, steps.OTHER)) == ["in_use"]
    assert blockers_for_equipment(unit, None, during, steps.BATCH) == []
    assert blockers_for_equipment(unit, None, clock.now(), steps.OTHER) == []
    assert EquipmentUse.objects.count() == 1
