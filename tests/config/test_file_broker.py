"""The broker of plain files hands out whole messages, however closely a reader looks."""

from __future__ import annotations

import json
from queue import Empty
from typing import TYPE_CHECKING, Any

import pytest
from kombu import Connection

from config import file_broker

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def connect(tmp_path: Path) -> Any:
    """Opens a channel of its own over the same folders."""
    for name in ("queue", "control", "done"):
        (tmp_path / name).mkdir()
    options = {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
        "processed_folder": str(tmp_path / "done"),
        "store_processed": False,
    }
    file_broker.register()
    return lambda: Connection(f"{file_broker.SCHEME}://", transport_options=options).channel()


@pytest.mark.case("JOB-05")
def test_message_has_its_name_only_once_it_is_written(
    connect: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that looks while the message is written finds nothing; kombu's own broker shows it an empty file."""
    seen: list[str] = []

    def slow(payload: Any) -> str:
        seen.extend(path.name for path in (tmp_path / "queue").glob("*.msg"))
        return json.dumps(payload)

    monkeypatch.setattr(file_broker, "dumps", slow)
    channel = connect()
    channel._put("jobs", {"number": 7})
    assert seen == []
    assert channel._get("jobs") == {"number": 7}
    assert list((tmp_path / "queue").iterdir()) == []


def test_unfinished_message_is_left_alone_until_it_has_its_name(connect: Any, tmp_path: Path) -> None:
    channel = connect()
    (tmp_path / "queue" / ".1_a.jobs.msg.part").write_text("")
    with pytest.raises(Empty):
        channel._get("jobs")
    channel._put("jobs", {"number": 7})
    assert channel._get("jobs") == {"number": 7}


def test_table_that_is_being_written_is_read_again(
    connect: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = connect()
    channel._queue_bind("calls", "", "", "one")
    table = next((tmp_path / "control").iterdir())
    whole = table.read_text()
    table.write_text("")
    monkeypatch.setattr(file_broker.time, "sleep", lambda _seconds: table.write_text(whole))
    assert [q.queue for q in channel.get_table("calls")] == ["one"]
    monkeypatch.setattr(file_broker.time, "sleep", lambda _seconds: None)
    table.write_text("")
    with pytest.raises(json.JSONDecodeError):
        channel.get_table("calls")
