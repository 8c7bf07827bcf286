"""Safety of a dose: endotoxin limit, maximum valid dilution, endotoxin and residuals per dose."""

from decimal import Decimal

from batches.domain.calculations.registry import calculation
from batches.domain.calculations.worked import Worked, require_not_negative, require_positive, worked


@calculation(
    "endotoxin_limit",
    version=1,
    unit="EU/mL",
    title="Endotoxin limit K/M",
    takes={"k": "EU/kg", "dose_volume": "mL", "body_mass": "kg", "hours": "h"},
)
def endotoxin_limit(
    k: Decimal, dose_volume: Decimal, body_mass: Decimal, hours: Decimal = Decimal(1)
) -> Worked:
    """K/M, with M the most that is given per kg and hour; a bolus counts as one hour (USP <85>).

    10 mL to 70 kg is M = 0.142857 mL/kg/h and 35 EU/mL: the dose is divided by the body mass.
    """
    require_positive(k=k, dose_volume=dose_volume, body_mass=body_mass, hours=hours)
    counted = max(hours, Decimal(1))
    return worked(
        "k ÷ (dose_volume ÷ body_mass ÷ hours)",
        k * body_mass * counted / dose_volume,
        k=k,
        dose_volume=dose_volume,
        body_mass=body_mass,
        hours=counted,
    )


@calculation(
    "maximum_valid_dilution",
    version=1,
    unit="x",
    title="Maximum valid dilution",
    takes={"limit": "EU/mL", "sensitivity": "EU/mL", "concentration": "1"},
)
def maximum_valid_dilution(
    limit: Decimal, sensitivity: Decimal, concentration: Decimal = Decimal(1)
) -> Worked:
    """Limit times sample concentration over the sensitivity lambda of the assay. Refuses a lambda of zero."""
    require_positive(limit=limit, sensitivity=sensitivity, concentration=concentration)
    return worked(
        "limit × concentration ÷ sensitivity",
        limit * concentration / sensitivity,
        limit=limit,
        concentration=concentration,
        sensitivity=sensitivity,
    )


@calculation(
    "endotoxin_per_kg",
    version=1,
    unit="EU/kg",
    title="Endotoxin given per kg",
    takes={"endotoxin": "EU/mL", "dose_volume": "mL", "body_mass": "kg"},
)
def endotoxin_per_kg(endotoxin: Decimal, dose_volume: Decimal, body_mass: Decimal) -> Worked:
    """Endotoxin of one dose per body mass. Refuses a body mass of zero."""
    require_positive(body_mass=body_mass)
    require_not_negative(endotoxin=endotoxin, dose_volume=dose_volume)
    return worked(
        "endotoxin × dose_volume ÷ body_mass",
        endotoxin * dose_volume / body_mass,
        endotoxin=endotoxin,
        dose_volume=dose_volume,
        body_mass=body_mass,
    )


@calculation(
    "residual_per_dose",
    version=1,
    unit="ng/dose",
    title="Residual per dose",
    takes={"residual": "ng/mL", "dose_volume": "mL"},
)
def residual_per_dose(residual: Decimal, dose_volume: Decimal) -> Worked:
    """Host DNA, BSA or another residual in one dose."""
    require_not_negative(residual=residual)
    require_positive(dose_volume=dose_volume)
    return worked(
        "residual × dose_volume", residual * dose_volume, residual=residual, dose_volume=dose_volume
    )
