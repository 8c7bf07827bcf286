"""The two reference batches, number by number, to the digits printed: CB-26-0001 and EV-26-0001."""

from decimal import Decimal
from typing import Any

import pytest

from batches.domain.calculations import calculate
from compliance.numbers import decimals_of, round_half_up

D = Decimal
pytestmark = pytest.mark.req("R308")


def computed(name: str, **arguments: Any) -> Decimal:
    exact = {key: D(value) if isinstance(value, str) and key not in {"start", "end"} else value
             for key, value in arguments.items()}  # fmt: skip
    return calculate(f"{name}@1", exact).value


def assert_prints(value: Decimal, printed: str) -> None:
    """Rounded half-up to the decimals that are printed, the value is what is printed."""
    expected = D(printed)
    assert round_half_up(value, decimals=decimals_of(expected)) == expected


@pytest.mark.req("R405")
def test_reference_batch_bank_doublings() -> None:
    passages = [
        ("4.0e6", "3.2e7", "3.000000"),
        ("6.0e6", "4.8e7", "3.000000"),
        ("6.32e6", "7.66e7", "3.599348"),
    ]
    doublings = [
        computed("population_doublings", seeded=seeded, harvested=end) for seeded, end, _ in passages
    ]
    for found, (_, _, printed) in zip(doublings, passages, strict=True):
        assert_prints(found, printed)
    total = computed("cumulative_pdl", start=D(0), doublings=doublings)
    assert_prints(total, "9.599348")
    assert_prints(total, "9.6")
    pairs = [(D(seeded), D(end)) for seeded, end, _ in passages]
    assert_prints(computed("cumulative_pdl_from_counts", start=D(0), passages=pairs), "9.599348")
    assert computed("bank_vials", cells="7.66e7", cells_per_vial="5e6") == 15


def test_reference_batch_thaw_and_seed() -> None:
    counts = [D(46), D(45), D(44), D(47)]
    assert sum(counts) == 182
    concentration = computed("haemocytometer_concentration", counts=counts, squares="4", dilution="2")
    assert concentration == D("9.1e5")
    assert computed("viability", viable="182", dead="18") == D("91.0")
    assert computed("viable_total", concentration=concentration, volume="10") == D("9.1e6")
    assert computed("seeding_cells", area="1264", density="5000") == D("6.32e6")
    volume = computed("seeding_volume", area="1264", density="5000", concentration=concentration)
    assert_prints(volume, "6.945055")


@pytest.mark.req("R405")
def test_reference_batch_passage_four() -> None:
    assert computed("viable_concentration", total="1.45e6", dead="5.8e4") == D("1.392e6")
    assert computed("viability_from_total", total="1.45e6", dead="5.8e4") == D("96.0")
    assert computed("viable_total", concentration="1.392e6", volume="30") == D("4.176e7")
    growth = {"seeded": D("6.32e6"), "harvested": D("4.176e7")}
    doublings = computed("population_doublings", **growth)
    assert_prints(doublings, "2.724125")
    assert_prints(computed("doubling_time", hours="96", **growth), "35.240670")
    assert_prints(computed("cumulative_pdl", start=D("9.6"), doublings=[doublings]), "12.324125")


@pytest.mark.req("R405")
def test_reference_batch_carriers_and_reactor() -> None:
    assert computed("carrier_mass", carrier_concentration="3", volume="3000") == 9
    assert computed("carrier_area", mass="9", area_per_gram="4400") == 39600
    area = computed("microcarrier_area", carrier_concentration="3", volume="3000", area_per_gram="4400")
    assert area == 39600
    cells = computed("seeding_cells", area=area, density="1000")
    assert cells == D("3.96e7")
    assert_prints(computed("volume_for_cells", cells=cells, concentration="1.392e6"), "28.448276")
    assert computed("cells_left", concentration="1.392e6", volume="30", sampled="1") == D("4.0368e7")
    nuclei = computed("viable_total", concentration="2.2e5", volume="3000")
    assert nuclei == D("6.6e8")
    in_reactor = computed("population_doublings", seeded=cells, harvested=nuclei)
    assert_prints(in_reactor, "4.058894")
    assert_prints(computed("doubling_time", seeded=cells, harvested=nuclei, hours="144"), "35.477648")
    in_flask = computed("population_doublings", seeded="6.32e6", harvested="4.176e7")
    assert_prints(computed("cumulative_pdl", start=D("9.6"), doublings=[in_flask, in_reactor]), "16.383019")
    washed = computed("residual_after_washes", left="1000", added="2000", washes="3")
    assert_prints(washed * 27, "1.000000")


def test_reference_batch_harvests() -> None:
    harvests = [(D("1.6e9"), D(2500)), (D("1.9e9"), D(2500)), (D("1.7e9"), D(2500))]
    raw = computed("harvested_particles", harvests=harvests)
    assert raw == D("1.300e13")
    for (concentration, _), share in zip(harvests, ("1.875", "1.579", "1.765"), strict=True):
        assert_prints(computed("blank_share", blank="3.0e7", harvest=concentration), share)
    assert computed("viable_total", concentration="2.56e5", volume="2500") == D("6.4e8")
    assert_prints(computed("viability_from_viable", viable="2.56e5", total="2.76e5"), "92.753623")
    days = computed("collection_days", hours=[D(48), D(48), D(48)])
    assert days == 6
    assert computed("yield_per_cell", particles=raw, cells="6.4e8") == D("20312.5")
    assert_prints(computed("yield_per_cell_day", particles=raw, cells="6.4e8", days=days), "3385.416667")


def test_reference_batch_clarification_and_pool() -> None:
    volumes = [D(2467), D(2467), D(2466)]
    for volume in volumes:
        assert computed("yield_percent", actual=volume, theoretical="2500") >= 85
    assert computed("total_volume", volumes=volumes) == 7400
    pool = computed("total_particles", concentration="1.65e9", volume="7400")
    assert pool == D("1.221e13")
    assert_prints(computed("yield_percent", actual=pool, theoretical="1.300e13"), "93.923077")


def test_reference_batch_tff_settings() -> None:
    assert_prints(computed("shear_hollow_fibre", q="2200", fibres="748", inner_diameter="0.5"), "3994.477")
    assert computed("transmembrane_pressure", pf="0.60", pr="0.20", pp="0.05") == D("0.35")
    assert computed("transmembrane_pressure", pf="0.96", pr="0.40", pp="0.05") == D("0.63")
    assert computed("pressure_drop", pf="0.60", pr="0.20") == D("0.40")
    assert_prints(computed("nwp_recovery", after="118", before="142"), "83.098592")
    assert_prints(computed("membrane_load", feed="7400", area="0.235"), "31.489362")
    assert_prints(computed("flux", permeate="8140", area="0.235", minutes="180"), "11.546099")


def test_reference_batch_tff_results() -> None:
    assert computed("vcf", feed="7400", retentate="148") == 50
    assert computed("diavolumes", buffer="888", retentate="148") == 6
    assert_prints(100 * computed("residual_constant_volume", volumes="6", sieving="1"), "0.247875")
    feed = {"concentration_in": D("1.65e9"), "volume_in": D(7400)}
    assert computed("recovery", concentration_out="1.5e7", volume_out="8140", **feed) == 1
    pooled = computed("total_particles", concentration="6.4e10", volume="160")
    assert pooled == D("1.024e13")
    assert_prints(computed("recovery", concentration_out="6.4e10", volume_out="160", **feed), "83.865684")
    parts = [(D("6.4e10"), D(160)), (D("1.5e7"), D(8140))]
    assert_prints(computed("mass_balance", feed="1.221e13", parts=parts), "84.865684")
    assert computed("particles_per_microgram", concentration="6.4e10", protein="12.8") == D("5.0e9")


def test_reference_batch_formulation_and_filtration() -> None:
    bulk = computed("total_particles", concentration="6.4e10", volume="156")
    assert bulk == D("9.984e12")
    target = {"concentration": D("6.4e10"), "volume": D(156), "target": D("5e10")}
    assert computed("dilution_total", **target) == D("199.68")
    assert computed("dilution_buffer", **target) == D("43.68")
    filtered = computed("total_particles", concentration="4.4e10", volume="197")
    assert_prints(computed("yield_percent", actual=filtered, theoretical=bulk), "86.818910")
    assert_prints(computed("yield_percent", actual=filtered, theoretical="1.300e13"), "66.676923")


def test_reference_batch_fill_and_inspection() -> None:
    vials = computed("vials_possible", bulk="197", hold_up="3", qc="6", fill_volume="1.0")
    assert vials == 188
    assert computed("volume_from_mass", mass="1.00", density="1.00") == 1
    assert computed("dose_per_vial", concentration="4.4e10", fill_volume="1.0") == D("4.4e10")
    assert computed("label_claim", found="4.4e10", claim="4e10") == 110
    in_vials = computed("particles_in_vials", vials=vials, concentration="4.4e10", fill_volume="1.0")
    assert_prints(computed("yield_percent", actual=in_vials, theoretical="1.300e13"), "63.630769")
    assert_prints(computed("defects_percent", defects="1", inspected=vials), "0.531915")
    assert_prints(computed("defects_percent", defects="4", inspected=vials), "2.127660")


@pytest.mark.req("R314")
def test_reference_batch_reconciliation() -> None:
    qc = D(10 + 2 + 5)
    vials = [D(152), D(5), qc, D(10), D(4), D(2)]
    assert computed("reconciliation", issued="190", accounted=vials) == 100
    assert computed("reconciliation_difference", issued="190", accounted=vials) == 0
    labels = [D(183), D(1), D(2), D(4)]
    assert computed("reconciliation_difference", issued="190", accounted=labels) == 0
    assert computed("reconciliation", issued="190", accounted=labels) == 100


def test_reference_batch_safety_of_two_vials() -> None:
    limit = computed("endotoxin_limit", k="5", dose_volume="2", body_mass="70")
    assert limit == 175
    assert computed("maximum_valid_dilution", limit=limit, sensitivity="0.005") == 35000
    assert computed("residual_per_dose", residual="0.9", dose_volume="2") == D("1.8")
    assert_prints(computed("endotoxin_per_kg", endotoxin="0.05", dose_volume="2", body_mass="70"), "0.001429")
