"""A backup: heads file, database and files in one folder, with a sealed manifest that says what it must hold (R218)."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import secrets
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from compliance.domain import clock
from compliance.domain.act import act
from compliance.domain.actor import system
from compliance.domain.canonical import plain_value
from compliance.domain.proof import SITE_CHAIN
from compliance.domain.verification import reading
from compliance.refusals import Refusal
from release.domain import database_copy
from release.queries.site_state import state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from compliance.domain.act import Act

    Sign = Callable[[bytes], bytes]

FORMAT = "evidence-backup/1"
MANIFEST, SEAL = "manifest.json", "manifest.json.p7s"
HEADS, FILES = "heads.jsonl", "files"
CHUNK = 1024 * 1024
DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a backup."""

    name: str
    size: int
    sha256: str


def back_up(target: Path, sign: Sign) -> dict[str, Any]:
    """Makes a backup of this site in a new folder; answers its manifest (R218).

    The act stands on record first, so the backup holds it. Heads are copied before the database and files after
    it: each head of the copy has its link there, each row its file. Refuses a folder that exists. What stops
    half-way is on record as failed and leaves no folder of that name.
    """
    if target.exists():
        raise Refusal(f"{target} is there already; a backup overwrites nothing. Name a new folder.", "backup_exists")
    with act(system(), "site.backed_up", SITE_CHAIN) as a:
        a.fact(folder=target.name, database=connection.vendor)
    try:
        return _written(target, sign, a)
    except (Refusal, OSError, subprocess.SubprocessError) as error:
        with act(system(), "site.backup_failed", SITE_CHAIN) as failed:
            failed.fact(folder=target.name, backup=a.id, error=str(error)[:500])
        raise Refusal(f"No backup was made: {error}", "backup_failed") from error


def _written(target: Path, sign: Sign, a: Act) -> dict[str, Any]:
    with _aside(target) as folder:
        parts = [_heads(folder)]
        with reading.snapshot():
            state = state_of()
            database = folder / database_copy.name_of(connection.vendor)
            database_copy.dump(database)
        parts += [measured(folder, database), *_files(folder)]
        found = _manifest(a.id.hex, a.at, state, parts)
        data = (json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
        write(folder / MANIFEST, data)
        write(folder / SEAL, sign(data))
    return found


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    """A folder under another name until it is whole; only then it has the name that was asked for."""
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    folder.mkdir(mode=0o700)
    try:
        yield folder
        sync(folder)
        folder.rename(target)  # a folder that came up meanwhile and holds something stops this
        sync(target.parent)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _heads(folder: Path) -> Part:
    source = Path(settings.HEADS_FILE)
    if not source.exists():
        raise Refusal(f"The heads file {source.name} is missing. Find it before you back up.", "heads_missing")
    return copied(source, folder, HEADS)


def _files(folder: Path) -> Iterator[Part]:
    """Every kept file; one that is just being written has no digest for a name and is left out."""
    (folder / FILES).mkdir(mode=0o700)
    for source in sorted(Path(settings.FILES).iterdir()):
        if DIGEST.fullmatch(source.name):
            yield copied(source, folder, f"{FILES}/{source.name}")


def _manifest(backup: str, at: datetime, state: dict[str, Any], parts: list[Part]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "backup": backup,
        "made_at": plain_value(at),
        "site": settings.SITE_NAME,
        "kind": clock.site().kind,
        "database": connection.vendor,
        "versions": {
            "python": platform.python_version(),
            "django": django.get_version(),
            "database": database_copy.version(),
            "migrations": sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
        },
        "state": state,
        "parts": [asdict(part) for part in parts],
    }


def copied(source: Path, folder: Path, name: str) -> Part:
    """Copies a file of any size into the backup, waits until it is on disk, and measures the copy."""
    target = folder / name
    with source.open("rb") as old, target.open("xb") as new:
        shutil.copyfileobj(old, new, CHUNK)
        new.flush()
        os.fsync(new.fileno())
    target.chmod(0o600)
    return measured(folder, target)


def measured(folder: Path, path: Path) -> Part:
    """A file that is there, by size and digest."""
    with path.open("rb") as file:
        seen = hashlib.file_digest(file, "sha256").hexdigest()
    return Part(path.relative_to(folder).as_posix(), path.stat().st_size, seen)


def write(path: Path, data: bytes) -> None:
    """Writes a new small file and waits until it is on disk."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """Waits until the names in a folder are on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
