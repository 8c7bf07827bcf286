"""What security and QA must look at: open alerts first, each answered by name with a comment (R120)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from compliance.domain import alerts as domain
from compliance.forms import reading
from compliance.forms.trail import key_of
from compliance.models import Alert
from compliance.page_forms import ListPage, RecordPage, Section
from compliance.page_frame import Link
from compliance.pages import Cell, Column, Fact, Row, Table, Verdict
from compliance.queries import slice_of
from compliance.states import AlertState
from compliance.views import act_pages, acts, people, shown
from compliance.views.listing import pagination_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from compliance.page_forms import ActForm

ANSWER = "compliance.answer_alert"
COLUMNS = ("Alert", "Raised", "Now", "Answer", "Person")


@act_pages.reading(ANSWER)
def alerts(request: HttpRequest) -> HttpResponse:
    """The alerts that stand; on demand those that were answered."""
    answered = request.GET.get("state") == AlertState.ACKNOWLEDGED
    state = AlertState.ACKNOWLEDGED if answered else AlertState.RAISED
    rows = Alert.objects.filter(state=state).select_related("about", "act")
    part = slice_of(rows, key_of(request.GET))
    standing = Alert.objects.filter(state=AlertState.RAISED).count()
    page = ListPage(
        head=people.head("Alerts", Link("Alerts")),
        title="Alerts",
        text="Locked accounts and misused signing prompts. Look, then say what you found.",
        tally=(Fact("open", str(standing), kind="over" if standing else ""),),
        filters=(
            Link("Open", request.path, current=not answered),
            Link("Answered", f"{request.path}?state={AlertState.ACKNOWLEDGED}", current=answered),
        ),
        table=Table("Alerts", tuple(Column(c) for c in COLUMNS), tuple(_row(a) for a in part.rows), empty="None."),
        pagination=pagination_of(part, request.path, f"state={state}" if answered else ""),
    )
    return render(request, "compliance/alerts.html", {"page": page})


def _row(alert: Alert) -> Row:
    standing = alert.state == AlertState.RAISED
    url = reverse("compliance:alert", args=(alert.uuid,))
    person = alert.about
    return Row(
        (
            Cell(alert.text, url=url if standing else ""),
            Cell(shown.moment(alert.raised_at)),
            Cell(verdict=Verdict("alert", "open") if standing else Verdict("within", "answered")),
            Cell("Answer", url=url) if standing else Cell(alert.comment, note=_by(alert)),
            Cell(person.printed_name, url=reverse("compliance:person", args=(person.uuid,))) if person else Cell(),
        ),
        mark="alert" if standing else "",
    )


def _by(alert: Alert) -> str:
    return f"{alert.act.actor_name}, {shown.moment(alert.act.recorded_at)}"


@act_pages.acting(ANSWER)
def answer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Answers one alert."""
    alert = Alert.objects.filter(uuid=uuid).select_related("about", "act").first()
    if alert is None:
        raise Http404("There is no such alert.")
    field = reading.reason_field("What you found", "And what was done about it.")
    to = reverse("compliance:alerts")
    form = act_pages.form_of(
        request, "alert", "Your answer", "Answer the alert", (field,), version=alert.version, cancel_url=to
    )

    def do() -> None:
        with acts.plain_act(request, "alert.acknowledged", alert) as a:
            if alert.about is not None:
                a.touch(alert.about)
            domain.acknowledge_alert(a, alert, reading.read_reason(request.POST), acts.read_version(request))

    def page(asked: ActForm) -> RecordPage:
        facts = (
            Fact("Alert", alert.text, alert.kind),
            Fact("Raised", shown.moment(alert.raised_at)),
            *((Fact("Answer", alert.comment, _by(alert)),) if alert.state == AlertState.ACKNOWLEDGED else ()),
        )
        return RecordPage(
            head=people.head("Alert", Link("Alerts", to), Link("Alert")),
            title="Alert",
            sections=(Section(title="What happened", facts=facts),),
            forms=(asked,) if alert.state == AlertState.RAISED else (),
            links=shown.trail_link(acts.of_request(request), alert),
        )

    return act_pages.answer(request, form, page, do, to=to, said="Answered.", template=people.ACT)
