"""Pictures of a record, drawn by our own code: SVG with presentation attributes, no script, no style.

Growth and cumulative PDL, TFF pressures and flux, NTA histogram, fill weights. Geometry is Decimal like
the values; the table beside the picture (`chart_table`) carries the same data for those who do not see it.
"""

from collections.abc import Sequence
from decimal import Decimal
from html import escape

from release.paper import Chart, Panel, Series
from release.pdf.axes import Axis, x_positions

FACE = 'font-family="IBM Plex Sans Condensed, Noto Sans, sans-serif" font-size="14"'
LEFT, RIGHT, LABEL = Decimal(64), Decimal(704), Decimal(712)
INK, GREY, LINE, BAND, EDGE, BAD = "#15201e", "#41504c", "#74827e", "#e2efec", "#0e6157", "#a51e0c"
FEW = 20
LINES = {
    "strong": (INK, "2.5", ""),
    "line": ("#1b3f98", "2", ""),
    "dashed": ("#0e6157", "2", "7 3"),
    "dotted": ("#8a4b00", "2", "2 3"),
    "bar": ("#1b3f98", "1", ""),
    "dots": ("#1b3f98", "2", ""),
}


def at(value: Decimal) -> str:
    """A coordinate to a tenth of a unit."""
    return format(value.quantize(Decimal("0.1")), "f")


def words(x: Decimal, y: Decimal, text: str, anchor: str = "start", *, fill: str = GREY, bold: bool = False) -> str:
    """One escaped text of the picture."""
    weight = ' font-weight="600"' if bold else ""
    place = f'x="{at(x)}" y="{at(y)}" text-anchor="{anchor}"'
    return f'<text {FACE} fill="{fill}"{weight} {place}>{escape(text)}</text>'


def haloed(x: Decimal, y: Decimal, text: str, anchor: str) -> str:
    """A warning that stays readable where it crosses a line: the same words in white below it."""
    place = f'x="{at(x)}" y="{at(y)}" text-anchor="{anchor}" font-weight="600"'
    white = f'<text {FACE} fill="#fff" stroke="#fff" stroke-width="4" {place}>{escape(text)}</text>'
    return f'{white}<text {FACE} fill="{BAD}" {place}>{escape(text)}</text>'


def out_of_limit(series: Series, value: Decimal | None) -> bool:
    """Whether a reading lies outside the limits the series was judged by (limits inclusive)."""
    if value is None:
        return False
    return (series.low is not None and value < series.low) or (series.high is not None and value > series.high)


def _band(series: Series, axis: Axis) -> list[str]:
    if series.low is None and series.high is None:
        return []
    top = axis.y(series.high) if series.high is not None else axis.top
    foot = axis.y(series.low) if series.low is not None else axis.bottom
    box = f'x="{at(LEFT)}" y="{at(top)}" width="{at(RIGHT - LEFT)}" height="{at(foot - top)}"'
    parts = [f'<rect fill="{BAND}" {box}/>']
    for bound in (series.low, series.high):
        if bound is not None:
            path = f"M{at(LEFT)} {at(axis.y(bound))}H{at(RIGHT)}"
            parts.append(f'<path stroke="{EDGE}" stroke-dasharray="2 3" d="{path}"/>')
    return parts


def _axis(axis: Axis) -> list[str]:
    parts = [f'<path fill="none" stroke="{LINE}" d="M{at(LEFT)} {at(axis.top)}V{at(axis.bottom)}H{at(RIGHT)}"/>']
    for tick in axis.ticks:
        y = axis.y(tick)
        parts.append(f'<path stroke="{LINE}" d="M{at(LEFT - 4)} {at(y)}H{at(LEFT)}"/>')
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
            parts.append(f'<rect fill="#9db2dd" stroke="{LINES["bar"][0]}" {box}/>')
    return parts


def _points(series: Series, axis: Axis, places: Sequence[Decimal], fill: str = "#1b3f98") -> list[str]:
    return [
        f'<circle cx="{at(x)}" cy="{at(axis.y(value))}" r="3" fill="{fill}"/>'
        for x, value in zip(places, series.values, strict=True)
        if value is not None
    ]


def _line(series: Series, axis: Axis, places: Sequence[Decimal]) -> list[str]:
    colour, width, dash = LINES[series.style]
    path, pen = "", "M"
    for x, value in zip(places, series.values, strict=True):
        if value is None:
            pen = "M"  # a gap stays a gap: nothing was recorded there
            continue
        path += f"{pen}{at(x)} {at(axis.y(value))}"
        pen = "L"
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    line = f'<path fill="none" stroke="{colour}" stroke-width="{width}"{dashes} d="{path}"/>'
    # A reading between two gaps has no line; few readings are shown as points in any case.
    return [line, *(_points(series, axis, places, colour) if len(places) <= FEW else [])]


def _breaches(chart: Chart, series: Series, axis: Axis, places: Sequence[Decimal]) -> list[str]:
    parts = []
    hits = [
        (x, value, label)
        for x, value, label in zip(places, series.values, chart.x_labels, strict=True)
        if out_of_limit(series, value)
    ]
    for x, value, _ in hits:
        y = axis.y(value or Decimal(0))
        diamond = f"M{at(x)} {at(y - 7)}L{at(x + 7)} {at(y)}L{at(x)} {at(y + 7)}L{at(x - 7)} {at(y)}z"
        parts.append(f'<path fill="{BAD}" d="{diamond}"/>')
    if len(hits) == 1:  # more would overprint; the table names each
        x, value, label = hits[0]
        right = x < (LEFT + RIGHT) / 2
        shift = Decimal(12) if right else Decimal(-12)
        text = f"{series.label} {value} at {label}"
        parts.append(haloed(x + shift, axis.y(value or Decimal(0)) + 5, text, "start" if right else "end"))
    return parts


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
        parts.append(words(LABEL, last, series.label, fill=LINES[series.style][0], bold=series.style == "strong"))
    return parts


def _panel(chart: Chart, panel: Panel, top: Decimal, height: Decimal, places: Sequence[Decimal]) -> list[str]:
    axis = Axis.over(panel, top + 28, top + height)
    parts: list[str] = []
    for series in panel.series:
        parts += _band(series, axis)
    parts += _axis(axis)
    parts.append(words(LEFT, top + 14, panel.title, bold=True))
    for series in panel.series:
        draw = {"bar": _bars, "dots": _points}.get(series.style, _line)
        parts += draw(series, axis, places)
        parts += _breaches(chart, series, axis, places)
    return parts + _ends(panel, axis)


def _x_words(chart: Chart, places: Sequence[Decimal], y: Decimal) -> list[str]:
    step = max(1, -(-len(places) // 9))
    parts = []
    for place, label in list(zip(places, chart.x_labels, strict=True))[::step]:
        parts.append(f'<path stroke="{LINE}" d="M{at(place)} {at(y)}v5"/>')
        parts.append(words(place, y + 20, label, "middle"))
    parts.append(words(RIGHT, y + 38, chart.x_title, "end"))
    return parts


def draw_chart(chart: Chart) -> str:
    """Draw the picture as SVG.

    Refuses when a series has another number of values than the axis: such a picture would lie.
    """
    count = len(chart.x)
    if len(chart.x_labels) != count or any(len(s.values) != count for p in chart.panels for s in p.series):
        raise ValueError(f"Chart {chart.title}: series and axis differ in length")
    bars = any(series.style == "bar" for panel in chart.panels for series in panel.series)
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
