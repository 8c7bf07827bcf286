"""Signatures: both components at the moment of signing, one person, one record, one meaning, once."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth import authenticate
from django.http import HttpRequest

from compliance import manifests
from compliance.domain import accounts, clock, signing
from compliance.domain.act import act
from compliance.domain.records import save_record
from compliance.guards import blockers_for_other_person, signers_of
from compliance.models import LedgerEntry, RoleGrant, Signature, SignChallenge
from compliance.refusals import AlreadyDone, Denied, Invalid, Throttled
from compliance.states import SignatureMeaning
from tests import helpers
from tests.compliance.domain import small_site
from tests.helpers import SECRET

if TYPE_CHECKING:
    from collections.abc import Callable

    from compliance.domain.actor import Actor

pytestmark = pytest.mark.django_db

APPROVED = SignatureMeaning.APPROVED
PERMISSION = small_site.PERMISSION


@pytest.fixture
def grant(admin: Actor, person: Callable[..., Actor]) -> RoleGrant:
    """A record to sign."""
    return RoleGrant.objects.get(user=person("anna", "operator").user)


def ask(actor: Actor, record: Any, password: str = SECRET, name: str | None = None) -> tuple[Actor, uuid.UUID]:
    return signing.challenge(
        actor, actor.name if name is None else name, password, signing.subject_of(record, APPROVED)
    )


def refusals() -> int:
    return LedgerEntry.objects.filter(event="signature.refused").count()


@pytest.mark.case("SIG-01")
@pytest.mark.req("R117")
@pytest.mark.req("R214")
@pytest.mark.parametrize(
    ("name", "password"), [("sysadmin", ""), ("sysadmin", "wrong"), ("", SECRET), ("nobody", SECRET), ("", "")]
)
def test_missing_or_wrong_component_is_refused_and_on_record(
    admin: Actor, grant: RoleGrant, name: str, password: str
) -> None:
    with pytest.raises(Denied, match="Nothing was signed") as caught:
        ask(admin, grant, password, name)
    assert caught.value.code == "signature_refused"
    assert refusals() == 1
    facts = json.loads(LedgerEntry.objects.get(event="signature.refused").payload)["facts"]
    assert facts == {"claimed": name, "subject": f"approved:{grant.chain}", "station": "bench 1"}
    assert not Signature.objects.exists()
    assert not SignChallenge.objects.exists()


@pytest.mark.case("SIG-01")
def test_signature_without_a_challenge_is_refused(admin: Actor, grant: RoleGrant) -> None:
    with pytest.raises(Denied, match="Sign again"), act(admin, "role.granted", grant) as a:
        signing.sign(a, uuid.uuid4(), grant, APPROVED, title="x", permission=PERMISSION)
    assert not Signature.objects.exists()


@pytest.mark.case("SIG-04")
@pytest.mark.req("R113")
def test_signature_keeps_name_meaning_hour_and_role(admin: Actor, grant: RoleGrant) -> None:
    signature = small_site.sign(admin, grant)
    entry = LedgerEntry.objects.get(act_id=signature.act_id)
    assert (signature.printed_name, signature.username) == ("Sysadmin Test", "sysadmin")
    assert (signature.meaning, signature.get_meaning_display()) == ("approved", "approved")
    assert (signature.role, signature.station) == ("system_administrator", "bench 1")
    assert signature.signed_at == entry.recorded_at
    assert signature.signed_at.tzinfo is not None
    assert str(signature) == "approved by Sysadmin Test"


@pytest.mark.req("R113")
def test_meaning_outside_the_list_is_refused(admin: Actor, grant: RoleGrant) -> None:
    signer, token = signing.challenge(admin, "sysadmin", SECRET, signing.subject_of(grant, "liked"))
    with pytest.raises(ValueError, match="liked"), act(signer, "role.granted", grant) as a:
        signing.sign(a, token, grant, "liked", title="x", permission=PERMISSION)


@pytest.mark.req("R107")
def test_signature_without_the_permission_is_refused(person: Callable[..., Actor], grant: RoleGrant) -> None:
    anna = person("anna")
    signer, token = ask(anna, grant)
    with pytest.raises(Denied, match="It is for: System administrator"), act(signer, "role.granted", grant) as a:
        signing.sign(a, token, grant, APPROVED, title="x", permission=PERMISSION)
    assert not Signature.objects.exists()


def sign_with(signer: Actor, token: uuid.UUID, grant: RoleGrant, form: uuid.UUID | None = None) -> Signature:
    with act(signer, "role.granted", grant, form) as a:
        return signing.sign(a, token, grant, APPROVED, title="x", permission=PERMISSION)


@pytest.mark.case("CON-05")
@pytest.mark.req("R114")
def test_token_signs_once(admin: Actor, grant: RoleGrant) -> None:
    signer, token = ask(admin, grant)
    sign_with(signer, token, grant)
    with pytest.raises(Denied) as caught:
        sign_with(signer, token, grant)
    assert (caught.value.code, Signature.objects.count()) == ("challenge", 1)


@pytest.mark.case("CON-05")
def test_second_send_of_the_sign_form_is_answered_by_the_first(admin: Actor, grant: RoleGrant) -> None:
    form = uuid.uuid4()
    sign_with(*ask(admin, grant), grant, form)
    again = ask(admin, grant)
    with pytest.raises(AlreadyDone, match="nothing was done twice") as caught:
        sign_with(*again, grant, form)
    assert (caught.value.status, caught.value.entry.act_id) == (200, form)
    assert Signature.objects.count() == 1


@pytest.mark.req("R114")
@pytest.mark.req("R214")
@pytest.mark.parametrize("what", ["person", "session", "record", "meaning", "late"])
def test_token_is_good_for_one_person_session_record_meaning_and_minute(
    admin: Actor, grant: RoleGrant, person: Callable[..., Actor], what: str
) -> None:
    signer, token = ask(admin, grant)
    record: Any = grant
    meaning = APPROVED
    if what == "person":
        signer = type(signer)(person("other", "system_administrator").user, signer.station, signer.session)
    elif what == "session":
        signer = type(signer)(signer.user, signer.station, "another session")
    elif what == "record":
        record = grant.user
    elif what == "meaning":
        meaning = SignatureMeaning.REJECTED
    else:
        SignChallenge.objects.update(expires_at=clock.true_now() - timedelta(seconds=1))
    with pytest.raises(Denied, match="run out or was for something else"), act(signer, "role.granted", record) as a:
        signing.sign(a, token, record, meaning, title="x", permission=PERMISSION)
    assert not Signature.objects.exists()


def test_record_made_in_the_act_is_signed_by_the_prompt_of_its_origin(admin: Actor, grant: RoleGrant) -> None:
    signer, token = ask(admin, grant)
    with act(signer, "user.renamed", grant.user) as a:
        signature = signing.sign(a, token, grant.user, APPROVED, title="x", permission=PERMISSION, challenged=grant)
    assert signature.record_uuid == grant.user.uuid


@pytest.mark.req("R117")
def test_owner_s_dialog_takes_the_owner_alone(admin: Actor) -> None:
    with pytest.raises(Denied, match="belongs to Sysadmin Test"):
        signing.owner_only(admin, "anna")
    for name in ("", "sysadmin", " SysAdmin "):
        signing.owner_only(admin, name)


@pytest.mark.req("R117")
def test_second_person_signs_at_the_same_station_as_own_actor(
    admin: Actor, grant: RoleGrant, person: Callable[..., Actor]
) -> None:
    anna = person("anna")
    signer, token = ask(anna, grant, name="SYSADMIN ")
    with act(signer, "role.granted", grant) as a:
        signature = signing.sign(a, token, grant, APPROVED, title="x", permission=PERMISSION)
    assert (signature.username, signature.station, signer.session) == ("sysadmin", anna.station, anna.session)
    assert LedgerEntry.objects.get(act_id=signature.act_id).actor_name == "sysadmin"


@pytest.mark.case("SIG-02")
@pytest.mark.req("R107")
def test_who_did_it_does_not_verify_it(admin: Actor, grant: RoleGrant, person: Callable[..., Actor]) -> None:
    small_site.sign(admin, grant)
    earlier = signers_of(grant.uuid)
    assert signers_of(grant.uuid, APPROVED) == earlier == {admin.user.pk}
    assert signers_of(grant.uuid, SignatureMeaning.VERIFIED) == set()
    (blocker,) = blockers_for_other_person(admin.user, earlier, "verify it")
    assert (blocker.code, "needs a second person" in str(blocker)) == ("same_person", True)
    assert blockers_for_other_person(person("anna").user, [*earlier, None], "verify it") == []


@pytest.mark.case("SIG-05")
@pytest.mark.req("R115")
def test_old_signature_keeps_the_name_it_was_made_under(admin: Actor, grant: RoleGrant) -> None:
    old = small_site.sign(admin, grant)
    small_site.rename(admin, admin.user, "Sabine Nagy")
    new = small_site.sign(admin, grant)
    old.refresh_from_db()
    assert (old.printed_name, new.printed_name) == ("Sysadmin Test", "Sabine Nagy")
    assert old.signer_id == new.signer_id
    assert signing.is_valid(old, grant)


@pytest.mark.case("SIG-06")
def test_leaver_is_refused_at_once_and_earlier_signatures_stay_valid(
    admin: Actor, grant: RoleGrant, person: Callable[..., Actor]
) -> None:
    leaver = person("leaver", "system_administrator")
    earlier = small_site.sign(leaver, grant)
    signer, token = ask(leaver, grant)
    with act(admin, "user.deactivated", leaver.user) as a:
        accounts.deactivate_user(a, leaver.user, "Has left the company today")
    with pytest.raises(Denied, match="not active"), act(signer, "role.granted", grant) as a:
        signing.sign(a, token, grant, APPROVED, title="x", permission=PERMISSION)
    with pytest.raises(Denied, match="do not belong together"):
        ask(admin, grant, name="leaver")
    earlier.refresh_from_db()
    assert earlier.printed_name == "Leaver Test"
    assert signing.is_valid(earlier, grant)


@pytest.mark.case("SIG-09")
@pytest.mark.req("R114")
def test_change_after_signing_shows_and_voids(admin: Actor, grant: RoleGrant) -> None:
    user = grant.user
    signature = small_site.sign(admin, user)
    assert signing.is_valid(signature, user)
    changed = small_site.rename(admin, user, "Anna Other")
    assert not signing.is_valid(signature, changed)
    with act(admin, "user.renamed", changed) as a:
        voided = signing.void_signatures(a, changed, "The name was changed after signing")
    signature.refresh_from_db()
    assert voided == [signature]
    assert (signature.void.voided_by, str(signature.void)) == (admin.user, f"void: {signature.pk}")
    assert not signing.is_valid(signature, changed)
    assert signers_of(user.uuid) == set()


def test_voiding_asks_for_a_reason(admin: Actor, grant: RoleGrant) -> None:
    small_site.sign(admin, grant)
    with pytest.raises(Invalid), act(admin, "user.renamed", grant) as a:
        signing.void_signatures(a, grant, "")


def test_move_of_state_leaves_the_signature_valid(admin: Actor, grant: RoleGrant) -> None:
    signature = small_site.sign(admin, grant)
    with act(admin, "role.withdrawn", grant) as a:
        moved = accounts.withdraw_role(a, grant, "Moved to another department", helpers.approval(admin, grant.user))
    assert signing.is_valid(signature, moved)


@pytest.mark.req("R114")
def test_signature_shown_on_another_record_is_not_valid(admin: Actor, grant: RoleGrant) -> None:
    signature = small_site.sign(admin, grant)
    other = RoleGrant.objects.exclude(pk=grant.pk).first()
    assert other is not None
    assert not signing.is_valid(signature, other)
    signature.content += " "
    assert not signing.is_valid(signature, grant)


def test_covered_children_count_by_value_not_by_version(
    admin: Actor, grant: RoleGrant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A child that moved stays signed; a child that says something else breaks the signature."""
    monkeypatch.setattr(signing, "_children", {})
    signing.register_children("compliance.user", lambda user, _meaning: user.grants.all())
    signature = small_site.sign(admin, grant.user)
    assert [c["label"] for c in json.loads(signature.content)["children"]] == ["compliance.rolegrant"]
    with act(admin, "role.withdrawn", grant) as a:
        accounts.withdraw_role(a, grant, "Moved to another department", helpers.approval(admin, grant.user))
    assert signing.is_valid(signature, grant.user)
    with act(admin, "role.granted", grant.user) as a:
        accounts.grant_role(a, grant.user, "verifier", "Verifies from now on", helpers.approval(admin, grant.user))
    assert not signing.is_valid(signature, grant.user)


def test_field_list_of_a_later_migration_breaks_no_signature(
    admin: Actor, grant: RoleGrant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "_children", {"compliance.user": lambda user, _meaning: user.grants.all()})
    signature = small_site.sign(admin, grant.user)
    later = {label: {**lists, "2": [*lists["1"], "version"]} for label, lists in manifests.frozen("compliance").items()}
    monkeypatch.setattr(manifests, "frozen", lambda _app: later)
    assert manifests.newest("compliance.user") == 2
    assert signing.is_valid(signature, grant.user)
    assert json.loads(small_site.sign(admin, grant).content)["record"]["manifest"] == 2


@pytest.mark.req("R120")
@pytest.mark.case("SIG-11")
def test_wrong_passwords_at_signing_lock_every_door(
    admin: Actor, grant: RoleGrant, person: Callable[..., Actor]
) -> None:
    anna = person("anna")
    for _ in range(4):
        with pytest.raises(Denied):
            ask(anna, grant, "wrong")
    for password in ("wrong", SECRET):
        with pytest.raises(Throttled, match="locked"):
            ask(anna, grant, password)
    assert refusals() == 6
    request = HttpRequest()
    request.META |= {"REMOTE_ADDR": "10.0.0.7", "HTTP_USER_AGENT": "another browser"}
    request.path = "/login/"
    assert authenticate(request, username="ANNA", password=SECRET) is None
    assert ask(admin, grant)[0].name == "sysadmin"
    with act(admin, "user.unlocked", anna.user) as a:
        accounts.unlock_user(a, anna.user, "Proved who she is at the desk")
    assert ask(anna, grant)[0].name == "anna"


@pytest.mark.req("R120")
def test_right_password_starts_the_count_anew(admin: Actor, grant: RoleGrant) -> None:
    for _ in range(3):
        with pytest.raises(Denied):
            ask(admin, grant, "wrong")
        ask(admin, grant)
    for _ in range(4):
        with pytest.raises(Denied):
            ask(admin, grant, "wrong")
    assert ask(admin, grant)[0].name == "sysadmin"


def test_signature_is_written_once(admin: Actor, grant: RoleGrant) -> None:
    signature = small_site.sign(admin, grant)
    with pytest.raises(TypeError, match="written once"), act(admin, "role.granted", grant) as a:
        save_record(a, signature)


def test_content_before_the_move_names_the_version_after_it(admin: Actor, grant: RoleGrant) -> None:
    assert signing.content_of(grant, APPROVED, version=2)["record"]["version"] == 2
    assert signing.content_of(grant, APPROVED)["record"]["version"] == 1
