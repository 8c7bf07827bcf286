"""How recorded numbers and units are printed, one way on every page and on paper.

A record keeps `1.3E+9` and `ug/mL`, as they were typed and signed; people read `1.3 × 10⁹` and µg/mL. Only what
is shown changes, and never what a person wrote in words: those are quoted as they are.
"""

import re

_WHOLE = {"1": "", "x": "×", "1/m3": "1/m³"}
_PARTS = (("degC", "°C"), ("cm2", "cm²"), ("m2", "m²"), ("m3", "m³"), ("ug", "µg"), ("uL", "µL"), ("um", "µm"))
_PART = re.compile(rf"(?<![A-Za-z0-9])({'|'.join(part for part, _ in _PARTS)})(?![A-Za-z0-9])")
_PRINTED = dict(_PARTS)
_POWER = re.compile(r"(?<=\d)E([+-]\d+)\b")  # with its sign: 26E12 is a code, no number
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
# A unit inside a sentence stands behind its number: `5000 cells/cm2`, `1 × 10⁴ cells/cm2`.
_BEHIND = re.compile(r"(?<=[0-9⁰¹²³⁴⁵⁶⁷⁸⁹] )[A-Za-z]+2?(?:/[A-Za-z]+[23]?)*(?![\w/])")


def unit_of(unit: str) -> str:
    """A unit as it is printed: `cm2` is cm², `L/m2/h` is L/m²/h, a ratio has none."""
    return _WHOLE[unit] if unit in _WHOLE else _PART.sub(lambda hit: _PRINTED[hit[1]], unit)


def pretty(text: str) -> str:
    """`1.45E+6 cells/cm2` as `1.45 × 10⁶ cells/cm²`; everything else as it is."""
    powers = _POWER.sub(lambda hit: f" × 10{str(int(hit[1])).translate(_SUPERSCRIPT)}", text)
    return _BEHIND.sub(lambda hit: _PART.sub(lambda part: _PRINTED[part[1]], hit[0]), powers)


def amount_of(number: str, unit: str) -> str:
    """A number with its unit as both are printed; a ratio has no unit."""
    return f"{pretty(number)} {unit_of(unit)}".strip()
