"""Samples: numbered in the act that takes them, received, disposed."""

from __future__ import annotations

import pytest

from compliance.domain.act import act
from compliance.models import ChainLink, LedgerEntry
from compliance.refusals import Denied, Invalid, Refused, Stale
from qc import queries
from qc.domain import sampling
from qc.models import Sample
from tests.qc import steps

pytestmark = pytest.mark.django_db


@pytest.mark.req("R333")
def test_sample_is_kept_in_the_act_that_takes_it() -> None:
    batch = steps.taken()
    row = steps.sample(batch, "FIN")
    assert (row.number, row.state, row.container) == (f"{batch.number}-S002", "taken", f"{batch.number}-FIN")
    assert (row.taken_from, row.quantity, row.taken_by.username) == ("filled vials", "2 vials", "anna")
    assert row.act_id == row.entry.act_id
    assert LedgerEntry.objects.get(act_id=row.act_id).event == "batch.sample_taken"
    assert [s.number for s in queries.samples()] == [f"{batch.number}-S002", f"{batch.number}-S001"]


@pytest.mark.req("R335")
def test_reception_says_who_and_when() -> None:
    row = steps.received(steps.taken(), "FIN")
    assert (row.state, row.received_by.username) == ("received", "cora")
    assert row.received_at is not None
    assert row.received_at >= row.taken_at
    assert ChainLink.objects.filter(chain=row.batch.chain, entry__event="sample.received").exists()


def test_second_reception_is_refused() -> None:
    batch = steps.taken()
    steps.received(batch, "FIN")
    with pytest.raises(Refused, match="received"):
        steps.received(batch, "FIN")


@pytest.mark.case("CON-01")
def test_reception_on_an_old_page_is_refused() -> None:
    row = steps.sample(steps.taken(), "FIN")
    with pytest.raises(Stale), act(steps.analyst(), "sample.received", row) as a:
        sampling.receive_sample(a, row, version=row.version + 1)


@pytest.mark.req("R107")
def test_operator_does_not_receive() -> None:
    row = steps.sample(steps.taken(), "FIN")
    with pytest.raises(Denied), act(steps.steps.operator(), "sample.received", row) as a:
        sampling.receive_sample(a, row)


def test_rest_is_disposed_of_with_a_reason_when_all_is_tested() -> None:
    batch = steps.taken()
    steps.all_tested(batch)
    row = Sample.objects.get(batch=batch, point="FIN")
    assert row.state == "completed"
    with pytest.raises(Invalid), act(steps.analyst(), "sample.disposed", row) as a:
        sampling.dispose_sample(a, row, " ")
    with act(steps.analyst(), "sample.disposed", row) as a:
        assert sampling.dispose_sample(a, row, "Retention time is over").state == "disposed"


def test_sample_in_test_is_not_disposed_of() -> None:
    row = steps.received(steps.taken(), "FIN")
    with pytest.raises(Refused), act(steps.analyst(), "sample.disposed", row) as a:
        sampling.dispose_sample(a, row, "Retention time is over")
