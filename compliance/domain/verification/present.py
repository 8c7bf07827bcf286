"""From the rows to the ledger: what stands in a GMP table was written by an act, and is its newest history."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Max

from compliance.domain.verification import reading
from compliance.domain.verification.findings import Finding, Kind, of_row
from compliance.domain.verification.noted import Payloads, digest_of
from compliance.manifests import gmp_models
from compliance.models import AppendOnly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compliance.domain.verification.scope import Scope

Row = tuple[Any, ...]


def check(scope: Scope) -> Iterator[Finding]:
    """Every GMP table: rows that no act wrote, records that differ from their history."""
    payloads = Payloads()
    for model in gmp_models():
        label = model._meta.label_lower
        if issubclass(model, AppendOnly):
            yield from _known(scope, payloads, model, label, history=False)
        else:
            yield from _known(scope, payloads, model.history.model, label, history=True)  # type: ignore[attr-defined]
            yield from _current(scope, payloads, model, label)


def _known(scope: Scope, payloads: Payloads, model: Any, label: str, *, history: bool) -> Iterator[Finding]:
    """History and append-only rows that stand in no payload. Their values are judged from the ledger's side."""
    columns = ["pk", "uuid", "act_id", "id", *(["version"] if history else [])]
    last: Any = None
    while True:
        query = model._base_manager.order_by("pk").only(*columns[1:])
        chunk = _narrow(query if last is None else query.filter(pk__gt=last))
        if not chunk:
            return
        last = chunk[-1][0]
        readable = [row for row in chunk if row[1] is not None and (scope.everything or row[2] in scope.acts)]
        notes = payloads.load(row[2] for row in readable)
        for row in chunk:
            if row[1] is None:
                yield _unreadable(model, label, row[0])
        for key, uuid, act, identity, version in readable:
            noted = notes.get(act, {})
            if noted is None:
                continue
            note = noted.get((label, str(uuid), version))
            if note is None or key != (note.history if history else note.key) or identity != note.key:
                where = "history row" if history else "row"
                text = f"no act wrote this {where} (key {key}, it names act {act})"
                yield Finding(Kind.INSERTED, label, str(uuid), text, "", str(version))


def _narrow(query: Any) -> list[Row]:
    """Key, uuid, act, identity, version of the next rows; uuid None where a cell cannot be read."""
    keys = list(query.values_list("pk", flat=True)[: reading.CHUNK * 5])
    bad: list[tuple[Any, str]] = []
    found: dict[Any, Row] = {key: (key, None, None, None, None) for key in keys}
    for start in range(0, len(keys), reading.CHUNK):
        part = query.filter(pk__in=keys[start : start + reading.CHUNK])
        for row in reading.rows(part, bad):
            found[row.pk] = (row.pk, row.uuid, row.act_id, row.id, row.version)
    return [found[key] for key in keys]


def _unreadable(model: Any, label: str, key: Any) -> Finding:
    text = f"a cell of row {key} cannot be read"
    return Finding(Kind.CHANGED, label, reading.identity(model, key), text, field=reading.spoiled(model, key))


def _current(scope: Scope, payloads: Payloads, model: Any, label: str) -> Iterator[Finding]:
    bad: list[tuple[Any, str]] = []
    for chunk in reading.chunks(model._base_manager.all(), bad):
        met = scope.touched.get(label, set())
        rows = [r for r in chunk if scope.everything or r.uuid in met or r.act_id in scope.acts]
        if rows:
            yield from _against_history(payloads, model, label, rows)
    for key, _ in bad:
        yield _unreadable(model, label, key)


def _against_history(payloads: Payloads, model: Any, label: str, rows: list[Any]) -> Iterator[Finding]:
    history = model.history.model._base_manager
    ids = [row.id for row in rows]
    newest = _newest(history.filter(id__in=ids).order_by())
    twins: dict[Any, list[Any]] = defaultdict(list)
    query = history.filter(id__in=ids, version__in={row.version for row in rows if isinstance(row.version, int)})
    for twin in reading.rows(query, []):
        twins[twin.id, twin.version].append(twin)
    notes = payloads.load(row.act_id for row in rows)
    for row in rows:
        twin = next(iter(twins[row.id, row.version]), None)
        noted = (notes.get(row.act_id, {}) or {}).get((label, str(row.uuid), row.version))
        if twin is not None:
            yield from _differences(model, label, row, twin, noted)
        elif row.id not in newest:
            yield of_row(Kind.INSERTED, label, row, "the record has no history")
        if row.id in newest and newest[row.id] != row.version:
            text = f"the newest history is version {newest[row.id]}"
            yield of_row(Kind.CHANGED, label, row, text, "version")


def _newest(query: Any) -> dict[Any, int]:
    """Record key to its newest version."""
    try:
        return dict(query.values_list("id").annotate(Max("version")))
    except reading.UNREADABLE:
        known = [(key, version) for key, version in query.values_list("id", "version") if isinstance(version, int)]
        return dict(sorted(known))


def _differences(model: Any, label: str, row: Any, twin: Any, noted: Any) -> Iterator[Finding]:
    """Field by field; the ledger's digest says which of the two was changed."""
    outside = getattr(model, "outside_history", ())
    for field in model._meta.concrete_fields:
        name = field.attname
        if field.name in outside or getattr(row, name) == getattr(twin, name, None):
            continue
        wrong = "row or history"
        if noted is not None and name not in {"id", "uuid", "version", "act_id"}:
            if digest_of(twin, noted.manifest) == noted.digest:
                wrong = "row"
            elif digest_of(row, noted.manifest) == noted.digest:
                wrong = "history row"
        yield of_row(Kind.CHANGED, label, row, f"row and newest history differ; changed: the {wrong}", name)
