"""Refused: nobody may do everything (R205)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Says why, and what to do instead."""

    requires_system_checks = []  # it changes nothing

    help = "Refused: this system has no superuser."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--username", "--email", "--database", nargs="?", help="not used")
        parser.add_argument("--noinput", "--no-input", action="store_true", help="not used")

    def handle(self, *_args: Any, **_options: Any) -> None:
        raise CommandError(
            "Refused: this system has no superuser, since nobody may both administer and make records. "
            "Nothing was written. A system administrator makes accounts and grants roles on the accounts page."
        )
