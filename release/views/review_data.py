"""What the review of one batch reads, in a fixed number of queries."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from batches.models import Entry, SeriesPoint
from batches.states import BatchState
from compliance.domain import clock, transitions
from compliance.models import ChainHead
from release.forms.deciding import move_of
from release.queries.completeness import completeness
from release.queries.exceptions import exceptions_of

if TYPE_CHECKING:
    from batches.models import Batch
    from compliance.domain.actor import Actor
    from compliance.refusals import Blocker
    from release.queries.completeness import Paragraph
    from release.queries.exceptions import RecordException

UNDER_WAY = (BatchState.ISSUED, BatchState.IN_PROGRESS)


class ReviewData:
    """A batch with its exceptions in order; what a page does not need is not read."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._blockers: list[Blocker] | None = None

    def blockers(self, actor: Actor) -> list[Blocker]:
        """What stops this person's signature on the review; nothing is asked where the state does not fit."""
        move = move_of("review")
        if self._blockers is None:
            fits = move is not None and self.batch.state in move.source
            self._blockers = transitions.blockers(actor, self.batch, move, clock.now()) if fits and move else []
        return self._blockers

    @property
    def under_way(self) -> bool:
        """While the batch is executed nothing is reviewed: a blind count may still be sealed."""
        return self.batch.executed_at is None and self.batch.state in (*UNDER_WAY, BatchState.ON_HOLD)

    @cached_property
    def exceptions(self) -> list[RecordException]:
        """Every exception, by class and time."""
        if self.under_way:
            return []
        return sorted(exceptions_of(self.batch), key=lambda e: (e.klass, str(e.at), e.key))

    @cached_property
    def paragraphs(self) -> list[Paragraph]:
        """The thirteen paragraphs of 211.188(b)."""
        return completeness(self.batch)

    @cached_property
    def live(self) -> tuple[int, int]:
        """How many values stand, and how many of them were judged."""
        rows = Entry.objects.filter(batch=self.batch, superseded_by__isnull=True).values_list("verdict", flat=True)
        verdicts = list(rows)
        return len(verdicts), sum(bool(v) for v in verdicts)

    @cached_property
    def head(self) -> ChainHead | None:
        """The end of the batch's chain."""
        return ChainHead.objects.filter(chain=self.batch.chain).first()

    def by_key(self, key: str) -> RecordException | None:
        """The exception of a key."""
        return next((e for e in self.exceptions if e.key == key), None)

    def code(self, one: RecordException) -> str:
        """E01, E02: its place in the list."""
        return f"E{self.exceptions.index(one) + 1:02d}"

    def after(self, key: str) -> list[RecordException]:
        """Those that follow in the list."""
        keys = [e.key for e in self.exceptions]
        return self.exceptions[keys.index(key) + 1 :] if key in keys else []

    def chain_of(self, entry: Entry) -> list[Entry]:
        """An entry and those it replaced, newest first."""
        rows = Entry.objects.filter(phase=entry.phase_id, path=entry.path, slot=entry.slot)
        by_pk = {e.pk: e for e in rows.select_related("recorded_by")}
        found = [by_pk[entry.pk]]
        while found[-1].supersedes_id is not None:
            found.append(by_pk[found[-1].supersedes_id])
        return found

    def points(self, entry: Entry) -> list[SeriesPoint]:
        """The readings of a series."""
        return list(SeriesPoint.objects.filter(entry=entry).order_by("n")) if entry.kind == "series" else []
