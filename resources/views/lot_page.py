"""The page of one material lot as a value."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.urls import reverse

from compliance.domain import transitions
from compliance.numbers import display
from compliance.page_forms import Section
from compliance.pages import Cell, Column, Fact, Row, Table, Verdict
from compliance.views import shown
from resources.models import StockMovement
from resources.pages import LotPage
from resources.states import LOT_TRANSITIONS, LotState
from resources.views import places, words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from decimal import Decimal

    from compliance.domain.actor import Actor
    from compliance.pages import Act
    from compliance.refusals import Blocker
    from compliance.states import Transition
    from resources.models import LotTest, MaterialLot

RELEASING = {LotState.QUARANTINE: "release", LotState.ON_HOLD: "release_again"}
MOVEMENTS_SHOWN = 100
DISPOSE = "resources.disposition_lot"
MOVE = "resources.move_stock"
TEST = "resources.test_lot"
GONE = (LotState.DISCARDED,)


def release_of(lot: MaterialLot) -> Transition | None:
    """The way to released from where the lot stands; none where there is none."""
    name = RELEASING.get(LotState(lot.state))
    return transitions.find(LOT_TRANSITIONS, name) if name else None


def against_release(actor: Actor, lot: MaterialLot, at: datetime) -> list[Blocker]:
    """What stops the release now, with the way to what clears it; who received it matters to deciders alone."""
    move = release_of(lot)
    found = transitions.blockers(actor, lot, move, at) if move else []
    if not actor.may(DISPOSE):
        found = [b for b in found if b.code != "same_person"]
    return [_linked(actor, lot, b) for b in found]


def _linked(actor: Actor, lot: MaterialLot, blocker: Blocker) -> Blocker:
    if blocker.code == "no_identity_test" and actor.may(TEST):
        return replace(blocker, link=reverse("resources:lot-test", args=(lot.number,)))
    return blocker


def lot_page(actor: Actor, lot: MaterialLot, at: datetime, on_hand: Decimal) -> LotPage:
    """Receipt, tests, stock and decisions of a lot; before them what stops its release."""
    against = against_release(actor, lot, at)
    tests = list(lot.tests.select_related("tested_by"))
    title = "Before this lot can be released"
    return LotPage(
        head=places.head(lot.number, places.LOTS),
        title=f"{lot.number} · {lot.item.name}",
        step=str(LotState(lot.state).label),
        text=_text(lot),
        tally=(Fact(f"{lot.item.unit} on hand", display(on_hand)), *_last_day(lot)),
        blockers=shown.blockers(title, against) if release_of(lot) else None,
        sections=(
            Section(title="Receipt", facts=facts(lot), acts=_decisions(actor, lot, blocked=bool(against))),
            Section(
                title="Tests",
                aside="a repeat is a new row; the newest of a kind and method counts",
                table=tests_table(tests),
                acts=shown.offer(
                    actor,
                    TEST,
                    "Record a test",
                    _url(lot, "lot-test"),
                    when=lot.state in (LotState.QUARANTINE, LotState.ON_HOLD),
                ),
            ),
            Section(
                title="Stock",
                aside=f"the newest {MOVEMENTS_SHOWN} movements",
                table=_movements(lot),
                acts=_stock_acts(actor, lot),
            ),
        ),
        signatures=shown.signatures_on([lot.uuid]),
        links=shown.trail_link(actor, lot),
    )


def _text(lot: MaterialLot) -> str:
    said = {
        LotState.QUARANTINE: "In quarantine: no batch can take it until QA has released it.",
        LotState.RELEASED: "Released: batches may take it up to its last day.",
        LotState.ON_HOLD: "On hold: no batch can take it until QA decides again.",
        LotState.REJECTED: "Rejected for good.",
        LotState.DISCARDED: "Discarded. The record stays.",
    }
    return said[LotState(lot.state)]


def _last_day(lot: MaterialLot) -> tuple[Fact, ...]:
    days = (("last day of use", lot.expires_on), ("retest by", lot.retest_on))
    return tuple(Fact(term, words.day(value)) for term, value in days if value)


def facts(lot: MaterialLot) -> tuple[Fact, ...]:
    """What was received."""
    received = f"{shown.moment(lot.received_at)}, {lot.received_by.printed_name}"
    hours = lot.item.in_use_hours
    opened = shown.moment(lot.opened_at) or "none opened"
    return (
        Fact("Material", lot.item.name, lot.item.code),
        Fact("Supplier", lot.supplier.name, _qualified(lot)),
        Fact("Supplier's lot", lot.supplier_lot, code=True),
        Fact("Delivery note", lot.shipment, code=True),
        Fact("Received", f"{display(lot.quantity_received)} {lot.item.unit}", received),
        Fact("Expiry, last day of use", words.day(lot.expires_on)),
        Fact("Retest by", words.day(lot.retest_on)),
        Fact("Containers", f"{lot.opened} of {lot.containers} opened", opened),
        Fact("Time in use", f"{display(hours)} h" if hours else "no limit"),
        Fact("Storage", lot.item.storage),
        Fact("Place", lot.location),
        Fact("Specification", lot.item.specification or "none written"),
    )


def _qualified(lot: MaterialLot) -> str:
    until = lot.supplier.qualified_until
    return f"qualified until {until.isoformat()}" if until else "not qualified: a certificate does not count"


def tests_table(tests: Iterable[LotTest]) -> Table:
    """The tests, oldest first."""
    columns = tuple(Column(c) for c in ("Kind", "Method", "Result", "Verdict", "Tested by", "At"))
    return Table("Tests", columns, tuple(_test(t) for t in tests), empty="No test is recorded yet.")


def _test(test: LotTest) -> Row:
    verdict = Verdict("within", "passes") if test.passes else Verdict("breach", "does not pass")
    return Row(
        (
            Cell(str(test.get_kind_display())),
            Cell(test.method),
            Cell(test.result, kind="hand"),
            Cell(verdict=verdict),
            Cell(test.tested_by.printed_name),
            Cell(shown.moment(test.tested_at)),
        )
    )


def _movements(lot: MaterialLot) -> Table:
    rows = StockMovement.objects.filter(lot=lot).select_related("moved_by").order_by("-sequence")[:MOVEMENTS_SHOWN]
    unit = lot.item.unit
    columns = (
        Column("#"),
        Column("What"),
        Column(f"Amount, {unit}", numeric=True),
        Column(f"On hand, {unit}", numeric=True),
        Column("Why"),
        Column("Who and when"),
    )
    return Table("Movements", columns, tuple(_movement(row) for row in rows), dense=True)


def _movement(row: StockMovement) -> Row:
    return Row(
        (
            Cell(str(row.sequence)),
            Cell(str(row.get_kind_display()), note=row.batch_ref),
            Cell(f"+{display(row.delta)}" if row.delta > 0 else display(row.delta)),
            Cell(display(row.balance_after)),
            Cell(row.reason),
            Cell(row.moved_by.printed_name, note=shown.moment(row.moved_at)),
        )
    )


def _decisions(actor: Actor, lot: MaterialLot, *, blocked: bool) -> tuple[Act, ...]:
    state = lot.state
    again = "Release again" if state == LotState.ON_HOLD else "Release"
    return (
        *shown.offer(
            actor, DISPOSE, again, _decide(lot, "release"), when=state in RELEASING, blocked=blocked, pen=True
        ),
        *shown.offer(actor, DISPOSE, "Reject", _decide(lot, "reject"), when=state in RELEASING, pen=True),
        *shown.offer(actor, DISPOSE, "Put on hold", _decide(lot, "hold"), when=state == LotState.RELEASED),
        *shown.offer(actor, DISPOSE, "Discard the lot", _decide(lot, "discard"), when=state not in GONE),
    )


def _stock_acts(actor: Actor, lot: MaterialLot) -> tuple[Act, ...]:
    here = lot.state not in GONE
    return (
        *shown.offer(actor, MOVE, "Take a sample", _url(lot, "lot-sample"), when=here),
        *shown.offer(actor, MOVE, "Discard a part", _url(lot, "lot-discard-part"), when=here),
        *shown.offer(actor, MOVE, "Open a container", _url(lot, "lot-open"), when=here and lot.opened < lot.containers),
        *shown.offer(actor, MOVE, "Move to another place", _url(lot, "lot-move"), when=here),
        *shown.offer(actor, "resources.adjust_stock", "Adjust after a count", _url(lot, "lot-adjust"), when=here),
    )


def _url(lot: MaterialLot, name: str) -> str:
    return reverse(f"resources:{name}", args=(lot.number,))


def _decide(lot: MaterialLot, decision: str) -> str:
    return reverse("resources:lot-decide", args=(lot.number, decision))
