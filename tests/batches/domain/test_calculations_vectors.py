"""Every row of the project's own vectors, by the name a master calls it."""

import csv
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from batches.domain.calculations import NotCalculable, calculate, names

VECTORS = Path(__file__).parents[2] / "data" / "calc_vectors.csv"

Inputs = Mapping[str, Any]
Mapped = tuple[str, Callable[[Inputs], Any]]


def _renamed(name: str, **arguments: str) -> Mapped:
    """Registered name and its arguments by the vector's keys."""

    def build(given: Inputs) -> dict[str, Any]:
        return {ours: given[theirs] for ours, theirs in arguments.items() if theirs in given}

    return f"{name}@1", build


def _built(name: str, build: Callable[[Inputs], Any]) -> Mapped:
    return f"{name}@1", build


BINS = {"centres": "centres", "counts": "counts", "width": "width"}
IMAGES = {"images": "images", "probe_volume": "probe_volume_mL", "dilution": "dilution",
          "internal_dilution": "internal_dilution"}  # fmt: skip
PER_CELL = {"concentration": "conc", "volume": "volume_mL", "cells": "viable_cells"}
CURVE = {"a": "a", "b": "b", "c": "c", "d": "d"}

BY_VECTOR = {
    "hemo_viable_conc": _renamed(
        "haemocytometer_concentration", counts="viable", squares="squares", dilution="df"
    ),
    "viable_total": _renamed("viable_total", concentration="conc", volume="volume_mL"),
    "vicell_xr_total_conc": _renamed("image_count_concentration", cells="total_cells", **IMAGES),
    "vicell_xr_viable_conc": _renamed("image_count_concentration", cells="viable_cells", **IMAGES),
    "viability_pct": _renamed("viability", viable="viable", dead="dead"),
    "nc_viability_pct": _renamed("viability_from_total", total="total", dead="dead"),
    "population_doublings": _renamed("population_doublings", seeded="seeded", harvested="harvested"),
    "doubling_time_h": _renamed("doubling_time", seeded="seeded", harvested="harvested", hours="hours"),
    "cumulative_pdl": _renamed("cumulative_pdl_from_counts", start="pdl0", passages="passages"),
    "seeding_cells": _renamed("seeding_cells", area="area_cm2", density="density"),
    "seeding_volume_mL": _renamed(
        "seeding_volume", area="area_cm2", density="density", concentration="viable_conc"
    ),
    "microcarrier_area_cm2": _built(
        "microcarrier_area",
        lambda given: {
            "carrier_concentration": given["conc_g_per_L"],
            "volume": given["volume_L"] * 1000,
            "area_per_gram": given["cm2_per_g"],
        },
    ),
    "harvest_density": _renamed("harvest_density", cells="viable_cells", area="area_cm2"),
    "fold_expansion": _renamed("fold_expansion", seeded="seeded", harvested="harvested"),
    "particles_per_cell": _renamed("particles_per_cell", **PER_CELL),
    "particles_per_cell_day": _renamed("particles_per_cell_day", days="days", **PER_CELL),
    "vcf": _renamed("vcf", feed="feed", retentate="retentate"),
    "cf_yield": _renamed("concentration_yield", retentate="c_retentate", feed="c_feed", factor="vcf"),
    "diavolumes": _renamed("diavolumes", buffer="buffer", retentate="retentate"),
    "residual_fraction_cv": _renamed("residual_constant_volume", volumes="dv", sieving="sieving"),
    "residual_fraction_disc": _renamed("residual_in_steps", steps="steps", ratio="buffer_to_retentate"),
    "dv_for_target": _renamed("diavolumes_for_target", residual="residual", sieving="sieving"),
    "shear_rate": _renamed("shear_hollow_fibre", q="q_mL_min", fibres="fibres", inner_diameter="id_mm"),
    "flow_for_shear_mL_min": _renamed(
        "flow_for_shear", shear="shear", fibres="fibres", inner_diameter="id_mm"
    ),
    "tmp": _renamed("transmembrane_pressure", pf="feed", pr="retentate", pp="permeate"),
    "flux_lmh": _built(
        "flux",
        lambda given: {
            "permeate": given["permeate_L"] * 1000,
            "area": given["area_m2"],
            "minutes": given["minutes"],
        },
    ),
    "specific_flux": _renamed("specific_flux", permeate_flux="flux_lmh", tmp="tmp_bar"),
    "membrane_load": _built(
        "membrane_load", lambda given: {"feed": given["feed_L"] * 1000, "area": given["area_m2"]}
    ),
    "nwp_recovery_pct": _renamed("nwp_recovery", after="after", before="before"),
    "recovery_pct": _renamed(
        "recovery", concentration_out="c_out", volume_out="v_out", concentration_in="c_in", volume_in="v_in"
    ),
    "mass_balance_pct": _built(
        "mass_balance",
        lambda given: {"feed": given["feed"][0] * given["feed"][1], "parts": given["outs"]},
    ),
    "particles_per_ug": _renamed(
        "particles_per_microgram", concentration="particles_per_mL", protein="ug_per_mL"
    ),
    "fill_volume_for_dose_mL": _renamed("fill_volume_for_dose", dose="dose", concentration="conc"),
    "dose_per_vial": _renamed("dose_per_vial", concentration="conc", fill_volume="fill_mL"),
    "max_vials": _renamed(
        "vials_possible", bulk="bulk_mL", hold_up="holdup_mL", qc="qc_mL", fill_volume="fill_mL"
    ),
    "vial_reconciliation_pct": _built(
        "reconciliation",
        lambda given: {
            "issued": given["issued"],
            "accounted": [count for key, count in given.items() if key != "issued"],
        },
    ),
    "endotoxin_limit": _renamed(
        "endotoxin_limit", k="k", dose_volume="dose_mL", body_mass="kg", hours="hours"
    ),
    "mvd": _renamed("maximum_valid_dilution", limit="limit", concentration="sample_conc", sensitivity="lam"),
    "eu_per_kg": _renamed("endotoxin_per_kg", endotoxin="eu_mL", dose_volume="dose_mL", body_mass="kg"),
    "residual_per_dose": _renamed("residual_per_dose", residual="ng_mL", dose_volume="dose_mL"),
    "loading_efficiency_pct": _renamed("loading_efficiency", loaded="loaded", added="added"),
    "cargo_balance_pct": _renamed("cargo_balance", loaded="loaded", recovered="recovered", added="added"),
    "copies_per_particle": _renamed("copies_per_particle", cargo="pmol", particles="particles"),
    "residual_moisture_pct": _renamed("residual_moisture", before="before_g", after="after_g"),
    "nta_mean": _renamed("mean", values="values"),
    "nta_cv_pct": _renamed("coefficient_of_variation", values="values"),
    "nta_weighted_mean": _renamed("weighted_mean", values="values", weights="weights"),
    "nta_dilution": _renamed(
        "nta_dilution", measured="measured", dilution="dilution", already_adjusted="already_adjusted"
    ),
    "serial_dilution": _renamed("serial_dilution", steps="steps"),
    "d_value": _built(
        "d_value", lambda given: {key: given[key] for key in BINS} | {"percent": given["q"] * 100}
    ),
    "hist_mean": _renamed("histogram_mean", centres="centres", counts="counts"),
    "hist_mode": _renamed("histogram_mode", centres="centres", counts="counts"),
    "span": _renamed("histogram_span", **BINS),
    "pct_in_range": _renamed("percent_in_range", low="lo", high="hi", **BINS),
    "fourpl_inverse": _renamed("fourpl_inverse", signal="od", **CURVE),
    "linear_inverse": _renamed("linear_inverse", signal="od", standards="standards", signals="od_standards"),
    "hold_time_h": _renamed("hold_time", start="start", end="end"),
    "quadratic_inverse": _renamed("quadratic_inverse", signal="od", a2="a2", a1="a1", a0="a0"),
}


def _rows() -> list[dict[str, str]]:
    with VECTORS.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def assert_agrees(found: Decimal, expected: Decimal, digits: int = 12) -> None:
    """The vectors were printed from binary floats, so they are exact to about twelve digits."""
    tolerance = abs(expected).scaleb(-digits) * 2
    assert abs(found - expected) <= tolerance, f"{found} is not {expected}"


@pytest.mark.req("R302")
@pytest.mark.parametrize("row", _rows(), ids=lambda row: f"{row['n']}-{row['calc']}")
def test_calculation_agrees_with_its_vector(row: dict[str, str]) -> None:
    name, build = BY_VECTOR[row["calc"]]
    arguments = build(json.loads(row["inputs_json"], parse_float=Decimal))
    if not row["expected"]:
        with pytest.raises(NotCalculable):
            calculate(name, arguments)
        return
    calculated = calculate(name, arguments)
    assert_agrees(calculated.value, Decimal(row["expected"]))
    assert calculated.name == name


def test_vectors_are_all_there() -> None:
    assert len(_rows()) == 154
    assert {row["calc"] for row in _rows()} == set(BY_VECTOR)
    assert {name for name, _ in BY_VECTOR.values()} <= set(names())
