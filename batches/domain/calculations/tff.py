"""Tangential flow filtration: concentration factors, diafiltration, shear, pressure, flux, membrane.

The arguments of pressure and flow carry the names of a skid log's columns: q, pf, pr, pp.
"""

from decimal import Decimal

from batches.domain.calculations.registry import calculation
from batches.domain.calculations.worked import (
    NotCalculable,
    Worked,
    require_at_most,
    require_not_negative,
    require_positive,
    worked,
)

_PI = Decimal("3.14159265358979323846264338327950288419716939937510582")
_BAR_PER_PSI = Decimal("0.06894757293168361")


@calculation(
    "vcf",
    version=1,
    unit="x",
    title="Volumetric concentration factor",
    takes={"feed": "*", "retentate": "*"},
)
def vcf(feed: Decimal, retentate: Decimal) -> Worked:
    """Feed over retentate volume. Refuses a retentate of zero."""
    require_positive(feed=feed, retentate=retentate)
    return worked("feed ÷ retentate", feed / retentate, feed=feed, retentate=retentate)


@calculation(
    "concentration_yield",
    version=1,
    unit="fraction",
    title="Yield by concentration factor",
    takes={"retentate": "particles/mL", "feed": "particles/mL", "factor": "x"},
)
def concentration_yield(retentate: Decimal, feed: Decimal, factor: Decimal) -> Worked:
    """Rise of particle concentration against the volumetric factor; 1 is no loss."""
    require_positive(feed=feed, factor=factor)
    require_not_negative(retentate=retentate)
    return worked(
        "retentate ÷ feed ÷ factor", retentate / feed / factor, retentate=retentate, feed=feed, factor=factor
    )


@calculation("diavolumes", version=1, unit="DV", title="Diavolumes", takes={"buffer": "*", "retentate": "*"})
def diavolumes(buffer: Decimal, retentate: Decimal) -> Worked:
    """Diafiltration buffer over the constant retentate volume. Refuses a retentate of zero."""
    require_positive(retentate=retentate)
    require_not_negative(buffer=buffer)
    return worked("buffer ÷ retentate", buffer / retentate, buffer=buffer, retentate=retentate)


@calculation(
    "residual_constant_volume",
    version=1,
    unit="fraction",
    title="Residual after diafiltration at constant volume",
    takes={"volumes": "DV", "sieving": "1"},
)
def residual_constant_volume(volumes: Decimal, sieving: Decimal) -> Worked:
    """exp(-S N): what is left of a solute of sieving coefficient S after N volumes."""
    require_not_negative(volumes=volumes)
    _require_sieving(sieving)
    return worked("exp(−sieving × volumes)", (-sieving * volumes).exp(), sieving=sieving, volumes=volumes)


@calculation(
    "residual_in_steps",
    version=1,
    unit="fraction",
    title="Residual after diafiltration in steps",
    takes={"steps": "1", "ratio": "x"},
)
def residual_in_steps(steps: Decimal, ratio: Decimal) -> Worked:
    """(1/(1+x))^n: n fills and concentrations with x volumes of buffer on one of retentate."""
    require_not_negative(ratio=ratio)
    if steps < 0 or steps != int(steps):
        raise NotCalculable("impossible", "Not calculable: steps are a whole number.")
    return worked("(1 ÷ (1 + ratio))^steps", (1 / (1 + ratio)) ** int(steps), ratio=ratio, steps=steps)


@calculation(
    "diavolumes_for_target",
    version=1,
    unit="DV",
    title="Diavolumes to reach a residual",
    takes={"residual": "fraction", "sieving": "1"},
)
def diavolumes_for_target(residual: Decimal, sieving: Decimal) -> Worked:
    """-ln(f)/S. Refuses a residual of zero (never reached) or above 1, and a sieving coefficient of zero."""
    require_positive(residual=residual)
    require_at_most(residual, Decimal(1), "the residual is a fraction, at most 1")
    _require_sieving(sieving)
    return worked("−ln(residual) ÷ sieving", -residual.ln() / sieving, residual=residual, sieving=sieving)


@calculation(
    "shear_hollow_fibre",
    version=1,
    unit="1/s",
    title="Wall shear rate, hollow fibre",
    takes={"q": "mL/min", "fibres": "1", "inner_diameter": "mm"},
)
def shear_hollow_fibre(q: Decimal, fibres: Decimal, inner_diameter: Decimal) -> Worked:
    """4 q/(pi r^3) in one fibre: flow in mL/s per fibre, radius in cm."""
    require_not_negative(q=q)
    require_positive(fibres=fibres, inner_diameter=inner_diameter)
    value = 4 * q / (60 * fibres) / (_PI * _radius_cm(inner_diameter) ** 3)
    return worked(
        "4 × q ÷ (60 × fibres) ÷ (π × (inner_diameter ÷ 20)³)",
        value,
        q=q,
        fibres=fibres,
        inner_diameter=inner_diameter,
    )


@calculation(
    "flow_for_shear",
    version=1,
    unit="mL/min",
    title="Flow for a wall shear rate",
    takes={"shear": "1/s", "fibres": "1", "inner_diameter": "mm"},
)
def flow_for_shear(shear: Decimal, fibres: Decimal, inner_diameter: Decimal) -> Worked:
    """Pump setting that gives a shear rate: pi r^3 shear/4 per fibre, times fibres, per minute."""
    require_positive(shear=shear, fibres=fibres, inner_diameter=inner_diameter)
    return worked(
        "shear × π × (inner_diameter ÷ 20)³ ÷ 4 × 60 × fibres",
        shear * _PI * _radius_cm(inner_diameter) ** 3 / 4 * 60 * fibres,
        shear=shear,
        fibres=fibres,
        inner_diameter=inner_diameter,
    )


@calculation(
    "transmembrane_pressure",
    version=1,
    unit="bar",
    title="Transmembrane pressure",
    takes={"pf": "bar", "pr": "bar", "pp": "bar"},
)
def transmembrane_pressure(pf: Decimal, pr: Decimal, pp: Decimal) -> Worked:
    """Mean of feed and retentate pressure less permeate pressure; below zero the flow is reversed (alarm)."""
    return worked("(pf + pr) ÷ 2 − pp", (pf + pr) / 2 - pp, pf=pf, pr=pr, pp=pp)


@calculation("pressure_drop", version=1, unit="bar", title="Pressure drop", takes={"pf": "bar", "pr": "bar"})
def pressure_drop(pf: Decimal, pr: Decimal) -> Worked:
    """Feed less retentate pressure along the membrane."""
    return worked("pf − pr", pf - pr, pf=pf, pr=pr)


@calculation("psi_to_bar", version=1, unit="bar", title="Pressure in bar", takes={"pressure": "psi"})
def psi_to_bar(pressure: Decimal) -> Worked:
    """Pounds per square inch as bar."""
    return worked("pressure × 0.06894757", pressure * _BAR_PER_PSI, pressure=pressure)


@calculation(
    "flux",
    version=1,
    unit="L/m2/h",
    title="Permeate flux",
    takes={"permeate": "mL", "area": "m2", "minutes": "min"},
)
def flux(permeate: Decimal, area: Decimal, minutes: Decimal) -> Worked:
    """Permeate volume per membrane area and hour. Refuses an area or a time of zero."""
    require_positive(area=area, minutes=minutes)
    require_not_negative(permeate=permeate)
    return worked(
        "permeate ÷ 1000 ÷ area ÷ (minutes ÷ 60)",
        permeate * 60 / (1000 * area * minutes),
        permeate=permeate,
        area=area,
        minutes=minutes,
    )


@calculation(
    "specific_flux",
    version=1,
    unit="L/m2/h/bar",
    title="Flux per pressure",
    takes={"permeate_flux": "L/m2/h", "tmp": "bar"},
)
def specific_flux(permeate_flux: Decimal, tmp: Decimal) -> Worked:
    """Flux per bar of transmembrane pressure. Refuses a pressure of zero or less."""
    require_positive(tmp=tmp)
    require_not_negative(permeate_flux=permeate_flux)
    return worked("permeate_flux ÷ tmp", permeate_flux / tmp, permeate_flux=permeate_flux, tmp=tmp)


@calculation(
    "membrane_load",
    version=1,
    unit="L/m2",
    title="Membrane load",
    takes={"feed": "mL", "area": "m2"},
)
def membrane_load(feed: Decimal, area: Decimal) -> Worked:
    """Feed volume per membrane area. Refuses an area of zero."""
    require_positive(area=area)
    require_not_negative(feed=feed)
    return worked("feed ÷ 1000 ÷ area", feed / (1000 * area), feed=feed, area=area)


@calculation(
    "nwp_recovery",
    version=1,
    unit="%",
    title="Water permeability recovered",
    takes={"after": "*", "before": "*"},
)
def nwp_recovery(after: Decimal, before: Decimal) -> Worked:
    """Normalised water permeability after cleaning against before use; decides reuse or discard."""
    require_positive(before=before)
    require_not_negative(after=after)
    return worked("after ÷ before × 100", 100 * after / before, after=after, before=before)


def _radius_cm(inner_diameter_mm: Decimal) -> Decimal:
    return inner_diameter_mm / 20


def _require_sieving(sieving: Decimal) -> None:
    require_positive(sieving=sieving)
    require_at_most(sieving, Decimal(1), "a sieving coefficient is at most 1")
