"""Issuing a batch: an effective master, its bank where it starts from one, and a signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from batches.domain import issuing
from batches.forms.values import uuid_of
from batches.models import Batch, MasterVersion
from batches.states import BatchState, MasterState
from batches.views import places
from compliance.numbers import display
from compliance.page_forms import ActForm, FormField, RecordPage, Section, Signing
from compliance.page_frame import Head, Link
from compliance.pages import Option, State
from compliance.refusals import Invalid, Refusal
from compliance.views import acts
from donors.models import TissueLot
from donors.states import TissueState

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

MOST_LISTED = 100


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@acts.needs("batches.issue_batch")
def issue(request: HttpRequest) -> HttpResponse:
    """Issues a batch once under a new number, signed as issued and checked (R332)."""
    form = _form(request)
    refused: Refusal | None = None
    if request.method == "POST":
        try:
            return _issued(request)
        except Refusal as refusal:
            refused, form = refusal, acts.kept(form, request.POST, refusal)
    empty = not form.fields[0].options
    state = State("empty", "No master is effective", "A batch is issued from an effective master version.")
    page = RecordPage(
        head=Head(title="Issue a batch", section="issue", crumbs=(Link("Board", places.board_url()), Link("Issue"))),
        title="Issue a batch",
        text="The batch pins this version of the master and its digest for good.",
        sections=(Section(title="Masters", state=state),) if empty else (),
        forms=() if empty else (form,),
    )
    return render(request, "components/record_page.html", {"page": page}, status=refused.status if refused else 200)


def _issued(request: HttpRequest) -> HttpResponse:
    version = _version(request.POST.get("master", ""))
    bank, tissue = _bank(request.POST.get("bank", "")), _tissue(request.POST.get("tissue", ""))
    with acts.once(), acts.signed_act(request, "batch.issued", version, version, "issued") as (a, pen):
        issuing.issue_batch(a, pen, version, bank, tissue)
    # Also after a second send of the same form: the batch that its one act made.
    made = Batch.history.filter(act_id=acts.read_token(request), version=1).first()
    if made is None:
        return acts.done(request, places.board_url())
    return acts.done(request, places.batch_url(made.number), f"{made.number} is issued.")


def _version(text: str) -> MasterVersion:
    uuid = uuid_of(text, "master")
    rows = MasterVersion.objects.select_related("master", "product_version__product")
    found = rows.filter(uuid=uuid).first() if uuid else None
    if found is None:
        raise Invalid("Choose the master.", "master", "blank")
    return found


def _bank(text: str) -> Batch | None:
    uuid = uuid_of(text, "bank")
    if uuid is None:
        return None
    found = Batch.objects.select_related("master_version__master").filter(uuid=uuid).first()
    if found is None:
        raise Invalid("Choose the bank.", "bank", "unknown")
    return found


def _tissue(text: str) -> TissueLot | None:
    uuid = uuid_of(text, "tissue")
    if uuid is None:
        return None
    found = TissueLot.objects.select_related("donation").filter(uuid=uuid).first()
    if found is None:
        raise Invalid("Choose the tissue lot.", "tissue", "unknown")
    return found


def _form(request: HttpRequest) -> ActForm:
    user = acts.of_request(request).user
    versions = MasterVersion.objects.filter(state=MasterState.EFFECTIVE).select_related("master", "product_version")
    banks = Batch.objects.filter(state=BatchState.RELEASED, product_version__is_intermediate=True)
    masters = tuple(Option(str(v.uuid), f"{v.master.title} ({v})", f"digest {v.digest[:8]}") for v in versions)
    released = tuple(Option(str(b.uuid), b.number) for b in banks.order_by("-id")[:MOST_LISTED])
    usable = TissueLot.objects.filter(state=TissueState.RELEASED, node__isnull=True).order_by("-id")[:MOST_LISTED]
    tissues = tuple(Option(str(t.uuid), t.number, f"{display(t.quantity)} {t.unit}") for t in usable)
    return ActForm(
        "issue",
        "New batch",
        reverse("batches:issue"),
        acts.new_token(request),
        1,
        "Sign and issue",
        (
            FormField("master", "Master", "select", options=masters),
            FormField(
                "bank",
                "Cell bank",
                "select",
                options=released,
                required=False,
                help="Where the master starts from one.",
            ),
            FormField(
                "tissue",
                "Tissue lot",
                "select",
                options=tissues,
                required=False,
                help="Where the master starts from donor tissue.",
            ),
        ),
        signing=Signing("issued", user.printed_name, user.username),
        cancel_url=places.board_url(),
    )
