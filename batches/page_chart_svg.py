"""Pictures of a record, drawn by our own code: SVG with presentation attributes, no script, no style.

Growth and cumulative PDL, TFF pressures and flux, NTA histogram, fill weights. One picture serves paper, where
the attributes colour it, and the page, where its classes follow the theme. Geometry is Decimal like the values;
the table beside the picture (`chart_table`) carries the same data for those who do not see it.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from html import escape
from itertools import pairwise

from batches.page_chart import Chart, Panel, Series
from batches.page_chart_axes import Axis, plain_number, x_positions

FACE = 'font-family="IBM Plex Sans Condensed, Noto Sans, sans-serif" font-size="14"'
LEFT, RIGHT, LABEL = Decimal(64), Decimal(704), Decimal(712)
INK, GREY, LINE, BAND, EDGE, BAD = "#15201e", "#41504c", "#74827e", "#e2efec", "#0e6157", "#a51e0c"
WARN = "#6d4700"
FEW = 20
MOST = 400  # places on the axis beyond which a line is drawn through the extremes of windows
# Colour, width and dashes on paper; the class that colours line, text and points on a page.
LINES = {
    "strong": (INK, "2.5", "", "4"),
    "line": ("#1b3f98", "2", "", "1"),
    "dashed": ("#0e6157", "2", "7 3", "2"),
    "dotted": ("#8a4b00", "2", "2 3", "3"),
    "bar": ("#1b3f98", "1", "", "1"),
    "dots": ("#1b3f98", "2", "", "1"),
}


def at(value: Decimal) -> str:
    """A coordinate to a tenth of a unit."""
    return format(value.quantize(Decimal("0.1")), "f")


def words(x: Decimal, y: Decimal, text: str, anchor: str = "start", *, fill: str = GREY, name: str = "") -> str:
    """One escaped text of the picture; `name` is its class, and a head is bold."""
    weight = ' font-weight="600"' if name in {"head", "t4"} else ""
    place = f'x="{at(x)}" y="{at(y)}" text-anchor="{anchor}"'
    return f'<text class="{name}" {FACE} fill="{fill}"{weight} {place}>{escape(text)}</text>'


def haloed(x: Decimal, y: Decimal, text: str, anchor: str) -> str:
    """A warning that stays readable where it crosses a line: the same words in white below it."""
    place = f'x="{at(x)}" y="{at(y)}" text-anchor="{anchor}" font-weight="600"'
    below = f'aria-hidden="true" {FACE} fill="#fff" stroke="#fff" stroke-width="4" {place}'
    white = f'<text class="halo" {below}>{escape(text)}</text>'
    return f'{white}<text class="badtext" {FACE} fill="{BAD}" {place}>{escape(text)}</text>'


def _band(series: Series, axis: Axis) -> list[str]:
    if series.low is None and series.high is None:
        return []
    top = axis.y(series.high) if series.high is not None else axis.top
    foot = axis.y(series.low) if series.low is not None else axis.bottom
    box = f'x="{at(LEFT)}" y="{at(top)}" width="{at(RIGHT - LEFT)}" height="{at(foot - top)}"'
    parts = [f'<rect class="band" fill="{BAND}" {box}/>']
    for bound in (series.low, series.high):
        if bound is not None:
            path = f"M{at(LEFT)} {at(axis.y(bound))}H{at(RIGHT)}"
            parts.append(f'<path class="bound" stroke="{EDGE}" stroke-dasharray="2 3" d="{path}"/>')
    return parts


def _axis(axis: Axis) -> list[str]:
    frame = f"M{at(LEFT)} {at(axis.top)}V{at(axis.bottom)}H{at(RIGHT)}"
    parts = [f'<path class="axis" fill="none" stroke="{LINE}" d="{frame}"/>']
    for tick in axis.ticks:
        y = axis.y(tick)
        parts.append(f'<path class="axis" stroke="{LINE}" d="M{at(LEFT - 4)} {at(y)}H{at(LEFT)}"/>')
        parts.append(words(LEFT - 8, y + 5, axis.label(tick), "end"))
    return parts


def _bars(series: Series, axis: Axis, places: Sequence[Decimal]) -> list[str]:
    room = (RIGHT - LEFT) / max(len(places), 1)
    width = room * Decimal("0.8") if len(places) < 60 else room
    parts = []
    for x, value in zip(places, series.values, strict=True):
        if value is not None:
            y = axis.y(value)
            box = f'x="{at(x - width / 2)}" y="{at(y)}" width="{at(width)}" height="{at(axis.bottom - y)}"'
            parts.append(f'<rect class="bar" fill="#9db2dd" stroke="{LINES["bar"][0]}" {box}/>')
    return parts


def _points(series: Series, axis: Axis, places: Sequence[Decimal]) -> list[str]:
    fill, _, _, name = LINES[series.style]
    return [
        f'<circle class="p{name}" cx="{at(x)}" cy="{at(axis.y(value))}" r="3" fill="{fill}"/>'
        for x, value in zip(places, series.values, strict=True)
        if value is not None
    ]


def _line(series: Series, axis: Axis, places: Sequence[Decimal]) -> list[str]:
    colour, width, dash, name = LINES[series.style]
    path, pen = "", "M"
    for x, value in zip(places, series.values, strict=True):
        if value is None:
            pen = "M"  # a gap stays a gap: nothing was recorded there
            continue
        path += f"{pen}{at(x)} {at(axis.y(value))}"
        pen = "L"
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    line = f'<path class="line l{name}" fill="none" stroke="{colour}" stroke-width="{width}"{dashes} d="{path}"/>'
    # A reading between two gaps has no line; few readings are shown as points in any case.
    return [line, *(_points(series, axis, places) if len(places) <= FEW else [])]


def _beyond(chart: Chart, series: Series, axis: Axis, places: Sequence[Decimal]) -> list[str]:
    """Readings beyond a limit: a diamond for one out of limit, a triangle for an alert; one alone is named."""
    hits = [(n, places[n], value) for n, value in enumerate(series.values) if value is not None and series.is_beyond(n)]
    parts = [_mark(x, axis.y(value), breach=series.verdict(n) == "breach") for n, x, value in hits]
    if len(hits) == 1:  # more would overprint; the table names each
        n, x, value = hits[0]
        right = x < (LEFT + RIGHT) / 2
        shift = Decimal(12) if right else Decimal(-12)
        text = f"{series.label} {plain_number(value)} at {chart.x_labels[n]}"
        parts.append(haloed(x + shift, axis.y(value) + 5, text, "start" if right else "end"))
    return parts


def _mark(x: Decimal, y: Decimal, *, breach: bool) -> str:
    if breach:
        diamond = f"M{at(x)} {at(y - 7)}L{at(x + 7)} {at(y)}L{at(x)} {at(y + 7)}L{at(x - 7)} {at(y)}z"
        return f'<path class="bad" fill="{BAD}" d="{diamond}"/>'
    triangle = f"M{at(x)} {at(y - 7)}L{at(x + 7)} {at(y + 6)}L{at(x - 7)} {at(y + 6)}z"
    return f'<path class="warn" fill="#f4d58a" stroke="{WARN}" stroke-width="1.5" d="{triangle}"/>'


def _ends(panel: Panel, axis: Axis) -> list[str]:
    """The name of each line at its end, pushed apart where two lines end close together."""
    ends: list[tuple[Decimal, Series]] = []
    for series in panel.series:
        known = [value for value in series.values if value is not None]
        if known and series.style != "bar":
            ends.append((axis.y(known[-1]) + 5, series))
    ends.sort(key=lambda end: end[0])
    parts, last = [], Decimal(-100)
    for wanted, series in ends:
        last = max(wanted, last + 16)
        colour, _, _, name = LINES[series.style]
        parts.append(words(LABEL, last, series.label, fill=colour, name=f"t{name}"))
    return parts


def _panel(chart: Chart, panel: Panel, top: Decimal, height: Decimal, places: Sequence[Decimal]) -> list[str]:
    axis = Axis.over(panel, top + 28, top + height)
    parts: list[str] = []
    for series in panel.series:
        parts += _band(series, axis)
    parts += _axis(axis)
    parts.append(words(LEFT, top + 14, panel.title, fill=INK, name="head"))
    for series in panel.series:
        draw = {"bar": _bars, "dots": _points}.get(series.style, _line)
        parts += draw(series, axis, places)
        parts += _beyond(chart, series, axis, places)
    return parts + _ends(panel, axis)


def _x_words(chart: Chart, places: Sequence[Decimal], y: Decimal) -> list[str]:
    step = max(1, -(-len(places) // 9))
    parts = []
    for place, label in list(zip(places, chart.x_labels, strict=True))[::step]:
        parts.append(f'<path class="axis" stroke="{LINE}" d="M{at(place)} {at(y)}v5"/>')
        parts.append(words(place, y + 20, label, "middle"))
    parts.append(words(RIGHT, y + 38, chart.x_title, "end"))
    return parts


def thinned(chart: Chart) -> Chart:
    """The places of a long series that a picture can show: of each window the extremes, and each reading beyond."""
    count = len(chart.x)
    if count <= MOST:
        return chart
    edges = [count * part // (MOST // 4) for part in range(MOST // 4 + 1)]
    kept = {0, count - 1} | {n for one in chart.series for n in range(count) if one.is_beyond(n)}
    for first, last in pairwise(edges):
        for one in chart.series:
            known = [(value, n) for n in range(first, last) if (value := one.values[n]) is not None]
            kept |= {min(known)[1], max(known)[1]} if known else {first}
    places = sorted(kept)
    panels = tuple(replace(p, series=tuple(_at_places(s, places) for s in p.series)) for p in chart.panels)
    return replace(
        chart,
        x=tuple(chart.x[n] for n in places),
        x_labels=tuple(chart.x_labels[n] for n in places),
        panels=panels,
    )


def _at_places(series: Series, places: Sequence[int]) -> Series:
    verdicts = tuple(series.verdicts[n] for n in places) if series.verdicts else ()
    return replace(series, values=tuple(series.values[n] for n in places), verdicts=verdicts)


def _require_lengths(chart: Chart) -> None:
    count = len(chart.x)
    lengths = {len(chart.x_labels), *(len(s.values) for s in chart.series)}
    lengths |= {len(s.verdicts) for s in chart.series if s.verdicts}
    if lengths != {count}:
        raise ValueError(f"Chart {chart.title}: series and axis differ in length")


def draw_chart(chart: Chart) -> str:
    """Draw the picture as SVG.

    Refuses when a series has another number of values than the axis: such a picture would lie.
    """
    _require_lengths(chart)
    chart = thinned(chart)
    bars = any(series.style == "bar" for series in chart.series)
    places = x_positions(chart.x, LEFT, RIGHT, centred=bars)
    height = Decimal(226) if len(chart.panels) == 1 else Decimal(190)
    parts: list[str] = []
    top = Decimal(0)
    for panel in chart.panels:
        parts += _panel(chart, panel, top, height, places)
        top += height + 26
    parts += _x_words(chart, places, top - 26)
    tall = at(top + 16)
    head = f'<svg class="plot" width="660" viewBox="0 0 820 {tall}" role="img" xmlns="http://www.w3.org/2000/svg">'
    title = f"<title>{escape(chart.title)}</title><desc>{escape(chart.description)}</desc>"
    return f"{head}{title}{''.join(parts)}</svg>"
