"""The page of one sample: where it comes from, its results, and the forms that hand them on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.urls import reverse

from compliance.page_forms import ActForm, FormField, Section, Signing
from compliance.page_frame import Head, Link, Notice
from compliance.pages import Cell, Column, Fact, Row, Table
from compliance.states import SignatureMeaning
from compliance.views.shown import moment, signatures_on, trail_link
from qc.pages import SamplePage
from qc.states import OosState, ResultState, SampleState
from qc.views import places, words
from qc.views.sample_data import ENTER, REVIEW, seen
from qc.views.sample_fields import groups

if TYPE_CHECKING:
    from collections.abc import Callable

    from compliance.domain.actor import Actor
    from qc.models import Result, Sample
    from qc.views.sample_data import SampleData
    from qc.views.sample_fields import Kept

WAITING = ("Test", "Result", "Specification", "Verdict", "Entered", "Raw data")


def sample_page(
    data: SampleData,
    tokens: Callable[[], str],
    *,
    kept: Kept | None = None,
    form: ActForm | None = None,
) -> SamplePage:
    """The page for one person. `form` is a refused form in place of the one of its name."""
    sample = data.sample
    return SamplePage(
        head=head(sample, data.actor),
        title=sample.number,
        step=f"{sample.point} · {sample.taken_from} · {sample.get_state_display()}",
        notices=_notices(data),
        sections=(_custody(data),),
        results=groups(data, tokens, kept),
        closing=_put(form, (*_submit(data, tokens), *_review(data, tokens))),
        forms=_put(form, _custody_forms(data, tokens)),
        signatures=signatures_on(r.uuid for r in data.results),
        links=(*_second_link(data), *_batch_link(data), *trail_link(data.actor, sample)),
    )


def head(sample: Sample, actor: Actor, *more: Link) -> Head:
    """What a page about a sample says of itself."""
    crumbs = (Link("Samples", reverse("qc:samples")), Link(sample.number, places.sample_url(sample) if more else ""))
    return Head(
        title=sample.number,
        section="samples",
        subject=sample.batch.number,
        crumbs=(*crumbs, *more),
        draft_key="" if more else f"{actor.name}|{sample.number}|results",
    )


def _put(form: ActForm | None, forms: tuple[ActForm, ...]) -> tuple[ActForm, ...]:
    """The refused form, with what was typed, in place of the fresh one."""
    return tuple(form if form is not None and form.name == f.name else f for f in forms)


def _batch_link(data: SampleData) -> tuple[Link, ...]:
    url = places.batch_url(data.actor, data.sample)
    return (Link("Batch", url),) if url else ()


def _notices(data: SampleData) -> tuple[Notice, ...]:
    found = []
    if data.specification is None:
        text = "No version of this product's specification is approved, so nothing can be tested."
        found.append(Notice("alert", text))
    elif not data.items:
        text = f"{data.specification} asks for nothing at {data.sample.point}."
        found.append(Notice("alert", text))
    for result in data.results:
        oos = getattr(result, "oos", None)
        if oos is not None and oos.state != OosState.APPROVED:
            text = f"{result.item.title}: {words.with_unit(result)} does not pass."
            found.append(Notice("breach", text, strong=oos.number, link=Link("Investigation", places.oos_url(oos))))
    return tuple(found)


def _custody(data: SampleData) -> Section:
    sample = data.sample
    tests = ", ".join(words.said_of_test(t).lower() for t in json.loads(sample.tests))
    taken = f"{sample.taken_by.printed_name}, {moment(sample.taken_at)}"
    batch = Fact("Batch", sample.batch.number, url=places.batch_url(data.actor, sample))
    facts = [
        batch,
        Fact("Step", f"{sample.phase.title}{_nth(sample)}", sample.taken_from),
        Fact("Container", sample.container, sample.quantity, code=True),
        Fact("Taken", taken, kind="hand"),
        Fact("Tests", tests, str(data.specification or "")),
    ]
    if sample.received_by is not None:
        received = f"{sample.received_by.printed_name}, {moment(sample.received_at)}"
        facts.insert(4, Fact("Received", received, kind="hand"))
    return Section(title="Custody", facts=tuple(facts))


def _nth(sample: Sample) -> str:
    return f", no. {sample.occurrence}" if sample.occurrence > 1 else ""


def _custody_forms(data: SampleData, tokens: Callable[[], str]) -> tuple[ActForm, ...]:
    sample = data.sample
    if not data.actor.may("qc.receive_sample"):
        return ()
    if sample.state == SampleState.TAKEN:
        return (
            ActForm(
                "receive",
                "Reception",
                places.sample_url(sample, "sample-receive"),
                tokens(),
                sample.version,
                "Receive the sample",
                help=f"Check that the container says {sample.container}, is closed and not damaged.",
            ),
        )
    if sample.state == SampleState.COMPLETED:
        return (
            ActForm(
                "dispose",
                "Disposal",
                places.sample_url(sample, "sample-dispose"),
                tokens(),
                sample.version,
                "Dispose of what is left",
                (FormField("reason", "Why now", "area", help="At least eight letters."),),
                primary=False,
            ),
        )
    return ()


def _submit(data: SampleData, tokens: Callable[[], str]) -> tuple[ActForm, ...]:
    waiting = data.in_state(ResultState.ENTERED)
    if not waiting or not data.actor.may(ENTER):
        return ()
    open_ones = len(data.items) - len(data.live)
    return (
        ActForm(
            "submit",
            "Hand over for review",
            places.sample_url(data.sample, "sample-submit"),
            tokens(),
            seen(waiting),
            f"Submit {counted(len(waiting))}",
            help=f"{listed(data, ResultState.ENTERED)}. A second person reviews them with the raw data.",
            aside=f"{open_ones} still open" if open_ones else "",
        ),
    )


def _review(data: SampleData, tokens: Callable[[], str]) -> tuple[ActForm, ...]:
    if not data.in_state(ResultState.SUBMITTED) or not data.reviews_alone:
        return ()
    return (review_form(data, tokens(), own=True),)


def _second_link(data: SampleData) -> tuple[Link, ...]:
    """At the desk of somebody who may not review these results, the second person signs on a page of her own."""
    waits = data.in_state(ResultState.SUBMITTED) and not data.reviews_alone
    if not waits or not (data.actor.may(ENTER) or data.actor.may(REVIEW)):
        return ()
    return (Link("Second person here", places.sample_url(data.sample, "sample-review-second")),)


def second_page(data: SampleData, form: ActForm) -> SamplePage:
    """What the second person signs at this desk, and her signature."""
    sample = data.sample
    return SamplePage(
        head=head(sample, data.actor, Link("Review")),
        title=f"Review {sample.number}",
        step=f"{sample.point} · {sample.taken_from}",
        sections=(Section(title="Results that wait", table=_waiting(data)),),
        forms=(form,) if data.in_state(ResultState.SUBMITTED) else (),
    )


def _waiting(data: SampleData) -> Table:
    rows = tuple(
        Row(
            (
                Cell(r.item.title, url=places.result_url(r), note=words.note_of(r)),
                Cell(words.with_unit(r), kind="hand", note=f"typed {r.typed}"),
                Cell(words.limit_line(r.item)),
                Cell(verdict=words.verdict_of(r)),
                Cell(words.by_of(r)),
                _raw(r),
            )
        )
        for r in data.in_state(ResultState.SUBMITTED)
    )
    columns = tuple(Column(name) for name in WAITING)
    return Table("Results that wait for the second person", columns, rows, empty="Nothing waits for a review.")


def _raw(result: Result) -> Cell:
    if not result.raw_sha256:
        return Cell(words.NO_RAW, kind="muted")
    return Cell(result.raw_name, url=places.result_url(result, "result-file"), kind="code")


def review_form(data: SampleData, token: str, *, own: bool) -> ActForm:
    """The form by which a second person signs every result that waits: in her own session, or at this desk."""
    waiting = data.in_state(ResultState.SUBMITTED)
    user = data.actor.user
    covers = counted(len(waiting))
    signing = Signing(str(SignatureMeaning.REVIEWED), covers=f"{covers}, each with its own signature", owner=own)
    if own:
        signing = Signing(signing.meaning, user.printed_name, user.username, covers=signing.covers)
    return ActForm(
        "review",
        "Second-person review",
        places.sample_url(data.sample, "sample-review" if own else "sample-review-second"),
        token,
        seen(waiting),
        f"Sign {covers} as reviewed",
        signing=signing,
        help=f"{listed(data, ResultState.SUBMITTED)}. Compare each with its raw data first.",
        aside="by another person than the analyst",
    )


def listed(data: SampleData, state: ResultState) -> str:
    """Every result in this state in one line."""
    return "; ".join(f"{r.item.title} {words.with_unit(r)}" for r in data.in_state(state))


def counted(number: int) -> str:
    """1 result, 2 results."""
    return f"{number} result{'s' if number != 1 else ''}"
