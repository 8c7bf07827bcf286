"""`manage.py retention`: until when the record of each batch is kept. It deletes no record; nothing here does."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from batches.models import Batch
from donors.domain import destruction, keeping, vault
from donors.models import Donor
from release.domain import retention

OPEN = "open: counts from the decision"


class Command(BaseCommand):
    """One line a batch, then one a donor; a key that a fault left after its signed destruction is removed."""

    help = "List until when records of batches and identities of donors are kept."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for batch in Batch.objects.select_related("product_version").order_by("pk").iterator():
            self.stdout.write(f"{batch.number}\t{retention.until(batch) or OPEN}")
        for donor in Donor.objects.select_related("act").order_by("pk").iterator():
            ended = vault.destruction_of(donor)
            self.stdout.write(f"{donor.number}\t{ended or keeping.kept_until(donor) or OPEN}")
        for number in destruction.finish():
            self.stdout.write(f"{number}\tkey removed, as its signed destruction asks for")
