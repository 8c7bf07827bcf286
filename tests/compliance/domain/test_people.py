"""What makes an account a person's own (R110, R116, R118, R120)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from compliance.domain import accounts, alerts, clock, people, plain, signing
from compliance.domain.act import act
from compliance.domain.actor import Actor, system
from compliance.models import ActivationLink, Alert, IdentityCheck, LedgerEntry, Signature, User
from compliance.refusals import Denied, Invalid, Refused, Throttled
from tests.helpers import SECRET, approval

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db
NEW = "a new secret of her own"


def joined(admin: Actor, name: str = "nora") -> User:
    with act(admin, "user.created", "users") as a:
        return accounts.create_user(a, name, "Nora Joiner")


def linked(admin: Actor, user: User) -> str:
    with act(admin, "user.link_made", user) as a:
        return people.make_link(a, user)


def activated(user: User, token: str, password: str = NEW) -> User:
    with act(Actor(user=user), "user.activated", user) as a:
        return people.use_link(a, token, password)


def prompted(user: User) -> None:
    actor = Actor(user=User.objects.get(pk=user.pk))
    signing.challenge(actor, actor.name, NEW, signing.subject_of(user, "approved"))


@pytest.mark.req("R110")
@pytest.mark.req("R116")
@pytest.mark.req("R118")
def test_joiner_signs_only_after_own_secret_identity_check_and_acknowledgement(admin: Actor) -> None:
    user = joined(admin)
    token = linked(admin, user)
    activated(user, token)
    with pytest.raises(Denied, match="without an identity check") as caught:
        prompted(user)
    assert caught.value.code == "identity_unchecked"
    with act(admin, "user.identity_checked", user) as a:
        people.check_identity(a, user, "passport", "Seen by the administrator, copy in the staff file")
    with pytest.raises(Denied, match="binds you like a handwritten one"):
        prompted(user)
    with act(Actor(user=User.objects.get(pk=user.pk)), "user.acknowledged", user) as a:
        word = people.acknowledge(a)
    assert (word.printed_name, word.text) == ("Nora Joiner", people.ACKNOWLEDGEMENT)
    prompted(user)
    assert LedgerEntry.objects.filter(event="signature.refused", links__chain=user.chain).count() == 2


@pytest.mark.req("R118")
def test_link_is_good_once_for_a_day_and_its_secret_is_kept_nowhere(admin: Actor) -> None:
    user = joined(admin)
    first, second = linked(admin, user), linked(admin, user)
    with pytest.raises(Denied, match="was used, has run out or never was"):
        activated(user, first)
    kept = ActivationLink.objects.get(used_at__isnull=True)
    assert second not in (kept.digest, *LedgerEntry.objects.values_list("payload", flat=True))
    activated(user, second)
    with pytest.raises(Denied):
        activated(user, second, "another secret of hers")
    late = linked(admin, user)
    plain.claim(ActivationLink.objects.filter(used_at__isnull=True), expires_at=clock.true_now() - timedelta(seconds=1))
    with pytest.raises(Denied):
        activated(user, late)
    assert User.objects.get(pk=user.pk).check_password(NEW)


@pytest.mark.req("R118")
def test_link_of_somebody_else_own_link_and_weak_secret_are_refused(admin: Actor, person: Callable[..., Actor]) -> None:
    user, anna = joined(admin), person("anna")
    token = linked(admin, user)
    with pytest.raises(Denied, match="belongs to another account"):
        activated(anna.user, token)
    with pytest.raises(Invalid):
        activated(user, token, "short")
    activated(user, token)
    with pytest.raises(Denied, match="Another administrator"):
        linked(admin, admin.user)
    with pytest.raises(Denied, match="It is for: System administrator"):
        linked(anna, user)


def test_link_of_a_leaver_opens_nothing(admin: Actor) -> None:
    user = joined(admin)
    token = linked(admin, user)
    with act(admin, "user.deactivated", user) as a:
        left = accounts.deactivate_user(a, user, "Has left the company today")
    with pytest.raises(Denied):
        people.link_of(token)
    with pytest.raises(Invalid, match="not active"):
        linked(admin, left)


@pytest.mark.req("R116")
def test_nobody_confirms_the_own_identity(admin: Actor) -> None:
    with pytest.raises(Denied, match="Nobody confirms the own identity"), act(admin, "user.identity_checked", "x") as a:
        people.check_identity(a, admin.user, "passport", "Seen by myself")
    with pytest.raises(Invalid, match="who saw which paper"), act(admin, "user.identity_checked", "x") as a:
        people.check_identity(a, system().user, "passport", " . ")


@pytest.mark.req("R205")
def test_role_needs_the_administrators_signature_and_never_ones_own(admin: Actor) -> None:
    user = joined(admin)
    with pytest.raises(Denied, match="by signature"), act(admin, "role.granted", user) as a:
        accounts.grant_role(a, user, "operator", "Joined the team for this test")
    with pytest.raises(Denied, match="Nobody changes the own roles"), act(admin, "role.granted", admin.user) as a:
        accounts.grant_role(a, admin.user, "inspector", "Joined the team for this test")
    assert not user.grants.exists()
    assert not Signature.objects.exists()


@pytest.mark.req("R205")
def test_inspectors_account_has_an_end_and_ends_by_itself(admin: Actor) -> None:
    user = joined(admin)
    with pytest.raises(Invalid, match="An inspector's account has an end"), act(admin, "role.granted", user) as a:
        accounts.grant_role(a, user, "inspector", "Inspection of this week", approval(admin, user))
    soon = clock.true_now() + timedelta(days=3)
    with act(admin, "user.created", "users") as a:
        guest = accounts.create_user(a, "guest", "Guest Inspector", soon)
        accounts.set_secret(a, guest, SECRET)
    assert guest.may_enter(clock.true_now())
    assert not guest.may_enter(soon)
    with pytest.raises(Invalid, match="must end after now"), act(admin, "user.created", "users") as a:
        accounts.create_user(a, "late", "Late Guest", clock.now() - timedelta(minutes=1))


@pytest.mark.req("R120")
@pytest.mark.case("SIG-11")
def test_lockout_raises_one_alert_that_is_answered_with_a_comment(person: Callable[..., Actor]) -> None:
    anna, quinn = person("anna", "operator"), person("quinn", "qa")
    for _ in range(5):
        with pytest.raises((Denied, Throttled)):
            signing.challenge(anna, "anna", "not her secret", "approved:x")
    with pytest.raises(Throttled):
        signing.challenge(anna, "anna", SECRET, "approved:x")
    alert = Alert.objects.get()
    assert (alert.kind, alert.about, alert.state) == ("locked", anna.user, "raised")
    assert "Anna Test (anna) is locked" in alert.text
    for empty in ("", "."):
        with pytest.raises(Invalid), act(quinn, "alert.acknowledged", alert) as a:
            alerts.acknowledge_alert(a, alert, empty)
    with act(quinn, "alert.acknowledged", alert) as a:
        alerts.acknowledge_alert(a, alert, "Anna had her gloves on; identity checked at the door")
    with pytest.raises(Refused), act(quinn, "alert.acknowledged", alert) as a:
        alerts.acknowledge_alert(a, alert, "A second answer to the same alert")
    with pytest.raises(Denied), act(anna, "alert.acknowledged", alert) as a:
        alerts.acknowledge_alert(a, alert, "I did this myself, all is well")


@pytest.mark.req("R117")
def test_other_persons_name_in_the_own_dialog_raises_an_alert(person: Callable[..., Actor]) -> None:
    anna = person("anna", "operator")
    person("mei", "verifier")
    for _ in range(2):
        with pytest.raises(Denied, match="belongs to Anna Test"):
            signing.owner_only(anna, "mei")
    assert Alert.objects.get().kind == "other_person"
    assert LedgerEntry.objects.filter(event="signature.refused").count() == 2
    signing.owner_only(anna, " ANNA ")


def test_first_administrator_is_made_once_with_a_link(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("tom", "Tom Fischer", "--proof", "passport", "--reference", "Seen by the managing director")
    call_command("first_administrator", *asked)
    token = capsys.readouterr().out.split("/activate/")[1].split("/")[0]
    user = people.link_of(token).user
    assert user.held_roles == {"system_administrator"}
    assert IdentityCheck.objects.get(user=user).checked_by == system().user
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("first_administrator", "tim", *asked[1:])
    with pytest.raises(CommandError, match="has an administrator"):
        call_command("first_administrator", *asked)
