"""The list of accounts, and a new one (R115, R205)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse

from compliance.domain import access_review, accounts, clock, roster
from compliance.domain.roster import Standing
from compliance.forms import people as forms
from compliance.forms.trail import key_of
from compliance.page_forms import RecordPage
from compliance.page_frame import Head, Link
from compliance.page_people import PeoplePage
from compliance.pages import Cell, Column, Fact, Row, Table, Verdict
from compliance.queries import slice_of
from compliance.roles import Role
from compliance.views import act_pages, acts, shown
from compliance.views.listing import pagination_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest, HttpResponse

    from compliance.page_forms import ActForm
    from compliance.pages import VerdictKind

READ, MANAGE = "compliance.read_people", accounts.MANAGE
SECTION = "accounts"
ACT = "compliance/person_act.html"
WORDS: dict[Standing, tuple[VerdictKind, str]] = {
    Standing.ACTIVE: ("within", "active"),
    Standing.WAITING: ("wait", "waits for activation"),
    Standing.LOCKED: ("breach", "locked"),
    Standing.ENDED: ("void", "ended"),
}
COLUMNS = ("Person", "State", "Roles", "Last sign-in", "Identity", "Signature", "Second factor")


def head(title: str, *crumbs: Link) -> Head:
    """The place of a page about accounts."""
    return Head(title=title, section=SECTION, crumbs=(Link("Accounts", reverse("compliance:people")), *crumbs))


def standing_of(account: roster.Account) -> Verdict:
    """The state as shape and word."""
    kind, word = WORDS[account.standing]
    return Verdict(kind, word)


def role_words(roles: tuple[str, ...]) -> str:
    """The labels of roles."""
    return ", ".join(Role(role).label for role in roles)


@act_pages.reading(READ)
def people(request: HttpRequest) -> HttpResponse:
    """Who has an account, in which state, with which roles."""
    actor, at = acts.of_request(request), clock.true_now()
    words = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    chosen = request.GET.get("state", "")
    part = slice_of(roster.matching(words, chosen, at), key_of(request.GET), newest_first=False)
    rows = tuple(_row(a) for a in roster.accounts_of(part.rows, at))
    query = urlencode({k: v for k, v in (("q", words), ("state", chosen)) if v})
    page = PeoplePage(
        head=Head(title="Accounts", section=SECTION),
        title="Accounts",
        text="Every person who ever had an account, the ended ones too. A user name is never given again.",
        tally=_tally(at),
        acts=(
            *shown.offer(actor, "compliance.answer_alert", "Alerts", reverse("compliance:alerts")),
            *shown.offer(actor, READ, "Access reviews", reverse("compliance:access-reviews")),
            *shown.offer(actor, MANAGE, "New account", reverse("compliance:person-create")),
        ),
        filters=_filters(request.path, words, chosen),
        table=Table("Accounts", tuple(Column(c) for c in COLUMNS), rows, empty="No account is like this."),
        pagination=pagination_of(part, request.path, query),
        action_url=request.path,
        words=words,
        state_chosen=chosen,
    )
    return render(request, "compliance/people.html", {"page": page})


def _tally(at: datetime) -> tuple[Fact, ...]:
    late, due = access_review.overdue(), shown.moment(access_review.due_on())[:10]
    locked = roster.count_of(Standing.LOCKED, at)
    return (
        Fact("active", str(roster.count_of(Standing.ACTIVE, at))),
        Fact("waiting", str(roster.count_of(Standing.WAITING, at))),
        Fact("locked", str(locked), kind="over" if locked else ""),
        Fact("access review due", due, kind="over" if late else ""),
    )


def _filters(path: str, words: str, chosen: str) -> tuple[Link, ...]:
    def to(state: str) -> str:
        query = urlencode({k: v for k, v in (("q", words), ("state", state)) if v})
        return f"{path}?{query}" if query else path

    states = (Link(WORDS[s][1].capitalize(), to(s), current=s == chosen) for s in Standing)
    return (Link("All", to(""), current=chosen not in list(Standing)), *states)


def _row(a: roster.Account) -> Row:
    url = reverse("compliance:person", args=(a.user.uuid,))
    last = shown.moment(a.user.last_login)
    return Row(
        (
            Cell(a.user.printed_name, url=url, note=a.user.username),
            Cell(verdict=standing_of(a)),
            Cell(role_words(a.roles) or "none", kind="" if a.roles else "muted"),
            Cell(last or "never", kind="" if last else "muted"),
            Cell("checked" if a.identity else "not checked", kind="" if a.identity else "muted"),
            Cell("acknowledged" if a.acknowledged else "not acknowledged", kind="" if a.acknowledged else "muted"),
            Cell(", ".join(a.factors) or "none", kind="" if a.factors else "muted"),
        ),
        mark="void" if a.standing == Standing.ENDED else "",
    )


@act_pages.acting(MANAGE)
def create(request: HttpRequest) -> HttpResponse:
    """A joiner: an account that nobody can use before its person chose her own password (R115, R118)."""
    form = act_pages.form_of(
        request,
        "joiner",
        "The person",
        "Make the account",
        forms.joining_fields(),
        cancel_url=reverse("compliance:people"),
    )

    def do() -> None:
        values = forms.read_joining(request.POST)
        with acts.plain_act(request, "user.created", "users") as a:
            accounts.create_user(a, values["username"], values["printed_name"], values["valid_until"])

    def page(asked: ActForm) -> RecordPage:
        title = "New account"
        text = "It cannot sign in yet. Next: check the identity, give roles, hand over the one-time link."
        return RecordPage(head=head(title, Link(title)), title=title, text=text, forms=(asked,))

    def to() -> str:
        return reverse("compliance:person", args=(act_pages.made(request, "compliance.user"),))

    return act_pages.answer(request, form, page, do, to=to, said="The account is made.", template=ACT)
