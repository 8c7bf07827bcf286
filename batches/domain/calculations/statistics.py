"""Replicates: mean, spread, weighted mean, agreement of two counts. Spread is that of a sample (n - 1)."""

from decimal import Decimal

from batches.domain.calculations.registry import Numbers, calculation
from batches.domain.calculations.worked import (
    NotCalculable,
    Worked,
    products,
    require_not_negative,
    require_positive,
    require_some,
    worked,
)


@calculation("mean", version=1, unit="", title="Mean", takes={"values": "*"})
def mean(values: Numbers) -> Worked:
    """Sum over number of values. Refuses when there are none."""
    return worked("Σ values ÷ n", _mean(values), values=values, n=Decimal(len(values)))


@calculation("standard_deviation", version=1, unit="", title="Standard deviation", takes={"values": "*"})
def standard_deviation(values: Numbers) -> Worked:
    """Standard deviation of a sample (n - 1). Refuses fewer than two values."""
    return worked(
        "√(Σ(value − average)² ÷ (n − 1))",
        _deviation(values),
        average=_mean(values),
        n=Decimal(len(values)),
    )


@calculation(
    "coefficient_of_variation",
    version=1,
    unit="%",
    title="Coefficient of variation",
    takes={"values": "*"},
)
def coefficient_of_variation(values: Numbers) -> Worked:
    """Standard deviation (n - 1) over mean. Refuses fewer than two values and a mean of zero or less."""
    deviation = _deviation(values)
    require_positive(mean=_mean(values))
    average = _mean(values)
    return worked(
        "deviation ÷ average × 100", 100 * deviation / average, deviation=deviation, average=average
    )


@calculation(
    "weighted_mean",
    version=1,
    unit="",
    title="Weighted mean",
    takes={"values": "*", "weights": "1"},
)
def weighted_mean(values: Numbers, weights: Numbers) -> Worked:
    """Mean of values by weight, as of NTA videos by valid tracks. Refuses weights that sum to zero."""
    require_some(values=values)
    if len(values) != len(weights):
        raise NotCalculable("missing", "Not calculable: each value needs its weight.")
    require_not_negative(weight=min(weights))
    require_positive(sum_of_weights=Decimal(sum(weights)))
    pairs = list(zip(values, weights, strict=True))
    value = sum(number * weight for number, weight in pairs) / Decimal(sum(weights))
    return worked("(Σ values) ÷ Σ weights", value, values=products(pairs), weights=weights)


@calculation(
    "difference_percent",
    version=1,
    unit="%",
    title="Difference of two counts",
    takes={"first": "*", "second": "*"},
)
def difference_percent(first: Decimal, second: Decimal) -> Worked:
    """How far two independent counts lie apart, of their mean. Refuses when both are zero."""
    require_not_negative(first=first, second=second)
    require_positive(sum_of_counts=first + second)
    return worked(
        "|first − second| ÷ ((first + second) ÷ 2) × 100",
        200 * abs(first - second) / (first + second),
        first=first,
        second=second,
    )


def _mean(values: Numbers) -> Decimal:
    require_some(values=values)
    return sum(values) / Decimal(len(values))


def _deviation(values: Numbers) -> Decimal:
    if len(values) < 2:
        raise NotCalculable("missing", "Not calculable: spread needs at least two values.")
    centre = _mean(values)
    return (sum((value - centre) ** 2 for value in values) / Decimal(len(values) - 1)).sqrt()
