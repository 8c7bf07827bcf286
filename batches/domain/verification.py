"""What verification asks of batches: typed readings say what the entries say, attached files are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from batches.domain.masters import plan_for
from batches.domain.readings import bound_value, model_for
from batches.models import Batch, Entry, UnitRun
from compliance.domain import store
from compliance.domain.verification.findings import Kind, of_row
from compliance.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from batches.domain.masters import Plan
    from batches.models.reading import Reading
    from compliance.domain.verification.findings import Finding
    from compliance.domain.verification.scope import Scope

OWN = frozenset({"id", "uuid", "act", "version", "batch", "run"})


def chains_of(number: str) -> Iterable[str]:
    """The chain of the batch with this number; none when there is no such batch."""
    return [batch.chain for batch in Batch.objects.filter(number=number)]


def check_files(scope: Scope) -> Iterator[Finding]:
    """Every file attached to an entry is in the store, byte for byte (R223)."""
    for entry in Entry.objects.exclude(file_sha256="").select_related("batch").order_by("pk").iterator():
        if not scope.covers(entry.batch.chain):
            continue
        try:
            store.read(entry.file_sha256)
        except Refusal as refusal:
            kind = Kind.REMOVED if refusal.code == "file_missing" else Kind.CHANGED
            yield of_row(kind, "batches.entry", entry, f"{entry.file_name}: {refusal.text}", "file_sha256")


def check_readings(scope: Scope) -> Iterator[Finding]:
    """Every typed reading is derived anew from the live entries of its run (R211)."""
    for batch in Batch.objects.select_related("master_version").order_by("pk"):
        if scope.covers(batch.chain):
            yield from _batch(batch)


def _batch(batch: Batch) -> Iterator[Finding]:
    plan = plan_for(batch)
    wanted: dict[int, dict[str, Any]] = {}
    live = Entry.objects.filter(batch=batch, superseded_by__isnull=True, slot="").select_related("phase__run")
    for entry in live:
        _derive(plan, entry, wanted)
    for run in UnitRun.objects.filter(batch=batch).order_by("pk"):
        model = model_for(run.kind)
        row = model._default_manager.filter(run=run).first() if model is not None else None
        if row is not None:
            yield from _compare(row, wanted.get(run.pk, {}))
        elif run.pk in wanted:
            text = f"{batch.number}, {run.title}: the entries bind to a reading that is not there"
            yield of_row(Kind.REMOVED, "batches.unitrun", run, text)


def _derive(plan: Plan, entry: Entry, wanted: dict[int, dict[str, Any]]) -> None:
    target = plan.index.parameters.get(entry.path)
    parameter = target.parameter if target else None
    if parameter is None or not parameter.binds or model_for(entry.phase.run.kind) is None:
        return
    name, value = bound_value(parameter, entry, entry.phase.run.kind)
    wanted.setdefault(entry.phase.run_id, {})[name] = value


def _compare(row: Reading, wanted: dict[str, Any]) -> Iterator[Finding]:
    for field in row._meta.concrete_fields:
        if field.name in OWN:
            continue
        stands, says = getattr(row, field.name), wanted.get(field.name)
        if stands != says and not (stands == "" and says is None):
            text = f"the entries say {says!r}, the reading {stands!r}"
            yield of_row(Kind.CHANGED, row._meta.label_lower, row, text, field.name)
