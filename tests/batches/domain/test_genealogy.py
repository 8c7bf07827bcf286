"""What came from what: no loop, and no more out of a lot than it held (R402, MAT-12, MAT-13)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from batches.domain import genealogy
from batches.models import Batch, LotLink, LotNode, UnitRun
from compliance.domain.act import act
from compliance.domain.records import save_record
from compliance.refusals import Refused
from tests.batches import steps

pytestmark = [pytest.mark.django_db, pytest.mark.req("R402")]


@pytest.fixture
def batch() -> Batch:
    return steps.issued()


def node(batch: Batch, kind: str, amount: str | None = None, unit: str = "mL") -> LotNode:
    """Something that a run of the batch made."""
    run = UnitRun.objects.filter(batch=batch).first()
    assert run is not None
    with act(steps.operator(), "batch.phase_completed", batch) as a:
        row = LotNode(kind=kind, title=kind.capitalize(), run=run, amount=amount and Decimal(amount), unit=unit)
        return save_record(a, row)


def linked(batch: Batch, source: LotNode, target: LotNode, quantity: str | None = None, unit: str = "mL") -> LotLink:
    with act(steps.operator(), "batch.phase_completed", batch) as a:
        return genealogy.link(a, source, target, quantity and Decimal(quantity), unit)


@pytest.mark.case("MAT-12")
def test_lot_cannot_go_into_what_it_came_from(batch: Batch) -> None:
    pool, bulk, fill = (node(batch, kind) for kind in ("pool", "bulk", "fill"))
    linked(batch, pool, bulk)
    linked(batch, bulk, fill)
    with pytest.raises(Refused, match="Fill comes from Pool; it cannot go into it"):
        linked(batch, fill, pool)
    with pytest.raises(Refused, match="cannot go into it"):
        linked(batch, pool, pool)
    assert LotLink.objects.count() == 2


@pytest.mark.case("MAT-13")
def test_more_than_a_lot_holds_cannot_come_from_it(batch: Batch) -> None:
    pool = node(batch, "pool", "10.0")
    first, second, third = (node(batch, kind) for kind in ("bulk", "reserve", "waste"))
    linked(batch, pool, first, "6.5")
    with pytest.raises(Refused, match=r"Pool holds 3\.5 mL; 3\.6 mL cannot come from it"):
        linked(batch, pool, second, "3.6")
    linked(batch, pool, second, "3.5")
    with pytest.raises(Refused, match=r"Pool holds 0(\.0)? mL"):
        linked(batch, pool, third, "0.1")
    assert LotLink.objects.count() == 2


def test_amount_in_another_unit_is_kept_and_not_weighed_against_it(batch: Batch) -> None:
    pool, bulk = node(batch, "pool", "10"), node(batch, "bulk")
    link = linked(batch, pool, bulk, "2e9", "particles")
    assert (link.quantity, link.unit) == (Decimal("2e9"), "particles")
