"""How much is verified: everything, or the acts of some chains."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from compliance.models import ChainLink, LedgerEntry

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet


@dataclass(slots=True)
class Scope:
    """`chains` None is the whole site. Acts and records met are kept for a part only: memory stays flat."""

    chains: tuple[str, ...] | None = None
    acts: set[UUID] = field(default_factory=set)
    touched: dict[str, set[UUID]] = field(default_factory=dict)

    @property
    def everything(self) -> bool:
        """Whether the whole site is verified."""
        return self.chains is None

    def covers(self, chain: str) -> bool:
        """Whether this chain is in scope."""
        return self.chains is None or chain in self.chains

    def entries(self) -> QuerySet[LedgerEntry]:
        """The acts in scope."""
        found = LedgerEntry.objects.all()
        if self.chains is None:
            return found
        return found.filter(act_id__in=ChainLink.objects.filter(chain__in=self.chains).values("entry_id"))

    def meet(self, entry: LedgerEntry, rows: list[tuple[str, UUID]]) -> None:
        """Remembers which rows the acts of a part wrote."""
        if self.chains is None:
            return
        self.acts.add(entry.act_id)
        for label, uuid in rows:
            self.touched.setdefault(label, set()).add(uuid)
