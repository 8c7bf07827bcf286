"""Folds constraints and indexes of an app's first migration into the tables they belong to.

Before the first release only: on SQLite each added constraint rebuilds its table, which makes a new database slow.
"""

import importlib
import os
import sys
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
django.setup()

from django.db import migrations  # noqa: E402 - settings come first
from django.db.migrations.writer import MigrationWriter  # noqa: E402 - settings come first


def fold(operations: list[Any]) -> list[Any]:
    """The same operations with every foldable constraint and index inside its CreateModel."""
    created = {op.name.lower(): op for op in operations if isinstance(op, migrations.CreateModel)}
    added = {
        (op.model_name.lower(), op.name) for op in operations if isinstance(op, migrations.AddField)
    }
    kept = []
    for op in operations:
        kind = {"AddConstraint": "constraints", "AddIndex": "indexes"}.get(type(op).__name__, "")
        table = created.get(op.model_name.lower()) if kind else None
        if table is None or names_of(op) & {name for model, name in added if model == op.model_name.lower()}:
            kept.append(op)
        else:
            part = op.constraint if kind == "constraints" else op.index
            table.options.setdefault(kind, []).append(part)
    return kept


def names_of(op: Any) -> set[str]:
    """Every word in a constraint's description: enough to see that it names a field added later."""
    part = getattr(op, "constraint", None) or op.index
    return set(repr(part.deconstruct()).replace("'", " ").replace('"', " ").replace("__", " ").split())


def main() -> None:
    """Rewrites `<app>/migrations/0001_initial.py` of each app named."""
    for app in sys.argv[1:]:
        module = importlib.import_module(f"{app}.migrations.0001_initial")
        migration = module.Migration("0001_initial", app)
        before = len(migration.operations)
        migration.operations = fold(list(migration.operations))
        Path(str(module.__file__)).write_text(MigrationWriter(migration).as_string())
        print(f"{app}: {before} operations became {len(migration.operations)}")


if __name__ == "__main__":
    main()
