"""Specifications, samples, results and investigations in the admin: read-only, approved by signature (R105, R319)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from compliance.admin import ReadOnlyRecordAdmin, TransitionAdmin
from compliance.admin_site import site
from compliance.pages import Cell, Column, Fact, Row, Table
from qc.domain import specifications
from qc.models import OosInvestigation, Result, Sample, Specification
from qc.states import SPECIFICATION_TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from compliance.domain.act import Act
    from compliance.states import Transition

READ = "qc.read"


class SpecificationAdmin(TransitionAdmin):
    """Versions of a specification, approved by QA; a newer one supersedes the older by itself."""

    permission = READ
    table: ClassVar[tuple[Transition, ...]] = tuple(t for t in SPECIFICATION_TRANSITIONS if t.name == "approve")
    list_display = ("id", "code", "number", "title", "state", "product_version")
    list_filter = ("state",)
    list_select_related = ("product_version__product",)
    search_fields = ("code", "title")
    fields = ("code", "number", "title", "product_version", "state", "drafted_by", "digest", "source", "version")

    def perform(self, a: Act, token: UUID | None, obj: Any, name: str, form: Mapping[str, str]) -> None:
        """QA's approval, of the version that was seen."""
        if token is None:
            raise TypeError(f"{name} of a specification is signed.")
        specifications.approve_specification(a, token, obj, int(form["version"]))

    def about(self, obj: Any, move: Transition) -> tuple[Fact, ...]:
        """What the signature covers: the text of this digest."""
        del move
        return (
            Fact("Specification", str(obj), obj.title),
            Fact("Product", str(obj.product_version)),
            Fact("Drafted by", obj.drafted_by.printed_name),
            Fact("Tests", str(obj.items.count())),
            Fact("Digest", obj.digest, code=True),
        )

    def sheet(self, obj: Any, move: Transition) -> Table:
        """Every item with its limit."""
        del move
        columns = tuple(Column(name) for name in ("Test", "Sample", "Stage", "Limit", "Method"))
        rows = tuple(
            Row((Cell(i.title), Cell(i.point), Cell(i.get_stage_display()), Cell(i.limit_words), Cell(i.method)))
            for i in obj.items.all()
        )
        return Table("Tests", columns, rows, dense=True)


class SampleAdmin(ReadOnlyRecordAdmin):
    """Samples; they are moved on from their own page."""

    permission = READ
    list_display = ("number", "batch", "point", "taken_from", "state", "taken_at")
    list_filter = ("state", "point")
    list_select_related = ("batch",)
    search_fields = ("number", "batch__number", "container")
    fields = (
        "number", "batch", "phase", "point", "taken_from", "container", "quantity", "tests", "state", "taken_by",
        "taken_at", "received_by", "received_at", "version",
    )  # fmt: skip


class ResultAdmin(ReadOnlyRecordAdmin):
    """Results, the retracted and invalidated ones too."""

    permission = READ
    list_display = ("id", "sample", "item", "reported", "verdict", "state", "analyst")
    list_filter = ("state", "verdict")
    list_select_related = ("sample", "item", "analyst")
    search_fields = ("sample__number", "item__title")
    fields = (
        "sample", "item", "typed", "qualifier", "value", "text", "unit", "reported", "verdict", "message", "judged",
        "method", "instrument", "raw_name", "raw_sha256", "comment", "taken_back_because", "state", "analyst",
        "entered_at", "reviewed_by", "reviewed_at", "version",
    )  # fmt: skip


class InvestigationAdmin(ReadOnlyRecordAdmin):
    """Out-of-specification investigations; they are moved on from their own page."""

    permission = READ
    list_display = ("number", "result", "state", "opened_by", "opened_at")
    list_filter = ("state",)
    list_select_related = ("result__item", "opened_by")
    search_fields = ("number", "result__sample__number")
    fields = (
        "number", "result", "state", "laboratory_cause", "confirmed_laboratory_cause", "retest_plan", "conclusion",
        "opened_by", "opened_at", "version",
    )  # fmt: skip


site.register(Specification, SpecificationAdmin)
site.register(Sample, SampleAdmin)
site.register(Result, ResultAdmin)
site.register(OosInvestigation, InvestigationAdmin)
