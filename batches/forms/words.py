"""Free text out of a form: kept as written, without what no database or paper can hold."""

from __future__ import annotations

from compliance.refusals import Invalid

LONGEST = 20_000


def clean_text(text: str, field: str) -> str:
    """The text as written. Refuses a NUL character and more than 20,000 characters (Invalid)."""
    if "\x00" in text:
        raise Invalid("The text holds a character that cannot be kept (NUL). Remove it.", field, "nul")
    if len(text) > LONGEST:
        raise Invalid(
            f"The text is longer than {LONGEST} characters. Shorten it, or attach it as a file.", field, "long"
        )
    return text
