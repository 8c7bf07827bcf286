"""The units a master may use. A misspelt unit is refused, so that no yield is without its denominator."""

from decimal import Decimal

TIME = {
    "s": Decimal(1) / 60,
    "min": Decimal(1),
    "h": Decimal(60),
    "d": Decimal(1440),
}

UNITS = frozenset(
    {
        *TIME,
        *("1", "x", "%", "fraction", "pH", "PD", "DV"),
        *("piece", "vials", "labels", "containers", "copies", "% w/w"),
        *("uL", "mL", "L", "ng", "ug", "mg", "g", "kg", "nm", "um", "mm", "cm"),
        *("cm2", "m2", "L/m2", "mL/cm2", "mL/min", "mL/h", "L/min", "L/h", "L/m2/h", "L/m2/h/bar"),
        *("bar", "mbar", "psi", "mbar/min", "1/s", "rpm", "degC", "degC/min"),
        *("cells", "cells/mL", "cells/cm2", "cells/vial"),
        *("particles", "particles/mL", "particles/ug", "particles/cell", "particles/cell/day"),
        *("particles/vial", "copies/particle"),
        *("ng/mL", "ug/mL", "mg/mL", "g/L", "g/mL", "cm2/g", "mM", "pmol", "IU/mL", "U/mL"),
        *("ng/dose", "EU", "EU/mL", "EU/kg", "EU/kg/h", "mL/kg", "mL/dose", "dose"),
        *("mS/cm", "mOsm/kg", "NTU", "CFU", "CFU/plate", "CFU/100 mL", "CFU/m3", "1/m3"),
    }
)


def minutes(value: Decimal, unit: str) -> Decimal | None:
    """A duration in minutes, or None where the unit is no unit of time."""
    return value * TIME[unit] if unit in TIME else None
