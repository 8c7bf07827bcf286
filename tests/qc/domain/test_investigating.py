"""Out of specification: opened by the result, two phases, approved by QA; the result stands unless proven wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compliance.domain.act import act
from compliance.models import ChainLink, Signature
from compliance.refusals import Denied, Invalid, Refused, Stale
from qc import queries
from qc.domain import investigating
from qc.models import OosInvestigation, Result, Sample
from tests import helpers
from tests.qc import steps

if TYPE_CHECKING:
    from compliance.domain.actor import Actor

pytestmark = pytest.mark.django_db


def failed(typed: str = "0.30") -> OosInvestigation:
    """An investigation, opened by an endotoxin result."""
    steps.entered(steps.received(steps.taken(), "FIN"), "endotoxin", typed)
    return OosInvestigation.objects.get()


@pytest.mark.req("R502")
def test_investigation_opens_in_the_act_of_the_result() -> None:
    oos = failed()
    assert (oos.act_id, oos.state, oos.opened_by.username) == (oos.result.act_id, "opened", "cora")
    assert str(oos).startswith("OOS-")
    assert ChainLink.objects.filter(chain=oos.chain).count() == 1
    assert list(queries.open_oos(oos.result.sample.batch)) == [oos]


@pytest.mark.req("R502")
def test_laboratory_does_not_retract_what_failed() -> None:
    oos = failed()
    with pytest.raises(Refused) as caught:
        steps.retracted(oos.result)
    assert caught.value.code == "oos"
    assert Result.objects.get().state == "entered"


@pytest.mark.req("R502")
def test_result_is_invalidated_only_by_a_confirmed_laboratory_cause() -> None:
    oos = failed()
    for proven in (False, True):
        with pytest.raises(Refused) as caught:
            steps.invalidated(oos.result)
        assert caught.value.code == "no_cause"
        if not proven:
            oos = steps.investigated(oos, confirmed=False)
            oos = steps.oos_approved(oos)
    assert Result.objects.get().state == "entered"
    assert oos.state == "approved"


@pytest.mark.req("R222")
def test_invalidated_result_stays_and_its_test_is_open_again() -> None:
    batch = steps.taken()
    steps.all_tested(batch, endotoxin="0.30")
    assert steps.sample(batch, "FIN").state == "completed"
    oos = steps.oos_approved(steps.investigated(OosInvestigation.objects.get(), confirmed=True))
    row = steps.invalidated(oos.result)
    assert (row.state, row.reported) == ("invalidated", "0.30")
    assert row.reason == "The cuvette was cracked, see the investigation"
    assert Signature.objects.filter(record_uuid=row.uuid, void__isnull=False).count() == 1
    sample = steps.sample(batch, "FIN")
    assert sample.state == "in_test"
    steps.tested(sample, "endotoxin", "0.10")
    assert queries.missing_for_release(batch) == []
    assert [r.reported for r in queries.results_of(batch) if r.item.code == "endotoxin"] == ["0.30", "0.10"]
    assert Sample.objects.get(pk=sample.pk).state == "completed"


@pytest.mark.req("R502")
def test_retests_are_planned_before_phase_two() -> None:
    oos = failed()
    with act(steps.analyst(), "oos.phase_1", oos) as a:
        oos = investigating.begin_oos(a, oos, version=oos.version)
    with pytest.raises(Invalid), act(steps.analyst(), "oos.phase_2", oos) as a:
        investigating.extend_oos(a, oos, " ")
    with act(steps.analyst(), "oos.phase_2", oos) as a:
        oos = investigating.extend_oos(a, oos, "Two retests of the retained vial by another analyst")
    assert (oos.state, oos.retest_plan) == ("phase_2", "Two retests of the retained vial by another analyst")


@pytest.mark.parametrize(
    ("cause", "conclusion", "field"), [("", "All fine now", "cause"), ("Cuvette", " ", "conclusion")]
)
def test_conclusion_is_written_in_words(cause: str, conclusion: str, field: str) -> None:
    oos = failed()
    with act(steps.analyst(), "oos.phase_1", oos) as a:
        oos = investigating.begin_oos(a, oos)
    with (
        pytest.raises(Invalid) as caught,
        steps.steps.signed(steps.reviewer(), "oos.concluded", oos, "responsible") as (a, token),
    ):
        investigating.conclude_oos(a, token, oos, cause=cause, confirmed=False, conclusion=conclusion)
    assert caught.value.field == field


@pytest.mark.case("SIG-02")
@pytest.mark.req("R502")
@pytest.mark.parametrize("phase_2", [False, True])
def test_analyst_of_the_failed_result_begins_but_does_not_conclude(phase_2: bool) -> None:
    oos = failed()
    with act(steps.analyst(), "oos.phase_1", oos) as a:
        oos = investigating.begin_oos(a, oos)
    if phase_2:
        with act(steps.analyst(), "oos.phase_2", oos) as a:
            oos = investigating.extend_oos(a, oos, "Two retests of the retained vial by another analyst")

    def concluded(by: Actor) -> OosInvestigation:
        with steps.steps.signed(by, "oos.concluded", oos, "responsible") as (a, token):
            return investigating.conclude_oos(a, token, oos, cause="Cuvette", confirmed=False, conclusion="It stands")

    with pytest.raises(Refused) as caught:
        concluded(steps.analyst())
    assert caught.value.code == "same_person"
    assert OosInvestigation.objects.get().state == oos.state
    assert Signature.objects.filter(record_uuid=oos.uuid).count() == 0
    assert concluded(helpers.person("cem", "qc_analyst")).state == "concluded"


@pytest.mark.req("R502")
@pytest.mark.parametrize("evidence", ["", " ", "cuvette cracked", "x" * 40, "a . b . c . d . e . f . g . h . i . j"])
def test_proven_laboratory_cause_asks_for_evidence(evidence: str) -> None:
    oos = failed()
    with pytest.raises(Invalid, match="where the proof is") as caught:
        steps.investigated(oos, confirmed=True, evidence=evidence)
    assert caught.value.field == "evidence"
    assert OosInvestigation.objects.get().state == "phase_1"


@pytest.mark.req("R502")
def test_evidence_stands_in_the_signed_conclusion_and_is_not_asked_for_without_a_cause() -> None:
    first = failed()
    second_result = steps.entered(first.result.sample, "sterility_a", "growth")
    row = steps.investigated(first, confirmed=True)
    assert row.laboratory_cause == f"Cuvette cracked\nEvidence: {steps.EVIDENCE}"
    assert steps.EVIDENCE in Signature.objects.get(record_uuid=row.uuid).content
    other = steps.investigated(OosInvestigation.objects.get(result=second_result), confirmed=False)
    assert (other.state, other.laboratory_cause) == ("concluded", "Cuvette cracked")


@pytest.mark.case("SIG-02")
def test_who_concluded_does_not_approve() -> None:
    both = helpers.person("dana.qa", "qc_reviewer", "qa")
    oos = steps.investigated(failed(), confirmed=True, by=both)
    with pytest.raises(Refused) as caught:
        steps.oos_approved(oos, by=both)
    assert caught.value.code == "same_person"
    assert steps.oos_approved(oos).state == "approved"


def test_investigation_without_a_conclusion_is_not_approved() -> None:
    oos = failed()
    with pytest.raises(Refused) as caught:
        steps.oos_approved(oos)
    assert caught.value.code == "wrong_state"


@pytest.mark.req("R107")
def test_laboratory_approves_nothing() -> None:
    oos = steps.investigated(failed(), confirmed=True)
    with pytest.raises(Denied):
        steps.oos_approved(oos, by=steps.analyst())
    with pytest.raises(Denied):
        steps.invalidated(oos.result, by=steps.analyst())


@pytest.mark.case("CON-01")
def test_investigation_on_an_old_page_is_refused() -> None:
    oos = failed()
    with act(steps.analyst(), "oos.phase_1", oos) as a:
        investigating.begin_oos(a, oos)
    with pytest.raises(Stale), act(steps.analyst(), "oos.phase_1", oos) as a:
        investigating.begin_oos(a, oos, version=oos.version)
