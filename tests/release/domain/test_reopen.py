"""No decision rests on a review or a certificate that is older than the record (R213, R214)."""

from __future__ import annotations

import pytest

from batches.models import Batch, Deviation
from compliance.domain.act import act
from compliance.guards import signers_of
from compliance.models import LedgerEntry, Signature
from compliance.refusals import Denied, Invalid, Refused
from release.domain import disposition, dossier, review
from release.guards import blockers_for_later_changes
from release.models import ExceptionAnswer
from tests.qc import steps as lab
from tests.release import steps as release

pytestmark = [pytest.mark.django_db, pytest.mark.req("R213"), pytest.mark.req("R214")]


def reviewed() -> Batch:
    batch = release.executed(volume="9.30")
    release.tested(batch)
    for row in Deviation.objects.filter(batch=batch):
        release.closed(row)
    release.answered(batch)
    return release.reviewed(batch)


def test_change_after_the_review_stops_certification_until_the_review_is_signed_anew() -> None:
    batch = reviewed()
    assert blockers_for_later_changes(batch, "reviewed") == []
    release.closed(release.reported(batch))
    with pytest.raises(Refused, match="younger than its signature as reviewed"):
        release.certified(batch)
    batch = release.reopened(release.fresh(batch))
    assert batch.state == "executed"
    assert signers_of(batch.uuid, "reviewed") == set()
    assert signers_of(batch.uuid, "issued")
    release.answered(batch)
    batch = release.certified(release.reviewed(batch))
    assert release.released(batch).state == "released"
    kept = Signature.objects.filter(record_uuid=batch.uuid, meaning="reviewed")
    assert [hasattr(s, "void") for s in kept] == [True, False]
    batch = release.fresh(batch)
    cover = dossier.build(batch, LedgerEntry.objects.latest("id").pk, release.document(batch)).cover
    labels = [fact.label for fact in cover.facts]
    assert labels[-4:] == ["Reviewed, void since", "Reviewed", "Certified", "Released"]
    assert all(d.statement in f.value for d, f in zip(batch.decisions.order_by("id"), cover.facts[-4:], strict=True))


def test_change_after_the_certificate_stops_the_release_and_voids_both() -> None:
    batch = release.certified(reviewed())
    release.closed(release.reported(batch))
    with pytest.raises(Refused, match="younger than its signature as certified"):
        release.released(batch)
    batch = release.reopened(release.fresh(batch))
    assert signers_of(batch.uuid, "reviewed", "certified") == set()
    release.answered(batch)
    batch = release.certified(release.reviewed(batch))
    assert release.released(batch).state == "released"


def test_answers_stand_once_the_review_is_signed() -> None:
    batch = reviewed()
    answer = ExceptionAnswer.objects.filter(batch=batch).first()
    assert answer is not None
    who = release.other_qa()
    with (
        pytest.raises(Refused, match="its answers stand"),
        act(who, "exception.answered", batch) as a,
    ):
        review.answer_exception(a, batch, answer.key, "Something else altogether was seen")
    batch = release.reopened(batch)
    with act(who, "exception.answered", batch) as a:
        review.answer_exception(a, batch, answer.key, "Something else altogether was seen")
    assert ExceptionAnswer.objects.filter(batch=batch, key=answer.key).count() == 2


def test_review_is_opened_again_by_qa_with_a_reason_before_the_release() -> None:
    batch = reviewed()
    with pytest.raises(Invalid):
        release.reopened(batch, why="x")
    with pytest.raises(Denied):
        release.reopened(batch, by=release.qp())
    done = release.released(release.certified(release.fresh(batch)))
    with pytest.raises(Refused, match="needs reviewed or certified"):
        release.reopened(done)
    assert disposition.expiry(done.manufactured_at, 1) is not None


def test_documents_and_exports_change_nothing_that_was_reviewed() -> None:
    batch = reviewed()
    release.requested(batch)
    assert blockers_for_later_changes(release.fresh(batch), "reviewed") == []


@pytest.mark.req("R335")
@pytest.mark.parametrize("certified", [False, True])
def test_reviewed_result_is_retracted_only_once_the_review_is_open_again(certified: bool) -> None:
    batch = reviewed()
    batch = release.certified(batch) if certified else batch
    row = release.result(batch, "particles")
    for who in (lab.reviewer(), release.qa()):
        with pytest.raises(Refused, match="QA opens the review again first") as caught:
            lab.retracted(row, by=who)
        assert caught.value.code == "batch_reviewed"
    assert signers_of(row.uuid, "reviewed")
    assert blockers_for_later_changes(release.fresh(batch), "reviewed") == []
    release.reopened(release.fresh(batch))
    assert lab.retracted(release.result(batch, "particles")).state == "retracted"


def test_result_that_came_after_the_review_is_retracted_until_it_is_reviewed_itself() -> None:
    batch = release.executed()
    release.tested(batch, particles="")
    release.answered(batch)
    batch = release.reviewed(batch)
    sample = lab.sample(batch, "FIN")
    assert lab.retracted(lab.entered(sample, "particles", "4.0e10")).state == "retracted"
    row = lab.tested(sample, "particles", "4.0e10")
    with pytest.raises(Refused, match="QA opens the review again first"):
        lab.retracted(row)


def test_results_of_a_released_batch_stand() -> None:
    batch = release.through()
    with pytest.raises(Refused, match="its results stand") as caught:
        lab.retracted(release.result(batch, "particles"))
    assert caught.value.code == "batch_closed"
