"""`manage.py backup_site`: one folder with heads, database and files, and a sealed manifest."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from compliance.domain import clock
from compliance.refusals import Refusal
from release.domain import backup
from release.domain.documents import seal_folder
from release.pdf.detached import seal_data
from release.pdf.errors import SealError
from release.pdf.site_key import keep_certificates, site_key

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

    from release.pdf.seal import SealKey


def own_key() -> SealKey:
    """The key this site seals with; its public certificates are kept. Refuses one that has ended (SealError)."""
    kind: Any = clock.site().kind
    key = site_key(kind, seal_folder(), settings.SITE_NAME, settings.SEAL_PKCS12, settings.SEAL_PASSPHRASE)
    key.need_valid()
    keep_certificates(seal_folder(), key)
    return key


class Command(BaseCommand):
    """Exit 0: the backup is whole and named. Anything else: there is no folder of that name."""

    help = "Back up database, files and heads file into a new folder, with a manifest sealed by the site's key."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", metavar="FOLDER", help="a new folder; the default is made under the site's own")
        parser.add_argument(
            "--keys-to",
            metavar="FOLDER",
            help="also copy the site's keys there; keep it apart from the backup: both together open donor identities",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        name = f"backup-{clock.true_now():%Y%m%dT%H%M%SZ}"
        target = Path(options["to"] or Path(settings.VAR) / "backups" / name).absolute()
        keys = Path(options["keys_to"]).absolute() if options["keys_to"] else None
        if keys is not None and (keys.exists() or keys.is_relative_to(target)):
            raise CommandError("The keys go into a new folder outside the backup. Nothing was written.")
        try:
            key = own_key()
            found = backup.back_up(target, lambda data: seal_data(data, key))
        except (Refusal, SealError) as error:
            raise CommandError(str(error)) from error
        rows = sum(found["state"]["counts"].values())
        self.stdout.write(
            f"{target}: {len(found['parts'])} parts, {rows} rows, ledger to {found['state']['last_entry']}."
        )
        if keys is None:
            self.stdout.write("The site's keys are not in it. Keep a copy of them apart (--keys-to).")
        else:
            shutil.copytree(settings.KEYS, keys)
            keys.chmod(0o700)
            self.stdout.write(f"{keys}: the site's keys. Destroy the copy before, and keep this one apart.")
