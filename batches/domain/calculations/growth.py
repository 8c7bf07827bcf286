"""Growth of a culture: population doublings, cumulative PDL (limit of a bank, R405), doubling time, yield."""

from decimal import Decimal

from batches.domain.calculations.registry import Numbers, Pairs, calculation
from batches.domain.calculations.worked import (
    NotCalculable,
    Worked,
    products,
    require_not_negative,
    require_positive,
    worked,
)


@calculation(
    "population_doublings",
    version=1,
    unit="PD",
    title="Population doublings",
    takes={"seeded": "*", "harvested": "*"},
)
def population_doublings(seeded: Decimal, harvested: Decimal) -> Worked:
    """log2 of harvested over seeded; below zero when cells were lost. Refuses a harvest or seed of zero."""
    return worked(
        "log₂(harvested ÷ seeded)", _doublings(seeded, harvested), harvested=harvested, seeded=seeded
    )


@calculation(
    "cumulative_pdl",
    version=1,
    unit="PD",
    title="Cumulative population doublings",
    takes={"start": "PD", "doublings": "PD"},
)
def cumulative_pdl(start: Decimal, doublings: Numbers) -> Worked:
    """PDL of the bank plus the doublings of every passage since; without any, the bank's own (R405)."""
    require_not_negative(start=start)
    words = "start + Σ doublings" if doublings else "start"
    return worked(words, start + sum(doublings), start=start, doublings=doublings)


@calculation(
    "cumulative_pdl_from_counts",
    version=1,
    unit="PD",
    title="Cumulative population doublings from counts",
    takes={"start": "PD", "passages": "cells"},
)
def cumulative_pdl_from_counts(start: Decimal, passages: Pairs) -> Worked:
    """PDL of the bank plus log2(harvested over seeded) of each (seeded, harvested) pair (R405)."""
    require_not_negative(start=start)
    value = start + sum(_doublings(seeded, harvested) for seeded, harvested in passages)
    ratios = [f"log₂({products([(harvested, seeded)], '÷')})" for seeded, harvested in passages]
    words = "start + Σ passages" if passages else "start"
    return worked(words, value, start=start, passages=" + ".join(ratios))


@calculation(
    "doubling_time",
    version=1,
    unit="h",
    title="Doubling time",
    takes={"seeded": "*", "harvested": "*", "hours": "h"},
)
def doubling_time(seeded: Decimal, harvested: Decimal, hours: Decimal) -> Worked:
    """Hours per doubling. Refuses without growth: no time doubles a culture that did not grow."""
    require_positive(hours=hours)
    doublings = _doublings(seeded, harvested)
    if doublings <= 0:
        raise NotCalculable("no_growth", "Not calculable: the culture did not grow.")
    return worked(
        "hours ÷ log₂(harvested ÷ seeded)", hours / doublings, hours=hours, harvested=harvested, seeded=seeded
    )


@calculation(
    "fold_expansion", version=1, unit="x", title="Fold expansion", takes={"seeded": "*", "harvested": "*"}
)
def fold_expansion(seeded: Decimal, harvested: Decimal) -> Worked:
    """Harvested over seeded cells. Refuses a seed of zero."""
    require_positive(seeded=seeded)
    require_not_negative(harvested=harvested)
    return worked("harvested ÷ seeded", harvested / seeded, harvested=harvested, seeded=seeded)


@calculation(
    "harvest_density",
    version=1,
    unit="cells/cm2",
    title="Cells per area at harvest",
    takes={"cells": "cells", "area": "cm2"},
)
def harvest_density(cells: Decimal, area: Decimal) -> Worked:
    """Viable cells at harvest per growth area. Refuses an area of zero."""
    require_positive(area=area)
    require_not_negative(cells=cells)
    return worked("cells ÷ area", cells / area, cells=cells, area=area)


def _doublings(seeded: Decimal, harvested: Decimal) -> Decimal:
    require_positive(seeded=seeded, harvested=harvested)
    return (harvested / seeded).ln() / Decimal(2).ln()
