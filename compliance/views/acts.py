"""The toolkit of every view that shows or does something. Read this before you write a view.

Reading::

    @require_GET
    @acts.needs("batches.read")
    def board(request):
        page = BoardPage(...)                       # query, then a frozen page value, then render
        return acts.page_or_fragment(request, "batches/board.html", "batches/_board.html", {"page": page})

`page_or_fragment` gives the fragment to htmx and the whole page to a browser without it.

A form: put `acts.new_token(request)` into `ActForm.token` and the row's `version` into `ActForm.version`.

Doing without signature::

    @require_POST
    @acts.needs("resources.receive_lot")
    def receive(request):
        values = parse(request.POST)                # forms only parse; raise Invalid(text, field)
        with acts.once(), acts.plain_act(request, "lot.received", "lots") as a:
            receipt.receive_lot(a, ...)
        return acts.done(request, url, "Received.")

Doing with the owner's signature (the form has `signing=Signing(meaning, person, username, owner=True)`)::

    with acts.once(), acts.signed_act(request, "phase.completed", batch, phase, Meaning.PERFORMED) as (a, pen):
        row = execution.complete_phase(a, phase, version=acts.read_version(request))
        signing.sign(a, pen, row, Meaning.PERFORMED, title="...", permission="batches.execute")

A second person at the same station: the same with `cosign=True` (`Signing(meaning, owner=False)`).
`once()` swallows the second send of one form: the view then answers as it did the first time. Where the person
writes text, give it: `once(text)` refuses a second send whose text the first one did not record.
Where the signed row is made in the act itself, `record` is the one the prompt was for, and `signing.sign`
gets it as `challenged=`.

Refusals may simply leave the view: the middleware answers with the refusal's status and words (a fragment is
put into the notices, the page stays). A view that shows its form again keeps what was typed::

    except Refusal as refusal:
        form = acts.kept(form, request.POST, refusal)
        return acts.page_or_fragment(request, full, part, {...}, status=refusal.status)
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from compliance.domain import sessions
from compliance.domain.actor import of_request
from compliance.forms.acting import kept, once, plain_act, signed_act
from compliance.forms.tokens import new_token, read_token, read_version
from compliance.guards import owes_acknowledgement
from compliance.models import User
from compliance.refusals import Denied, Invalid, Throttled
from compliance.registry import nav_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

__all__ = [
    "done",
    "home_url",
    "is_fragment",
    "kept",
    "needs",
    "new_token",
    "of_request",
    "once",
    "page_or_fragment",
    "password_again",
    "plain_act",
    "read_token",
    "read_version",
    "signed_act",
]


def needs(permission: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Closes a view to everybody whose roles do not give the permission: 403 with words (R104, R107)."""

    def close(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            of_request(request).need(permission)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return close


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asked for a part of a page, not for a whole one or one from its history."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def page_or_fragment(
    request: HttpRequest, full: str, partial: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The whole page, or for htmx the part of it, with the same context."""
    response = render(request, partial if is_fragment(request) else full, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def done(request: HttpRequest, url: str, text: str = "") -> HttpResponse:
    """After an act: go to `url` and say so there. htmx loads it as a page."""
    if text:
        messages.success(request, text)
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def password_again(request: HttpRequest) -> None:
    """The owner's password once more, counted like at every door; a lock ends the session (SIG-11).

    Refuses a wrong one (Invalid): it belongs to a field of a form, and nobody is signed out for one slip.
    """
    try:
        sessions.check(request, of_request(request).user.username, request.POST.get("password", ""))
    except Throttled:
        sessions.sign_out(request, "account locked")
        raise
    except Denied as refusal:
        raise Invalid("That is not your password. Nothing was recorded.", "password", refusal.code) from refusal


def home_url(request: HttpRequest) -> str:
    """The first page that the person's roles open; her acknowledgement while she owes it (R110).

    Her signatures where no app offers one.
    """
    if isinstance(request.user, User) and owes_acknowledgement(request.user):
        return reverse("compliance:acknowledge")
    permissions: frozenset[str] = getattr(request.user, "permissions", frozenset())
    nav = nav_for(permissions)
    return nav[0].url if nav else reverse("compliance:my-signatures")
