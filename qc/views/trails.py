"""The trails of the laboratory: what people call its records, and the way back to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from compliance import registry
from compliance.page_frame import Link
from qc.models import Sample
from qc.views import places

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

READ = "qc.read"


def register() -> None:
    """Opens the trails of this app; a sample taken in a step belongs to the step's trail."""
    add = registry.register_trail
    add("qc.specification", READ)
    add("qc.specificationitem", READ, words="attribute")
    add("qc.sample", READ, place=_sample_place)
    add("qc.result", READ, _result_title, place=_result_place, related=("sample", "item"))
    add("qc.oosinvestigation", READ, words="investigation", place=_oos_place)
    registry.register_trail_part("batches.phaserecord", _samples_of_step)


def _result_title(row: Any) -> str:
    return f"{row.sample.number}, {row.item.title}"


def _sample_place(row: Any) -> tuple[Link, ...]:
    return (Link("Samples", reverse("qc:samples")), Link(row.number, places.sample_url(row)))


def _result_place(row: Any) -> tuple[Link, ...]:
    return (*_sample_place(row.sample), Link(row.item.title, places.result_url(row)))


def _oos_place(row: Any) -> tuple[Link, ...]:
    return (Link("Investigations", reverse("qc:investigations")), Link(row.number, places.oos_url(row)))


def _samples_of_step(uuid: UUID) -> QuerySet[Any]:
    samples: QuerySet[Any] = Sample.history.filter(phase__uuid=uuid).values("act_id")
    return samples
