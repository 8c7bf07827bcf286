"""Judges a master file: `lint_master FILE.yaml`. Exit 0 without an error, 1 with each one named."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from batches.domain.masterfile.lint import lint
from batches.domain.masterfile.load import load
from batches.domain.masterfile.tree import MasterFileError


class Command(BaseCommand):
    help = "Name everything in a master file that a batch could not run; exit 1 when there is an error."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")

    def handle(self, *_args: Any, **options: Any) -> None:
        text = read_master_file(Path(options["file"]))
        try:
            findings = lint(load(text), None)
        except MasterFileError as error:
            raise CommandError(str(error)) from error
        for one in findings:
            self.stdout.write(f"{one.severity}: {one.path}: {one.message} ({one.code})")
        errors = sum(one.severity == "error" for one in findings)
        if errors:
            raise CommandError(f"{errors} errors. A batch could not run this master.")
        self.stdout.write("No error.")


def read_master_file(path: Path) -> str:
    """The text of a file. Refuses one that is not there or is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
