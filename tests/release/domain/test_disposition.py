"""Certify, release, reject: what is missing stops it, by whom it may be done, and what it fixes for good."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from batches.domain import products
from batches.models import Container, ProductVersion
from compliance.domain import clock
from compliance.domain.act import act
from compliance.models import OutboxJob, Signature
from compliance.refusals import Denied, Refused
from qc.models import OosInvestigation
from release.domain.disposition import expiry
from release.models import Disposition
from tests import helpers
from tests.batches import steps
from tests.qc import steps as lab
from tests.release import steps as release

if TYPE_CHECKING:
    from batches.models import Batch

pytestmark = pytest.mark.django_db


def codes(error: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {b.code for b in error.value.blockers}


@pytest.mark.case("WF-07")
@pytest.mark.req("R319", "R403")
def test_pending_sterility_stops_certification_and_release_with_a_list() -> None:
    batch = release.executed()
    release.tested(batch, sterility="")
    batch = release.reviewed(batch)
    with pytest.raises(Refused) as caught:
        release.certified(batch)
    assert codes(caught) == {"test"}
    assert "Sterility" in caught.value.text
    assert "no result" in caught.value.text
    with pytest.raises(Refused) as caught:
        release.released(batch)
    assert {"test", "not_certified"} == codes(caught)
    assert release.fresh(batch).state == "reviewed"
    assert not OutboxJob.objects.filter(name="release.make_document").exists()
    release.tested(batch, endotoxin="", particles="")
    assert release.released(release.certified(batch)).state == "released"


@pytest.mark.req("R319", "R502")
def test_result_out_of_specification_stops_release_until_its_investigation_is_approved() -> None:
    batch = release.executed()
    release.tested(batch, endotoxin="0.60")
    release.answered(batch)
    batch = release.reviewed(batch)
    with pytest.raises(Refused) as caught:
        release.certified(batch)
    assert codes(caught) == {"test", "oos"}
    oos = lab.oos_approved(lab.investigated(OosInvestigation.objects.get(), confirmed=True))
    lab.invalidated(oos.result)
    lab.tested(lab.sample(batch, "FIN"), "endotoxin", "<0.05")
    with pytest.raises(Refused) as caught:
        release.certified(batch)
    assert codes(caught) == {"exceptions", "changed_since"}
    batch = release.reopened(batch)
    release.answered(batch, "Investigated: cuvette cracked, retest passes")
    assert release.released(release.certified(release.reviewed(batch))).state == "released"


@pytest.mark.req("R334")
def test_open_deviation_stops_release() -> None:
    batch = release.executed()
    row = release.assessed(release.reported(batch))
    release.tested(batch)
    release.answered(batch)
    batch = release.reviewed(batch)
    with pytest.raises(Refused) as caught:
        release.certified(batch)
    assert codes(caught) == {"deviation"}
    assert row.number in caught.value.text


@pytest.mark.req("R216", "R403")
def test_in_the_eu_the_qp_certifies_and_releases() -> None:
    batch = release.executed()
    release.tested(batch)
    batch = release.reviewed(batch)
    with pytest.raises(Denied):
        release.certified(batch, release.other_qa())
    with pytest.raises(Refused) as caught:
        release.released(batch, release.other_qa())
    assert codes(caught) == {"not_certified", "qp_only"}
    batch = release.certified(batch)
    with pytest.raises(Refused) as caught:
        release.released(batch, release.other_qa())
    assert codes(caught) == {"qp_only"}
    assert release.released(batch).state == "released"
    marks = Signature.objects.filter(record_uuid=batch.uuid).order_by("id").values_list("meaning", "role")
    assert list(marks)[-3:] == [("reviewed", "qa"), ("certified", "qp"), ("released", "qp")]


@pytest.mark.req("R216")
def test_reviewer_does_not_certify() -> None:
    both = helpers.person("ruth", "qa", "qp")
    batch = release.executed()
    release.tested(batch)
    batch = release.reviewed(batch, both)
    with pytest.raises(Refused) as caught:
        release.certified(batch, both)
    assert codes(caught) == {"same_person"}


@pytest.fixture
def american(monkeypatch: pytest.MonkeyPatch) -> Batch:
    """A batch of a product for the US."""
    draft = products.draft_product_version
    monkeypatch.setattr(
        products, "draft_product_version", lambda a, *x, **k: draft(a, *x, **k | {"market_scheme": "US"})
    )
    return release.executed()


@pytest.mark.req("R301")
def test_in_the_us_quality_releases_without_a_qp(american: Batch) -> None:
    release.tested(american)
    batch = release.reviewed(american)
    with pytest.raises(Refused) as caught:
        release.released(batch)
    assert codes(caught) == {"qa_only"}
    assert release.released(batch, release.qa()).state == "released"


@pytest.mark.req("R301")
def test_release_needs_a_review() -> None:
    batch = release.executed()
    release.tested(batch)
    with pytest.raises(Refused) as caught:
        release.released(batch)
    assert codes(caught) == {"wrong_state"}


@pytest.mark.req("R301")
def test_batch_is_rejected_with_a_reason_and_its_record_is_issued() -> None:
    batch = release.rejected(release.executed())
    assert batch.state == "rejected"
    assert Disposition.objects.get(batch=batch).decision == "rejected"
    assert [d.kind for d in batch.documents.all()] == ["ebr"]
    assert batch.expires_on is None
    assert not Container.objects.filter(batch=batch, state="released").exists()


def test_release_names_the_units_and_asks_for_both_documents() -> None:
    batch = release.through()
    assert Disposition.objects.get(batch=batch, decision="released").units == 3
    assert Container.objects.filter(batch=batch, state="released").count() == 3
    assert sorted(d.number for d in batch.documents.all()) == [f"COA-{batch.number}-01", f"EBR-{batch.number}-01"]


EXPIRIES = [
    (datetime(2026, 1, 31, 12, tzinfo=UTC), 1, date(2026, 2, 28)),
    (datetime(2028, 1, 31, 12, tzinfo=UTC), 1, date(2028, 2, 29)),
    (datetime(2026, 1, 31, 12, tzinfo=UTC), 2, date(2026, 3, 31)),
    (datetime(2026, 8, 31, 12, tzinfo=UTC), 18, date(2028, 2, 29)),
    (datetime(2026, 12, 15, 12, tzinfo=UTC), 12, date(2027, 12, 15)),
    # 23:30 UTC is the next day at the site
    (datetime(2026, 1, 30, 23, 30, tzinfo=UTC), 1, date(2026, 2, 28)),
    (datetime(2026, 1, 27, 23, 30, tzinfo=UTC), 1, date(2026, 2, 28)),
    (datetime(2099, 11, 30, 12, tzinfo=UTC), 3, date(2100, 2, 28)),
]


@pytest.mark.req("R316")
@pytest.mark.parametrize(("made", "months", "day"), EXPIRIES)
def test_expiry_is_whole_months_after_the_day_of_manufacture(made: datetime, months: int, day: date) -> None:
    assert expiry(made, months) == day


def test_nothing_made_does_not_expire() -> None:
    assert expiry(None, 12) is None


@pytest.mark.req("R316")
def test_manufacture_is_the_end_of_the_fill() -> None:
    batch = release.through()
    ended = batch.entries.get(path__endswith="run.ended_at").instant
    assert batch.manufactured_at == ended
    assert batch.expires_on == expiry(ended, 12)


def next_product_version(months: int) -> ProductVersion:
    """The same product with another shelf life."""
    old = ProductVersion.objects.get(product__code="EV-MINI", state="approved")
    copied = ("form", "strength_unit", "dose_unit", "route", "storage", "product_class", "market_scheme")
    values: dict[str, Any] = {name: getattr(old, name) for name in (*copied, "vesicle_origin")}
    with act(helpers.person("petra", "process_engineer"), "product.registered", "products") as a:
        row = products.draft_product_version(
            a, "EV-MINI", "Vesicles for tests", strength=Decimal("4.0e10"), dose=Decimal(2),
            shelf_life_months=months, **values,
        )  # fmt: skip
    with steps.signed(release.qa(), "product.version_approved", row, "approved") as (a, token):
        return products.approve_product_version(a, token, row)


@pytest.mark.req("R316")
def test_another_shelf_life_alters_no_released_lot() -> None:
    batch = release.through()
    before = batch.expires_on
    version = next_product_version(6)
    assert version.number == 2
    assert release.fresh(batch).expires_on == before
    assert release.fresh(batch).product_version.shelf_life_months == 12


def test_expiry_is_reckoned_at_the_site(settings: Any) -> None:
    settings.SITE_ZONE = "Asia/Tokyo"
    assert expiry(datetime(2026, 3, 31, 20, tzinfo=UTC), 1) == date(2026, 5, 1)
    assert clock.zone().key == "Asia/Tokyo"
    assert expiry(datetime(2026, 3, 31, 20, tzinfo=UTC) - timedelta(hours=6), 1) == date(2026, 4, 30)
