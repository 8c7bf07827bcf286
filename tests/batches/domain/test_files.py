"""Raw files: kept once under their digest, refused by name and by content, compared at each reading."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from batches.domain import files
from compliance.refusals import Invalid, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
UP = ".." + "/"
GOOD = {
    "log.csv": b"time,pf\n2026-01-01 10:00,0.4\n",
    "note.TXT": b"a note\n",
    "wide.csv": "time;°C\n10:00;37,1\n".encode("utf-16"),  # as many instruments export
    "x.pdf": b"%PDF-1.7\n",
    "x.png": PNG,
}


def keep(name: str, *chunks: bytes) -> files.Kept:
    return files.keep_file(name, chunks)


@pytest.mark.req("R223")
@pytest.mark.parametrize(("name", "content"), GOOD.items())
def test_file_is_kept_byte_for_byte_under_its_digest(name: str, content: bytes) -> None:
    kept = keep(name, content[:5], content[5:])
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert kept.size == len(content)
    assert files.read_kept(kept.sha256) == content


def test_same_bytes_are_kept_once(heads_file: Path) -> None:
    first, second = keep("a.txt", b"same"), keep("b.txt", b"same")
    assert first.sha256 == second.sha256
    assert [p.name for p in (heads_file.parent / "files").iterdir()] == [first.sha256]


@pytest.mark.case("SEC-03")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
        ("x.html", b"<html></html>"),
        ("x.png", b"<html><script>1</script></html>"),
        ("x.jpg", PNG),
        ("x.pdf", b"<!doctype html>"),
        ("x.csv", b"time,pf\n<script>alert(1)</script>,1\n"),
        ("x.txt", b"\xef\xbb\xbf  <SVG onload=1>"),
        ("x.txt", "<svg>".encode("utf-16")),
        ("x.txt", b"PK\x03\x04\x00\x00"),
        ("x.exe", b"MZ"),
        ("x.png.html", PNG),
        ("noname", b"text"),
        ("", b"text"),
        (".png", b""),
        ("x.txt", b""),
    ],
)
def test_what_a_browser_could_run_or_a_name_hides_is_refused(heads_file: Path, name: str, content: bytes) -> None:
    with pytest.raises(Invalid, match="Nothing was recorded"):
        keep(name, content)
    assert list((heads_file.parent / "files").iterdir()) == []


def test_file_larger_than_allowed_is_refused(monkeypatch: pytest.MonkeyPatch, heads_file: Path) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 10)
    with pytest.raises(Invalid, match="larger"):
        keep("x.txt", b"12345", b"67890", b"1")
    assert list((heads_file.parent / "files").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        (f"{UP}{UP}etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\x\\run 7.csv", "run 7.csv"),
        ("a\x00b\n<c>.txt", "abc.txt"),
        ("..txt", "file.txt"),
        ("é" * 300 + ".csv", "é" * 196 + ".csv"),
        ("µ-Messung.PDF", "µ-Messung.pdf"),
    ],
)
def test_name_is_only_its_last_part(name: str, clean: str) -> None:
    assert files.clean_name(name) == clean


@pytest.mark.req("R223")
def test_changed_or_missing_file_is_refused_at_reading(heads_file: Path) -> None:
    kept = keep("a.txt", b"as it was")
    place = heads_file.parent / "files" / kept.sha256
    place.chmod(0o640)
    place.write_bytes(b"as it is now")
    with pytest.raises(Refused, match="missing or changed"):
        files.read_kept(kept.sha256)
    place.unlink()
    with pytest.raises(Refused, match="missing or changed"):
        files.read_kept(kept.sha256)


@pytest.mark.parametrize("digest", ["", f"{UP}x", "0" * 63, "G" * 64])
def test_what_is_no_digest_names_no_file(digest: str) -> None:
    with pytest.raises(Invalid):
        files.read_kept(digest)


def broken() -> Iterable[bytes]:
    yield b"half"
    raise OSError("the tablet went away")


def test_upload_that_breaks_off_leaves_nothing(heads_file: Path) -> None:
    with pytest.raises(OSError, match="went away"):
        files.keep_file("x.txt", broken())
    assert list((heads_file.parent / "files").iterdir()) == []
