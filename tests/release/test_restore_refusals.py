"""What is no backup, a place that fails, a restored site that cannot answer: each said, nothing left behind (R218)."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from compliance.refusals import Refusal
from release.domain import backup, database_copy, restore, retention
from tests.batches import steps
from tests.donors import steps as donor

pytestmark = pytest.mark.req("R218")


def test_folder_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="is no whole backup"):
        restore.opened(tmp_path, lambda *_: [])


def test_backup_of_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / backup.MANIFEST).write_text(json.dumps({"format": "of tomorrow"}))
    (tmp_path / backup.SEAL).write_bytes(b"seal")
    with pytest.raises(Refusal, match="format of tomorrow, this software reads"):
        restore.opened(tmp_path, lambda *_: [])


def test_place_that_fails_is_removed(tmp_path: Path) -> None:
    def fails() -> None:
        with restore._place(tmp_path / "new") as place:
            assert place.is_dir()
            raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        fails()
    assert not (tmp_path / "new").exists()


def test_restored_site_that_cannot_answer_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restore, "_ask", lambda *_: {"error": "no such table"})
    trial = restore._tried({"state": {}}, tmp_path, {})
    assert not trial.ok
    assert trial.problems == [
        "verify_integrity could not run there: no such table",
        "the restored site could not be counted: no such table",
    ]


def test_answer_that_is_no_json_is_kept_as_an_error(tmp_path: Path) -> None:
    assert "Force colorization" in restore._ask(tmp_path, {}, "help", "check")["error"]


def test_heads_file_that_is_gone_stops_a_backup_and_a_drill(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HEADS_FILE = tmp_path / "none.jsonl"
    with pytest.raises(Refusal, match=r"none\.jsonl is missing"):
        backup._heads(tmp_path)
    monkeypatch.setattr(restore, "opened", lambda *_: {"database": "sqlite"})
    with pytest.raises(Refusal, match="There is no heads file"):
        restore.drill(tmp_path, lambda *_: [], heads=tmp_path / "none.jsonl")


def test_file_that_is_just_being_written_is_left_out(tmp_path: Path, settings: Any) -> None:
    settings.FILES = tmp_path / "kept"
    settings.FILES.mkdir()
    (settings.FILES / "upload.part").write_bytes(b"half")
    (settings.FILES / ("a" * 64)).write_bytes(b"whole")
    (tmp_path / "copy").mkdir()
    assert [part.name for part in backup._files(tmp_path / "copy")] == [f"{backup.FILES}/{'a' * 64}"]


@pytest.mark.django_db
@pytest.mark.req("R402")
def test_batches_of_a_donor_are_found_by_the_lot_graph_too(monkeypatch: pytest.MonkeyPatch) -> None:
    batch, row = steps.issued(), donor.registered_donor()
    nodes = {
        1: SimpleNamespace(run_id=1, run=SimpleNamespace(batch=batch), batch=None),
        2: SimpleNamespace(run_id=None, run=None, batch=None),
    }
    monkeypatch.setattr(retention, "LotNode", SimpleNamespace(objects=SimpleNamespace(filter=lambda **_: ["node"])))
    monkeypatch.setattr(retention.queries, "descendants", lambda _node: SimpleNamespace(nodes=nodes))
    monkeypatch.setattr(retention, "_made_of", lambda _found: [])
    assert retention._from_donor(row) == {batch}


def test_tool_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_copy.shutil, "which", lambda _tool: None)
    with pytest.raises(Refusal, match="pg_dump is not installed here"):
        database_copy._run("pg_dump", database="evidence")
