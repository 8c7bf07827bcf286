"""The command that takes a specification file over: in whose name, and what it says when it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.management.base import CommandError

from qc.models import Specification
from tests import helpers
from tests.qc import steps as lab
from tests.release.test_demo_commands import called, secret

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["secret"]
pytestmark = pytest.mark.django_db


def test_specification_is_drafted_in_the_name_of_its_author(secret: str) -> None:
    lab.steps.approved_product()
    helpers.person("nadia", "qc_reviewer")
    path = lab.DATA / "lab_spec.yaml"
    said = called("load_specification", str(path), "--as", "nadia", "--password-file", secret)
    row = Specification.objects.get()
    assert (row.state, row.drafted_by.username) == ("draft", "nadia")
    assert f"{row} drafted, {row.items.count()} items, digest {row.digest}" in said


@pytest.mark.parametrize(
    ("who", "text", "said"),
    [
        ("nadia", "specification: SPEC-X\nitem: []\n", "does not know item"),
        ("nadia", "specification: [\n", "line"),
        ("anna", "specification: SPEC-X\ntitle: X\n", "may not|not allowed|permission|cannot"),
    ],
)
def test_wrong_specification_or_author_is_refused_with_words(
    who: str, text: str, said: str, secret: str, tmp_path: Path
) -> None:
    helpers.person(who, "qc_reviewer" if who == "nadia" else "operator")
    path = tmp_path / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=said):
        called("load_specification", str(path), "--as", who, "--password-file", secret)
    assert not Specification.objects.exists()
