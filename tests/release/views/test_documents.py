"""Documents through the page: asked for, being made, tried again, downloaded on record, exported."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.domain import store
from compliance.models import LedgerEntry, OutboxJob
from release import tasks
from release.pdf.errors import PaperError
from tests import helpers
from tests.batches.views.browser import form_of
from tests.release import steps as release

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from batches.models import Batch
    from tests.batches.views.browser import Browser

    Opens = Callable[..., Browser]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_paper")]


@pytest.fixture
def batch() -> Batch:
    """A batch as issued is enough: its record is asked for at any time."""
    return release.issued()


def url(batch: Batch, page: str = "documents/") -> str:
    return f"/release/{batch.number}/{page}"


def test_document_is_asked_for_made_meanwhile_and_there(browser: Opens, batch: Batch) -> None:
    quinn = browser(release.qa())
    assert "No document is issued yet." in quinn.text(url(batch))
    assert quinn.submit(url(batch), url(batch), kind="ebr").status_code == 302
    text = quinn.text(url(batch))
    assert "A document is being made" in text
    assert "You can leave this page" in text
    assert "Look again" in text
    assert 'http-equiv="refresh"' not in text  # a page that loads itself anew would keep an idle session open
    assert release.made() == ["made"]
    text = quinn.text(url(batch))
    assert "Look again" not in text
    assert f"/release/documents/{release.document(batch).uuid}/" in text


@pytest.mark.req("R224")
def test_second_copy_needs_a_reason_and_supersedes(browser: Opens, batch: Batch) -> None:
    quinn = browser(release.qa())
    quinn.submit(url(batch), url(batch), kind="ebr")
    release.made()
    response = quinn.submit(url(batch), url(batch), kind="ebr", reason="")
    assert response.status_code == 422
    assert "Write why another copy is issued." in response.content.decode()
    assert quinn.submit(url(batch), url(batch), kind="ebr", reason="For the sponsor's file").status_code == 302
    release.made()
    assert [d.state for d in batch.documents.order_by("copy_no")] == ["superseded", "made"]
    text = quinn.text(url(batch))
    assert "superseded" in text
    assert "For the sponsor&#x27;s file" in text


@pytest.mark.case("CON-05")
def test_double_send_asks_once(browser: Opens, batch: Batch) -> None:
    quinn = browser(release.qa())
    where, hidden = form_of(quinn.text(url(batch)), url(batch))
    assert [quinn.post(where, hidden | {"kind": "ebr"}).status_code for _ in range(2)] == [302, 302]
    assert OutboxJob.objects.filter(name="release.make_document").count() == 1


@pytest.mark.parametrize("kind", ["", "pdf", "\x00", "ebr' OR 1=1"])
def test_unknown_kind_is_refused(browser: Opens, batch: Batch, kind: str) -> None:
    response = browser(release.qa()).submit(url(batch), url(batch), kind=kind)
    assert response.status_code == 422
    assert "Choose which document." in response.content.decode()


@pytest.mark.case("JOB-06")
@pytest.mark.case("PDF-09")
def test_document_that_could_not_be_made_says_why_and_is_tried_again(
    browser: Opens, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = tasks.render

    def broken(_built: Any) -> tuple[bytes, bytes, int]:
        raise PaperError("The picture balance.png is missing.")

    release.requested(batch)
    monkeypatch.setattr(tasks, "render", broken)
    assert release.made() == ["failed"]
    quinn = browser(release.qa())
    text = quinn.text(url(batch))
    assert "The picture balance.png is missing." in text
    row = release.document(batch)
    assert (row.state, row.sha256) == ("failed", "")
    retry = f"/release/documents/{row.uuid}/retry/"
    monkeypatch.setattr(tasks, "render", good)
    assert quinn.submit(url(batch), retry).status_code == 302
    assert release.made() == ["made"]
    assert release.document(batch).state == "made"
    assert quinn.post(retry, {}).status_code == 409


def test_retry_is_for_who_may_ask(browser: Opens, batch: Batch) -> None:
    row = release.requested(batch)
    ines = browser(helpers.person("ines", "inspector"))
    assert ines.post(f"/release/documents/{row.uuid}/retry/", {}).status_code == 403


@pytest.mark.req("R223", "R212")
@pytest.mark.case("SEC-03")
def test_download_is_the_very_file_as_attachment_and_on_record(browser: Opens, batch: Batch) -> None:
    release.requested(batch)
    release.made()
    row = release.document(batch)
    response = browser(helpers.person("ines", "inspector")).get(f"/release/documents/{row.uuid}/")
    assert response.status_code == 200
    assert response.content == store.read(row.sha256)
    assert response["Content-Disposition"] == f'attachment; filename="{row.number}.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    entry = LedgerEntry.objects.filter(event="document.downloaded").get()
    assert (entry.actor_name, row.number in entry.payload) == ("ines", True)
    assert entry.links.filter(chain=batch.chain).exists()


def test_download_of_what_is_not_made_or_changed_is_refused(browser: Opens, batch: Batch) -> None:
    quinn = browser(release.qa())
    row = release.requested(batch)
    assert quinn.get(f"/release/documents/{row.uuid}/").status_code == 409
    release.made()
    row.refresh_from_db()
    path = store.path_of(row.sha256)
    path.chmod(0o600)
    path.write_bytes(b"half a file")
    response = quinn.get(f"/release/documents/{row.uuid}/")
    assert response.status_code == 422
    assert "its digest differs" in response.content.decode()
    assert not LedgerEntry.objects.filter(event="document.downloaded").exists()


def test_bundle_is_exported_on_record(browser: Opens, batch: Batch) -> None:
    quinn = browser(release.qa())
    assert "Export the bundle" not in quinn.text(url(batch))
    assert quinn.post(url(batch, "export/"), {}).status_code == 409
    release.requested(batch)
    release.made()
    response = quinn.submit(url(batch), url(batch, "export/"))
    assert response["Content-Disposition"] == f'attachment; filename="{batch.number}.evb.zip"'
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as bundle:
        wanted = {"record.pdf", "dossier.json", "ledger.json", "signatures.json", "manifest.json"}
        assert wanted <= set(bundle.namelist())
    assert LedgerEntry.objects.filter(event="batch.exported", actor_name="quinn").count() == 1


def test_page_costs_the_same_for_one_document_and_five(browser: Opens, batch: Batch) -> None:
    quinn = browser(release.qa())

    def cost() -> int:
        quinn.text(url(batch))
        with CaptureQueriesContext(connection) as seen:
            quinn.text(url(batch))
        return len(seen)

    release.requested(batch)
    release.made()
    release.requested(batch, reason="Copy number 2 for the archive")
    first = cost()
    for n in range(3, 6):
        release.requested(batch, reason=f"Copy number {n} for the archive")
    assert cost() == first
