"""Decisions on a tissue lot, and its hand-over between two people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404

from compliance.domain import clock, transitions
from compliance.forms import reading
from compliance.page_forms import Signing
from compliance.refusals import Refused
from compliance.states import SignatureMeaning
from compliance.views import act_pages, acts, shown
from donors.domain import custody, tissue
from donors.forms import tissue as forms
from donors.states import TISSUE_TRANSITIONS, TissueState
from donors.views import places
from donors.views.lot import act_on
from donors.views.lot_page import DISPOSE, HAND_OVER, HOLD, RELEASING, against_release

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from compliance.domain.actor import Actor
    from compliance.page_forms import FormField
    from compliance.refusals import Blocker
    from donors.models import Handover, TissueLot


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: its words, its permission, its event, and the signature it needs."""

    title: str
    submit: str
    text: str
    said: str
    event: str
    permission: str = DISPOSE
    meaning: SignatureMeaning | None = None


DECISIONS = {
    "release": Decision(
        "Release the tissue", "Sign as released", "From then on a batch may take it.", "The tissue is released.",
        "tissue.released", meaning=SignatureMeaning.RELEASED,
    ),
    "reject": Decision(
        "Reject the tissue", "Sign as rejected", "It can never be released again.", "The tissue is rejected.",
        "tissue.rejected", meaning=SignatureMeaning.REJECTED,
    ),
    "hold": Decision(
        "Put the tissue on hold", "Put on hold", "No batch can take it until QA decides again.",
        "The tissue is on hold.", "tissue.held", HOLD,
    ),
    "discard": Decision(
        "Discard the tissue", "Discard", "Records that it was destroyed. The record stays.",
        "The tissue is discarded.", "tissue.discarded",
    ),
}  # fmt: skip


def decide(request: HttpRequest, number: str, decision: str) -> HttpResponse:
    """One decision on one tissue lot, each with its own permission (R414, R416)."""
    what = DECISIONS.get(decision)
    if what is None:
        raise Http404("There is no such decision.")
    answer: HttpResponse = act_pages.acting(what.permission)(_decide)(request, number, decision)
    return answer


def _decide(request: HttpRequest, number: str, decision: str) -> HttpResponse:
    actor, what = acts.of_request(request), DECISIONS[decision]
    lot = places.lot_of(actor, number)
    against = _against(actor, lot, decision)
    covers = f"{lot.number} and its donation"
    more = {"signing": act_pages.owner_signing(request, what.meaning, covers)} if what.meaning else {}
    return act_on(
        request,
        lot,
        what.title,
        _fields(lot, decision),
        lambda: _do(request, lot, decision),
        said=what.said,
        submit=what.submit,
        help=what.text,
        blocked=bool(against),
        blockers=shown.blockers("What stops it", against),
        **more,
    )


def _against(actor: Actor, lot: TissueLot, decision: str) -> list[Blocker]:
    if decision == "release" and lot.state in RELEASING:
        return against_release(actor, lot, clock.now())
    return transitions.blockers(actor, lot, transitions.find(TISSUE_TRANSITIONS, decision), clock.now())


def _fields(lot: TissueLot, decision: str) -> tuple[FormField, ...]:
    if decision == "release" and lot.state == TissueState.QUARANTINE:
        return ()
    return (reading.reason_field(help="Names nobody."),)


def _do(request: HttpRequest, lot: TissueLot, decision: str) -> None:
    what, version, why = DECISIONS[decision], acts.read_version(request), reading.read_reason(request.POST)
    if what.meaning is None:
        write = tissue.hold_tissue if decision == "hold" else tissue.discard_tissue
        with acts.plain_act(request, what.event, lot) as a:
            write(a, lot, why, version)
        return
    with acts.signed_act(request, what.event, lot, lot, what.meaning) as (a, pen):
        if decision == "reject":
            tissue.reject_tissue(a, pen, lot, why, version)
        elif lot.state == TissueState.ON_HOLD:
            tissue.resume_tissue(a, pen, lot, why, version)
        else:
            tissue.release_tissue(a, pen, lot, version)


@act_pages.acting(HAND_OVER)
def hand_over(request: HttpRequest, number: str) -> HttpResponse:
    """The session's owner gives, a second person takes and signs at this station; both scan (R418)."""
    actor = acts.of_request(request)
    lot = places.lot_of(actor, number)

    def do() -> None:
        row = _drafted(request, actor, lot)
        with acts.signed_act(request, "tissue.handed_over", lot, row, custody.MEANING, cosign=True) as (a, pen):
            custody.hand_over(a, pen, row)

    return act_on(
        request,
        lot,
        "Hand over",
        forms.handover_fields(lot.number),
        do,
        said="Handed over; the chain of custody has no gap.",
        submit="Sign as taken over",
        help=f"{actor.user.printed_name} gives the lot. The second person scans it too and signs for it below.",
        signing=Signing(str(custody.MEANING), owner=False, covers=f"the hand-over of {lot.number}"),
    )


def _drafted(request: HttpRequest, actor: Actor, lot: TissueLot) -> Handover:
    """The hand-over to be signed. A scan that is not this lot stops it and goes on record (R418)."""
    values = forms.read_handover(request.POST)
    try:
        return custody.draft(actor, lot, **values)
    except Refused as refusal:
        wrong = [s for s in (values["given_scan"], values["taken_scan"]) if s.strip().upper() != lot.number]
        if refusal.code == "identity_mismatch":
            with acts.once(), acts.plain_act(request, "tissue.mismatched", lot) as a:
                custody.note_mismatch(a, lot, wrong[0])
        raise
