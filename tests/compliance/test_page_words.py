"""Numbers and units are printed one way on pages and on paper."""

import pytest

from batches.domain.masterfile.units import UNITS
from compliance.page_words import amount_of, pretty, unit_of


@pytest.mark.parametrize(
    ("unit", "printed"),
    [
        ("1", ""),
        ("x", "×"),
        ("ug", "µg"),
        ("particles/ug", "particles/µg"),
        ("degC/min", "°C/min"),
        ("L/m2/h/bar", "L/m²/h/bar"),
        ("cm2/g", "cm²/g"),
        ("CFU/m3", "CFU/m³"),
        ("1/m3", "1/m³"),
        ("um", "µm"),
        ("CFU/100 mL", "CFU/100 mL"),
        ("mbar", "mbar"),
    ],
)
def test_unit_is_printed_as_people_write_it(unit: str, printed: str) -> None:
    assert unit_of(unit) == printed


def test_no_unit_of_a_master_prints_its_keyboard_form() -> None:
    left = [u for u in UNITS if any(sign in unit_of(u) for sign in ("degC", "ug", "uL", "um", "m2", "m3"))]
    assert left == []


@pytest.mark.req("R509")
@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("1.3E+9", "1.3 × 10⁹"),
        ("< 2.5E-3", "< 2.5 × 10⁻³"),
        ("4500 to 5500 cells/cm2", "4500 to 5500 cells/cm²"),
        ("≥ 1.0E+4 cells/cm2; alert 2 degC", "≥ 1.0 × 10⁴ cells/cm²; alert 2 °C"),
        ("permeate ÷ area = 13.2 L/m2/h", "permeate ÷ area = 13.2 L/m²/h"),
        ("lot 26E12 of um", "lot 26E12 of um"),
        ("0.63 is 0.03 above 0.60, the action limit.", "0.63 is 0.03 above 0.60, the action limit."),
    ],
)
def test_sentence_has_powers_and_units_and_no_other_change(text: str, printed: str) -> None:
    assert pretty(text) == printed


def test_amount_of_a_ratio_has_no_unit() -> None:
    assert amount_of("0.92", "1") == "0.92"
    assert amount_of("4.2E+8", "particles/ug") == "4.2 × 10⁸ particles/µg"
