"""What cannot be calculated is refused with a reason: never 0, never 100 %, never a crash."""

from decimal import Decimal
from typing import Any

import pytest

from batches.domain.calculations import NotCalculable, calculate, names
from tests.batches.domain.test_calculations_published import exact

pytestmark = [pytest.mark.req("R302"), pytest.mark.case("RES-14")]

BINS = {"centres": ["75", "85", "95"], "counts": ["0", "100", "0"]}
FOUR = {"a": ".07461", "b": "1.10011", "c": "448.73894", "d": "7.98778"}
LINE = {"standards": ["0", "10"], "signals": ["0.1", "0.2"]}

REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("viability", {"viable": "0", "dead": "0"}, "zero"),
    ("viability", {"viable": "-5", "dead": "10"}, "negative"),
    ("viability_from_total", {"total": "0", "dead": "0"}, "zero"),
    ("viability_from_total", {"total": "10", "dead": "11"}, "impossible"),
    ("viability_from_viable", {"viable": "11", "total": "10"}, "impossible"),
    ("viable_concentration", {"total": "5.8e4", "dead": "1.45e6"}, "impossible"),
    ("haemocytometer_concentration", {"counts": [], "squares": "4", "dilution": "2"}, "missing"),
    ("haemocytometer_concentration", {"counts": ["-1"], "squares": "4", "dilution": "2"}, "negative"),
    ("haemocytometer_concentration", {"counts": ["1"], "squares": "0", "dilution": "2"}, "zero"),
    ("cells_left", {"concentration": "1e6", "volume": "1", "sampled": "2"}, "impossible"),
    ("attached_fraction", {"free": "3", "inoculated": "2"}, "impossible"),
    ("population_doublings", {"seeded": "1e6", "harvested": "0"}, "zero"),
    ("population_doublings", {"seeded": "0", "harvested": "1e6"}, "zero"),
    ("cumulative_pdl", {"start": "-1", "doublings": []}, "negative"),
    ("cumulative_pdl_from_counts", {"start": "1", "passages": [("0", "5")]}, "zero"),
    ("doubling_time", {"seeded": "5e5", "harvested": "5e5", "hours": "72"}, "no_growth"),
    ("doubling_time", {"seeded": "5e5", "harvested": "6e5", "hours": "0"}, "zero"),
    ("seeding_volume", {"area": "1264", "density": "5000", "concentration": "0"}, "zero"),
    ("particles_per_cell", {"concentration": "1e9", "volume": "10", "cells": "0"}, "zero"),
    ("particles_per_cell", {"concentration": "1e9", "volume": "1", "cells": "1", "blank": "2e9"},
     "impossible"),
    ("particles_per_cell_day", {"concentration": "1", "volume": "1", "cells": "1", "days": "0"}, "zero"),
    ("particles_per_microgram", {"concentration": "6.4e10", "protein": "0"}, "zero"),
    ("yield_percent", {"actual": "5", "theoretical": "0"}, "zero"),
    ("mass_balance", {"feed": "1e13", "parts": []}, "missing"),
    ("mass_balance", {"feed": "1e13", "parts": [("-1", "5")]}, "negative"),
    ("total_volume", {"volumes": []}, "missing"),
    ("vcf", {"feed": "7400", "retentate": "0"}, "zero"),
    ("residual_constant_volume", {"volumes": "6", "sieving": "1.1"}, "impossible"),
    ("residual_in_steps", {"steps": "2.5", "ratio": "1"}, "impossible"),
    ("residual_in_steps", {"steps": "-1", "ratio": "1"}, "impossible"),
    ("diavolumes_for_target", {"residual": "0", "sieving": "1"}, "zero"),
    ("diavolumes_for_target", {"residual": "1.5", "sieving": "1"}, "impossible"),
    ("shear_hollow_fibre", {"q": "100", "fibres": "0", "inner_diameter": "0.5"}, "zero"),
    ("specific_flux", {"permeate_flux": "10", "tmp": "-0.11"}, "negative"),
    ("vials_possible", {"bulk": "5", "hold_up": "3", "qc": "6", "fill_volume": "1"}, "impossible"),
    ("vials_possible", {"bulk": "50", "hold_up": "3", "qc": "6", "fill_volume": "0"}, "zero"),
    ("reconciliation", {"issued": "0", "accounted": ["0"]}, "zero"),
    ("reconciliation", {"issued": "5", "accounted": []}, "missing"),
    ("reconciliation", {"issued": "5", "accounted": ["6", "-1"]}, "negative"),
    ("defects_percent", {"defects": "2", "inspected": "1"}, "impossible"),
    ("residual_moisture", {"before": "1.0", "after": "1.1"}, "impossible"),
    ("endotoxin_limit", {"k": "5", "dose_volume": "0", "body_mass": "70"}, "zero"),
    ("maximum_valid_dilution", {"limit": "5", "sensitivity": "0"}, "zero"),
    ("dilution_buffer", {"concentration": "4e10", "volume": "1", "target": "5e10"}, "impossible"),
    ("serial_dilution", {"steps": [("0", "990")]}, "zero"),
    ("nta_dilution", {"measured": "1e9", "dilution": "0.5", "already_adjusted": False}, "impossible"),
    ("residual_after_washes", {"left": "1", "added": "2", "washes": "1.5"}, "impossible"),
    ("residual_per_wash_list", {"washes": []}, "missing"),
    ("mean", {"values": []}, "missing"),
    ("standard_deviation", {"values": ["1"]}, "missing"),
    ("coefficient_of_variation", {"values": ["0", "0"]}, "zero"),
    ("weighted_mean", {"values": ["1"], "weights": ["0"]}, "zero"),
    ("weighted_mean", {"values": ["1"], "weights": ["1", "2"]}, "missing"),
    ("difference_percent", {"first": "0", "second": "0"}, "zero"),
    ("d_value", {"centres": ["75"], "counts": ["0"], "width": "10", "percent": "50"}, "zero"),
    ("d_value", {**BINS, "width": "5", "percent": "50"}, "impossible"),
    ("d_value", {**BINS, "width": "10", "percent": "101"}, "impossible"),
    ("histogram_mean", {"centres": ["75"], "counts": ["1", "2"]}, "missing"),
    ("histogram_mean", {"centres": [], "counts": []}, "zero"),
    ("histogram_mode", {"centres": ["85", "75"], "counts": ["1", "2"]}, "impossible"),
    ("percent_in_range", {**BINS, "width": "10", "low": "200", "high": "50"}, "impossible"),
    ("fourpl_inverse", {"signal": "0.0660", **FOUR}, "outside_curve"),
    ("fourpl_inverse", {"signal": "7.98778", **FOUR}, "outside_curve"),
    ("fourpl_inverse", {"signal": "1", **FOUR, "b": "0"}, "zero"),
    ("linear_inverse", {"signal": "1", "standards": ["5", "5"], "signals": ["1", "2"]}, "impossible"),
    ("linear_inverse", {"signal": "1", "standards": ["5"], "signals": ["1", "2"]}, "missing"),
    ("linear_inverse", {"signal": "1", **LINE, "signals": ["0.1", "0.1"]}, "zero"),
    ("r_squared", {**LINE, "signals": ["0.1", "0.1"]}, "zero"),
    ("quadratic_inverse", {"signal": "5", "a2": "-1.2e-7", "a1": "8.9e-4", "a0": "0.085"}, "outside_curve"),
    ("quadratic_inverse", {"signal": "1", "a2": "0", "a1": "0.001", "a0": "0", "highest": "500"},
     "outside_standards"),
    ("copies_per_particle", {"cargo": "65", "particles": "0"}, "zero"),
    ("loading_efficiency", {"loaded": "65", "added": "0"}, "zero"),
    ("collection_days", {"hours": ["-1"]}, "negative"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "code"), REFUSALS, ids=str)
def test_calculation_refuses_what_has_no_result(name: str, given: dict[str, Any], code: str) -> None:
    flags = {key: value for key, value in given.items() if isinstance(value, bool)}
    numbers = {key: exact(value) for key, value in given.items() if key not in flags}
    with pytest.raises(NotCalculable) as refused:
        calculate(f"{name}@1", numbers | flags)
    assert refused.value.code == code
    assert refused.value.message.startswith("Not calculable: ")


def test_hold_time_refuses_an_end_before_its_start() -> None:
    times = {"start": "2026-05-04T11:45+02:00", "end": "2026-05-04T08:15+02:00"}
    with pytest.raises(NotCalculable, match="before the start"):
        calculate("hold_time@1", times)


def test_viability_of_no_viable_cells_is_zero() -> None:
    assert calculate("viability_from_viable@1", {"viable": 0, "total": 120}).value == 0
    assert (
        calculate("haemocytometer_concentration@1", {"counts": [0, 0], "squares": 2, "dilution": 2}).value
        == 0
    )


def test_result_beyond_the_digits_is_refused() -> None:
    with pytest.raises(NotCalculable) as refused:
        calculate("mean@1", {"values": [Decimal("9E+9999"), Decimal("9E+9999")]})
    assert refused.value.code == "not_a_number"


@pytest.mark.parametrize("name", names())
def test_calculation_without_its_inputs_is_refused(name: str) -> None:
    with pytest.raises(NotCalculable) as refused:
        calculate(name, {})
    assert refused.value.code == "missing"
