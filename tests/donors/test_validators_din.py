"""The donation identification number and its check (R409)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.refusals import Invalid
from donors.validators.din import (
    ALPHABET,
    check_character,
    check_flags,
    check_value,
    din_shape,
    parse_keyed_din,
    parse_scanned_din,
)

pytestmark = pytest.mark.req("R409")

VECTORS = [
    ("G123498654321", "H", "77"),
    ("Z549917123456", "P", "85"),
    ("W000022000687", "S", "88"),
    ("A999917123456", "9", "69"),
    ("W000026000009", "*", "96"),
    ("W000026000039", "O", "84"),
    ("W000026000099", "0", "60"),
    ("W000026000024", "1", "61"),
]
dins = st.from_regex(r"[A-NP-Z1-9][A-NP-Z0-9]{2}[0-9]{10}", fullmatch=True)


@pytest.mark.parametrize(("number", "character", "flags"), VECTORS)
def test_check_of_a_published_number(number, character, flags):
    assert check_character(number) == character
    assert check_flags(number) == flags
    assert str(parse_keyed_din(number, character)) == number
    assert str(parse_scanned_din(f"={number}{flags}")) == number


def test_check_value_of_the_sum_that_leaves_nothing():
    assert check_value("W000026000024") == 1


@pytest.mark.parametrize("number", ["G123498654322", "G123498654312", "G123489654321"])
def test_keyed_number_with_the_check_of_another(number):
    with pytest.raises(Invalid) as refused:
        parse_keyed_din(number, "H")
    assert refused.value.code == "din_check_wrong"
    assert refused.value.field == "check_character"


@pytest.mark.parametrize(("number", "character"), [("G123498654312", "J"), ("G123489654321", "Y")])
def test_swapped_number_has_a_check_of_its_own(number, character):
    assert check_character(number) == character


def test_keyed_number_as_printed_in_groups():
    din = parse_keyed_din("g1234 98 654321", " h ")
    assert (din.number, din.facility, din.year, din.serial) == ("G123498654321", "G1234", "98", "654321")
    assert din.check_character == "H"


def test_keyed_number_without_check():
    with pytest.raises(Invalid) as refused:
        parse_keyed_din("G123498654321", " ")
    assert refused.value.code == "din_check_missing"


@pytest.mark.parametrize(
    "number",
    [
        "",
        "G12349865432",
        "G1234986543210",
        "O123498654321",
        "GO23498654321",
        "0123498654321",
        "G12A498654321",
        "G123498654321\n",
        "G12349865432１",
        "ſ123498654321",
        "G123498-54321",
    ],
)
def test_keyed_number_not_in_the_form(number):
    with pytest.raises(Invalid) as refused:
        parse_keyed_din(number, "H")
    assert refused.value.code == "din_form"
    assert din_shape(number) is None


@pytest.mark.parametrize("flags", ["00", "19", "59", "77"])
def test_scanned_number_with_flags_that_are_its_own_or_say_nothing(flags):
    assert parse_scanned_din(f"=G123498654321{flags}\n").number == "G123498654321"


@pytest.mark.parametrize("flags", ["60", "76", "78", "96", "99"])
def test_scanned_number_with_flags_of_another(flags):
    with pytest.raises(Invalid) as refused:
        parse_scanned_din(f"=G123498654321{flags}")
    assert refused.value.code == "din_flags_wrong"


@pytest.mark.parametrize(
    "code", ["G123498654321", "=G123498654321", "=%G12349865432177", "=O12349865432177", "&>1"]
)
def test_scanned_code_of_another_structure(code):
    with pytest.raises(Invalid) as refused:
        parse_scanned_din(code)
    assert refused.value.code == "din_structure"


@pytest.mark.parametrize(
    ("number", "example"), [("W000022000687", True), ("A999917123456", True), ("G123498654321", False)]
)
def test_number_of_the_examples_of_the_standard(number, example):
    assert parse_keyed_din(number, check_character(number)).is_example is example


@pytest.mark.parametrize("number", ["G1234-8654321", "g123498654321", "é"])
def test_check_of_a_character_outside_the_alphabet(number):
    with pytest.raises(Invalid) as refused:
        check_value(number)
    assert refused.value.code == "din_character"


@given(dins)
def test_every_single_substitution_changes_the_check(number):
    check = check_value(number)
    for place, before in enumerate(number):
        for after in ALPHABET[:36]:
            if after != before:
                assert check_value(number[:place] + after + number[place + 1 :]) != check


@given(dins)
def test_every_swap_of_neighbours_changes_the_check(number):
    check = check_value(number)
    for place in range(len(number) - 1):
        left, right = number[place], number[place + 1]
        if left != right:
            assert check_value(number[:place] + right + left + number[place + 2 :]) != check


@given(dins)
def test_check_by_the_sum_of_powers(number):
    digits = [*reversed([ALPHABET.index(character) for character in number + check_character(number)])]
    assert sum(value * 2**place for place, value in enumerate(digits)) % 37 == 1
