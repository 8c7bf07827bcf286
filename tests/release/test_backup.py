"""Backup and restore drill: whole or not there, restored clean, every changed byte named, age visible."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from compliance.domain import store
from compliance.models import LedgerEntry
from release.domain import backup, database_copy
from release.pdf.site_ca import NAMES
from release.queries.site_state import state_of
from tests import helpers
from tests.compliance.domain import small_site

pytestmark = pytest.mark.django_db(transaction=True)
CONTENT = b"instrument file of 26 bytes"


@pytest.fixture(autouse=True)
def place(settings: Any, tmp_path: Path) -> Path:
    """A filled site with keys, a kept file and a folder of its own."""
    settings.VAR, settings.KEYS = tmp_path, tmp_path / "keys"
    settings.KEYS.mkdir()
    small_site.make()
    store.keep(CONTENT)
    return tmp_path


def called(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def backed_up(place: Path, name: str = "one") -> Path:
    called("backup_site", "--to", str(place / name))
    return place / name


def drilled(folder: Path, *more: str) -> dict[str, Any]:
    """The sealed report of a drill, whatever it found."""
    reports = Path(site.VAR) / "restore-reports"
    before = set(reports.glob("*.json")) if reports.exists() else set()
    with suppress(SystemExit):
        called("restore_drill", "--from", str(folder), *more)
    (new,) = set(reports.glob("*.json")) - before
    return dict(json.loads(new.read_text()))


def facts_of(event: str) -> dict[str, Any]:
    entry = LedgerEntry.objects.filter(event=event).latest("pk")
    return dict(json.loads(entry.payload)["facts"])


@pytest.mark.req("R218")
@pytest.mark.req("R103")
def test_backup_restores_clean_with_equal_heads_and_counts(place: Path) -> None:
    folder = backed_up(place)
    manifest = json.loads((folder / backup.MANIFEST).read_text())
    assert manifest["state"] == state_of(), "the act of the backup stands in the backup"
    report = drilled(folder)
    assert (report["result"], report["problems"]) == ("passed", [])
    assert report["verified"]["clean"]
    assert report["restored"] == manifest["state"]
    assert manifest["state"]["counts"]["compliance_ledgerentry"] == LedgerEntry.objects.count() - 1
    said = facts_of("site.restore_tested")
    assert (said["result"], said["backup"]) == ("passed", manifest["backup"])
    assert said["backup"] == LedgerEntry.objects.get(event="site.backed_up").act_id.hex


@pytest.mark.req("R218")
def test_manifest_lists_each_part_by_size_and_digest(place: Path) -> None:
    folder = backed_up(place)
    parts = {p["name"]: p for p in json.loads((folder / backup.MANIFEST).read_text())["parts"]}
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert set(parts) | {backup.MANIFEST, backup.SEAL} == names
    kept = parts[f"files/{store.keep(CONTENT)}"]
    assert (kept["size"], kept["sha256"]) == (len(CONTENT), store.keep(CONTENT))
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.rglob("*.*") if path.name in parts)


@pytest.mark.req("R218")
def test_backup_overwrites_nothing(place: Path) -> None:
    folder = backed_up(place)
    before = LedgerEntry.objects.count()
    with pytest.raises(CommandError, match="there already"):
        backed_up(place)
    assert LedgerEntry.objects.count() == before
    assert list(place.glob(".*.part")) == []
    assert (folder / backup.MANIFEST).exists()


@pytest.mark.req("R218")
def test_backup_that_fails_half_way_leaves_no_folder_and_says_so(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(database_copy, "dump", full)
    with pytest.raises(CommandError, match="No space left"):
        backed_up(place)
    assert not (place / "one").exists()
    assert list(place.glob(".*.part")) == []
    assert "No space left" in facts_of("site.backup_failed")["error"]


def part_path(folder: Path, part: str) -> Path:
    """One part of a backup by what it is."""
    names = {"database": database_copy.name_of(connection.vendor), "file": f"files/{store.keep(CONTENT)}"}
    return folder / names.get(part, part)


@pytest.mark.req("R218")
@pytest.mark.parametrize("part", ["database", "file", backup.HEADS, backup.MANIFEST])
def test_one_changed_byte_is_named_and_nothing_is_restored(place: Path, part: str) -> None:
    path = part_path(backed_up(place), part)
    data = bytearray(path.read_bytes())
    at = data.index(b'"site": "') + len(b'"site": "') if part == backup.MANIFEST else len(data) // 2
    data[at] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)
    with pytest.raises(CommandError, match=f"{path.name}.* changed"):
        called("restore_drill", "--from", str(place / "one"), "--into", str(place / "new"))
    assert not (place / "new").exists()


@pytest.mark.req("R218")
def test_part_missing_or_added_is_named(place: Path) -> None:
    folder = backed_up(place)
    part_path(folder, "file").unlink()
    (folder / "files" / "stranger").write_bytes(b"x")
    with pytest.raises(CommandError, match=r"is missing.*stranger does not belong"):
        called("restore_drill", "--from", str(folder))


@pytest.mark.req("R112")
def test_backup_sealed_by_another_site_is_refused(place: Path, settings: Any) -> None:
    folder = backed_up(place)
    settings.KEYS = place / "other"
    settings.KEYS.mkdir()
    with pytest.raises(CommandError, match="No certificate"):
        called("restore_drill", "--from", str(folder))
    backed_up(place, "of another site")
    with pytest.raises(CommandError, match="does not lead to a root"):
        called("restore_drill", "--from", str(folder))


@pytest.mark.req("R112")
def test_backup_of_before_a_change_of_the_key_is_still_checked(place: Path) -> None:
    folder = backed_up(place)
    for name in NAMES:
        (Path(site.KEYS) / "seal" / name).unlink()
    assert drilled(folder)["result"] == "passed"
    assert drilled(backed_up(place, "two"))["result"] == "passed"


@pytest.mark.req("R218")
def test_restore_never_writes_over_a_place(place: Path) -> None:
    folder = backed_up(place)
    (place / "live").mkdir()
    with pytest.raises(CommandError, match="never writes over"):
        called("restore_drill", "--from", str(folder), "--into", str(place / "live"))
    assert list((place / "live").iterdir()) == []


@pytest.mark.pg
@pytest.mark.req("R218")
def test_restore_refuses_a_database_that_exists(place: Path) -> None:
    folder, name = backed_up(place), str(connection.settings_dict["NAME"])
    before = LedgerEntry.objects.count()
    with pytest.raises(CommandError, match="already exists"):
        called("restore_drill", "--from", str(folder), "--database", name)
    assert LedgerEntry.objects.count() == before


@pytest.mark.req("R218")
@pytest.mark.req("R101")
def test_older_backup_next_to_newer_heads_is_visible(place: Path) -> None:
    folder = backed_up(place)
    small_site.rename(helpers.person("sysadmin"), helpers.person("bela").user, "Bela Later")
    report = drilled(folder, "--heads", str(site.HEADS_FILE))
    assert report["result"] == "failed"
    assert {m["kind"] for m in report["verified"]["mismatches"]} == {"removed"}
    assert facts_of("site.restore_tested")["result"] == "failed"
    assert drilled(folder)["result"] == "passed", "beside its own heads the same backup is whole"


@pytest.mark.req("R218")
def test_difference_from_the_manifest_fails_the_drill(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A manifest that counted other rows than the dump holds: the seal is right, the restored site is not."""
    wrong = state_of()
    wrong["counts"]["compliance_user"] += 1
    monkeypatch.setattr(backup, "state_of", lambda: wrong)
    report = drilled(backed_up(place))
    assert report["result"] == "failed"
    assert any("compliance_user has" in text for text in report["problems"])


@pytest.mark.req("R112")
@pytest.mark.req("R218")
def test_report_is_sealed_so_that_openssl_agrees(place: Path) -> None:
    drilled(backed_up(place))
    (report,) = (place / "restore-reports").glob("*.json")
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any", "-out", os.devnull]
    files = ["-in", f"{report}.p7s", "-content", str(report), "-CAfile", str(site.KEYS / "seal" / "ca.pem")]
    assert subprocess.run([*command, *files], capture_output=True, check=False).returncode == 0
    report.write_text(report.read_text().replace("passed", "failed"))
    assert subprocess.run([*command, *files], capture_output=True, check=False).returncode != 0


def test_keys_are_copied_only_when_asked_and_never_into_the_backup(place: Path) -> None:
    (Path(site.KEYS) / "donor_identity.key").write_text("key of the house")
    folder = backed_up(place)
    assert all(b"key of the house" not in p.read_bytes() for p in folder.rglob("*") if p.is_file())
    called("backup_site", "--to", str(place / "two"), "--keys-to", str(place / "apart"))
    assert (place / "apart" / "donor_identity.key").read_text() == "key of the house"
    with pytest.raises(CommandError, match="outside the backup"):
        called("backup_site", "--to", str(place / "three"), "--keys-to", str(place / "three" / "keys"))


@pytest.mark.req("R218")
def test_restored_site_is_kept_where_asked_and_can_be_used(place: Path) -> None:
    """A site of its own that runs its own commands; the second restore into the same place is refused."""
    engine = connection.vendor
    name = f"evidence_kept_{os.getpid()}" if engine == "postgresql" else ""
    to = ("--into", str(place / "new"), "--database", name)
    folder = backed_up(place)
    try:
        assert drilled(folder, *to)["result"] == "passed"
        address = {"DATABASE_URL": database_copy.url_of(name)} if name else {}
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("EVIDENCE_", "DATABASE_", "DJANGO_"))}
        environment |= address | {"EVIDENCE_VAR": str(place / "new"), "EVIDENCE_SECRET_KEY": "x" * 60}
        program = [sys.executable, str(site.BASE_DIR / "manage.py"), "verify_integrity"]
        answer = subprocess.run(program, env=environment, capture_output=True, text=True, check=False)
        assert (answer.returncode, "Clean: 0 mismatches" in answer.stdout) == (0, True), answer.stdout
        with pytest.raises(CommandError, match="never writes over"):
            called("restore_drill", "--from", str(folder), *to)
    finally:
        if name:
            database_copy.drop(name)


@pytest.mark.req("R218")
def test_backup_taken_while_people_work_is_whole(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An act after the heads were copied and a file after the database: the copy lacks nothing it names."""
    dump, admin, user = database_copy.dump, helpers.person("sysadmin"), helpers.person("bela").user
    heads = backup._heads

    def heads_then_act(folder: Path) -> backup.Part:
        part = heads(folder)
        small_site.rename(admin, user, "Bela Meanwhile")
        return part

    def dump_then_file(target: Path) -> None:
        dump(target)
        store.keep(b"kept after the database was copied")

    monkeypatch.setattr(backup, "_heads", heads_then_act)
    monkeypatch.setattr(database_copy, "dump", dump_then_file)
    report = drilled(backed_up(place))
    assert (report["result"], report["problems"]) == ("passed", [])
    assert len(report["verified"]["notices"]) >= 1, "the act whose head came too late for the copy is told"


@pytest.mark.req("R218")
def test_failed_drill_ends_with_1(place: Path) -> None:
    folder = backed_up(place)
    small_site.rename(helpers.person("sysadmin"), helpers.person("bela").user, "Bela Later")
    with pytest.raises(SystemExit) as end:
        called("restore_drill", "--from", str(folder), "--heads", str(site.HEADS_FILE))
    assert end.value.code == 1
