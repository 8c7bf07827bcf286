"""Pure calculations with exact numbers, named and versioned: `calculate("vcf@1", {...})` (R302)."""

from batches.domain.calculations import (  # noqa: F401 (each module registers its calculations)
    counting,
    curves,
    dilution,
    fill,
    growth,
    histogram,
    loading,
    particles,
    safety,
    seeding,
    statistics,
    tff,
    timing,
)
from batches.domain.calculations.registry import (
    ArgumentKind,
    Calculated,
    Calculation,
    calculate,
    describe,
    names,
    signature,
)
from batches.domain.calculations.worked import NotCalculable

__all__ = [
    "ArgumentKind",
    "Calculated",
    "Calculation",
    "NotCalculable",
    "calculate",
    "describe",
    "names",
    "signature",
]
