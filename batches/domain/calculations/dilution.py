"""Dilution: to a target concentration, in series, of a measured sample; washing by volume."""

from decimal import Decimal

from batches.domain.calculations.registry import Pairs, calculation
from batches.domain.calculations.worked import (
    NotCalculable,
    Worked,
    products,
    require_at_most,
    require_not_negative,
    require_positive,
    require_some,
    shown,
    worked,
)

_TO_TARGET = {"concentration": "particles/mL", "volume": "mL", "target": "particles/mL"}


@calculation(
    "dilution_total", version=1, unit="mL", title="Volume after dilution to target", takes=_TO_TARGET
)
def dilution_total(concentration: Decimal, volume: Decimal, target: Decimal) -> Worked:
    """Volume at which the particles stand at the target. Refuses a target above the concentration."""
    _require_above_target(concentration, volume, target)
    return worked(
        "concentration × volume ÷ target",
        concentration * volume / target,
        concentration=concentration,
        volume=volume,
        target=target,
    )


@calculation(
    "dilution_buffer", version=1, unit="mL", title="Buffer to add to reach the target", takes=_TO_TARGET
)
def dilution_buffer(concentration: Decimal, volume: Decimal, target: Decimal) -> Worked:
    """Buffer that brings the bulk to the target. Refuses a target above the concentration."""
    _require_above_target(concentration, volume, target)
    return worked(
        "concentration × volume ÷ target − volume",
        concentration * volume / target - volume,
        concentration=concentration,
        volume=volume,
        target=target,
    )


@calculation(
    "serial_dilution",
    version=1,
    unit="x",
    title="Dilution in series",
    takes={"steps": "*"},
)
def serial_dilution(steps: Pairs) -> Worked:
    """Product of (sample + diluent)/sample over the steps, each a pair (sample, diluent)."""
    require_some(steps=steps)
    factor = Decimal(1)
    for sample, diluent in steps:
        require_positive(sample=sample)
        require_not_negative(diluent=diluent)
        factor *= (sample + diluent) / sample
    words = " × ".join(f"({shown(sample)} + {shown(diluent)}) ÷ {shown(sample)}" for sample, diluent in steps)
    return worked("steps", factor, steps=words)


@calculation(
    "nta_dilution",
    version=1,
    unit="particles/mL",
    title="Concentration of the undiluted sample",
    takes={"measured": "particles/mL", "dilution": "x", "already_adjusted": ""},
)
def nta_dilution(measured: Decimal, dilution: Decimal, already_adjusted: bool) -> Worked:
    """Measured concentration times dilution, unless the instrument's export is already diluted back."""
    require_not_negative(measured=measured)
    require_positive(dilution=dilution)
    require_at_most(Decimal(1), dilution, "a dilution is at least 1")
    if already_adjusted:
        return worked("measured", measured, measured=measured)
    return worked("measured × dilution", measured * dilution, measured=measured, dilution=dilution)


@calculation(
    "residual_after_washes",
    version=1,
    unit="fraction",
    title="Residual by volume after washing",
    takes={"left": "mL", "added": "mL", "washes": "1"},
)
def residual_after_washes(left: Decimal, added: Decimal, washes: Decimal) -> Worked:
    """(left/(left + added))^n: each wash fills up what was left in the vessel and is drawn off again."""
    require_not_negative(left=left, washes=washes)
    require_positive(added=added)
    if washes != int(washes):
        raise NotCalculable("impossible", "Not calculable: washes are a whole number.")
    return worked(
        "(left ÷ (left + added))^washes",
        (left / (left + added)) ** int(washes),
        left=left,
        added=added,
        washes=washes,
    )


@calculation(
    "residual_per_wash_list",
    version=1,
    unit="fraction",
    title="Residual by volume after unequal washes",
    takes={"washes": "mL"},
)
def residual_per_wash_list(washes: Pairs) -> Worked:
    """Product of left/(left + added) over the washes, each a pair (left, added)."""
    require_some(washes=washes)
    residual = Decimal(1)
    for left, added in washes:
        require_not_negative(left=left)
        require_positive(added=added)
        residual *= left / (left + added)
    pairs = [(left, left + added) for left, added in washes]
    return worked("washes", residual, washes=products(pairs, "÷").replace(" + ", " × "))


def _require_above_target(concentration: Decimal, volume: Decimal, target: Decimal) -> None:
    require_positive(concentration=concentration, volume=volume, target=target)
    require_at_most(
        target, concentration, "the target is above the concentration, so dilution cannot reach it"
    )
