"""The commands of masters and demonstration: what they refuse, what they leave alone, what they print."""

from __future__ import annotations

import stat
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from batches.models import Batch, MasterVersion
from compliance.domain import clock
from compliance.models import User
from compliance.states import SiteKind
from release.demo import people
from tests import helpers
from tests.batches import steps

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db
MASTERS = Path(__file__).resolve().parents[2] / "batches" / "masters"


def called(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def secret(tmp_path: Path) -> str:
    """A file with the password of the people of these tests."""
    path = tmp_path / "secret.txt"
    path.write_text(helpers.SECRET + "\n", encoding="utf-8")
    return str(path)


def test_demo_is_refused_on_a_production_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "site", lambda: SimpleNamespace(kind=SiteKind.PRODUCTION, scripted_now=None))
    with pytest.raises(CommandError, match="production"):
        called("demo")
    assert User.objects.count() == 1


def test_demo_leaves_a_site_with_people_alone() -> None:
    helpers.person("anna", "operator")
    assert called("demo", "--if-empty") == ""
    with pytest.raises(CommandError, match="empty site"):
        called("demo")
    assert not Batch.objects.exists()


@pytest.mark.req("R120")
def test_logins_are_random_for_each_site_and_read_by_their_owner_alone(tmp_path: Path) -> None:
    seats = people.make_people()
    path = people.write_logins(tmp_path, seats)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(people.CAST) == len({line.split()[1] for line in lines})
    assert all(seat.actor.user.check_password(seat.password) for seat in seats.values())
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == [people.LOGINS]


def test_every_role_has_somebody() -> None:
    held = {role for cast in people.CAST for role in cast.roles}
    assert held == set(people.Role)


@pytest.mark.req("R331")
@pytest.mark.parametrize("name", ["umsc_bank", "umsc_mc_tff", "short_demo"])
def test_own_masters_have_no_error(name: str) -> None:
    assert called("lint_master", str(MASTERS / f"{name}.yaml")).endswith("No error.\n")


def test_master_with_an_error_is_named_and_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    text = (MASTERS / "short_demo.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("function: viability@1", "function: viability@9"), encoding="utf-8")
    with pytest.raises(CommandError, match="could not run"):
        called("lint_master", str(path))


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xff", b"master: [", b"master: X"])
def test_file_that_is_no_master_is_refused_in_words(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "file.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError):
        called("lint_master", str(path))


@pytest.mark.req("R331")
def test_master_comes_out_as_it_went_in(secret: str) -> None:
    steps.approved_product()
    helpers.person("petra", "process_engineer")
    path = steps.MASTERS / "mini.yaml"
    said = called("load_master", str(path), "--as", "petra", "--password-file", secret)
    row = MasterVersion.objects.get()
    assert (row.state, row.drafted_by.username) == ("draft", "petra")
    assert row.digest in said
    assert called("export_master", "MINI") == path.read_text(encoding="utf-8")
    assert called("export_master", "MINI", "--version", "1") == path.read_text(encoding="utf-8")


def test_unknown_master_version_is_refused() -> None:
    with pytest.raises(CommandError, match="no such version"):
        called("export_master", "MINI", "--version", "7")


@pytest.mark.req("R107")
@pytest.mark.parametrize(("who", "role"), [("anna", "operator"), ("nobody", "")])
def test_master_is_drafted_by_a_process_engineer_alone(
    who: str, role: str, secret: str, person: Callable[..., Any]
) -> None:
    steps.approved_product()
    if role:
        person(who, role)
    with pytest.raises(CommandError):
        called("load_master", str(steps.MASTERS / "mini.yaml"), "--as", who, "--password-file", secret)
    assert not MasterVersion.objects.exists()


def test_password_is_asked_for_at_the_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    steps.approved_product()
    helpers.person("petra", "process_engineer")
    monkeypatch.setattr("release.management.commands.load_master.getpass", lambda _prompt: helpers.SECRET)
    called("load_master", str(steps.MASTERS / "mini.yaml"), "--as", "petra")
    assert MasterVersion.objects.count() == 1
    with pytest.raises(CommandError, match="cannot be read"):
        called("load_master", str(steps.MASTERS / "mini.yaml"), "--as", "petra", "--password-file", str(tmp_path / "x"))
