"""The access review: what it freezes, what looks wrong, what its signature covers (R205)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.domain import access_review, accounts, clock, roster, signing
from compliance.domain.act import act
from compliance.domain.actor import system
from compliance.models import AccessReview, Signature, User
from compliance.refusals import Denied, Invalid, Refused, Stale
from compliance.states import ReviewState
from tests.helpers import SECRET

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from compliance.domain.actor import Actor

pytestmark = pytest.mark.django_db
SAID = "Every account was looked at and nothing is wrong."


def opened(actor: Actor) -> AccessReview:
    with act(actor, "access_review.opened", "access_reviews") as a:
        return access_review.open_review(a)


def pen(actor: Actor, review: AccessReview) -> UUID:
    return signing.challenge(actor, actor.name, SECRET, signing.subject_of(review, "reviewed"))[1]


def odd_of(at: Any) -> dict[str, list[str]]:
    return {a["username"]: list(a["odd"]) for a in access_review.content_now(at)["accounts"]}


@pytest.mark.req("R205")
def test_review_freezes_all_accounts_and_its_signature_covers_them(person: Callable[..., Actor]) -> None:
    quinn = person("quinn", "qa")
    person("anna", "operator")
    review = opened(quinn)
    content = json.loads(review.content)
    assert review.number.startswith("ACR-")
    assert review.number.endswith("-0001")
    assert {a["username"] for a in content["accounts"]} == {"quinn", "anna"}
    person("later", "operator")
    assert json.loads(AccessReview.objects.get().content) == content
    token = pen(quinn, review)
    with act(quinn, "access_review.signed", review) as a:
        signed = access_review.sign_review(a, token, review, SAID, review.version)
    assert (signed.state, signed.conclusion) == (ReviewState.SIGNED, SAID)
    signature = Signature.objects.get()
    covered = json.loads(signature.content)["record"]["values"]
    assert covered["content"] == review.content
    assert covered["conclusion"] == SAID
    assert signing.is_valid(signature, signed)
    signed.content = signed.content.replace("operator", "qa")
    assert not signing.is_valid(signature, signed)


@pytest.mark.req("R205")
def test_what_looks_wrong_stands_first(person: Callable[..., Actor], admin: Actor) -> None:
    at = clock.true_now()
    for name, days in (("anna", 91), ("bela", 90), ("cora", 1)):
        user = person(name, "qa").user
        User.objects.filter(pk=user.pk).update(last_login=at - timedelta(days=days))
    User.objects.filter(pk=admin.user.pk).update(last_login=at)
    with act(system(), "user.created", "users") as a:
        accounts.create_user(a, "nora", "Nora Joiner")
    leaver = person("liam", "operator")
    with act(admin, "user.deactivated", leaver.user) as a:
        accounts.deactivate_user(a, leaver.user, "Has left the company today")
    found = odd_of(at)
    assert found["anna"] == ["unused for 91 days"]
    assert found["bela"] == found["cora"] == found["sysadmin"] == []
    assert found["nora"] == ["never activated", "no role"]
    assert found["liam"] == ["ended, roles not withdrawn"]
    assert list(found)[:3] == ["nora", "anna", "liam"]


@pytest.mark.req("R109")
def test_operator_without_training_looks_wrong(person: Callable[..., Actor]) -> None:
    person("anna", "operator")
    person("quinn", "qa")
    found = odd_of(clock.true_now())
    assert "works without any training" in found["anna"]
    assert "works without any training" not in found["quinn"]


@pytest.mark.req("R205")
def test_second_open_review_short_conclusion_and_others_are_refused(person: Callable[..., Actor], admin: Actor) -> None:
    quinn = person("quinn", "qa")
    with pytest.raises(Denied, match="It is for: QA"):
        opened(admin)
    review = opened(quinn)
    with pytest.raises(Refused, match="still open"):
        opened(quinn)
    token = pen(quinn, review)
    for said in ("", "  fine  ", "x" * 4001):
        with pytest.raises(Invalid, match="what was found"), act(quinn, "access_review.signed", review) as a:
            access_review.sign_review(a, token, review, said)
    with pytest.raises(Stale), act(quinn, "access_review.signed", review) as a:
        access_review.sign_review(a, token, review, SAID, 7)
    with act(quinn, "access_review.signed", review) as a:
        access_review.sign_review(a, token, review, SAID)
    token = pen(quinn, review)
    with pytest.raises(Refused), act(quinn, "access_review.signed", review) as a:
        access_review.sign_review(a, token, review, SAID)
    assert opened(quinn).number.endswith("-0002")


def test_review_asks_as_often_for_many_as_for_few(person: Callable[..., Actor]) -> None:
    person("olga", "operator")
    with CaptureQueriesContext(connection) as few:
        access_review.content_now(clock.true_now())
    for number in range(8):
        person(f"person{number}", "operator")
    with CaptureQueriesContext(connection) as many:
        access_review.content_now(clock.true_now())
    assert len(many) == len(few)


def test_standing_in_the_list_and_in_the_query_agree(person: Callable[..., Actor], admin: Actor) -> None:
    soon = clock.true_now() + timedelta(days=2)
    person("anna", "operator")
    with act(system(), "user.created", "users") as a:
        accounts.create_user(a, "guest", "Guest Inspector", soon)
    for at in (clock.true_now(), soon):
        shown = {a.user.username: a.standing for a in roster.accounts_of(roster.people(), at)}
        for standing in roster.Standing:
            asked = {u.username for u in roster.matching("", standing, at)}
            assert asked == {name for name, held in shown.items() if held == standing}
    assert shown["guest"] == roster.Standing.ENDED
    assert shown["anna"] == shown[admin.name] == roster.Standing.ACTIVE
