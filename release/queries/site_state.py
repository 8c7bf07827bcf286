"""What a whole site holds, in numbers that a restored copy must show again: ledger heads and rows of each table."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from compliance.domain.canonical import digest
from compliance.models import ChainHead, LedgerEntry


def state_of() -> dict[str, Any]:
    """Last ledger entry, one digest over every chain's head, the site chain's end, rows of each table (R218)."""
    last = LedgerEntry.objects.order_by("-pk").values_list("pk", "digest").first()
    heads = ChainHead.objects.order_by("chain").values_list("chain", "seq", "digest")
    return {
        "last_entry": list(last) if last else [],
        "chains": len(heads),
        "heads": digest([list(head) for head in heads]),
        "counts": {model._meta.db_table: model._base_manager.count() for model in _tables()},
    }


def _tables() -> list[Any]:
    found = apps.get_models(include_auto_created=True)
    return sorted((m for m in found if m._meta.managed and not m._meta.proxy), key=lambda m: m._meta.db_table)
