"""Codes as people scan them: one spelling on record, whatever was typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from compliance.refusals import Invalid

if TYPE_CHECKING:
    from django.db import models

_CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9._/-]{0,38}[A-Z0-9])?")


def clean_code(text: str) -> str:
    """A code in capitals. Refuses blanks inside, other signs, more than 40 characters."""
    code = text.strip().upper()
    if not _CODE.fullmatch(code):
        raise Invalid("A code has 1 to 40 of A-Z, 0-9, dot, dash, slash or underscore.", "code", "code")
    return code


def refuse_taken(model: type[models.Model], code: str) -> None:
    """Refuses a code that was given before: a code is never used again, also when its bearer is retired."""
    if model._default_manager.filter(code=code).exists():
        raise Invalid(f"The code {code} is taken. Choose another.", "code", "code_taken")
