"""One account: what makes it a person's own, its roles since when and by whom, its factors, sessions and history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from compliance import queries
from compliance.domain import clock, roster, sessions
from compliance.domain.roster import Standing
from compliance.models import Alert, RoleGrant
from compliance.page_forms import RecordPage, Section
from compliance.page_frame import Link, Notice
from compliance.pages import Cell, Check, Column, Fact, Row, Table, Verdict
from compliance.roles import Role, event_title
from compliance.states import AlertState, FactorState, GrantState
from compliance.views import act_pages, acts, people, shown

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from compliance.domain.actor import Actor
    from compliance.models import LedgerEntry, User
    from compliance.pages import Act

LAST_ACTS = 20
LINK_HINT = "Make a one-time link and hand it over."


def person_of(uuid: UUID) -> User:
    """The account of a person; 404 where there is none."""
    user = roster.people().filter(uuid=uuid).first()
    if user is None:
        raise Http404("There is no such account.")
    return user


def url_of(user: User, act: str = "", *more: Any) -> str:
    """The page of a person, or of an act about her."""
    return reverse(f"compliance:person{f'-{act}' if act else ''}", args=(user.uuid, *more))


@act_pages.reading(people.READ)
def person(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One person's account (R110, R115, R116, R204, R205)."""
    actor, user = acts.of_request(request), person_of(uuid)
    (account,) = roster.accounts_of([user], clock.true_now())
    page = RecordPage(
        head=people.head(user.printed_name, Link(user.printed_name)),
        title=user.printed_name,
        step=user.username,
        tally=(Fact("state", people.WORDS[account.standing][1]),),
        notices=_notices(actor, user),
        sections=(
            _ready(actor, account),
            _facts(account),
            _roles(actor, account),
            _factors(actor, user),
            _sessions(actor, user),
            _history(user),
        ),
        links=shown.trail_link(actor, user),
    )
    return render(request, "compliance/person.html", {"page": page})


def _notices(actor: Actor, user: User) -> tuple[Notice, ...]:
    """The alerts about the person that stand, with the way to the answer for those who may give it."""
    may = actor.may("compliance.answer_alert")
    return tuple(
        Notice("alert", a.text, link=Link("Answer", reverse("compliance:alert", args=(a.uuid,))) if may else None)
        for a in Alert.objects.filter(about=user, state=AlertState.RAISED)
    )


def _ready(actor: Actor, a: roster.Account) -> Section:
    """What the person still needs before she can sign."""
    user = a.user
    check = user.identity_checks.select_related("checked_by").last()
    word = user.acknowledgements.last()
    own = user.has_usable_password()
    checks = (
        Check(
            "ok" if check else "open",
            "Identity checked" if check else "Identity not checked",
            f"{check.get_proof_display()}, {check.reference}; {check.checked_by}, {shown.moment(check.checked_at)}"
            if check
            else "Without it nobody signs.",
        ),
        Check("ok" if own else "open", "Own password chosen" if own else "No password yet", "" if own else LINK_HINT),
        Check(
            "ok" if word else "wait",
            "Electronic signature acknowledged" if word else "Electronic signature not acknowledged",
            f"as {word.printed_name}, {shown.moment(word.acknowledged_at)}" if word else "She does it at her sign-in.",
        ),
        Check("ok" if a.roles else "open", people.role_words(a.roles) or "No role"),
    )
    return Section(title="Ready to work and sign", checks=checks, acts=_acts(actor, a))


def _acts(actor: Actor, a: roster.Account) -> tuple[Act, ...]:
    user, alive, other = a.user, a.standing != Standing.ENDED, a.user.pk != actor.user.pk
    link = "Make a one-time link" if a.standing == Standing.WAITING else "Link for a new password"
    offers = (
        ("identity", "Check identity", other and alive),
        ("link", link, other and alive),
        ("grant", "Grant a role", other and alive),
        ("unlock", "Unlock", a.standing == Standing.LOCKED),
        ("rename", "Rename", alive),
        ("deactivate", "End the account", other and user.is_active),
    )
    return tuple(
        act
        for name, label, when in offers
        for act in shown.offer(actor, people.MANAGE, label, url_of(user, name), when=when)
    )


def _facts(a: roster.Account) -> Section:
    last = f"{a.unused} days ago" if a.unused is not None else ""
    facts = (
        Fact("User name", a.user.username, code=True),
        Fact("Printed name", a.user.printed_name),
        Fact("State", people.WORDS[a.standing][1]),
        Fact("Valid until", shown.moment(a.user.valid_until) or "no end set"),
        Fact("Last sign-in", shown.moment(a.user.last_login) or "never", last),
    )
    return Section(title="Account", facts=facts)


def _roles(actor: Actor, a: roster.Account) -> Section:
    """Each role ever held, from its grant to its withdrawal. Two queries."""
    grants = list(RoleGrant.objects.filter(user=a.user).order_by("-id"))
    versions: dict[Any, list[Any]] = {}
    found: Any = RoleGrant.history
    for row in found.filter(uuid__in=[g.uuid for g in grants]).order_by("version").select_related("history_user"):
        versions.setdefault(row.uuid, []).append(row)
    may = actor.may(people.MANAGE) and a.user.pk != actor.user.pk
    columns = ("Role", "Now", "Since", "Granted by", "Until", "Withdrawn by", *(("Change",) if may else ()))
    rows = tuple(_role(a.user, g, versions[g.uuid], may=may) for g in grants)
    aside = "Nobody changes the own roles; another administrator does." if a.user.pk == actor.user.pk else ""
    table = Table("Roles", tuple(Column(c) for c in columns), rows, empty="No role was ever given.")
    return Section(title="Roles", aside=aside, table=table)


def _role(user: User, grant: RoleGrant, versions: list[Any], *, may: bool) -> Row:
    given, held = versions[0], grant.state == GrantState.HELD
    taken = None if held else versions[-1]
    withdraw = Cell("Withdraw", url=url_of(user, "withdraw", grant.uuid)) if held else Cell()
    return Row(
        (
            Cell(Role(grant.role).label),
            Cell(verdict=Verdict("within", "held") if held else Verdict("void", "withdrawn")),
            Cell(shown.moment(given.history_date)),
            Cell(str(given.history_user), note=given.history_change_reason or ""),
            Cell(shown.moment(taken.history_date) if taken else ""),
            Cell(str(taken.history_user) if taken else "", note=(taken.history_change_reason or "") if taken else ""),
            *((withdraw,) if may else ()),
        ),
        mark="" if held else "void",
    )


def _factors(actor: Actor, user: User) -> Section:
    may = actor.may(people.MANAGE)
    columns = tuple(Column(c) for c in ("Second factor", "Kind", "Now", *(("Change",) if may else ())))
    rows = tuple(
        Row(
            (
                Cell(f.label or f.get_kind_display()),
                Cell(f.get_kind_display()),
                Cell(f.get_state_display()),
                *((Cell("End it", url_of(user, "factor", f.uuid)),) if may and f.state == FactorState.HELD else ()),
            ),
            mark="" if f.state == FactorState.HELD else "void",
        )
        for f in user.factors.all()
    )
    return Section(title="Second factors", table=Table("Second factors", columns, rows, empty="None is enrolled."))


def _sessions(actor: Actor, user: User) -> Section:
    may = actor.may(people.MANAGE)
    columns = tuple(Column(c) for c in ("Station", "Address", "Open since", *(("Change",) if may else ())))
    rows = tuple(
        Row(
            (
                Cell(s.station or "not named"),
                Cell(s.address, kind="code"),
                Cell(shown.moment(s.opened_at)),
                *((Cell("End the session", url=url_of(user, "session", s.pk)),) if may else ()),
            )
        )
        for s in sessions.open_sessions(user)
    )
    return Section(title="Open sessions", table=Table("Open sessions", columns, rows, empty="Nowhere signed in."))


def _history(user: User) -> Section:
    """The last acts on the account, for those too who do not read the whole trail."""
    columns = tuple(Column(c) for c in ("When", "What", "By", "Why"))
    entries = queries.entries_about(user._meta.label_lower, user.uuid).order_by("-id")[:LAST_ACTS]
    rows = tuple(_entry(entry) for entry in entries)
    return Section(title="History", aside=f"the last {LAST_ACTS} acts", table=Table("History", columns, rows))


def _entry(entry: LedgerEntry) -> Row:
    why = "; ".join(queries.reasons_of(entry))
    what = event_title(entry.event) or entry.event
    return Row((Cell(shown.moment(entry.recorded_at)), Cell(what), Cell(entry.actor_name), Cell(why)))
