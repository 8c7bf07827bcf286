"""Size from a histogram of equal bins: D values, mean, mode, span, share in a range.

Convention: counts are summed at bin **edges** and taken as even inside a bin, and the lowest size that
reaches the share is reported. Vendors differ by up to one bin: keep printed and recomputed side by side.
"""

from decimal import Decimal
from itertools import accumulate, pairwise

from batches.domain.calculations.registry import Numbers, calculation
from batches.domain.calculations.worked import (
    NotCalculable,
    Worked,
    products,
    require_at_most,
    require_not_negative,
    require_positive,
    worked,
)

_BINS = {"centres": "nm", "counts": "1", "width": "nm"}


@calculation("d_value", version=1, unit="nm", title="D value", takes={**_BINS, "percent": "%"})
def d_value(centres: Numbers, counts: Numbers, width: Decimal, percent: Decimal) -> Worked:
    """Size below which `percent` of the particles lie: 10, 50 or 90. Refuses an empty histogram."""
    _require_bins(centres, counts, width)
    require_not_negative(percent=percent)
    require_at_most(percent, Decimal(100), "a share is at most 100 %")
    value = _size_at(centres, counts, width, percent)
    words = "size where Σ counts reaches percent %"
    return worked(words, value, counts=counts, percent=percent)


@calculation(
    "histogram_mean",
    version=1,
    unit="nm",
    title="Mean size",
    takes={"centres": "nm", "counts": "1"},
)
def histogram_mean(centres: Numbers, counts: Numbers) -> Worked:
    """Mean of bin centres by count. Refuses an empty histogram."""
    _require_bins(centres, counts)
    bins = list(zip(centres, counts, strict=True))
    value = sum(centre * count for centre, count in bins) / _total(counts)
    return worked("(Σ bins) ÷ Σ counts", value, bins=products(bins), counts=counts)


@calculation(
    "histogram_mode",
    version=1,
    unit="nm",
    title="Mode of size",
    takes={"centres": "nm", "counts": "1"},
)
def histogram_mode(centres: Numbers, counts: Numbers) -> Worked:
    """Centre of the highest bin, of equal ones the lowest. Refuses an empty histogram."""
    _require_bins(centres, counts)
    highest = max(counts)
    value = min(centre for centre, count in zip(centres, counts, strict=True) if count == highest)
    return worked("centre of the highest bin", value)


@calculation("histogram_span", version=1, unit="", title="Span", takes=_BINS)
def histogram_span(centres: Numbers, counts: Numbers, width: Decimal) -> Worked:
    """(D90 - D10)/D50. Refuses an empty histogram and a D50 of zero."""
    _require_bins(centres, counts, width)
    d10, d50, d90 = (_size_at(centres, counts, width, Decimal(share)) for share in (10, 50, 90))
    require_positive(d50=d50)
    return worked("(d90 − d10) ÷ d50", (d90 - d10) / d50, d90=d90, d10=d10, d50=d50)


@calculation(
    "percent_in_range",
    version=1,
    unit="%",
    title="Particles in a size range",
    takes={**_BINS, "low": "nm", "high": "nm"},
)
def percent_in_range(
    *, centres: Numbers, counts: Numbers, width: Decimal, low: Decimal, high: Decimal
) -> Worked:
    """Share of particles from `low` to `high`; a bin that the range cuts counts by its part (pro rata)."""
    _require_bins(centres, counts, width)
    if low >= high:
        raise NotCalculable("impossible", "Not calculable: the range is empty.")
    inside = sum(
        count * _overlap(centre, width, low, high) / width
        for centre, count in zip(centres, counts, strict=True)
    )
    return worked(
        "inside ÷ total × 100",
        100 * inside / _total(counts),
        inside=Decimal(inside),
        total=_total(counts),
    )


def _size_at(centres: Numbers, counts: Numbers, width: Decimal, percent: Decimal) -> Decimal:
    wanted = _total(counts) * percent / 100
    upto = list(accumulate(counts))
    at = next(at for at, count in enumerate(counts) if count > 0 and upto[at] >= wanted)
    below = upto[at] - counts[at]
    return centres[at] - width / 2 + width * (wanted - below) / counts[at]


def _overlap(centre: Decimal, width: Decimal, low: Decimal, high: Decimal) -> Decimal:
    return max(Decimal(0), min(high, centre + width / 2) - max(low, centre - width / 2))


def _total(counts: Numbers) -> Decimal:
    return Decimal(sum(counts))


def _require_bins(centres: Numbers, counts: Numbers, width: Decimal | None = None) -> None:
    if len(centres) != len(counts):
        raise NotCalculable("missing", "Not calculable: each bin needs its count.")
    if list(centres) != sorted(set(centres)):
        raise NotCalculable("impossible", "Not calculable: bins must rise from small to large.")
    require_not_negative(count=min(counts, default=Decimal(0)))
    require_positive(particles_counted=_total(counts))
    if width is not None:
        require_positive(width=width)
        if any(second - first != width for first, second in pairwise(centres)):
            raise NotCalculable("impossible", "Not calculable: bins must be one width apart.")
