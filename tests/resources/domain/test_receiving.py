"""Receipt under an own number into quarantine, tests, place, opened containers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from compliance.domain import clock
from compliance.domain.act import act
from compliance.models import ChainLink
from compliance.refusals import Denied, Invalid, Refused
from resources import queries
from resources.domain import receiving
from resources.guards import blockers_for_lot
from resources.models import MaterialLot
from resources.models.movement import MovementKind
from resources.states import LotState
from tests.resources import steps

pytestmark = pytest.mark.django_db


@pytest.mark.req("R303", "R317")
def test_receipt_makes_a_lot_in_quarantine_with_its_movement() -> None:
    lot = steps.received_lot(quantity="12.50")
    year = clock.today().year % 100
    assert (lot.number, lot.state, lot.location) == (f"MAT-{year}-0001", LotState.QUARANTINE, "Cold room 1")
    movement = lot.movements.get()
    assert (movement.kind, movement.delta, movement.balance_after) == (
        MovementKind.RECEIPT,
        Decimal("12.50"),
        Decimal("12.50"),
    )
    assert steps.codes_of(blockers_for_lot(lot, clock.now())) == ["quarantine"]
    assert ChainLink.objects.filter(chain=lot.chain).exists()
    assert (str(lot), str(movement)) == (lot.number, "receipt 12.50 mL")


@pytest.mark.req("R303")
@pytest.mark.case("CON-06")
def test_same_supplier_lot_of_two_shipments_is_two_lots() -> None:
    first = steps.received_lot(supplier_lot="A77", shipment="DN-1")
    second = steps.received_lot(supplier_lot="A77", shipment="DN-2")
    assert first.number != second.number
    with pytest.raises(Invalid) as caught:
        steps.received_lot(supplier_lot="A77", shipment="DN-2")
    assert (caught.value.code, second.number in caught.value.text) == ("received_already", True)
    assert steps.received_lot().number.endswith("0003"), "the refused receipt gave its number back"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"quantity": Decimal(0)}, "amount_not_positive"),
        ({"quantity": Decimal(-1)}, "amount_not_positive"),
        ({"unit": "L"}, "unit"),
        ({"expires_on": None}, "no_date"),
        ({"supplier_lot": " "}, "invalid"),
        ({"shipment": ""}, "invalid"),
        ({"location": ""}, "invalid"),
    ],
)
def test_bad_receipt_is_refused(values: dict[str, object], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        steps.received_lot(**values)
    assert caught.value.code == code
    assert not MaterialLot.objects.exists()


def test_receipt_of_an_expired_lot_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        steps.received_lot(expires_on=clock.today() - timedelta(days=1))
    assert caught.value.code == "expired_at_receipt"


@pytest.mark.req("R107")
def test_qa_receives_no_lot() -> None:
    item, supplier = steps.item(), steps.supplier()
    with pytest.raises(Denied), act(steps.qa(), "material_lot.received", item) as a:
        receiving.receive_lot(
            a,
            item,
            supplier,
            supplier_lot="A",
            shipment="B",
            quantity=Decimal(1),
            unit="mL",
            expires_on=clock.today(),
            location="C",
        )


@pytest.mark.req("R303")
def test_test_of_a_released_lot_is_refused() -> None:
    lot = steps.released_lot()
    with pytest.raises(Refused) as caught:
        steps.record_test(lot)
    assert steps.codes_of(caught.value.blockers) == ["wrong_state"]
    steps.record_test(steps.hold(lot))
    assert [str(test) for test in lot.tests.all()] == [f"{lot.pk} identity: conforms"] * 2


@pytest.mark.req("R107")
def test_operator_tests_no_lot() -> None:
    lot = steps.received_lot()
    with pytest.raises(Denied), act(steps.receiver(), "material_lot.tested", lot) as a:
        receiving.record_test(a, lot, "identity", "FTIR", "conforms", passes=True)


@pytest.mark.req("R317")
def test_moves_of_a_lot_stay_on_record() -> None:
    lot = steps.released_lot()
    with act(steps.receiver(), "material_lot.moved", lot) as a:
        receiving.move_lot(a, lot, "Freezer 2, shelf 4", "Cold room is serviced")
    places = lot.history.order_by("version").values_list("location", flat=True)
    assert list(places)[-2:] == ["Cold room 1", "Freezer 2, shelf 4"]


def test_opening_a_container_starts_its_time_in_use() -> None:
    item = steps.item(in_use_hours=Decimal(24))
    lot = steps.released_lot(item, containers=2)
    for _ in range(2):
        with act(steps.receiver(), "material_lot.opened", lot) as a:
            lot = receiving.open_container(a, lot)
    assert (lot.opened, lot.opened_at is not None) == (2, True)
    with pytest.raises(Refused) as caught, act(steps.receiver(), "material_lot.opened", lot) as a:
        receiving.open_container(a, lot)
    assert steps.codes_of(caught.value.blockers) == ["all_opened"]
    assert queries.on_hand(lot) == Decimal(100)
