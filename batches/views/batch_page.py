"""One batch as a page value: what comes next, its path, its clocks, deviations, materials, signatures."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.urls import reverse

from batches.guards import DONE
from batches.models import Deviation, Entry, MaterialCharge
from batches.pages import BatchPage, NextStep
from batches.states import BatchState, DeviationState, PhaseState
from batches.views import floor, places, steps, stopping
from batches.views.batch_path import path_steps
from batches.views.batch_tables import deviation_table, material_table, signature_table, signatures_of
from batches.views.phase_blockers import start_blockers
from compliance.page_forms import Section
from compliance.page_frame import Head, Link, Notice
from compliance.pages import Act, Check, Fact

if TYPE_CHECKING:
    from datetime import datetime

    from batches.models import Batch, PhaseRecord
    from batches.views.floor import OnFloor
    from compliance.domain.actor import Actor
    from compliance.models import Signature

SIGNATURES_SHOWN = 20


@dataclass
class BatchData:
    """What the page of one batch reads, in a fixed number of queries."""

    one: OnFloor
    counts: dict[int, tuple[int, int]] = field(default_factory=dict)
    deviations: list[Deviation] = field(default_factory=list)
    charges: list[MaterialCharge] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    signature_count: int = 0


def load(batch: Batch, now: datetime) -> BatchData:
    """Reads a batch: its phases and clocks, its entries by number, its deviations, charge-ins, signatures."""
    one = floor.on_floor([batch], now)[0]
    for phase in one.phases:
        phase.batch = batch
    rows = Entry.objects.filter(batch=batch).values("phase_id")
    by_hand = Q(supersedes__isnull=False) & ~Q(source="computed")
    counted = rows.annotate(
        live=Count("pk", filter=Q(superseded_by__isnull=True)), corrected=Count("pk", filter=by_hand)
    )
    signed = signatures_of(batch)
    deviations = list(Deviation.objects.filter(batch=batch).select_related("phase", "opened_by").order_by("-id"))
    for row in deviations:
        row.batch = batch
    return BatchData(
        one=one,
        counts={row["phase_id"]: (row["live"], row["corrected"]) for row in counted},
        deviations=deviations,
        charges=list(
            MaterialCharge.objects.filter(batch=batch)
            .select_related("lot__item", "phase", "charged_by", "verified_by")
            .order_by("id")
        ),
        signatures=list(signed.select_related("void").order_by("-id")[:SIGNATURES_SHOWN]),
        signature_count=signed.count(),
    )


def batch_page(actor: Actor, data: BatchData, now: datetime) -> BatchPage:
    """The page of one batch for one person."""
    one = data.one
    batch, master = one.batch, one.batch.master_version
    todo = steps.next_of(actor, one)
    page = BatchPage(
        head=Head(
            title=f"Batch {batch.number}",
            section="batches",
            place=batch.number,
            subject=str(batch.get_state_display()),
            crumbs=(Link("Board", places.board_url()), Link(batch.number)),
        ),
        title=f"Batch {batch.number}",
        step=f"{batch.product_version.product.name} · {batch.scheme} · Master {master} · {batch.get_state_display()}",
        digest=batch.master_digest,
        tally=_tally(data),
        notices=_notices(one),
        next=_next(one, steps.open_steps(actor, one), todo, now),
        clocks=tuple(floor.shown_clock(clock, now) for clock in one.clocks),
        path=path_steps(one, data.counts, now),
        path_aside=f"{sum(p.state in DONE for p in one.phases)} of {len(one.phases)} steps closed",
        sections=_sections(data),
        links=_links(actor, batch),
    )
    return _with_answer(page, actor, one, todo, now)


def _tally(data: BatchData) -> tuple[Fact, ...]:
    open_ = sum(d.state != DeviationState.CLOSED for d in data.deviations)
    facts = [
        Fact("values", str(sum(live for live, _ in data.counts.values()))),
        Fact("signatures", str(data.signature_count)),
    ]
    if open_:
        facts.append(Fact("deviation open" if open_ == 1 else "deviations open", str(open_), kind="over"))
    return tuple(facts)


def _notices(one: OnFloor) -> tuple[Notice, ...]:
    batch = one.batch
    if batch.state == BatchState.ON_HOLD:
        return (Notice("alert", "Nothing is recorded before QA resumes it.", "On hold."),)
    if batch.state in {BatchState.REJECTED, BatchState.ABORTED, BatchState.NO_OUTGROWTH}:
        return (Notice("breach", "It is kept as it stands.", f"{str(batch.get_state_display()).capitalize()}."),)
    return ()


def _next(one: OnFloor, found: list[steps.Next], todo: steps.Next, now: datetime) -> NextStep:
    clock = floor.shown_clock(one.clocks[0], now) if one.clocks else None
    if todo.phase is None:
        return NextStep(title=str(one.batch.get_state_display()).capitalize(), text=todo.note)
    label = f"{todo.label} step {one.plan.number_of(todo.phase)}"
    return NextStep(
        title=steps.step_name(one.plan, todo.phase),
        text=todo.note or str(todo.phase.get_state_display()),
        clock=clock,
        act=Act(label, places.phase_url(todo.phase)) if todo.mine else None,
        beside=tuple(_beside(one, step.phase) for step in found if step.phase and step.phase is not todo.phase),
    )


def _beside(one: OnFloor, phase: PhaseRecord) -> Link:
    return Link(f"{steps.step_name(one.plan, phase)}, {phase.get_state_display()}", places.phase_url(phase))


def _with_answer(page: BatchPage, actor: Actor, one: OnFloor, todo: steps.Next, now: datetime) -> BatchPage:
    """Whether she may start the next step, and what stands against it."""
    phase = todo.phase
    if phase is None or phase.state != PhaseState.PENDING or not todo.mine:
        return page
    found = start_blockers(actor, phase, now)
    checks = [Check("open", b.text, f"Can be cleared by {b.clears}." if b.clears else "") for b in found]
    checks = checks or [Check("ok", "Order, people, gates and deviations", "nothing stands against it")]
    answer = f"Not yet, {len(found)} open" if found else "Yes"
    title = f"Ready for step {one.plan.number_of(phase)}?"
    return replace(page, ready_title=title, ready_answer=answer, ready=not found, checks=tuple(checks))


def _sections(data: BatchData) -> tuple[Section, ...]:
    shown = f"newest {SIGNATURES_SHOWN} of {data.signature_count}"
    aside = shown if data.signature_count > SIGNATURES_SHOWN else f"{data.signature_count}"
    return (
        Section(title="Deviations", aside=str(len(data.deviations)), table=deviation_table(data.deviations)),
        Section(title="Materials", aside=str(len(data.charges)), table=material_table(data.charges)),
        Section(title="Signatures", aside=aside, table=signature_table(data.signatures)),
    )


def _links(actor: Actor, batch: Batch) -> tuple[Link, ...]:
    links = [
        Link("Genealogy", reverse("batches:genealogy", args=(batch.number,))),
        Link("Containers", reverse("batches:containers", args=(batch.number,))),
        Link("Audit trail", places.trail_url(batch)),
    ]
    if actor.may("batches.open_deviation"):
        links.append(Link("Report a deviation", reverse("batches:deviation-report", args=(batch.number,))))
    if actor.may(stopping.HOLD):
        links += stopping.offers(batch)
    return tuple(links)
