"""A correction is looked at again: by the second counter, by the verifier, by QA where it breaches a limit."""

from __future__ import annotations

import pytest

from batches.domain import deviation, phases
from batches.models import Deviation, Entry, PhaseRecord
from compliance.models import Signature
from compliance.refusals import Refused
from tests import helpers
from tests.batches import steps
from tests.batches.views import scenes

pytestmark = pytest.mark.django_db
WHY = "Read from the wrong line of the counter"


def counted_twice() -> PhaseRecord:
    """The count phase, counted by two and signed by nobody."""
    row = scenes.count()
    for name, typed in (("total", "1.45e6"), ("dead", "5.8e4")):
        steps.recorded(row, name, typed)
        steps.recorded(row, name, typed, slot="second", by=steps.verifier())
    return row


def assessed(row: Deviation) -> Deviation:
    """A deviation that QA assessed."""
    with steps.signed(helpers.person("quinn", "qa"), "deviation.assessed", row, "reviewed") as (a, token):
        said = {"classification": "minor", "rationale": "Within the validated range", "immediate_action": ""}
        return deviation.assess(a, token, row, **said)


def closed(row: Deviation) -> Deviation:
    """A deviation assessed, investigated and closed by people who did not perform."""
    quinn, piet = helpers.person("quinn", "qa"), helpers.person("piet", "process_engineer")
    row = assessed(row)
    with steps.signed(piet, "deviation.investigated", row, "responsible") as (a, token):
        said = dict.fromkeys(("root_cause", "impact", "other_batches", "conclusion"), "None but this one")
        row = deviation.investigate(a, token, row, **said)
    with steps.signed(quinn, "deviation.closed", row, "approved") as (a, token):
        return deviation.close(a, token, row)


@pytest.mark.req("R202")
def test_corrected_count_is_counted_again_before_the_step_is_signed() -> None:
    row = counted_twice()
    steps.recorded(row, "total", "9.99e6", reason=WHY)
    with pytest.raises(Refused) as caught:
        steps.performed(row)
    assert [(b.code, b.link) for b in caught.value.blockers] == [("second_count", "field:total")]
    steps.recorded(row, "total", "9.90e6", slot="second", by=steps.verifier(), reason="Counted again")
    assert steps.performed(row).state == "performed"


@pytest.mark.req("R202")
def test_count_corrected_after_signing_is_counted_again_before_it_closes() -> None:
    row = steps.verified(steps.performed(counted_twice()))
    assert row.state == "closed"
    steps.recorded(row, "dead", "6.8e4", reason=WHY)
    with pytest.raises(Refused):
        steps.performed(PhaseRecord.objects.get(pk=row.pk))
    steps.recorded(row, "dead", "6.7e4", slot="second", by=steps.verifier(), reason="Counted again")
    assert steps.verified(steps.performed(PhaseRecord.objects.get(pk=row.pk))).state == "closed"


@pytest.mark.case("SIG-02")
def test_who_corrected_the_first_count_does_not_count_again_herself() -> None:
    row = counted_twice()
    steps.recorded(row, "total", "9.99e6", reason=WHY)
    with pytest.raises(Refused, match="count blind"):
        steps.recorded(row, "total", "9.99e6", slot="second", reason="Counted again")
    assert Entry.objects.filter(slot="second", path__endswith="total").count() == 1


def test_counting_again_leaves_the_performed_signature_standing() -> None:
    row = steps.performed(counted_twice())
    steps.recorded(row, "total", "1.46e6", slot="second", by=steps.verifier(), reason="Counted again")
    assert Signature.objects.get(record_uuid=row.uuid).meaning == "performed"
    assert not Signature.objects.filter(record_uuid=row.uuid, void__isnull=False).exists()


@pytest.mark.req("R209")
def test_correction_of_a_verified_step_is_performed_and_verified_again() -> None:
    row = steps.seeded(steps.issued())
    steps.recorded(row, "actual", "10.10", reason=WHY)
    row = PhaseRecord.objects.get(pk=row.pk)
    assert row.state == "performed"
    with (
        pytest.raises(Refused, match="signed again first"),
        steps.signed(steps.verifier(), "batch.phase_verified", row, "verified") as (a, token),
    ):
        phases.verify_phase(a, token, row)
    assert steps.verified(steps.performed(row)).state == "closed"


@pytest.mark.req("R306")
def test_correction_beyond_the_limit_opens_the_deviation_in_the_same_act() -> None:
    row = scenes.filled_seed()
    assert not Deviation.objects.exists()
    entry = steps.recorded(row, "actual", "10.90", reason=WHY)
    deviation = Deviation.objects.get()
    assert (deviation.entry_id, deviation.act_id, deviation.state) == (entry.pk, entry.act_id, "open")
    assert "Limit: 9.8 to 10.2 mL" in deviation.description


@pytest.mark.req("R504")
def test_correction_back_leaves_the_deviation_open() -> None:
    row = scenes.filled_seed()
    steps.recorded(row, "actual", "10.90", reason=WHY)
    steps.recorded(row, "actual", "10.10", reason="The first correction was the mistake")
    assert Deviation.objects.get().state == "open"
    steps.recorded(row, "actual", "10.80", reason="It was one after all")
    assert Deviation.objects.count() == 1, "the open one covers it"


@pytest.mark.req("R306")
def test_second_breach_is_written_into_the_deviation_that_nobody_assessed() -> None:
    row = scenes.filled_seed()
    steps.recorded(row, "actual", "10.90", reason=WHY)
    steps.recorded(row, "actual", "10.00", reason="The first correction was the mistake")
    entry = steps.recorded(row, "actual", "9.70", reason="It was less after all")
    found = Deviation.objects.get()
    first, then = found.description.splitlines()
    assert first.startswith("Volume seeded: 10.90 mL.")
    assert then.startswith("Then 9.70 mL, recorded at ")
    assert "by Anna Test. 9.70 is 0.10 below 9.8" in then
    assert (found.entry_id, found.act_id, found.version) == (entry.pk, entry.act_id, 2)
    assert found.history.get(version=1).description == first, "what stood before stays on record"


@pytest.mark.req("R306")
@pytest.mark.req("R504")
def test_second_breach_after_the_assessment_opens_another_and_leaves_the_signed_one() -> None:
    row = scenes.filled_seed()
    steps.recorded(row, "actual", "10.90", reason=WHY)
    signed = assessed(Deviation.objects.get())
    entry = steps.recorded(row, "actual", "9.70", reason="It was less after all")
    kept, opened = Deviation.objects.order_by("id")
    assert (kept.description, kept.entry_id, kept.version) == (signed.description, signed.entry_id, signed.version)
    assert (opened.entry_id, opened.state) == (entry.pk, "open")
    assert "9.70 mL" in opened.description


@pytest.mark.req("R306")
def test_breach_after_the_deviation_is_closed_opens_another() -> None:
    row = scenes.filled_seed()
    steps.recorded(row, "actual", "10.90", reason=WHY)
    closed(Deviation.objects.get())
    steps.recorded(row, "actual", "10.80", reason="Read again")
    assert sorted(Deviation.objects.values_list("state", flat=True)) == ["closed", "open"]


def test_step_that_waits_for_an_answer_names_field_and_step() -> None:
    batch = steps.issued()
    row = steps.phase(batch, "passage.clumps_note")
    assert [b.text for b in phases.when_blockers(row)] == [
        "It depends on “Clumps” of the step Detach, which is not recorded yet."
    ]
