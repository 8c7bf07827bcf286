"""Every movement is exact, in its unit, and never takes what is not there."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError

from compliance.domain import clock
from compliance.domain.act import act
from compliance.domain.records import save_record
from compliance.refusals import Denied, Invalid, Refused
from resources import queries
from resources.domain import stock
from resources.models import StockMovement
from resources.models.movement import MovementKind
from tests.resources import steps

if TYPE_CHECKING:
    from resources.models import MaterialLot

pytestmark = pytest.mark.django_db


def give_back(lot: MaterialLot, quantity: str, **values: object) -> StockMovement:
    values = {"unit": "mL", "batch_ref": steps.BATCH, "reference": steps.BATCH_UUID, **values}
    with act(steps.receiver(), "stock.returned", lot) as a:
        return stock.return_(a, lot, Decimal(quantity), reason="Bottle not opened", **values)


def discard(lot: MaterialLot, quantity: str, reason: str = "Spilt on the bench") -> StockMovement:
    with act(steps.receiver(), "stock.discarded", lot) as a:
        return stock.discard(a, lot, Decimal(quantity), "mL", reason)


def adjust(lot: MaterialLot, counted: str, reason: str = "Counted at stock-taking") -> StockMovement:
    with act(steps.qa(), "stock.adjusted", lot) as a:
        return stock.adjust(a, lot, Decimal(counted), "mL", reason)


@pytest.mark.req("R324")
def test_charge_takes_from_the_lot_and_names_the_batch() -> None:
    lot = steps.released_lot(quantity="100")
    row = steps.charge(lot, "12.50", item="medium")
    assert (row.delta, row.balance_after, row.sequence) == (Decimal("-12.50"), Decimal("87.50"), 2)
    assert (row.batch_ref, row.reference) == (steps.BATCH, steps.BATCH_UUID)
    lot.refresh_from_db()
    assert (queries.on_hand(lot), lot.opened) == (Decimal("87.50"), 1)


@pytest.mark.case("MAT-08")
@pytest.mark.req("R324")
def test_fraction_is_consumed_whole() -> None:
    lot = steps.released_lot(steps.item("POWDER", "kg"), "0.3149")
    assert steps.charge(lot, "0.3149").balance_after == 0
    with pytest.raises(Refused) as caught:
        steps.charge(lot, "0.0001")
    assert steps.codes_of(caught.value.blockers) == ["used_up"]


@pytest.mark.case("MAT-08")
@pytest.mark.req("R324")
def test_hundred_tenths_leave_nothing_and_the_next_is_refused() -> None:
    lot = steps.released_lot(quantity="10.0")
    with act(steps.receiver(), "stock.charged", lot) as a:
        for _ in range(100):
            stock.charge(a, lot, Decimal("0.1"), "mL", batch_ref=steps.BATCH, reference=steps.BATCH_UUID)
    assert queries.on_hand(lot) == Decimal(0)
    assert str(queries.on_hand(lot).normalize()) == "0"
    with pytest.raises(Refused) as caught:
        steps.charge(lot, "0.1")
    assert steps.codes_of(caught.value.blockers) == ["used_up"]


@pytest.mark.case("MAT-07")
@pytest.mark.req("R324")
def test_second_charge_beyond_what_is_left_is_refused() -> None:
    lot = steps.released_lot(quantity="5")
    steps.charge(lot, "3")
    with pytest.raises(Refused) as caught:
        steps.charge(lot, "3")
    assert steps.codes_of(caught.value.blockers) == ["not_enough"]
    with pytest.raises(Refused):
        steps.charge(lot, "3", batch_ref=steps.OTHER, reference=steps.OTHER_UUID)
    assert queries.on_hand(lot) == Decimal(2)


@pytest.mark.case("MAT-07")
def test_two_steps_of_one_act_cannot_take_more_than_there_is() -> None:
    lot = steps.released_lot(quantity="5")
    named = {"batch_ref": steps.BATCH, "reference": steps.BATCH_UUID}

    def twice() -> None:
        with act(steps.receiver(), "stock.charged", lot) as a:
            stock.charge(a, lot, Decimal(3), "mL", **named)
            stock.charge(a, lot, Decimal(3), "mL", **named)

    with pytest.raises(Refused):
        twice()
    assert queries.on_hand(lot) == Decimal(5), "the act was taken back whole"


@pytest.mark.case("MAT-04")
@pytest.mark.req("R303", "R304", "R317")
@pytest.mark.parametrize("state", ["quarantine", "rejected", "on_hold", "expired"])
def test_lot_that_may_not_be_used_is_refused(state: str, set_clock) -> None:
    set_clock("2026-11-20 10:00")
    lot = steps.received_lot(expires_on=clock.today())
    if state == "rejected":
        lot = steps.reject(lot)
    elif state != "quarantine":
        steps.record_test(lot)
        lot = steps.release(lot)
    if state == "on_hold":
        lot = steps.hold(lot)
    if state == "expired":
        set_clock("2026-11-21 09:00")
    with pytest.raises(Refused) as caught:
        steps.charge(lot, "1")
    assert steps.codes_of(caught.value.blockers) == [state]
    assert queries.on_hand(lot) == Decimal(100)


@pytest.mark.case("MAT-02")
def test_expiry_ends_with_the_day_at_the_site(set_clock) -> None:
    set_clock("2026-11-20 10:00")
    lot = steps.released_lot(expires_on=clock.today() + timedelta(days=10))
    assert lot.expires_on.isoformat() == "2026-11-30"
    set_clock("2026-11-30 23:30")
    steps.charge(lot, "1")
    set_clock("2026-12-01 00:10")
    with pytest.raises(Refused) as caught:
        steps.charge(lot, "1")
    assert caught.value.text == f"Lot {lot.number}: Expired: last day of use was 2026-11-30."


@pytest.mark.case("MAT-01")
def test_lot_expires_without_a_restart(set_clock) -> None:
    set_clock("2026-11-20 10:00")
    lot = steps.released_lot(expires_on=clock.today() + timedelta(days=1))
    steps.charge(lot, "1")
    at = set_clock("2026-11-22 10:00")
    assert [line.expired for line in queries.lot_list(at)] == [True]
    assert queries.first_expired("MEDIUM", at) == []
    with pytest.raises(Refused):
        steps.charge(lot, "1")


def test_time_in_use_ends_after_the_first_charge(set_clock) -> None:
    set_clock("2026-11-20 10:00")
    lot = steps.released_lot(steps.item(in_use_hours=Decimal(24)), containers=2)
    steps.charge(lot, "1")
    set_clock("2026-11-21 10:00")
    steps.charge(lot, "1")
    set_clock("2026-11-21 10:01")
    with pytest.raises(Refused) as caught:
        steps.charge(lot, "1")
    assert steps.codes_of(caught.value.blockers) == ["in_use_over"]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [({"unit": "L"}, "unit"), ({"item": "TRYPLE"}, "wrong_material")],
)
def test_charge_of_something_else_is_refused(values: dict[str, str], refusal: str) -> None:
    lot = steps.released_lot()
    with pytest.raises((Invalid, Refused)) as caught:
        steps.charge(lot, "1", **values)
    assert caught.value.code == refusal


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN"])
def test_charge_of_no_amount_is_refused(quantity: str) -> None:
    with pytest.raises(Invalid) as caught:
        steps.charge(steps.released_lot(), quantity)
    assert caught.value.code == "amount_not_positive"


def test_float_amount_is_refused() -> None:
    lot = steps.released_lot()
    with pytest.raises(TypeError), act(steps.receiver(), "stock.charged", lot) as a:
        stock.charge(a, lot, 0.1, "mL", batch_ref=steps.BATCH, reference=steps.BATCH_UUID)


@pytest.mark.req("R304")
def test_lot_that_ends_later_needs_a_reason() -> None:
    late = steps.released_lot()
    early = steps.released_lot(quantity="10", expires_on=clock.today() + timedelta(days=30))
    with pytest.raises(Invalid) as caught:
        steps.charge(late, "5")
    assert (caught.value.code, early.number in caught.value.text) == ("earlier_lot", True)
    assert steps.charge(late, "5", reason="Same lot for the whole run").reason == "Same lot for the whole run"
    assert steps.charge(late, "20").delta == Decimal(-20), "the earlier lot does not hold enough"
    assert steps.charge(early, "5").delta == Decimal(-5)


@pytest.mark.req("R304")
def test_bad_reason_for_a_later_lot_is_refused() -> None:
    late = steps.released_lot()
    steps.released_lot(expires_on=clock.today() + timedelta(days=30))
    with pytest.raises(Invalid) as caught:
        steps.charge(late, "5", reason="x")
    assert caught.value.code == "reason_missing"


@pytest.mark.req("R324")
def test_return_gives_back_at_most_what_the_batch_holds() -> None:
    lot = steps.released_lot(quantity="50")
    steps.charge(lot, "20")
    give_back(lot, "5")
    with pytest.raises(Invalid) as caught:
        give_back(lot, "15.1")
    assert caught.value.code == "more_than_charged"
    with pytest.raises(Invalid):
        give_back(lot, "1", batch_ref=steps.OTHER, reference=steps.OTHER_UUID)
    use = queries.use_by_batch(steps.BATCH_UUID)
    assert [(u.lot.number, u.charged, u.returned, u.used, u.unit) for u in use] == [
        (lot.number, Decimal(20), Decimal(5), Decimal(15), "mL")
    ]
    assert (queries.on_hand(lot), queries.charged_by(lot, steps.OTHER_UUID)) == (Decimal(35), Decimal(0))


@pytest.mark.case("MAT-06")
def test_part_of_an_expired_lot_is_discarded(set_clock) -> None:
    set_clock("2026-11-20 10:00")
    lot = steps.released_lot(quantity="5", expires_on=clock.today())
    set_clock("2026-11-25 10:00")
    assert discard(lot, "2").balance_after == Decimal(3)
    with pytest.raises(Invalid) as caught:
        discard(lot, "3.01")
    assert caught.value.code == "not_enough"
    with pytest.raises(Invalid):
        discard(lot, "1", "")


def test_sample_is_taken_in_quarantine() -> None:
    lot = steps.received_lot(quantity="5")
    with act(steps.analyst(), "stock.sampled", lot) as a:
        row = stock.take_sample(a, lot, Decimal("0.5"), "mL", "Identity test sample")
    assert (row.kind, row.balance_after) == (MovementKind.SAMPLE, Decimal("4.5"))


def test_adjustment_sets_the_stock_to_the_count() -> None:
    lot = steps.released_lot(quantity="10")
    assert adjust(lot, "9.5").delta == Decimal("-0.5")
    assert adjust(lot, "12").delta == Decimal("2.5")
    assert adjust(lot, "0").balance_after == Decimal(0)
    for counted, code in (("0", "no_difference"), ("-1", "amount_not_positive")):
        with pytest.raises(Invalid) as caught:
            adjust(lot, counted)
        assert caught.value.code == code
    with pytest.raises(Invalid) as caught:
        adjust(lot, "3", "")
    assert caught.value.code == "reason_missing"


@pytest.mark.req("R107")
def test_movements_need_their_right() -> None:
    lot = steps.released_lot()
    engineer = steps.engineer()
    named = {"batch_ref": steps.BATCH, "reference": steps.BATCH_UUID}
    why = "Spilt on the bench"
    for move in (
        lambda a: stock.charge(a, lot, Decimal(1), "mL", **named),
        lambda a: stock.return_(a, lot, Decimal(1), "mL", reason=why, **named),
        lambda a: stock.take_sample(a, lot, Decimal(1), "mL", why),
        lambda a: stock.discard(a, lot, Decimal(1), "mL", why),
        lambda a: stock.adjust(a, lot, Decimal(1), "mL", why),
    ):
        with pytest.raises(Denied), act(engineer, "stock.charged", lot) as a:
            move(a)
    assert lot.movements.count() == 1


def test_nothing_comes_back_to_a_discarded_lot() -> None:
    lot = steps.released_lot()
    steps.charge(lot, "5")
    with act(steps.qa(), "material_lot.discarded", lot) as a:
        steps.disposition.discard_lot(a, lot, "Freezer broke down")
    with pytest.raises(Refused) as caught:
        give_back(lot, "1")
    assert steps.codes_of(caught.value.blockers) == ["discarded"]


@pytest.mark.case("MAT-07")
@pytest.mark.req("R324")
@pytest.mark.parametrize(
    "values",
    [
        {"delta": Decimal(-200), "balance_after": Decimal(-100)},
        {"delta": Decimal(1)},
        {"sequence": 1},
        {"kind": MovementKind.RECEIPT},
    ],
)
def test_database_refuses_what_the_act_would(values: dict[str, object]) -> None:
    """Even in an act: a negative balance, a charge that adds, a second movement after the same one."""
    lot = steps.released_lot()
    right = {"sequence": 2, "kind": MovementKind.CHARGE, "delta": Decimal(-1), "balance_after": Decimal(99)}
    with pytest.raises(IntegrityError), act(steps.receiver(), "stock.charged", lot) as a:
        save_record(
            a,
            StockMovement(lot=lot, unit="mL", moved_by=a.actor.user, moved_at=a.at, **{**right, **values}),
        )
