"""An act by form on a page of its own: shown, sent, refused with what was typed kept, or done and away.

A view says what the form holds, what is done with it, and where it goes on::

    @act_pages.acting("resources.receive_lot")
    def receive(request):
        form = act_pages.form_of(request, "receive", "Receive a lot", "Receive", fields)

        def do() -> None:
            values = read_receipt(request.POST)
            with acts.plain_act(request, "material_lot.received", "lots") as a:
                receiving.receive_lot(a, **values)

        return act_pages.answer(request, form, page_of, do, to=url, said="Received.")

A second send of one form is answered like the first. `made` finds the row that the form made, also then.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from compliance.models import LedgerEntry
from compliance.page_forms import ActForm, Signing
from compliance.refusals import Refusal, Stale
from compliance.views import acts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest, HttpResponse

    from compliance.page_forms import FormField


def acting(permission: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A page with a form: GET shows it, POST does it; both need the permission, nothing is cached or logged."""

    def close(view: Callable[..., Any]) -> Callable[..., Any]:
        guarded = never_cache(acts.needs(permission)(view))
        secret = sensitive_post_parameters()(require_http_methods(["GET", "HEAD", "POST"])(guarded))
        return wraps(view)(secret)

    return close


def reading(permission: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A page that only shows."""

    def close(view: Callable[..., Any]) -> Callable[..., Any]:
        return wraps(view)(require_safe(never_cache(acts.needs(permission)(view))))

    return close


def form_of(
    request: HttpRequest,
    name: str,
    title: str,
    submit: str,
    fields: Iterable[FormField] = (),
    *,
    version: int = 0,
    action_url: str = "",
    **more: Any,
) -> ActForm:
    """A form that posts to its own page, or to `action_url`, with a new act id."""
    return ActForm(
        name=name,
        title=title,
        action_url=action_url or request.path,
        token=acts.new_token(request),
        version=version,
        submit=submit,
        fields=tuple(fields),
        **more,
    )


def owner_signing(request: HttpRequest, meaning: str, covers: str) -> Signing:
    """The signature part of a form that the session's owner signs."""
    user = acts.of_request(request).user
    return Signing(str(meaning), user.printed_name, user.username, covers=covers)


def answer(
    request: HttpRequest,
    form: ActForm,
    page: Callable[[ActForm], Any],
    do: Callable[[], None],
    *,
    to: str | Callable[[], str],
    said: str,
    template: str,
) -> HttpResponse:
    """Shows the form, or does what was sent. A refusal shows it again as it was filled in, with its status."""
    if request.method != "POST":
        return render(request, template, {"page": page(form)})
    try:
        with acts.once():
            do()
    except Refusal as refusal:
        if not request.user.is_authenticated:  # her account was locked, and with it her session
            raise
        return render(request, template, {"page": page(_kept(request, form, refusal))}, status=refusal.status)
    except IntegrityError:
        return _crossed(request, form, page, template)
    return acts.done(request, to if isinstance(to, str) else to(), said)


def _kept(request: HttpRequest, form: ActForm, refusal: Refusal) -> ActForm:
    """What was typed. After a change by another the form stays of the version that was seen, so it never passes."""
    form = acts.kept(form, request.POST, refusal)
    return replace(form, version=acts.read_version(request)) if isinstance(refusal, Stale) else form


def _crossed(request: HttpRequest, form: ActForm, page: Callable[[ActForm], Any], template: str) -> HttpResponse:
    text = "Somebody recorded the same at this very moment. Nothing was recorded twice. Load the page and look."
    crossed = acts.kept(form, request.POST, Refusal(text, "crossed"))
    return render(request, template, {"page": page(crossed)}, status=409)


def made(request: HttpRequest, label: str) -> str:
    """The uuid of the row of this label that the sent form made, the first time or now."""
    entry = LedgerEntry.objects.get(act_id=acts.read_token(request))
    rows = json.loads(entry.payload)["rows"]
    return str(next(row["uuid"] for row in rows if row["label"] == label))
