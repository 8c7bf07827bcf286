"""One number engine for every way in (form, file, API): text to an exact Decimal, rounding once, printing.

Never a float: 98.0 stays 98.0, 0.1 taken a hundred times from 10 leaves 0, and 4.45 against 4.4 is judged
as 4.5 (R509). Values carry up to 34 digits.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Literal

Qualifier = Literal["", "<", ">"]

DIGITS = 34
CONTEXT = Context(
    prec=DIGITS,
    rounding=ROUND_HALF_UP,
    traps=[InvalidOperation, DivisionByZero, Overflow],
    Emin=-9999,
    Emax=9999,
)
# Rounding may pad zeros beyond 34 digits (1E+30 at ten decimals): no loss, so it has room of its own.
_ROUNDING = Context(prec=10_100, rounding=ROUND_HALF_UP, traps=[InvalidOperation], Emin=-9999, Emax=9999)

_LONGEST = 100
_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_TYPED = re.compile(rf"([<>]?)\s*({_NUMBER})")
_UNIT = re.compile(rf"([<>]?\s*{_NUMBER})\s*(?![eE][+-]?$)((?:[^\W\d_]|[%°]|/\s*[^\W\d]).*)")
_LONG_EXPONENT = re.compile(r"[<>]?\s*[+-]?[0-9.]+[eE][+-]?[0-9]{4,}")
_NOT_FINITE = re.compile(r"[<>]?\s*[+-]?s?(?:nan|inf|infinity)[0-9]*", re.IGNORECASE)
_GROUPED = re.compile(r"[<>]?\s*[+-]?[0-9]{1,3}(?:[\s,'’_][0-9]{3})+(?:\.[0-9]+)?")
_COMMA = re.compile(r"[<>]?\s*[+-]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]+)?")
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class NumberRefused(ValueError):
    """A text that is no number. `message` says to a person what to write instead; `code` is for programs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Number:
    """A number as a person or an instrument wrote it: the text, its value, and how exactly it was given."""

    typed: str
    qualifier: Qualifier
    value: Decimal
    decimals: int
    significant: int

    @property
    def text(self) -> str:
        """The number as pages print it: `98.0`, `1.2E+11`, `< 0.05`."""
        return display(self.value, self.qualifier)


def parse_number(text: str) -> Number:
    """Read a recorded value exactly as written, with its qualifier (R203, R509).

    Refuses when the text is blank (never zero), has a decimal comma, thousands separators, a unit, words,
    digits other than 0 to 9, or more than 34 digits.
    """
    bare = text.strip()
    match = _TYPED.fullmatch(bare) if len(bare) <= _LONGEST else None
    if match is None:
        raise _refusal(bare)
    value = _without_sign_of_zero(Decimal(match[2]))
    if _written_digits(value) > DIGITS:
        raise _too_long(bare)
    qualifier: Qualifier = "<" if match[1] == "<" else ">" if match[1] == ">" else ""
    return Number(text, qualifier, value, decimals_of(value), significant_of(value))


def decimals_of(value: Decimal) -> int:
    """How many decimals the number was written with: 98.0 has 1, 1.2E+11 has 0."""
    return max(0, -_exponent(value))


def significant_of(value: Decimal) -> int:
    """How many significant digits the number was written with: 4.0E+7 has 2, 0.050 has 2, 98 has 2."""
    return len(value.as_tuple().digits)


def round_half_up(value: Decimal, *, decimals: int | None = None, significant: int | None = None) -> Decimal:
    """Round once, half away from zero, to decimals or to significant digits (USP GN 7.20, R509).

    9.96 at two significant digits is 10, not 10.0; -0.004 at two decimals is 0.00, never -0.00.
    Refuses a float, and anything but exactly one of the two ways.
    """
    _require_finite(value)
    if (decimals is None) == (significant is None):
        raise ValueError("Round to decimals or to significant digits, one of the two.")
    if decimals is not None:
        return _quantized(value, -_at_least(0, decimals))
    places = _at_least(1, significant or 0)
    if value == 0:
        return Decimal(0)
    exponent = value.adjusted() - places + 1
    rounded = _quantized(value, exponent)
    # A carry (9.96 to 10.0) makes one digit too many; the last one is a zero, so this drops nothing.
    return _quantized(rounded, exponent + 1) if rounded.adjusted() > value.adjusted() else rounded


def display(
    value: Decimal,
    qualifier: str = "",
    *,
    decimals: int | None = None,
    significant: int | None = None,
    superscript: bool = False,
) -> str:
    """Print a number for page and PDF without ever rounding it: round first, with `round_half_up`.

    `decimals` and `significant` say how many digits at least to show (zeros are added, digits never dropped).
    Large and small numbers print as `1.2E+11`, or as `1.2 × 10¹¹` with `superscript`; never -0.00.
    """
    _require_finite(value)
    value = _without_sign_of_zero(value)
    if decimals is not None:
        text = format(_quantized(value, -decimals) if decimals_of(value) < decimals else value, "f")
    elif _is_scientific(value, significant):
        text = _scientific(value, significant or 0, superscript=superscript)
    else:
        text = format(_padded(value, significant or 0), "f")
    return f"{qualifier} {text}".strip()


def canonical(value: Decimal) -> str:
    """The one text a value is stored, signed and exported as: no exponent, zeros as written, -0 as 0."""
    _require_finite(value)
    return format(_without_sign_of_zero(value), "f")


def _require_finite(value: Decimal) -> None:
    if not isinstance(value, Decimal):
        raise TypeError(f"An exact number is a Decimal, not {type(value).__name__}.")
    if not value.is_finite():
        raise NumberRefused("not_finite", "This is not a finite number.")


def _at_least(least: int, digits: int) -> int:
    if digits < least:
        raise ValueError(f"Cannot round to {digits} digits.")
    return digits


def _exponent(value: Decimal) -> int:
    _require_finite(value)
    return int(value.as_tuple().exponent)


def _quantized(value: Decimal, exponent: int) -> Decimal:
    rounded = value.quantize(Decimal(1).scaleb(exponent), rounding=ROUND_HALF_UP, context=_ROUNDING)
    return _without_sign_of_zero(rounded)


def _without_sign_of_zero(value: Decimal) -> Decimal:
    return value.copy_abs() if value == 0 else value


def _written_digits(value: Decimal) -> int:
    """Digits of the number written out without an exponent: 1.2E+11 has 12, 0.005 has 4."""
    return max(value.adjusted() + 1, 1) + decimals_of(value) if value else 1 + decimals_of(value)


def _is_scientific(value: Decimal, significant: int | None) -> bool:
    if value == 0:
        return False
    if _exponent(value) > 0 or value.adjusted() < -5 or (_exponent(value) == 0 and value.adjusted() >= 6):
        return True
    # 58000 known to two digits must not look as if it were known to five.
    return significant is not None and len(_digits(value).rstrip("0")) <= significant <= value.adjusted()


def _digits(value: Decimal) -> str:
    return "".join(map(str, value.as_tuple().digits))


def _padded(value: Decimal, significant: int) -> Decimal:
    missing = significant - significant_of(value)
    return _quantized(value, _exponent(value) - missing) if missing > 0 and value else value


def _scientific(value: Decimal, significant: int, *, superscript: bool) -> str:
    digits = _digits(value)
    if _exponent(value) == 0 or significant:  # zeros at the end of a whole number are places, not digits
        digits = digits.rstrip("0").ljust(significant, "0")
    mantissa = ("-" if value < 0 else "") + digits[0] + ("." + digits[1:] if digits[1:] else "")
    if superscript:
        return f"{mantissa} × 10{str(value.adjusted()).translate(_SUPERSCRIPT)}"
    return f"{mantissa}E{value.adjusted():+d}"


def _too_long(text: str) -> NumberRefused:
    return NumberRefused("too_many_digits", f"{_short(text)} has more than {DIGITS} digits.")


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _refusal(text: str) -> NumberRefused:
    """Say why a text is no number, and what to write instead."""
    for code, applies, message in _REASONS:
        if applies(text):
            return NumberRefused(code, message(text))
    return NumberRefused("malformed", f"“{_short(text)}” is not a number. Write it like 1.5, 1.2E+11 or < 0.05.")


def _foreign_digit(text: str) -> bool:
    return any(character.isdigit() and not character.isascii() for character in text)


def _without_separators(text: str) -> str:
    plain = re.sub(r"[\s,'’_]", "", text)
    return plain if text.count(",") != 1 else f"{plain} or {text.replace(',', '.')}"


def _unit_message(text: str) -> str:
    return _UNIT.sub(lambda match: f"Write {match[1]} only, without “{_short(match[2])}”: ", text) + (
        "the unit stands beside the box."
    )


_REASONS: tuple[tuple[str, Callable[[str], bool], Callable[[str], str]], ...] = (
    ("blank", lambda text: text == "", lambda _: "Write a number: an empty box is not zero."),
    (
        "too_many_digits",
        lambda text: len(text) > _LONGEST or bool(_LONG_EXPONENT.fullmatch(text)),
        lambda text: _too_long(text).message,
    ),
    ("notation", lambda text: "×" in text, lambda _: "Write 1.2E+11, not 1.2 × 10¹¹."),
    ("foreign_digits", _foreign_digit, lambda _: "Write plain digits, 0 to 9."),
    ("not_finite", lambda text: bool(_NOT_FINITE.fullmatch(text)), lambda _: "This is not a finite number."),
    (
        "thousands",
        lambda text: bool(_GROUPED.fullmatch(text)),
        lambda text: f"Write {_without_separators(text)}, without thousands separators.",
    ),
    (
        "comma",
        lambda text: bool(_COMMA.fullmatch(text)),
        lambda text: f"Write {text.replace(',', '.')}, not {text}.",
    ),
    (
        "qualifier",
        lambda text: text[0] in "≤≥~≈=±" or text[:2] in {"<=", ">=", "=<", "=>", "<<", ">>"},
        lambda _: "Only < or > may stand before a number.",
    ),
    ("unit", lambda text: bool(_UNIT.fullmatch(text)), _unit_message),
    (
        "words",
        lambda text: not any(character.isdigit() for character in text),
        lambda text: f"“{_short(text)}” is not a number. If there is no value, say so in a comment.",
    ),
)
