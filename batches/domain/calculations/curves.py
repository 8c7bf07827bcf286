"""Standard curves read backwards: from a signal to a concentration, by line, parabola or four parameters."""

from decimal import Decimal

from batches.domain.calculations.registry import Numbers, calculation
from batches.domain.calculations.worked import (
    NotCalculable,
    Worked,
    require_at_most,
    require_positive,
    worked,
)


@calculation(
    "linear_inverse",
    version=1,
    unit="ug/mL",
    title="Concentration by standard line",
    takes={"signal": "*", "standards": "ug/mL", "signals": "*"},
)
def linear_inverse(signal: Decimal, standards: Numbers, signals: Numbers) -> Worked:
    """Least squares on the standard wells, then (signal - intercept)/slope.

    A signal below the intercept gives a value below zero, to be reported as `< 0`, not as 0.
    Refuses fewer than two different standards and a slope of zero.
    """
    slope, intercept = _line(standards, signals)
    return worked(
        "(signal − intercept) ÷ slope",
        (signal - intercept) / slope,
        signal=signal,
        intercept=intercept,
        slope=slope,
    )


@calculation(
    "quadratic_inverse",
    version=1,
    unit="ug/mL",
    title="Concentration by standard parabola",
    takes={"signal": "*", "a2": "", "a1": "", "a0": "*", "highest": "ug/mL"},
)
def quadratic_inverse(
    *, signal: Decimal, a2: Decimal, a1: Decimal, a0: Decimal, highest: Decimal | None = None
) -> Worked:
    """The root of a2 x² + a1 x + a0 = signal that lies on the branch of the standards.

    Refuses a signal the parabola never reaches, and with `highest` a result outside the standards.
    """
    require_positive(slope_at_zero=abs(a1))
    discriminant = a1 * a1 - 4 * a2 * (a0 - signal)
    if discriminant < 0:
        raise NotCalculable("outside_curve", "Not calculable: the signal is beyond the top of the curve.")
    # The form that stays exact when a2 is small, and is the branch that starts at the blank.
    root = discriminant.sqrt() if a1 > 0 else -discriminant.sqrt()
    value = 2 * (signal - a0) / (a1 + root)
    if highest is not None and not 0 <= value <= highest:
        raise NotCalculable("outside_standards", "Not calculable: the result is outside the standards.")
    return worked(
        "2 × (signal − a0) ÷ (a1 + √(a1 × a1 − 4 × a2 × (a0 − signal)))",
        value,
        signal=signal,
        a0=a0,
        a1=a1,
        a2=a2,
    )


@calculation(
    "fourpl_inverse",
    version=1,
    unit="ng/mL",
    title="Concentration by four-parameter curve",
    takes={"signal": "*", "a": "*", "b": "1", "c": "ng/mL", "d": "*"},
)
def fourpl_inverse(*, signal: Decimal, a: Decimal, b: Decimal, c: Decimal, d: Decimal) -> Worked:
    """x = c((a - d)/(y - d) - 1)^(1/b). Refuses a signal at or beyond an asymptote: there is no number."""
    require_positive(slope=abs(b), c=c)
    if not min(a, d) < signal < max(a, d):
        raise NotCalculable("outside_curve", "Not calculable: the signal is outside the curve.")
    value = c * (((a - d) / (signal - d) - 1).ln() / b).exp()
    return worked("c × ((a − d) ÷ (signal − d) − 1)^(1 ÷ b)", value, c=c, a=a, d=d, signal=signal, b=b)


@calculation(
    "r_squared",
    version=1,
    unit="",
    title="Coefficient of determination of the standard line",
    takes={"standards": "ug/mL", "signals": "*"},
)
def r_squared(standards: Numbers, signals: Numbers) -> Worked:
    """How much of the spread of the signals the line explains. Refuses signals that are all alike."""
    slope, intercept = _line(standards, signals)
    centre = sum(signals) / Decimal(len(signals))
    total = Decimal(sum((signal - centre) ** 2 for signal in signals))
    residual = sum(
        (signal - intercept - slope * standard) ** 2
        for standard, signal in zip(standards, signals, strict=True)
    )
    return worked("1 − residual ÷ total", 1 - residual / total, residual=Decimal(residual), total=total)


def _line(standards: Numbers, signals: Numbers) -> tuple[Decimal, Decimal]:
    """Slope and intercept by least squares."""
    if len(standards) != len(signals):
        raise NotCalculable("missing", "Not calculable: each standard needs its signal.")
    require_at_most(Decimal(2), Decimal(len(set(standards))), "a line needs at least two different standards")
    count = Decimal(len(standards))
    mean_x, mean_y = sum(standards) / count, sum(signals) / count
    spread = Decimal(sum((x - mean_x) ** 2 for x in standards))
    slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(standards, signals, strict=True)) / spread
    require_positive(slope=abs(slope))
    return slope, mean_y - slope * mean_x
