"""One version of a document at a time is effective."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from compliance.domain import clock
from compliance.domain.act import act
from compliance.domain.records import save_record
from compliance.refusals import Denied, Invalid, Refused, Stale
from resources import queries
from resources.domain import documents
from resources.models import Document
from resources.states import DocumentState
from tests.resources import steps

pytestmark = pytest.mark.django_db

CODE = "SOP-CUL-010"


@pytest.mark.req("R109")
def test_new_version_supersedes_the_one_before_in_one_act() -> None:
    first = steps.effective()
    second = steps.effective(CODE, "2")
    first.refresh_from_db()
    assert (first.state, second.state) == (DocumentState.SUPERSEDED, DocumentState.EFFECTIVE)
    assert first.superseded_at == second.effective_from
    assert first.act_id == second.act_id
    assert first.history.first().history_change_reason == "Replaced by version 2"
    assert str(second) == "SOP-CUL-010 v2"


def test_version_in_force_is_told_for_any_time() -> None:
    before = clock.now()
    first = steps.effective()
    between = clock.now()
    second = steps.effective(CODE, "2")
    after = clock.now()
    asked = [queries.effective_documents([CODE], at) for at in (before, between, after)]
    assert asked == [{}, {CODE: first}, {CODE: second}]


def test_superseded_version_is_out_of_use() -> None:
    document = steps.effective()
    with act(steps.qa(), "document.superseded", document) as a:
        document = documents.supersede(a, document, "The method is not used any longer")
    assert queries.effective_documents([CODE], clock.now()) == {}
    with pytest.raises(Refused), act(steps.qa(), "document.made_effective", document) as a:
        documents.make_effective(a, document)


def test_version_is_registered_once() -> None:
    steps.draft()
    with pytest.raises(Invalid) as caught:
        steps.draft()
    assert caught.value.code == "version_taken"


@pytest.mark.req("R107")
def test_only_qa_makes_a_version_effective() -> None:
    document = steps.draft()
    with pytest.raises(Denied), act(steps.engineer(), "document.made_effective", document) as a:
        documents.make_effective(a, document)
    with pytest.raises(Denied), act(steps.receiver(), "document.registered", "documents") as a:
        documents.register_document(a, "SOP-1", "1", "How to")


def test_draft_seen_in_an_older_state_is_stale() -> None:
    document = steps.draft()
    with pytest.raises(Stale), act(steps.qa(), "document.made_effective", document) as a:
        documents.make_effective(a, document, version=7)


def test_database_holds_one_effective_version() -> None:
    steps.effective()
    row = Document(code=CODE, document_version="2", title="x", state=DocumentState.EFFECTIVE)
    row.effective_from = clock.now()
    with pytest.raises(IntegrityError), act(steps.qa(), "document.registered", "documents") as a:
        save_record(a, row)
