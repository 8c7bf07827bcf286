"""The frozen field lists of every GMP row, by number.

A later column gets a new number; rows written before are judged by the number they were written under, so a
migration breaks no proof. `manage.py freeze_manifests` writes the files; a system check compares.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import apps

from compliance.models.record import AppendOnly, Record

if TYPE_CHECKING:
    from django.db import models

Frozen = dict[str, dict[str, list[str]]]
NOT_LISTED = ("id", "uuid", "version", "act_id")


def manifest_file(app_label: str) -> Path:
    """Where an app keeps its frozen lists."""
    return Path(apps.get_app_config(app_label).path) / "manifests.json"


@cache
def frozen(app_label: str) -> Frozen:
    """Model label to manifest number to column names."""
    path = manifest_file(app_label)
    return dict(json.loads(path.read_text())) if path.exists() else {}


def manifest_of(label: str, number: int) -> tuple[str, ...]:
    """The columns of one number."""
    return tuple(frozen(label.split(".", maxsplit=1)[0])[label][str(number)])


def newest(label: str) -> int:
    """The number under which rows are written now."""
    return max(int(n) for n in frozen(label.split(".", maxsplit=1)[0])[label])


def wanted(model: type[models.Model]) -> list[str]:
    """The columns the model has today, without identity and what stands outside the record."""
    outside = getattr(model, "outside_history", ())
    return sorted(
        f.attname for f in model._meta.concrete_fields if f.attname not in NOT_LISTED and f.name not in outside
    )


def gmp_models() -> list[type[models.Model]]:
    """Every Record and AppendOnly model, by label."""
    found = [m for m in apps.get_models() if issubclass(m, Record | AppendOnly)]
    return sorted(found, key=lambda m: m._meta.label_lower)
