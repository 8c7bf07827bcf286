"""One rendered record for all tests that only read it."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from release.pdf.render import UnsignedPdf, render_record
from release.pdf.seal import SealKey
from release.pdf.site_ca import SealFiles, make_site_ca
from tests.release.pdf import sample

Reader = Callable[[bytes], list[str]]


@pytest.fixture(scope="session")
def record() -> UnsignedPdf:
    return render_record(sample.dossier(), files=sample.read_file)


@pytest.fixture(scope="session")
def seal_files(tmp_path_factory: pytest.TempPathFactory) -> SealFiles:
    return make_site_ca(tmp_path_factory.mktemp("ca"), "demo", "Cell Processing Unit 1")


@pytest.fixture(scope="session")
def seal_key(seal_files: SealFiles) -> SealKey:
    return SealKey.from_pem(seal_files.certificate, seal_files.key, [seal_files.root])


def poppler(folder: Path, pdf: bytes, tool: str, *flags: str) -> str:
    path = folder / "read.pdf"
    path.write_bytes(pdf)
    done = subprocess.run([tool, *flags, str(path), "-"], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def pages(tmp_path: Path) -> Reader:
    """The text of each page as poppler reads it."""
    return lambda pdf: poppler(tmp_path, pdf, "pdftotext", "-layout").split("\f")[:-1]
