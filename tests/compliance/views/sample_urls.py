"""Pages that exist for the tests of the toolkit only: a person renames another, plain, signed and co-signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import include, path

from compliance.domain import accounts, signing
from compliance.models import User
from compliance.page_forms import ActForm, FormField, ListPage, Signing
from compliance.page_frame import Head
from compliance.pages import Table
from compliance.refusals import Refusal
from compliance.states import SignatureMeaning
from compliance.views import acts
from config import urls

if TYPE_CHECKING:
    from django.http import HttpRequest

READ = "compliance.read_trail"
MEANING = SignatureMeaning.APPROVED


def _form(request: HttpRequest, user: User) -> ActForm:
    pen = Signing(MEANING, person="", username=acts.of_request(request).name)
    fields = (FormField("printed_name", "Name"), FormField("reason", "Reason", "area"))
    return ActForm("rename", "Rename", request.path, acts.new_token(request), user.version, "Rename", fields, pen)


def _page(request: HttpRequest, form: ActForm, status: int = 200) -> HttpResponse:
    page = ListPage(head=Head(title="Rename"), title="Rename", table=Table("none", ()), forms=(form,))
    context = {"page": page, "form": form}
    return acts.page_or_fragment(request, "compliance/my_signatures.html", "components/act_form.html", context, status)


@acts.needs("compliance.manage_accounts")
def plain(request: HttpRequest, name: str) -> HttpResponse:
    user = get_object_or_404(User, username=name)
    if request.method == "GET":
        return _page(request, _form(request, user))
    with acts.once(), acts.plain_act(request, "user.renamed", user) as a:
        accounts.rename_user(a, user, request.POST["printed_name"], request.POST["reason"])
    return acts.done(request, "/signatures/", "Renamed.")


@acts.needs(READ)
def signed(request: HttpRequest, name: str, cosign: str) -> HttpResponse:
    user = get_object_or_404(User, username=name)
    form = _form(request, user)
    if request.method == "GET":
        return _page(request, form)
    try:
        acts.read_version(request)
        second = cosign == "second"
        with acts.once(), acts.signed_act(request, "user.renamed", user, user, MEANING, cosign=second) as (a, pen):
            a.touch(user)
            signing.sign(a, pen, user, MEANING, title=f"Account of {user}", permission=READ)
    except Refusal as refusal:
        if not request.user.is_authenticated:
            raise
        return _page(request, acts.kept(form, request.POST, refusal), refusal.status)
    return acts.done(request, "/signatures/")


def crash(request: HttpRequest) -> HttpResponse:
    acts.of_request(request).need("nobody.has_this")
    return HttpResponse()


urlpatterns = [
    path("sample/plain/<str:name>/", plain),
    path("sample/signed/<str:name>/<str:cosign>/", signed),
    path("sample/denied/", crash),
    path("", include(urls.urlpatterns)),
]
handler403 = urls.handler403
