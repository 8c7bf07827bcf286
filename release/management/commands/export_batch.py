"""Writes the bundle of a batch: `export_batch NUMBER --out DIR`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from batches.models import Batch
from compliance.refusals import Refusal
from release.domain.export import export_batch
from release.pdf.bundle import BundlePart, write_bundle


class Command(BaseCommand):
    help = "Export a batch as one ZIP that verifies offline."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number")
        parser.add_argument("--out", required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        batch = Batch.objects.filter(number=options["number"]).first()
        if batch is None:
            raise CommandError(f"There is no batch {options['number']}.")
        try:
            target = export_batch(batch, Path(options["out"]), write_parts)
        except Refusal as refusal:
            raise CommandError(refusal.text) from refusal
        self.stdout.write(str(target))


def write_parts(file: Any, number: str, made: Any, parts: list[tuple[str, bytes, str]], heads: Any) -> None:
    """The paper side's writer over plain tuples."""
    write_bundle(file, number, made, [BundlePart(*part) for part in parts], heads)
