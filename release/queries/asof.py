"""Reads rows as of one ledger entry: what an issued document says is what stood then (R102, R215)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from compliance.models import AppendOnly, Record, Signature, User

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

R = TypeVar("R", bound="Record")
A = TypeVar("A", bound="AppendOnly")


@dataclass(frozen=True, slots=True)
class View:
    """What stood after ledger entry `seq`; without one what stands now."""

    seq: int | None = None

    def records(self, model: type[R], **where: Any) -> list[R]:
        """Records in the order of their id. `where` names columns that never change (whose batch, which phase)."""
        if self.seq is None:
            return list(model._default_manager.filter(**where).order_by("id"))
        history: Any = model.history
        newest: dict[int, Any] = {}
        for row in history.filter(act__pk__lte=self.seq, **where).order_by("id", "version"):
            newest[row.id] = row
        return [row.instance for row in newest.values()]

    def rows(self, model: type[A], *beside: str, **where: Any) -> list[A]:
        """Rows that are written once, in order, with `beside` loaded."""
        found = model._default_manager.filter(**where).order_by("id")
        if self.seq is not None:
            found = found.filter(act__pk__lte=self.seq)
        # Without names select_related would follow every key there is, more than SQLite joins.
        return list(found.select_related(*beside) if beside else found)

    def names(self) -> dict[int, str]:
        """Printed names of people by their key."""
        return {u.pk: u.printed_name for u in self.records(User)}

    def signatures(self, uuids: Iterable[UUID]) -> list[Signature]:
        """Signatures on these records, void ones too."""
        return self.rows(Signature, "void__act", record_uuid__in=list(uuids))

    def is_void(self, signature: Signature) -> bool:
        """Whether a signature (as `signatures` loads it) was void."""
        void = getattr(signature, "void", None)
        return void is not None and (self.seq is None or void.act.pk <= self.seq)


NOW = View()
