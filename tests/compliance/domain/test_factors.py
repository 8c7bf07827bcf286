"""Second factors: proven at enrolment, each code once, secrets unreadable in the database, ended with a reason."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyotp
import pytest

from compliance.domain import clock, factors
from compliance.domain.act import act
from compliance.domain.roster import accounts_of
from compliance.domain.verification import Scope, verify
from compliance.domain.verification.findings import Kind
from compliance.models import Factor, LedgerEntry
from compliance.refusals import Denied, Invalid
from tests.helpers import person

if TYPE_CHECKING:
    from typing import Any

    from compliance.domain.actor import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.req("R207")]


def code_of(secret: str, steps: int = 0) -> str:
    now = int(clock.true_now().timestamp()) // factors.STEP_SECONDS
    return pyotp.TOTP(secret).generate_otp(now + steps)


def enrolled(actor: Actor, secret: str, label: str = "phone") -> Factor:
    with act(actor, "factor.enrolled", actor.user) as a:
        return factors.enrol_app(a, label, secret, code_of(secret, -1))


@pytest.fixture
def anna() -> Actor:
    return person("anna", "operator")


def test_code_of_the_app_is_good_once_and_none_before_it(anna: Actor) -> None:
    secret = factors.new_secret()
    enrolled(anna, secret)
    assert factors.use(anna.user, code_of(secret)) == "authenticator app"
    for steps in (0, -1):
        with pytest.raises(Denied, match="not good, or it was used already"):
            factors.use(anna.user, code_of(secret, steps))
    assert factors.use(anna.user, code_of(secret, 1)) == "authenticator app"


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "１２３４５６", "0" * 100, "' OR 1=1", "\x00"])
def test_what_is_no_code_is_refused(anna: Actor, typed: str) -> None:
    enrolled(anna, factors.new_secret())
    with pytest.raises(Denied):
        factors.use(anna.user, typed)


@pytest.mark.req("R120")
def test_app_is_enrolled_only_with_a_code_of_it_and_a_name(anna: Actor) -> None:
    secret = factors.new_secret()
    for label, code, field in (("phone", code_of(secret, 40), "code"), ("x", code_of(secret), "label")):
        with pytest.raises(Invalid) as caught, act(anna, "factor.enrolled", anna.user) as a:
            factors.enrol_app(a, label, secret, code)
        assert caught.value.field == field
    assert Factor.objects.count() == 0


def test_secret_is_not_readable_in_row_history_or_ledger(anna: Actor) -> None:
    secret = factors.new_secret()
    factor = enrolled(anna, secret)
    assert secret not in Factor.objects.get().secret
    assert factors.opened(factor.secret) == secret
    assert not hasattr(Factor.history.get(), "secret")
    assert all(secret not in entry.payload for entry in LedgerEntry.objects.all())


def test_factor_of_another_site_key_says_what_to_do(anna: Actor, settings: Any) -> None:
    secret = factors.new_secret()
    enrolled(anna, secret)
    settings.SECRET_KEY = "another key of the site, long enough for what it is for here"
    with pytest.raises(Denied, match="Enrol it anew"):
        factors.use(anna.user, code_of(secret))


def test_recovery_code_is_good_once_and_new_ones_end_the_old(anna: Actor) -> None:
    with act(anna, "factor.enrolled", anna.user) as a:
        first = factors.make_codes(a)
    assert len(set(first)) == factors.CODES
    assert factors.use(anna.user, f"{first[0][:4]}-{first[0][4:]}".upper()) == "recovery codes"
    assert factors.left_of(factors.held(anna.user)) == 9
    with pytest.raises(Denied):
        factors.use(anna.user, first[0])
    with act(anna, "factor.enrolled", anna.user) as a:
        second = factors.make_codes(a)
    with pytest.raises(Denied):
        factors.use(anna.user, first[1])
    assert factors.use(anna.user, second[1]) == "recovery codes"
    assert all(code not in Factor.objects.latest("id").secret for code in second)


def test_two_requests_with_one_code_open_one_door(anna: Actor) -> None:
    with act(anna, "factor.enrolled", anna.user) as a:
        code = factors.make_codes(a)[0]
    (one,), (two,) = factors.held(anna.user), factors.held(anna.user)
    assert factors._use_code(one, code)
    assert not factors._use_code(two, code), "read before the other took it"
    assert len(json.loads(Factor.objects.get().secret)) == 9


@pytest.mark.req("R120")
def test_lost_device_is_ended_by_its_owner_or_an_administrator_with_a_reason(anna: Actor) -> None:
    secret = factors.new_secret()
    mine, other = enrolled(anna, secret), enrolled(anna, factors.new_secret(), "tablet")
    bela, admin = person("bela", "operator"), person("sysadmin", "system_administrator")
    with pytest.raises(Denied), act(bela, "factor.revoked", mine) as a:
        factors.revoke(a, mine, "Not my own to end")
    with pytest.raises(Invalid), act(anna, "factor.revoked", mine) as a:
        factors.revoke(a, mine, " ")
    with act(anna, "factor.revoked", mine) as a:
        factors.revoke(a, mine, "Telephone lost on the train")
    with act(admin, "factor.revoked", other) as a:
        factors.revoke(a, other, "Tablet given back")
    assert factors.held(anna.user) == []
    with pytest.raises(Denied):
        factors.use(anna.user, code_of(secret))


def test_use_of_a_factor_leaves_row_and_ledger_in_agreement(anna: Actor) -> None:
    secret = factors.new_secret()
    enrolled(anna, secret)
    factors.use(anna.user, code_of(secret))
    (account,) = accounts_of([anna.user], clock.true_now())
    assert account.factors == ("authenticator app phone",)
    about = [f for f in verify(Scope()) if f.label == "compliance.factor" and f.kind != Kind.UNPUBLISHED]
    assert about == []
