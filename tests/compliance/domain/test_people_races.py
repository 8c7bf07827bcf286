"""Links and alerts at their edges: a link used in between, a name that nobody has, an alert about nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compliance.domain import accounts, alerts, clock, people, plain
from compliance.domain.act import act
from compliance.domain.actor import Actor
from compliance.models import ActivationLink, Alert, LedgerEntry, User
from compliance.refusals import Denied

if TYPE_CHECKING:
    from compliance.domain.act import Act

pytestmark = pytest.mark.django_db


@pytest.mark.req("R118")
def test_link_used_between_look_and_claim_is_refused_and_changes_nothing(
    admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with act(admin, "user.created", "users") as a:
        user = accounts.create_user(a, "nora", "Nora Joiner")
    with act(admin, "user.link_made", user) as a:
        token = people.make_link(a, user)
    before = User.objects.get(pk=user.pk).password
    real = accounts.set_secret

    def first_come(a: Act, who: User, password: str) -> None:
        real(a, who, password)
        assert plain.claim(ActivationLink.objects.filter(user=who), used_at=clock.true_now()) == 1

    monkeypatch.setattr(people, "set_secret", first_come)
    with pytest.raises(Denied, match="used a moment ago"), act(Actor(user=user), "user.activated", user) as a:
        people.use_link(a, token, "a new secret of her own")
    assert User.objects.get(pk=user.pk).password == before
    assert not LedgerEntry.objects.filter(event="user.activated").exists()


def test_locked_name_that_nobody_has_raises_no_alert(admin: Actor) -> None:
    with act(admin, "user.created", "users") as a:
        accounts.create_user(a, "nora", "Nora Joiner")
        assert alerts.raise_lock(a, "nobody") is None
    assert Alert.objects.count() == 0


def test_alert_about_nobody_stands_once(admin: Actor) -> None:
    with act(admin, "user.created", "users") as a:
        accounts.create_user(a, "nora", "Nora Joiner")
        first = alerts.raise_alert(a, "clock", None, "The clock was set back.")
        assert alerts.raise_alert(a, "clock", None, "The clock was set back again.") == first
    assert [(one.about, one.text) for one in Alert.objects.all()] == [(None, "The clock was set back.")]
