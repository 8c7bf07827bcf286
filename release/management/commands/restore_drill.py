"""`manage.py restore_drill`: restores a backup into an empty place, verifies it there, reports under seal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from compliance.refusals import Refusal
from release.domain import restore
from release.domain.documents import seal_folder
from release.management.commands.backup_site import own_key
from release.pdf.detached import check_data, seal_data
from release.pdf.errors import SealError
from release.queries.site_state import state_of

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    """Exit 0: restored, clean, and as the manifest says. Exit 1: it is not, and each difference is named."""

    requires_system_checks = []  # the restored site may be the one whose checks fail

    help = "Restore a backup into an empty place, verify it there, and write a sealed report."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--from", dest="source", metavar="FOLDER", help="the backup")
        what.add_argument("--state", action="store_true", help="only print what this site holds, as JSON")
        parser.add_argument("--into", metavar="FOLDER", help="keep the restored site in this new folder")
        parser.add_argument("--database", default="", help="keep the restored PostgreSQL database under this new name")
        parser.add_argument("--heads", metavar="FILE", help="a newer heads file kept elsewhere: shows an old backup")
        parser.add_argument("--report", metavar="FOLDER", help="where the report goes")
        parser.add_argument("--root", metavar="FILE", action="append", help="certificate (PEM) the seal must lead to")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["state"]:
            self.stdout.write(json.dumps(state_of()))
            return
        roots = _roots(options["root"])
        into, heads = (Path(options[name]).absolute() if options[name] else None for name in ("into", "heads"))
        try:
            key = own_key()
            trial = restore.drill(
                Path(options["source"]).absolute(),
                lambda data, seal: check_data(data, seal, roots),
                into=into,
                database=options["database"],
                heads=heads,
            )
            folder = Path(options["report"] or Path(settings.VAR) / "restore-reports")
            written = restore.report(trial, folder, lambda data: seal_data(data, key))
        except (Refusal, SealError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(written.read_text())
        self.stdout.write(str(written))
        if not trial.ok:
            raise SystemExit(1)


def _roots(given: list[str] | None) -> list[bytes]:
    """The certificates that were named, else this site's own that are no keys."""
    own = [path for path in sorted(seal_folder().glob("*.pem")) if "key" not in path.name]
    paths = [Path(path) for path in given] if given else own
    if not paths:
        raise CommandError("No certificate to check the seal by. Name your authority's with --root.")
    try:
        return [path.read_bytes() for path in paths]
    except OSError as error:
        raise CommandError(f"{error.filename} cannot be read: {error.strerror}") from error
