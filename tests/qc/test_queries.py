"""What is missing before a release: not taken, pending, not passing."""

from __future__ import annotations

from typing import Any

import pytest

from batches.models import Batch
from qc import queries
from qc.models import Specification
from tests.batches import steps as floor
from tests.qc import steps

pytestmark = pytest.mark.django_db


def missing(batch: Batch) -> dict[str, str]:
    """Why each item is missing, by its title."""
    return {m.item.title: m.why for m in queries.missing_for_release(batch)}


@pytest.mark.case("WF-07")
@pytest.mark.req("R319")
def test_everything_that_is_not_there_is_named() -> None:
    batch = steps.lab_batch()
    assert missing(batch) == dict.fromkeys(
        ("Endotoxin", "Sterility, medium A", "Sterility, medium B", "Particles"), "no sample was taken"
    )


@pytest.mark.case("WF-07")
@pytest.mark.req("R319")
def test_pending_sterility_is_no_pass() -> None:
    batch = steps.taken()
    steps.tested(steps.received(batch, "MYC"), "myc", "negative")
    fin = steps.received(batch, "FIN")
    for code in ("endotoxin", "particles", "sterility_a"):
        steps.tested(fin, code, steps.FIN_GOOD[code])
    found = queries.missing_for_release(batch)
    assert [(m.item.code, m.sample, m.why) for m in found] == [("sterility_b", fin.number, "no result")]
    row = steps.entered(fin, "sterility_b", "no growth")
    assert missing(batch) == {"Sterility, medium B": "not reviewed"}
    steps.reviewed(steps.submitted(row))
    assert missing(batch) == {}


@pytest.mark.req("R319")
def test_failing_and_undecided_results_do_not_pass() -> None:
    batch = steps.taken()
    steps.all_tested(batch, endotoxin="0.30", particles=">3.3e10", sterility_a="growth")
    assert missing(batch) == {
        "Endotoxin": "0.30 does not pass",
        "Sterility, medium A": "growth does not pass",
        "Particles": "> 3.3E+10 does not pass",
    }


@pytest.mark.req("R503")
def test_alert_passes() -> None:
    batch = steps.taken()
    steps.all_tested(batch, particles="4.6e10")
    assert missing(batch) == {}


@pytest.mark.req("R310")
def test_in_process_test_of_a_taken_sample_is_needed_too() -> None:
    batch = steps.taken(None, "MYC")
    assert missing(batch)["Mycoplasma"] == "no result"
    steps.tested(steps.received(batch, "MYC"), "myc", "positive")
    assert missing(batch)["Mycoplasma"] == "positive does not pass"


@pytest.mark.case("WF-07")
def test_batch_without_an_approved_specification_misses_all() -> None:
    steps.drafted()
    batch = floor.issued(floor.effective_master(text=(steps.DATA / "lab.yaml").read_text()))
    assert Specification.objects.get().state == "draft"
    assert missing(batch) == {"Specification of EV-MINI v1": "no version is approved"}
    steps.taken(batch)
    assert queries.items_for(steps.sample(batch, "FIN")) == []


def test_missing_takes_no_query_more_for_more_results(django_assert_num_queries: Any) -> None:
    batch = steps.taken()
    for count in (5, 4):  # with a first result, the approved version is not looked up
        row = Batch.objects.select_related("product_version").get(pk=batch.pk)
        with django_assert_num_queries(count):
            queries.missing_for_release(row)
        if count == 5:
            steps.all_tested(batch)
