"""People are qualified by others, in a version, up to a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from compliance.domain import accounts, clock
from compliance.domain.act import act
from compliance.domain.actor import system
from compliance.refusals import Denied, Invalid, Refused
from resources.domain import documents, qualification
from resources.guards import blockers_for_training
from tests.helpers import person
from tests.resources import steps

if TYPE_CHECKING:
    from compliance.domain.actor import Actor

pytestmark = pytest.mark.django_db

CODE = "SOP-CUL-010"


def blockers(who: Actor, *codes: str) -> list[str]:
    return steps.codes_of(blockers_for_training(who.user, codes or [CODE], clock.now()))


@pytest.mark.req("R109")
def test_trained_person_may_and_another_may_not() -> None:
    anna = person("anna", "operator")
    steps.qualified(anna, [CODE])
    assert blockers(anna) == []
    assert blockers(person("bela", "operator")) == ["not_trained"]
    assert blockers_for_training(anna.user, [], clock.now()) == []


@pytest.mark.req("R109")
def test_new_version_asks_for_new_training() -> None:
    anna = person("anna", "operator")
    steps.qualified(anna, [CODE])
    before = clock.now()
    second = steps.draft(CODE, "2")
    assert blockers(anna) == [], "the draft changes nothing"
    steps.effective(CODE, "2")
    found = blockers_for_training(anna.user, [CODE], clock.now())
    assert [b.text for b in found] == ["Anna Test is trained in another version than SOP-CUL-010 v2."]
    assert blockers_for_training(anna.user, [CODE], before) == [], "qualified at the time before"
    steps.qualify(anna.user, second)
    assert blockers(anna) == []


@pytest.mark.req("R109")
def test_training_in_a_draft_counts_once_it_is_effective() -> None:
    anna = person("anna", "operator")
    row = steps.qualify(anna.user, steps.draft())
    assert blockers(anna) == ["document_not_effective"]
    steps.effective()
    assert blockers(anna) == []
    assert str(row) == f"{anna.user.pk} in {row.document_id}"


@pytest.mark.req("R109")
def test_training_runs_out_after_its_last_day(set_clock) -> None:
    set_clock("2026-11-20 10:00")
    anna = person("anna", "operator")
    steps.qualify(anna.user, steps.effective(), expires_on=clock.today() + timedelta(days=1))
    set_clock("2026-11-21 23:59")
    assert blockers(anna) == []
    set_clock("2026-11-22 00:01")
    found = blockers_for_training(anna.user, [CODE], clock.now())
    assert [b.text for b in found] == ["The training of Anna Test in SOP-CUL-010 v1 ended 2026-11-21."]
    steps.qualified(anna, [CODE])
    assert blockers(anna) == []


@pytest.mark.req("R109")
def test_withdrawal_takes_older_rows_too() -> None:
    anna = person("anna", "operator")
    first, second = *steps.qualified(anna, [CODE]), *steps.qualified(anna, [CODE])
    before = clock.now()
    with act(steps.engineer(), "qualification.withdrawn", second.document) as a:
        rows = qualification.withdraw(a, second, "Two mix-ups in one week")
    assert [row.pk for row in rows] == [first.pk, second.pk]
    assert blockers(anna) == ["not_trained"]
    assert blockers_for_training(anna.user, [CODE], before) == []
    with pytest.raises(Refused), act(steps.engineer(), "qualification.withdrawn", second.document) as a:
        qualification.withdraw(a, second, "Two mix-ups in one week")


def test_each_missing_document_is_named_once() -> None:
    anna = person("anna", "operator")
    steps.effective("SOP-1")
    assert blockers(anna, "SOP-2", "SOP-1", "SOP-2") == ["document_not_effective", "not_trained"]


@pytest.mark.req("R109")
def test_nobody_assesses_himself() -> None:
    engineer = steps.engineer()
    with pytest.raises(Refused) as caught:
        steps.qualify(engineer.user, steps.effective())
    assert caught.value.code == "same_person"


def test_superseded_version_and_closed_account_are_refused() -> None:
    anna = person("anna", "operator")
    document = steps.effective()
    with act(steps.qa(), "document.superseded", document) as a:
        documents.supersede(a, document, "The method is not used any longer")
    administrator = person("sysadmin", "system_administrator")
    with act(administrator, "user.deactivated", anna.user) as a:
        user = accounts.deactivate_user(a, anna.user, "She has left the company")
    with pytest.raises(Refused) as caught:
        steps.qualify(user, document)
    assert steps.codes_of(caught.value.blockers) == ["superseded", "inactive"]


@pytest.mark.parametrize(("field", "days"), [("trained_on", 1), ("expires_on", -1)])
def test_training_with_wrong_days_is_refused(field: str, days: int) -> None:
    with pytest.raises(Invalid) as caught:
        steps.qualify(person("anna").user, steps.effective(), **{field: clock.today() + timedelta(days=days)})
    assert caught.value.field == field


@pytest.mark.req("R107")
def test_operator_qualifies_nobody() -> None:
    document = steps.effective()
    with pytest.raises(Denied), act(steps.receiver(), "qualification.recorded", document) as a:
        qualification.qualify(a, system().user, document, trained_on=clock.today(), evidence="TR-1")
