"""QA decides on a lot: release and reject by signature, hold and discard with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404

from compliance.domain import clock, transitions
from compliance.forms import reading
from compliance.page_forms import FormField, RecordPage, Section
from compliance.states import SignatureMeaning
from compliance.views import act_pages, acts, shown
from resources.domain import disposition
from resources.states import LOT_TRANSITIONS, LotState
from resources.views import places
from resources.views.lot_page import DISPOSE, against_release, facts, tests_table

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from compliance.domain.actor import Actor
    from compliance.page_forms import ActForm
    from compliance.refusals import Blocker
    from resources.models import MaterialLot


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: what the page and the button say, what it does to the stock, the signature it needs."""

    title: str
    submit: str
    text: str
    said: str
    meaning: SignatureMeaning | None = None


DECISIONS = {
    "release": Decision(
        "Release the lot",
        "Sign as released",
        "From then on batches may take it.",
        "The lot is released.",
        SignatureMeaning.RELEASED,
    ),
    "reject": Decision(
        "Reject the lot",
        "Sign as rejected",
        "It can never be released again.",
        "The lot is rejected.",
        SignatureMeaning.REJECTED,
    ),
    "hold": Decision(
        "Put the lot on hold",
        "Put on hold",
        "The release signature becomes void; no batch can take the lot.",
        "The lot is on hold.",
    ),
    "discard": Decision(
        "Discard the lot", "Discard the lot", "All that is left of it is booked out.", "The lot is discarded."
    ),
}


@act_pages.acting(DISPOSE)
def decide(request: HttpRequest, number: str, decision: str) -> HttpResponse:
    """One decision on one lot, on a page of its own with all that it rests on (R301, R303, R304)."""
    if decision not in DECISIONS:
        raise Http404("There is no such decision.")
    lot, what, actor = places.lot_of(number), DECISIONS[decision], acts.of_request(request)
    against = _against(actor, lot, decision)
    form = act_pages.form_of(
        request,
        decision,
        what.title,
        what.submit,
        _fields(lot, decision),
        version=lot.version,
        help=what.text,
        blocked=bool(against),
        signing=_signing(request, lot, what),
    )

    def do() -> None:
        _decide(request, lot, decision, what)

    def page(asked: ActForm) -> RecordPage:
        return _page(lot, what, asked, against)

    to = places.lot_url(lot)
    return act_pages.answer(request, form, page, do, to=to, said=what.said, template=places.ACT)


def _against(actor: Actor, lot: MaterialLot, decision: str) -> list[Blocker]:
    if decision == "release" and lot.state in (LotState.QUARANTINE, LotState.ON_HOLD):
        return against_release(actor, lot, clock.now())
    move = transitions.find(LOT_TRANSITIONS, decision)
    return transitions.blockers(actor, lot, move, clock.now())


def _fields(lot: MaterialLot, decision: str) -> tuple[FormField, ...]:
    retest = FormField("retest_on", "New retest date", "date", required=False, help="Only where the retest sets one.")
    if decision != "release":
        return (reading.reason_field(),)
    return (retest,) if lot.state == LotState.QUARANTINE else (retest, reading.reason_field())


def _signing(request: HttpRequest, lot: MaterialLot, what: Decision) -> object:
    if what.meaning is None:
        return None
    return act_pages.owner_signing(request, what.meaning, f"{lot.number}, its receipt and its tests")


def _decide(request: HttpRequest, lot: MaterialLot, decision: str, what: Decision) -> None:
    version, why = acts.read_version(request), reading.read_reason(request.POST)
    if decision in ("hold", "discard"):
        write = {"hold": disposition.hold_lot, "discard": disposition.discard_lot}[decision]
        event = {"hold": "material_lot.held", "discard": "material_lot.discarded"}[decision]
        with acts.plain_act(request, event, lot) as a:
            write(a, lot, why, version=version)
        return
    retest = reading.read_day_if_any(request.POST, "retest_on", "The retest date")
    event = {"release": "material_lot.released", "reject": "material_lot.rejected"}[decision]
    with acts.signed_act(request, event, lot, lot, str(what.meaning)) as (a, pen):
        if decision == "reject":
            disposition.reject_lot(a, pen, lot, why, version=version)
        else:
            again = why if lot.state == LotState.ON_HOLD else None
            disposition.release_lot(a, pen, lot, version=version, reason=again, retest_on=retest)


def _page(lot: MaterialLot, what: Decision, form: ActForm, against: list[Blocker]) -> RecordPage:
    return RecordPage(
        head=places.head(what.title, places.LOTS, places.lot_link(lot)),
        title=f"{what.title} · {lot.number}",
        step=lot.get_state_display(),
        blockers=shown.blockers("What stops it", against),
        sections=(
            Section(title="Receipt", facts=facts(lot)),
            Section(title="Tests", table=tests_table(lot.tests.select_related("tested_by"))),
        ),
        forms=(form,),
    )
