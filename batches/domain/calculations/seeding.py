"""Seeding: how many cells, in what volume, on how much area."""

from decimal import Decimal

from batches.domain.calculations.registry import calculation
from batches.domain.calculations.worked import Worked, require_not_negative, require_positive, worked


@calculation(
    "seeding_cells",
    version=1,
    unit="cells",
    title="Cells to seed",
    takes={"area": "cm2", "density": "cells/cm2"},
)
def seeding_cells(area: Decimal, density: Decimal) -> Worked:
    """Growth area times seeding density."""
    require_positive(area=area, density=density)
    return worked("area × density", area * density, area=area, density=density)


@calculation(
    "seeding_volume",
    version=1,
    unit="mL",
    title="Volume to seed",
    takes={"area": "cm2", "density": "cells/cm2", "concentration": "cells/mL"},
)
def seeding_volume(area: Decimal, density: Decimal, concentration: Decimal) -> Worked:
    """Volume of suspension that seeds an area at a density. Refuses a concentration of zero."""
    require_positive(area=area, density=density, concentration=concentration)
    return worked(
        "area × density ÷ concentration",
        area * density / concentration,
        area=area,
        density=density,
        concentration=concentration,
    )


@calculation(
    "volume_for_cells",
    version=1,
    unit="mL",
    title="Volume that holds the cells",
    takes={"cells": "cells", "concentration": "cells/mL"},
)
def volume_for_cells(cells: Decimal, concentration: Decimal) -> Worked:
    """Volume of suspension that holds a number of cells. Refuses a concentration of zero."""
    require_positive(cells=cells, concentration=concentration)
    return worked("cells ÷ concentration", cells / concentration, cells=cells, concentration=concentration)


@calculation(
    "carrier_mass",
    version=1,
    unit="g",
    title="Microcarriers to weigh",
    takes={"carrier_concentration": "g/L", "volume": "mL"},
)
def carrier_mass(carrier_concentration: Decimal, volume: Decimal) -> Worked:
    """Carrier concentration times working volume."""
    require_positive(carrier_concentration=carrier_concentration, volume=volume)
    return worked(
        "carrier_concentration × volume ÷ 1000",
        carrier_concentration * volume / 1000,
        carrier_concentration=carrier_concentration,
        volume=volume,
    )


@calculation(
    "carrier_area",
    version=1,
    unit="cm2",
    title="Growth area of weighed carriers",
    takes={"mass": "g", "area_per_gram": "cm2/g"},
)
def carrier_area(mass: Decimal, area_per_gram: Decimal) -> Worked:
    """Carrier mass times the area of one gram."""
    require_positive(mass=mass, area_per_gram=area_per_gram)
    return worked("mass × area_per_gram", mass * area_per_gram, mass=mass, area_per_gram=area_per_gram)


@calculation(
    "microcarrier_area",
    version=1,
    unit="cm2",
    title="Growth area of the carriers",
    takes={"carrier_concentration": "g/L", "volume": "mL", "area_per_gram": "cm2/g"},
)
def microcarrier_area(carrier_concentration: Decimal, volume: Decimal, area_per_gram: Decimal) -> Worked:
    """Carrier concentration times working volume times the area of one gram."""
    require_positive(carrier_concentration=carrier_concentration, volume=volume, area_per_gram=area_per_gram)
    return worked(
        "carrier_concentration × volume ÷ 1000 × area_per_gram",
        carrier_concentration * volume * area_per_gram / 1000,
        carrier_concentration=carrier_concentration,
        volume=volume,
        area_per_gram=area_per_gram,
    )


@calculation(
    "bank_vials",
    version=1,
    unit="vials",
    title="Vials a bank can give",
    takes={"cells": "cells", "cells_per_vial": "cells"},
)
def bank_vials(cells: Decimal, cells_per_vial: Decimal) -> Worked:
    """Whole vials that the harvested cells fill. Refuses vials of zero cells."""
    require_not_negative(cells=cells)
    require_positive(cells_per_vial=cells_per_vial)
    return worked(
        "whole(cells ÷ cells_per_vial)", cells // cells_per_vial, cells=cells, cells_per_vial=cells_per_vial
    )
