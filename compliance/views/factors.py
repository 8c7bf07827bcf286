"""A person's own second factors: seen, enrolled, ended (R120, R207)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import segno
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from compliance.domain import factors as domain
from compliance.models import Factor
from compliance.page_forms import FormField, RecordPage, Section
from compliance.page_frame import Head, Link
from compliance.pages import Act, Cell, Column, Fact, Plot, Quote, Row, Table
from compliance.refusals import AlreadyDone, Refusal
from compliance.states import FactorState
from compliance.views import act_pages, acts
from compliance.views.shown import moment

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from compliance.page_forms import ActForm

OWN = "compliance.own_factors"
TEMPLATE = "compliance/person_act.html"
SEALED = "factor_to_prove"
TITLE = "Second factors"


def _head(title: str, *more: Link) -> Head:
    return Head(title=title, section="signatures", crumbs=(Link(TITLE, reverse("compliance:factors")), *more))


def _password() -> FormField:
    return FormField("password", "Your password", "password", help="So that it is you who changes it.")


@act_pages.reading(OWN)
def mine(request: HttpRequest) -> HttpResponse:
    """What the person has enrolled, and what she may do about it."""
    user = acts.of_request(request).user
    rows = list(Factor.objects.filter(user=user).order_by("id"))
    ends = [f for f in rows if f.state == FactorState.HELD]
    table = Table(
        TITLE,
        tuple(Column(c) for c in ("Device", "Kind", "Enrolled", "Now", "Change")),
        tuple(_row(f, _enrolled(rows)) for f in rows),
        empty="None is enrolled. From outside the site's network you cannot sign in.",
    )
    ways = (
        Act("Enrol an authenticator app", reverse("compliance:factor-enrol")),
        Act("Make recovery codes", reverse("compliance:factor-codes")),
    )
    page = RecordPage(
        head=Head(title=TITLE, section="signatures"),
        title=TITLE,
        text="Asked for at the door, besides your password, when you sign in from outside the site's network.",
        tally=(Fact("recovery codes left", str(domain.left_of(ends))),),
        sections=(Section(title="Yours", table=table, acts=ways),),
    )
    return render(request, TEMPLATE, {"page": page})


def _enrolled(rows: list[Factor]) -> dict[int, str]:
    first = Factor.history.filter(id__in=[f.pk for f in rows], version=1)
    return {h.id: moment(h.history_date) for h in first}


def _row(factor: Factor, enrolled: dict[int, str]) -> Row:
    live = factor.state == FactorState.HELD
    return Row(
        (
            Cell(factor.label),
            Cell(factor.get_kind_display()),
            Cell(enrolled.get(factor.pk, "")),
            Cell(factor.get_state_display()),
            Cell("End it", reverse("compliance:factor-end", args=(factor.uuid,))) if live else Cell(""),
        ),
        mark="" if live else "void",
    )


@act_pages.acting(OWN)
def enrol(request: HttpRequest) -> HttpResponse:
    """An authenticator app, proven by a code of it. The secret is shown here and never again."""
    user = acts.of_request(request).user
    if request.method != "POST" or SEALED not in request.session:
        request.session[SEALED] = domain.seal(domain.new_secret())
    secret = domain.opened(request.session[SEALED])
    fields = (
        FormField("label", "Name of the device", help="Such as “phone”, so that a lost one can be told."),
        FormField("code", "Code that the app shows now", "code", secret=True),
        _password(),
    )
    form = act_pages.form_of(request, "enrol", "Prove it", "Enrol", fields, cancel_url=reverse("compliance:factors"))

    def do() -> None:
        acts.password_again(request)
        with acts.plain_act(request, "factor.enrolled", user) as a:
            domain.enrol_app(a, request.POST.get("label", ""), secret, request.POST.get("code", "")[:20])
        request.session.pop(SEALED, None)

    def page(asked: ActForm) -> RecordPage:
        code = Plot("Square code", _square(domain.address_of(user, secret)), "Read it with the app.")
        spaced = " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))
        section = Section(title="In your app", plot=code, facts=(Fact("Where the code cannot be read, type", spaced),))
        title = "Enrol an authenticator app"
        return RecordPage(head=_head(title, Link(title)), title=title, sections=(section,), forms=(asked,))

    said = "Enrolled. Make recovery codes too, for the day the device is lost."
    return act_pages.answer(request, form, page, do, to=reverse("compliance:factors"), said=said, template=TEMPLATE)


def _square(text: str) -> SafeString:
    drawn = segno.make(text, error="m").svg_inline(scale=4, light="#fff", title="Square code")
    return mark_safe(drawn)  # noqa: S308 - drawn by segno from our own text


@act_pages.acting(OWN)
def codes(request: HttpRequest) -> HttpResponse:
    """Ten recovery codes, shown this once; the ones before end."""
    user = acts.of_request(request).user
    title = "Recovery codes"
    form = act_pages.form_of(
        request, "codes", title, "Make ten codes", (_password(),), cancel_url=reverse("compliance:factors")
    )

    def page(*forms: ActForm, quotes: tuple[Quote, ...] = ()) -> RecordPage:
        text = "Each is good once, in place of the app. Codes made before end. Keep them where only you read."
        sections = (Section(title="Yours, shown only now", quotes=quotes),) if quotes else ()
        return RecordPage(head=_head(title, Link(title)), title=title, text=text, sections=sections, forms=forms)

    if request.method != "POST":
        return render(request, TEMPLATE, {"page": page(form)})
    try:
        acts.password_again(request)
        with acts.plain_act(request, "factor.enrolled", user) as a:
            made = domain.make_codes(a)
    except AlreadyDone as done:
        words = Refusal("These codes were made and shown once. Whoever did not keep them makes new ones.", done.code)
        return render(request, TEMPLATE, {"page": page(acts.kept(form, request.POST, words))}, status=409)
    except Refusal as refusal:
        if not request.user.is_authenticated:  # her account was locked, and with it her session
            raise
        return render(request, TEMPLATE, {"page": page(acts.kept(form, request.POST, refusal))}, status=refusal.status)
    quote = Quote("  ".join(f"{code[:4]}-{code[4:8]}-{code[8:12]}-{code[12:]}" for code in made), user.username)
    return render(request, TEMPLATE, {"page": page(quotes=(quote,))})


@act_pages.acting(OWN)
def end(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Ends one's own factor, such as a lost device."""
    actor = acts.of_request(request)
    factor = Factor.objects.filter(uuid=uuid, user=actor.user).select_related("user").first()
    if factor is None:
        raise Http404("There is no such factor of yours.")
    return end_factor(request, factor, reverse("compliance:factors"), _head(TITLE))


def end_factor(request: HttpRequest, factor: Factor, back: str, head: Head) -> HttpResponse:
    """The page that ends a factor with a reason."""
    reason = FormField("reason", "Reason", "area", help="It stays on record.")
    title = f"End {factor.label} of {factor.user.printed_name}"
    form = act_pages.form_of(
        request, "end", title, "End it", (reason, _password()), version=factor.version, cancel_url=back
    )

    def do() -> None:
        acts.password_again(request)
        with acts.plain_act(request, "factor.revoked", factor) as a:
            domain.revoke(a, factor, request.POST.get("reason", ""), acts.read_version(request))

    def page(asked: ActForm) -> RecordPage:
        return RecordPage(head=head, title=title, text="It opens nothing from then on.", forms=(asked,))

    return act_pages.answer(request, form, page, do, to=back, said="Ended.", template=TEMPLATE)
