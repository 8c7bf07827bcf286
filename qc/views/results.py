"""One result at a time: judged while it is typed, entered by its own act, taken back with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from batches.domain import files
from batches.pages import Field
from batches.views.words import pretty
from compliance.forms.reading import read_reason
from compliance.page_forms import FormField
from compliance.pages import Option, Verdict
from compliance.refusals import Refusal
from compliance.views import act_pages, acts
from qc.domain import testing
from qc.forms.results import read_details, read_typed
from qc.states import SampleState
from qc.views import places, words
from qc.views.result_page import enter_page, result_page
from qc.views.sample import READ, show
from qc.views.sample_fields import Kept, code_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from compliance.page_forms import ActForm
    from qc.models import Result, Sample, SpecificationItem
    from qc.pages import ResultPage

ENTERED = "result.entered"


@require_POST
@never_cache
@acts.needs(READ)
def check(request: HttpRequest, number: str, uuid: UUID) -> HttpResponse:
    """What the verdict on the typed result would be. Writes nothing and is never trusted later."""
    item = places.item_of(places.sample_of(number), uuid)
    verdict, reads = words.BLANK, ""
    if request.POST.get("value", "").strip():
        verdict, reads = _checked(request, item)
    kind = "choice" if item.kind == "choice" else "number"
    field = Field(code=code_of(item), label=item.title, kind=kind, verdict=verdict, reads=reads)  # type: ignore[arg-type]
    return render(request, "batches/_verdict.html", {"field": field})


def _checked(request: HttpRequest, item: SpecificationItem) -> tuple[Verdict, str]:
    try:
        result = testing.check_result(item, read_typed(request))
    except Refusal as refusal:
        return Verdict("refused", "not possible"), refusal.text
    found = words.verdict_of(result)
    reads = words.value_of(result)
    said = f"read as {reads}" if reads != result.typed.strip() else ""
    more = "" if found.kind in {"within", "info"} else pretty(result.message)
    return Verdict(found.kind, "not recorded yet", found.word), " · ".join(t for t in (said, more) if t)


@require_POST
@acts.needs(READ)
def record(request: HttpRequest, number: str, uuid: UUID) -> HttpResponse:
    """Enters one result: one act, one row, the server's time. A refusal keeps what was typed."""
    row = places.sample_of(number)
    item = places.item_of(row, uuid)
    try:
        result = _enter(request, row, item, {})
    except Refusal as refusal:
        kept = Kept(code_of(item), request.POST.get("value", "")[:200], refusal)
        return show(request, places.sample_of(number), kept=kept, status=refusal.status)
    if not acts.is_fragment(request) or _changes_the_page(row, result):
        return acts.done(request, places.sample_url(row), _said(item, result))
    return show(request, places.sample_of(number))


def _enter(request: HttpRequest, row: Sample, item: SpecificationItem, details: dict[str, str]) -> Result | None:
    """The entered result, None when the form came a second time."""
    typed = read_typed(request)
    with acts.once(), acts.plain_act(request, ENTERED, row) as a:
        return testing.enter_result(a, row, item, typed, **details)
    return None


def _changes_the_page(row: Sample, result: Result | None) -> bool:
    """The first result starts the tests, a failing one opens an investigation: both stand above the results."""
    return row.state != SampleState.IN_TEST or (result is not None and hasattr(result, "oos"))


def _said(item: SpecificationItem, result: Result | None) -> str:
    oos = getattr(result, "oos", None)
    more = f" It does not pass: investigation {oos.number} is open." if oos else ""
    return f"{item.title} is entered.{more}"


@act_pages.acting("qc.enter_result")
def enter(request: HttpRequest, number: str, uuid: UUID) -> HttpResponse:
    """Enters one result with its instrument, a comment and the raw file."""
    row = places.sample_of(number)
    item = places.item_of(row, uuid)
    fields = (
        _value_field(item),
        FormField("instrument", "Instrument", "code", required=False),
        FormField("comment", "Comment", "area", required=False),
        FormField("file", "Raw data", "file", required=False, help="csv, txt, pdf, png or jpg, kept under its digest."),
    )
    form = act_pages.form_of(
        request, "enter", item.title, "Enter the result", fields, version=row.version, multipart=True
    )

    def page(shown: ActForm) -> ResultPage:
        return enter_page(acts.of_request(request), row, item, shown)

    def do() -> None:
        _enter(request, row, item, read_details(request))

    said = f"{item.title} is entered."
    return act_pages.answer(request, form, page, do, to=places.sample_url(row), said=said, template="qc/result.html")


def _value_field(item: SpecificationItem) -> FormField:
    limits = words.limit_line(item)
    if item.kind == "choice":
        options = tuple(Option(o, o) for o in testing.options_of(item))
        return FormField("value", "Result", "select", options=options, help=limits)
    return FormField("value", "Result", "number", unit=item.unit, help=limits)


@act_pages.reading(READ)
def result(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One result: what was typed, how it was judged, its file and its signatures."""
    row = places.result_of(uuid)
    return render(request, "qc/result.html", {"page": result_page(acts.of_request(request), row)})


@act_pages.acting(READ)
def retract(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Takes a result back with a reason, before a new one; it stays visible (R222). Whose act it is, its state says."""
    row = places.result_of(uuid)
    if request.method != "POST":  # a second send meets a result that is retracted: the act itself asks
        acts.of_request(request).need(testing.retraction_of(row).permission)
    form = act_pages.form_of(
        request,
        "retract",
        f"Take back {row.item.title} {words.with_unit(row)}",
        "Retract the result",
        (FormField("reason", "Why", "area", help="The result stays in the record with this reason."),),
        version=row.version,
        help="Its signatures become void and the test is open again.",
    )
    if request.method != "POST" and acts.is_fragment(request):
        return render(request, "components/act_form.html", {"form": form})

    def page(shown: ActForm) -> ResultPage:
        return result_page(acts.of_request(request), row, shown)

    def do() -> None:
        with acts.plain_act(request, "result.retracted", row.sample) as a:
            testing.retract_result(a, row, read_reason(request.POST), acts.read_version(request))

    said = f"{row.item.title} is retracted. It stays in the record."
    to = places.sample_url(row.sample)
    return act_pages.answer(request, form, page, do, to=to, said=said, template="qc/result.html")


@require_safe
@never_cache
@acts.needs(READ)
def download(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The raw file of a result as it was stored, its digest compared first (R223, SEC-03)."""
    del request
    row = places.result_of(uuid)
    if not row.raw_sha256:
        raise Http404("There is no such file.")
    return HttpResponse(
        files.read_kept(row.raw_sha256),
        content_type=files.KINDS.get(files.kind_of(row.raw_name), "application/octet-stream"),
        headers={
            "Content-Disposition": content_disposition_header(True, row.raw_name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )
