"""Copies the database out of a site and into an empty place: SQLite by its backup call, PostgreSQL by its tools."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from django.db.models import Func, TextField

from compliance.models import SiteState
from compliance.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
RESTORED = "evidence.sqlite3"  # the name a site's own database has


def name_of(vendor: str) -> str:
    """How the database's file is called in a backup."""
    return NAMES[vendor]


def version() -> str:
    """The database and its release."""
    if connection.vendor == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    number = int(connection.pg_version)  # type: ignore[attr-defined]
    return f"PostgreSQL {number // 10000}.{number % 10000}"


def dump(target: Path) -> None:
    """Writes the database as the open snapshot sees it. Others go on writing meanwhile."""
    if connection.vendor == "sqlite":
        copy = sqlite3.connect(target)
        try:
            connection.connection.backup(copy)
        finally:
            copy.close()
    else:
        exported = SiteState.objects.annotate(name=Func(function="pg_export_snapshot", output_field=TextField()))
        name = exported.values_list("name", flat=True)[0]
        options = ("--format=custom", "--no-owner", "--no-acl", f"--snapshot={name}", f"--file={target}")
        _run("pg_dump", *options, database=str(connection.settings_dict["NAME"]))
    target.chmod(0o600)
    with target.open("rb") as file:
        os.fsync(file.fileno())


@contextmanager
def restored(source: Path, vendor: str, place: Path, database: str = "") -> Iterator[dict[str, str]]:
    """The dump in an empty place; answers the environment of a site that uses it.

    SQLite: a file in `place`. PostgreSQL: a new database of the owner's, dropped afterwards unless it was named.
    Refuses a database that exists.
    """
    if vendor == "sqlite":
        shutil.copyfile(source, place / RESTORED)
        yield {}
        return
    name = database or f"evidence_drill_{secrets.token_hex(4)}"
    _run("createdb", "--template=template0", "--encoding=UTF8", name, database="")
    kept = False
    try:
        _run("pg_restore", "--exit-on-error", "--no-owner", "--no-acl", f"--dbname={name}", str(source), database="")
        yield {"DATABASE_URL": url_of(name)}
        kept = bool(database)
    finally:
        if not kept:
            drop(name)


def drop(name: str) -> None:
    """Throws a restored database away."""
    _run("dropdb", "--if-exists", name, database="")


def _owner() -> dict[str, Any]:
    """The owner's connection where the site has one; the application's role may make no database."""
    return settings.DATABASE_OWNER or connection.settings_dict


def url_of(name: str) -> str:
    """The address of another database of this server, for its owner."""
    owner = {key: quote(str(value or ""), safe="") for key, value in _owner().items() if key != "OPTIONS"}
    port = f":{owner['PORT']}" if owner["PORT"] else ""
    secret = f":{owner['PASSWORD']}" if owner["PASSWORD"] else ""
    return f"postgresql://{owner['USER']}{secret}@{owner['HOST']}{port}/{name}"


def _run(tool: str, *arguments: str, database: str) -> None:
    """Runs a tool of PostgreSQL; the password goes by the environment, which other users cannot read."""
    found = shutil.which(tool)
    if found is None:
        raise Refusal(f"{tool} is not installed here. Install PostgreSQL's client programs.", "no_tool")
    owner = _owner()
    given = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    environment = os.environ | {name: str(owner[key]) for name, key in given.items() if owner.get(key)}
    environment["PGDATABASE"] = database or str(connection.settings_dict["NAME"])
    answer = subprocess.run([found, *arguments], env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - no shell, our own words
    if answer.returncode:
        raise Refusal(f"{tool} could not do it: {answer.stderr.strip()[:500]}", "database_tool")
