"""The Single European Code and the donation sequence (R407, R408)."""

from datetime import date

import pytest

from compliance.refusals import Invalid
from donors.validators.sec import SYSTEMS, parse_sec, parse_sec_twice, parse_sequence

PRINTED = "SEC PL001499Z549917123456 A00T041600320171231"


@pytest.mark.req("R408")
@pytest.mark.parametrize(
    "text",
    [
        PRINTED,
        "SEC: PL001499Z549917123456 A00T041600320171231",
        "PL001499Z549917123456A00T041600320171231",
        "SEC PL001499Z549917123456\nA00T041600320171231",
        "SEC\nPL001499Z549917123456\r\nA00T041600320171231\r\n",
    ],
)
def test_code_as_printed(text):
    code = parse_sec(text)
    assert (code.sequence.country, code.sequence.establishment) == ("PL", "001499")
    assert code.sequence.donation_number == "Z549917123456"
    assert (code.system, code.product, code.split) == ("A", "00T0416", "003")
    assert code.expires_on == date(2017, 12, 31)
    assert SYSTEMS[code.system] == "ISBT 128"
    assert str(code) == PRINTED


@pytest.mark.req("R408")
def test_code_without_expiry():
    code = parse_sec("SEC DE000123W000026000001 E000005900100000000")
    assert code.expires_on is None
    assert str(code) == "SEC DE000123W000026000001 E000005900100000000"


@pytest.mark.req("R408")
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("SEC PL001499Z549917123456 C00T041600320171231", "sec_form"),
        ("SEC PL001499Z549917123456 A00T041600320170230", "sec_expiry"),
        ("SEC PL001499Z549917123456 A00T041600320171301", "sec_expiry"),
        ("SEC PL001499Z549917123456 A00T041600300001231", "sec_expiry"),
        ("PL001499Z549917123456A00T04160032017123", "sec_form"),
        ("PL001499Z549917123456A00T0416003201712310", "sec_form"),
        ("SEC PL001499Z549917123456  A00T041600320171231", "sec_form"),
        ("SEC pl001499Z549917123456 A00T041600320171231", "sec_form"),
        ("SEC PL001499Z54991712345６ A00T041600320171231", "sec_form"),
        ("", "sec_form"),
    ],
)
def test_code_that_is_none(text, why):
    with pytest.raises(Invalid) as refused:
        parse_sec(text)
    assert refused.value.code == why


@pytest.mark.req("R408")
def test_swapped_characters_pass_alone_but_not_typed_twice():
    swapped = PRINTED.replace("123456", "123465")
    assert parse_sec(swapped).sequence.donation_number == "Z549917123465"
    with pytest.raises(Invalid) as refused:
        parse_sec_twice(PRINTED, swapped)
    assert refused.value.code == "sec_entries_differ"
    assert "123456" not in refused.value.text


@pytest.mark.req("R408")
def test_code_typed_twice_in_two_layouts():
    assert parse_sec_twice(PRINTED, PRINTED.replace("SEC ", "").replace(" ", "")) == parse_sec(PRINTED)


@pytest.mark.req("R407")
def test_sequence_of_21_characters():
    sequence = parse_sequence(" PL001499Z549917123456 ")
    assert (sequence.country, sequence.establishment, sequence.donation_number) == (
        "PL",
        "001499",
        "Z549917123456",
    )
    assert str(sequence) == "PL001499Z549917123456"
    assert sequence == parse_sec(PRINTED).sequence


@pytest.mark.req("R407")
@pytest.mark.parametrize(
    "text", ["", "PL001499Z54991712345", "PL001499Z5499171234567", "P1001499Z549917123456", PRINTED]
)
def test_sequence_that_is_none(text):
    with pytest.raises(Invalid) as refused:
        parse_sequence(text)
    assert refused.value.code == "dis_form"


@pytest.mark.req("R408")
@pytest.mark.parametrize(
    ("donation", "asks"), [("Z549917123456", True), ("000000DONOR01", False), ("O549917123456", False)]
)
def test_sequence_asks_for_the_check_character_of_isbt_128_only(donation, asks):
    assert parse_sequence(f"PL001499{donation}").asks_for_check_character is asks
