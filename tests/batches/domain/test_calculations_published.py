"""Worked examples beside the vectors: what instruments, papers and the pharmacopoeia print."""

from decimal import Decimal
from typing import Any

import pytest

from batches.domain.calculations import calculate
from compliance.numbers import decimals_of, round_half_up

LOWRY = {
    "standards": ["0", "10", "25", "50", "100", "200"] * 2,
    "signals": [
        *["0.044", "0.069", "0.114", "0.225", "0.36", "0.632"],
        *["0.046", "0.072", "0.118", "0.198", "0.364", "0.635"],
    ],
}
BCA = {"a2": "-1.2e-7", "a1": "8.9e-4", "a0": "0.085"}
GAP = {"centres": ["60", "80", "100", "120", "140", "160"], "counts": ["10", "0", "40", "0", "40", "10"]}
FOUR = {"a": ".07461", "b": "1.10011", "c": "448.73894", "d": "7.98778"}
VIDEOS = {"values": ["7.1e8", "6.8e8", "7.4e8"]}

EXAMPLES: list[tuple[str, dict[str, Any], str]] = [
    ("haemocytometer_concentration", {"counts": ["900"], "squares": "9", "dilution": "2.5"}, "2500000"),
    ("viable_total", {"concentration": "2.4975e6", "volume": "0.95"}, "2372625"),
    ("viability_from_total", {"total": "1.12e6", "dead": "1.90e5"}, "83.036"),
    ("attached_fraction", {"free": "7.92e6", "inoculated": "3.96e7"}, "80"),
    ("image_count_concentration", {"cells": "4133", "images": "50", "probe_volume": "45.392e-6",
                                   "dilution": "20", "internal_dilution": "2.4"}, "87409235"),
    ("population_doublings", {"seeded": "6.0E6", "harvested": "4.8E7"}, "3.000"),
    ("population_doublings", {"seeded": "7.5E5", "harvested": "9.1E6"}, "3.601"),
    ("doubling_time", {"seeded": "0.246e6", "harvested": "0.542e6", "hours": "23.8833"}, "20.957"),
    ("cumulative_pdl", {"start": "8.4", "doublings": []}, "8.4"),
    ("cumulative_pdl_from_counts", {"start": "8.4", "passages": []}, "8.4"),
    ("seeding_volume", {"area": "175", "density": "4000", "concentration": "4.24e6"}, "0.165094"),
    ("microcarrier_area", {"carrier_concentration": "20", "volume": "100", "area_per_gram": "360"}, "720"),
    ("harvest_density", {"cells": "6.6e6", "area": "175"}, "37714.29"),
    ("fold_expansion", {"seeded": "7e5", "harvested": "6.6e6"}, "9.428571"),
    ("particles_per_cell", {"concentration": "2.1e9", "volume": "1500", "cells": "4e8", "blank": "1.6e8"},
     "7275"),
    ("particles_per_cell_day", {"concentration": "1.36e9", "volume": "3000", "cells": "6e8", "days": "1.5"},
     "4533.333"),
    ("vcf", {"feed": "2400", "retentate": "180"}, "13.333333"),
    ("concentration_yield", {"retentate": "2.9e10", "feed": "2.1e9", "factor": "13.3333333333"}, "1.035714"),
    ("diavolumes", {"buffer": "1260", "retentate": "180"}, "7"),
    ("residual_in_steps", {"steps": "2", "ratio": "4"}, "0.04"),
    ("residual_per_wash_list", {"washes": [("1000", "1000"), ("500", "1500")]}, "0.125"),
    ("diavolumes_for_target", {"residual": "0.03", "sieving": "1"}, "3.506558"),
    ("shear_hollow_fibre", {"q": "500", "fibres": "30", "inner_diameter": "1.0"}, "2829.421"),
    ("transmembrane_pressure", {"pf": "8", "pr": "4", "pp": "0.5"}, "5.5"),
    ("psi_to_bar", {"pressure": "5.5"}, "0.379212"),
    ("transmembrane_pressure", {"pf": "0.30", "pr": "0.28", "pp": "0.40"}, "-0.11"),
    ("flux", {"permeate": "90", "area": "0.002", "minutes": "30"}, "90"),
    ("specific_flux", {"permeate_flux": "90", "tmp": "0.5"}, "180"),
    ("membrane_load", {"feed": "250", "area": "0.002"}, "125"),
    ("nwp_recovery", {"after": "60", "before": "150"}, "40"),
    ("recovery", {"concentration_in": "2.1e9", "volume_in": "2400", "concentration_out": "3.4e10",
                  "volume_out": "180"}, "121.428571"),
    ("mass_balance", {"feed": "5.04e12", "parts": [("2.4e10", "180"), ("3e8", "2220"), ("1.1e9", "100")]},
     "101.111111"),
    ("fill_volume_for_dose", {"dose": "4e11", "concentration": "3.3e11"}, "1.212121"),
    ("dose_per_vial", {"concentration": "3.3e11", "fill_volume": "1.25"}, "412500000000"),
    ("vials_possible", {"bulk": "60", "hold_up": "0", "qc": "0", "fill_volume": "1.2"}, "50"),
    ("reconciliation", {"issued": "50", "accounted": ["51"]}, "102"),
    ("reconciliation", {"issued": "120", "accounted": ["112", "4", "3"]}, "99.2"),
    ("reconciliation_difference", {"issued": "120", "accounted": ["112", "4", "3"]}, "1"),
    ("yield_percent", {"actual": "8.37", "theoretical": "9.00"}, "93.0"),
    ("endotoxin_limit", {"k": "5", "dose_volume": "10", "body_mass": "10"}, "5"),
    ("endotoxin_limit", {"k": "5", "dose_volume": "10", "body_mass": "70", "hours": "0.5"}, "35"),
    ("maximum_valid_dilution", {"limit": "14", "concentration": "1", "sensitivity": "0.125"}, "112"),
    ("endotoxin_per_kg", {"endotoxin": "0.5", "dose_volume": "3", "body_mass": "3.5"}, "0.428571"),
    ("residual_per_dose", {"residual": "50", "dose_volume": "0.2"}, "10"),
    ("linear_inverse", {"signal": "0.044", **LOWRY}, "-1.688"),
    ("r_squared", LOWRY, "0.996546"),
    ("quadratic_inverse", {"signal": "1.2", **BCA}, "1596.445684"),
    ("quadratic_inverse", {"signal": "1.2", "highest": "2000", **BCA}, "1596.445684"),
    ("quadratic_inverse", {"signal": "0.5", "a2": "0", "a1": "-0.1", "a0": "1.5"}, "10"),
    ("fourpl_inverse", {"signal": "2.4024", **FOUR}, "202.52"),
    ("mean", VIDEOS, "710000000"),
    ("standard_deviation", VIDEOS, "30000000"),
    ("coefficient_of_variation", VIDEOS, "4.225"),
    ("weighted_mean", {**VIDEOS, "weights": ["820", "790", "865"]}, "710909091"),
    ("difference_percent", {"first": "95", "second": "105"}, "10"),
    ("d_value", {**GAP, "width": "20", "percent": "10"}, "70"),
    ("d_value", {**GAP, "width": "20", "percent": "50"}, "110"),
    ("d_value", {**GAP, "width": "20", "percent": "90"}, "150"),
    ("histogram_mean", GAP, "118"),
    ("histogram_mode", GAP, "100"),
    ("histogram_span", {**GAP, "width": "20"}, "0.727273"),
    ("percent_in_range", {**GAP, "width": "20", "low": "50", "high": "200"}, "100"),
    ("loading_efficiency", {"loaded": "7", "added": "280"}, "2.5"),
    ("cargo_balance", {"loaded": "7", "recovered": "198", "added": "280"}, "73.214"),
    ("copies_per_particle", {"cargo": "500", "particles": "1e12"}, "301.107"),
    ("residual_moisture", {"before": "1.2", "after": "1.182"}, "1.5"),
]  # fmt: skip


def exact(given: Any) -> Any:
    """Texts as exact numbers, inside lists and pairs too."""
    return Decimal(given) if isinstance(given, str) else type(given)(exact(item) for item in given)


@pytest.mark.req("R302")
@pytest.mark.parametrize(
    ("name", "given", "printed"), EXAMPLES, ids=lambda part: part if isinstance(part, str) else ""
)
def test_calculation_gives_the_printed_number(name: str, given: dict[str, Any], printed: str) -> None:
    value = calculate(f"{name}@1", {key: exact(item) for key, item in given.items()}).value
    expected = Decimal(printed)
    assert round_half_up(value, decimals=decimals_of(expected)) == expected


@pytest.mark.case("TIME-01")
@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-28T22:00+01:00", "2026-03-29T06:00+02:00", "7"),
        ("2026-10-24T22:00+02:00", "2026-10-25T06:00+01:00", "9"),
        ("2026-10-25T01:30+02:00", "2026-10-25T02:45+01:00", "2.25"),
        ("2026-05-04T08:15+02:00", "2026-05-04T11:45+02:00", "3.5"),
    ],
)
def test_hold_time_counts_true_hours_when_the_clock_changes(start: str, end: str, hours: str) -> None:
    assert calculate("hold_time@1", {"start": start, "end": end}).value == Decimal(hours)
    assert calculate("elapsed_minutes@1", {"start": start, "end": end}).value == 60 * Decimal(hours)
