"""The detached seal: whole or named, judged at its own hour, never by an ended certificate."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from release.pdf.detached import check_data, seal_data
from release.pdf.errors import SealError
from tests.release.pdf.test_seal_rotation import TEN_YEARS, key_from

if TYPE_CHECKING:
    from pathlib import Path

    from release.pdf.seal import SealKey
    from release.pdf.site_ca import SealFiles

pytestmark = pytest.mark.req("R112")
DATA = b'{"format": "sample"}\n'


def test_seal_is_whole_over_its_bytes_alone(seal_key: SealKey, seal_files: SealFiles) -> None:
    sealed, roots = seal_data(DATA, seal_key), [seal_files.root.read_bytes()]
    assert check_data(DATA, sealed, roots) == []
    assert check_data(DATA + b" ", sealed, roots) == ["the sealed bytes were changed"]


def test_each_changed_byte_of_the_signature_is_found(seal_key: SealKey, seal_files: SealFiles) -> None:
    """The last bytes are the signature itself; others may be read as another structure, never as a good seal."""
    sealed, roots = seal_data(DATA, seal_key), [seal_files.root.read_bytes()]
    for at in (-1, -100, -300):
        broken = bytearray(sealed)
        broken[at] ^= 1
        assert check_data(DATA, bytes(broken), roots) != []


@pytest.mark.parametrize("junk", [b"", b"junk", b"0\x82", b"\x30\x03\x02\x01\x01"])
def test_junk_is_no_seal(junk: bytes, seal_files: SealFiles) -> None:
    (problem,) = check_data(DATA, junk, [seal_files.root.read_bytes()])
    assert problem.startswith("the seal cannot be read")


def test_key_of_another_root_is_not_trusted(seal_key: SealKey, tmp_path: Path) -> None:
    _, other = key_from(tmp_path / "other", datetime.now(UTC) - timedelta(days=1))
    (problem,) = check_data(DATA, seal_data(DATA, seal_key), [other.root.read_bytes()])
    assert "does not lead to a root" in problem


def test_old_seal_stays_good_when_its_certificate_ends_and_the_ended_one_seals_no_more(tmp_path: Path) -> None:
    ends = datetime.now(UTC) + timedelta(seconds=4)
    key, files = key_from(tmp_path / "ending", ends - TEN_YEARS)
    sealed = seal_data(DATA, key)
    time.sleep(max(0.0, (ends - datetime.now(UTC)).total_seconds()) + 1)
    assert check_data(DATA, sealed, [files.root.read_bytes()]) == []
    with pytest.raises(SealError, match="ended on"):
        seal_data(DATA, key)
