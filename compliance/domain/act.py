"""One GMP act is one durable transaction with one act id: rows, history, signature and ledger, or nothing."""

from __future__ import annotations

import fcntl
import os
import random
import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from compliance import net
from compliance.domain import actor as actors
from compliance.domain import clock, ledger
from compliance.models import AppendOnly, ChainHead, LedgerEntry, Record
from compliance.refusals import AlreadyDone, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from compliance.domain.actor import Actor

LOCK_WAIT_SECONDS = 20
_descriptors = threading.local()


@dataclass(slots=True)
class Act:
    """An open act. Every writing domain function takes it first."""

    id: uuid.UUID
    actor: Actor
    event: str
    home: str
    at: datetime
    rows: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    chains: set[str] = field(default_factory=set)
    published: list[dict[str, Any]] = field(default_factory=list)
    entry: LedgerEntry | None = None

    def touch(self, *aggregates: Record | AppendOnly | str) -> None:
        """Links this act into the chains of other aggregates too (a lot used, a donor judged)."""
        self.chains |= {a if isinstance(a, str) else a.chain for a in aggregates}

    def fact(self, **facts: Any) -> None:
        """Words and numbers for the trail that are no row of their own."""
        self.facts |= facts


@contextmanager
def act(actor: Actor, event: str, home: Record | AppendOnly | str, token: uuid.UUID | None = None) -> Iterator[Act]:
    """Opens an act on the home aggregate's chain.

    `token` is the form's act id: a second send of the same form is answered by AlreadyDone (CON-04).
    Refuses when the database guards are not complete, when the actor is no longer active, when the clock
    stands before the chain's last record. Writes history, ledger entry and links on leaving; on any exception
    nothing at all.
    """
    act_id = token or uuid.uuid4()
    chain = home if isinstance(home, str) else home.chain
    try:
        with _fair_lock(), transaction.atomic(durable=True), _open_in_database(act_id):
            net.need_complete(connection)
            _refuse_second(act_id)
            opened = Act(act_id, actors.fresh(actor), event, chain, _record_time(chain), chains={chain})
            yield opened
            opened.entry = ledger.close_act(opened)
            heads = opened.published
            transaction.on_commit(lambda: ledger.publish(heads))
    except (Refusal, IntegrityError) as error:
        if token is None or isinstance(error, AlreadyDone):
            raise
        # Two sends of one form at the same moment: the loser meets the winner's rows, whatever the message.
        _refuse_second(act_id)
        raise


def _refuse_second(act_id: uuid.UUID) -> None:
    entry = LedgerEntry.objects.filter(act_id=act_id).first()
    if entry is not None:
        raise AlreadyDone(entry)


def _record_time(chain: str) -> datetime:
    """Now, but never before the chain's last record while machines differ by less than the allowed skew."""
    at = clock.now()
    head = ChainHead.objects.filter(chain=chain).values_list("recorded_at", flat=True).first()
    if head is not None and at < head <= at + clock.SKEW:
        return head
    return at


@contextmanager
def _open_in_database(act_id: uuid.UUID) -> Iterator[None]:
    """Lets the guards see the act: a transaction-local setting, on SQLite a value of this connection."""
    net.open_act(connection, act_id)
    try:
        yield
    finally:
        net.close_act(connection)


@contextmanager
def _fair_lock() -> Iterator[None]:
    """On SQLite one writer at a time, by a file lock that waits longer and fairer than the database does."""
    if connection.vendor != "sqlite":
        yield
        return
    descriptor = _descriptor()
    end = time.monotonic() + LOCK_WAIT_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > end:
                raise Refusal("The site is busy; nothing was recorded. Try again.", "busy") from None
            time.sleep(random.uniform(0.001, 0.004))  # noqa: S311 - spreads waiters, guards no secret
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def _descriptor() -> int:
    """One descriptor per process and thread: a forked child would share its parent's lock."""
    if getattr(_descriptors, "pid", None) != os.getpid():
        _descriptors.pid = os.getpid()
        _descriptors.fd = os.open(settings.ACT_LOCK, os.O_RDWR | os.O_CREAT, 0o640)
    return int(_descriptors.fd)
