"""Typed readings: the act that writes an entry writes the column bound to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps

from batches.kinds import kind_for
from batches.models.reading import Reading
from compliance.domain.records import save_record

if TYPE_CHECKING:
    from batches.domain.masterfile.parameter import ParameterSpec
    from batches.models import Batch, Entry, UnitRun
    from compliance.domain.act import Act


def model_for(kind: str) -> type[Reading] | None:
    """The reading model of a kind of unit procedure."""
    label = kind_for(kind).model
    return apps.get_model(label) if label else None


def bound_value(parameter: ParameterSpec, entry: Entry, kind: str) -> tuple[str, Any]:
    """The column a parameter is bound to, and what the entry puts there (None for a qualified number)."""
    name = (parameter.binds or "").rpartition(".")[2]
    field = kind_for(kind).field(name)
    if field is None:
        raise LookupError(f"{kind} has no field {name}.")
    if field.type == "number":
        return name, None if entry.qualifier else entry.value
    if field.type == "instant":
        return name, entry.instant
    return name, (entry.reported or entry.text)[:200]


def apply(a: Act, batch: Batch, run: UnitRun, parameter: ParameterSpec, entry: Entry) -> None:
    """Writes the bound column of the run's reading, where the parameter binds to one."""
    if not parameter.binds:
        return
    model = model_for(run.kind)
    if model is None:
        return
    name, value = bound_value(parameter, entry, run.kind)
    row = model._default_manager.select_for_update().filter(run=run).first() or model(batch=batch, run=run)
    if not row._state.adding and getattr(row, name) == value:
        return
    setattr(row, name, value)
    save_record(a, row)
