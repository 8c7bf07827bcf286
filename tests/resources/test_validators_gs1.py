"""GS1 codes: with and without separators, never cut in the wrong place (MAT-16)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.refusals import Invalid
from resources.validators.gs1 import AmbiguousCode, check_digit_fits, parse_gs1, read_date
from resources.validators.gs1_identifiers import IDENTIFIERS

READ_ON = date(2026, 11, 25)
GTIN = "04012345678901"
SEPARATED = f"01{GTIN}211AB17CD\x1d1727033110LOT7"


@pytest.mark.case("MAT-16")
@pytest.mark.parametrize(
    "text",
    [
        SEPARATED,
        f"\x1d{SEPARATED}\x1d",
        f"]d2{SEPARATED}\r\n",
        f"]C1{SEPARATED}",
        SEPARATED.replace("\x1d", "{GS}"),
        SEPARATED.replace("\x1d", "␝"),
        f"(01){GTIN}(21)1AB17CD(17)270331(10)LOT7",
        f"(01) {GTIN} (21) 1AB17CD (17) 270331 (10) LOT7",
        f"01{GTIN}\x1d211AB17CD\x1d17270331\x1d10LOT7",
    ],
)
def test_code_with_separator(text):
    code = parse_gs1(text, READ_ON)
    assert (code.gtin, code.serial, code.lot) == (GTIN, "1AB17CD", "LOT7")
    assert code.expires_on == date(2027, 3, 31)
    assert str(code) == f"(01){GTIN}(21)1AB17CD(17)270331(10)LOT7"
    assert code.article_number is None


@pytest.mark.case("MAT-16")
def test_code_without_its_separator_is_asked_for():
    with pytest.raises(AmbiguousCode) as refused:
        parse_gs1(SEPARATED.replace("\x1d", ""), READ_ON)
    assert refused.value.code == "gs1_ambiguous"
    assert [str(reading) for reading in refused.value.readings] == [
        f"(01){GTIN}(21)1AB17CD(17)270331(10)LOT7",
        f"(01){GTIN}(21)1AB17CD17270331(10)LOT7",
    ]


@pytest.mark.case("MAT-16")
@pytest.mark.parametrize("text", ["10LOT717270331", "10A10" + "B" * 17 + "17270331", "21AB17270331"])
def test_code_that_reads_as_one_long_value_or_two_is_asked_for(text):
    with pytest.raises(AmbiguousCode):
        parse_gs1(text, READ_ON)


@pytest.mark.case("MAT-16")
def test_code_too_long_for_one_value_is_asked_for_even_if_only_one_reading_is_left():
    with pytest.raises(AmbiguousCode) as refused:
        parse_gs1("10ABCDEFGHIJKLM17270331", READ_ON)
    assert "(10)ABCDEFGHIJKLM(17)270331" in [str(reading) for reading in refused.value.readings]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"01{GTIN}1727033110LOT7", f"(01){GTIN}(17)270331(10)LOT7"),
        (f"01{GTIN}", f"(01){GTIN}"),
        ("10LOT7", "(10)LOT7"),
        ("240ART-77", "(240)ART-77"),
        ("3103001250", "(3103)001250"),
        ("00340123450000000000", "(00)340123450000000000"),
        (f"01{GTIN}01{GTIN}", None),
    ],
)
def test_code_without_separator_that_reads_in_one_way(text, shown):
    if shown is None:
        assert str(parse_gs1(text.replace("01040", "\x1d01040"), READ_ON)) == f"(01){GTIN}"
    else:
        assert str(parse_gs1(text, READ_ON)) == shown


def test_code_with_an_article_number():
    code = parse_gs1("(240)ART-77(37)12", READ_ON)
    assert (code.article_number, code.get("37"), code.expires_on) == ("ART-77", "12", None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "gs1_form"),
        ("   ", "gs1_form"),
        ("\x1d", "gs1_form"),
        ("LOT7", "gs1_unknown"),
        ("99LOT7", "gs1_unknown"),
        ("(99)LOT7", "gs1_unknown"),
        ("(10)", "gs1_form"),
        ("(10)A(B", "gs1_form"),
        ("(10)A B", "gs1_form"),
        ("(10)" + "A" * 21, "gs1_form"),
        ("10" + "A" * 21, "gs1_form"),
        ("10LÖT", "gs1_form"),
        ("10１２", "gs1_form"),
        ("(01)0401234567890", "gs1_form"),
        ("(01)04012345678902", "gs1_check_digit"),
        ("0104012345678902", "gs1_check_digit"),
        ("17270231", "gs1_date"),
        ("(17)271301", "gs1_date"),
        ("(17)270431", "gs1_date"),
        ("1727023", "gs1_form"),
        ("(10)A(10)B", "gs1_twice"),
        ("10A\x1d10B", "gs1_twice"),
        ("(10)A" + "1" * 150, "gs1_long"),
    ],
)
def test_code_that_is_refused(text, why):
    with pytest.raises(Invalid) as refused:
        parse_gs1(text, READ_ON)
    assert refused.value.code == why


@pytest.mark.parametrize(
    ("value", "read_on", "day"),
    [
        ("270331", READ_ON, date(2027, 3, 31)),
        ("280200", READ_ON, date(2028, 2, 29)),
        ("270200", READ_ON, date(2027, 2, 28)),
        ("760101", READ_ON, date(2076, 1, 1)),
        ("770101", READ_ON, date(1977, 1, 1)),
        ("000101", READ_ON, date(2000, 1, 1)),
        ("040101", date(2060, 1, 1), date(2104, 1, 1)),
        ("100101", date(2060, 1, 1), date(2110, 1, 1)),
        ("110101", date(2060, 1, 1), date(2011, 1, 1)),
    ],
)
def test_date_of_a_two_digit_year(value, read_on, day):
    assert read_date(value, read_on) == day


@pytest.mark.parametrize("digits", [GTIN, "340123450000000000", "00012345678905"])
def test_check_digit_and_every_other_digit(digits):
    assert check_digit_fits(digits)
    for other in "0123456789":
        if other != digits[-1]:
            assert not check_digit_fits(digits[:-1] + other)


lots = st.text(alphabet="ABCXYZ0123456789-", min_size=1, max_size=20)


@given(serial=lots, lot=lots)
def test_code_with_separators_gives_back_any_serial_and_lot(serial, lot):
    code = parse_gs1(f"01{GTIN}21{serial}\x1d1727033110{lot}", READ_ON)
    assert (code.serial, code.lot, code.expires_on) == (serial, lot, date(2027, 3, 31))


@given(serial=lots, lot=lots)
def test_code_without_separators_is_never_read_wrong_in_silence(serial, lot):
    with pytest.raises(AmbiguousCode) as refused:
        parse_gs1(f"01{GTIN}21{serial}1727033110{lot}", READ_ON)
    assert refused.value.readings


@given(st.text(alphabet="0123", min_size=1, max_size=120))
def test_code_of_digits_alone_is_read_or_refused_at_once(text):
    try:
        code = parse_gs1(text, READ_ON)
    except Invalid:
        return
    assert "".join(number + value for number, value in code.elements) == text


def test_identifier_of_fixed_length():
    assert IDENTIFIERS["01"].length == 14
    assert all(identifier.length > 0 for identifier in IDENTIFIERS.values() if identifier.fixed)
