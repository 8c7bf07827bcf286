"""Writes the entry and its chain links at the end of an act, and states how each digest is made."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import threading
from typing import TYPE_CHECKING, Any

from django.conf import settings

from compliance.domain import clock
from compliance.domain.canonical import canonical_json, digest, plain_value, sha256
from compliance.manifests import manifest_of
from compliance.models import ChainHead, ChainLink, LedgerEntry
from compliance.refusals import Refusal
from compliance.roles import event_title

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db import models

    from compliance.domain.act import Act

ZERO = "0" * 64
SITE_CHAIN = "site"
log = logging.getLogger(__name__)
_waiting: list[dict[str, Any]] = []  # heads that the disk did not take yet
_waiting_lock = threading.Lock()


def row_values(row: models.Model, number: int) -> dict[str, Any]:
    """The row's columns that manifest `number` of its model froze."""
    label = row_label(row)
    return {name: getattr(row, name) for name in manifest_of(label, number)}


def row_label(row: models.Model) -> str:
    """The model's label; a history row answers with its record's."""
    return str(getattr(row, "instance_type", type(row))._meta.label_lower)


def row_digest(row: Any, number: int) -> str:
    """What the ledger keeps of a row: everything but what stands outside the record."""
    return digest(
        {
            "label": row_label(row),
            "manifest": number,
            "uuid": row.uuid,
            "values": row_values(row, number),
            "version": row.version,
        }
    )


def entry_digest(entry: LedgerEntry) -> str:
    """Digest of an entry over its exact payload text."""
    return digest(entry_values(entry))


def entry_values(entry: LedgerEntry) -> dict[str, Any]:
    """What the digest of an entry is taken over, as canonical JSON."""
    return {
        "act_id": entry.act_id,
        "actor": entry.actor_name,
        "event": entry.event,
        "payload_sha256": sha256(entry.payload),
        "recorded_at": entry.recorded_at,
        "true_at": entry.true_at,
    }


def link_digest(chain: str, seq: int, prev: str, entry_sha: str) -> str:
    """Digest of a link: its place, the link before, the entry it holds."""
    return digest({"chain": chain, "entry": entry_sha, "prev": prev, "seq": seq})


def close_act(act: Act) -> LedgerEntry:
    """Writes the one entry of an act and links it into every chain it touched. Refuses unregistered events."""
    if event_title(act.event) is None:
        raise ValueError(f"Ledger event {act.event!r} is not registered.")
    entry = LedgerEntry(
        act_id=act.id,
        event=act.event,
        actor=act.actor.user,
        actor_name=act.actor.name,
        home=act.home,
        recorded_at=act.at,
        true_at=clock.true_now(),
        payload=canonical_json({"rows": act.rows, "facts": act.facts, "home": act.home, "chains": sorted(act.chains)}),
    )
    entry.digest = entry_digest(entry)
    heads = _locked_heads(act.chains, entry.recorded_at)
    entry.save(force_insert=True)
    act.published = [_link(head, entry) for head in heads]
    return entry


def _locked_heads(chains: Iterable[str], at: datetime) -> list[ChainHead]:
    """Heads in sorted order (no two acts can wait for each other in a ring), new ones made at zero."""
    names = sorted(chains)
    found = {h.chain: h for h in ChainHead.objects.select_for_update().filter(chain__in=names).order_by("chain")}
    heads = [found.get(name) or ChainHead(chain=name, seq=0, digest=ZERO, recorded_at=at) for name in names]
    for head in heads:
        if at + clock.SKEW < head.recorded_at:
            raise Refusal(
                f"The clock stands before the last record of {head.chain} ({clock.stamp(head.recorded_at)}). "
                "Nothing was written. Have the server's time set right.",
                "clock",
            )
    return heads


def _link(head: ChainHead, entry: LedgerEntry) -> dict[str, Any]:
    link = ChainLink(chain=head.chain, seq=head.seq + 1, entry=entry, prev=head.digest)
    link.digest = link_digest(link.chain, link.seq, link.prev, entry.digest)
    link.save(force_insert=True)
    head.seq, head.digest, head.recorded_at = link.seq, link.digest, max(head.recorded_at, entry.recorded_at)
    head.save()
    at = plain_value(entry.recorded_at)
    return {"chain": link.chain, "seq": link.seq, "digest": link.digest, "at": at, "entry": entry.pk}


def publish(heads: list[dict[str, Any]]) -> None:
    """Appends new heads to the file outside the database and waits until they are on disk (R101).

    The act is committed by now, so a full or missing disk refuses nothing: it is logged, the heads wait in this
    process and go out with the next act. What a crash takes with it, `verify_integrity` tells as never published.
    """
    with _waiting_lock:
        _waiting.extend(heads)
        try:
            _append("".join(json.dumps(head, sort_keys=True) + "\n" for head in _waiting).encode())
        except OSError:
            log.exception("heads file %s cannot be written; %s heads wait", settings.HEADS_FILE, len(_waiting))
        else:
            _waiting.clear()


def _append(data: bytes) -> None:
    """Whole lines at the end of the file. A half line that a crash left is ended first: it swallows no other."""
    descriptor = os.open(settings.HEADS_FILE, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            data = b"\n" + data
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
