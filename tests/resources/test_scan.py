"""A scanned code names one thing or gives a list to choose from; it never picks by itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from compliance.domain import clock
from compliance.domain.act import act
from resources import queries
from resources.domain import disposition, equipment
from resources.queries import Scanned
from tests.resources import steps

pytestmark = pytest.mark.django_db

GTIN = "04012345678901"


def scan(code: str) -> Scanned:
    return queries.find_scanned(code, clock.now())


def test_internal_number_finds_its_lot() -> None:
    lot = steps.released_lot()
    assert scan(f" {lot.number.lower()} ").lot == lot
    assert scan(lot.number).found


def test_equipment_code_finds_its_unit() -> None:
    unit = steps.registered_equipment()
    found = scan("br-01")
    assert (found.equipment, found.lot, found.found) == (unit, None, True)


@pytest.mark.case("MAT-15")
def test_material_code_is_no_lot_and_gives_its_lots() -> None:
    lots = {steps.released_lot(), steps.received_lot()}
    gone = steps.received_lot()
    with act(steps.qa(), "material_lot.discarded", gone) as a:
        disposition.discard_lot(a, gone, "Delivered by mistake")
    found = scan("medium")
    assert (found.found, set(found.choices)) == (False, lots)
    assert found.message.startswith("No such lot. MEDIUM is a material")
    steps.item("TRYPLE")
    assert scan("TRYPLE").message.endswith("it has no lot.")


@pytest.mark.case("MAT-15")
def test_code_that_fits_two_lots_gives_a_choice() -> None:
    item = steps.item(gtin=GTIN)
    lots = {steps.released_lot(item, supplier_lot="LOT7", shipment=s) for s in ("DN-1", "DN-2")}
    for code in (f"01{GTIN}10LOT7", f"(01){GTIN}(10)LOT7", "lot7"):
        found = scan(code)
        assert (found.found, set(found.choices)) == (False, lots)
        assert "internal number" in found.message


@pytest.mark.case("MAT-15")
def test_supplier_s_lot_number_of_one_lot_is_not_picked_either() -> None:
    lot = steps.released_lot(supplier_lot="A77")
    found = scan("A77")
    assert (found.found, found.choices) == (False, (lot,))
    no_article = scan("(10)A77")
    assert (no_article.found, no_article.choices) == (False, (lot,))
    assert no_article.message.startswith("The code names no article")


@pytest.mark.case("MAT-15")
def test_number_that_is_lot_and_unit_is_not_picked() -> None:
    lot = steps.released_lot()
    with act(steps.engineer(), "equipment.registered", "equipment") as a:
        equipment.register_equipment(a, lot.number, "Odd name", "rack")
    found = scan(lot.number)
    assert (found.found, found.choices) == (False, (lot,))


def test_gs1_code_finds_the_one_lot_of_its_article() -> None:
    lot = steps.released_lot(steps.item(gtin=GTIN), supplier_lot="LOT7", expires_on=date(2027, 3, 31))
    steps.released_lot(steps.item("OTHER"), supplier_lot="LOT7")
    assert scan(f"01{GTIN}1727033110LOT7").lot == lot
    assert scan(f"01{GTIN}10LOT7").lot == lot


def test_label_with_another_expiry_asks_a_person() -> None:
    item = steps.item(gtin=GTIN)
    lot = steps.released_lot(item, supplier_lot="LOT7", expires_on=date(2027, 3, 31))
    found = scan(f"01{GTIN}1727043010LOT7")
    assert (found.found, found.choices) == (False, (lot,))
    assert "2027-04-30" in found.message
    assert "2027-03-31" in found.message
    undated = steps.released_lot(item, supplier_lot="L8", expires_on=None, retest_on=clock.today())
    found = scan(f"01{GTIN}1727043010L8")
    assert (found.choices, "received with none" in found.message) == ((undated,), True)


@pytest.mark.case("MAT-16")
def test_code_without_its_separator_is_not_guessed() -> None:
    lot = steps.released_lot(steps.item(gtin=GTIN), supplier_lot="LOT7", expires_on=date(2027, 3, 31))
    whole = f"01{GTIN}211AB17CD\x1d1727033110LOT7"
    assert scan(whole).lot == lot
    found = scan(whole.replace("\x1d", ""))
    assert not found.found
    assert "separator is missing" in found.message
    assert found.choices in {(), (lot,)}


@pytest.mark.parametrize("code", ["MAT-26-9999", "", "  ", f"(01){GTIN}(10)X", f"01{GTIN}", "99nonsense"])
def test_unknown_code_says_so(code: str) -> None:
    steps.item(gtin=GTIN)
    found = scan(code)
    assert (found.found, found.choices) == (False, ())
    assert "No such lot" in found.message or "Nothing was scanned" in found.message


def test_choice_of_a_material_shows_the_first_expired_on_top() -> None:
    late = steps.released_lot()
    early = steps.released_lot(expires_on=clock.today() + timedelta(days=3))
    assert scan("MEDIUM").choices == (early, late)
