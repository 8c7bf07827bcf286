"""The few filters the templates need: powers of ten, short digests, links with a query."""

import re
from collections.abc import Sequence

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_POWER = re.compile(r"10(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_TIMES = re.compile(r" × (?=10)")
_HEX = re.compile(r"[0-9a-f]{16,}")


@register.filter
def sci(value: object) -> SafeString:
    """Show a power of ten with an enlarged exponent, so that ⁶ and ⁸ cannot be mistaken.

    The exponent stays a Unicode superscript: copied or spoken, `<sup>` would turn 10⁴ into 104.
    """
    text = str(conditional_escape("" if value is None else value if isinstance(value, SafeString) else str(value)))
    text = _TIMES.sub("\u00a0×\u00a0", text)
    return mark_safe(_POWER.sub(r'10<span class="e">\1</span>', text))  # noqa: S308 - escaped above


@register.filter
def digest(value: object) -> str:
    """Show the first eight digits of a digest in groups of four; the whole stands in the trail."""
    text = "" if value is None else str(value)
    return f"{text[:4]} {text[4:8]}" if _HEX.fullmatch(text) else text


@register.filter
def at(values: Sequence[object], index: int) -> object:
    """Give the value at an index; a table finds the column of a cell by it."""
    return values[index] if index < len(values) else ""
