"""What is left of a lot: exact decimals, never negative, in the lot's own unit (R314, R324)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation

from compliance.numbers import CONTEXT, DIGITS, display, round_half_up
from compliance.refusals import Invalid

# Adding and taking amounts is exact or refused: a rounded balance would hide or invent material. A minus
# sign rounds to the 28 digits of the default context, so signs are changed by copy_negate.
_EXACT = Context(prec=DIGITS, traps=[Inexact, InvalidOperation, DivisionByZero])


def check_amount(amount: Decimal, field: str = "amount") -> Decimal:
    """Take an amount to move: a positive, finite decimal. Refuses zero, a negative one, and a float."""
    if not isinstance(amount, Decimal):
        raise TypeError(f"an amount is a Decimal, not {type(amount).__name__}")
    if not (amount.is_finite() and amount > 0):
        raise Invalid("An amount must be a positive number.", field, "amount_not_positive")
    return amount


def on_hand(movements: Iterable[Decimal]) -> Decimal:
    """What is on hand: the sum of all movements, receipts positive, uses negative (R324).

    Refuses a sum that is negative: then a movement is missing or wrong. Nothing left is 0, without crumbs.
    """
    total = Decimal(0)
    for movement in movements:
        total = _exact(total, movement)
    if total < 0:
        sum_ = display(total, superscript=True)
        raise Invalid(f"The movements sum up to {sum_}: stock cannot be negative.", "", "stock_negative")
    return total or Decimal(0)


def take(available: Decimal, amount: Decimal, unit: str, reserved: Decimal = Decimal(0)) -> Decimal:
    """What is left after an amount is taken; `reserved` is promised to others (R324, MAT-07, MAT-08).

    Refuses more than is free, an amount that is not positive, and one too fine to be kept exactly.
    """
    check_amount(amount)
    free = _exact(available, reserved.copy_negate())
    if amount > free:
        asked, there, kept = (display(n, superscript=True) for n in (amount, available, reserved))
        held = f", {kept} {unit} of it reserved" if reserved else ""
        text = f"{asked} {unit} asked, {there} {unit} on hand{held}."
        raise Invalid(text, "amount", "not_enough")
    left = _exact(available, amount.copy_negate())
    return left or Decimal(0)


def is_used_up(available: Decimal) -> bool:
    """Whether nothing is left; derived, never stored."""
    return available == 0


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Issued against accounted for: the difference, and the share accounted for in percent, one decimal."""

    issued: Decimal
    accounted: Decimal
    difference: Decimal
    percent: Decimal

    def within(self, limit: Decimal) -> bool:
        """Whether the difference, either way, is within the limit; the limit included (R314)."""
        return self.difference.copy_abs() <= limit


def reconcile(
    issued: Decimal, *, used: Decimal, returned: Decimal, destroyed: Decimal, specimens: Decimal
) -> Reconciliation:
    """Reconcile what was issued with what was used, returned, destroyed and kept as specimen (R314).

    Refuses an issue of nothing and a negative part.
    """
    check_amount(issued, "issued")
    accounted = Decimal(0)
    for name, part in {
        "used": used,
        "returned": returned,
        "destroyed": destroyed,
        "specimens": specimens,
    }.items():
        if not (part.is_finite() and part >= 0):
            raise Invalid("An amount cannot be negative.", name, "amount_negative")
        accounted = _exact(accounted, part)
    percent = round_half_up(CONTEXT.divide(CONTEXT.multiply(accounted, Decimal(100)), issued), decimals=1)
    return Reconciliation(issued, accounted, _exact(issued, accounted.copy_negate()), percent)


def _exact(left: Decimal, right: Decimal) -> Decimal:
    try:
        return _EXACT.add(left, right)
    except (Inexact, InvalidOperation) as error:
        raise Invalid(f"Amounts are kept to {DIGITS} digits.", "amount", "amount_too_fine") from error
