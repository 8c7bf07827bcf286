"""The product runs wherever it is put: no file names a folder of one machine."""

import re

import pytest

from tests.architecture import source

# A folder on the top level that belongs to one machine or person; a URL path such as /batches/ is none.
MACHINE = re.compile(r"(?<![\w.~}$/-])/(?:work|workspace|root|home|Users|mnt|media|srv|builds)/[\w.]")
# In code, a path that climbs to a neighbour leaves the folder it was written for.
CLIMBING = re.compile(r"[\"']\.\./(?!up\.|\.\./config)")


def machine_paths(text: str, name: str) -> list[str]:
    """Each place that names such a folder."""
    return [
        f"{name}:{number} {hit.group(0)!r}"
        for number, line in enumerate(text.splitlines(), 1)
        for pattern in ((MACHINE, CLIMBING) if name.endswith(".py") else (MACHINE,))
        for hit in pattern.finditer(line)
    ]


def test_no_machine_paths() -> None:
    found: list[str] = []
    for path in source.tracked():
        if path == source.ROOT / "tests" / "architecture" / "test_no_paths.py":
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # fonts, pictures and instrument files are not text
        found += machine_paths(text, source.relative(path))
    assert not found, source.report(found)


@pytest.mark.parametrize("text", ["open('/home/ann/x')", "cd /root/site", "see /work/x", "DATA = '../data'"])
def test_machine_path_is_found(text: str) -> None:
    assert machine_paths(text, "sample.py")


@pytest.mark.parametrize("text", ["/batches/EV-26-0001/", "var/files", "https://example.org/home/x", "cd .."])
def test_other_path_passes(text: str) -> None:
    assert not machine_paths(text, "sample.py")
