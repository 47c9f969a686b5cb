"""Whatever the data, the drawing's geometry is the data's: lengths, heights, ticks, and nothing outside the picture."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.figures.bars import Bars, horizontal_bars
from dashboard.figures.lines import YearBreak, city_lines
from dashboard.figures.style import CITY_COLOURS
from dashboard.html.chart.text import measure
from dashboard.html.svg import figure_svg
from dashboard.i18n import LANGUAGES, Formats

SVG = "{http://www.w3.org/2000/svg}"
CITIES = tuple(CITY_COLOURS)
NAMES = dict(zip(CITIES, ("Helsinki", "Esbo", "Vanda", "Tammerfors", "Åbo", "Uleåborg"), strict=True))
NARROW, WIDE = 328, 760

euros = st.floats(-1e9, 1e10).map(lambda value: round(value, 2))
names = st.text(st.characters(codec="ascii", categories=["L", "Zs"]), min_size=1, max_size=60).map(str.strip)
languages = st.sampled_from(LANGUAGES)
widths = st.sampled_from((NARROW, WIDE))


BREAK = 2023


@st.composite
def bar_charts(draw):
    """(figure, categories, values by series, format of its labels)."""
    rows = draw(st.integers(1, 12))
    categories = draw(st.lists(names.filter(bool), min_size=rows, max_size=rows))
    values = draw(st.lists(st.lists(st.none() | euros, min_size=rows, max_size=rows), min_size=1, max_size=2))
    label = Formats(draw(languages)).money_short
    series = [Bars(f"series {n}", one, f"#00000{n}") for n, one in enumerate(values)]
    return horizontal_bars(categories, series, label, "euroa", "Kuvaus"), categories, values, label


@st.composite
def line_charts(draw):
    """(figure, years, values by city, format of its labels)."""
    first, count = draw(st.integers(2000, 2024)), draw(st.integers(1, 14))
    years = list(range(first, first + count))
    cities = draw(st.lists(st.sampled_from(CITIES), min_size=1, unique=True))
    value = st.none() | st.floats(0, 500).map(lambda number: round(number, 1))
    values = {code: draw(st.lists(value, min_size=count, max_size=count)) for code in cities}
    label = Formats(draw(languages)).plain
    mark = YearBreak(BREAK, "1.1.2023: social- och hälsovården till välfärdsområdena (inte Helsingfors)")
    return city_lines(years, values, NAMES, label, "indeksi", "Kuvaus", mark), years, values, label


def tree(figure, width):
    return ET.fromstring(figure_svg(figure, width=width))


def group(root, name):
    return [one for one in root.iter(f"{SVG}g") if one.get("class") == name]


def number(node, name):
    return float(node.get(name))


def zero_line(root):
    """Where bars start: the last of the axes' lines, drawn over the grid."""
    return number([line for line in group(root, "chart__axes")[0] if line.tag == f"{SVG}line"][-1], "x1")


def marks(root):
    """Markers of each line as (x, y, title)."""
    found = []
    for line in group(root, "chart__line"):
        paths = [one for one in line.iter(f"{SVG}path") if one.get("transform")]
        found.append(
            [
                (*map(float, re.findall(r"-?[\d.]+", one.get("transform"))), one.findtext(f"{SVG}title", ""))
                for one in paths
            ]
        )
    return found


def ticks(root, texts, axis):
    """Where the labels of an axis stand, by their text."""
    return {one.text: number(one, axis) for one in root.iter(f"{SVG}text") if one.text in texts}


@settings(deadline=None, max_examples=60)
@given(chart=bar_charts(), width=widths)
def test_bars_start_at_zero_and_are_as_long_as_their_values(chart, width):
    figure, _, values, _ = chart
    root = tree(figure, width)
    start = zero_line(root)
    known = [[value for value in one if value is not None] for one in values]
    low, high = figure["layout"]["xaxis"]["range"]
    bars = group(root, "chart__bars")
    lengths = [
        (value, number(bar, "x"), number(bar, "width"))
        for one, drawn in zip(known, bars, strict=True)
        for value, bar in zip(one, drawn.iter(f"{SVG}rect"), strict=True)
    ]
    assert all(low <= value <= high for value, _, _ in lengths)
    longest = max(lengths, key=lambda one: abs(one[0]), default=None)
    for value, x, length in lengths:
        assert (x if value >= 0 else x + length) == pytest.approx(start, abs=0.2)
        if longest[0]:
            assert length == pytest.approx(abs(value) / abs(longest[0]) * longest[2], abs=0.25)


@pytest.mark.parametrize("values", [(90, 100), (-100, -90), (5, 5)])
@pytest.mark.parametrize("is_lying", [True, False])
def test_bars_of_a_figure_without_a_range_start_at_zero_too(values, is_lying):
    """An axis that began near the lowest value would make a small difference look large."""
    along = {"orientation": "h", "y": ["a", "b"], "x": values} if is_lying else {"x": ["a", "b"], "y": values}
    (drawn,) = group(tree({"data": [{"type": "bar", **along}], "layout": {}}, WIDE), "chart__bars")
    one, other = (number(bar, "width" if is_lying else "height") for bar in drawn.iter(f"{SVG}rect"))
    assert one / other == pytest.approx(values[0] / values[1], rel=0.01)


@settings(deadline=None, max_examples=40)
@given(chart=bar_charts(), width=widths)
def test_bars_never_overlap_and_stand_in_the_order_of_the_table(chart, width):
    figure, categories, values, _ = chart
    root = tree(figure, width)
    places = []
    for one, drawn in zip(values, group(root, "chart__bars"), strict=True):
        rows = [row for row, value in enumerate(one) if value is not None]
        places.append(dict(zip(rows, drawn.iter(f"{SVG}rect"), strict=True)))
    ordered = [found[row] for row in range(len(categories)) for found in places if row in found]
    ends = 0.0
    for bar in ordered:
        assert number(bar, "y") >= ends - 0.15
        ends = number(bar, "y") + number(bar, "height")
    assert ends <= number(root, "height")


@settings(deadline=None, max_examples=40)
@given(chart=bar_charts(), width=widths)
def test_each_bar_says_its_value_as_the_language_writes_it(chart, width):
    figure, categories, values, label = chart
    root = tree(figure, width)
    titles = [bar.findtext(f"{SVG}title") for bar in root.iter(f"{SVG}rect") if bar.find(f"{SVG}title") is not None]
    wanted = [
        f"{name}: series {n} {label(value)}"
        for n, one in enumerate(values)
        for name, value in zip(categories, one, strict=True)
        if value is not None
    ]
    assert titles == wanted
    assert [trace["x"] for trace in figure["data"]] == values


@settings(deadline=None, max_examples=60)
@given(chart=bar_charts() | line_charts(), width=widths)
def test_no_label_and_no_mark_leaves_the_picture(chart, width):
    root = tree(chart[0], width)
    height = number(root, "height")
    for text in root.iter(f"{SVG}text"):
        wide = measure(text.text, number(text, "font-size"))
        start = number(text, "x") - wide * {"middle": 0.5, "end": 1}.get(text.get("text-anchor"), 0)
        assert start >= -0.5
        assert start + wide <= width + 0.5
        assert 0 < number(text, "y") <= height
    for bar in root.iter(f"{SVG}rect"):
        assert -0.1 <= number(bar, "x") <= number(bar, "x") + number(bar, "width") <= width + 0.1
    for x, y, _ in (mark for line in marks(root) for mark in line):
        assert 0 <= x <= width
        assert 0 <= y <= height


@settings(deadline=None, max_examples=60)
@given(chart=line_charts(), width=widths)
def test_lines_stand_as_high_as_their_values_and_as_far_as_their_years(chart, width):
    figure, years, values, label = chart
    root = tree(figure, width)
    axis = figure["layout"]["yaxis"]
    heights = ticks(root, axis["ticktext"], "y")
    low, high = axis["tickvals"][0], axis["tickvals"][-1]
    bottom, top = heights[label(low)], heights[label(high)]
    columns = {}
    for line, (code, wanted) in zip(marks(root), values.items(), strict=True):
        known = [(year, value) for year, value in zip(years, wanted, strict=True) if value is not None]
        for (year, value), (x, y, title) in zip(known, line, strict=True):
            share = (value - low) / (high - low)
            assert y + 12 * 0.35 == pytest.approx(bottom + share * (top - bottom), abs=0.2)
            assert title == f"{NAMES[code]} {year}: {label(value)}"
            columns.setdefault(year, set()).add(x)
    assert all(len(xs) == 1 for xs in columns.values())
    places = [(year, xs.pop()) for year, xs in sorted(columns.items())]
    for (one, x), (other, further) in pairwise(places):
        step = (places[-1][1] - places[0][1]) / (places[-1][0] - places[0][0])
        assert further - x == pytest.approx((other - one) * step, abs=0.2)


@settings(deadline=None, max_examples=40)
@given(chart=line_charts(), width=widths)
def test_a_line_is_broken_exactly_where_a_value_is_missing_and_at_the_break(chart, width):
    figure, years, values, _ = chart
    for drawn, wanted in zip(group(tree(figure, width), "chart__line"), values.values(), strict=True):
        path = next((one.get("d") for one in drawn if one.get("fill") == "none"), "")
        signs = ("." if value is None else "x" for value in wanted)
        runs = "".join("." * (year == BREAK) + sign for year, sign in zip(years, signs, strict=True)).split(".")
        assert path.count("M") == len([run for run in runs if run])
        assert path.count("M") + path.count("L") == sum(value is not None for value in wanted)


@settings(deadline=None, max_examples=30)
@given(first=st.integers(2010, 2026), last=st.integers(2010, 2030), width=widths)
def test_the_break_stands_in_the_middle_between_its_years(first, last, width):
    years = list(range(first, max(first, last) + 1))
    figure = city_lines(years, {"853": [100] * len(years)}, NAMES, str, "", "", YearBreak(2023, "1.1.2023"))
    root = tree(figure, width)
    lines = [line for line in root.iter(f"{SVG}line") if line.get("class") == "chart__marker"]
    assert len(lines) == (1 if first < 2023 <= years[-1] else 0)
    if lines:
        place = {title: x for x, _, title in marks(root)[0]}
        middle = (place["Åbo 2022: 100"] + place["Åbo 2023: 100"]) / 2
        assert (number(lines[0], "x1"), number(lines[0], "x2")) == pytest.approx((middle, middle), abs=0.2)
        assert "1.1.2023" in [text.text for text in root.iter(f"{SVG}text")]


@settings(deadline=None, max_examples=60)
@given(chart=bar_charts() | line_charts(), width=widths)
def test_each_tick_of_the_figure_has_its_grid_line_evenly_apart(chart, width):
    figure = chart[0]
    is_lying = figure["data"][0]["type"] == "bar"
    axis = figure["layout"]["xaxis" if is_lying else "yaxis"]
    (axes,) = group(tree(figure, width), "chart__axes")
    name = "x1" if is_lying else "y1"
    grid = sorted({number(line, name) for line in axes if line.tag == f"{SVG}line"})
    steps = [further - place for place, further in pairwise(grid)]
    assert len(grid) == len(axis["tickvals"])
    assert all(step == pytest.approx(steps[0], abs=0.25) for step in steps)


@pytest.mark.parametrize("largest", [0.01, 0.1, 0.11, 2.0, 10.0, 80.0, 99.0, 1e5, 9e5, 2.2e6, 9.9e8])
@pytest.mark.parametrize("language", LANGUAGES)
def test_two_ticks_are_never_written_alike(language, largest):
    figure = horizontal_bars(["A"], [Bars("sum", [largest], "#000")], Formats(language).money_short, "", "")
    written = figure["layout"]["xaxis"]["ticktext"]
    assert len(set(written)) == len(written)
