"""The review of the audit trail: who may, what it freezes, what stands out, what its signature covers (R213)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from compliance.domain import accounts, clock, signing, trail_review
from compliance.domain.act import act
from compliance.guards import blockers_for_trail_review
from compliance.models import LedgerEntry, Signature, TrailReview
from compliance.refusals import Denied, Invalid, Refused
from compliance.states import ReviewState
from tests.compliance.views.steps import grant, rename, sign
from tests.helpers import SECRET, person

if TYPE_CHECKING:
    from compliance.domain.actor import Actor
    from compliance.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.req("R213")]
SAID = "Every act was looked at; nothing else needs to be done."


@pytest.fixture
def dora(monkeypatch: pytest.MonkeyPatch) -> User:
    """A person whose account was changed by the administrator, by day."""
    monkeypatch.setattr(trail_review, "DAY_BEGINS", 0)
    monkeypatch.setattr(trail_review, "DAY_ENDS", 24)
    user = person("dora").user
    rename(user, "Name One", "Name Two")
    return user


def opened(actor: Actor, **what: Any) -> TrailReview:
    with act(actor, "trail_review.opened", "trail_reviews") as a:
        return trail_review.open_review(a, **what)


def signed(actor: Actor, review: TrailReview, said: str = SAID) -> TrailReview:
    pen = signing.challenge(actor, actor.name, SECRET, signing.subject_of(trail_review.own(review), "reviewed"))[1]
    with act(actor, "trail_review.signed", trail_review.own(review)) as a:
        return trail_review.sign_review(a, pen, review, said, review.version)


def code_of(refused: Any) -> list[str]:
    return [b.code for b in refused.value.blockers]


def test_review_freezes_its_acts_and_the_signature_covers_them(dora: User) -> None:
    quinn = person("quinn", "qa")
    review = opened(quinn, chain=dora.chain)
    kept = json.loads(review.sample)
    acts = list(LedgerEntry.objects.filter(links__chain=dora.chain).order_by("id").values_list("id", flat=True))
    assert (review.first_entry, review.last_entry, kept["count"]) == (acts[0], acts[-1], len(acts))
    assert review.number.startswith("ATR-")
    rename(dora, "Name Three")
    row = signed(quinn, review)
    assert (row.state, row.sample) == (ReviewState.SIGNED, review.sample)
    signature = Signature.objects.get(record_uuid=review.uuid)
    covered = json.loads(signature.content)["record"]["values"]
    assert covered["sample"] == review.sample
    assert covered["last_entry"] == acts[-1]
    assert covered["statement"] == f"Conclusion: {SAID}"
    assert signature.meaning == "reviewed"
    assert LedgerEntry.objects.get(event="trail_review.signed").home == f"compliance.trailreview:{review.uuid}"


def test_chain_is_covered_to_its_last_act_and_no_further(dora: User) -> None:
    quinn = person("quinn", "qa")
    assert [b.code for b in blockers_for_trail_review(dora.chain)] == ["trail_not_reviewed"]
    review = opened(quinn, chain=dora.chain)
    assert blockers_for_trail_review(dora.chain)
    signed(quinn, review)
    assert blockers_for_trail_review(dora.chain) == []
    with act(dora_at_work(), "user.signed_in", dora) as a:
        a.fact(station="bench 1")
    assert blockers_for_trail_review(dora.chain) == []
    rename(dora, "Name Three")
    assert blockers_for_trail_review(dora.chain, frozenset({"user.renamed"})) == []
    assert blockers_for_trail_review(dora.chain)
    assert opened(quinn, chain=dora.chain).first_entry > review.last_entry


def dora_at_work() -> Actor:
    return person("dora")


def test_who_performed_or_signed_something_may_not_review(dora: User) -> None:
    quinn, rita = person("quinn", "qa"), person("rita", "qa")
    granted = grant("anna")
    sign(quinn, granted)
    with pytest.raises(Refused) as refused:
        opened(quinn, chain=granted.chain)
    assert code_of(refused) == ["not_independent"]
    review = opened(rita, chain=granted.chain)
    with pytest.raises(Refused) as refused:
        signed(quinn, review)
    assert code_of(refused) == ["not_independent"]
    with pytest.raises(Refused), act(quinn, "trail_review.marked", trail_review.own(review)) as a:
        trail_review.mark_finding(a, review, review.first_entry, "This was my own act", review.version)
    assert signed(rita, review).state == ReviewState.SIGNED


def test_sign_in_and_own_account_make_nobody_dependent(dora: User) -> None:
    quinn = person("quinn", "qa")
    with act(quinn, "user.signed_in", quinn.user) as a:
        a.fact(station="bench 1")
    now = clock.true_now()
    review = opened(quinn, since=now - timedelta(days=1), until=now + timedelta(days=1))
    assert review.chain == ""
    assert signed(quinn, review).state == ReviewState.SIGNED


def test_what_stands_out_is_sorted_by_rank(dora: User, monkeypatch: pytest.MonkeyPatch) -> None:
    admin, rita, quinn = person("sysadmin", "system_administrator"), person("rita", "qa"), person("quinn", "qa")
    granted = grant("anna")
    sign(rita, granted)
    with act(rita, "role.granted", granted) as a:
        signing.void_signatures(a, granted, "Signed on the wrong role")
    with act(admin, "signature.refused", granted) as a:
        a.fact(claimed="anna")
    kept = json.loads(opened(quinn, chain=granted.chain).sample)
    words = [why for _, why in kept["risk"]]
    assert words[0][0] == "changed after it was signed"
    assert [w[0] for w in words[1:]] == [
        "signature or sign-in refused", *["access or configuration changed"] * (len(words) - 2),
    ]  # fmt: skip
    monkeypatch.setattr(trail_review, "DAY_BEGINS", 24)
    assert all("at night" in why for _, why in trail_review.content_of(_all(), "x")["risk"])


def _all() -> Any:
    from compliance.queries.stretch import Stretch  # noqa: PLC0415 - of this step alone

    return Stretch("", 1, LedgerEntry.objects.latest("id").pk)


def test_sample_is_drawn_again_from_its_seed() -> None:
    keys = range(1, 101)
    sample = trail_review.drawn(keys, "seed")
    assert len(sample) == 11
    assert sample == trail_review.drawn(reversed(keys), "seed")
    assert sample != trail_review.drawn(keys, "other seed")
    assert set(sample) <= set(keys)
    assert trail_review.drawn([], "seed") == []


def test_finding_is_marked_in_words_and_stays(dora: User) -> None:
    quinn = person("quinn", "qa")
    review = opened(quinn, chain=dora.chain)
    outside = LedgerEntry.objects.latest("id").pk
    for number, text in ((outside, "Not one of these acts"), (review.last_entry, "short")):
        with pytest.raises(Invalid), act(quinn, "trail_review.marked", trail_review.own(review)) as a:
            trail_review.mark_finding(a, review, number, text, review.version)
    with act(quinn, "trail_review.marked", trail_review.own(review)) as a:
        review = trail_review.mark_finding(a, review, review.last_entry, "Why was she renamed twice?", review.version)
    row = signed(quinn, review)
    assert row.statement.splitlines() == [
        f"Act {row.last_entry}: Why was she renamed twice?",
        f"Conclusion: {SAID}",
    ]
    with pytest.raises(Refused) as refused, act(quinn, "trail_review.marked", trail_review.own(row)) as a:
        trail_review.mark_finding(a, row, row.last_entry, "One more thing to ask", row.version)
    assert code_of(refused) == ["signed"]


def test_review_is_refused_to_others_and_when_there_is_nothing(dora: User) -> None:
    quinn, paul = person("quinn", "qa"), person("paul", "process_engineer")
    with pytest.raises(Denied):
        opened(paul, chain=dora.chain)
    with pytest.raises(Invalid):
        opened(quinn)
    with pytest.raises(Refused) as refused:
        opened(quinn, chain="no.such:chain")
    assert code_of(refused) == ["nothing"]
    review = opened(quinn, chain=dora.chain)
    with pytest.raises(Refused) as refused:
        opened(quinn, chain=dora.chain)
    assert code_of(refused) == ["review_open"]
    with pytest.raises(Invalid):
        signed(quinn, review, "fine")


def test_acts_that_are_no_longer_those_of_the_review_are_not_signed(
    dora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    quinn = person("quinn", "qa")
    review = opened(quinn, chain=dora.chain)
    read = trail_review.content_of
    monkeypatch.setattr(trail_review, "content_of", lambda *given: read(*given) | {"digest": "0" * 64})
    with pytest.raises(Refused) as refused:
        signed(quinn, review)
    assert code_of(refused) == ["trail_changed"]


def test_names_are_not_lost_when_an_account_is_renamed_after(dora: User) -> None:
    quinn, admin = person("quinn", "qa"), person("sysadmin", "system_administrator")
    review = signed(quinn, opened(quinn, chain=dora.chain))
    with act(admin, "user.renamed", quinn.user) as a:
        accounts.rename_user(a, quinn.user, "Quinn Later", "She has married since then")
    assert Signature.objects.get(record_uuid=review.uuid).printed_name == "Quinn Test"
