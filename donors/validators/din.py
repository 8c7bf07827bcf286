"""The donation identification number of ISBT 128 and its check by ISO 7064 mod 37-2 (R409)."""

import re
from dataclasses import dataclass

from compliance.refusals import Invalid

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
SHAPE = re.compile(r"([A-NP-Z1-9][A-NP-Z0-9]{2}[0-9]{2})([0-9]{2})([0-9]{6})")
# Flags 60 to 96 carry the check value (type 3); lower ones say nothing about the number.
FIRST_CHECK_FLAG = 60
# The facility numbers that the standard's own examples use: never those of a real facility.
EXAMPLE_FACILITIES = frozenset({"W0000", "A9999"})


@dataclass(frozen=True, slots=True)
class Din:
    """A donation identification number: 13 characters, unique for 100 years, without flags and K."""

    number: str
    facility: str
    year: str
    serial: str

    @property
    def check_character(self) -> str:
        """The character K to show in a box beside the number; it may be a letter O, a digit 0 or `*`."""
        return check_character(self.number)

    @property
    def is_example(self) -> bool:
        """Whether the facility is one of the examples; such a number may stand in a demo only."""
        return self.facility in EXAMPLE_FACILITIES

    def __str__(self) -> str:
        return self.number


def check_value(number: str) -> int:
    """The ISO 7064 mod 37-2 check value of a text over 0-9, A-Z and `*`.

    Refuses any other character (R409).
    """
    product = 0
    for character in number:
        value = ALPHABET.find(character)
        if value < 0:
            raise Invalid(f"{character!r} cannot stand in a donation number.", "din", "din_character")
        product = (product + value) * 2 % 37
    return (38 - product) % 37


def check_character(number: str) -> str:
    """The check character K of a donation number (R409)."""
    return ALPHABET[check_value(number)]


def check_flags(number: str) -> str:
    """The two flag digits of type 3 that carry the check value: 60 to 96 (R409)."""
    return str(FIRST_CHECK_FLAG + check_value(number))


def din_shape(text: str) -> Din | None:
    """The donation number of exactly these 13 characters; none where they are not in its form."""
    match = SHAPE.fullmatch(text)
    return Din(text, *match.groups()) if match else None


def parse_keyed_din(text: str, check: str) -> Din:
    """Take a donation number typed at a keyboard with its check character K beside it.

    Spaces between the groups and small letters are accepted. Refuses a number that is not in the form, a
    missing K, and a K of another number: one wrong or two swapped characters never pass (R409).
    """
    number = _tidy(text)
    din = din_shape(number)
    if din is None:
        raise Invalid(
            f"{text!r} is not a donation number: facility 5 characters, year 2, serial 6.",
            "din",
            "din_form",
        )
    typed = _tidy(check)
    if not typed:
        raise Invalid("Type the check character in the box too.", "check_character", "din_check_missing")
    if typed != din.check_character:
        raise Invalid(
            f"The check character {check} does not belong to {din.number}: read both again.",
            "check_character",
            "din_check_wrong",
        )
    return din


def parse_scanned_din(text: str) -> Din:
    """Take a donation number as a scanner gives it: `=`, 13 characters, 2 flags.

    Refuses another structure, and flags of type 3 that do not belong to the number (R409).
    """
    match = re.fullmatch(r"=(.{13})([0-9]{2})", text.strip(), flags=re.ASCII)
    din = din_shape(match[1]) if match else None
    if match is None or din is None:
        raise Invalid("This code is not an ISBT 128 donation number.", "din", "din_structure")
    if int(match[2]) >= FIRST_CHECK_FLAG and match[2] != check_flags(din.number):
        raise Invalid(f"The flags of {din.number} do not fit it: scan again.", "din", "din_flags_wrong")
    return din


def _tidy(text: str) -> str:
    """Without spaces and in capitals; only ASCII is raised, so that no foreign letter turns into another."""
    tidy = text.replace(" ", "")
    return tidy.upper() if tidy.isascii() else tidy
