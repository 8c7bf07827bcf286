"""Particles: how many, per cell, per protein, how many are left. A yield keeps its denominator (R308)."""

from decimal import Decimal

from batches.domain.calculations.registry import Numbers, Pairs, calculation
from batches.domain.calculations.worked import (
    NotCalculable,
    Worked,
    products,
    require_not_negative,
    require_positive,
    require_some,
    worked,
)

_AMOUNT = {"concentration": "particles/mL", "volume": "mL"}


@calculation("total_particles", version=1, unit="particles", title="Particles in all", takes=_AMOUNT)
def total_particles(concentration: Decimal, volume: Decimal) -> Worked:
    """Particle concentration times volume."""
    require_not_negative(concentration=concentration, volume=volume)
    return worked(
        "concentration × volume", concentration * volume, concentration=concentration, volume=volume
    )


@calculation(
    "harvested_particles",
    version=1,
    unit="particles",
    title="Particles of all harvests",
    takes={"harvests": "particles/mL x mL"},
)
def harvested_particles(harvests: Pairs) -> Worked:
    """Sum of concentration times volume over the harvests. Refuses when there is none."""
    require_some(harvests=harvests)
    return worked("Σ harvests", _amount(harvests), harvests=products(harvests))


@calculation("total_volume", version=1, unit="mL", title="Pooled volume", takes={"volumes": "mL"})
def total_volume(volumes: Numbers) -> Worked:
    """Sum of volumes. Refuses when there is none."""
    require_some(volumes=volumes)
    require_not_negative(volume=min(volumes))
    return worked("Σ volumes", Decimal(sum(volumes)), volumes=volumes)


@calculation(
    "blank_share",
    version=1,
    unit="%",
    title="Medium blank as a share of the harvest",
    takes={"blank": "particles/mL", "harvest": "particles/mL"},
)
def blank_share(blank: Decimal, harvest: Decimal) -> Worked:
    """Particles of the unused medium against those of the harvest; reported, not subtracted."""
    require_positive(harvest=harvest)
    require_not_negative(blank=blank)
    return worked("blank ÷ harvest × 100", 100 * blank / harvest, blank=blank, harvest=harvest)


@calculation(
    "particles_per_cell",
    version=1,
    unit="particles/cell",
    title="Particles per viable cell",
    takes={**_AMOUNT, "cells": "cells", "blank": "particles/mL"},
)
def particles_per_cell(
    concentration: Decimal, volume: Decimal, cells: Decimal, blank: Decimal = Decimal(0)
) -> Worked:
    """Harvested particles, less the medium blank when given, per viable cell. Refuses zero cells."""
    return _per_cell(concentration, volume, cells, blank, None)


@calculation(
    "particles_per_cell_day",
    version=1,
    unit="particles/cell/day",
    title="Particles per viable cell and day",
    takes={**_AMOUNT, "cells": "cells", "days": "d", "blank": "particles/mL"},
)
def particles_per_cell_day(
    concentration: Decimal, volume: Decimal, cells: Decimal, days: Decimal, blank: Decimal = Decimal(0)
) -> Worked:
    """Particles per viable cell and collection day. Refuses zero cells or days."""
    return _per_cell(concentration, volume, cells, blank, days)


@calculation(
    "yield_per_cell",
    version=1,
    unit="particles/cell",
    title="Particles of all harvests per viable cell",
    takes={"particles": "particles", "cells": "cells"},
)
def yield_per_cell(particles: Decimal, cells: Decimal) -> Worked:
    """All particles harvested per viable cell at the end. Refuses zero cells."""
    require_positive(cells=cells)
    require_not_negative(particles=particles)
    return worked("particles ÷ cells", particles / cells, particles=particles, cells=cells)


@calculation(
    "yield_per_cell_day",
    version=1,
    unit="particles/cell/day",
    title="Particles of all harvests per viable cell and day",
    takes={"particles": "particles", "cells": "cells", "days": "d"},
)
def yield_per_cell_day(particles: Decimal, cells: Decimal, days: Decimal) -> Worked:
    """All particles harvested per viable cell and collection day. Refuses zero cells or days."""
    require_positive(cells=cells, days=days)
    require_not_negative(particles=particles)
    return worked(
        "particles ÷ cells ÷ days", particles / cells / days, particles=particles, cells=cells, days=days
    )


@calculation(
    "yield_percent",
    version=1,
    unit="%",
    title="Yield",
    takes={"actual": "*", "theoretical": "*"},
)
def yield_percent(actual: Decimal, theoretical: Decimal) -> Worked:
    """Actual against theoretical yield; above 100 % is kept for the limits to judge (R308)."""
    require_positive(theoretical=theoretical)
    require_not_negative(actual=actual)
    return worked(
        "actual ÷ theoretical × 100", 100 * actual / theoretical, actual=actual, theoretical=theoretical
    )


@calculation(
    "recovery",
    version=1,
    unit="%",
    title="Particle recovery",
    takes={
        "concentration_out": "particles/mL",
        "volume_out": "mL",
        "concentration_in": "particles/mL",
        "volume_in": "mL",
    },
)
def recovery(
    *, concentration_out: Decimal, volume_out: Decimal, concentration_in: Decimal, volume_in: Decimal
) -> Worked:
    """Particles out of a step against particles in; above 100 % is kept for the limits to judge (R308)."""
    require_positive(concentration_in=concentration_in, volume_in=volume_in)
    require_not_negative(concentration_out=concentration_out, volume_out=volume_out)
    return worked(
        "(concentration_out × volume_out) ÷ (concentration_in × volume_in) × 100",
        100 * concentration_out * volume_out / (concentration_in * volume_in),
        concentration_out=concentration_out,
        volume_out=volume_out,
        concentration_in=concentration_in,
        volume_in=volume_in,
    )


@calculation(
    "mass_balance",
    version=1,
    unit="%",
    title="Mass balance",
    takes={"feed": "particles", "parts": "particles/mL x mL"},
)
def mass_balance(feed: Decimal, parts: Pairs) -> Worked:
    """All particles found (retentate, permeate, flush, samples) against those fed. Refuses a feed of zero."""
    require_some(parts=parts)
    require_positive(feed=feed)
    value = 100 * _amount(parts) / feed
    return worked("(Σ parts) ÷ feed × 100", value, parts=products(parts), feed=feed)


@calculation(
    "particles_per_microgram",
    version=1,
    unit="particles/ug",
    title="Purity, particles per protein",
    takes={"concentration": "particles/mL", "protein": "ug/mL"},
)
def particles_per_microgram(concentration: Decimal, protein: Decimal) -> Worked:
    """Particle concentration over protein concentration. Refuses zero protein: purity is then not known."""
    require_positive(protein=protein)
    require_not_negative(concentration=concentration)
    return worked(
        "concentration ÷ protein", concentration / protein, concentration=concentration, protein=protein
    )


def _per_cell(
    concentration: Decimal, volume: Decimal, cells: Decimal, blank: Decimal, days: Decimal | None
) -> Worked:
    require_positive(cells=cells, **({} if days is None else {"days": days}))
    require_not_negative(concentration=concentration, volume=volume, blank=blank)
    if blank > concentration:
        raise NotCalculable("impossible", "Not calculable: the medium blank is above the harvest.")
    net = "(concentration − blank)" if blank else "concentration"
    per_day = "" if days is None else " ÷ days"
    value = (concentration - blank) * volume / cells / (days or 1)
    return worked(
        f"{net} × volume ÷ cells{per_day}",
        value,
        concentration=concentration,
        blank=blank,
        volume=volume,
        cells=cells,
        days=days or Decimal(1),
    )


def _amount(parts: Pairs) -> Decimal:
    for concentration, volume in parts:
        require_not_negative(concentration=concentration, volume=volume)
    return Decimal(sum(concentration * volume for concentration, volume in parts))
