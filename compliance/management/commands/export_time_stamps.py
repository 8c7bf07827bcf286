"""`manage.py export_time_stamps FOLDER`: tokens and what they stamp, as files that plain openssl checks."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from compliance.domain.canonical import canonical_json
from compliance.domain.ledger import entry_values
from compliance.models import LedgerEntry, TimeStamp


class Command(BaseCommand):
    """Reads only. docs/proof.md says how a third party checks the files without this software."""

    help = "Write each time stamp of the site chain as seal-N.tst beside the seal it stamps, for openssl ts -verify."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        for stamp in TimeStamp.objects.iterator():
            seal = LedgerEntry.objects.get(pk=stamp.sealed_entry)
            name = f"seal-{seal.pk}"
            (folder / f"{name}.tst").write_bytes(base64.b64decode(stamp.token))
            (folder / f"{name}.json").write_bytes(canonical_json(entry_values(seal)).encode())
            (folder / f"{name}.payload.json").write_bytes(seal.payload.encode())
            self.stdout.write(f"{name}: {stamp.stamped_at.isoformat()} by {stamp.authority}")
