"""Restores a backup into an empty place and proves what came out; the live site is never written over (R218)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from compliance.domain import clock
from compliance.domain.act import act
from compliance.domain.actor import system
from compliance.domain.canonical import plain_value, sha256
from compliance.domain.proof import SITE_CHAIN
from compliance.refusals import Refusal
from release.domain import backup, database_copy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Check = Callable[[bytes, bytes], list[str]]
    Sign = Callable[[bytes], bytes]

OWN = (backup.MANIFEST, backup.SEAL)
# What the environment of this site must not hand on to the restored one.
FOREIGN = ("EVIDENCE_", "DATABASE_", "REDIS_", "DJANGO_")


@dataclass(slots=True)
class Trial:
    """What one restore showed. `ok` only when nothing at all is wrong."""

    manifest: dict[str, Any]
    problems: list[str]
    verified: dict[str, Any] = field(default_factory=dict)
    state: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the restored copy is clean and holds what the manifest says."""
        return not self.problems


def opened(folder: Path, check: Check) -> dict[str, Any]:
    """The manifest of a whole backup. Refuses one whose seal, or any part, is not what was written; names each."""
    try:
        data = (folder / backup.MANIFEST).read_bytes()
        found: dict[str, Any] = json.loads(data)
        wrong = check(data, (folder / backup.SEAL).read_bytes())
    except (OSError, ValueError) as error:
        raise Refusal(f"{folder} is no whole backup: {error}", "no_backup") from error
    problems = [f"{backup.MANIFEST}: {text}" for text in wrong]
    if not problems and found.get("format") != backup.FORMAT:
        problems = [f"{backup.MANIFEST}: format {found.get('format')}, this software reads {backup.FORMAT}"]
    problems = problems or _differing(folder, found["parts"])
    if problems:
        raise Refusal(f"This backup is not what was written. Nothing was restored. {'; '.join(problems)}", "backup")
    return found


def _differing(folder: Path, parts: list[dict[str, Any]]) -> list[str]:
    """Each part that is missing, changed, or that the manifest does not know."""
    problems = []
    for part in parts:
        path = folder / part["name"]
        if not path.is_file():
            problems.append(f"{part['name']} is missing")
        elif backup.measured(folder, path).sha256 != part["sha256"]:
            problems.append(f"{part['name']} was changed: its SHA-256 differs")
    known = {part["name"] for part in parts} | set(OWN)
    there = (p.relative_to(folder).as_posix() for p in sorted(folder.rglob("*")) if not p.is_dir())
    return problems + [f"{name} does not belong to it" for name in there if name not in known]


def drill(
    folder: Path, check: Check, *, into: Path | None = None, database: str = "", heads: Path | None = None
) -> Trial:
    """Restores a backup, verifies it there, compares heads and counts with its manifest (R218).

    Into a place that is thrown away, or into a new folder and a new database, which are kept when all is well.
    With `heads`, a heads file kept elsewhere, a backup older than that file is found out. Refuses a backup that
    is not whole, and any place that holds something.
    """
    manifest = opened(folder, check)
    engine = manifest["database"]
    if heads is not None and not heads.is_file():
        raise Refusal(f"There is no heads file {heads}.", "heads_missing")
    with _place(into) as place:
        _lay_out(folder, place, heads)
        source = folder / database_copy.name_of(engine)
        with database_copy.restored(source, engine, place, database) as address:
            return _tried(manifest, place, address)


@contextmanager
def _place(into: Path | None) -> Iterator[Path]:
    """An empty folder."""
    if into is None:
        with tempfile.TemporaryDirectory(prefix="evidence-drill-") as name:
            yield Path(name)
        return
    if into.exists():
        raise Refusal(f"{into} is there already; a restore never writes over anything. Name a new folder.", "place")
    into.mkdir(parents=True, mode=0o700)
    try:
        yield into
    except BaseException:
        shutil.rmtree(into, ignore_errors=True)
        raise


def _lay_out(folder: Path, place: Path, heads: Path | None) -> None:
    shutil.copyfile(heads or folder / backup.HEADS, place / backup.HEADS)
    shutil.copytree(folder / backup.FILES, place / backup.FILES)


def _tried(manifest: dict[str, Any], place: Path, address: dict[str, str]) -> Trial:
    """Asks the restored site itself, in a process of its own."""
    verified = _ask(place, address, "verify_integrity", "--json")
    state = _ask(place, address, "restore_drill", "--state")
    problems = [
        f"{m['kind']}: {m['label']} {m['uuid']} {m['name']}: {m['text']}" for m in verified.get("mismatches", [])
    ]
    if not verified.get("clean") and not problems:
        problems = [f"verify_integrity could not run there: {verified.get('error', 'no answer')}"]
    return Trial(manifest, problems + _unlike(manifest["state"], state), verified, state)


def _ask(place: Path, address: dict[str, str], *command: str) -> dict[str, Any]:
    """The JSON answer of one command of the restored site."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    environment |= address | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "EVIDENCE_VAR": str(place),
        "EVIDENCE_SITE_KIND": settings.SITE_KIND,
        "EVIDENCE_SITE_ZONE": settings.SITE_ZONE,
        "EVIDENCE_SECRET_KEY": settings.SECRET_KEY,
    }
    program = [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *command]
    answer = subprocess.run(  # noqa: S603 - no shell, our own words
        program, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    try:
        found: dict[str, Any] = json.loads(answer.stdout)
    except ValueError:
        return {"error": (answer.stderr or answer.stdout).strip()[-500:]}
    return found


def _unlike(wanted: dict[str, Any], got: dict[str, Any]) -> list[str]:
    """Where the restored site differs from the manifest: ledger heads, rows of a table."""
    if "counts" not in got:
        return [f"the restored site could not be counted: {got.get('error', 'no answer')}"]
    problems = [
        f"{name} is {got.get(name)}, the manifest says {wanted[name]}"
        for name in ("last_entry", "chains", "heads")
        if got.get(name) != wanted[name]
    ]
    tables = sorted(set(wanted["counts"]) | set(got["counts"]))
    return problems + [
        f"{table} has {got['counts'].get(table)} rows, the manifest says {wanted['counts'].get(table)}"
        for table in tables
        if wanted["counts"].get(table) != got["counts"].get(table)
    ]


def report(trial: Trial, folder: Path, sign: Sign) -> Path:
    """Writes what a drill showed as sealed JSON and as text, and puts it on this site's record (R218).

    The seal is a detached CMS signature over the JSON file.
    """
    at = clock.now()
    name = f"restore-{at:%Y%m%dT%H%M%SZ}-{trial.manifest['backup'][:8]}"
    content = {
        "format": "evidence-restore-report/1",
        "tested_at": plain_value(at),
        "site": settings.SITE_NAME,
        "result": "passed" if trial.ok else "failed",
        "problems": trial.problems,
        "backup": {key: value for key, value in trial.manifest.items() if key != "parts"},
        "parts": len(trial.manifest["parts"]),
        "restored": trial.state,
        "verified": trial.verified,
    }
    data = (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
    folder.mkdir(parents=True, exist_ok=True)
    backup.write(folder / f"{name}.json", data)
    backup.write(folder / f"{name}.json.p7s", sign(data))
    backup.write(folder / f"{name}.txt", "\n".join(_lines(content, sha256(data))).encode())
    with act(system(), "site.restore_tested", SITE_CHAIN) as a:
        a.fact(result=content["result"], report=name, sha256=sha256(data), backup=trial.manifest["backup"])
    return folder / f"{name}.txt"


def _lines(content: dict[str, Any], digest: str) -> Iterator[str]:
    """The same for people."""
    made = content["backup"]
    counts = content["restored"].get("counts", {})
    yield f"Restore test of {content['site']}: {content['result'].upper()}"
    yield f"Tested at {content['tested_at']}; backup {made['backup']} of {made['made_at']}"
    yield f"Database {made['versions']['database']}, {content['parts']} parts, each with the SHA-256 of the manifest"
    state = made["state"]
    yield f"Ledger to entry {state['last_entry']}, {state['chains']} chains, heads {state['heads']}"
    yield f"Restored: {sum(counts.values())} rows in {len(counts)} tables"
    yield f"verify_integrity read {json.dumps(content['verified'].get('read', {}))}"
    yield from (f"PROBLEM {text}" for text in content["problems"])
    yield f"SHA-256 of the sealed report: {digest}"
    yield ""
