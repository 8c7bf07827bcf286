"""A result with its worked formula: the words of the formula, then the numbers in their places.

GMP: a reviewer must be able to follow each computed number by hand. Also the refusals that are shared.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from compliance.numbers import DIGITS, display, round_half_up, significant_of

_SHOWN = 8
_LISTED = 12

Shown = Decimal | str | Sequence[Decimal]


class NotCalculable(ValueError):
    """There is no result: a divisor is zero or missing, or an input is impossible. Never 0, never 100 %."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Worked:
    """A value and how it came about: the formula in words and the numbers for its words."""

    value: Decimal
    words: str
    numbers: dict[str, Shown] = field(default_factory=dict)

    def formula(self, unit: str) -> str:
        """`viable ÷ total × 100 = 182 ÷ 200 × 100 = 91 %`; ≈ where the result is shown shortened."""
        with_numbers = re.sub(r"(?:Σ )?\b([a-z]\w*)\b", self._number_for, self.words)
        words = re.sub(r"\b[a-z]\w*\b", lambda match: match[0].replace("_", " "), self.words)
        sign = "=" if significant_of(self.value) <= _SHOWN else "≈"
        result = f"{shown(self.value)} {unit}".strip()
        steps = [words, with_numbers] if with_numbers != words else [words]
        return f"{' = '.join(steps)} {sign} {result}"

    def _number_for(self, match: re.Match[str]) -> str:
        if match[1] not in self.numbers:
            return match[0]
        number = self.numbers[match[1]]
        if isinstance(number, str):
            return number
        if not isinstance(number, Decimal):
            return f"({listed(number)})" if len(number) > 1 else listed(number)
        text = shown(number, bracket=True)
        divides = match.string[: match.start()].endswith("÷ ")
        return f"({text})" if divides and "×" in text else text


def worked(words: str, value: Decimal, **numbers: Shown) -> Worked:
    """Pair a result with its formula; each word that names a number is shown as that number too."""
    return Worked(plain(value), words, numbers)


def shown(value: Decimal, *, bracket: bool = False) -> str:
    """A number in a formula: as given, or eight significant digits of a longer one."""
    short = significant_of(value) <= _SHOWN
    text = display(value if short else plain(round_half_up(value, significant=_SHOWN)), superscript=True)
    return f"({text})" if bracket and value < 0 else text


def listed(values: Sequence[Decimal], sign: str = " + ") -> str:
    """Numbers in a row; of a long row the first and the last with the count."""
    if not values:
        return "0"
    if len(values) <= _LISTED:
        return sign.join(shown(value, bracket=True) for value in values)
    return f"{shown(values[0])}{sign}…{sign}{shown(values[-1])}, {len(values)} values"


def products(pairs: Sequence[tuple[Decimal, Decimal]], sign: str = "×") -> str:
    """Pairs multiplied (or divided) and added, in a row."""
    terms = [f"{shown(first)} {sign} {shown(second)}" for first, second in pairs]
    return " + ".join(terms) if len(terms) <= _LISTED else f"{terms[0]} + … + {terms[-1]}, {len(terms)} terms"


def require_positive(**numbers: Decimal) -> None:
    """Refuse a divisor or an amount that is zero or less, naming it."""
    for name, value in numbers.items():
        if value <= 0:
            code = "zero" if value == 0 else "negative"
            raise NotCalculable(code, f"Not calculable: {name.replace('_', ' ')} must be more than 0.")


def require_not_negative(**numbers: Decimal) -> None:
    """Refuse an amount below zero, naming it."""
    for name, value in numbers.items():
        if value < 0:
            raise NotCalculable("negative", f"Not calculable: {name.replace('_', ' ')} cannot be below 0.")


def require_some(**lists: Sequence[object]) -> None:
    """Refuse an empty list, naming it."""
    for name, values in lists.items():
        if not values:
            raise NotCalculable("missing", f"Not calculable: there are no {name.replace('_', ' ')}.")


def require_at_most(part: Decimal, whole: Decimal, message: str) -> None:
    """Refuse a part that is larger than its whole, which no bench can measure."""
    if part > whole:
        raise NotCalculable("impossible", f"Not calculable: {message}.")


def plain(value: Decimal) -> Decimal:
    """The zeros at the end of a computed number say nothing, so they go; 4.1760E+7 becomes 41760000."""
    if value == 0:
        return Decimal(0)
    short = value.normalize()
    exponent = int(short.as_tuple().exponent)
    return short.quantize(Decimal(1)) if exponent > 0 and short.adjusted() < DIGITS else short
