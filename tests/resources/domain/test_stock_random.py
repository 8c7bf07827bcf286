"""Random movements: never below nothing, and on hand is always the sum."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.domain.act import act
from compliance.refusals import Refusal
from resources import queries
from resources.domain import stock
from tests.resources import steps

pytestmark = pytest.mark.django_db

AMOUNTS = st.decimals(min_value=Decimal("0.001"), max_value=Decimal(12), places=3)
MOVES = st.lists(
    st.tuples(st.sampled_from(["charge", "return", "sample", "discard", "adjust"]), AMOUNTS),
    min_size=1,
    max_size=12,
)


def move(a, lot, kind: str, amount: Decimal) -> None:
    named = {"batch_ref": steps.BATCH, "reference": steps.BATCH_UUID}
    if kind == "charge":
        stock.charge(a, lot, amount, "mL", **named)
    elif kind == "return":
        stock.return_(a, lot, amount, "mL", reason="Not needed today", **named)
    elif kind == "sample":
        stock.take_sample(a, lot, amount, "mL", "Sampled for a test")
    elif kind == "discard":
        stock.discard(a, lot, amount, "mL", "Spilt on the bench")
    else:
        stock.adjust(a, lot, amount, "mL", "Counted at stock-taking")


def expected(left: Decimal, held: Decimal, kind: str, amount: Decimal) -> tuple[Decimal, Decimal] | None:
    """What an independent book of two numbers says; None where the move must be refused."""
    if kind == "adjust":
        return None if amount == left else (amount, held)
    if kind == "return":
        return (left + amount, held - amount) if amount <= held else None
    if amount > left:
        return None
    return left - amount, held + amount if kind == "charge" else held


@pytest.mark.req("R324")
@pytest.mark.case("MAT-07")
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(moves=MOVES)
def test_random_movements_keep_the_book(moves: list[tuple[str, Decimal]], db: None) -> None:
    lot = steps.released_lot(quantity="10")
    left, held = Decimal(10), Decimal(0)
    for kind, amount in moves:
        mover = steps.qa()
        after = expected(left, held, kind, amount)
        if after is None:
            with pytest.raises(Refusal), act(mover, "stock.adjusted", lot) as a:
                move(a, lot, kind, amount)
        else:
            with act(mover, "stock.adjusted", lot) as a:
                move(a, lot, kind, amount)
            left, held = after
        assert queries.on_hand(lot) == left >= 0
        assert queries.charged_by(lot, steps.BATCH_UUID) == held
    rows = list(lot.movements.order_by("sequence"))
    assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
    assert sum((row.delta for row in rows), Decimal(0)) == rows[-1].balance_after == left
