"""The figures that browser and server both draw: plotly accepts them, and they hold exactly what they were given."""

import json
import math
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.figures.bars import Bars, horizontal_bars
from dashboard.figures.lines import YearBreak, city_lines
from dashboard.figures.style import CITY_COLOURS, CITY_DASHES, CITY_SYMBOLS, nice_ticks, value_axis
from dashboard.html.svg import figure_svg
from dashboard.i18n import LANGUAGES, Formats, translator

CITIES = tuple(CITY_COLOURS)
NAMES = {code: f"Kaupunki {code}" for code in CITIES}
HOSTILE = (
    "<script>alert(1)</script>",
    'a"b',
    "a&amp;b",
    "</text></svg>",
    "%{y}",
    "${x}",
    "\u202eyo",
    "a\x00b",
    "<b>",
    "&",
)

ends = st.floats(-1e13, 1e13, allow_subnormal=False).filter(lambda value: value == 0 or abs(value) > 1e-6)


def bars(categories=("Alfa", "Beeta"), values=(3.0, None), label=str):
    return horizontal_bars(categories, [Bars("Ostot", values, "#3264d0")], label, "euroa", "Kuvaus")


def lines(years=(2022, 2023), values=None, mark=None):
    values = {"853": [100.0, 90.0]} if values is None else values
    return city_lines(years, values, NAMES, str, "indeksi", "Kuvaus", mark)


@settings(deadline=None)
@given(ends, ends)
def test_ticks_span_the_values_evenly_by_round_steps(one, other):
    low, high = sorted((one, other))
    ticks = nice_ticks(low, high)
    steps = [further - tick for tick, further in pairwise(ticks)]
    assert ticks[0] <= min(low, 0) * (1 - 1e-9)
    assert ticks[-1] >= max(high, 0) * (1 - 1e-9)
    assert any(abs(tick) < 1e-9 for tick in ticks)
    assert 2 <= len(ticks) <= 9
    assert all(math.isclose(step, steps[0], rel_tol=1e-3) for step in steps)
    digits = f"{steps[0]:.3e}".partition("e")[0]
    assert float(digits) in (1, 2, 2.5, 5)


@settings(deadline=None)
@given(ends)
def test_ticks_reach_no_further_than_a_step_beyond_the_values(high):
    ticks = nice_ticks(0, high) if high > 0 else nice_ticks(high, 0)
    reach = max(abs(ticks[0]), abs(ticks[-1]))
    assert reach - abs(high) <= (ticks[1] - ticks[0]) * (1 + 1e-6)


@pytest.mark.parametrize(
    ("high", "told"),
    [(20, ["0 d", "5 d", "10 d", "15 d", "20 d"]), (1, ["0.0 d", "0.2 d", "0.4 d", "0.6 d", "0.8 d", "1.0 d"])],
)
def test_whole_ticks_have_no_decimal_and_the_others_have_the_same(high, told):
    assert value_axis(0, high, lambda value: f"{value:,.1f} d", "days")["ticktext"] == told


def test_thousands_are_not_taken_for_decimals():
    assert value_axis(0, 10_000, lambda value: f"{value:,.0f} €", "euros")["ticktext"][-1] == "10,000 €"


@pytest.mark.parametrize(
    "figure",
    [
        bars(),
        bars((), ()),
        bars(("Alfa",), (-5.0,)),
        lines(),
        lines(mark=YearBreak(2023, "1.1.2023")),
        lines((), {}),
        lines((2022,), {code: [float(n)] for n, code in enumerate(CITIES)}),
    ],
)
def test_plotly_accepts_every_property(figure):
    """plotly's own validation raises for a property or value that it does not know."""
    accepted = go.Figure(figure).to_plotly_json()
    assert len(accepted["data"]) == len(figure["data"])
    assert json.loads(json.dumps(figure)) == figure


def test_bars_hold_their_values_and_texts_and_leave_out_the_unknown():
    (trace,) = bars(label=lambda value: f"{value:.0f} €")["data"]
    assert trace["x"] == [3.0, None]
    assert trace["text"] == ["3 €", ""]
    assert trace["hovertext"] == ["Alfa: Ostot 3 €", "Beeta"]


def test_two_categories_of_one_name_stay_two_bars():
    (trace,) = bars(("Oy", "Oy", "Oy"), (1.0, 2.0, 3.0))["data"]
    assert len(set(trace["y"])) == 3
    assert {name.strip("\u200b") for name in trace["y"]} == {"Oy"}
    root = ET.fromstring(figure_svg(bars(("Oy", "Oy", "Oy"), (1.0, 2.0, 3.0))))
    rects = [one for one in root.iter("{http://www.w3.org/2000/svg}rect") if len(one)]
    assert len({one.get("y") for one in rects}) == 3


def test_more_bars_are_given_more_room():
    heights = [bars([str(n) for n in range(count)], [1.0] * count)["layout"]["height"] for count in (1, 5, 10)]
    two = horizontal_bars(["A"], [Bars("a", [1.0], "#000"), Bars("b", [1.0], "#111")], str, "", "")
    assert heights[2] - heights[1] == pytest.approx((heights[1] - heights[0]) * 5 / 4)
    assert two["layout"]["height"] > heights[0]


def test_the_axis_leaves_room_for_the_label_behind_the_longest_bar():
    layout = bars(("A",), (1000.0,), Formats("fi").money_short)["layout"]
    assert layout["xaxis"]["range"][1] > 1000


@pytest.mark.parametrize("language", LANGUAGES)
def test_ticks_are_written_by_the_label_that_bars_have(language):
    label = Formats(language).money_short
    axis = bars(("A",), (2_345_678.0,), label)["layout"]["xaxis"]
    assert axis["ticktext"] == [label(tick) for tick in axis["tickvals"]]
    assert axis["range"] == [axis["tickvals"][0], axis["tickvals"][-1]]


def test_a_city_looks_the_same_whichever_others_are_shown():
    alone = lines(values={"853": [1.0, 2.0]})["data"][0]
    among = next(one for one in lines(values={c: [1.0, 2.0] for c in CITIES})["data"] if one["name"] == NAMES["853"])
    assert (alone["line"], alone["marker"]) == (among["line"], among["marker"])


def test_cities_are_told_apart_without_their_colours():
    looks = {(CITY_SYMBOLS[code], CITY_DASHES[code]) for code in CITIES}
    assert len(looks) == len(set(CITY_SYMBOLS.values())) == len(set(CITY_COLOURS.values())) == 6


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("code", CITIES)
def test_a_line_is_seen_on_white(code):
    """Three to one, as WCAG 1.4.11 asks of graphics."""
    assert 1.05 / (luminance(CITY_COLOURS[code]) + 0.05) >= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_at_a_break_take_two_lines_where_there_is_room(language):
    text = translator(language)("1 Jan 2023: health and social services left the cities (not Helsinki)")
    layout = city_lines([2022, 2023], {"091": [1, 2]}, NAMES, str, "", "", YearBreak(2023, text))["layout"]
    for one, most in ((layout, 30), (layout["meta"]["wide"], 42)):
        lines = one["annotations"][-1]["text"].split("<br>")
        assert " ".join(lines) == text
        assert max(map(len, lines)) <= most
    assert len(lines) == 2


@pytest.mark.parametrize(("first", "last", "is_there"), [(2022, 2023, True), (2023, 2024, False), (2020, 2022, False)])
def test_the_break_is_in_the_figure_only_where_the_years_cross_it(first, last, is_there):
    years = list(range(first, last + 1))
    layout = lines(years, {"853": [1.0] * len(years)}, YearBreak(2023, "sanat"))["layout"]
    assert ("shapes" in layout) is is_there
    assert [one["text"] for one in layout.get("annotations", ())] == ["sanat"] * is_there


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_drawn_as_a_name(text):
    """In the SVG a name is text whatever it holds; no element comes of it."""
    plain, hostile = (
        horizontal_bars([name], [Bars(name, [1.0], "#000")], lambda _: "1 €", name, name) for name in ("x", text)
    )
    shape = [one.tag for one in ET.fromstring(figure_svg(plain)).iter()]
    found = [one.tag for one in ET.fromstring(figure_svg(hostile)).iter()]
    assert [tag for tag in found if not tag.endswith(("text", "title"))] == [
        tag for tag in shape if not tag.endswith(("text", "title"))
    ]
    assert "script" not in re.sub(r">[^<]*<", "><", re.sub(r'="[^"]*"', "", figure_svg(hostile)))


@pytest.mark.parametrize("name", ["Yritys <Helsinki> Oy", "Alfa <b>Oy</b>", "A<br>B Oy"])
def test_a_name_in_angle_brackets_is_drawn_whole(name):
    root = ET.fromstring(figure_svg(bars((name,), (1.0,))))
    assert name in ["".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_description_is_the_drawings_name():
    root = ET.fromstring(figure_svg(bars()))
    assert (root.get("role"), root.get("aria-label")) == ("img", "Kuvaus")


def test_a_line_is_cut_at_a_break_but_where_it_does_not_concern_the_city():
    broken = YearBreak(2023, "1 Jan 2023", frozenset({"091"}))
    figure = city_lines(
        [2022, 2023, 2024], {"091": [1.0, 2.0, 3.0], "564": [1.0, 2.0, 3.0]}, {"091": "Helsinki", "564": "Oulu"},
        str, "euros", "", broken,
    )  # fmt: skip
    whole, cut = figure["data"]
    assert (whole["x"], whole["y"]) == ([2022, 2023, 2024], [1.0, 2.0, 3.0])
    assert (cut["x"], cut["y"]) == ([2022, 2022.5, 2023, 2024], [1.0, None, 2.0, 3.0])
    assert len(cut["hovertext"]) == 4
