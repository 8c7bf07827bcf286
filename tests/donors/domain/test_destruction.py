"""After its retention a donor's key is destroyed by signature: unreadable for ever, and everything still verifies."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command

from compliance.domain import clock, signing
from compliance.domain.act import act
from compliance.domain.verification import Scope, verify
from compliance.models import LedgerEntry, Signature
from compliance.refusals import Denied, Invalid, Refusal, Refused
from donors.domain import destruction, keeping, registration, vault
from donors.domain.keeping import Hold, years_later
from donors.domain.vault import Identity
from donors.models import DonorIdentity, IdentityDestruction
from tests.donors import steps
from tests.donors.views.pages import donor_url
from tests.helpers import person
from tests.resources.views.steps import html_of, inside, opened, send, signed

if TYPE_CHECKING:
    from compliance.domain.actor import Actor
    from donors.models import Donor

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO = datetime(1990, 3, 10, 12, tzinfo=UTC)
WHY = "The thirty years of traceability are over"


@pytest.fixture
def old_donor() -> Donor:
    """Registered in 1990 on a site with a scripted clock, changed once; today the true clock runs."""
    clock.set_scripted(LONG_AGO)
    donor = steps.registered_donor()
    with act(steps.coordinator(), "donor.identity_recorded", donor) as a:
        registration.record_identity(a, donor, Identity(steps.NAME), "Birth mother recorded elsewhere")
    clock.set_scripted(None)
    return donor


def destroyed(donor: Donor, who: Actor | None = None, reason: str = WHY) -> IdentityDestruction:
    row = destruction.draft(donor, reason)
    signer, token = steps.challenged(who or steps.responsible(), row, destruction.MEANING)
    with act(signer, "donor.identity_destroyed", donor) as a:
        return destruction.destroy(a, token, row)


def mismatches() -> list[str]:
    return [str(finding) for finding in verify(Scope()) if not finding.notice]


def read(donor: Donor) -> Identity:
    with act(steps.responsible(), "donor.identity_read", donor) as a:
        return registration.read_identity(a, donor, "The ward asks about the papers")


@pytest.mark.req("R402", "R417")
def test_destroyed_identity_is_unreadable_and_the_site_still_verifies(old_donor: Donor, keys: Path) -> None:
    assert read(old_donor).full_name == steps.NAME
    assert mismatches() == []
    copies = [*DonorIdentity.history.values_list("sealed", flat=True)]
    row = destroyed(old_donor)
    assert row.kept_until == date(2020, 3, 10)
    assert list((keys / vault.DONOR_KEYS).iterdir()) == []
    with pytest.raises(Refusal, match="was destroyed by Rosa Test"):
        read(old_donor)
    assert DonorIdentity.history.count() == len(copies) == 2, "row and history stay as they were"
    assert mismatches() == []
    assert signing.is_valid(Signature.objects.get(record_uuid=row.uuid), row)


@pytest.mark.req("R417")
def test_no_remaining_key_opens_any_version(old_donor: Donor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even without the row that says so: what is left on the site opens neither row nor history."""
    destroyed(old_donor)
    monkeypatch.setattr(vault, "destruction_of", lambda _donor: None)
    with pytest.raises(Refusal, match="is missing"):
        vault.unseal(DonorIdentity.objects.get(donor=old_donor))
    vault._make_key(vault.key_path(old_donor))
    for version in DonorIdentity.history.all():
        with pytest.raises(Refusal, match="does not open"):
            vault.unseal(version.instance)


@pytest.mark.req("R402")
def test_before_the_retention_nothing_is_destroyed() -> None:
    donor = steps.registered_donor()
    until = years_later(clock.today(), 30)
    with pytest.raises(Refused, match=f"The donor's own papers must lead to the donor until {until}"):
        destroyed(donor)
    assert vault.key_path(donor).exists()
    assert read(donor).full_name == steps.NAME
    assert not LedgerEntry.objects.filter(event="donor.identity_destroyed").exists()


@pytest.mark.req("R402")
@pytest.mark.parametrize(
    ("until", "words"), [(None, "Batch EV-1 is not decided yet"), (date(2199, 1, 1), "until 2199-01-01")]
)
def test_what_an_app_above_asks_for_holds_it(
    old_donor: Donor, monkeypatch: pytest.MonkeyPatch, until: date | None, words: str
) -> None:
    monkeypatch.setattr(keeping, "_askers", [lambda _donor: [Hold("Batch EV-1", until)]])
    with pytest.raises(Refused, match=words):
        destroyed(old_donor)
    assert vault.key_path(old_donor).exists()


@pytest.mark.req("R402")
def test_last_day_still_holds_and_the_next_does_not(old_donor: Donor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_askers", [lambda _donor: [Hold("Batch EV-1", clock.today())]])
    with pytest.raises(Refused):
        destroyed(old_donor)
    yesterday = clock.today().replace(year=clock.today().year - 1)
    monkeypatch.setattr(keeping, "_askers", [lambda _donor: [Hold("Batch EV-1", yesterday)]])
    assert destroyed(old_donor).kept_until == yesterday


@pytest.mark.req("R402")
def test_new_papers_of_an_old_donor_hold_the_identity_again(old_donor: Donor) -> None:
    assert destruction.blockers(old_donor) == []
    steps.consented(old_donor)
    steps.donated(old_donor)
    assert [blocker.code for blocker in destruction.blockers(old_donor)] == ["retention"]


@pytest.mark.req("R107", "R402")
@pytest.mark.parametrize("role", ["donor_coordinator", "qa", "qp", "system_administrator", "inspector"])
def test_destruction_is_for_the_donor_responsible_alone(old_donor: Donor, role: str) -> None:
    with pytest.raises(Denied):
        destroyed(old_donor, person("x-person", role))
    assert vault.key_path(old_donor).exists()


@pytest.mark.req("R417")
@pytest.mark.parametrize("reason", ["", ".", f"{steps.NAME} asked us to forget"])
def test_reason_is_needed_and_names_nobody(old_donor: Donor, reason: str) -> None:
    with pytest.raises(Invalid):
        destroyed(old_donor, reason=reason)
    assert vault.key_path(old_donor).exists()


@pytest.mark.req("R402")
def test_destroyed_once_and_never_written_again(old_donor: Donor) -> None:
    destroyed(old_donor)
    with pytest.raises(Refused, match="destroyed already"):
        destroyed(old_donor)
    with (
        pytest.raises(Refusal, match="was destroyed"),
        act(steps.coordinator(), "donor.identity_recorded", old_donor) as a,
    ):
        registration.record_identity(a, old_donor, Identity("Somebody Else"), "Wrong papers were used")
    assert not vault.key_path(old_donor).exists()
    assert vault.need_coded(old_donor, "Nobody knows the name any more") is None


@pytest.mark.req("R417")
def test_key_that_a_fault_left_is_named_and_removed(old_donor: Donor, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(vault, "destroy_key", lambda _donor: 1 / 0)
        destroyed(old_donor)
    assert vault.key_path(old_donor).exists()
    with pytest.raises(Refusal, match="was destroyed"):
        read(old_donor)
    assert ["the key is still there" in line for line in mismatches()] == [True]
    out = StringIO()
    call_command("retention", stdout=out)
    assert f"{old_donor.number}\tkey removed" in out.getvalue()
    assert not vault.key_path(old_donor).exists()
    assert mismatches() == []


def test_act_that_is_rolled_back_destroys_nothing(old_donor: Donor) -> None:
    row = destruction.draft(old_donor, WHY)
    signer, token = steps.challenged(steps.responsible(), row, destruction.MEANING)

    def broken() -> None:
        with act(signer, "donor.identity_destroyed", old_donor) as a:
            destruction.destroy(a, token, row)
            raise ValueError("something else went wrong")

    with pytest.raises(ValueError, match="something else"):
        broken()
    assert read(old_donor).full_name == steps.NAME


@pytest.mark.req("R417")
def test_key_is_overwritten_before_it_is_removed(old_donor: Donor, tmp_path: Path) -> None:
    """A second name of the same file shows what was left of it on the disk."""
    other = tmp_path / "second name"
    other.hardlink_to(vault.key_path(old_donor))
    destroyed(old_donor)
    assert set(other.read_bytes()) == {0}


@pytest.mark.req("R402")
def test_act_is_on_record_without_the_name(old_donor: Donor) -> None:
    row = destroyed(old_donor)
    payload = json.loads(LedgerEntry.objects.get(event="donor.identity_destroyed").payload)
    assert {note["label"] for note in payload["rows"]} == {"donors.identitydestruction", "compliance.signature"}
    assert str(row) == "identity destroyed, kept until 2020-03-10"


@pytest.mark.parametrize(
    ("day", "later"), [("2028-02-29", "2058-03-01"), ("2024-02-29", "2054-03-01"), ("2026-02-28", "2056-02-28")]
)
@pytest.mark.req("R402")
def test_thirty_years_are_never_shorter(day: str, later: str) -> None:
    assert years_later(date.fromisoformat(day), 30) == date.fromisoformat(later)


# The pages


@pytest.mark.req("R402", "R417")
def test_page_destroys_by_signature(old_donor: Donor) -> None:
    rosa = inside("rosa", "donor_responsible")
    url = donor_url(old_donor, "identity", "destroy")
    assert url in opened(rosa, donor_url(old_donor))
    assert "Nothing holds this identity any longer." in opened(rosa, url)
    assert send(rosa, url, **signed("rosa", reason=WHY, password="not hers")).status_code == 403
    assert vault.key_path(old_donor).exists()
    assert send(rosa, url, **signed("rosa", reason=WHY)).status_code == 302
    html = opened(rosa, donor_url(old_donor))
    assert "destroyed after 2020-03-10" in html
    assert url not in html
    answer = send(rosa, donor_url(old_donor, "identity", "read"), reason="The ward asks about the papers")
    assert answer.status_code == 422
    assert "was destroyed by" in html_of(answer)


@pytest.mark.req("R402")
def test_page_says_what_holds_the_identity() -> None:
    donor = steps.registered_donor()
    rosa = inside("rosa", "donor_responsible")
    html = opened(rosa, donor_url(donor, "identity", "destroy"))
    assert f"until {years_later(clock.today(), 30)}" in html
    assert send(rosa, donor_url(donor, "identity", "destroy"), **signed("rosa", reason=WHY)).status_code == 409
    assert vault.key_path(donor).exists()


@pytest.mark.req("R107")
def test_page_is_closed_to_the_coordinator(old_donor: Donor) -> None:
    coordinator = inside("carla", "donor_coordinator")
    url = donor_url(old_donor, "identity", "destroy")
    assert url not in opened(coordinator, donor_url(old_donor))
    assert coordinator.get(url).status_code == 403
    assert coordinator.post(url, signed("carla", reason=WHY)).status_code == 403
