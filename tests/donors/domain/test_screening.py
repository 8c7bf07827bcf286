"""Test results and histories are recorded once and corrected visibly; findings are read by the rules."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError

from compliance.domain import clock
from compliance.domain.act import act
from compliance.domain.records import save_record
from compliance.refusals import Denied, Invalid
from donors.domain import screening
from donors.domain.findings import _htlv_risk, judge
from donors.models import TestResult
from donors.queries import live_results, newest_histories
from tests.donors import steps
from tests.helpers import person

pytestmark = pytest.mark.django_db


def correct(result: TestResult, reason: str = "Line misread on the report", **values: object) -> TestResult:
    with act(steps.coordinator(), "donor.result_corrected", result.donor) as a:
        return screening.correct_result(a, result, reason, **values)


@pytest.mark.req("R411")
def test_result_is_kept_with_kit_laboratory_and_method() -> None:
    donation = steps.donated(steps.registered_donor())
    result = steps.result_of(donation, "hiv1_nat")
    assert (result.method, result.subject) == ("nucleic_acid", "birth_mother")
    assert (result.kit, result.laboratory) == ("Kit 7, licensed", "CLIA 05D0000000")
    assert result.recorded_by.username == "carla"
    assert str(result) == f"hiv1_nat non_reactive of {donation.donated_on}"


@pytest.mark.parametrize(
    ("values", "field"),
    [({"marker": "love"}, "marker"), ({"report": " "}, "report"), ({"sampled_on": None}, "sampled_on")],
)
def test_wrong_result_is_refused(values: dict[str, object], field: str) -> None:
    donation = steps.donated(steps.registered_donor())
    given = {"marker": "hbsag"} | values
    if field == "sampled_on":
        given["sampled_on"] = clock.today() + timedelta(days=1)
    with pytest.raises(Invalid) as caught:
        steps.result_of(donation, **given)
    assert caught.value.field == field
    assert not TestResult.objects.exists()


@pytest.mark.req("R107")
@pytest.mark.parametrize("role", ["operator", "qa", "qp", "inspector"])
def test_screening_is_not_for_other_roles(role: str) -> None:
    donor = steps.registered_donor()
    result = steps.result_of(steps.donated(donor), "hbsag")
    who = person("x-person", role)
    with pytest.raises(Denied), act(who, "donor.result_recorded", donor) as a:
        screening.record_result(
            a,
            donor,
            marker="hbsag",
            outcome="reactive",
            sampled_on=clock.today(),
            laboratory="L",
            kit="K",
            report="R",
        )
    with pytest.raises(Denied), act(who, "donor.result_corrected", donor) as a:
        screening.correct_result(a, result, "Line misread on the report", outcome="reactive")
    with pytest.raises(Denied), act(who, "donor.history_recorded", donor) as a:
        screening.record_history(a, donor, person="donor", screened_on=clock.today(), risk_found=False, report="R")


def test_corrected_result_stays_readable() -> None:
    donation = steps.donated(steps.registered_donor())
    old = steps.result_of(donation, "hbsag", "reactive")
    new = correct(old, outcome="non_reactive")
    assert (new.supersedes, new.reason) == (old, "Line misread on the report")
    assert list(live_results(donation.donor)) == [new]
    old.refresh_from_db()
    assert old.outcome == "reactive"


def test_result_is_corrected_once() -> None:
    old = steps.result_of(steps.donated(steps.registered_donor()), "hbsag")
    correct(old, outcome="invalid")
    with pytest.raises(Invalid, match="newer one"):
        correct(old, outcome="reactive")


def test_correction_needs_a_reason_and_a_difference() -> None:
    old = steps.result_of(steps.donated(steps.registered_donor()), "hbsag")
    with pytest.raises(Invalid):
        correct(old, "", outcome="reactive")
    with pytest.raises(Invalid, match="Nothing differs"):
        correct(old, outcome="non_reactive")
    with pytest.raises(TypeError, match="colour"):
        correct(old, colour="red")


def test_correction_without_reason_is_refused_by_the_database() -> None:
    old = steps.result_of(steps.donated(steps.registered_donor()), "hbsag")
    old.pk, old.uuid, old._state.adding, old.reason = None, uuid4(), True, "no old one named"
    with (
        pytest.raises(IntegrityError),
        act(steps.coordinator(), "donor.result_corrected", old.donor) as a,
    ):
        save_record(a, old)


def test_newest_history_of_a_person_counts() -> None:
    donor = steps.registered_donor()
    steps.screened(donor, risk_found=True)
    steps.screened(donor)
    assert {who: h.risk_found for who, h in newest_histories(donor).items()} == {
        "birth_mother": False,
        "newborn": False,
    }
    day = newest_histories(donor)["newborn"].screened_on
    assert str(newest_histories(donor)["newborn"]) == f"screening of the newborn on {day}"


@pytest.mark.req("R410", "R411")
def test_complete_case_has_nothing_against_it() -> None:
    judged = judge(steps.complete_donation())
    assert judged.markets == ("EU", "US")
    assert not judged.all.blocking
    assert not judged.all.missing
    assert all("0 blocking, 0 missing" in line for line in judged.words)


@pytest.mark.req("R410")
@pytest.mark.parametrize(
    ("answers", "told"), [((), None), ((None,), None), ((False, None), False), ((False, True), True)]
)
def test_htlv_risk_is_what_anybody_said(answers: tuple[bool | None, ...], told: bool | None) -> None:
    assert _htlv_risk(list(answers)) is told
