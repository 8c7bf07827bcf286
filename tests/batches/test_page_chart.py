"""Pictures and the tables beside them carry the same data."""

import re
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from batches.page_chart import Chart, Panel, Series
from batches.page_chart_axes import Axis, nice_step, plain_number
from batches.page_chart_svg import MOST, draw_chart, thinned
from batches.page_chart_table import chart_table
from tests.release.pdf import sample

D = Decimal
CHARTS = [sample.growth_chart(), sample.tff_chart(), sample.nta_chart(), sample.weights_chart()]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.kind)
def test_picture_is_plain_svg_inside_its_frame(chart: Chart) -> None:
    svg = draw_chart(chart)
    root = ET.fromstring(svg)  # noqa: S314 - our own picture
    assert "style" not in svg
    assert "script" not in svg
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for x in re.findall(r' x="([-\d.]+)"', svg):
        assert 0 <= float(x) <= width
    for y in re.findall(r' y="([-\d.]+)"', svg):
        assert 0 <= float(y) <= height


def test_reading_out_of_limit_is_marked_once_and_named() -> None:
    svg = draw_chart(sample.tff_chart())
    assert svg.count('class="bad"') == 1
    assert "TMP 0.63 at 14:40" in svg


def test_alert_is_marked_as_an_alert_and_not_as_out_of_limit() -> None:
    series = Series("flux", "L/m²/h", (D(9), D(7)), "strong", D(8), D(20), "alert 8 to 20", ("within", "alert"))
    chart = Chart("line", "t", "d", "x", (D(0), D(1)), ("a", "b"), (Panel("flux", (series,)),))
    svg = draw_chart(chart)
    assert svg.count('class="warn"') == 1
    assert 'class="bad"' not in svg
    assert [row.verdict for row in chart_table(chart).rows] == ["within", "alert"]


def test_verdict_is_the_recorded_one_and_not_a_second_judgement() -> None:
    series = Series("tmp", "bar", (D("0.604"), D("0.5")), "strong", D("0.1"), D("0.60"), "0.1 to 0.60", ("within",) * 2)
    chart = Chart("line", "t", "d", "x", (D(0), D(1)), ("a", "b"), (Panel("tmp", (series,)),))
    assert 'class="bad"' not in draw_chart(chart)
    assert [row.verdict for row in chart_table(chart).rows] == ["within", "within"]


@pytest.mark.case("PDF-06")
def test_long_series_keeps_its_extremes_and_every_reading_beyond() -> None:
    values = [D(50)] * 5000
    values[1234], values[4321] = D(99), D(1)
    verdicts = tuple("alert" if n == 2345 else "within" for n in range(5000))
    series = Series("q", "mL/min", tuple(values), "strong", D(0), D(100), "0 to 100", verdicts)
    places = tuple(D(n) for n in range(5000))
    chart = Chart("line", "t", "d", "x", places, tuple(map(str, range(5000))), (Panel("q", (series,)),))
    short = thinned(chart)
    assert len(short.x) <= MOST
    assert {D(0), D(1234), D(2345), D(4321), D(4999)} <= set(short.x)
    assert draw_chart(chart).count('class="warn"') == 1
    assert chart_table(chart).note.startswith("5000 readings in 24 windows")


def test_gap_in_a_series_stays_a_gap() -> None:
    svg = draw_chart(sample.growth_chart())
    dashed = re.search(r'stroke-dasharray="7 3" d="([^"]+)"', svg)
    assert dashed
    assert dashed[1].count("M") == 2
    table = chart_table(sample.growth_chart())
    assert table.rows[2].cells == ("7.2", "not recorded")


def test_texts_of_a_picture_are_escaped() -> None:
    chart = replace(sample.weights_chart(), title="<script>&", x_title='"><b>')
    assert "<script>" not in draw_chart(chart)
    assert "&lt;script&gt;&amp;" in draw_chart(chart)


def test_series_of_another_length_is_refused() -> None:
    chart = replace(sample.weights_chart(), x_labels=("V0001",))
    with pytest.raises(ValueError, match="differ in length"):
        draw_chart(chart)


def test_short_series_is_printed_reading_by_reading() -> None:
    table = chart_table(sample.tff_chart())
    assert len(table.rows) == 33
    assert [row.label for row in table.rows if row.verdict == "breach"] == ["14:40"]
    assert table.columns[1].limit == "0.10 to 0.60"
    assert table.note == ""


@pytest.mark.case("PDF-06")
def test_long_series_is_condensed_and_every_breach_named() -> None:
    table = chart_table(sample.tff_chart(5000))
    assert len(table.rows) == 24 + 1
    assert table.rows[-1].label == "14:40"
    assert table.rows[0].cells[1] == "0.370 / 0.423 / 0.63"
    assert "5000 readings in 24 windows" in table.note


def test_narrow_table_stands_in_blocks_without_losing_a_row() -> None:
    table = chart_table(sample.nta_chart())
    assert not table.judged
    assert len(table.blocks) == 3
    kept = [row for block in table.blocks for line in table.lines for row in [line[block]] if row]
    assert kept == list(table.rows)


@pytest.mark.parametrize(("span", "step"), [("1", "0.2"), ("20", "5"), ("7", "2"), ("1e10", "2e9"), ("0.03", "0.01")])
def test_axis_steps_are_round(span: str, step: str) -> None:
    assert nice_step(D(span)) == D(step)


def test_axis_holds_values_and_limits_and_keeps_large_numbers_short() -> None:
    panel = Panel("p", (Series("s", "", (D(5), D(9)), low=D(2), high=D(20)),))
    axis = Axis.over(panel, D(10), D(110))
    assert (axis.low, axis.high) == (D(0), D(20))
    assert axis.y(D(0)) == D(110)
    assert axis.y(D(20)) == D(10)
    assert plain_number(D("20000000000")) == "2 × 10¹⁰"
    assert plain_number(D("0.10")) == "0.10"


def test_axis_of_one_value_is_still_a_scale() -> None:
    axis = Axis.over(Panel("p", (Series("s", "", (D(7),)),)), D(0), D(100))
    assert axis.high > axis.low
    assert "NaN" not in draw_chart(
        Chart("line", "t", "d", "x", (D(1),), ("1",), (Panel("p", (Series("s", "", (D(7),)),)),))
    )
