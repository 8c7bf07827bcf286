"""Stock: exact, never negative, reconciled (R314, R324, MAT-07, MAT-08)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.refusals import Invalid
from resources.validators.stock import check_amount, is_used_up, on_hand, reconcile, take

D = Decimal
FINE = D("1234567890123456789012345678.123456")
amounts = st.decimals(min_value=D("0.000001"), max_value=D("1000000"), places=6)


@pytest.mark.case("MAT-08")
@pytest.mark.req("R324")
def test_lot_of_a_fraction_is_taken_whole():
    left = take(D("0.3149"), D("0.3149"), "kg")
    assert str(left) == "0"
    assert is_used_up(left)


@pytest.mark.case("MAT-08")
def test_lot_taken_a_hundred_times_leaves_nothing_and_no_more():
    left = D("10.0")
    for _ in range(100):
        left = take(left, D("0.1"), "mL")
    assert str(left) == "0"
    with pytest.raises(Invalid) as refused:
        take(left, D("0.1"), "mL")
    assert refused.value.code == "not_enough"
    assert refused.value.text == "0.1 mL asked, 0 mL on hand."
    assert on_hand([D("10.0"), *[D("-0.1")] * 100]) == 0


@pytest.mark.case("MAT-07")
def test_lot_reserved_for_others_is_not_free():
    with pytest.raises(Invalid) as refused:
        take(D(5), D(3), "mL", reserved=D(3))
    assert refused.value.text == "3 mL asked, 5 mL on hand, 3 mL of it reserved."
    assert take(D(5), D(2), "mL", reserved=D(3)) == D(3)


@pytest.mark.req("R324")
def test_lot_taken_by_more_than_is_there():
    with pytest.raises(Invalid):
        take(D("5.0"), D("5.0000001"), "mL")
    assert not is_used_up(D("0.0000001"))


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "Infinity", "-0"])
def test_amount_that_is_none(amount):
    with pytest.raises(Invalid) as refused:
        check_amount(D(amount), "quantity")
    assert (refused.value.code, refused.value.field) == ("amount_not_positive", "quantity")


def test_amount_as_a_float():
    with pytest.raises(TypeError, match="float"):
        take(D(1), 0.1, "mL")


@pytest.mark.req("R324")
def test_movements_that_sum_up_below_nothing():
    with pytest.raises(Invalid) as refused:
        on_hand([D(5), D("-5.1")])
    assert refused.value.code == "stock_negative"
    assert "-0.1" in refused.value.text


def test_amounts_of_34_digits_are_kept_and_finer_ones_refused():
    assert take(FINE, D("0.000001"), "g") == D("1234567890123456789012345678.123455")
    assert take(FINE, D("0.000001"), "g", reserved=FINE - FINE) == D("1234567890123456789012345678.123455")
    with pytest.raises(Invalid) as refused:
        take(FINE, D("0.0000001"), "g")
    assert refused.value.code == "amount_too_fine"
    with pytest.raises(Invalid):
        on_hand([FINE, D("0.0000001")])


def test_amount_that_differs_in_the_34th_digit_is_too_much():
    with pytest.raises(Invalid) as refused:
        take(FINE, D("1234567890123456789012345678.123457"), "g")
    assert refused.value.code == "not_enough"


@pytest.mark.req("R324")
@given(st.lists(amounts, min_size=1, max_size=30))
def test_stock_taken_part_by_part_equals_the_sum_of_movements(parts):
    received = on_hand(parts)
    left = received
    for part in parts:
        left = take(left, part, "g")
    assert left == 0 == on_hand([received, *(part.copy_negate() for part in parts)])


@pytest.mark.req("R314")
def test_labels_reconciled():
    found = reconcile(D(120), used=D(112), returned=D(0), destroyed=D(4), specimens=D(3))
    assert (found.accounted, found.difference, found.percent) == (D(119), D(1), D("99.2"))
    assert not found.within(D(0))
    assert found.within(D(1))


@pytest.mark.req("R314")
def test_labels_reconciled_with_more_than_issued():
    found = reconcile(D(120), used=D(118), returned=D(0), destroyed=D(4), specimens=D(0))
    assert (found.difference, found.percent) == (D(-2), D("101.7"))
    assert not found.within(D(1))
    assert found.within(D(2))


@pytest.mark.req("R314")
@pytest.mark.parametrize("part", ["-1", "NaN"])
def test_labels_reconciled_with_a_part_that_is_no_amount(part):
    with pytest.raises(Invalid) as refused:
        reconcile(D(120), used=D(part), returned=D(0), destroyed=D(0), specimens=D(0))
    assert (refused.value.code, refused.value.field) == ("amount_negative", "used")


@pytest.mark.req("R314")
def test_labels_none_issued():
    with pytest.raises(Invalid):
        reconcile(D(0), used=D(0), returned=D(0), destroyed=D(0), specimens=D(0))
