"""The two kinds of GMP rows: a Record may change and keeps history; an AppendOnly never changes."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, cast

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from compliance.constraints import HistoryExists


class RecordHistory(HistoricalRecords):
    """simple-history without its signals: the write door gives user, reason and date itself (AUD-01, AUD-06)."""

    def post_save(self, instance: models.Model, created: bool, using: str | None = None, **kwargs: Any) -> None:
        """Writes nothing: a save that goes round the door has no history row and cannot commit."""

    def post_delete(self, instance: models.Model, using: str | None = None, **kwargs: Any) -> None:
        """Writes nothing: the database refuses the delete."""

    def fields_included(self, model: type[models.Model]) -> list[models.Field[Any, Any]]:
        outside = getattr(model, "outside_history", ())
        return [f for f in super().fields_included(model) if f.name not in outside]

    def _get_history_user_fields(self) -> dict[str, models.Field[Any, Any]]:
        return {"history_user": models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")}

    def create_history_model(self, model: type[models.Model], inherited: bool) -> type[models.Model]:
        history: Any = super().create_history_model(model, inherited)
        once = models.UniqueConstraint(fields=["id", "version"], name=f"{model._meta.model_name}_version_once")
        _attach(history, once)
        exists = HistoryExists(name=f"{model._meta.model_name}_history_exists", history_table=history._meta.db_table)
        _attach(model, exists)
        history.net_kind = "history"
        return cast("type[models.Model]", history)


def _attach(model: type[models.Model], constraint: models.BaseConstraint) -> None:
    model._meta.constraints = [*model._meta.constraints, constraint]
    model._meta.original_attrs["constraints"] = model._meta.constraints


class _Row(models.Model):
    """What every GMP row carries: an identity that never changes and the act that wrote it."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    act = models.ForeignKey(
        "compliance.LedgerEntry",
        to_field="act_id",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        editable=False,
    )

    # Fields that a signature does not cover: state, stamps, what follows from the record.
    unsigned: ClassVar[tuple[str, ...]] = ()
    outside_history: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    @property
    def chain(self) -> str:
        """The name of this aggregate's hash chain."""
        return f"{self._meta.label_lower}:{self.uuid}"


class Record(_Row):
    """A GMP row that may change by acts: each change steps `version` and leaves a history row."""

    net_kind: ClassVar[str] = "record"

    version = models.PositiveIntegerField(default=0, editable=False)
    history = RecordHistory(inherit=True, history_id_field=models.BigAutoField())

    class Meta:
        abstract = True


class AppendOnly(_Row):
    """A GMP row that is written once. A correction is a new row that names the old one."""

    net_kind: ClassVar[str] = "append"

    class Meta:
        abstract = True

    @property
    def version(self) -> int:
        """Always 1."""
        return 1
