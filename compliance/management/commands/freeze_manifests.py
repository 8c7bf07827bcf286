"""Freezes the field lists of changed GMP models under a new number; `--initial` rewrites number 1."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from compliance.manifests import frozen, gmp_models, manifest_file, newest, wanted


class Command(BaseCommand):
    """Writes `<app>/manifests.json`."""

    requires_system_checks = []  # it mends what a check would stop on

    help = "Freeze the field lists that ledger digests cover."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--initial", action="store_true", help="before the first release: rewrite number 1")

    def handle(self, *_args: Any, **options: Any) -> None:
        labels = {model._meta.app_label for model in gmp_models()}
        for app_label in sorted(labels):
            lists = {} if options["initial"] else dict(frozen(app_label))
            for model in gmp_models():
                label = model._meta.label_lower
                if model._meta.app_label != app_label:
                    continue
                known = lists.setdefault(label, {})
                if not known:
                    known["1"] = wanted(model)
                elif known[str(newest(label))] != wanted(model):
                    known[str(newest(label) + 1)] = wanted(model)
            manifest_file(app_label).write_text(json.dumps(lists, indent=1, sort_keys=True) + "\n")
            self.stdout.write(f"{app_label}: {len(lists)} models")
