"""Limits in words, as they stand beside a box, in a table, on a certificate (RES-04: with the operator)."""

from decimal import Decimal

from batches.validators.limits import Bound, LimitPair, RelativeBound
from compliance.numbers import display, parse_number, round_half_up, significant_of

_SHOWN_OF_A_SHARE = 6


def with_unit(text: str, unit: str) -> str:
    """A value with its unit; a plain count has the unit 1, which nobody says: `5`, not `5 1`."""
    return text if unit in {"", "1"} else f"{text} {unit}"


def in_words(pair: LimitPair | None, unit: str = "", *, superscript: bool = False) -> str:
    """Say a limit in words: `≥ 85 %`, `< 0.25 EU/mL`, `4500 to 5500 cells/cm2`; empty without a limit.

    A share shows the number it was resolved to (six digits, judged exactly) and where it came from.
    """
    if pair is None or not pair.bounds:
        return ""
    source = _source(pair)
    if any(isinstance(bound, RelativeBound) for bound in pair.bounds):
        return _range(pair, superscript)
    said = with_unit(_range(pair, superscript), unit)
    return f"{said} {source}" if source else said


def bound_words(bound: Bound | RelativeBound, *, superscript: bool = False) -> str:
    """One bound without its operator: the number as the master wrote it, `1.0E+11` or `1.0 × 10¹¹`."""
    if isinstance(bound, RelativeBound):
        return f"{format(bound.percent, 'f')} % of {bound.of}"
    if bound.source:
        share = Decimal(bound.text)
        if significant_of(share.normalize()) > _SHOWN_OF_A_SHARE:
            share = round_half_up(share, significant=_SHOWN_OF_A_SHARE)
        return display(share, superscript=superscript)
    number = parse_number(bound.text)
    if "e" in bound.text.lower():
        return display(number.value, significant=number.significant, superscript=superscript)
    return bound.text


def _range(pair: LimitPair, superscript: bool) -> str:
    low, high = pair.low, pair.high
    if low is not None and high is not None and low.inclusive and high.inclusive:
        return f"{bound_words(low, superscript=superscript)} to {bound_words(high, superscript=superscript)}"
    parts = []
    if low is not None:
        parts.append(f"{'≥' if low.inclusive else '>'} {bound_words(low, superscript=superscript)}")
    if high is not None:
        parts.append(f"{'≤' if high.inclusive else '<'} {bound_words(high, superscript=superscript)}")
    return " and ".join(parts)


def _source(pair: LimitPair) -> str:
    """Where shares come from: `(98 % to 102 % of buffer computed)`."""
    sources = [bound.source for bound in pair.bounds if isinstance(bound, Bound) and bound.source]
    if not sources:
        return ""
    shares = [source.partition(" of ") for source in sources]
    bases = {base for _, _, base in shares}
    if len(bases) == 1:
        said = f"{' to '.join(share for share, _, _ in shares)} of {bases.pop()}"
    else:
        said = " to ".join(sources)
    return f"({said.replace('_', ' ')})"
