"""Where the people of the demonstration act: the scripted clock, acts, and signatures with their own passwords."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from compliance.domain import clock, signing
from compliance.domain.act import act

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from compliance.domain.act import Act
    from compliance.domain.actor import Actor
    from compliance.models import AppendOnly, Record
    from release.demo.people import Seat

BETWEEN = timedelta(seconds=20)  # from one act of a person to the next


class Desk:
    """The clock of the script and the people at it. Each act moves the clock on; it never steps back."""

    def __init__(self, seats: dict[str, Seat], zero: datetime) -> None:
        self.seats = seats
        self.now = zero
        clock.set_scripted(zero)

    def actor(self, who: str) -> Actor:
        """The person of this user name at her station."""
        return self.seats[who].actor

    def wait_until(self, moment: datetime) -> None:
        """Moves the clock to a moment; one that has passed leaves it where it is."""
        if moment > self.now:
            self.now = moment
            clock.set_scripted(moment)

    def step(self) -> None:
        """A little later."""
        self.wait_until(self.now + BETWEEN)

    @contextmanager
    def act(self, who: str, event: str, home: Record | AppendOnly | str) -> Iterator[Act]:
        """One act of a person, a little later than the one before."""
        self.step()
        with act(self.actor(who), event, home) as a:
            yield a

    @contextmanager
    def signed(
        self, who: str, event: str, record: Record | AppendOnly, meaning: str, home: Any = None
    ) -> Iterator[tuple[Act, UUID]]:
        """The signing prompt answered with the person's password, then the act as its signer."""
        seat = self.seats[who]
        subject = signing.subject_of(record, meaning)
        signer, token = signing.challenge(seat.actor, seat.cast.username, seat.password, subject)
        self.step()
        with act(signer, event, home or record) as a:
            yield a, token
