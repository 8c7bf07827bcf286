"""One way to write a value as text, so that a digest means the same on every machine, for ever."""

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any


def plain_value(value: Any) -> Any:
    """A value as JSON holds it: decimals and times as text. Refuses float: it is no exact value."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return format(abs(value) if value.is_zero() else value, "f")
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("A time without zone has no canonical form.")
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, dict):
        return {str(k): plain_value(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(v) for v in value]
    raise TypeError(f"{type(value).__name__} has no canonical form.")


def canonical_json(value: Any) -> str:
    """Canonical text: keys sorted, no blanks, characters as they are."""
    return json.dumps(plain_value(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str | bytes) -> str:
    """SHA-256 in hex of the text's UTF-8 bytes."""
    data = text.encode() if isinstance(text, str) else text
    return hashlib.sha256(data).hexdigest()


def digest(value: Any) -> str:
    """SHA-256 of the canonical form."""
    return sha256(canonical_json(value))
