"""Fill, inspection, reconciliation, drying: every vial and label is accounted for (R308, R314)."""

from decimal import Decimal

from batches.domain.calculations.registry import Numbers, calculation
from batches.domain.calculations.worked import (
    NotCalculable,
    Worked,
    require_at_most,
    require_not_negative,
    require_positive,
    require_some,
    worked,
)


@calculation(
    "fill_volume_for_dose",
    version=1,
    unit="mL",
    title="Fill volume for a dose",
    takes={"dose": "particles", "concentration": "particles/mL"},
)
def fill_volume_for_dose(dose: Decimal, concentration: Decimal) -> Worked:
    """Volume that holds the dose. Refuses a concentration of zero."""
    require_positive(dose=dose, concentration=concentration)
    return worked("dose ÷ concentration", dose / concentration, dose=dose, concentration=concentration)


@calculation(
    "dose_per_vial",
    version=1,
    unit="particles",
    title="Particles in a vial",
    takes={"concentration": "particles/mL", "fill_volume": "mL"},
)
def dose_per_vial(concentration: Decimal, fill_volume: Decimal) -> Worked:
    """Concentration times fill volume."""
    require_not_negative(concentration=concentration, fill_volume=fill_volume)
    return worked(
        "concentration × fill_volume",
        concentration * fill_volume,
        concentration=concentration,
        fill_volume=fill_volume,
    )


@calculation(
    "particles_in_vials",
    version=1,
    unit="particles",
    title="Particles in all vials",
    takes={"vials": "vials", "concentration": "particles/mL", "fill_volume": "mL"},
)
def particles_in_vials(vials: Decimal, concentration: Decimal, fill_volume: Decimal) -> Worked:
    """Vials filled times concentration times fill volume."""
    require_not_negative(vials=vials, concentration=concentration, fill_volume=fill_volume)
    return worked(
        "vials × concentration × fill_volume",
        vials * concentration * fill_volume,
        vials=vials,
        concentration=concentration,
        fill_volume=fill_volume,
    )


@calculation(
    "vials_possible",
    version=1,
    unit="vials",
    title="Vials possible",
    takes={"bulk": "mL", "hold_up": "mL", "qc": "mL", "fill_volume": "mL"},
)
def vials_possible(bulk: Decimal, hold_up: Decimal, qc: Decimal, fill_volume: Decimal) -> Worked:
    """Whole vials from the bulk less hold-up and QC. Refuses a fill of zero and a bulk smaller than both."""
    require_positive(fill_volume=fill_volume)
    require_not_negative(bulk=bulk, hold_up=hold_up, qc=qc)
    require_at_most(hold_up + qc, bulk, "hold-up and QC take more than the bulk")
    return worked(
        "whole((bulk − hold_up − qc) ÷ fill_volume)",
        (bulk - hold_up - qc) // fill_volume,
        bulk=bulk,
        hold_up=hold_up,
        qc=qc,
        fill_volume=fill_volume,
    )


@calculation(
    "volume_from_mass",
    version=1,
    unit="mL",
    title="Volume by weight",
    takes={"mass": "g", "density": "g/mL"},
)
def volume_from_mass(mass: Decimal, density: Decimal) -> Worked:
    """Weighed mass over density. Refuses a density of zero."""
    require_positive(density=density)
    require_not_negative(mass=mass)
    return worked("mass ÷ density", mass / density, mass=mass, density=density)


@calculation(
    "label_claim",
    version=1,
    unit="%",
    title="Found against the label",
    takes={"found": "*", "claim": "*"},
)
def label_claim(found: Decimal, claim: Decimal) -> Worked:
    """Content found against the content claimed. Refuses a claim of zero."""
    require_positive(claim=claim)
    require_not_negative(found=found)
    return worked("found ÷ claim × 100", 100 * found / claim, found=found, claim=claim)


@calculation(
    "reconciliation",
    version=1,
    unit="%",
    title="Reconciliation",
    takes={"issued": "*", "accounted": "*"},
)
def reconciliation(issued: Decimal, accounted: Numbers) -> Worked:
    """All accounted for against all issued; 99 or 102 % is kept for the limits to judge (R314)."""
    require_positive(issued=issued)
    return worked(
        "Σ accounted ÷ issued × 100", 100 * _sum(accounted) / issued, accounted=accounted, issued=issued
    )


@calculation(
    "reconciliation_difference",
    version=1,
    unit="",
    title="Difference of the reconciliation",
    takes={"issued": "*", "accounted": "*"},
)
def reconciliation_difference(issued: Decimal, accounted: Numbers) -> Worked:
    """Issued less accounted for: above zero something is missing, below zero there is too much (R314)."""
    require_not_negative(issued=issued)
    return worked("issued − Σ accounted", issued - _sum(accounted), issued=issued, accounted=accounted)


@calculation(
    "defects_percent",
    version=1,
    unit="%",
    title="Defects of one class",
    takes={"defects": "vials", "inspected": "vials"},
)
def defects_percent(defects: Decimal, inspected: Decimal) -> Worked:
    """Vials of one defect class of all inspected. Refuses when none was inspected."""
    require_positive(inspected=inspected)
    require_not_negative(defects=defects)
    require_at_most(defects, inspected, "there are more defects than inspected vials")
    return worked(
        "defects ÷ inspected × 100", 100 * defects / inspected, defects=defects, inspected=inspected
    )


@calculation(
    "residual_moisture",
    version=1,
    unit="% w/w",
    title="Residual moisture",
    takes={"before": "g", "after": "g"},
)
def residual_moisture(before: Decimal, after: Decimal) -> Worked:
    """Loss on drying of the mass before. Refuses a mass of zero and a gain in weight."""
    require_positive(before=before)
    require_not_negative(after=after)
    if after > before:
        raise NotCalculable("impossible", "Not calculable: the sample became heavier by drying.")
    return worked(
        "(before − after) ÷ before × 100", 100 * (before - after) / before, before=before, after=after
    )


def _sum(accounted: Numbers) -> Decimal:
    require_some(accounted=accounted)
    require_not_negative(accounted=min(accounted))
    return Decimal(sum(accounted))
