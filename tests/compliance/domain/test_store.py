"""Files by their digest: kept once, refused when they are gone or are not what was kept (R223)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compliance.domain import store
from compliance.domain.canonical import sha256
from compliance.refusals import Refusal

if TYPE_CHECKING:
    from pathlib import Path

WEIGHTS = b"weight;10.00\n"


def overwritten(digest: str, data: bytes) -> None:
    path = store.path_of(digest)
    path.chmod(0o640)
    path.write_bytes(data)


@pytest.mark.req("R223")
def test_same_bytes_are_kept_once_and_only_readable(heads_file: Path) -> None:
    digest = store.keep(WEIGHTS)
    first = store.path_of(digest).stat()
    assert store.keep(WEIGHTS) == digest == sha256(WEIGHTS)
    assert store.path_of(digest).stat().st_mtime_ns == first.st_mtime_ns
    assert first.st_mode & 0o777 == 0o440
    assert [p.name for p in (heads_file.parent / "files").iterdir()] == [digest]
    assert store.read(digest) == WEIGHTS


@pytest.mark.req("R223")
def test_file_that_was_changed_or_is_gone_is_refused_and_told_apart() -> None:
    digest = store.keep(WEIGHTS)
    overwritten(digest, b"weight;9.99\n")
    with pytest.raises(Refusal, match="not what was kept") as changed:
        store.read(digest)
    store.path_of(digest).unlink()
    with pytest.raises(Refusal, match="not in the store") as gone:
        store.read(digest)
    assert (changed.value.code, gone.value.code) == ("file_changed", "file_missing")


@pytest.mark.req("R223")
def test_missing_names_what_is_gone_or_changed_and_nothing_else() -> None:
    whole, gone, changed = (store.keep(data) for data in (b"whole", b"gone", b"changed"))
    store.path_of(gone).unlink()
    overwritten(changed, b"forged")
    assert store.missing([whole, gone, changed]) == [gone, changed]
    assert store.missing([]) == []
