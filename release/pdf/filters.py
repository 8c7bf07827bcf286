"""How facts become words on paper. Text of a person is escaped here or by the template, never trusted."""

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from batches.page_chart import Chart
from batches.page_chart_svg import draw_chart
from batches.page_chart_table import ChartTable, chart_table
from compliance.numbers import display
from compliance.page_words import pretty, unit_of
from release.paper import Signature, VerdictKind

register = template.Library()

POWER = re.compile(r"(?<=10)[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
TOGETHER = re.compile(r"[0-9.]+ × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
WORDS: dict[VerdictKind, str] = {
    "within": "within limit",
    "alert": "alert",
    "breach": "out of limit",
    "recorded": "recorded",
    "computed": "computed",
    "attached": "attached",
    "corrected": "corrected",
    "missing": "not recorded",
    "void": "void",
    "open": "open",
}
TONE = {"within": "within", "alert": "alert", "breach": "breach"}
DOT = '<circle cx="12" cy="12" r="9.5" fill="none" stroke="#41504c" stroke-width="2"{dash}/>'
INNER = '<circle cx="12" cy="12" r="2.6" fill="#41504c"/>'
CROSS = '<path d="M5.5 18.5l13-13" stroke="#5c3577" stroke-width="2.4"/>'
SHAPES: dict[str, str] = {
    "within": '<circle cx="12" cy="12" r="9.5" fill="none" stroke="#0e6157" stroke-width="2.4"/>'
    '<path d="M7.3 12.5l3.2 3.2 6.2-7" fill="none" stroke="#0e6157" stroke-width="2.4"/>',
    "alert": '<path d="M12 2.5L22.5 21h-21z" fill="#f4d58a" stroke="#6d4700" stroke-width="2"/>'
    '<path d="M12 9v6M12 17v2" stroke="#6d4700" stroke-width="2.4" fill="none"/>',
    "breach": '<path d="M12 1.5L22.5 12 12 22.5 1.5 12z" fill="#a51e0c"/>'
    '<path d="M12 6.5v7M12 16v2" stroke="#fff" stroke-width="2.6" fill="none"/>',
    "missing": DOT.format(dash=' stroke-dasharray="4 3"'),
    "open": DOT.format(dash=' stroke-dasharray="4 3"'),
    "void": DOT.format(dash="") + CROSS,
}


@register.filter
def stamp(value: datetime | None, zone: str) -> SafeString:
    """A time in the site's zone with its offset, to the second: 2026-10-23 09:49:02 +02:00."""
    if value is None:
        return mark_safe("not recorded")
    local = value.astimezone(ZoneInfo(zone))
    time = f"{local:%H:%M:%S} {local.isoformat()[-6:]}"
    return format_html('{} <span class="nowrap">{}</span>', f"{local:%Y-%m-%d}", time)


@register.filter
def number(value: Decimal | None) -> SafeString:
    """A Decimal with every digit it was recorded with, large and small ones as powers of ten."""
    return powers("not recorded" if value is None else display(value, superscript=True))


@register.filter
def differs(raw: Decimal | None, reported: str | None) -> bool:
    """Whether the unrounded result says more than the reported one."""
    try:
        return raw is not None and (reported is None or Decimal(reported) != raw)
    except InvalidOperation:  # a qualifier or words: what lies behind them is said
        return True


@register.filter
def powers(value: str) -> SafeString:
    """Enlarge the exponent after a 10, so that ⁶ and ⁸ stay apart, and never part the number; no text changes."""
    text = TOGETHER.sub(lambda hit: f'<span class="nowrap">{hit[0]}</span>', conditional_escape(value))
    return mark_safe(POWER.sub(lambda hit: f'<span class="e">{hit[0]}</span>', text))  # noqa: S308 - escaped


@register.filter
def reads(value: str) -> SafeString:
    """Recorded numbers and units as people read them: `1.3E+9 ug/mL` is 1.3 × 10⁹ µg/mL. Not for a person's words."""
    return powers(pretty(value))


@register.filter
def unit(value: str) -> str:
    """A unit as people write it; a ratio has none."""
    return unit_of(value)


@register.filter
def short(digest: str) -> str:
    """The first twelve characters of a digest in groups of four."""
    return grouped(digest[:12])


@register.filter
def grouped(digest: str) -> str:
    """A digest in groups of four characters, for reading aloud."""
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


@register.filter
def verdict(kind: VerdictKind, words: str = "") -> SafeString:
    """Shape and word of a verdict; never colour alone."""
    shape = mark_safe(SHAPES.get(kind, DOT.format(dash="") + INNER))  # noqa: S308 - our own shapes
    return format_html(
        '<span class="v v-{}"><svg viewBox="0 0 24 24">{}</svg>{}</span>',
        TONE.get(kind, "info"),
        shape,
        words or WORDS[kind],
    )


@register.filter
def size(value: int) -> str:
    """A file's size in bytes, kilobytes or megabytes (10³, 10⁶)."""
    if value < 1000:
        return f"{value} B"
    scale, unit = (Decimal(1000), "kB") if value < 1_000_000 else (Decimal(1_000_000), "MB")
    return f"{(Decimal(value) / scale).quantize(Decimal('0.1'))} {unit}"


@register.filter
def anchor(key: str, index: int) -> str:
    """The name of one step inside its section, unique in the record."""
    return f"{key}-{index}"


@register.filter
def pairs(signatures: tuple[Signature, ...]) -> list[tuple[Signature, Signature | None]]:
    """Two signature slots beside each other; the last may stand alone."""
    halves = [*signatures, None]
    return [(signatures[at], halves[at + 1]) for at in range(0, len(signatures), 2)]


@register.filter
def sign(value: str) -> str:
    """The sign of a term in a balance, with a true minus."""
    return "−" if value == "-" else "+"


@register.filter
def picture(chart: Chart) -> SafeString:
    """The drawn picture; its texts are escaped where it is drawn."""
    return mark_safe(draw_chart(chart))  # noqa: S308 - our own SVG, texts escaped in charts.py


@register.filter
def table(chart: Chart) -> ChartTable:
    """The data that stands beside the picture."""
    return chart_table(chart)
