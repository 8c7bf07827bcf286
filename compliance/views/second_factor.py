"""The second step at the door: a code of the app, or a recovery code (R207)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from compliance.domain import second_step
from compliance.page_forms import ActForm, FormField
from compliance.page_frame import Head
from compliance.page_people import ActivationPage
from compliance.pages import Fact
from compliance.refusals import Denied, Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from compliance.models import User

TEMPLATE = "registration/second_factor.html"
HELP = "Six digits of your authenticator app, or one of your recovery codes."


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """Asks who gave her password for the second factor; whoever did not, or too long ago, begins at the door."""
    try:
        user = second_step.person_of(request)
    except Denied:
        return redirect("compliance:login")
    if request.method != "POST":
        return render(request, TEMPLATE, {"page": _page(request, user)})
    try:
        after = second_step.finish(request, request.POST.get("code", "")[:100])
    except Refusal as refusal:
        status = 401 if isinstance(refusal, Denied) else refusal.status
        return render(request, TEMPLATE, {"page": _page(request, user, refusal)}, status=status)
    return HttpResponseRedirect(after or reverse("compliance:home"))


def _page(request: HttpRequest, user: User, refusal: Refusal | None = None) -> ActivationPage:
    field = FormField("code", "Code", "code", help=HELP, secret=True)
    error = refusal.text if refusal else ""
    form = ActForm("second", "Second factor", request.path, "", 0, "Sign in", (field,), error=error)
    return ActivationPage(
        head=Head(title="Second factor"),
        title="Second factor",
        text="You sign in from outside the site's network, so your password alone does not open it.",
        facts=(Fact("Account", user.printed_name, user.username),),
        form=form,
    )
