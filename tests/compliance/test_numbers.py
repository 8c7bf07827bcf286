"""Text to exact number, rounding once, printing: one engine for form, file and API."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from compliance.numbers import (
    CONTEXT,
    Number,
    NumberRefused,
    canonical,
    decimals_of,
    display,
    parse_number,
    round_half_up,
    significant_of,
)

D = Decimal
exact = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9)


@pytest.mark.req("R509")
@pytest.mark.parametrize(
    ("text", "qualifier", "value", "decimals", "significant"),
    [
        ("1.5", "", "1.5", 1, 2),
        ("98.0", "", "98.0", 1, 3),
        (" 98 ", "", "98", 0, 2),
        ("0.050", "", "0.050", 3, 2),
        (".5", "", "0.5", 1, 1),
        ("+3", "", "3", 0, 1),
        ("-0.004", "", "-0.004", 3, 1),
        ("-0", "", "0", 0, 1),
        ("-0.00", "", "0.00", 2, 1),
        ("1.2E+11", "", "1.2E+11", 0, 2),
        ("1.2e11", "", "1.2E+11", 0, 2),
        ("4.0e-7", "", "4.0E-7", 8, 2),
        ("<0.05", "<", "0.05", 2, 1),
        ("< 0.05", "<", "0.05", 2, 1),
        ("> 6000", ">", "6000", 0, 4),
        ("9" * 34, "", "9" * 34, 0, 34),
    ],
)
def test_number_is_read_as_written(
    text: str, qualifier: str, value: str, decimals: int, significant: int
) -> None:
    number = parse_number(text)
    assert number == Number(text, qualifier, D(value), decimals, significant)
    assert str(number.value) == value


@pytest.mark.case("RES-08")
def test_scientific_notations_are_equal_and_print_as_powers() -> None:
    upper, lower = parse_number("1.2E+11"), parse_number("1.2e11")
    assert upper.value == lower.value == 120000000000
    assert canonical(lower.value) == "120000000000"
    assert lower.text == "1.2E+11"
    assert display(lower.value, superscript=True) == "1.2 × 10¹¹"


@pytest.mark.case("RES-01")
def test_below_the_limit_of_detection_prints_its_qualifier() -> None:
    number = parse_number("<0.05")
    assert (number.qualifier, number.value, number.text) == ("<", D("0.05"), "< 0.05")


@pytest.mark.req("R203")
@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "blank", "an empty box is not zero"),
        ("  \t", "blank", "an empty box is not zero"),
        ("1,5", "comma", "Write 1.5, not 1,5."),
        (",5", "comma", "Write .5, not ,5."),
        ("1,2E+11", "comma", "Write 1.2E+11, not 1,2E+11."),
        ("1,200", "thousands", "Write 1200 or 1.200, without"),
        ("1,200,000", "thousands", "Write 1200000, without"),
        ("1 200 000.5", "thousands", "Write 1200000.5, without"),
        ("1\u00a0200", "thousands", "Write 1200, without"),
        ("1'200", "thousands", "Write 1200, without"),
        ("1_000", "thousands", "Write 1000, without"),
        ("5 mL", "unit", "Write 5 only, without “mL”"),
        ("<0.05EU/mL", "unit", "Write <0.05 only, without “EU/mL”"),
        ("37.0 °C", "unit", "Write 37.0 only, without “°C”"),
        ("95 %", "unit", "Write 95 only, without “%”"),
        ("３７", "foreign_digits", "plain digits"),
        ("٣", "foreign_digits", "plain digits"),
        ("1.2 × 10¹¹", "notation", "Write 1.2E+11"),
        ("NaN", "not_finite", "not a finite number"),
        ("-Infinity", "not_finite", "not a finite number"),
        ("sNaN123", "not_finite", "not a finite number"),
        ("9" * 35, "too_many_digits", "more than 34 digits"),
        ("1e34", "too_many_digits", "more than 34 digits"),
        ("1e-34", "too_many_digits", "more than 34 digits"),
        ("0e-40", "too_many_digits", "more than 34 digits"),
        ("1e99999999", "too_many_digits", "more than 34 digits"),
        ("1" * 5000, "too_many_digits", "… has more than 34 digits"),
        ("≤ 5", "qualifier", "Only < or >"),
        (">=5", "qualifier", "Only < or >"),
        ("ca. five", "words", "not a number"),
        ("<", "words", "not a number"),
        ("OVRFLW", "words", "not a number"),
        ("5.", "malformed", "is not a number"),
        ("1.2e", "malformed", "is not a number"),
        ("1.2.3", "malformed", "is not a number"),
        ("12:30", "malformed", "is not a number"),
        ("12/03/2026", "malformed", "is not a number"),
        ("--5", "malformed", "is not a number"),
        ("0x10 ", "unit", "Write 0 only"),
    ],
)
def test_text_that_is_no_number_is_refused_in_plain_words(text: str, code: str, message: str) -> None:
    with pytest.raises(NumberRefused) as refused:
        parse_number(text)
    assert refused.value.code == code
    assert message in refused.value.message
    assert len(refused.value.message) < 150


@pytest.mark.req("R509")
@pytest.mark.case("RES-06")
@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        ("97.95", 1, "98.0"),
        ("97.92", 1, "97.9"),
        ("101.55", 1, "101.6"),
        ("101.45", 1, "101.5"),
        ("4.45", 1, "4.5"),
        ("4.45", 0, "4"),
        ("4.4449", 1, "4.4"),
        ("4.449999", 1, "4.4"),
        ("69.5", 0, "70"),
        ("69.49999", 0, "69"),
        ("0.025", 2, "0.03"),
        ("0.015", 2, "0.02"),
        ("0.25", 1, "0.3"),
        ("2.5", 0, "3"),
        ("2.675", 2, "2.68"),
        ("-2.5", 0, "-3"),
        ("98", 1, "98.0"),
        ("1E+30", 10, "1" + "0" * 30 + "." + "0" * 10),
    ],
)
def test_rounding_to_decimals_is_half_up_and_once(value: str, decimals: int, rounded: str) -> None:
    assert str(round_half_up(D(value), decimals=decimals)) == rounded


@pytest.mark.req("R509")
@pytest.mark.parametrize(
    ("value", "significant", "rounded"),
    [
        ("0.145", 2, "0.15"),
        ("0.284", 2, "0.28"),
        ("1450", 2, "1.5E+3"),
        ("2.25E+10", 2, "2.3E+10"),
        ("1449", 3, "1.45E+3"),
        ("9.96", 2, "10"),
        ("99.6", 2, "1.0E+2"),
        ("0.0996", 2, "0.10"),
        ("-9.96", 2, "-10"),
        ("5", 3, "5.00"),
        ("0.000", 2, "0"),
    ],
)
def test_rounding_to_significant_digits_carries(value: str, significant: int, rounded: str) -> None:
    assert str(round_half_up(D(value), significant=significant)) == rounded


def test_rounding_takes_one_way_only() -> None:
    with pytest.raises(ValueError, match="one of the two"):
        round_half_up(D(1))
    with pytest.raises(ValueError, match="one of the two"):
        round_half_up(D(1), decimals=1, significant=1)
    with pytest.raises(ValueError, match="Cannot round"):
        round_half_up(D(1), decimals=-1)
    with pytest.raises(ValueError, match="Cannot round"):
        round_half_up(D(1), significant=0)


@pytest.mark.case("MAT-08")
def test_float_is_never_taken() -> None:
    with pytest.raises(TypeError, match="not float"):
        round_half_up(0.1, decimals=1)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not float"):
        canonical(0.1)  # type: ignore[arg-type]
    with pytest.raises(NumberRefused):
        display(D("NaN"))


@pytest.mark.case("MAT-08")
def test_a_tenth_taken_a_hundred_times_leaves_nothing() -> None:
    left = parse_number("10.0").value
    for _ in range(100):
        left = CONTEXT.subtract(left, parse_number("0.1").value)
    assert left == 0
    assert canonical(left) == "0.0"
    assert CONTEXT.subtract(parse_number("0.3149").value, parse_number("0.3149").value) == 0


@pytest.mark.case("RES-10")
def test_small_negative_value_prints_as_zero() -> None:
    raw = parse_number("-0.004").value
    assert display(round_half_up(raw, decimals=2)) == "0.00"
    assert str(raw) == "-0.004"
    assert display(D("-0.00")) == "0.00"
    assert canonical(D("-0")) == "0"


@pytest.mark.parametrize(
    ("value", "options", "text"),
    [
        ("98", {"decimals": 1}, "98.0"),
        ("98.04", {"decimals": 1}, "98.04"),
        ("41760000", {}, "4.176E+7"),
        ("41760000", {"significant": 5}, "4.1760E+7"),
        ("41760000", {"decimals": 0}, "41760000"),
        ("4.0E+7", {"superscript": True}, "4.0 × 10⁷"),
        ("1E+7", {"superscript": True}, "1 × 10⁷"),
        ("-2.5E-7", {"superscript": True}, "-2.5 × 10⁻⁷"),
        ("0.0000012", {}, "1.2E-6"),
        ("0.00012", {}, "0.00012"),
        ("58000", {}, "58000"),
        ("58000", {"significant": 2}, "5.8E+4"),
        ("58001", {"significant": 2}, "58001"),
        ("600", {"significant": 4}, "600.0"),
        ("7", {"significant": 3}, "7.00"),
        ("0", {"significant": 3}, "0"),
        ("0E+5", {}, "0"),
        ("1234567.89", {}, "1234567.89"),
        ("999999", {}, "999999"),
        ("0.05", {"qualifier": "<"}, "< 0.05"),
        ("1.2E+11", {"qualifier": ">", "superscript": True}, "> 1.2 × 10¹¹"),
    ],
)
def test_display_shows_every_digit_and_never_rounds(
    value: str, options: dict[str, object], text: str
) -> None:
    assert display(D(value), **options) == text  # type: ignore[arg-type]


def test_display_of_what_cannot_be_shown_is_refused() -> None:
    with pytest.raises(NumberRefused, match="finite"):
        canonical(D("Infinity"))


def test_digits_as_written_are_counted() -> None:
    assert (decimals_of(D("98.0")), decimals_of(D("1.2E+11"))) == (1, 0)
    assert (significant_of(D("4.0E+7")), significant_of(D("0.050"))) == (2, 2)


def _naive(value: Decimal, decimals: int) -> Fraction:
    """Add half of the last place to the size and cut: the way of paper."""
    scale = 10**decimals
    size = abs(Fraction(value)) * scale + Fraction(1, 2)
    whole = size.numerator // size.denominator
    return Fraction(whole if value >= 0 else -whole, scale)


@pytest.mark.req("R509")
@given(exact, st.integers(0, 8))
@example(D("4.45"), 1)
@example(D("-0.005"), 2)
def test_rounding_agrees_with_a_naive_oracle(value: Decimal, decimals: int) -> None:
    rounded = round_half_up(value, decimals=decimals)
    assert Fraction(rounded) == _naive(value, decimals)
    assert decimals_of(rounded) == decimals
    assert round_half_up(rounded, decimals=decimals) == rounded


@pytest.mark.req("R509")
@given(exact, st.integers(1, 12))
def test_significant_rounding_is_within_half_of_its_last_place(value: Decimal, significant: int) -> None:
    assume(value != 0)
    rounded = round_half_up(value, significant=significant)
    last_place = D(1).scaleb(value.adjusted() - significant + 1)
    assert abs(rounded - value) * 2 <= last_place
    assert significant_of(rounded) == significant


@given(st.decimals(allow_nan=False, allow_infinity=False, places=10, min_value=-(10**20), max_value=10**20))
def test_canonical_text_reads_back_as_the_same_number(value: Decimal) -> None:
    text = canonical(value)
    assert parse_number(text).value == value
    assert canonical(parse_number(text).value) == text
    assert parse_number(display(value)).value == value


@given(st.integers(-(10**6), 10**6), st.integers(-15, 20), st.sampled_from(["", "<", ">"]))
def test_scientific_text_reads_back_as_the_same_number(digits: int, exponent: int, qualifier: str) -> None:
    number = parse_number(f"{qualifier}{digits}e{exponent}")
    again = parse_number(number.text)
    assert (again.value, again.qualifier) == (number.value, qualifier)
    assert number.value != 0 or "-" not in number.text


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        number = parse_number(text)
        known = number.value.is_finite()
    except NumberRefused as refusal:
        known = len(refusal.message) < 150
    assert known
