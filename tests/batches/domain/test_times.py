"""Times that are stated: none to come, none before the batch, late ones with words, no end before its start."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from batches.domain.execution import check_value
from batches.kinds import kind_for
from batches.models import Entry
from batches.views import words
from compliance.domain import clock
from compliance.refusals import Invalid
from release.queries.exceptions import exceptions_of
from tests.batches import steps
from tests.batches.views import scenes

if TYPE_CHECKING:
    from batches.models import PhaseRecord

pytestmark = pytest.mark.django_db

DETACHED = "- {id: detached_at, label: Detached at, kind: instant, binds: passage.detached_at}"
PAIR = """- {id: begun_at, label: Reagent added at, kind: instant}
              - {id: detached_at, label: Detached at, kind: instant, binds: passage.detached_at}
              - id: minutes
                label: Contact time
                kind: calculation
                unit: min
                function: elapsed_minutes@1
                arguments: {start: begun_at, end: detached_at}"""


@pytest.fixture
def detach() -> PhaseRecord:
    """The detachment of a batch issued four hours ago, started an hour ago."""
    text = (steps.MASTERS / "mini.yaml").read_text()
    assert DETACHED in text
    with steps.ago(hours=4):
        batch = steps.issued(steps.effective_master(text=text.replace(DETACHED, PAIR)))
        steps.seeded(batch)
    with steps.ago(hours=1):
        return steps.started(steps.phase(batch, "passage.detach"))


@pytest.fixture
def filling() -> PhaseRecord:
    """The fill of a batch issued four hours ago, started an hour ago."""
    with steps.ago(hours=4):
        batch = scenes.counted().batch
    with steps.ago(hours=1):
        return steps.started(steps.phase(batch, "filling.run"))


def before(**parts: float) -> datetime:
    return (clock.now() - timedelta(**parts)).replace(second=0, microsecond=0)


def refusal(row: PhaseRecord, name: str, at: datetime, **more: str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        steps.recorded(row, name, at.isoformat(), **more)
    return caught.value


@pytest.mark.req("R203")
@pytest.mark.parametrize("days", [0.25, 1, 365 * 40])
def test_instant_before_the_issue_of_the_batch_is_refused_even_with_words(detach: PhaseRecord, days: float) -> None:
    found = refusal(detach, "detached_at", before(days=days), comment="It was done on paper")
    assert (found.field, found.code) == ("detached_at", "before_batch")
    assert "is before the batch was issued" in found.text
    assert not Entry.objects.filter(phase=detach).exists()


@pytest.mark.req("R203")
def test_check_while_typing_says_the_same(detach: PhaseRecord) -> None:
    with pytest.raises(Invalid, match="before the batch was issued"):
        check_value(detach.batch, detach, "detached_at", before(days=1).isoformat(), clock.now())


@pytest.mark.req("R219")
def test_instant_before_the_start_of_the_step_needs_words(detach: PhaseRecord) -> None:
    at = before(hours=2)
    found = refusal(detach, "detached_at", at)
    assert (found.code, found.field) == ("late", "detached_at")
    assert "before this step was started" in found.text
    entry = steps.recorded(detach, "detached_at", at.isoformat(), comment="Written on paper, the tablet was empty")
    assert entry.performed_at == entry.instant == at
    (late,) = [e for e in exceptions_of(detach.batch) if e.klass == 2]
    assert "Written on paper, the tablet was empty" in late.detail


def test_instant_since_the_start_of_the_step_is_not_late(detach: PhaseRecord) -> None:
    """People write minutes: the minute in which the step was started counts as since."""
    detach.refresh_from_db()
    started = detach.started_at
    assert started is not None
    entry = steps.recorded(detach, "begun_at", started.replace(second=0, microsecond=0).isoformat())
    assert entry.performed_at is None


@pytest.mark.req("R219")
def test_late_time_of_a_correction_takes_its_reason_for_words(detach: PhaseRecord) -> None:
    steps.recorded(detach, "detached_at", before(minutes=5).isoformat())
    entry = steps.recorded(detach, "detached_at", before(hours=2).isoformat(), reason="Read from the wrong clock")
    assert (entry.comment, entry.performed_at) == ("Read from the wrong clock", entry.instant)


@pytest.mark.req("R203")
def test_end_before_its_start_is_refused_whichever_is_written_last(detach: PhaseRecord) -> None:
    steps.recorded(detach, "begun_at", before(minutes=20).isoformat())
    found = refusal(detach, "detached_at", before(minutes=25))
    assert found.code == "backwards"
    assert "Detached at" in found.text
    assert "before “Reagent added at”" in found.text
    steps.recorded(detach, "detached_at", before(minutes=10).isoformat())
    found = refusal(detach, "begun_at", before(minutes=5), reason="Read from the wrong clock")
    assert "is after “Detached at”" in found.text
    assert Entry.objects.get(path__endswith="minutes", superseded_by__isnull=True).value == 10


@pytest.mark.req("R311")
def test_end_of_a_hold_time_before_its_start_is_refused(detach: PhaseRecord) -> None:
    """The hold time of the master counts from the detachment to the fill, in another step."""
    steps.recorded(detach, "detached_at", before(minutes=10).isoformat())
    run = steps.phase(detach.batch, "filling.run")
    with pytest.raises(Invalid, match="is before “Detached at”"):
        check_value(run.batch, run, "filled_at", before(minutes=30).isoformat(), clock.now())


def log(row: PhaseRecord, *times: datetime, **more: str) -> Entry:
    points = [{"at": at, "pf": "0.30", "pr": "0.20", "pp": "0.05"} for at in times]
    return steps.recorded(row, "log", "skid.csv", points=points, source="file", **more)


@pytest.mark.req("R203")
def test_readings_before_the_batch_or_to_come_are_refused(filling: PhaseRecord) -> None:
    with pytest.raises(Invalid, match=r"^The first reading, .+ is before the batch was issued"):
        log(filling, before(days=1), before(minutes=5), comment="The log runs on")
    with pytest.raises(Invalid, match="has not come yet"):
        log(filling, before(minutes=5), clock.now() + timedelta(minutes=5))


@pytest.mark.req("R219")
def test_readings_before_the_step_need_words_and_are_shown_late(filling: PhaseRecord) -> None:
    with pytest.raises(Invalid, match=r"^The first reading, .+ is before this step was started") as caught:
        log(filling, before(hours=2), before(minutes=5))
    assert caught.value.code == "late"
    entry = log(filling, before(hours=2), before(minutes=5), comment="The skid was started before the tablet was there")
    assert entry.performed_at == before(hours=2)
    assert words.note_of(entry).startswith("Entered late: done at ")
    assert [e.klass for e in exceptions_of(filling.batch) if e.entry == entry] == [2]


def test_readings_since_the_step_was_started_are_not_late(filling: PhaseRecord) -> None:
    assert log(filling, before(minutes=50), before(minutes=5)).performed_at is None


@pytest.mark.req("R219")
def test_any_value_entered_late_needs_words(filling: PhaseRecord) -> None:
    done = before(minutes=30)
    with pytest.raises(Invalid, match="earlier than it is recorded") as caught:
        steps.recorded(filling, "filled_at", done.isoformat(), performed_at=done)
    assert caught.value.code == "late"


def test_what_happened_before_there_was_a_batch_may_lie_before_it() -> None:
    receipt = kind_for("receipt")
    assert {field.name for field in receipt.fields if field.before_batch} == {"collected_at", "received_at"}
