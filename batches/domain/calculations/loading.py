"""Cargo loading: how much of what was added is inside, what is accounted for, copies in one particle."""

from decimal import Decimal

from batches.domain.calculations.registry import calculation
from batches.domain.calculations.worked import Worked, require_not_negative, require_positive, worked

_AVOGADRO_PER_PMOL = Decimal("6.02214076E+11")  # exact by the definition of the mole


@calculation(
    "loading_efficiency",
    version=1,
    unit="%",
    title="Loading efficiency",
    takes={"loaded": "*", "added": "*"},
)
def loading_efficiency(loaded: Decimal, added: Decimal) -> Worked:
    """Cargo inside the vesicles of cargo added. Refuses when nothing was added."""
    require_positive(added=added)
    require_not_negative(loaded=loaded)
    return worked("loaded ÷ added × 100", 100 * loaded / added, loaded=loaded, added=added)


@calculation(
    "cargo_balance",
    version=1,
    unit="%",
    title="Cargo balance",
    takes={"loaded": "*", "recovered": "*", "added": "*"},
)
def cargo_balance(loaded: Decimal, recovered: Decimal, added: Decimal) -> Worked:
    """Cargo loaded and recovered of cargo added; the rest is unaccounted for."""
    require_positive(added=added)
    require_not_negative(loaded=loaded, recovered=recovered)
    return worked(
        "(loaded + recovered) ÷ added × 100",
        100 * (loaded + recovered) / added,
        loaded=loaded,
        recovered=recovered,
        added=added,
    )


@calculation(
    "copies_per_particle",
    version=1,
    unit="copies/particle",
    title="Cargo copies in one particle",
    takes={"cargo": "pmol", "particles": "particles"},
)
def copies_per_particle(cargo: Decimal, particles: Decimal) -> Worked:
    """Molecules of cargo over particles. Refuses zero particles."""
    require_positive(particles=particles)
    require_not_negative(cargo=cargo)
    return worked(
        "cargo × 6.02214076 × 10¹¹ ÷ particles",
        cargo * _AVOGADRO_PER_PMOL / particles,
        cargo=cargo,
        particles=particles,
    )
