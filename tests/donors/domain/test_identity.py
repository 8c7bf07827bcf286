"""A donor's identity is sealed: no name in ledger, history, reasons or any other cell (R417)."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from django.apps import apps

from compliance.domain import signing
from compliance.domain.act import act
from compliance.models import LedgerEntry
from compliance.refusals import Denied, Invalid, Refusal
from compliance.states import SignatureMeaning
from donors.domain import custody, eligibility, registration, screening, tissue, vault
from donors.domain.vault import Identity
from donors.models import DonorIdentity
from tests.donors import steps
from tests.helpers import SECRET, person

pytestmark = pytest.mark.django_db


def every_cell() -> str:
    """All that stands in the database, history tables included."""
    return "\n".join(
        str(cell)
        for model in apps.get_models(include_auto_created=True)
        for row in model._default_manager.values_list()
        for cell in row
    )


@pytest.mark.req("R417")
def test_seeded_name_stands_nowhere_after_a_whole_run() -> None:
    lot = steps.released_tissue()
    donor = lot.donation.donor
    with act(steps.coordinator(), "donor.identity_read", donor) as a:
        registration.read_identity(a, donor, "The ward asks about the papers")
    with act(steps.coordinator(), "donor.identity_recorded", donor) as a:
        registration.record_identity(a, donor, Identity(steps.NAME), "Birth mother recorded elsewhere")
    found = every_cell().casefold()
    assert donor.number.casefold() in found
    for word in [*steps.NAME.split(), *steps.MOTHER.split(), steps.HOSPITAL_NUMBER]:
        assert word.casefold() not in found
    payloads = "".join(LedgerEntry.objects.values_list("payload", flat=True))
    assert "donoridentity" in payloads
    reasons = [
        reason
        for model in apps.get_models(include_auto_created=True)
        if hasattr(model, "history_change_reason")
        for reason in model._default_manager.values_list("history_change_reason", flat=True)
    ]
    assert any("elsewhere" in (reason or "") for reason in reasons)


@pytest.mark.req("R417")
def test_same_identity_of_two_donors_gives_digests_that_cannot_be_compared() -> None:
    first, second = steps.registered_donor(), steps.registered_donor()
    assert first.identity.sealed != second.identity.sealed
    first.identity.donor = second
    with pytest.raises(Refusal, match="does not open"):
        vault.unseal(first.identity)


@pytest.mark.req("R417")
def test_reading_gives_the_identity_and_is_on_record_without_it() -> None:
    donor = steps.registered_donor()
    with act(steps.responsible(), "donor.identity_read", donor) as a:
        identity = registration.read_identity(a, donor, "The ward asks about the papers")
    assert identity == Identity(steps.NAME, "2026-03-10", steps.HOSPITAL_NUMBER, steps.MOTHER)
    assert repr(identity) == "Identity(sealed)"
    facts = json.loads(LedgerEntry.objects.get(event="donor.identity_read").payload)["facts"]
    assert facts == {"donor": donor.number, "reason": "The ward asks about the papers"}


@pytest.mark.req("R417", "R107")
@pytest.mark.parametrize("role", ["qa", "qp", "inspector", "operator", "process_engineer"])
def test_identity_is_closed_to_other_roles(role: str) -> None:
    donor = steps.registered_donor()
    reader = person("x-person", role)
    with pytest.raises(Denied) as caught, act(reader, "donor.identity_read", donor) as a:
        registration.read_identity(a, donor, "Only looking around here")
    assert steps.NAME not in caught.value.text
    with pytest.raises(Denied), act(reader, "donor.identity_recorded", donor) as a:
        registration.record_identity(a, donor, Identity("Somebody Else"), "Only looking around here")


def test_reading_without_reason_or_without_identity_is_refused() -> None:
    donor = steps.registered_donor()
    with pytest.raises(Invalid), act(steps.coordinator(), "donor.identity_read", donor) as a:
        registration.read_identity(a, donor, "")
    other = steps.registered_donor(named=False)
    with (
        pytest.raises(Invalid, match="No identity"),
        act(steps.coordinator(), "donor.identity_read", other) as a,
    ):
        registration.read_identity(a, other, "The ward asks about the papers")


def test_change_of_identity_needs_a_reason_and_a_name() -> None:
    donor = steps.registered_donor()
    for identity, reason in ((Identity("Somebody Else"), None), (Identity("  "), "Wrong papers were used")):
        with pytest.raises(Invalid), act(steps.coordinator(), "donor.identity_recorded", donor) as a:
            registration.record_identity(a, donor, identity, reason)
    with act(steps.coordinator(), "donor.identity_recorded", donor) as a:
        row = registration.record_identity(a, donor, Identity("Somebody Else"), "Wrong papers were used")
    assert row.version == 2
    assert vault.unseal(DonorIdentity.objects.get(donor=donor)).full_name == "Somebody Else"
    assert str(row).startswith("identity of")


# The key


def test_key_is_the_owners_alone_and_made_once(keys: Path) -> None:
    steps.registered_donor()
    path = keys / vault.KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key = path.read_text()
    steps.registered_donor()
    assert path.read_text() == key
    assert {p.name for p in keys.iterdir()} == {vault.KEY_FILE, vault.DONOR_KEYS}
    own = list((keys / vault.DONOR_KEYS).iterdir())
    assert len({p.read_text() for p in own}) == 2
    assert {stat.S_IMODE(p.stat().st_mode) for p in own} == {0o600}


def test_key_of_another_process_is_kept(keys: Path) -> None:
    path = keys / vault.KEY_FILE
    path.write_text("made by the other one")
    vault._make_key(path)
    assert path.read_text() == "made by the other one"
    assert len(list(keys.iterdir())) == 1


def test_lost_key_is_never_replaced_by_a_new_one(keys: Path) -> None:
    donor = steps.registered_donor()
    (keys / vault.KEY_FILE).unlink()
    with pytest.raises(Refusal, match="missing"):
        steps.registered_donor()
    with (
        pytest.raises(Refusal, match="missing"),
        act(steps.coordinator(), "donor.identity_read", donor) as a,
    ):
        registration.read_identity(a, donor, "The ward asks about the papers")
    assert not (keys / vault.KEY_FILE).exists()


def test_identity_under_another_key_says_which_key_it_needs(keys: Path, tmp_path: Path) -> None:
    donor = steps.registered_donor()
    (keys / vault.KEY_FILE).unlink()
    vault._make_key(keys / vault.KEY_FILE)
    with (
        pytest.raises(Refusal, match=donor.identity.key_mark),
        act(steps.coordinator(), "donor.identity_read", donor) as a,
    ):
        registration.read_identity(a, donor, "The ward asks about the papers")


# Free text

SURNAME = steps.NAME.split()[1]


def say_consent(donor, lot, text: str) -> None:
    with act(steps.coordinator(), "donor.consent_withdrawn", donor) as a:
        registration.withdraw_consent(a, donor.consents.get(), text)


def say_reading(donor, lot, text: str) -> None:
    with act(steps.coordinator(), "donor.identity_read", donor) as a:
        registration.read_identity(a, donor, text)


def say_identity(donor, lot, text: str) -> None:
    with act(steps.coordinator(), "donor.identity_recorded", donor) as a:
        registration.record_identity(a, donor, Identity("Somebody Else"), text)


def say_site(donor, lot, text: str) -> None:
    with act(steps.coordinator(), "donor.donation_corrected", donor) as a:
        registration.correct_donation(a, lot.donation, text, din=steps.OTHER_DIN, check=steps.OTHER_CHECK)


def say_cells(donor, lot, text: str) -> None:
    with act(steps.quality(), "donor.cell_content_decided", donor) as a:
        registration.decide_leukocyte_content(a, lot.donation, rich=True, reason=text)


def say_history(donor, lot, text: str) -> None:
    with act(steps.coordinator(), "donor.history_recorded", donor) as a:
        screening.record_history(
            a,
            donor,
            person="newborn",
            screened_on=lot.donation.donated_on,
            risk_found=False,
            report=text,
        )


def say_result(donor, lot, text: str) -> None:
    steps.result_of(lot.donation, "hbsag", report=text)


def say_correction(donor, lot, text: str) -> None:
    with act(steps.coordinator(), "donor.result_corrected", donor) as a:
        screening.correct_result(a, donor.results.first(), text, outcome="reactive")


def say_statement(donor, lot, text: str) -> None:
    row = eligibility.draft(lot.donation, "ineligible", text)
    signer, token = signing.challenge(steps.responsible(), "rosa", SECRET, eligibility.subject_of(row))
    with act(signer, "donor.determined", donor) as a:
        eligibility.determine(a, token, row)


def say_condition(donor, lot, text: str) -> None:
    steps.received(lot.donation, condition=text)


def say_hold(donor, lot, text: str) -> None:
    with act(steps.quality(), "tissue.held", lot) as a:
        tissue.hold_tissue(a, lot, text)


def say_reject(donor, lot, text: str) -> None:
    signer, token = steps.challenged(steps.quality(), lot, SignatureMeaning.REJECTED)
    with act(signer, "tissue.rejected", lot) as a:
        tissue.reject_tissue(a, token, lot, text)


def say_judgement(donor, lot, text: str) -> None:
    with act(steps.quality(), "tissue.transport_judged", lot) as a:
        tissue.judge_transport(a, lot, text)


def say_handover(donor, lot, text: str) -> None:
    row = custody.draft(
        steps.operator(),
        lot,
        to_place="Isolator 2",
        given_scan=lot.number,
        taken_scan=lot.number,
        condition=text,
    )
    signer, token = steps.challenged(steps.verifier(), row, custody.MEANING)
    with act(signer, "tissue.handed_over", lot) as a:
        custody.hand_over(a, token, row)


@pytest.mark.req("R417")
@pytest.mark.parametrize(
    "say",
    [
        say_consent, say_reading, say_identity, say_site, say_cells, say_history, say_result, say_correction,
        say_statement, say_condition, say_hold, say_reject, say_judgement, say_handover,
    ],
)  # fmt: skip
def test_text_that_names_the_donor_is_refused(say) -> None:
    lot = steps.released_tissue()
    donor = lot.donation.donor
    steps.verifier()
    before = LedgerEntry.objects.count()
    for text in (
        f"Told so by {SURNAME.upper()}'s ward nurse",
        f"Number {steps.HOSPITAL_NUMBER}, told by the ward",
        "The mother of Odon told us so",
    ):
        with pytest.raises(Invalid) as caught:
            say(donor, lot, text)
        assert caught.value.code == "names_donor"
        assert donor.number in caught.value.text
    assert LedgerEntry.objects.count() == before


def test_text_without_the_name_passes() -> None:
    donor = steps.registered_donor()
    vault.need_coded(donor, "Told so by the ward", "")
    vault.need_coded(steps.registered_donor(named=False), SURNAME)
