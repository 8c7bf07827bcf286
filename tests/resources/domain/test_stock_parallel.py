"""Two acts at once on one lot or one unit, over real connections."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from compliance.refusals import Refused
from resources import queries
from resources.models import MaterialLot
from tests.resources import steps

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [pytest.mark.pg, pytest.mark.django_db(transaction=True)]


def at_once(job: Callable[[int], object], times: int) -> list[object]:
    def run(index: int) -> object:
        try:
            return job(index)
        except Refused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


@pytest.mark.case("MAT-07")
@pytest.mark.req("R324")
def test_batches_at_once_cannot_take_one_lot_twice() -> None:
    lot = steps.released_lot(quantity="5")
    steps.receiver()
    answers = at_once(lambda _: steps.charge(lot, "3").sequence, 6)
    assert sorted(map(str, answers)) == ["2", *["not_enough"] * 5]
    assert queries.on_hand(lot) == 2


@pytest.mark.case("CON-06")
@pytest.mark.req("R303")
def test_receipts_at_once_get_different_numbers() -> None:
    item, supplier = steps.item(), steps.supplier()
    steps.receiver()
    at_once(lambda _: steps.received_lot(item, supplier=supplier), 12)
    numbers = list(MaterialLot.objects.order_by("number").values_list("number", flat=True))
    assert [int(number[-4:]) for number in numbers] == list(range(1, 13))


@pytest.mark.req("R309")
def test_batches_at_once_cannot_take_one_vessel() -> None:
    unit = steps.calibrated_equipment()
    steps.receiver()
    names = [{"batch_ref": steps.BATCH, "reference": steps.BATCH_UUID}]
    names.append({"batch_ref": steps.OTHER, "reference": steps.OTHER_UUID})
    answers = at_once(lambda index: steps.use(unit, **names[index]).version, 2)
    assert sorted(map(str, answers)) == ["1", "in_use"]
