"""Whether published heads say that the whole database was set back, as by a restore from an older backup (R101)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compliance.domain import clock
from compliance.domain.verification import reading
from compliance.domain.verification.findings import Finding, Kind
from compliance.models import LedgerEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

KEPT = 100_000  # lost heads that are remembered to see whether others took their places


class SetBack:
    """Collects published heads that the database does not hold, and those that stand in their places."""

    def __init__(self) -> None:
        self.top = LedgerEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self.beyond = self.replaced = 0
        self.until = self.since = ""
        self._lost: set[tuple[str, int]] = set()

    def lose(self, head: dict[str, Any]) -> None:
        """This head was published, and is not there or another is."""
        if isinstance(head["entry"], int) and head["entry"] > self.top:
            self.beyond += 1
            self.until = max(self.until, str(head["at"]))
        if len(self._lost) < KEPT:
            self._lost.add((head["chain"], head["seq"]))
            self.since = min(self.since or str(head["at"]), str(head["at"]))

    def keep(self, head: dict[str, Any]) -> None:
        """This head was published and is there."""
        self.replaced += (head["chain"], head["seq"]) in self._lost

    def findings(self, path: str) -> Iterator[Finding]:
        """One sentence on the whole, beside what is said of each head."""
        asked = "restored from an older backup?"
        if self.beyond:
            last = reading.rows(LedgerEntry.objects.filter(pk=self.top).defer("payload"), [])
            ends = f"with entry {self.top} of {clock.stamp(last[0].recorded_at)}" if last else "before its first act"
            text = f"the database ends {ends}; {self.beyond} heads published up to {self.until} are later: {asked}"
            yield Finding(Kind.REMOVED, "heads file", path, text)
        if self.replaced:
            text = f"from {self.since} on, {self.replaced} published heads were replaced by others: {asked}"
            yield Finding(Kind.CHANGED, "heads file", path, text)
