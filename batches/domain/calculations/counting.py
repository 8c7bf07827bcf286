"""Cell counts: concentration, viability, cells in all. Counting zero is a result, a total of zero is not."""

from decimal import Decimal

from batches.domain.calculations.registry import Numbers, calculation
from batches.domain.calculations.worked import (
    Worked,
    require_at_most,
    require_not_negative,
    require_positive,
    require_some,
    worked,
)

_CHAMBER = Decimal(10_000)  # squares of 0.1 µL in one mL


@calculation(
    "haemocytometer_concentration",
    version=1,
    unit="cells/mL",
    title="Cell concentration by counting chamber",
    takes={"counts": "1", "squares": "1", "dilution": "1"},
)
def haemocytometer_concentration(counts: Numbers, squares: Decimal, dilution: Decimal) -> Worked:
    """Cells counted per large square of 0.1 µL, times dilution; all zero is 0 cells/mL."""
    require_some(counts=counts)
    require_not_negative(**{f"count_{at}": count for at, count in enumerate(counts, start=1)})
    require_positive(squares=squares, dilution=dilution)
    value = sum(counts) * dilution * _CHAMBER / squares
    words = "Σ counts ÷ squares × dilution × 10⁴"
    return worked(words, value, counts=counts, squares=squares, dilution=dilution)


@calculation(
    "image_count_concentration",
    version=1,
    unit="cells/mL",
    title="Cell concentration by image counter",
    takes={"cells": "1", "images": "1", "probe_volume": "mL", "dilution": "1", "internal_dilution": "1"},
)
def image_count_concentration(
    cells: Decimal, images: Decimal, probe_volume: Decimal, dilution: Decimal, internal_dilution: Decimal
) -> Worked:
    """Cells (all, or viable) per volume imaged, times the dilutions of sample and counter."""
    require_not_negative(cells=cells)
    require_positive(
        images=images, probe_volume=probe_volume, dilution=dilution, internal_dilution=internal_dilution
    )
    return worked(
        "cells ÷ (images × probe_volume) × dilution × internal_dilution",
        cells * dilution * internal_dilution / (images * probe_volume),
        cells=cells,
        images=images,
        probe_volume=probe_volume,
        dilution=dilution,
        internal_dilution=internal_dilution,
    )


@calculation(
    "viable_concentration",
    version=1,
    unit="cells/mL",
    title="Viable cell concentration",
    takes={"total": "cells/mL", "dead": "cells/mL"},
)
def viable_concentration(total: Decimal, dead: Decimal) -> Worked:
    """Total less dead cells. Refuses more dead than total."""
    _require_dead_in_total(total, dead)
    return worked("total − dead", total - dead, total=total, dead=dead)


@calculation(
    "viable_total",
    version=1,
    unit="cells",
    title="Viable cells in all",
    takes={"concentration": "cells/mL", "volume": "mL"},
)
def viable_total(concentration: Decimal, volume: Decimal) -> Worked:
    """Viable concentration times volume."""
    require_not_negative(concentration=concentration, volume=volume)
    return worked(
        "concentration × volume", concentration * volume, concentration=concentration, volume=volume
    )


@calculation("viability", version=1, unit="%", title="Viability", takes={"viable": "*", "dead": "*"})
def viability(viable: Decimal, dead: Decimal) -> Worked:
    """Viable of viable and dead cells; 0 viable of 30 is 0 %. Refuses when nothing was counted."""
    require_not_negative(viable=viable, dead=dead)
    require_positive(cells_counted=viable + dead)
    return worked("viable ÷ (viable + dead) × 100", 100 * viable / (viable + dead), viable=viable, dead=dead)


@calculation(
    "viability_from_total", version=1, unit="%", title="Viability", takes={"total": "*", "dead": "*"}
)
def viability_from_total(total: Decimal, dead: Decimal) -> Worked:
    """Total less dead, of total. Refuses a total of zero and more dead than total."""
    require_positive(total=total)
    _require_dead_in_total(total, dead)
    return worked("(total − dead) ÷ total × 100", 100 * (total - dead) / total, total=total, dead=dead)


@calculation(
    "viability_from_viable", version=1, unit="%", title="Viability", takes={"viable": "*", "total": "*"}
)
def viability_from_viable(viable: Decimal, total: Decimal) -> Worked:
    """Viable of total cells. Refuses a total of zero and more viable than total."""
    require_positive(total=total)
    require_not_negative(viable=viable)
    require_at_most(viable, total, "there are more viable cells than cells in total")
    return worked("viable ÷ total × 100", 100 * viable / total, viable=viable, total=total)


@calculation(
    "cells_left",
    version=1,
    unit="cells",
    title="Cells left after sampling",
    takes={"concentration": "cells/mL", "volume": "mL", "sampled": "mL"},
)
def cells_left(concentration: Decimal, volume: Decimal, sampled: Decimal) -> Worked:
    """Cells in what is left of a suspension after a sample. Refuses a sample larger than the suspension."""
    require_not_negative(concentration=concentration, volume=volume, sampled=sampled)
    require_at_most(sampled, volume, "the sample is larger than the suspension")
    return worked(
        "concentration × (volume − sampled)",
        concentration * (volume - sampled),
        concentration=concentration,
        volume=volume,
        sampled=sampled,
    )


@calculation(
    "attached_fraction", version=1, unit="%", title="Attached cells", takes={"free": "*", "inoculated": "*"}
)
def attached_fraction(free: Decimal, inoculated: Decimal) -> Worked:
    """Share of inoculated cells no longer free in the medium. Refuses more free than inoculated."""
    require_positive(inoculated=inoculated)
    require_not_negative(free=free)
    require_at_most(free, inoculated, "there are more free cells than were inoculated")
    return worked(
        "(inoculated − free) ÷ inoculated × 100",
        100 * (inoculated - free) / inoculated,
        inoculated=inoculated,
        free=free,
    )


def _require_dead_in_total(total: Decimal, dead: Decimal) -> None:
    require_not_negative(total=total, dead=dead)
    require_at_most(dead, total, "there are more dead cells than cells in total")
