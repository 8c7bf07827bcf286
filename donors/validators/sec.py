"""The Single European Code and its first part, the donation identification sequence (R407, R408)."""

import re
from dataclasses import dataclass
from datetime import date

from compliance.refusals import Invalid
from donors.validators.din import din_shape

DIS = r"([A-Z]{2})([A-Z0-9]{6})([A-Z0-9]{13})"
SEQUENCE = re.compile(DIS)
CODE = re.compile(rf"(?:SEC:?\s*)?{DIS}[ \n]?([ABE])([A-Z0-9]{{7}})([A-Z0-9]{{3}})([0-9]{{8}})", re.ASCII)
NO_EXPIRY = "00000000"
SYSTEMS = {"E": "EUTC", "A": "ISBT 128", "B": "Eurocode"}


@dataclass(frozen=True, slots=True)
class DonationSequence:
    """The 21 characters that name a donation: country, tissue establishment, donation number (R407)."""

    country: str
    establishment: str
    donation_number: str

    @property
    def asks_for_check_character(self) -> bool:
        """Whether the donation number is of ISBT 128, whose check character must then be typed too (R408)."""
        return din_shape(self.donation_number) is not None

    def __str__(self) -> str:
        return f"{self.country}{self.establishment}{self.donation_number}"


@dataclass(frozen=True, slots=True)
class SingleEuropeanCode:
    """The 40 characters on tissue and cells; there is no check digit: it is scanned or typed twice (R408)."""

    sequence: DonationSequence
    system: str
    product: str
    split: str
    expires_on: date | None

    def __str__(self) -> str:
        expiry = self.expires_on.strftime("%Y%m%d") if self.expires_on else NO_EXPIRY
        return f"SEC {self.sequence} {self.system}{self.product}{self.split}{expiry}"


def parse_sequence(text: str) -> DonationSequence:
    """Take the donation identification sequence of 21 characters; refuses any other form (R407)."""
    match = SEQUENCE.fullmatch(text.strip())
    if match is None:
        raise Invalid(
            "The donation sequence has 21 characters: country 2, establishment 6, donation number 13.",
            "donation_sequence",
            "dis_form",
        )
    return DonationSequence(*match.groups())


def parse_sec(text: str) -> SingleEuropeanCode:
    """Take a Single European Code as printed: after SEC or bare, together or apart by a space or line.

    Refuses another length, another coding system than E, A or B, and an expiry that is no day of the
    calendar; 00000000 means none. Two swapped characters cannot be seen: see `parse_sec_twice` (R408).
    """
    match = CODE.fullmatch(text.strip().replace("\r\n", "\n"))
    if match is None:
        raise Invalid(
            "A Single European Code has 40 characters: country 2, establishment 6, donation number 13, "
            "system E, A or B, product 7, split 3, expiry 8.",
            "sec",
            "sec_form",
        )
    country, establishment, donation, system, product, split, expiry = match.groups()
    sequence = DonationSequence(country, establishment, donation)
    return SingleEuropeanCode(sequence, system, product, split, _expiry(expiry))


def parse_sec_twice(first: str, second: str) -> SingleEuropeanCode:
    """Take a Single European Code typed by two people who did not see each other's entry.

    Refuses where the two do not name the same code, without saying which is right (R408).
    """
    codes = parse_sec(first), parse_sec(second)
    if codes[0] != codes[1]:
        raise Invalid("The two entries differ: read the label again.", "sec", "sec_entries_differ")
    return codes[0]


def _expiry(digits: str) -> date | None:
    if digits == NO_EXPIRY:
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError as error:
        raise Invalid(f"{digits} is not a day of the calendar.", "sec", "sec_expiry") from error
