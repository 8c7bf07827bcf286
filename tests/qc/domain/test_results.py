"""Results: typed, judged once, submitted, reviewed by a second person, never removed."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError

from compliance.domain import signing
from compliance.domain.act import act
from compliance.domain.records import save_record
from compliance.models import ChainLink, Signature
from compliance.refusals import AlreadyDone, Denied, Invalid, Refused, Stale
from qc.domain import testing
from qc.models import OosInvestigation, Result, Sample
from tests import helpers
from tests.qc import steps

pytestmark = pytest.mark.django_db
LIMITS = (steps.DATA / "limits_spec.yaml").read_text()


def fin() -> Sample:
    """A received sample of filled vials."""
    return steps.received(steps.taken(), "FIN")


def judged() -> Sample:
    """A received sample, tested by the small specification of limits."""
    steps.approved(LIMITS)
    return fin()


@pytest.mark.case("RES-01")
@pytest.mark.req("R509")
def test_below_the_detection_limit_is_kept_judged_and_printed() -> None:
    row = steps.entered(fin(), "endotoxin", "<0.05")
    assert (row.typed, row.qualifier, row.value) == ("<0.05", "<", Decimal("0.05"))
    assert (row.reported, row.verdict, row.unit, row.method) == ("< 0.05", "within", "EU/mL", "SOP-QC-140")
    assert Result.objects.order_by("value").get() == row


@pytest.mark.case("RES-03")
@pytest.mark.req("R222")
def test_retest_after_a_retraction_does_not_inherit_the_qualifier() -> None:
    sample = judged()
    steps.retracted(steps.entered(sample, "raw", "<5"))
    second = steps.entered(sample, "raw", "8")
    assert (second.qualifier, second.reported) == ("", "8")
    first = Result.objects.exclude(pk=second.pk).get()
    assert (first.reported, first.state, first.reason) == ("< 5", "retracted", "Wrong dilution, see notebook 12")


@pytest.mark.case("RES-04")
def test_operator_of_the_limit_decides_the_limit_itself() -> None:
    sample = judged()
    at_most, less = steps.entered(sample, "at_most", "0.25"), steps.entered(sample, "less", "0.25")
    assert (at_most.verdict, at_most.item.limit_words) == ("within", "≤ 0.25")
    assert (less.verdict, less.item.limit_words) == ("specification", "< 0.25")


@pytest.mark.case("RES-06")
@pytest.mark.req("R509")
def test_half_is_rounded_up_before_it_is_judged_and_the_raw_value_is_kept() -> None:
    row = steps.entered(judged(), "rounded", "0.25")
    assert (row.verdict, row.reported, row.judged, row.value) == (
        "specification", "0.3", Decimal("0.3"), Decimal("0.25")
    )  # fmt: skip


@pytest.mark.case("RES-08")
@pytest.mark.parametrize("typed", ["1.2E+11", "1.2e11"])
def test_scientific_notation_is_read_and_printed(typed: str) -> None:
    row = steps.entered(judged(), "many", typed)
    assert (row.value, row.reported, row.verdict) == (Decimal(120_000_000_000), "1.2E+11", "within")


@pytest.mark.case("RES-10")
def test_small_negative_value_prints_without_minus() -> None:
    row = steps.entered(fin(), "protein", "-0.004")
    assert (row.reported, row.value, row.verdict) == ("0.00", Decimal("-0.004"), "no_limit")


@pytest.mark.case("RES-13")
def test_one_failing_medium_fails() -> None:
    sample = fin()
    assert steps.entered(sample, "sterility_a", "no growth").verdict == "within"
    second = steps.entered(sample, "sterility_b", "growth")
    assert (second.verdict, second.message) == ("specification", "growth: no growth is asked for.")
    assert OosInvestigation.objects.get().result == second


@pytest.mark.case("RES-14")
def test_zero_is_a_result_and_blank_is_none() -> None:
    sample = judged()
    with pytest.raises(Invalid, match="an empty box is not zero"):
        steps.entered(sample, "share", " ")
    row = steps.entered(sample, "share", "0")
    assert (row.value, row.reported, row.verdict) == (Decimal(0), "0.0", "specification")


def test_choice_without_passing_is_recorded_and_not_judged() -> None:
    row = steps.entered(judged(), "said", "hazy")
    assert (row.verdict, row.text, row.reported) == ("no_limit", "hazy", "hazy")


@pytest.mark.req("R503")
@pytest.mark.parametrize(
    ("typed", "verdict", "opened"),
    [
        ("4.0e10", "within", 0),
        ("4.6e10", "alert", 0),
        ("5.0e10", "specification", 1),
        ("3.1e10", "specification", 1),
        (">3.3e10", "undecidable", 0),
    ],
)
def test_each_band_gives_its_own_verdict_and_only_specification_opens_an_investigation(
    typed: str, verdict: str, opened: int
) -> None:
    row = steps.entered(fin(), "particles", typed)
    assert (row.verdict, OosInvestigation.objects.count()) == (verdict, opened)


@pytest.mark.req("R203")
@pytest.mark.parametrize(
    ("code", "typed"),
    [
        ("particles", ""),
        ("particles", "4,1e10"),
        ("particles", "4.1e10 particles/mL"),
        ("particles", "many"),
        ("particles", "9e14"),
        ("particles", "-1"),
        ("sterility_a", ""),
        ("sterility_a", "No Growth"),
        ("sterility_a", "growth,no growth"),
    ],
)
def test_what_cannot_be_recorded_is_refused_with_words(code: str, typed: str) -> None:
    sample = fin()
    with pytest.raises(Invalid) as caught:
        steps.entered(sample, code, typed)
    assert caught.value.field == "typed"
    assert Result.objects.count() == 0
    assert Sample.objects.get(pk=sample.pk).state == "received"


def test_instrument_comment_and_raw_file_stand_in_the_result() -> None:
    row = steps.entered(
        fin(),
        "endotoxin",
        "0.10",
        instrument=" LAL-02 ",
        comment=" second vial ",
        raw_sha256="a" * 64,
        raw_name="x.csv",
    )
    found = Result.objects.get()
    assert (found.instrument, found.comment) == ("LAL-02", "second vial")
    assert (found.raw_sha256, found.raw_name) == ("a" * 64, "x.csv")
    assert str(row) == "Endotoxin: 0.10"


def test_sample_that_was_not_received_is_not_tested() -> None:
    sample = steps.sample(steps.taken(), "FIN")
    with pytest.raises(Refused) as caught:
        steps.entered(sample, "endotoxin", "0.10")
    assert caught.value.code == "sample_state"


def test_item_of_another_sample_point_is_refused() -> None:
    batch = steps.taken()
    fin_, myc = steps.received(batch, "FIN"), steps.received(batch, "MYC")
    item = steps.item(fin_, "endotoxin")
    with pytest.raises(Invalid, match="not tested"), act(steps.analyst(), "result.entered", myc) as a:
        testing.enter_result(a, myc, item, "0.10")


@pytest.mark.req("R107")
def test_operator_enters_no_result() -> None:
    with pytest.raises(Denied):
        steps.entered(fin(), "endotoxin", "0.10", by=steps.steps.operator())


@pytest.mark.case("CON-01")
def test_result_of_a_colleague_is_not_overwritten() -> None:
    sample = fin()
    steps.entered(sample, "endotoxin", "0.11")
    bela = helpers.person("bela.qc", "qc_analyst")
    with pytest.raises(Refused) as caught:
        steps.entered(sample, "endotoxin", "0.20", by=bela, comment="only a comment")
    assert (caught.value.code, "0.11" in caught.value.text) == ("result_exists", True)
    assert Result.objects.get().reported == "0.11"


@pytest.mark.case("CON-04")
def test_second_send_of_a_form_makes_no_second_result() -> None:
    sample = fin()
    item, token = steps.item(sample, "endotoxin"), uuid.uuid4()
    with act(steps.analyst(), "result.entered", sample, token) as a:
        testing.enter_result(a, sample, item, "0.11")
    with pytest.raises(AlreadyDone), act(steps.analyst(), "result.entered", sample, token) as a:
        testing.enter_result(a, sample, item, "0.11")
    assert Result.objects.count() == 1


@pytest.mark.req("R335")
def test_second_person_reviews_and_signs_what_stands() -> None:
    sample = fin()
    row = steps.tested(sample, "endotoxin", "<0.05")
    signature = Signature.objects.get(record_uuid=row.uuid)
    assert (row.state, row.reviewed_by.username) == ("reviewed", "dana")
    assert signature.title == f"{sample.number}, Endotoxin: < 0.05 EU/mL"
    assert signing.is_valid(signature, Result.objects.get(pk=row.pk))
    assert Sample.objects.get(pk=sample.pk).state == "in_test"
    assert ChainLink.objects.filter(chain=sample.batch.chain, entry__event="result.reviewed").exists()


@pytest.mark.case("SIG-02")
@pytest.mark.req("R335")
def test_analyst_does_not_review_her_own_result() -> None:
    both = helpers.person("cora.dana", "qc_analyst", "qc_reviewer")
    row = steps.submitted(steps.entered(fin(), "endotoxin", "0.10", by=both))
    with pytest.raises(Refused) as caught:
        steps.reviewed(row, by=both)
    assert caught.value.code == "same_person"
    assert Result.objects.get().state == "submitted"
    assert Signature.objects.filter(record_uuid=row.uuid).count() == 0


@pytest.mark.req("R335")
def test_database_refuses_the_analyst_as_reviewer() -> None:
    row = steps.submitted(steps.entered(fin(), "endotoxin", "0.10"))
    row.reviewed_by = row.analyst
    with pytest.raises(IntegrityError), act(steps.reviewer(), "result.reviewed", row.sample) as a:
        save_record(a, row)
    assert Result.objects.get().reviewed_by is None


@pytest.mark.req("R222")
def test_database_refuses_a_second_live_result() -> None:
    sample = fin()
    first = steps.retracted(steps.entered(sample, "endotoxin", "0.10"))
    steps.entered(sample, "endotoxin", "0.11")
    first.state = "entered"
    with pytest.raises(IntegrityError), act(steps.analyst(), "result.entered", sample) as a:
        save_record(a, first)
    assert Result.objects.get(pk=first.pk).state == "retracted"


@pytest.mark.case("WF-05")
def test_result_that_was_not_submitted_is_not_reviewed() -> None:
    row = steps.entered(fin(), "endotoxin", "0.10")
    with pytest.raises(Refused, match="submitted"):
        steps.reviewed(row)


@pytest.mark.case("CON-01")
def test_review_of_what_has_changed_since_is_refused() -> None:
    row = steps.entered(fin(), "endotoxin", "0.10")
    seen = row.version
    with pytest.raises(Stale):
        steps.reviewed(steps.submitted(row), version=seen)
    with pytest.raises(Stale), act(steps.analyst(), "result.submitted", row.sample) as a:
        testing.submit_result(a, row, version=seen)


def test_last_review_completes_the_sample() -> None:
    batch = steps.taken()
    steps.all_tested(batch)
    assert set(Sample.objects.values_list("state", flat=True)) == {"completed"}


@pytest.mark.case("SIG-09")
@pytest.mark.req("R222")
def test_retraction_voids_the_signature_and_opens_the_test_again() -> None:
    batch = steps.taken()
    steps.all_tested(batch)
    row = Result.objects.get(item__code="endotoxin")
    row = steps.retracted(row)
    assert (row.state, row.version) == ("retracted", 4)
    assert Signature.objects.filter(record_uuid=row.uuid, void__isnull=False).count() == 1
    sample = steps.sample(batch, "FIN")
    assert sample.state == "in_test"
    steps.tested(sample, "endotoxin", "0.10")
    assert steps.sample(batch, "FIN").state == "completed"


@pytest.mark.req("R335")
@pytest.mark.parametrize("roles", [("qc_analyst",), ("qc_analyst", "qc_reviewer")])
def test_reviewed_result_is_not_retracted_by_its_analyst(roles: tuple[str, ...]) -> None:
    own = helpers.person("cora", *roles)
    row = steps.tested(fin(), "endotoxin", "0.10")
    assert row.analyst == own.user
    with pytest.raises((Denied, Refused)) as caught:
        steps.retracted(row, by=own)
    assert caught.value.code == ("same_person" if "qc_reviewer" in roles else "permission")
    assert Result.objects.get().state == "reviewed"
    assert Signature.objects.filter(record_uuid=row.uuid, void__isnull=False).count() == 0


@pytest.mark.req("R335")
def test_reviewed_result_is_retracted_by_reviewer_or_quality_but_by_no_other_analyst() -> None:
    sample = fin()
    with pytest.raises(Denied):
        steps.retracted(steps.tested(sample, "particles", "4.0e10"), by=helpers.person("cem", "qc_analyst"))
    assert steps.retracted(steps.tested(sample, "endotoxin", "0.10"), by=steps.reviewer()).state == "retracted"
    row = steps.retracted(steps.tested(sample, "sterility_a", "no growth"), by=steps.qa())
    assert (row.state, row.reason) == ("retracted", "Wrong dilution, see notebook 12")


def test_result_before_its_review_is_still_retracted_by_its_analyst() -> None:
    sample = fin()
    assert steps.retracted(steps.entered(sample, "endotoxin", "0.10")).state == "retracted"
    assert steps.retracted(steps.submitted(steps.entered(sample, "endotoxin", "0.10"))).state == "retracted"


@pytest.mark.req("R107")
def test_quality_retracts_nothing_before_its_review() -> None:
    with pytest.raises(Denied):
        steps.retracted(steps.entered(fin(), "endotoxin", "0.10"), by=steps.qa())


@pytest.mark.req("R502")
def test_reviewed_result_that_failed_is_retracted_by_nobody() -> None:
    row = steps.tested(fin(), "endotoxin", "0.30")
    with pytest.raises(Refused) as caught:
        steps.retracted(row, by=steps.reviewer())
    assert caught.value.code == "oos"


@pytest.mark.case("CON-01")
def test_result_that_was_reviewed_meanwhile_is_not_retracted_from_an_old_page() -> None:
    row = steps.submitted(steps.entered(fin(), "endotoxin", "0.10"))
    seen = row.version
    steps.reviewed(row)
    with pytest.raises(Stale), act(steps.analyst(), "result.retracted", row.sample) as a:
        testing.retract_result(a, row, "Wrong dilution, see notebook 12", seen)
    with pytest.raises(Stale), act(steps.reviewer(), "result.retracted", row.sample) as a:
        testing.retract_result(a, row, "Wrong dilution, see notebook 12", seen)
    assert Result.objects.get().state == "reviewed"


@pytest.mark.parametrize("reason", ["", "typo", "xxxxxxxxxxxx"])
def test_retraction_needs_a_reason(reason: str) -> None:
    row = steps.entered(fin(), "endotoxin", "0.10")
    with pytest.raises(Invalid):
        steps.retracted(row, reason)
    assert Result.objects.get().state == "entered"


def test_retracted_result_is_not_retracted_again() -> None:
    row = steps.retracted(steps.entered(fin(), "endotoxin", "0.10"))
    with pytest.raises(Refused):
        steps.retracted(row)
