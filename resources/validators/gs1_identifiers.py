"""The GS1 application identifiers that stand on what a laboratory receives: form and title of each."""

import re
from dataclasses import dataclass, field

# The 82 characters a GS1 text may hold.
TEXT = r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]"


@dataclass(frozen=True, slots=True)
class Identifier:
    """An application identifier: fixed length ones need no separator, the others run to the next one."""

    code: str
    title: str
    pattern: str
    fixed: bool
    is_date: bool = False
    has_check_digit: bool = False
    regex: re.Pattern[str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "regex", re.compile(self.pattern))

    @property
    def length(self) -> int:
        """The length of a fixed value."""
        return int(self.pattern.partition("{")[2].rstrip("}"))


def _fixed(
    code: str, title: str, length: int, *, is_date: bool = False, has_check_digit: bool = False
) -> Identifier:
    return Identifier(code, title, rf"[0-9]{{{length}}}", True, is_date, has_check_digit)


def _text(code: str, title: str, longest: int) -> Identifier:
    return Identifier(code, title, rf"{TEXT}{{1,{longest}}}", False)


def _digits(code: str, title: str, longest: int) -> Identifier:
    return Identifier(code, title, rf"[0-9]{{1,{longest}}}", False)


IDENTIFIERS = {
    identifier.code: identifier
    for identifier in (
        _fixed("00", "logistic unit", 18, has_check_digit=True),
        _fixed("01", "article (GTIN)", 14, has_check_digit=True),
        _fixed("02", "content (GTIN)", 14, has_check_digit=True),
        _text("10", "lot", 20),
        _fixed("11", "production date", 6, is_date=True),
        _fixed("13", "packaging date", 6, is_date=True),
        _fixed("15", "best before", 6, is_date=True),
        _fixed("16", "sell by", 6, is_date=True),
        _fixed("17", "expiry date", 6, is_date=True),
        _fixed("20", "variant", 2),
        _text("21", "serial", 20),
        _text("22", "consumer variant", 20),
        _text("240", "additional article number", 30),
        _text("241", "customer's article number", 30),
        _text("250", "secondary serial", 30),
        _digits("30", "count", 8),
        _digits("37", "count of articles", 8),
        *(_fixed(f"310{n}", f"net weight, kg, {n} decimals", 6) for n in range(6)),
        *(_fixed(f"315{n}", f"net volume, L, {n} decimals", 6) for n in range(6)),
        _text("400", "customer's order number", 30),
        _text("710", "national number (DE)", 20),
        _text("711", "national number (FR)", 20),
    )
}
