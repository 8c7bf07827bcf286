"""Every hand-over has two people and two scans, and a mismatch stops it (R418)."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError

from compliance.domain import clock
from compliance.domain.act import act
from compliance.domain.records import save_record
from compliance.models import LedgerEntry, Signature
from compliance.refusals import Denied, Invalid, Refused
from donors.domain import custody, tissue
from donors.models import Handover, TissueLot
from donors.queries import custody_of, place_of
from tests.donors import steps
from tests.helpers import person

pytestmark = [pytest.mark.django_db, pytest.mark.req("R418")]


def drafted(lot: TissueLot, **values: object) -> Handover:
    given: dict[str, object] = {
        "to_place": "Isolator 2",
        "given_scan": lot.number,
        "taken_scan": f" {lot.number.lower()} ",
        "condition": "bag closed",
        "temperature_c": "4.5",
        "logger": "TL-0417",
    }
    return custody.draft(steps.operator(), lot, **(given | values))


def handed(row: Handover, taker=None) -> Handover:
    signer, token = steps.challenged(taker or steps.verifier(), row, custody.MEANING)
    with act(signer, "tissue.handed_over", row.lot) as a:
        return custody.hand_over(a, token, row)


def lot_in_quarantine() -> TissueLot:
    return steps.received(steps.donated(steps.registered_donor()))


def test_handover_is_signed_by_the_one_who_takes() -> None:
    lot = lot_in_quarantine()
    row = handed(drafted(lot))
    assert (row.given_by.username, row.taken_by.username) == ("olaf", "vera")
    assert (row.from_place, row.to_place, row.temperature_c) == ("Receipt fridge 1", "Isolator 2", Decimal("4.5"))
    signature = Signature.objects.get(record_uuid=row.uuid)
    assert (signature.signer, signature.meaning) == (row.taken_by, "accepted")
    assert custody.subject_of(row) == f"accepted:{row.chain}"


def test_chain_has_no_gap_in_place() -> None:
    lot = lot_in_quarantine()
    assert place_of(lot) == "Receipt fridge 1"
    handed(drafted(lot))
    handed(drafted(lot, to_place="Freezer 3", temperature_c=None, logger=""))
    assert [str(row) for row in custody_of(lot)] == [
        "Receipt fridge 1 to Isolator 2",
        "Isolator 2 to Freezer 3",
    ]
    assert place_of(lot) == "Freezer 3"
    with pytest.raises(Invalid, match="already"):
        handed(drafted(lot, to_place="Freezer 3"))


@pytest.mark.parametrize("values", [{"given_scan": "TIS-26-0099"}, {"taken_scan": "TIS-26-0099"}, {"taken_scan": ""}])
def test_mismatched_scan_stops_and_can_be_put_on_record(values: dict[str, str]) -> None:
    lot = lot_in_quarantine()
    with pytest.raises(Refused, match="Stop") as caught:
        drafted(lot, **values)
    assert caught.value.code == "identity_mismatch"
    assert not Handover.objects.exists()
    with act(steps.operator(), "tissue.mismatched", lot) as a:
        custody.note_mismatch(a, lot, "TIS-26-0099")
    facts = json.loads(LedgerEntry.objects.get(event="tissue.mismatched").payload)["facts"]
    assert facts == {"lot": lot.number, "scanned": "TIS-26-0099"}


@pytest.mark.case("SIG-02")
def test_handover_to_oneself_is_refused() -> None:
    row = drafted(lot_in_quarantine())
    with pytest.raises(Refused, match="second person"):
        handed(row, steps.operator())


def test_handover_to_oneself_is_refused_by_the_database() -> None:
    row = drafted(lot_in_quarantine())
    row.taken_by, row.handed_at, row.from_place = row.given_by, clock.now(), "Receipt fridge 1"
    with pytest.raises(IntegrityError), act(steps.operator(), "tissue.handed_over", row.lot) as a:
        save_record(a, row)


@pytest.mark.parametrize("role", ["inspector", "qp", "system_administrator"])
def test_handover_by_another_role_is_refused(role: str) -> None:
    lot = lot_in_quarantine()
    who = person("x-person", role)
    with pytest.raises(Denied):
        handed(drafted(lot), who)
    with pytest.raises(Denied):
        custody.draft(who, lot, to_place="Isolator 2", given_scan=lot.number, taken_scan=lot.number, condition="closed")


def test_handover_of_a_discarded_lot_is_refused() -> None:
    lot = lot_in_quarantine()
    with act(steps.quality(), "tissue.discarded", lot) as a:
        tissue.discard_tissue(a, lot, "Time to isolation is over")
    with pytest.raises(Refused, match="discarded"):
        handed(drafted(lot))


@pytest.mark.parametrize(
    ("values", "field"),
    [({"to_place": ""}, "to_place"), ({"condition": " "}, "condition"), ({"temperature_c": "4,5"}, "temperature_c")],
)
def test_wrong_handover_is_refused(values: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        drafted(lot_in_quarantine(), **values)
    assert caught.value.field == field


def test_long_stretch_without_handover_is_named() -> None:
    lot = steps.received(steps.donated(steps.registered_donor()), received_at=clock.now() - timedelta(hours=5))
    row = handed(drafted(lot))
    assert custody.gaps(lot, timedelta(hours=4)) == [(lot.received_at, row.handed_at)]
    assert custody.gaps(lot, timedelta(hours=6)) == []
