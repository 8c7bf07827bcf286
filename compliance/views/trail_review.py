"""The review of the audit trail: opened by QA, frozen, read risk first, findings marked, signed (R213)."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from compliance.domain import clock
from compliance.domain import trail_review as domain
from compliance.forms import reading
from compliance.forms.trail import key_of
from compliance.models import LedgerEntry, TrailReview
from compliance.page_forms import FormField, ListPage, RecordPage, Section
from compliance.page_frame import Head, Link
from compliance.page_people import ReviewPage
from compliance.pages import Cell, Column, Fact, Pagination, Quote, Row, Table, Verdict
from compliance.queries import reasons_of, slice_of
from compliance.queries.stretch import of_review
from compliance.refusals import Invalid
from compliance.registry import trail_of
from compliance.roles import event_title
from compliance.states import ReviewState, SignatureMeaning
from compliance.views import act_pages, acts, shown
from compliance.views.listing import pagination_of
from compliance.views.trail_words import fact_words, home_names, kind_words

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from compliance.domain.actor import Actor
    from compliance.page_forms import ActForm

READ = "compliance.read_trail"
ONE, ACT = "compliance/trail_review.html", "compliance/person_act.html"
HOME = "trail_reviews"
SHOWN = 100
COLUMNS = ("Act", "Why it is here", "Time", "Who", "What", "Record", "Reason")


def url_of(review: TrailReview, name: str = "trail-review") -> str:
    """A page of a review."""
    return reverse(f"compliance:{name}", args=(review.number,))


def _head(title: str, *crumbs: Link) -> Head:
    return Head(title=title, section="trail", crumbs=(Link("Audit trail", reverse("compliance:trail")), *crumbs))


def _list_link() -> Link:
    return Link("Audit-trail reviews", reverse("compliance:trail-reviews"))


@act_pages.reading(READ)
def reviews(request: HttpRequest) -> HttpResponse:
    """All reviews, newest first."""
    actor = acts.of_request(request)
    part = slice_of(TrailReview.objects.defer("sample"), key_of(request.GET))
    names = home_names([r.chain for r in part.rows if r.chain], actor)
    columns = tuple(Column(c) for c in ("Review", "Of", "Acts", "Opened", "Now"))
    page = ListPage(
        head=_head("Audit-trail reviews", Link("Audit-trail reviews")),
        title="Audit-trail reviews",
        text="Stretches of the trail, looked at by somebody who took no part in them.",
        acts=shown.offer(actor, domain.REVIEW, "Review the site's trail", reverse("compliance:trail-review-open")),
        table=Table(
            "Audit-trail reviews", columns, tuple(_listed(r, names) for r in part.rows), empty="None was opened yet."
        ),
        pagination=pagination_of(part, request.path),
    )
    return render(request, "compliance/access_reviews.html", {"page": page})


def _listed(row: TrailReview, names: dict[str, str]) -> Row:
    signed = row.state == ReviewState.SIGNED
    return Row(
        (
            Cell(row.number, url=url_of(row)),
            Cell(_subject(row, names)),
            Cell(f"{row.first_entry} to {row.last_entry}"),
            Cell(shown.moment(row.opened_at)),
            Cell(verdict=Verdict("within", "signed") if signed else Verdict("wait", "open")),
        )
    )


def _subject(row: TrailReview, names: dict[str, str]) -> str:
    if not row.chain:
        return "the site"
    words = kind_words(row.chain.partition(":")[0])
    return f"{words} {names.get(row.chain, '')}".strip()


@act_pages.acting(domain.REVIEW)
def start(request: HttpRequest) -> HttpResponse:
    """Opens a review of one record's chain (`on`), or of the site from day to day."""
    chain, to = request.GET.get("on", ""), reverse("compliance:trail-reviews")
    if chain and not LedgerEntry.objects.filter(links__chain=chain[:120]).exists():
        raise Http404("There is no such record.")
    days = (FormField("since", "From day", "date"), FormField("until", "To day, with it", "date"))
    form = act_pages.form_of(
        request,
        "open",
        "Open",
        "Open the review",
        () if chain else days,
        action_url=request.get_full_path(),
        cancel_url=to,
    )

    def do() -> None:
        since, until = (None, None) if chain else _period(request)
        with acts.plain_act(request, "trail_review.opened", HOME) as a:
            domain.open_review(a, chain=chain, since=since, until=until)

    def page(asked: ActForm) -> RecordPage:
        name = home_names([chain], acts.of_request(request)).get(chain, "") if chain else ""
        title = f"Review the trail of {name or kind_words(chain.partition(':')[0])}" if chain else "Review the trail"
        text = "First and last act, what stands out and the random sample are kept; your signature covers them."
        return RecordPage(head=_head(title, _list_link(), Link(title)), title=title, text=text, forms=(asked,))

    def made() -> str:
        return url_of(TrailReview.objects.get(uuid=act_pages.made(request, "compliance.trailreview")))

    return act_pages.answer(request, form, page, do, to=made, said="The review is open.", template=ACT)


def _period(request: HttpRequest) -> tuple[datetime, datetime]:
    since = reading.read_day(request.POST, "since", "From day")
    last = reading.read_day(request.POST, "until", "To day")
    if last < since:
        raise Invalid("To day is before From day.", "until", "order")
    first, end = (datetime.combine(day, time.min, tzinfo=clock.zone()) for day in (since, last + timedelta(days=1)))
    return first, end


def _found(number: str) -> TrailReview:
    row = TrailReview.objects.filter(number=number).first()
    if row is None:
        raise Http404("There is no such review.")
    return row


@act_pages.acting(domain.REVIEW)
def mark(request: HttpRequest, number: str) -> HttpResponse:
    """Marks a finding on one act of the stretch."""
    row = _found(number)
    form = _mark_form(request, row, request.GET.get("act", "")[:18])

    def do() -> None:
        act = reading.read_whole(request.POST, "act", "Act", most=10**9 - 1)
        with acts.plain_act(request, "trail_review.marked", domain.own(row)) as a:
            domain.mark_finding(a, row, act, request.POST.get("text", ""), acts.read_version(request))

    def page(asked: ActForm) -> RecordPage:
        head = _head("Mark a finding", _list_link(), Link(number, url_of(row)), Link("Mark a finding"))
        return RecordPage(head=head, title=f"Mark a finding in {number}", forms=(asked,))

    return act_pages.answer(request, form, page, do, to=url_of(row), said="The finding is marked.", template=ACT)


def _mark_form(request: HttpRequest, row: TrailReview, act: str) -> ActForm:
    fields = (
        FormField("act", "Act", "text", value=act, help="Its number in the list."),
        FormField("text", "What was found", "area", help="What is wrong with it, or whom it is to be asked."),
    )
    return act_pages.form_of(
        request, "mark", "A finding", "Mark it", fields, version=row.version, cancel_url=url_of(row)
    )


@act_pages.acting(READ)
def review(request: HttpRequest, number: str) -> HttpResponse:
    """One review; who may and took no part signs it here."""
    row = _found(number)
    field = FormField("conclusion", "Conclusion", "area", help="What was found, and what is done about it by whom.")
    form = act_pages.form_of(
        request,
        "sign",
        "Conclusion",
        "Sign the review",
        (field,),
        version=row.version,
        signing=act_pages.owner_signing(
            request, SignatureMeaning.REVIEWED, f"{number}: its acts, what stands out, the sample, every finding"
        ),
    )

    def do() -> None:
        acts.of_request(request).need(domain.REVIEW)
        own, meaning = domain.own(row), SignatureMeaning.REVIEWED
        with acts.signed_act(request, "trail_review.signed", own, own, meaning) as (a, pen):
            domain.sign_review(a, pen, row, request.POST.get("conclusion", ""), acts.read_version(request))

    def page(asked: ActForm) -> ReviewPage:
        return _page(request, row, asked)

    said = "The review is signed."
    return act_pages.answer(request, form, page, do, to=url_of(row), said=said, template=ONE)


def _page(request: HttpRequest, row: TrailReview, form: ActForm) -> ReviewPage:
    actor, kept = acts.of_request(request), json.loads(row.sample)
    may = row.state == ReviewState.OPEN and actor.may(domain.REVIEW)
    own = domain.dependent(actor, of_review(row)) if may else []
    said = tuple(Quote(line, row.number) for line in row.statement.splitlines())
    start_at = min(key_of(request.GET), len(kept["risk"]))
    part = kept["risk"][start_at : start_at + SHOWN]
    drawn = [(key, ["drawn at random"]) for key in kept["random"]]
    aside = f"{len(kept['random'])} of the others, drawn with seed {kept['seed']}"
    subject = _subject(row, home_names([row.chain], actor) if row.chain else {})
    return ReviewPage(
        head=_head(row.number, _list_link(), Link(row.number)),
        title=f"Audit-trail review {row.number}",
        text=f"Acts {row.first_entry} to {row.last_entry} of {subject}, as on {shown.moment(row.opened_at)}.",
        tally=(
            Fact("acts", str(kept["count"])),
            Fact("stand out", str(len(kept["risk"])), kind="soon" if kept["risk"] else ""),
            Fact("state", row.get_state_display()),
        ),
        blockers=shown.blockers("You cannot sign this review", own),
        sections=(
            Section(
                title="What stands out, most serious first",
                aside=f"{start_at + 1} to {start_at + len(part)} of {len(kept['risk'])}" if part else "",
                table=_table("What stands out", part, actor, "Nothing stands out."),
            ),
            Section(title="Random sample", aside=aside, table=_table("Random sample", drawn, actor, "None.")),
            *((Section(title="Findings", quotes=said),) if said else ()),
        ),
        signatures=shown.signatures_on([row.uuid]),
        signed_here=form if may and not own else None,
        more=_more(request.path, start_at, len(kept["risk"])),
        links=(
            *((Link("Mark a finding", url_of(row, "trail-review-mark")),) if may and not own else ()),
            *shown.trail_link(actor, row),
        ),
    )


def _more(path: str, start_at: int, total: int) -> Pagination | None:
    """The pages beside this one; the list is frozen, so a place in it stays where it is."""
    if total <= SHOWN:
        return None
    back, on = max(start_at - SHOWN, 0), start_at + SHOWN
    return Pagination(
        first=start_at + 1,
        last=min(on, total),
        total=total,
        previous_url=(f"{path}?after={back}" if back else path) if start_at else "",
        next_url=f"{path}?after={on}" if on < total else "",
    )


def _table(caption: str, picked: list[tuple[int, list[str]]], actor: Actor, empty: str) -> Table:
    entries = LedgerEntry.objects.select_related("actor").in_bulk([key for key, _ in picked])
    names = home_names([e.home for e in entries.values()], actor)
    rows = tuple(_row(key, why, entries.get(key), names) for key, why in picked)
    return Table(caption, tuple(Column(c) for c in COLUMNS), rows, dense=True, empty=empty)


def _row(key: int, why: list[str], entry: LedgerEntry | None, names: dict[str, str]) -> Row:
    if entry is None:
        return Row((Cell(str(key)), Cell("this act is gone"), *(Cell() for _ in COLUMNS[2:])), mark="breach")
    label, _, uuid = entry.home.partition(":")
    url = reverse("compliance:audit-trail", args=(label, uuid)) if trail_of(label) and uuid else ""
    return Row(
        (
            Cell(str(key), note=f"{entry.digest[:4]} {entry.digest[4:8]}"),
            Cell("; ".join(why)),
            Cell(clock.stamp(entry.recorded_at)),
            Cell(entry.actor.printed_name, note=entry.actor_name),
            Cell(event_title(entry.event) or entry.event, note=fact_words(entry)),
            Cell(names.get(entry.home) or kind_words(label), url=url),
            Cell("; ".join(reasons_of(entry))),
        )
    )
