"""Donors, consents and donations are registered by code, under numbers that prove themselves."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest

from compliance.domain import clock
from compliance.domain.act import act
from compliance.models import SiteState
from compliance.refusals import Denied, Invalid, Refused
from compliance.states import SiteKind
from donors.domain import registration
from donors.models import Donation, Donor
from donors.rules import rules
from tests.donors import steps
from tests.helpers import person

pytestmark = pytest.mark.django_db

# The published vectors of the standard's check character.
VECTORS = [
    ("G123498654321", "H"),
    ("Z549917123456", "P"),
    ("W000022000687", "S"),
    ("A999917123456", "9"),
    ("W000026000009", "*"),
    ("W000026000039", "O"),
    ("W000026000099", "0"),
    ("W000026000024", "1"),
]
SEC = "SEC PL001499Z549917123456 A00T041600320171231"


def record(donor: Donor, **values: object) -> Donation:
    at = clock.now() - timedelta(hours=18)
    given: dict[str, object] = {
        "din": steps.DIN,
        "check": steps.CHECK,
        "collected_at": at,
        "site": "Delivery ward 4",
        "facts": {"cord_length": "22", "born_at": at.isoformat()},
    }
    with act(steps.coordinator(), "donor.donation_recorded", donor) as a:
        return registration.record_donation(a, donor, **(given | values))


@pytest.mark.req("R417")
def test_donor_is_registered_by_code() -> None:
    donor = steps.registered_donor()
    year = clock.today().year % 100
    assert donor.number == f"DON-{year:02d}-0001"
    assert str(donor) == donor.number
    assert (donor.scheme, donor.subject, donor.state) == ("allogeneic", "birth_mother", "registered")
    assert steps.registered_donor(named=False).number.endswith("0002")


@pytest.mark.req("R412")
@pytest.mark.parametrize(("infant", "subject"), [(False, "donor"), (True, "birth_mother")])
def test_infant_donor_has_the_birth_mother_tested(infant: bool, subject: str) -> None:
    with act(steps.coordinator(), "donor.registered", "donors") as a:
        donor = registration.register_donor(a, "bmsc", infant=infant)
    assert (donor.subject, donor.scheme) == (subject, "autologous")


def test_unknown_source_type_is_refused_with_those_there_are() -> None:
    with (
        pytest.raises(Invalid, match=r"There are: .*UMSC"),
        act(steps.coordinator(), "donor.registered", "donors") as a,
    ):
        registration.register_donor(a, "XMSC")
    assert not Donor.objects.exists()


@pytest.mark.parametrize("role", ["operator", "qa", "donor_responsible", "inspector", "system_administrator"])
@pytest.mark.req("R107")
def test_only_the_coordinator_registers(role: str) -> None:
    with pytest.raises(Denied), act(person("x-person", role), "donor.registered", "donors") as a:
        registration.register_donor(a, "UMSC")


# Consent


def test_second_consent_of_a_scope_is_refused_while_the_first_stands() -> None:
    donor = steps.registered_donor()
    first = steps.consented(donor)
    with pytest.raises(Invalid, match="standing consent"):
        steps.consented(donor)
    with act(steps.coordinator(), "donor.consent_withdrawn", donor) as a:
        registration.withdraw_consent(a, first, "Written withdrawal of today")
    assert steps.consented(donor).state == "given"


def test_withdrawn_consent_keeps_when_and_why() -> None:
    donor = steps.registered_donor()
    consent = steps.consented(donor)
    with act(steps.coordinator(), "donor.consent_withdrawn", donor) as a:
        row = registration.withdraw_consent(a, consent, "Written withdrawal of today")
    assert (row.state, row.withdrawal_reason) == ("withdrawn", "Written withdrawal of today")
    assert row.withdrawn_at is not None
    assert str(row) == "manufacture, CF-012 issue 3"
    with pytest.raises(Refused), act(steps.coordinator(), "donor.consent_withdrawn", donor) as a:
        registration.withdraw_consent(a, row, "Written withdrawal of today")


def test_withdrawal_without_reason_is_refused() -> None:
    donor = steps.registered_donor()
    consent = steps.consented(donor)
    with pytest.raises(Invalid), act(steps.coordinator(), "donor.consent_withdrawn", donor) as a:
        registration.withdraw_consent(a, consent, "")
    consent.refresh_from_db()
    assert consent.state == "given"


def test_consent_to_come_or_without_zone_is_refused() -> None:
    donor = steps.registered_donor()
    with pytest.raises(Invalid, match="future"):
        steps.consented(donor, clock.now() + timedelta(minutes=1))
    with pytest.raises(Invalid, match="zone"):
        steps.consented(donor, datetime(2026, 3, 1, 8, 0))  # noqa: DTZ001 - the very thing refused


def test_consent_without_form_is_refused() -> None:
    donor = steps.registered_donor()
    with pytest.raises(Invalid, match="form"), act(steps.coordinator(), "donor.consent_recorded", donor) as a:
        registration.record_consent(a, donor, scope="research", form=" ", form_version="1", given_at=clock.now())


# Donation numbers


@pytest.mark.req("R409")
@pytest.mark.parametrize(("din", "check"), VECTORS)
def test_donation_number_with_its_check_character_is_taken(din: str, check: str) -> None:
    donation = record(steps.registered_donor(), din=f"{din[:5]} {din[5:7]} {din[7:]}".lower(), check=check)
    assert donation.din == din
    assert str(donation) == din


@pytest.mark.req("R409")
@pytest.mark.parametrize(
    ("din", "check", "code"),
    [
        ("G123498654322", "H", "din_check_wrong"),
        ("G123498654312", "H", "din_check_wrong"),
        ("G123489654321", "H", "din_check_wrong"),
        ("G123498654321", "", "din_check_missing"),
        ("G12349865432", "H", "din_form"),
        ("=G12349865432178", "", "din_flags_wrong"),
    ],
)
def test_wrong_donation_number_is_refused(din: str, check: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        record(steps.registered_donor(), din=din, check=check)
    assert caught.value.code == code
    assert not Donation.objects.exists()


@pytest.mark.req("R409")
def test_scanned_donation_number_needs_no_check_character() -> None:
    assert record(steps.registered_donor(), din="=G12349865432177", check="").din == "G123498654321"


@pytest.mark.req("R409")
def test_known_donation_number_is_refused() -> None:
    record(steps.registered_donor())
    with pytest.raises(Invalid, match="recorded already"):
        record(steps.registered_donor())


@pytest.mark.req("R409")
def test_example_number_is_refused_on_a_production_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("donors.domain.numbers_on_label.clock.site", lambda: SiteState(kind=SiteKind.PRODUCTION))
    donor = steps.registered_donor()
    with pytest.raises(Invalid, match="examples"):
        record(donor, din="W000022000687", check="S")
    assert record(donor).din == steps.DIN


# European codes


@pytest.mark.req("R407", "R408")
@pytest.mark.parametrize("how", ["twice", "scanned"])
def test_european_code_is_kept_with_its_sequence(how: str) -> None:
    values = {"sec_again": SEC} if how == "twice" else {"sec_scanned": True}
    donor = steps.registered_donor()
    donation = record(donor, din=steps.OTHER_DIN, check=steps.OTHER_CHECK, sec=SEC, **values)
    assert (donation.dis, donation.sec) == ("PL001499Z549917123456", SEC)


@pytest.mark.req("R407")
def test_sequence_alone_is_enough() -> None:
    donation = record(steps.registered_donor(), dis="DE000123G123498654321")
    assert (donation.dis, donation.sec) == ("DE000123G123498654321", "")


@pytest.mark.req("R408")
@pytest.mark.parametrize("again", ["", SEC.replace("003", "004")])
def test_typed_european_code_needs_an_equal_second_entry(again: str) -> None:
    donor = steps.registered_donor()
    with pytest.raises(Invalid):
        record(donor, din=steps.OTHER_DIN, check=steps.OTHER_CHECK, sec=SEC, sec_again=again)


@pytest.mark.req("R407")
@pytest.mark.parametrize("values", [{"sec": SEC, "sec_scanned": True}, {"dis": "DE000123Z549917123456"}])
def test_code_of_another_donation_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(Invalid) as caught:
        record(steps.registered_donor(), **values)
    assert caught.value.code == "code_mismatch"


# Time and facts


def test_collection_to_come_is_refused() -> None:
    with pytest.raises(Invalid, match="future"):
        record(steps.registered_donor(), collected_at=clock.now() + timedelta(hours=1))


def test_day_of_donation_is_the_one_at_the_procurement_site() -> None:
    day = (clock.now() - timedelta(hours=18)).astimezone(clock.zone()).date()
    assert record(steps.registered_donor()).donated_on == day
    abroad = record(
        steps.registered_donor(),
        din=steps.OTHER_DIN,
        check=steps.OTHER_CHECK,
        donated_on=day - timedelta(days=1),
    )
    assert abroad.donated_on == day - timedelta(days=1)


def test_day_of_donation_far_from_the_collection_is_refused() -> None:
    with pytest.raises(Invalid, match="does not fit"):
        record(steps.registered_donor(), donated_on=date(2020, 1, 1))


def test_facts_are_kept_with_label_and_unit() -> None:
    facts = json.loads(record(steps.registered_donor()).facts)
    assert facts["cord_length"] == {"label": "Cord", "value": "22", "unit": "cm"}
    assert facts["born_at"]["value"].endswith("+00:00")


def value_for(kind: str, choices: tuple[str, ...]) -> str:
    at = clock.now() - timedelta(days=1)
    return {
        "number": "12.50",
        "text": "as written",
        "choice": next(iter(choices), ""),
        "confirm": "yes",
        "instant": at.isoformat(),
    }[kind]


@pytest.mark.parametrize("code", sorted(rules().source_types))
def test_every_source_type_has_facts_that_can_be_recorded(code: str) -> None:
    source = rules().source_types[code]
    facts = {field.id: value_for(field.kind, field.choices) for field in source.required}
    donation = record(steps.registered_donor(code, named=False), facts=facts)
    assert set(json.loads(donation.facts)) == set(facts) - {"collected_at"}


@pytest.mark.parametrize(
    ("code", "changed", "field"),
    [
        ("UMSC", {"cord_length": ""}, "cord_length"),
        ("UMSC", {"cord_length": "22 cm"}, "cord_length"),
        ("UMSC", {"cord_length": "22,5"}, "cord_length"),
        ("UMSC", {"cord_length": "<22"}, "cord_length"),
        ("UMSC", {"cord_length": "0"}, "cord_length"),
        ("UMSC", {"tooth": "18"}, "tooth"),
        ("UMSC", {"born_at": "this morning"}, "born_at"),
        ("UMSC", {"born_at": "2026-01-01T08:00"}, "born_at"),
        ("UMSC", {"born_at": "2999-01-01T08:00+00:00"}, "born_at"),
        ("BMSC", {"anticoagulant": "lemon"}, "anticoagulant"),
        ("DPSC", {"caries_free": "no"}, "caries_free"),
        ("DPSC", {"tooth": " "}, "tooth"),
    ],
)
def test_wrong_fact_is_refused_where_it_stands(code: str, changed: dict[str, str], field: str) -> None:
    source = rules().source_types[code]
    facts = {f.id: value_for(f.kind, f.choices) for f in source.required} | changed
    with pytest.raises(Invalid) as caught:
        record(steps.registered_donor(code, named=False), facts=facts)
    assert caught.value.field == field
