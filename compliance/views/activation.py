"""A person makes an account her own: the password she chooses, the word she gives (R110, R118)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from compliance.domain import people as domain
from compliance.domain import sessions
from compliance.domain.act import act
from compliance.domain.actor import Actor
from compliance.forms import people as forms
from compliance.page_forms import ActForm, FormField, RecordPage, Section
from compliance.page_frame import Head, Link
from compliance.page_people import ActivationPage
from compliance.pages import Fact, Quote, State
from compliance.refusals import Denied, Invalid, Refusal
from compliance.views import act_pages, acts
from compliance.views.shown import moment

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from compliance.models import Acknowledgement, ActivationLink

TEMPLATE = "registration/activate.html"
ACT = "compliance/person_act.html"
YOURS = "Your electronic signature"
# Not no-referrer: browsers then send a form with `Origin: null`, which is refused as from another site.
# This one names the site and never the page, so the link leaves in no header.
REFERRER = "strict-origin"


@never_cache
@sensitive_post_parameters("password", "again")
@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: HttpRequest, token: str) -> HttpResponse:
    """The person behind a one-time link chooses her own password; every link that opens nothing gets one answer."""
    try:
        link = domain.link_of(token)
    except Denied as refusal:
        return _nothing(request, refusal)
    if request.method != "POST":
        return _answered(request, _chosen(request, link), 200)
    try:
        _use(request, link, token)
    except Invalid as refusal:
        form = acts.kept(_form(request), request.POST, refusal)
        return _answered(request, _chosen(request, link, form), refusal.status)
    except Refusal as refusal:
        return _nothing(request, refusal)
    if sessions.owner_of(request) is not None:  # the station was somebody's; the person signs in herself
        sessions.sign_out(request, "a person chose her password here")
    return acts.done(request, reverse("compliance:login"), "Your password is set. Sign in with it.")


@sensitive_variables()
def _use(request: HttpRequest, link: ActivationLink, token: str) -> None:
    password = request.POST.get("password", "")
    if "\x00" in password:
        raise Invalid("A password cannot hold that character (NUL).", "password")
    if password != request.POST.get("again", ""):
        raise Invalid("The two do not agree. Type both again.", "again", "differ")
    with act(Actor(user=link.user, station=sessions.station_of(request)), "user.activated", link.user) as a:
        domain.use_link(a, token, password)


def _form(request: HttpRequest) -> ActForm:
    # No act id: the link itself is good once.
    return ActForm("activate", "Your password", request.path, "", 0, "Set my password", forms.secret_fields())


def _chosen(request: HttpRequest, link: ActivationLink, form: ActForm | None = None) -> ActivationPage:
    return ActivationPage(
        head=Head(title="Your password"),
        title="Choose your password",
        text="Only you know it. No administrator can read it, or will ever ask you for it.",
        facts=(Fact("Account", link.user.printed_name, link.user.username),),
        form=form or _form(request),
    )


def _nothing(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    state = State(
        "denied",
        "This link opens nothing",
        f"{refusal.text} If you chose your password already, sign in.",
        acts=(Link("Sign in", reverse("compliance:login")),),
    )
    page = ActivationPage(head=Head(title="One-time link"), title="One-time link", state=state)
    return _answered(request, page, 403)


def _answered(request: HttpRequest, page: ActivationPage, status: int) -> HttpResponse:
    response = render(request, TEMPLATE, {"page": page}, status=status)
    response["Referrer-Policy"] = REFERRER
    return response


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def acknowledge(request: HttpRequest) -> HttpResponse:
    """The person's own word that her electronic signature binds her, by her password (R110)."""
    user = acts.of_request(request).user
    word = user.acknowledgements.last()
    if word is not None:  # also the second send of one form
        return render(request, ACT, {"page": _given(word)})
    secret = FormField("password", "Your password", "password", help="So that it is you who says it.")
    form = act_pages.form_of(request, "acknowledge", "Your word", "I acknowledge this", (secret,))

    def do() -> None:
        acts.password_again(request)
        with acts.plain_act(request, "user.acknowledged", user) as a:
            domain.acknowledge(a)

    def page(asked: ActForm) -> RecordPage:
        text = "Once, before you sign anything here. It is kept with your name and the time."
        quote = Quote(domain.ACKNOWLEDGEMENT, f"to be acknowledged by {user.printed_name} ({user.username})")
        section = Section(title="What you acknowledge", quotes=(quote,))
        return RecordPage(head=Head(title=YOURS), title=YOURS, text=text, sections=(section,), forms=(asked,))

    said = "Acknowledged. Your signature binds you from now on."
    return act_pages.answer(request, form, page, do, to=reverse("compliance:home"), said=said, template=ACT)


def _given(word: Acknowledgement) -> RecordPage:
    quote = Quote(word.text, f"{word.printed_name}, {moment(word.acknowledged_at)}")
    section = Section(title="What you acknowledged", quotes=(quote,))
    return RecordPage(head=Head(title=YOURS, section="signatures"), title=YOURS, sections=(section,))
