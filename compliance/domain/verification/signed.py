"""Signatures: the text is the one hashed, its facts are the act's, it says what the rows say (R113, R114)."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from compliance.domain.canonical import plain_value, sha256
from compliance.domain.ledger import row_values
from compliance.domain.verification import reading
from compliance.domain.verification.findings import Finding, Kind, of_row
from compliance.domain.verification.noted import Noted, model_of
from compliance.models import AppendOnly, Signature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compliance.models import LedgerEntry

LABEL = "compliance.signature"


def check(items: list[tuple[LedgerEntry, Noted]]) -> Iterator[Finding]:
    """The signatures that a run of entries notes."""
    entries = {note.uuid: entry for entry, note in items}
    for signature in reading.rows(Signature.objects.filter(uuid__in=list(entries)), []):
        yield from _facts(signature, entries[str(signature.uuid)])
        yield from _content(signature)


def _facts(signature: Signature, entry: LedgerEntry) -> Iterator[Finding]:
    if signature.signer_id != entry.actor_id or signature.username != entry.actor_name:
        text = f"the signature names {signature.username} (user {signature.signer_id}), the ledger {entry.actor_name}"
        yield of_row(Kind.RE_ATTRIBUTED, LABEL, signature, text, "signer")
    if signature.signed_at != entry.recorded_at:
        text = f"signed {signature.signed_at}, recorded {entry.recorded_at}"
        yield of_row(Kind.RE_DATED, LABEL, signature, text, "signed_at")
    if sha256(str(signature.content)) != signature.digest:
        yield of_row(Kind.CHANGED, LABEL, signature, "digest and signed text do not belong together", "content")


def _content(signature: Signature) -> Iterator[Finding]:
    try:
        content = json.loads(signature.content)
        parts = [content["record"], *content["children"]]
        named = (content["record"]["label"], content["record"]["uuid"], content["record"]["version"])
        meaning = content["meaning"]
    except (ValueError, TypeError, KeyError):
        yield of_row(Kind.CHANGED, LABEL, signature, "the signed text cannot be read", "content")
        return
    if (*named, meaning) != (
        signature.record_label,
        str(signature.record_uuid),
        signature.record_version,
        signature.meaning,
    ):
        text = f"the signed text is of {named[0]} {named[1]} version {named[2]}, meaning {meaning}"
        yield of_row(Kind.CHANGED, LABEL, signature, text, "record")
    groups: dict[str, list[Any]] = defaultdict(list)
    for part in parts:
        groups[part["label"]].append(part)
    for label, group in groups.items():
        for start in range(0, len(group), reading.CHUNK):
            yield from _parts(signature, label, group[start : start + reading.CHUNK])


def _parts(signature: Signature, label: str, parts: list[Any]) -> Iterator[Finding]:
    """Each covered row, in the version that was signed, still says it."""
    model = model_of(label)
    if model is None:
        return
    uuids = {part["uuid"] for part in parts}
    if issubclass(model, AppendOnly):
        query = model._base_manager.filter(uuid__in=uuids)
    else:
        versions = {part["version"] for part in parts}
        query = model.history.model._base_manager.filter(uuid__in=uuids, version__in=versions)
    rows = {(str(row.uuid), row.version): row for row in reading.rows(query, [])}
    for part in parts:
        row = rows.get((part["uuid"], part["version"]))
        field = "" if row is None else _differs(row, part)
        if row is None or field:
            what = f"{label} {part['uuid']} version {part['version']}"
            text = f"{what} is gone" if row is None else f"{what} does not say what was signed ({field})"
            yield of_row(Kind.CHANGED, LABEL, signature, text, "content")


def _differs(row: Any, part: dict[str, Any]) -> str:
    """The first signed column whose value is another one now."""
    try:
        values = row_values(row, part["manifest"])
        return next((k for k, v in part["values"].items() if plain_value(values.get(k)) != v), "")
    except (*reading.UNREADABLE, KeyError, AttributeError):
        return "unreadable"
