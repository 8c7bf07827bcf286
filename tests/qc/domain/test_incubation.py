"""The days that a test takes at least stand in the specification: no growth is not said before they are over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from compliance.domain import clock
from compliance.refusals import Invalid
from qc.domain.specification_items import days_of
from qc.domain.testing import earliest_of
from qc.models import OosInvestigation, Result
from tests.batches import steps as floor
from tests.qc import steps

pytestmark = pytest.mark.django_db

ITEM = '{code: sterility_a, test: sterility, point: FIN, title: "Sterility, medium A", method: SOP-QC-150,'
TEXT = (steps.DATA / "lab_spec.yaml").read_text()


def with_item(item: str) -> str:
    assert ITEM in TEXT
    return TEXT.replace(ITEM, item)


@pytest.fixture
def lab() -> None:
    """A specification that asks for 14 days, a month old."""
    with floor.ago(days=30):
        steps.approved(with_item(f"{ITEM} days: 14,"))


@pytest.mark.req("R503")
@pytest.mark.usefixtures("lab")
@pytest.mark.parametrize("parts", [{"days": 4}, {"days": 13, "hours": 23, "minutes": 55}])
def test_no_growth_before_its_days_is_refused_with_the_first_day(parts: dict[str, float]) -> None:
    with floor.ago(**parts):
        sample = steps.received(steps.taken(), "FIN")
    with pytest.raises(Invalid, match="Sterility, medium A takes 14 d from the sampling") as caught:
        steps.entered(sample, "sterility_a", "no growth")
    assert f"from {clock.stamp(sample.taken_at + timedelta(days=14))} on" in caught.value.text
    assert (caught.value.field, caught.value.code) == ("typed", "early")
    assert not Result.objects.exists()


@pytest.mark.usefixtures("lab")
def test_no_growth_after_its_days_is_recorded() -> None:
    with floor.ago(days=14, minutes=1):
        sample = steps.received(steps.taken(), "FIN")
    assert steps.entered(sample, "sterility_a", "no growth").verdict == "within"


@pytest.mark.usefixtures("lab")
def test_growth_is_recorded_on_the_day_it_is_seen() -> None:
    sample = steps.received(steps.taken(), "FIN")
    steps.entered(sample, "sterility_a", "growth")
    assert OosInvestigation.objects.count() == 1


@pytest.mark.usefixtures("lab")
def test_test_without_days_is_recorded_at_once() -> None:
    sample = steps.received(steps.taken(), "FIN")
    assert earliest_of(sample, steps.item(sample, "endotoxin")) is None
    assert steps.entered(sample, "sterility_b", "no growth").verdict == "within"


@pytest.mark.usefixtures("lab")
def test_days_are_those_of_the_approved_text() -> None:
    sample = steps.sample(steps.taken(), "FIN")
    assert days_of(steps.item(sample, "sterility_a")) == 14
    assert days_of(steps.item(sample, "sterility_b")) == 0


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (f"{ITEM} days: 0,", "days is at least 1"),
        (f"{ITEM} days: two weeks,", "days is a whole number, not two weeks"),
        (f"{ITEM} days: 100,", "days is a whole number"),
        (f"{ITEM} days: [14],", "days is a single value"),
        (ITEM.replace("medium A", "14 d"), "the title names 14 d; write days: 14"),
        (ITEM.replace("medium A", "14 d") + " days: 7,", "the title names 14 d; write days: 14"),
    ],
)
def test_specification_with_wrong_days_is_not_drafted(item: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        steps.drafted(with_item(item))
