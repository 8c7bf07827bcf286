"""Lists of lots and equipment, and which lot to take first; few queries however long the list."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from compliance.domain import clock
from compliance.domain.act import act
from resources import queries
from resources.domain import receiving
from tests.helpers import person
from tests.resources import steps

pytestmark = pytest.mark.django_db


def in_days(days: int) -> object:
    return clock.today() + timedelta(days=days)


@pytest.mark.req("R304")
def test_first_expired_comes_first() -> None:
    late = steps.released_lot(expires_on=in_days(90))
    early = steps.released_lot(expires_on=in_days(30), quantity="2")
    retest = steps.released_lot(expires_on=None, retest_on=in_days(10))
    steps.received_lot(expires_on=in_days(5))
    steps.hold(steps.released_lot(expires_on=in_days(6)))
    steps.released_lot(steps.item("OTHER"), expires_on=in_days(7))
    empty = steps.released_lot(expires_on=in_days(8), quantity="1")
    steps.charge(empty, "1")
    now = clock.now()
    assert [line.lot for line in queries.first_expired("MEDIUM", now)] == [early, late, retest]
    assert [line.lot for line in queries.first_expired("MEDIUM", now, Decimal(3))] == [late, retest]
    assert [line.lot for line in queries.earlier_lots(retest, now)] == [early, late]
    assert queries.earlier_lots(early, now) == []
    assert [line.lot for line in queries.first_expired("MEDIUM", now + timedelta(days=40))] == [late]


@pytest.mark.req("R304")
def test_lot_open_too_long_is_not_suggested(set_clock) -> None:
    set_clock("2026-11-20 10:00")
    lot = steps.released_lot(steps.item(in_use_hours=Decimal(24)))
    with act(steps.receiver(), "material_lot.opened", lot) as a:
        receiving.open_container(a, lot)
    at = set_clock("2026-11-22 10:00")
    assert queries.first_expired("MEDIUM", at) == []


def test_lot_list_is_paged_by_key_and_filtered() -> None:
    lots = [steps.received_lot(quantity=str(n)) for n in (1, 2, 3)]
    released = steps.released_lot(steps.item("OTHER"), "4")
    steps.charge(released, "4")
    now = clock.now()
    lines = queries.lot_list(now, limit=2)
    assert [line.lot for line in lines] == [released, lots[2]]
    assert [(line.on_hand, line.used_up, line.expired) for line in lines] == [
        (Decimal(0), True, False),
        (Decimal(3), False, False),
    ]
    rest = queries.lot_list(now, before=lines[-1].lot.pk)
    assert [line.lot for line in rest] == [lots[1], lots[0]]
    assert [line.lot for line in queries.lot_list(now, state="released")] == [released]
    assert len(queries.lot_list(now, item_code="MEDIUM")) == 3


def test_lists_ask_the_database_as_often_for_three_as_for_one(django_assert_num_queries) -> None:
    for count in (1, 2):
        for n in range(count):
            steps.released_lot()
            steps.calibrated_equipment(code=f"BR-{count}{n}", needs_cleaning=False)
        now = clock.now()
        with django_assert_num_queries(1):
            queries.lot_list(now)
        with django_assert_num_queries(1):
            queries.first_expired("MEDIUM", now)
        with django_assert_num_queries(1):
            queries.equipment_list()
    anna = person("anna", "operator")
    for codes in (["SOP-1"], ["SOP-1", "SOP-2", "SOP-3"]):
        steps.qualified(anna, codes)
        now = clock.now()
        with django_assert_num_queries(2):
            queries.training_of(anna.user, codes, now)


def test_equipment_list_says_what_is_due() -> None:
    unit = steps.calibrated_equipment(needs_cleaning=False)
    steps.calibrate(unit, due_on=in_days(30))
    steps.registered_equipment("incubator", "INC-1")
    lines = queries.equipment_list()
    assert [(line.equipment.code, line.calibration_due) for line in lines] == [
        ("BR-01", in_days(30)),
        ("INC-1", None),
    ]
    assert [line.equipment.code for line in queries.equipment_list(equipment_class="incubator")] == ["INC-1"]
    assert [line.equipment.code for line in queries.equipment_list(state="in_service")] == ["BR-01"]


@pytest.mark.req("R324")
def test_use_by_batch_lists_each_lot_once() -> None:
    first, second = steps.released_lot(), steps.released_lot(steps.item("OTHER", "g"))
    for quantity in ("1", "2"):
        steps.charge(first, quantity)
    steps.charge(second, "7")
    found = [(use.lot, use.used, use.unit) for use in queries.use_by_batch(steps.BATCH_UUID)]
    assert found == [(first, Decimal(3), "mL"), (second, Decimal(7), "g")]
    assert queries.use_by_batch(steps.OTHER_UUID) == []
