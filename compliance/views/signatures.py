"""A person's own signatures, and the answer to whether one is valid now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from compliance import queries
from compliance.domain import clock, signing
from compliance.domain.canonical import sha256
from compliance.forms.trail import key_of
from compliance.page_forms import ActForm, FormField, ListPage, VerifyPage
from compliance.page_frame import Head
from compliance.pages import Act, Cell, Check, Column, Fact, Row, Table, Verdict
from compliance.registry import trail_of
from compliance.roles import Role
from compliance.views import acts
from compliance.views.listing import pagination_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from compliance.models import Signature

READ = "compliance.read_trail"


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What the person signed, newest first."""
    actor = acts.of_request(request)
    part = queries.slice_of(queries.signatures_of(actor.user.pk), key_of(request.GET))
    columns = (Column("Signed at"), Column("Meaning"), Column("Record"), Column("As"), Column("Now"))
    page = ListPage(
        head=Head(title="My signatures", section="signatures"),
        title="My signatures",
        text="Each opens to what it covers and whether it still holds.",
        tally=(Fact("signatures", str(part.total)),),
        acts=(Act("Second factors", reverse("compliance:factors")),) if actor.may("compliance.own_factors") else (),
        table=Table("My signatures", columns, tuple(_row(s) for s in part.rows), empty="You have signed nothing yet."),
        pagination=pagination_of(part, request.path),
    )
    return render(request, "compliance/my_signatures.html", {"page": page})


def _row(signature: Signature) -> Row:
    void = getattr(signature, "void", None)
    return Row(
        (
            Cell(clock.stamp(signature.signed_at)),
            Cell(signature.meaning),
            Cell(signature.title, url=reverse("compliance:signature", args=(signature.uuid,))),
            Cell(_role(signature)),
            Cell(verdict=Verdict("void", "void", clock.stamp(void.voided_at)) if void else Verdict("info", "stands")),
        ),
        mark="void" if void else "",
    )


def _role(signature: Signature) -> str:
    return str(dict(Role.choices).get(signature.role, signature.role))


@require_safe
def one(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One signature as it was given, and whether it is valid now (R113, R114, SIG-05)."""
    signature = queries.signature_of(uuid)
    actor = acts.of_request(request)
    if signature is None:
        raise Http404
    if signature.signer_id != actor.user.pk:
        kind = trail_of(signature.record_label)
        actor.need(kind.permission if kind else READ)
    record = queries.record_of(signature.record_label, signature.record_uuid)
    valid = record is not None and signing.is_valid(signature, record)
    page = VerifyPage(
        head=Head(title="Signature", section="signatures"),
        form=_form(request),
        answer=_answer(signature, valid=valid),
        good=valid,
        checks=_checks(signature, valid=valid),
        facts=_facts(signature),
    )
    return render(request, "compliance/verify.html", {"page": page})


def _answer(signature: Signature, *, valid: bool) -> str:
    if valid:
        return "Valid: what was signed is what stands now"
    if hasattr(signature, "void"):
        return "Void: a later correction took this signature away"
    return "Not valid: the record does not stand as it was signed"


def _checks(signature: Signature, *, valid: bool) -> tuple[Check, ...]:
    void = getattr(signature, "void", None)
    whole = sha256(signature.content) == signature.digest
    found = [
        Check("ok" if whole else "open", "The bytes are those that were signed", f"SHA-256 {signature.digest}"),
        Check("ok" if valid or void else "open", "The record says today what was signed")
        if void is None
        else Check("open", f"Void since {clock.stamp(void.voided_at)}, by {void.voided_by}", void.reason),
    ]
    return tuple(found)


def _facts(signature: Signature) -> tuple[Fact, ...]:
    label, uuid = signature.record_label, signature.record_uuid
    url = reverse("compliance:audit-trail", args=(label, uuid)) if trail_of(label) else ""
    return (
        Fact("Printed name", signature.printed_name, signature.username, kind="hand"),
        Fact("Meaning", signature.meaning),
        Fact("Role", _role(signature)),
        Fact("Signed at", clock.stamp(signature.signed_at), signature.station),
        Fact("Record", signature.title, f"{label}, version {signature.record_version}", url=url),
        Fact("Signature", str(signature.uuid), code=True),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Finds a signature by its number or digest."""
    code = request.POST.get("code", "")
    found = queries.signature_by_code(code) if code.strip() else None
    if found is not None:
        return HttpResponseRedirect(reverse("compliance:signature", args=(found.uuid,)))
    answer = "No signature on this site has this number or digest" if request.method == "POST" else ""
    page = VerifyPage(head=Head(title="Verify", section="signatures"), form=_form(request, code), answer=answer)
    return render(request, "compliance/verify.html", {"page": page}, status=404 if answer else 200)


def _form(request: HttpRequest, code: str = "") -> ActForm:
    field = FormField("code", "Number or digest of a signature", "code", value=code[:80])
    return ActForm(
        name="verify",
        title="What to verify",
        action_url=reverse("compliance:verify"),
        token=acts.new_token(request),
        version=0,
        submit="Verify",
        fields=(field,),
    )
