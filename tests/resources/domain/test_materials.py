"""Materials and suppliers on record."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from compliance.domain.act import act
from compliance.refusals import Denied, Invalid
from resources.domain import materials
from resources.models.material import MaterialKind
from tests.resources import steps

pytestmark = pytest.mark.django_db


@pytest.mark.req("R305")
def test_container_and_closure_are_materials_with_specification() -> None:
    vial = steps.item("vial-2r", "pcs", kind=MaterialKind.CONTAINER, specification="2R, type I glass, depyrogenated")
    stopper = steps.item("STOPPER-13", "pcs", kind=MaterialKind.CLOSURE, specification="13 mm bromobutyl")
    assert (vial.code, vial.specification) == ("VIAL-2R", "2R, type I glass, depyrogenated")
    assert steps.received_lot(stopper, "190").item == stopper
    assert str(vial) == "VIAL-2R Vial-2r of this test"


@pytest.mark.parametrize("code", ["", " ", "TRYP LE", "-X", "X" * 41, "MÉDIUM"])
def test_code_with_other_signs_is_refused(code: str) -> None:
    with pytest.raises(Invalid) as caught:
        steps.item(code)
    assert caught.value.field == "code"


def test_code_is_given_once() -> None:
    steps.item("MEDIUM")
    with pytest.raises(Invalid) as caught, act(steps.engineer(), "material.registered", "materials") as a:
        materials.register_item(a, "medium", "Another", MaterialKind.MEDIUM, "mL", storage="cold")
    assert caught.value.code == "code_taken"


@pytest.mark.parametrize("gtin", ["0401234567890", "04012345678902", "0401234567890X", "٠4012345678901"])
def test_wrong_article_number_is_refused(gtin: str) -> None:
    with pytest.raises(Invalid) as caught:
        steps.item(gtin=gtin)
    assert caught.value.code == "gtin"


def test_blank_name_is_refused() -> None:
    with pytest.raises(Invalid) as caught, act(steps.engineer(), "material.registered", "materials") as a:
        materials.register_item(a, "MEDIUM", " ", MaterialKind.MEDIUM, "mL", storage="cold")
    assert caught.value.field == "name"


def test_float_hours_are_refused() -> None:
    with pytest.raises(Invalid) as caught:
        steps.item(in_use_hours=24.0)
    assert caught.value.field == "in_use_hours"


@pytest.mark.req("R107")
def test_operator_registers_nothing() -> None:
    with pytest.raises(Denied), act(steps.receiver(), "material.registered", "materials") as a:
        materials.register_item(a, "MEDIUM", "Medium", MaterialKind.MEDIUM, "mL", storage="cold")
    with pytest.raises(Denied), act(steps.receiver(), "supplier.registered", "suppliers") as a:
        materials.register_supplier(a, "SUP-1", "Supplier")


@pytest.mark.req("R303")
def test_only_qa_qualifies_a_supplier_and_says_why() -> None:
    supplier = steps.supplier(qualified=False)
    with pytest.raises(Denied), act(steps.engineer(), "supplier.qualified", supplier) as a:
        materials.qualify_supplier(a, supplier, date(2027, 1, 31), "Audited, report SA-7")
    with act(steps.qa(), "supplier.qualified", supplier) as a:
        row = materials.qualify_supplier(a, supplier, date(2027, 1, 31), "Audited, report SA-7")
    assert (row.qualified_until, str(row)) == (date(2027, 1, 31), "Supplier SUP-1")
    assert row.history.first().history_change_reason == "Audited, report SA-7"


def test_hours_in_use_are_kept_exactly() -> None:
    assert steps.item(in_use_hours=Decimal("24.50")).in_use_hours == Decimal("24.50")
