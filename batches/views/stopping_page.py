"""The page of one act that stops or reopens something: what it is about, what stands against it, its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from batches.domain.masters import plan_for
from batches.models import Batch, Deviation, PhaseRecord
from batches.states import DeviationState, PhaseState
from batches.views import places, steps, words
from compliance.page_forms import RecordPage, Section
from compliance.page_frame import Head, Link
from compliance.pages import Fact
from compliance.views import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from compliance.page_forms import ActForm
    from compliance.refusals import Blocker

Subject = Batch | PhaseRecord | Deviation
MOST_NAMED = 5


def stop_page(
    row: Subject, title: str, crumbs: tuple[Link, ...], found: Iterable[Blocker], form: ActForm
) -> RecordPage:
    """One act with what it is about."""
    about = row if isinstance(row, Batch) else row.batch
    return RecordPage(
        head=Head(
            title=title,
            section="deviations" if isinstance(row, Deviation) else "board",
            subject=about.number,
            crumbs=(*crumbs, Link(form.title)),
        ),
        title=title,
        step=str(row.get_state_display()),
        blockers=shown.blockers("What stops it", found),
        sections=(Section(title="What it is about", facts=_facts(row)),),
        forms=(form,),
    )


def _facts(row: Subject) -> tuple[Fact, ...]:
    if isinstance(row, Batch):
        return _of_batch(row)
    facts = [
        Fact("Batch", row.batch.number, str(row.batch.get_state_display()), url=places.batch_url(row.batch.number))
    ]
    if isinstance(row, PhaseRecord):
        by = row.started_by.printed_name if row.started_by else ""
        recorded = row.entries.filter(superseded_by__isnull=True).count()
        return (*facts, Fact("Started", words.moment(row.started_at), by), Fact("Values recorded", str(recorded)))
    return (*facts, Fact("What", words.pretty(row.title)), Fact("Closed", words.moment(row.closed_at)))


def _of_batch(row: Batch) -> tuple[Fact, ...]:
    plan = plan_for(row)
    running = row.phases.filter(state=PhaseState.IN_PROGRESS).select_related("run")
    names = [steps.step_name(plan, phase) for phase in running.order_by("seq")[: MOST_NAMED + 1]]
    shown_names = ", ".join(names[:MOST_NAMED]) + (" and more" if len(names) > MOST_NAMED else "")
    open_ = row.deviations.exclude(state=DeviationState.CLOSED).count()
    return (
        Fact("Batch", row.number, row.product_version.product.name, url=places.batch_url(row.number)),
        Fact("Steps in progress", shown_names or "none"),
        Fact("Deviations open", str(open_)),
    )
