"""Review: by somebody who performed nothing, on a whole record, with every exception answered."""

from __future__ import annotations

import json

import pytest

from compliance.domain import signing
from compliance.domain.act import act
from compliance.models import Signature
from compliance.refusals import Denied, Invalid, Refused, Stale
from release.domain import review
from release.models import Disposition, ExceptionAnswer
from release.queries.exceptions import exceptions_of
from tests import helpers
from tests.release import steps as release

pytestmark = pytest.mark.django_db


@pytest.mark.req("R213")
@pytest.mark.parametrize("meaning", ["performed", "verified"])
def test_who_performed_may_neither_answer_nor_review(meaning: str) -> None:
    name = {"performed": "anna", "verified": "bela"}[meaning]
    helpers.person("anna", "operator", "qa")
    helpers.person("bela", "operator", "verifier", "qa")
    batch = release.executed()
    row = release.reported(batch)
    who = helpers.person(name)
    key = exceptions_of(batch)[0].key
    with pytest.raises(Refused) as caught, act(who, "exception.answered", batch) as a:
        review.answer_exception(a, batch, key, "I looked at it myself")
    assert {b.code for b in caught.value.blockers} == {"same_person"}
    release.closed(row)
    release.answered(batch)
    with pytest.raises(Refused) as caught:
        release.reviewed(batch, who)
    assert {b.code for b in caught.value.blockers} == {"same_person"}
    assert not Signature.objects.filter(record_uuid=batch.uuid, meaning="reviewed").exists()


@pytest.mark.req("R213")
def test_gate_signature_does_not_exclude_from_review() -> None:
    batch = release.executed()
    assert Signature.objects.filter(signer=release.qa().user, meaning="approved", title__contains="labels").exists()
    assert release.reviewed(batch, release.qa()).state == "reviewed"


@pytest.mark.req("R213")
def test_review_is_refused_while_an_exception_is_open() -> None:
    batch = release.executed()
    release.closed(release.reported(batch))
    with pytest.raises(Refused) as caught:
        release.reviewed(batch)
    assert "1 of 1 exceptions not answered, first: DEV-" in caught.value.text
    release.answered(batch)
    assert release.reviewed(batch).state == "reviewed"


@pytest.mark.req("R107")
@pytest.mark.parametrize("role", ["operator", "qp", "qc_reviewer", "process_engineer", "system_administrator"])
def test_only_quality_reviews(role: str) -> None:
    batch = release.executed()
    with pytest.raises(Denied):
        release.reviewed(batch, helpers.person("zoe", role))
    with pytest.raises(Denied), act(helpers.person("zoe"), "exception.answered", batch) as a:
        review.answer_exception(a, batch, "18:x", "Looked at, all is well")


def test_answer_says_something_about_an_exception_that_is_there() -> None:
    batch = release.executed()
    release.reported(batch)
    key = exceptions_of(batch)[0].key
    for bad_key, text in ((key, "  "), ("14:gone", "Looked at, no influence")):
        with pytest.raises(Invalid), act(release.qa(), "exception.answered", batch) as a:
            review.answer_exception(a, batch, bad_key, text)
    assert not ExceptionAnswer.objects.exists()


def test_decision_keeps_what_it_rested_on() -> None:
    batch = release.executed()
    release.closed(release.reported(batch))
    release.answered(batch)
    release.reviewed(batch)
    row = Disposition.objects.get(batch=batch, decision="reviewed")
    assert json.loads(row.basis) == {"rule_set": 1, "exceptions": 1, "answered": 1, "complete": 13}
    signature = Signature.objects.get(record_uuid=batch.uuid, meaning="reviewed")
    assert row.statement in signature.content
    assert "no influence on the product" in signature.content


@pytest.mark.case("CON-01")
def test_review_on_an_older_version_is_refused() -> None:
    batch = release.executed()
    seen = release.fresh(batch)
    seen.version -= 1
    with pytest.raises(Stale):
        release.reviewed(seen)


@pytest.mark.req("R114")
def test_exception_that_comes_after_the_review_is_answered_once_the_review_is_open_again() -> None:
    batch = release.reviewed(release.executed())
    with pytest.raises(Denied):
        release.certified(batch, helpers.person("oskar", "operator"))
    with pytest.raises(Denied):
        signing.challenge(release.qa(), "quinn", "wrong words", signing.subject_of(batch, "released"))
    assert len(exceptions_of(batch)) == 1
    release.tested(batch)
    with pytest.raises(Refused) as caught:
        release.certified(batch)
    assert {b.code for b in caught.value.blockers} == {"exceptions"}
    with pytest.raises(Refused, match="its answers stand"):
        release.answered(batch)
    batch = release.reopened(batch)
    release.answered(batch)
    batch = release.released(release.certified(release.reviewed(batch)))
    for meaning in ("reviewed", "certified", "released"):
        signature = Signature.objects.get(record_uuid=batch.uuid, meaning=meaning, void__isnull=True)
        assert signing.is_valid(signature, batch), meaning
