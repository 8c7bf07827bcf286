"""What an administrator does to an account: each an act, with its reason, the roles by signature (R115-R118, R205)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from compliance.domain import accounts, sessions, transitions
from compliance.domain import people as domain
from compliance.forms import people as forms
from compliance.forms import reading
from compliance.models import LiveSession, RoleGrant
from compliance.page_forms import FormField, RecordPage, Section
from compliance.page_frame import Link
from compliance.page_people import LinkPage
from compliance.pages import Fact
from compliance.refusals import AlreadyDone, Refusal
from compliance.roles import Role
from compliance.states import GrantState, SignatureMeaning
from compliance.views import act_pages, acts, people
from compliance.views.factors import end_factor
from compliance.views.person_page import person_of, url_of
from compliance.views.shown import moment

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from compliance.models import User
    from compliance.page_forms import ActForm

STEPS = (
    "Hand it to the person herself: read it out, or send it where only she reads.",
    f"It is good once, within {domain.LINK_HOURS} hours. A new link ends the ones before.",
    "It is shown only now. You never see the password that she chooses.",
)


def _page(user: User, title: str, text: str, facts: tuple[Fact, ...], form: ActForm) -> RecordPage:
    who = (Fact("Person", user.printed_name, user.username), *facts)
    return RecordPage(
        head=people.head(title, Link(user.printed_name, url_of(user)), Link(title)),
        title=title,
        text=text,
        sections=(Section(title="Whose account", facts=who),),
        forms=(form,),
    )


def _answer(
    request: HttpRequest,
    user: User,
    title: str,
    form: ActForm,
    do: Callable[[], None],
    *,
    said: str,
    text: str = "",
    facts: tuple[Fact, ...] = (),
) -> HttpResponse:
    page = partial(_page, user, title, text, facts)
    return act_pages.answer(request, form, page, do, to=url_of(user), said=said, template=people.ACT)


def _form(request: HttpRequest, user: User, name: str, submit: str, *fields: FormField, sign: str = "") -> ActForm:
    return act_pages.form_of(
        request,
        name,
        submit,
        submit,
        fields,
        version=user.version,
        cancel_url=url_of(user),
        signing=act_pages.owner_signing(request, SignatureMeaning.APPROVED, sign) if sign else None,
    )


@act_pages.acting(people.MANAGE)
def identity(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Records that the administrator saw who the person is (R116)."""
    user = person_of(uuid)

    def do() -> None:
        proof, reference = forms.read_identity(request.POST)
        with acts.plain_act(request, "user.identity_checked", user) as a:
            domain.check_identity(a, user, proof, reference)

    form = _form(request, user, "identity", "Record the check", *forms.identity_fields())
    text = "You saw the person and the paper. Without this check she signs nothing."
    return _answer(request, user, "Check identity", form, do, said="Identity recorded.", text=text)


@act_pages.acting(people.MANAGE)
def link(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Makes a one-time link and shows it this once (R118)."""
    user = person_of(uuid)
    form = _form(request, user, "link", "Make the link")
    text = "With it the person chooses her own password. Links made for her before end."
    page = partial(_page, user, "One-time link", text, ())
    if request.method != "POST":
        return render(request, people.ACT, {"page": page(form)})
    try:
        with acts.plain_act(request, "user.link_made", user) as a:
            token = domain.make_link(a, user)
    except AlreadyDone as done:
        words = Refusal("This link was made and shown once. Whoever did not keep it makes a new one.", done.code)
        return render(request, people.ACT, {"page": page(acts.kept(form, request.POST, words))}, status=409)
    except Refusal as refusal:
        again = acts.kept(form, request.POST, refusal)
        return render(request, people.ACT, {"page": page(again)}, status=refusal.status)
    return _shown_once(request, user, token)


def _shown_once(request: HttpRequest, user: User, token: str) -> HttpResponse:
    title = f"One-time link for {user.printed_name}"
    shown = LinkPage(
        head=people.head(title, Link(user.printed_name, url_of(user)), Link("One-time link")),
        title=title,
        text="Copy it now. It is kept nowhere and never shown again.",
        link=request.build_absolute_uri(reverse("compliance:activate", args=(token,))),
        steps=STEPS,
        back_url=url_of(user),
    )
    return render(request, "compliance/link.html", {"page": shown})


@act_pages.acting(people.MANAGE)
def rename(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Changes the printed name from now on (SIG-05)."""
    user = person_of(uuid)

    def do() -> None:
        name = reading.read_text(request.POST, "printed_name", "The name")
        with acts.plain_act(request, "user.renamed", user) as a:
            row = transitions.locked(user, acts.read_version(request))
            accounts.rename_user(a, row, name, reading.read_reason(request.POST))

    name = FormField("printed_name", "Name", value=user.printed_name, help=forms.NAME_HELP)
    form = _form(request, user, "rename", "Rename", name, reading.reason_field())
    text = "Signatures given before keep the name they were given under."
    return _answer(request, user, "Rename", form, do, said="Renamed from now on.", text=text)


@act_pages.acting(people.MANAGE)
def grant(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Gives a role, by signature (R205)."""
    user = person_of(uuid)

    def do() -> None:
        role, reason = forms.read_role(request.POST)
        with acts.signed_act(request, "role.granted", user, user, SignatureMeaning.APPROVED) as (a, pen):
            accounts.grant_role(a, user, role, reason, pen)

    fields = forms.role_fields(user.held_roles, ends=user.valid_until is not None)
    form = _form(request, user, "grant", "Sign and grant", *fields, sign=f"the role of {user.printed_name}")
    held = Fact("Holds", people.role_words(tuple(sorted(user.held_roles))) or "no role")
    text = "It counts at once. Who administers holds no GMP role, and nobody with a GMP role administers."
    return _answer(request, user, "Grant a role", form, do, said="Role granted.", text=text, facts=(held,))


@act_pages.acting(people.MANAGE)
def withdraw(request: HttpRequest, uuid: UUID, grant: UUID) -> HttpResponse:
    """Takes a role away, by signature (R205)."""
    user = person_of(uuid)
    row = RoleGrant.objects.filter(uuid=grant, user=user).select_related("user").first()
    if row is None:
        raise Http404("There is no such grant.")

    def do() -> None:
        with acts.signed_act(request, "role.withdrawn", user, user, SignatureMeaning.APPROVED) as (a, pen):
            accounts.withdraw_role(a, row, reading.read_reason(request.POST), pen)

    label = Role(row.role).label
    form = _form(request, user, "withdraw", "Sign and withdraw", reading.reason_field(), sign=f"{label} withdrawn")
    facts = (Fact("Role", label), Fact("Now", GrantState(row.state).label))
    return _answer(request, user, "Withdraw a role", form, do, said="Role withdrawn.", facts=facts)


@act_pages.acting(people.MANAGE)
def deactivate(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A leaver: the account and its sessions end at once, what she did stays hers (AUD-14, SIG-06)."""
    user = person_of(uuid)

    def do() -> None:
        with acts.plain_act(request, "user.deactivated", user) as a:
            row = transitions.locked(user, acts.read_version(request))
            accounts.deactivate_user(a, row, reading.read_reason(request.POST))
            for session in sessions.open_sessions(user):
                sessions.end_session(a, session)

    form = _form(request, user, "deactivate", "End the account", reading.reason_field())
    text = "She can do nothing from now on. Her records and signatures stay. The account is never opened again."
    return _answer(request, user, "End the account", form, do, said="The account has ended.", text=text)


@act_pages.acting(people.MANAGE)
def unlock(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Opens an account that wrong passwords locked, after a check, with a reason (R120)."""
    user = person_of(uuid)

    def do() -> None:
        with acts.plain_act(request, "user.unlocked", user) as a:
            accounts.unlock_user(a, user, reading.read_reason(request.POST))

    help_ = "How you made sure that it was the person herself."
    form = _form(request, user, "unlock", "Unlock", reading.reason_field(help=help_))
    return _answer(request, user, "Unlock", form, do, said="The account is open again.")


@act_pages.acting(people.MANAGE)
def session(request: HttpRequest, uuid: UUID, key: int) -> HttpResponse:
    """Ends an open session from elsewhere (R204)."""
    user = person_of(uuid)
    row = LiveSession.objects.filter(pk=key, user=user).select_related("user").first()
    if row is None:
        return acts.done(request, url_of(user), "That session is over already.")

    def do() -> None:
        with acts.plain_act(request, "user.session_ended", user) as a:
            sessions.end_session(a, row)

    form = _form(request, user, "session", "End the session")
    facts = (Fact("Station", row.station or "not named"), Fact("Open since", moment(row.opened_at)))
    text = "The person meets the door at her next click. What she recorded stands."
    return _answer(request, user, "End a session", form, do, said="The session has ended.", text=text, facts=facts)


@act_pages.acting(people.MANAGE)
def factor(request: HttpRequest, uuid: UUID, factor: UUID) -> HttpResponse:
    """Ends a second factor of somebody, such as a lost device (R120)."""
    user = person_of(uuid)
    found = user.factors.filter(uuid=factor).select_related("user").first()
    if found is None:
        raise Http404("There is no such factor.")
    head = people.head(f"End {found.label}", Link(user.printed_name, url_of(user)), Link("End a factor"))
    return end_factor(request, found, url_of(user), head)
