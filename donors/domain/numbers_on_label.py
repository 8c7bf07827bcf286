"""Reads the numbers on a donation's label: the donation number with its check, the European code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compliance.domain import clock
from compliance.refusals import Invalid
from compliance.states import SiteKind
from donors.models import Donation
from donors.validators.din import Din, parse_keyed_din, parse_scanned_din
from donors.validators.sec import parse_sec, parse_sec_twice, parse_sequence

if TYPE_CHECKING:
    from donors.validators.sec import SingleEuropeanCode


def read_din(din: str, check: str, *, besides: Donation | None = None) -> Din:
    """The donation number as scanned (`=...`) or typed with its check character (R409).

    Refuses a wrong or missing check character, a number of the standard's examples on a production site, and
    a number that another donation has: it is unique for a hundred years.
    """
    found = parse_scanned_din(din) if din.strip().startswith("=") else parse_keyed_din(din, check)
    if found.is_example and clock.site().kind == SiteKind.PRODUCTION:
        raise Invalid(
            f"{found.number} is one of the standard's examples and stands on no real label. Read it again.",
            "din",
            "din_example",
        )
    others = Donation.objects.filter(din=found.number)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    if others.exists():
        raise Invalid(
            f"Donation {found.number} is recorded already. Look it up instead of recording it twice.",
            "din",
            "din_known",
        )
    return found


def read_codes(din: Din, dis: str, sec: str, sec_again: str, *, sec_scanned: bool) -> tuple[str, str]:
    """The donation sequence and the European code as kept, each blank where there is none (R407, R408).

    Refuses a typed code without a second, equal entry (it has no check digit), and a sequence or code that
    names another donation number.
    """
    code: SingleEuropeanCode | None = None
    if sec.strip():
        code = parse_sec(sec) if sec_scanned else parse_sec_twice(sec, sec_again)
    sequence = parse_sequence(dis) if dis.strip() else (code.sequence if code else None)
    for found, field in ((code.sequence if code else None, "sec"), (sequence, "dis")):
        if found is not None and found.donation_number != din.number:
            raise Invalid(
                f"The code names donation {found.donation_number}, not {din.number}. Labels were mixed up or "
                "one was misread: compare them with the papers.",
                field,
                "code_mismatch",
            )
    return (str(sequence) if sequence else "", str(code) if code else "")
