"""Plain tables have a door of their own, and GMP tables are turned away there (R105)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from compliance.domain import clock, plain
from compliance.models import LedgerEntry, SignChallenge, User

if TYPE_CHECKING:
    from compliance.domain.actor import Actor

pytestmark = pytest.mark.django_db


def challenge(actor: Actor) -> SignChallenge:
    return plain.insert(SignChallenge(user=actor.user, subject="x", expires_at=clock.true_now()))


def test_plain_row_is_inserted_changed_claimed_and_cleared(admin: Actor) -> None:
    before = LedgerEntry.objects.count()
    row = challenge(admin)
    later = row.expires_at + timedelta(seconds=60)
    plain.change(row, expires_at=later)
    assert SignChallenge.objects.get().expires_at == later
    open_ones = SignChallenge.objects.filter(used_at__isnull=True)
    assert (plain.claim(open_ones, used_at=later), plain.claim(open_ones, used_at=later)) == (1, 0)
    plain.clear([row])
    assert not SignChallenge.objects.exists()
    assert LedgerEntry.objects.count() == before


@pytest.mark.req("R105")
def test_gmp_rows_are_turned_away(admin: Actor) -> None:
    entry = LedgerEntry.objects.latest("pk")
    attempts = [
        lambda: plain.insert(User(username="x", printed_name="X")),
        lambda: plain.change(admin.user, printed_name="X"),
        lambda: plain.claim(User.objects.all(), printed_name="X"),
        lambda: plain.clear([admin.user]),
        lambda: plain.change(entry, event="x"),
        lambda: plain.change(admin.user.history.first(), printed_name="X"),
    ]
    for attempt in attempts:
        with pytest.raises(TypeError, match="is a GMP table"):
            attempt()
