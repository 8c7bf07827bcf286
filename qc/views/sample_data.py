"""What the page of one sample reads, in a fixed number of queries however many results there are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compliance.domain import clock
from qc import queries
from qc.states import LIVE, ResultState, SampleState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from compliance.domain.actor import Actor
    from qc.models import Result, Sample, Specification, SpecificationItem

ENTER, REVIEW = "qc.enter_result", "qc.review_result"


@dataclass(frozen=True)
class SampleData:
    """One sample, what is tested on it, every result, for one person at one time."""

    actor: Actor
    sample: Sample
    specification: Specification | None
    items: list[SpecificationItem]
    results: list[Result]
    now: datetime

    @property
    def live(self) -> dict[int, Result]:
        """The result that stands, by item."""
        return {r.item_id: r for r in self.results if r.state in LIVE}

    def gone(self, item: SpecificationItem) -> list[Result]:
        """Retracted and invalidated results of an item, oldest first."""
        return [r for r in self.results if r.item_id == item.pk and r.state not in LIVE]

    def in_state(self, state: ResultState) -> list[Result]:
        """Results in this state, in the order of their rows."""
        return [r for r in self.results if r.state == state]

    @property
    def may_enter(self) -> bool:
        """Whether this person may enter results now."""
        return self.sample.state in {SampleState.RECEIVED, SampleState.IN_TEST} and self.actor.may(ENTER)

    @property
    def reviews_alone(self) -> bool:
        """Whether this person may review everything that waits: she is a reviewer and entered none of it."""
        waiting = self.in_state(ResultState.SUBMITTED)
        return self.actor.may(REVIEW) and all(r.analyst_id != self.actor.user.pk for r in waiting)


def load(actor: Actor, sample: Sample) -> SampleData:
    """Everything the page shows."""
    specification = queries.specification_of(sample.batch)
    items = queries.items_of(specification, sample) if specification else []
    results = list(queries.results_on(sample))
    for result in results:
        result.sample = sample
    return SampleData(actor, sample, specification, items, results, clock.now())


def seen(results: Iterable[Result]) -> int:
    """A number for exactly these results in these versions, so that a form acts on what was seen (CON-01)."""
    text = ",".join(f"{r.uuid}:{r.version}" for r in results)
    return int(hashlib.sha256(text.encode()).hexdigest()[:7], 16)
