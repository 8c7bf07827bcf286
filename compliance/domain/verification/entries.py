"""From the ledger to the rows: each entry is itself, hangs on its chains, and each row it notes is there."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from compliance.domain.ledger import entry_digest, link_digest
from compliance.domain.verification import reading, seals, signed, written
from compliance.domain.verification.findings import Finding, Kind, of_chain, of_entry
from compliance.domain.verification.noted import Noted, notes_of, parse
from compliance.models import ChainLink, LedgerEntry, User
from compliance.roles import all_events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compliance.domain.verification.run import Report
    from compliance.domain.verification.scope import Scope


def check(scope: Scope, report: Report) -> Iterator[Finding]:
    """Every entry in scope, in the order of writing."""
    bad: list[tuple[Any, str]] = []
    for chunk in reading.chunks(scope.entries(), bad):
        yield from _chunk(scope, report, chunk)
    for key, why in bad:
        text, field = f"a cell cannot be read: {why}", reading.spoiled(LedgerEntry, key)
        yield Finding(Kind.CHANGED, "compliance.ledgerentry", _act(key), text, field=field)


def _act(key: Any) -> str:
    try:
        return str(LedgerEntry.objects.filter(pk=key).values_list("act_id", flat=True).get())
    except reading.UNREADABLE:
        return f"row {key}"


def _chunk(scope: Scope, report: Report, chunk: list[LedgerEntry]) -> Iterator[Finding]:
    links = _links(chunk)
    names = _names({entry.actor_id for entry in chunk})
    items: dict[str, list[tuple[LedgerEntry, Noted]]] = defaultdict(list)
    for entry in chunk:
        report.count("acts")
        payload, found = _one(entry, links[entry.act_id], names)
        yield from found
        if payload is None:
            scope.meet(entry, [])
            continue
        notes = notes_of(payload)
        scope.meet(entry, [(note.label, UUID(note.uuid)) for note in notes])
        for note in notes:
            items[note.label].append((entry, note))
        yield from seals.check(entry, payload)
    for label, noted in items.items():
        report.count("rows", len(noted))
        yield from report.once(written.check(label, noted))
        if label == "compliance.signature":
            yield from report.once(signed.check(noted))


def _links(chunk: list[LedgerEntry]) -> dict[Any, list[ChainLink]]:
    found: dict[Any, list[ChainLink]] = defaultdict(list)
    query = ChainLink.objects.filter(entry_id__in=[entry.act_id for entry in chunk])
    for link in reading.rows(query, []):
        found[link.entry_id].append(link)
    return found


def _names(users: set[int]) -> dict[int, set[str]]:
    """Every user name an account has or had; names never change, so there is one unless somebody changed a cell."""
    found: dict[int, set[str]] = defaultdict(set)
    for query in (User.objects.filter(pk__in=users), User.history.filter(id__in=users)):
        for pk, name in query.order_by().values_list("id", "username").distinct():
            found[pk].add(name)
    return found


def _one(
    entry: LedgerEntry, links: list[ChainLink], names: dict[int, set[str]]
) -> tuple[dict[str, Any] | None, list[Finding]]:
    """The entry's payload when it can be trusted, and what is wrong with the entry."""
    found: list[Finding] = []
    if entry.actor_name not in names.get(entry.actor_id, ()):
        text = f"the entry names {entry.actor_name}, its account is user {entry.actor_id}"
        found.append(of_entry(Kind.RE_ATTRIBUTED, entry, text, "actor"))
    actual = _digest(entry)
    if actual != entry.digest:
        found.append(_changed(entry, links, actual))
        if not _held(links, actual):
            return None, found
    payload = parse(entry.payload)
    if payload is None:
        found.append(of_entry(Kind.CHANGED, entry, "the payload cannot be read", "payload"))
        return None, found
    return payload, found + list(_places(entry, payload, {link.chain for link in links}))


def _digest(entry: LedgerEntry) -> str:
    try:
        return entry_digest(entry)
    except (*reading.UNREADABLE, AttributeError):
        return ""


def _held(links: list[ChainLink], digest: str) -> bool:
    """Whether a chain holds an entry of this digest."""
    return any(link_digest(link.chain, link.seq, link.prev, digest) == link.digest for link in links)


def _changed(entry: LedgerEntry, links: list[ChainLink], actual: str) -> Finding:
    """An entry that is not the one written; where one cell explains it, that cell is named."""
    if _held(links, actual):
        return of_entry(Kind.CHANGED, entry, "the digest is not that of the entry", "digest")
    for kind, column, value in _guesses(entry):
        was = getattr(entry, column)
        setattr(entry, column, value)
        same = _digest(entry) == entry.digest
        setattr(entry, column, was)
        if same:
            return of_entry(kind, entry, f"{column} was {value} when it was written, now it is {was}", column)
    return of_entry(Kind.CHANGED, entry, "payload, hour or another cell is not what was written")


def _guesses(entry: LedgerEntry) -> Iterator[tuple[Kind, str, Any]]:
    """What an honest entry may have said: the account's name, its rows' hour, another registered event."""
    for name in _names({entry.actor_id})[entry.actor_id]:
        yield Kind.RE_ATTRIBUTED, "actor_name", name
    payload = parse(entry.payload)
    for note in notes_of(payload)[:20] if payload else []:
        for hour in written.hours_of(note):
            yield Kind.RE_DATED, "recorded_at", hour
    for event in all_events():
        yield Kind.CHANGED, "event", event


def _places(entry: LedgerEntry, payload: dict[str, Any], chains: set[str]) -> Iterator[Finding]:
    """Home and chains are those the act had."""
    if entry.home != payload.get("home"):
        text = f"the home was {payload.get('home')}"
        yield of_entry(Kind.CHANGED, entry, text, "home")
    wanted = set(payload.get("chains", ()))
    for chain in sorted(wanted - chains):
        yield of_chain(Kind.REMOVED, chain, f"the link of act {entry.act_id} ({entry.event}) is gone")
    for chain in sorted(chains - wanted, key=str):
        yield of_chain(Kind.INSERTED, chain, f"act {entry.act_id} ({entry.event}) was never on this chain")
