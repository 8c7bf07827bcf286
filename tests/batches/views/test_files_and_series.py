"""Files at the phase: attached, read as a series, downloaded and never run (SEC-03)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from batches.importers.series import MOST_BYTES
from batches.models import Deviation, Entry, SeriesPoint
from compliance.domain import clock
from tests import helpers
from tests.batches import steps
from tests.batches.views import scenes

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from batches.models import PhaseRecord
    from tests.batches.views.browser import Browser

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


@pytest.fixture
def filling() -> PhaseRecord:
    """The fill phase, started an hour ago."""
    with steps.ago(hours=1):
        return scenes.filling()


def upload(anna: Browser, row: PhaseRecord, field: str, name: str, content: bytes, **more: Any) -> Any:
    """Chooses a file and records it."""
    action = scenes.url(row, f"fields/{field}/record/")
    return anna.submit(scenes.url(row), action, htmx=True, file=SimpleUploadedFile(name, content), **more)


def table(*pressures: str) -> bytes:
    """A skid log of so many readings, five minutes apart, the last one now."""
    start = clock.now() - timedelta(minutes=5 * len(pressures))
    times = [(start + timedelta(minutes=5 * n)).astimezone(clock.zone()) for n in range(len(pressures))]
    lines = [f"{t:%Y-%m-%d %H:%M:%S%z},{p},0.30,0.00" for t, p in zip(times, pressures, strict=True)]
    return "\n".join(["time,pf,pr,pp", *lines]).encode()


@pytest.mark.req("R223")
def test_file_is_attached_and_comes_back_as_it_was(browser: Callable[..., Browser], filling: PhaseRecord) -> None:
    anna = browser(steps.operator())
    response = upload(anna, filling, "label", "label proof.png", PNG)
    entry = Entry.objects.get(path__endswith="label")
    assert response.status_code == 200
    assert "label proof.png" in response.content.decode()
    got = anna.get(f"/batches/{filling.batch.number}/files/{entry.uuid}/")
    assert got.content == PNG
    assert got["Content-Disposition"].startswith("attachment")
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.case("SEC-03")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.svg", b"<svg><script>1</script></svg>"),
        ("x.html", b"<html>"),
        ("x.png", b"<html>"),
        ("x.txt", b"<script>1</script>"),
        ("x.png", b""),
    ],
)
def test_file_that_could_run_is_refused(
    browser: Callable[..., Browser], filling: PhaseRecord, name: str, content: bytes
) -> None:
    response = upload(browser(steps.operator()), filling, "label", name, content)
    assert response.status_code == 422
    assert "Nothing was recorded" in response.content.decode()
    assert not Entry.objects.filter(path__endswith="label").exists()


def test_no_file_is_refused_with_words(browser: Callable[..., Browser], filling: PhaseRecord) -> None:
    anna = browser(steps.operator())
    response = anna.submit(scenes.url(filling), scenes.url(filling, "fields/label/record/"), htmx=True)
    assert response.status_code == 422
    assert "Choose a file" in response.content.decode()


@pytest.mark.req("R104")
def test_file_needs_a_session_and_the_right_to_read(browser: Callable[..., Browser], filling: PhaseRecord) -> None:
    upload(browser(steps.operator()), filling, "label", "x.png", PNG)
    address = f"/batches/{filling.batch.number}/files/{Entry.objects.get(path__endswith='label').uuid}/"
    assert browser(helpers.person("sys", "system_administrator")).get(address).status_code == 403
    stranger = browser(steps.operator())
    stranger.client.logout()
    assert stranger.get(address).status_code == 302


def test_unknown_file_is_not_there(browser: Callable[..., Browser], filling: PhaseRecord) -> None:
    anna = browser(steps.operator())
    entry = steps.recorded(filling, "filled_at", scenes.local_now())
    for number, uuid in ((filling.batch.number, entry.uuid), ("EV-26-9999", entry.uuid)):
        assert anna.get(f"/batches/{number}/files/{uuid}/").status_code == 404


def test_series_is_read_kept_and_judged(browser: Callable[..., Browser], filling: PhaseRecord) -> None:
    response = upload(browser(steps.operator()), filling, "log", "skid.csv", table("0.50", "0.52"))
    text = response.content.decode()
    assert response.status_code == 200
    assert SeriesPoint.objects.count() == 2
    assert "2 readings" in text
    assert "within limit" in text
    assert "pf 0.50 to 0.52, mean 0.51" in text


@pytest.mark.req("R306")
def test_series_beyond_its_limit_opens_a_deviation(browser: Callable[..., Browser], filling: PhaseRecord) -> None:
    text = upload(browser(steps.operator()), filling, "log", "skid.csv", table("0.50", "2.00")).content.decode()
    assert "out of limit" in text
    assert "Reading 2 of 2" in text
    assert Deviation.objects.get().number in text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("skid.csv", b"time,pf,pr,pp\n2026-11-04 13:00,x,0.3,0.0\n", "Line 2: column pf"),
        ("skid.csv", b"time,pf\n", "Line 1: column pr is missing"),
        ("skid.pdf", b"%PDF-1.7", "comes as a CSV file"),
        ("skid.csv", b"", "Choose a file first"),
    ],
)
def test_series_that_cannot_be_read_names_its_line(
    browser: Callable[..., Browser], filling: PhaseRecord, name: str, content: bytes, words: str
) -> None:
    response = upload(browser(steps.operator()), filling, "log", name, content)
    text = response.content.decode()
    assert response.status_code == 422
    assert words in text or (not content and "empty" in text)
    assert SeriesPoint.objects.count() == 0


def test_series_is_corrected_by_another_file(browser: Callable[..., Browser], filling: PhaseRecord) -> None:
    anna = browser(steps.operator())
    upload(anna, filling, "log", "skid.csv", table("0.50", "0.52"))
    url = scenes.url(filling, "fields/log/correct/")
    file = SimpleUploadedFile("whole.csv", table("0.50", "0.52", "0.51"))
    response = anna.submit(url, url, htmx=True, file=file, reason="The first export had lost its last line")
    assert response.status_code == 200
    assert "3 readings" in response.content.decode()
    assert "2 readings" in response.content.decode()


@pytest.mark.case("SEC-03")
def test_series_over_five_megabytes_is_refused_unread(
    browser: Callable[..., Browser], filling: PhaseRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[bytes] = []
    monkeypatch.setattr("batches.forms.values.read_series", lambda content, *_, **__: read.append(content))
    response = upload(browser(steps.operator()), filling, "log", "skid.csv", b"1" * (MOST_BYTES + 1))
    assert response.status_code == 422
    assert "larger than 5 MB" in response.content.decode()
    assert not read
    assert not Entry.objects.filter(path__endswith="log").exists()
