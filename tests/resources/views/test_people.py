"""Documents and people's qualification in the browser."""

from __future__ import annotations

from datetime import timedelta

import pytest

from compliance.domain import clock
from compliance.views.shown import moment
from resources.guards import blockers_for_training
from resources.models import Document, Qualification
from resources.states import DocumentState, QualificationState
from tests.helpers import person
from tests.resources import steps as given
from tests.resources.views.steps import JUNK, html_of, inside, opened, queries_of, send, sent_twice

pytestmark = pytest.mark.django_db
SOP = {"code": "SOP-CUL-010", "document_version": "1", "title": "How to passage", "kind": "procedure"}


def training(document: Document, **more: str) -> dict[str, str]:
    return {
        "person": "olga", "document": str(document.uuid), "trained_on": clock.today().isoformat(), "expires_on": "",
        "evidence": "TR-55", **more,
    }  # fmt: skip


@pytest.mark.req("R109")
def test_person_is_qualified_in_an_effective_version() -> None:
    olga = person("olga", "operator")
    engineer, quality = inside("petra", "process_engineer"), inside("quinn", "qa")
    answer = send(engineer, "/resources/documents/register/", **SOP)
    document = Document.objects.get()
    assert answer.headers["Location"] == f"/resources/documents/{document.uuid}/"
    assert engineer.get(f"/resources/documents/{document.uuid}/make-effective/").status_code == 403
    assert send(engineer, "/resources/people/qualify/", **training(document)).status_code == 302
    assert "counts once the version is effective" in opened(engineer, "/resources/people/")
    assert send(quality, f"/resources/documents/{document.uuid}/make-effective/").status_code == 302
    assert blockers_for_training(olga.user, ["SOP-CUL-010"], clock.now()) == []
    html = opened(engineer, f"/resources/documents/{document.uuid}/")
    assert "Olga Test" in html
    assert "effective" in html
    row = Qualification.objects.get()
    withdraw = f"/resources/qualifications/{row.uuid}/withdraw/"
    assert send(engineer, withdraw, reason="Changed to another department").status_code == 302
    row.refresh_from_db()
    assert row.state == QualificationState.WITHDRAWN


def test_nobody_assesses_herself() -> None:
    document = given.effective()
    answer = send(
        inside("petra", "process_engineer"), "/resources/people/qualify/", **training(document, person="petra")
    )
    assert answer.status_code == 409
    assert "needs a second person" in html_of(answer)


@pytest.mark.req("R111")
def test_list_keeps_every_version_with_its_days_and_training_offers_the_newest_alone() -> None:
    first, second = given.effective(), given.effective(SOP["code"], "2")
    person("olga", "operator")
    petra = inside("petra", "process_engineer")
    first.refresh_from_db()
    html = opened(petra, "/resources/documents/")
    for document in (first, second):
        assert f"/resources/documents/{document.uuid}/" in html
    assert f"{moment(first.effective_from)} to {moment(second.effective_from)}" in html
    assert f"since {moment(second.effective_from)}" in html
    offered = opened(petra, "/resources/people/qualify/")
    assert str(second.uuid) in offered
    assert str(first.uuid) not in offered
    assert send(petra, "/resources/people/qualify/", **training(first)).status_code == 409
    assert Qualification.objects.count() == 0


def test_superseded_version_says_why() -> None:
    document, quality = given.effective(), inside("quinn", "qa")
    url = f"/resources/documents/{document.uuid}/supersede/"
    assert send(quality, url, reason="").status_code == 422
    assert send(quality, url, reason="Process was given up").status_code == 302
    document.refresh_from_db()
    assert document.state == DocumentState.SUPERSEDED
    assert quality.get(f"/resources/documents/{document.uuid}/burn/").status_code == 404


@pytest.mark.case("CON-04")
def test_double_click_records_one_training() -> None:
    person("olga", "operator")
    document = given.effective()
    first, second = sent_twice(inside("petra", "process_engineer"), "/resources/people/qualify/", **training(document))
    assert (first.status_code, second.status_code) == (302, 302)
    assert Qualification.objects.count() == 1


@pytest.mark.parametrize("field", ["person", "document", "trained_on", "expires_on", "evidence"])
def test_junk_in_a_training_is_no_server_error(field: str) -> None:
    person("olga", "operator")
    document, engineer = given.effective(), inside("petra", "process_engineer")
    for junk in JUNK:
        answer = send(engineer, "/resources/people/qualify/", **(training(document) | {field: junk}))
        assert answer.status_code in (302, 409, 422), (field, junk)


def test_operator_reads_but_qualifies_nobody() -> None:
    operator = inside("olga", "operator")
    assert "Qualify a person" not in opened(operator, "/resources/people/")
    assert operator.get("/resources/people/qualify/").status_code == 403
    assert operator.get("/resources/documents/register/").status_code == 403
    assert operator.get("/resources/people/?person=%00&after=-1").status_code == 200


def test_pages_cost_the_same_at_one_and_three_rows() -> None:
    engineer = inside("petra", "process_engineer")
    document = given.effective()
    given.qualify(person("olga", "operator").user, document)
    pages = ("/resources/people/", "/resources/documents/", f"/resources/documents/{document.uuid}/")
    one = [queries_of(engineer, url) for url in pages]
    for name in ("nora", "otto"):
        given.qualify(person(name, "operator").user, document, expires_on=clock.today() + timedelta(days=9))
        given.effective(f"SOP-{name}")
    assert [queries_of(engineer, url) for url in pages] == one
