"""The access review: opened by QA, frozen, read with what looks wrong first, signed with a conclusion (R205)."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from compliance.domain import access_review as domain
from compliance.domain.roster import Standing
from compliance.forms.trail import key_of
from compliance.models import AccessReview
from compliance.page_forms import FormField, ListPage, RecordPage, Section
from compliance.page_frame import Link
from compliance.page_people import ReviewPage
from compliance.pages import Cell, Column, Fact, Quote, Row, Table, Verdict
from compliance.queries import slice_of
from compliance.states import ReviewState, SignatureMeaning
from compliance.views import act_pages, acts, people, shown
from compliance.views.listing import pagination_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from compliance.page_forms import ActForm

ONE = "compliance/access_review.html"
COLUMNS = ("Person", "What looks wrong", "State", "Roles", "Last sign-in", "Identity", "Signature", "Second factor")


def url_of(review: AccessReview) -> str:
    """The page of a review."""
    return reverse("compliance:access-review", args=(review.number,))


@act_pages.reading(people.READ)
def reviews(request: HttpRequest) -> HttpResponse:
    """All reviews, and when the next is due."""
    actor = acts.of_request(request)
    part = slice_of(AccessReview.objects.defer("content"), key_of(request.GET))
    columns = tuple(Column(c) for c in ("Review", "Opened", "Now", "Conclusion"))
    page = ListPage(
        head=people.head("Access reviews", Link("Access reviews")),
        title="Access reviews",
        text="Whether every account and role is still needed and right, looked at again and again.",
        tally=(due(),),
        acts=shown.offer(actor, domain.REVIEW, "Open a review", reverse("compliance:access-review-open")),
        table=Table("Access reviews", columns, tuple(_review(r) for r in part.rows), empty="None was opened yet."),
        pagination=pagination_of(part, request.path),
    )
    return render(request, "compliance/access_reviews.html", {"page": page})


def due() -> Fact:
    """When the next review is due, loud once it is late."""
    day, late = shown.moment(domain.due_on())[:10], domain.overdue()
    return Fact("review overdue since" if late else "review due on", day, kind="over" if late else "")


def _review(row: AccessReview) -> Row:
    signed = row.state == ReviewState.SIGNED
    now = Verdict("within", "signed") if signed else Verdict("wait", "open")
    return Row(
        (Cell(row.number, url=url_of(row)), Cell(shown.moment(row.opened_at)), Cell(verdict=now), Cell(row.conclusion))
    )


@act_pages.acting(domain.REVIEW)
def start(request: HttpRequest) -> HttpResponse:
    """Opens a review of all accounts as they stand now."""
    to = reverse("compliance:access-reviews")
    form = act_pages.form_of(request, "open", "Open", "Open the review", cancel_url=to)

    def do() -> None:
        with acts.plain_act(request, "access_review.opened", "access_reviews") as a:
            domain.open_review(a)

    def page(asked: ActForm) -> RecordPage:
        title = "Open an access review"
        text = "All accounts and roles are kept as they stand now; your signature will cover exactly that."
        head = people.head(title, Link("Access reviews", to), Link(title))
        return RecordPage(head=head, title=title, text=text, forms=(asked,))

    def made() -> str:
        return url_of(AccessReview.objects.get(uuid=act_pages.made(request, "compliance.accessreview")))

    return act_pages.answer(request, form, page, do, to=made, said="The review is open.", template=people.ACT)


@act_pages.acting(people.READ)
def review(request: HttpRequest, number: str) -> HttpResponse:
    """One review; who may, signs it here."""
    row = AccessReview.objects.filter(number=number).first()
    if row is None:
        raise Http404("There is no such review.")
    field = FormField("conclusion", "Conclusion", "area", help="What was found, and what is done about it by whom.")
    form = act_pages.form_of(
        request,
        "sign",
        "Conclusion",
        "Sign the review",
        (field,),
        version=row.version,
        signing=act_pages.owner_signing(request, SignatureMeaning.REVIEWED, f"{number} as it stands on this page"),
    )

    def do() -> None:
        acts.of_request(request).need(domain.REVIEW)
        meaning = SignatureMeaning.REVIEWED
        with acts.signed_act(request, "access_review.signed", row, row, meaning) as (a, pen):
            domain.sign_review(a, pen, row, request.POST.get("conclusion", ""), acts.read_version(request))

    def page(asked: ActForm) -> ReviewPage:
        return _page(request, row, asked)

    said = "The review is signed."
    return act_pages.answer(request, form, page, do, to=url_of(row), said=said, template=ONE)


def _page(request: HttpRequest, row: AccessReview, form: ActForm) -> ReviewPage:
    actor, content = acts.of_request(request), json.loads(row.content)
    accounts = content["accounts"]
    odd = [a for a in accounts if a["odd"]]
    rest = [a for a in accounts if not a["odd"]]
    conclusion = (Section(title="Conclusion", quotes=(Quote(row.conclusion, row.number),)),) if row.conclusion else ()
    may = row.state == ReviewState.OPEN and actor.may(domain.REVIEW)
    return ReviewPage(
        head=people.head(row.number, Link("Access reviews", reverse("compliance:access-reviews")), Link(row.number)),
        title=f"Access review {row.number}",
        text=f"All accounts as they stood on {shown.moment(datetime.fromisoformat(content['at']))}.",
        tally=(
            Fact("accounts", str(len(accounts))),
            Fact("to look at", str(len(odd)), kind="soon" if odd else ""),
            Fact("state", row.get_state_display()),
        ),
        sections=(
            Section(title="To look at first", table=_table("To look at first", odd, "Nothing looks wrong.")),
            Section(title="All others", table=_table("All others", rest, "None.")),
            *conclusion,
        ),
        signatures=shown.signatures_on([row.uuid]),
        signed_here=form if may else None,
        links=shown.trail_link(actor, row),
    )


def _table(caption: str, accounts: list[dict[str, Any]], empty: str) -> Table:
    rows = tuple(_account(a) for a in accounts)
    return Table(caption, tuple(Column(c) for c in COLUMNS), rows, dense=True, empty=empty)


def _account(a: dict[str, Any]) -> Row:
    kind, word = people.WORDS[Standing(a["standing"])]
    last = datetime.fromisoformat(a["last_sign_in"]) if a["last_sign_in"] else None
    end = datetime.fromisoformat(a["valid_until"]) if a["valid_until"] else None
    return Row(
        (
            Cell(a["printed_name"], url=reverse("compliance:person", args=(a["user"],)), note=a["username"]),
            Cell("; ".join(a["odd"]) or "nothing", kind="" if a["odd"] else "muted"),
            Cell(verdict=Verdict(kind, word), note=f"until {shown.moment(end)}" if end else ""),
            Cell(people.role_words(tuple(a["roles"])) or "none"),
            Cell(shown.moment(last) or "never", note=f"{a['unused']} days" if a["unused"] is not None else ""),
            Cell("checked" if a["identity"] else "not checked"),
            Cell("acknowledged" if a["acknowledged"] else "not acknowledged"),
            Cell(", ".join(a["factors"]) or "none"),
        ),
        mark="alert" if a["odd"] else "",
    )
