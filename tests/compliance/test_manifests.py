"""Frozen field lists: what a digest covers never changes under it."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command

from compliance import checks, manifests
from compliance.management.commands import freeze_manifests
from compliance.models import NumberSeries, User

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Manifests are written here, read here."""

    def file(app_label: str) -> Path:
        return tmp_path / f"{app_label}.json"

    def frozen(app_label: str) -> Any:
        path = file(app_label)
        return json.loads(path.read_text()) if path.exists() else {}

    for module in (manifests, freeze_manifests, checks):
        monkeypatch.setattr(module, "frozen", frozen)
    monkeypatch.setattr(freeze_manifests, "manifest_file", file)
    return tmp_path


def freeze(*arguments: str) -> None:
    call_command("freeze_manifests", *arguments, stdout=io.StringIO())


def read(folder: Path) -> Any:
    return json.loads((folder / "compliance.json").read_text())


def test_list_covers_every_column_but_identity_and_secret() -> None:
    assert manifests.wanted(User) == ["is_active", "printed_name", "theme", "username", "valid_until"]
    assert manifests.wanted(NumberSeries) == ["last", "prefix", "year"]


def test_models_of_the_product_are_frozen() -> None:
    assert [e for e in checks.manifests() if "compliance." in e.msg] == []
    labels = [m._meta.label_lower for m in manifests.gmp_models()]
    assert labels == sorted(labels)
    assert "compliance.signature" in labels


def test_changed_model_gets_a_new_number_and_the_old_one_stays(folder: Path) -> None:
    freeze("--initial")
    lists = read(folder)
    lists["compliance.user"]["1"].remove("theme")
    (folder / "compliance.json").write_text(json.dumps(lists))
    assert any("compliance.user" in error.msg for error in checks.manifests())
    freeze()
    assert read(folder)["compliance.user"] == {
        "1": ["is_active", "printed_name", "username", "valid_until"],
        "2": ["is_active", "printed_name", "theme", "username", "valid_until"],
    }
    assert manifests.newest("compliance.user") == 2
    assert manifests.manifest_of("compliance.user", 1) == ("is_active", "printed_name", "username", "valid_until")
    assert checks.manifests() == []


def test_unchanged_models_keep_their_number(folder: Path) -> None:
    freeze("--initial")
    before = read(folder)
    freeze()
    assert read(folder) == before


def test_model_that_was_never_frozen_is_an_error(folder: Path) -> None:
    assert {error.id for error in checks.manifests()} == {"compliance.E005"}
