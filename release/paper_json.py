"""Canonical bytes of a dossier: what is embedded, exported, hashed and compared."""

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from release.paper import Certificate, Dossier


def plain(value: object) -> Any:
    """Turn a dossier, or any part of it, into JSON types without loss.

    Refuses when a float, a naive time or an unknown type is met: such a value could not be read back as
    the same fact.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is not a number that can be printed")
        return format(value, "f")
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise ValueError(f"{value} has no offset")
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} does not belong into a record")


def canonical(value: object) -> bytes:
    """Canonical JSON: sorted keys, no blanks, UTF-8, Decimals as text, times with their offset."""
    text = json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8")


def dossier_json(dossier: Dossier) -> bytes:
    """The machine-readable record: the very bytes that are embedded in the PDF and exported (R102)."""
    return canonical(dossier)


def dossier_digest(document: Dossier | Certificate) -> str:
    """SHA-256 of the canonical bytes, as printed on every page."""
    return hashlib.sha256(canonical(document)).hexdigest()
