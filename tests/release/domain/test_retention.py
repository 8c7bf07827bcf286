"""How long records are kept: the published vector, 29 February, banks and their products; nothing is ever deleted."""

from __future__ import annotations

from datetime import date
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError
from django.db.models.deletion import RestrictedError
from hypothesis import given
from hypothesis import strategies as st

from batches.domain import issuing
from batches.models import Batch
from compliance import net
from compliance.domain import clock
from donors.domain import keeping
from release.domain import retention
from release.domain.retention import Kept, kept, months_later
from release.forms import deciding
from tests.batches import steps as making
from tests.donors import steps as tissue
from tests.release import steps

if TYPE_CHECKING:
    from batches.models import MasterVersion

DAYS = st.dates(date(2000, 1, 1), date(2200, 12, 31))


@pytest.mark.req("R226", "R322", "R402")
def test_vector() -> None:
    """Expiry on 29 February: 30 years later there is none, so the day after counts, never the day before."""
    found = kept(date(2028, 2, 29), date(2026, 4, 18), date(2026, 4, 20), date(2027, 9, 1))
    assert found == Kept(date(2031, 4, 18), date(2031, 4, 20), date(2037, 9, 1), date(2058, 3, 1))
    assert found.until == date(2058, 3, 1)


@pytest.mark.req("R402")
def test_unknown_use_counts_from_the_expiry() -> None:
    found = kept(date(2028, 2, 29), date(2026, 4, 18), date(2026, 4, 20))
    assert (found.tissue, found.traceability) == (date(2038, 3, 1), date(2058, 3, 1))


@pytest.mark.req("R402")
def test_use_after_expiry_is_never_shorter() -> None:
    assert kept(date(2028, 2, 29), date(2026, 4, 18), None, date(2029, 1, 5)).traceability == date(2059, 1, 5)


@pytest.mark.req("R226")
@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2028-02-29", 12, "2029-03-01"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-08-31", 6, "2027-03-01"),
        ("2027-08-31", 6, "2028-03-01"),
        ("2026-12-31", 2, "2027-03-01"),
        ("2026-01-31", 3, "2026-05-01"),
        ("2026-11-15", 1, "2026-12-15"),
        ("2026-12-01", 1, "2027-01-01"),
        ("2070-02-28", 360, "2100-02-28"),
        ("2072-02-29", 336, "2100-03-01"),
    ],
)
def test_months_roll_forward(day: str, months: int, later: str) -> None:
    assert months_later(date.fromisoformat(day), months) == date.fromisoformat(later)


@pytest.mark.req("R226")
@given(expires=DAYS, completed=DAYS, certified=st.none() | DAYS, used=st.none() | DAYS)
def test_each_duty_is_met(expires: date, completed: date, certified: date | None, used: date | None) -> None:
    """No later certification, completion or expiry ever shortens a duty; the whole is the longest."""
    found = kept(expires, completed, certified, used)
    assert found.until >= months_later(expires, 360) > expires
    assert found.us >= months_later(completed, 60)
    assert found.eu >= months_later(certified or completed, 60)
    assert found.tissue == months_later(used or expires, 120)


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("R226")
def test_released_batch_has_its_day_and_the_page_shows_it() -> None:
    batch = steps.executed()
    assert retention.until(batch) is None
    assert shown(batch) == "counts from the decision"
    batch = steps.through(batch)
    assert batch.expires_on is not None
    today = clock.today()
    found = retention.of_batch(batch)
    assert found == kept(batch.expires_on, today, today)
    assert retention.until(batch) == months_later(batch.expires_on, 360)
    assert shown(batch) == months_later(batch.expires_on, 360).isoformat()
    out = StringIO()
    call_command("retention", stdout=out)
    assert f"{batch.number}\t{retention.until(batch)}" in out.getvalue().splitlines()


def shown(batch: Batch) -> str:
    """What the page of the decision says."""
    return next(fact.text for fact in deciding.about_of(batch) if fact.term == "Record kept until")


def issued(version: MasterVersion, **more: Any) -> Batch:
    """A batch with what its master starts from."""
    with making.signed(steps.qa(), "batch.issued", version, "issued") as (a, token):
        return issuing.issue_batch(a, token, version, **more)


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("R402")
def test_donor_and_bank_are_held_until_the_last_product_made_of_them() -> None:
    lot = tissue.released_tissue()
    donor = lot.donation.donor
    own = keeping.kept_until(donor)
    assert own is not None
    bank = issued(steps.whole_master(), tissue=lot)
    assert keeping.kept_until(donor) is None, "nobody knows yet how long the batch asks for"
    bank = steps.through(steps.executed(bank))
    assert bank.expires_on is not None
    day = months_later(bank.expires_on, 360)
    assert (retention.until(bank), keeping.kept_until(donor)) == (day, max(day, own))
    text = (making.MASTERS / "mini.yaml").read_text()
    grown = text.replace("master: MINI", "master: GROWN").replace("source: UMSC", "source: UMSC\nbank: WHOLE")
    product = issued(making.effective_master(text=grown), bank=bank)
    assert (retention.until(bank), keeping.kept_until(donor)) == (None, None)
    assert [hold.what for hold in keeping.holds_of(donor) if hold.until is None] == [f"Batch {product.number}"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("R226")
def test_batch_rejected_without_product_counts_from_the_rejection() -> None:
    batch = steps.rejected(steps.executed())
    found = retention.of_batch(batch)
    assert found is not None
    assert found.until >= months_later(clock.today(), 360)


@pytest.mark.django_db(transaction=True)
@pytest.mark.req("R103")
def test_nothing_is_deleted_whatever_the_day() -> None:
    """By Django and by SQL: each guarded table refuses, on any day."""
    batch = steps.executed()
    with pytest.raises((DatabaseError, ProtectedError, RestrictedError)), transaction.atomic():
        batch.delete()
    filled = [model for model in net.guarded_models() if model._base_manager.exists()]
    assert Batch in filled
    kept_rows = {model: model._base_manager.count() for model in filled}
    for model in filled:
        refused(model)
    assert {model: model._base_manager.count() for model in filled} == kept_rows


def refused(model: Any) -> None:
    """A plain DELETE."""
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608 - own names


@pytest.fixture(autouse=True)
def keys(settings: Any, tmp_path: Path) -> None:
    """A key folder for the identities of this test's donors."""
    settings.KEYS = tmp_path / "keys"
    settings.KEYS.mkdir()
