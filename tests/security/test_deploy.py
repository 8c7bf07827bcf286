"""A production site's own settings pass Django's deployment check, and what is installed is pinned (R220)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.architecture import source

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.req("R220")

PRODUCTION = {
    "EVIDENCE_SITE_KIND": "production",
    "EVIDENCE_BEHIND_TLS": "1",
    "EVIDENCE_PROXIES": "10.9.0.0/16",
    "EVIDENCE_HOSTS": "ebr.example.org",
    "EVIDENCE_SECRET_KEY": "a-key-of-the-test-that-opens-nothing-and-is-long-enough-0123456789",
}


def deployed(folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("EVIDENCE_", "TEST_", "DJANGO_", "REDIS"))}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=source.ROOT,
        env=kept | PRODUCTION | {"EVIDENCE_VAR": str(folder)} | more,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_production_site_passes_the_deployment_check(tmp_path: Path) -> None:
    done = deployed(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_site_without_tls_or_with_an_unnamed_proxy_does_not(tmp_path: Path) -> None:
    done = deployed(tmp_path, EVIDENCE_BEHIND_TLS="0")
    assert done.returncode == 1
    assert "security.W008" in done.stderr
    done = deployed(tmp_path, EVIDENCE_PROXIES="")
    assert "compliance.E010" in done.stderr


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_with_its_hash(name: str) -> None:
    text = (source.ROOT / name).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(lines) > 20
    assert [line for line in lines if not re.match(r"[A-Za-z0-9._\[\],-]+==\S+ .*--hash=sha256:", line)] == []
