"""The page of one tissue lot as a value: coded, without a place for a name (R417)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from compliance.domain import transitions
from compliance.numbers import display
from compliance.page_forms import Section
from compliance.pages import Cell, Column, Fact, Row, Table
from compliance.views import shown
from donors import guards, queries
from donors.domain.labels import labels_of
from donors.pages import TissueLotPage
from donors.states import TISSUE_TRANSITIONS, TissueState
from donors.views import places, words

if TYPE_CHECKING:
    from datetime import datetime

    from compliance.domain.actor import Actor
    from compliance.pages import Act
    from compliance.refusals import Blocker
    from compliance.states import Transition
    from donors.models import Handover, TissueLot

RELEASING = {TissueState.QUARANTINE: "release", TissueState.ON_HOLD: "resume"}
DISPOSE = "donors.dispose_tissue"
HOLD = "donors.hold_tissue"
HAND_OVER = "donors.hand_over_tissue"


def release_of(lot: TissueLot) -> Transition | None:
    """The way to released from where the lot stands; none where there is none."""
    name = RELEASING.get(TissueState(lot.state))
    return transitions.find(TISSUE_TRANSITIONS, name) if name else None


def against_release(actor: Actor, lot: TissueLot, at: datetime) -> list[Blocker]:
    """What stops the release now, with the way to what clears it; who received it matters to deciders alone."""
    move = release_of(lot)
    found = transitions.blockers(actor, lot, move, at) if move else []
    if not actor.may(DISPOSE):
        found = [b for b in found if b.code != "same_person"]
    return [_linked(actor, lot, b) for b in found]


def _linked(actor: Actor, lot: TissueLot, blocker: Blocker) -> Blocker:
    if blocker.code == "transport_outside" and actor.may(DISPOSE):
        return replace(blocker, link=places.lot_act_url(lot, "lot-judge"))
    if blocker.code.startswith(("donor_", "donation_", "consent_")) and actor.may(places.READ):
        return replace(blocker, link=places.donor_url(lot.donation.donor))
    return blocker


def lot_page(actor: Actor, lot: TissueLot, at: datetime) -> TissueLotPage:
    """What stops the release, receipt and transport, label, use, custody, signatures."""
    against = against_release(actor, lot, at)
    handovers = list(queries.custody_of(lot))
    title = "Before this lot can be released"
    left = queries.on_hand(lot)
    return TissueLotPage(
        head=places.lot_head(lot.number),
        title=f"{lot.number} · {words.source_of(lot.donation.donor)}",
        step=str(TissueState(lot.state).label),
        tally=(
            Fact(f"{lot.unit} left", display(left)),
            Fact(
                "use until",
                shown.moment(lot.expires_at) or "no limit",
                kind="over" if guards.is_expired(lot, at) else "",
            ),
        ),
        blockers=shown.blockers(title, against) if release_of(lot) else None,
        sections=(
            Section(title="Receipt", facts=facts(actor, lot), acts=_decisions(actor, lot, blocked=bool(against))),
            _transport(actor, lot),
            _label(lot),
            _custody(actor, lot, handovers),
            _uses(lot),
        ),
        signatures=shown.signatures_on([lot.uuid, *(h.uuid for h in handovers)]),
        links=shown.trail_link(actor, lot),
    )


def facts(actor: Actor, lot: TissueLot) -> tuple[Fact, ...]:
    """What was received, of which donation."""
    donation = lot.donation
    donor = donation.donor
    return (
        Fact("Donation number", words.din(donation), code=True),
        Fact(
            "Donor", donor.number, donor.get_scheme_display(), places.donor_url(donor) if actor.may(places.READ) else ""
        ),
        Fact("Quantity", f"{display(lot.quantity)} {lot.unit}"),
        Fact("Collection ended", shown.moment(donation.collected_at)),
        Fact("Received", shown.moment(lot.received_at), lot.received_by.printed_name),
        Fact("Use until", shown.moment(lot.expires_at) or "no limit"),
        Fact("Condition", lot.condition),
        Fact("Storage", lot.storage),
        Fact("Place", queries.place_of(lot)),
    )


def _transport(actor: Actor, lot: TissueLot) -> Section:
    within = guards.is_transport_within(lot)
    judged = (Fact("QA's judgement", lot.transport_judgement, kind="hand"),) if lot.transport_judgement else ()
    return Section(
        title="Transport",
        aside="within the accepted range" if within else "outside the accepted range",
        facts=(
            Fact("Lowest", f"{display(lot.transport_low_c)} °C"),
            Fact("Highest", f"{display(lot.transport_high_c)} °C"),
            Fact("Logger", lot.logger, code=True),
            *judged,
        ),
        acts=shown.offer(actor, DISPOSE, "Judge the transport", places.lot_act_url(lot, "lot-judge"), when=not within),
    )


def _label(lot: TissueLot) -> Section:
    rows = tuple(Row((Cell(text, kind="code"),)) for text in labels_of(lot))
    table = Table("Texts of the label", (Column("In this order on the label"),), rows, empty="No text is asked for.")
    return Section(title="Label", aside="chosen by rule from what is on record today, never typed", table=table)


def _custody(actor: Actor, lot: TissueLot, handovers: list[Handover]) -> Section:
    columns = tuple(Column(c) for c in ("When", "From", "To", "Given by", "Taken by", "Condition"))
    first = Row(
        (
            Cell(shown.moment(lot.received_at)),
            Cell("receipt", kind="muted"),
            Cell(lot.place),
            Cell(""),
            Cell(lot.received_by.printed_name),
            Cell(lot.condition),
        )
    )
    rows = (first, *(_handover(h) for h in handovers))
    here = lot.state != TissueState.DISCARDED
    return Section(
        title="Custody",
        aside="two people, both scan",
        table=Table("Custody", columns, rows),
        acts=shown.offer(actor, HAND_OVER, "Hand over", places.lot_act_url(lot, "lot-hand-over"), when=here, pen=True),
    )


def _handover(row: Handover) -> Row:
    temperature = f"{display(row.temperature_c)} °C" if row.temperature_c is not None else ""
    return Row(
        (
            Cell(shown.moment(row.handed_at)),
            Cell(row.from_place),
            Cell(row.to_place),
            Cell(row.given_by.printed_name),
            Cell(row.taken_by.printed_name),
            Cell(row.condition, note=" ".join(part for part in (temperature, row.logger) if part)),
        )
    )


def _uses(lot: TissueLot) -> Section:
    columns = (Column("When"), Column(f"Taken, {lot.unit}", numeric=True), Column("For"), Column("By"))
    rows = tuple(
        Row(
            (
                Cell(shown.moment(use.used_at)),
                Cell(display(use.quantity)),
                Cell(use.purpose),
                Cell(use.used_by.printed_name),
            )
        )
        for use in lot.uses.select_related("used_by")
    )
    return Section(title="Use", table=Table("Use", columns, rows, empty="Nothing was taken yet."))


def _decisions(actor: Actor, lot: TissueLot, *, blocked: bool) -> tuple[Act, ...]:
    state = lot.state

    def url(decision: str) -> str:
        return places.lot_act_url(lot, "lot-decide", decision)

    again = "Release again" if state == TissueState.ON_HOLD else "Release"
    here = state != TissueState.DISCARDED
    return (
        *shown.offer(actor, DISPOSE, again, url("release"), when=state in RELEASING, blocked=blocked, pen=True),
        *shown.offer(actor, DISPOSE, "Reject", url("reject"), when=state in RELEASING, pen=True),
        *shown.offer(actor, HOLD, "Put on hold", url("hold"), when=state == TissueState.RELEASED),
        *shown.offer(actor, DISPOSE, "Discard", url("discard"), when=here),
    )
