"""Every kind of figure, whatever the data: plotly accepts it, nothing leaves the drawing, and each value is said."""

import json
import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.figures.bars import Bars, columns, horizontal_bars
from dashboard.figures.facets import Facet, facets
from dashboard.figures.heat import SCALE, heat_map
from dashboard.figures.lines import YearBreak, city_lines
from dashboard.figures.ranges import Span, ranges
from dashboard.figures.sets import Intersection, SetOf, set_intersections
from dashboard.figures.style import ACCENT, CITY_COLOURS, FAINT, FALL, QUIET, RISE, TOTAL
from dashboard.figures.waterfall import Step, waterfall
from dashboard.html.chart.colour import DARK_SCALE, contrast, readable_on
from dashboard.html.chart.text import SIZE, measure
from dashboard.html.svg import Chrome, figure_height, figure_svg
from dashboard.i18n import LANGUAGES, Formats

SVG = "{http://www.w3.org/2000/svg}"
CITIES = tuple(CITY_COLOURS)
NAMES = dict(zip(CITIES, ("Helsinki", "Esbo", "Vanda", "Tammerfors", "Åbo", "Uleåborg"), strict=True))
NARROW, WIDE = 328, 760
DARK_PAPER = "#121820"
CHROME = Chrome("Otsikko", "Alaotsikko", "Lähde", "CC BY 4.0", "Julkaisu", "ESIMERKKI", "kuusi.fi")

euros = st.floats(-1e9, 1e10).map(lambda value: round(value, 2))
sizes = st.floats(0, 1e6).map(lambda value: round(value, 1))
words = st.text(st.characters(codec="ascii", categories=["L", "Zs"]), min_size=1, max_size=50).map(str.strip)
names = words.filter(bool)
labels = st.sampled_from(LANGUAGES).map(lambda language: Formats(language).money_short)


@st.composite
def waterfalls(draw):
    steps = [Step(draw(names), value, is_total=value % 3 == 0) for value in draw(st.lists(euros, max_size=9))]
    label = draw(labels)
    return waterfall(steps, label, "euroa", "Kuvaus"), [label(step.value) for step in steps]


@st.composite
def upright(draw):
    count = draw(st.integers(1, 13))
    series = draw(st.lists(st.lists(st.none() | euros, min_size=count, max_size=count), min_size=1, max_size=3))
    label, is_stacked = draw(labels), draw(st.booleans())
    bars = [Bars(f"sarja {n}", values, ACCENT) for n, values in enumerate(series)]
    figure = columns([str(2010 + n) for n in range(count)], bars, label, "euroa", "Kuvaus", stacked=is_stacked)
    return figure, [label(value) for values in series for value in values if value is not None]


@st.composite
def heat_maps(draw):
    rows, across = draw(st.lists(names, min_size=1, max_size=6)), draw(st.integers(1, 10))
    line = st.lists(st.none() | euros, min_size=across, max_size=across)
    values, label = draw(st.lists(line, min_size=len(rows), max_size=len(rows))), draw(labels)
    figure = heat_map(rows, [str(2010 + n) for n in range(across)], values, label, "Kuvaus")
    return figure, ["–" if value is None else label(value) for line in values for value in line]


@st.composite
def upsets(draw):
    sets = [SetOf(code, NAMES[code], CITY_COLOURS[code]) for code in CITIES]
    subsets = [frozenset(some) for size in (1, 2, 6) for some in combinations(CITIES, size)]
    chosen = draw(st.lists(st.sampled_from(subsets), min_size=1, max_size=12, unique=True))
    parts = [Intersection(members, draw(st.integers(0, 99_999))) for members in chosen]
    label = Formats(draw(st.sampled_from(LANGUAGES))).number
    return set_intersections(sets, parts, label, "yritystä", "Kuvaus"), [label(part.value) for part in parts]


@st.composite
def distributions(draw):
    rows = draw(st.lists(names, min_size=1, max_size=6))
    five = st.lists(sizes, min_size=5, max_size=5).map(lambda ends: Span(*sorted(ends)))
    spans, label = draw(st.lists(st.none() | five, min_size=len(rows), max_size=len(rows))), draw(labels)
    figure = ranges(rows, spans, label, "päivää", "Kuvaus", key=("80 %", "Puolet", "Mediaani"))
    return figure, [label(end) for span in spans if span for end in (span.low, span.middle, span.high)]


@st.composite
def multiples(draw):
    label, years = draw(labels), list(range(2018, 2026))
    mark = YearBreak(2023, "1.1.2023: sosiaali- ja terveyspalvelut hyvinvointialueille (ei Helsinki)")
    series = draw(st.lists(st.lists(st.none() | sizes, min_size=8, max_size=8), min_size=1, max_size=6))
    parts = [
        Facet(NAMES[code], city_lines(years, {code: values}, NAMES, label, "euroa", "x", mark))
        for code, values in zip(CITIES, series, strict=False)
    ]
    figure = facets(parts, "Kuvaus", columns=draw(st.integers(1, 4)), free=draw(st.booleans()))
    return figure, [label(value) for values in series for value in values if value is not None]


KINDS = {
    "waterfall": waterfalls(), "columns": upright(), "heat map": heat_maps(), "sets": upsets(),
    "ranges": distributions(), "facets": multiples(),
}  # fmt: skip


def tree(figure, width, **options):
    return ET.fromstring(figure_svg(figure, width=width, **options))


def number(node, name):
    return float(node.get(name, "0"))


def titles(root):
    return [title.text or "" for title in root.iter(f"{SVG}title")]


def texts(root):
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def boxes(root):
    """The place of each text as (left, top, right, bottom, text)."""
    found = []
    for text in root.iter(f"{SVG}text"):
        size, y = number(text, "font-size"), number(text, "y")
        wide = measure(text.text, size, bold=text.get("font-weight") is not None)
        if turned := re.match(r"rotate\(-90 ([\d.]+) ([\d.]+)\)", text.get("transform", "")):
            middle, bottom = map(float, turned.groups())
            found.append((middle - 0.35 * size, bottom - wide, middle + 0.35 * size, bottom, text.text))
            continue
        left = number(text, "x") - wide * {"middle": 0.5, "end": 1}.get(text.get("text-anchor"), 0)
        found.append((left, y - 0.7 * size, left + wide, y, text.text))
    return found


def markers(root):
    return [
        tuple(map(float, re.findall(r"-?[\d.]+", path.get("transform"))[:2]))
        for path in root.iter(f"{SVG}path")
        if path.get("transform")
    ]


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=15)
@given(st.data())
def test_plotly_accepts_the_figure_and_each_value_is_said(kind, data):
    figure, said = data.draw(KINDS[kind])
    assert len(go.Figure(figure).to_plotly_json()["data"]) == len(figure["data"])
    assert json.loads(json.dumps(figure)) == figure
    for width in (NARROW, WIDE):
        root = tree(figure, width)
        there = " ".join([*titles(root), *texts(root)])
        assert all(value in there for value in said)
        assert (root.get("role"), root.get("aria-label")) == ("img", "Kuvaus")


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=15)
@given(st.data(), st.sampled_from((NARROW, WIDE)), st.sampled_from((None, CHROME)))
def test_nothing_leaves_the_drawing(kind, data, width, chrome):
    root = tree(data.draw(KINDS[kind])[0], width, chrome=chrome)
    height = number(root, "height")
    for left, top, right, bottom, text in boxes(root):
        assert left >= -0.5, text
        assert right <= width + 0.5, text
        assert 0 <= top <= bottom <= height, text
    for rect in root.iter(f"{SVG}rect"):
        assert -0.1 <= number(rect, "x") <= number(rect, "x") + number(rect, "width") <= width + 0.1
        assert -0.1 <= number(rect, "y") <= number(rect, "y") + number(rect, "height") <= height + 0.1
    for x, y in markers(root):
        assert 0 <= x <= width
        assert 0 <= y <= height


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "waterfall"])
@settings(deadline=None, max_examples=15)
@given(st.data(), st.sampled_from((NARROW, WIDE)))
def test_no_two_texts_overlap(kind, data, width):
    root = tree(data.draw(KINDS[kind])[0], width)
    for one, other in combinations(boxes(root), 2):
        apart = one[2] <= other[0] + 1 or other[2] <= one[0] + 1 or one[3] <= other[1] + 1 or other[3] <= one[1] + 1
        assert apart, (one[4], other[4])


def rects(root):
    """Bars and cells: those that say what they are."""
    return [rect for rect in root.iter(f"{SVG}rect") if rect.find(f"{SVG}title") is not None]


@settings(deadline=None, max_examples=30)
@given(st.lists(euros.filter(lambda value: abs(value) > 1), min_size=1, max_size=8), st.sampled_from((NARROW, WIDE)))
def test_each_step_of_a_waterfall_begins_where_the_one_before_ended(changes, width):
    steps = [Step("alku", 1e9), *(Step(f"{n}", value) for n, value in enumerate(changes))]
    figure = waterfall([*steps, Step("yhteensä", 1e9 + sum(changes), is_total=True)], str, "", "")
    *bars, total = rects(tree(figure, width))
    end = number(bars[0], "x") + number(bars[0], "width")
    for step, bar in zip(steps[1:], bars[1:], strict=True):
        left, right = number(bar, "x"), number(bar, "x") + number(bar, "width")
        start, stop = (left, right) if step.value > 0 else (right, left)
        assert start == pytest.approx(end, abs=0.25)
        end = stop
    goal = {number(total, "x"), number(total, "x") + number(total, "width")}
    assert any(end == pytest.approx(edge, abs=0.25 * len(bars)) for edge in goal)


def test_a_rise_and_a_fall_are_told_apart_by_their_signs():
    steps = [Step("a", 2), Step("b", -3), Step("yhteensä", -1, is_total=True)]
    figure = waterfall(steps, lambda value: f"{value} €", "", "")
    (trace,) = figure["data"]
    assert trace["text"] == ["+2 €", "-3 €", "-1 €"]
    assert list(zip(trace["base"], trace["x"], strict=True)) == [(0, 2), (-1, 3), (-1, 1)]
    assert trace["marker"]["color"] == [RISE, FALL, TOTAL]
    assert {"0 €", "+2 €"} <= set(figure["layout"]["xaxis"]["ticktext"])


@pytest.mark.parametrize("colour", [RISE, FALL, TOTAL, ACCENT, QUIET, FAINT, *CITY_COLOURS.values()])
@pytest.mark.parametrize("paper", ["#ffffff", DARK_PAPER])
def test_what_is_drawn_is_seen_on_both_papers(colour, paper):
    assert contrast(colour, paper) >= 3


def test_bars_of_cities_have_the_cities_colours_and_nothing_else_has_one():
    bars = [Bars("s", [1, 2], [CITY_COLOURS["091"], CITY_COLOURS["564"]])]
    root = tree(horizontal_bars(["Helsinki", "Oulu"], bars, str, "", ""), WIDE)
    assert [rect.get("fill") for rect in rects(root)] == [CITY_COLOURS["091"], CITY_COLOURS["564"]]
    assert not {ACCENT, QUIET, FAINT, RISE, FALL, TOTAL} & set(CITY_COLOURS.values())


def test_low_cells_recede_into_either_paper():
    """The dark theme has a scale of its own: away from the paper from low to high, its letters on every shade."""
    for scale, paper in ((SCALE, "#ffffff"), (DARK_SCALE, DARK_PAPER)):
        steps = [contrast(shade, paper) for shade in scale]
        assert steps == sorted(steps)
    shaded = tree(heat_map(["a"], ["x", "y"], [[0.0, 1.0]], str, ""), WIDE).iterfind(f".//{SVG}rect")
    assert [one.get("style") for one in shaded] == [f"--dark: {DARK_SCALE[0]}", f"--dark: {DARK_SCALE[-1]}"]


@pytest.mark.parametrize("shade", [*SCALE, *DARK_SCALE])
def test_letters_are_read_on_every_shade(shade):
    assert contrast(readable_on(shade), shade) >= 4.5


def test_a_missing_cell_is_neither_shaded_nor_zero():
    root = tree(heat_map(["a"], ["x", "y"], [[0.0, None]], lambda value: f"{value:g} €", ""), WIDE)
    zero, missing = rects(root)
    assert (zero.get("fill"), missing.get("fill")) == (SCALE[0], "none")
    assert [rect.findtext(f"{SVG}title") for rect in (zero, missing)] == ["a, x: 0 €", "a, y: –"]
    assert {"0 €", "–"} <= set(texts(root))


def test_cells_of_states_say_their_words_also_where_it_is_narrow():
    words = [["ei avoinna", "osittain", "koko sarja"] * 2] * 2
    figure = heat_map(
        ["Ostolaskut", "Palautteet"], list(NAMES.values()), [[0, 1, 2, 0, 1, 2]] * 2, str, "", texts=words
    )
    for width in (NARROW, WIDE):
        there = " ".join(texts(tree(figure, width)))
        assert there.count("ei avoinna") == there.count("koko sarja") == 4
    assert figure_height(figure, NARROW) > figure_height(figure, WIDE)


LONG_NAMES = ["Harjoituspellon Talotekniikka ja Kunnossapito", "Näytesuon Siivous Oy", "Keksimäen Kalusteet Oy"]


def test_long_names_stand_above_their_bars_where_it_is_narrow():
    figure = horizontal_bars(LONG_NAMES, [Bars("ostot", [3.0, 2.0, 1.0], ACCENT)], lambda value: f"{value:g} €", "", "")
    root = tree(figure, NARROW)
    names = [one for one in root.iterfind(f".//{SVG}text") if one.text in LONG_NAMES]
    assert [one.text for one in names] == LONG_NAMES
    tops = [float(one.get("y")) for one in rects(root)]
    bottoms = [float(one.get("y")) + float(one.get("height")) for one in rects(root)]
    lines = [float(one.get("y")) for one in names]
    assert all(line < top for line, top in zip(lines, tops, strict=True))
    assert all(bottom < line - SIZE * 0.8 for bottom, line in zip(bottoms, lines[1:], strict=False))
    assert float(rects(root)[0].get("width")) > 0.6 * NARROW
    assert figure_height(figure, NARROW) > figure_height(figure, WIDE)
    beside = [one for one in tree(figure, WIDE).iterfind(f".//{SVG}text") if one.text in LONG_NAMES]
    assert {one.get("text-anchor") for one in beside} == {"end"}


def test_short_names_stay_beside_their_bars():
    figure = horizontal_bars(SWEDISH, [Bars("ostot", [1.0] * len(SWEDISH), ACCENT)], str, "", "")
    named = [one for one in tree(figure, NARROW).iterfind(f".//{SVG}text") if one.text in SWEDISH]
    assert [one.get("text-anchor") for one in named] == ["end"] * len(SWEDISH)
    assert figure_height(figure, NARROW) == figure_height(figure, WIDE)


SWEDISH = ["Esbo", "Helsingfors", "Uleåborg", "Tammerfors", "Åbo", "Vanda"]
PROVIDERS = ["kaupunki itse", "ostopalvelu", "palveluseteli", "muu tuottaja", "useita näistä", "ei tiedossa"]


@pytest.mark.parametrize(
    ("rows", "heads", "text"),
    [
        (CITIES, PROVIDERS, "45 %"),
        (["Inköp per invånare"] * 10, SWEDISH, "10,91 € ▲"),
        (CITIES, CITIES, "vain toteuma"),
    ],
)
def test_a_heat_map_is_read_on_a_telephone(rows, heads, text):
    """No letters under 11 pixels and no name or value cut: turned, or with upright names, where it must be."""
    cells = [[1.0] * len(heads)] * len(rows)
    figure = heat_map(rows, heads, cells, str, "", texts=[[text] * len(heads)] * len(rows))
    drawn = list(tree(figure, NARROW).iter(f"{SVG}text"))
    assert min(number(one, "font-size") for one in drawn) >= 11
    assert not [one.text for one in drawn if "…" in one.text]


@pytest.mark.parametrize("drawn", [columns, horizontal_bars])
def test_a_bar_that_is_not_known_is_a_dash_and_zero_is_a_number(drawn):
    figure = drawn(["a", "b", "c"], [Bars("s", [1, None, 0], ACCENT)], lambda value: f"{value:g} €", "", "")
    found = texts(tree(figure, WIDE))
    assert found.count("–") == 1
    assert found.count("0 €") == 2  # the tick and the bar


def test_a_stack_carries_the_names_of_its_parts_at_their_heights():
    bars = [Bars("Palvelut", [3, 5], ACCENT), Bars("Avustukset", [2, 1], FALL)]
    root = tree(columns(["2024", "2025"], bars, str, "", "", stacked=True), WIDE)
    place = {text.text: number(text, "y") for text in root.iter(f"{SVG}text")}
    assert place["Palvelut"] > place["Avustukset"] > place["6"]
    assert not any(group.get("class") == "chart__legend" for group in root.iter(f"{SVG}g"))


def test_dots_stand_where_a_set_takes_part_under_its_bar():
    sets = [SetOf(code, NAMES[code], CITY_COLOURS[code]) for code in CITIES[:3]]
    parts = [Intersection(frozenset(CITIES[:2]), 9), Intersection(frozenset(CITIES[2:3]), 4)]
    root = tree(set_intersections(sets, parts, str, "", ""), WIDE)
    both, one = rects(root)
    assert (both.findtext(f"{SVG}title"), one.findtext(f"{SVG}title")) == ("Helsinki + Esbo: 9", "Vanda: 4")
    middles = [number(bar, "x") + number(bar, "width") / 2 for bar in (both, one)]
    dots = {
        path.findtext(f"{SVG}title"): float(re.findall(r"-?[\d.]+", path.get("transform"))[0])
        for path in root.iter(f"{SVG}path")
        if path.findtext(f"{SVG}title")
    }
    assert dots == pytest.approx({"Helsinki": middles[0], "Esbo": middles[0], "Vanda": middles[1]}, abs=0.2)


def small(code, values=(1, 2, 3)):
    return Facet(NAMES[code], city_lines([2023, 2024, 2025], {code: values}, NAMES, str, "euroa", ""))


@pytest.mark.parametrize(("width", "across"), [(WIDE, 3), (NARROW, 2)])
def test_small_multiples_stand_in_fewer_columns_where_it_is_narrow(width, across):
    root = tree(facets([small(code) for code in CITIES], ""), width)
    places = [(left, top) for left, top, _, _, text in boxes(root) if text in NAMES.values()]
    assert len({left for left, _ in places}) == across
    assert len({top for _, top in places}) == 6 / across
    assert texts(root).count("euroa") == 1


@pytest.mark.parametrize(("free", "is_same"), [(False, True), (True, False)])
def test_small_multiples_share_their_axis_unless_they_are_free(free, is_same):
    figure = facets([small(CITIES[0], (1, 2, 3)), small(CITIES[1], (100, 200, 300))], "", free=free)
    one, other = (figure["layout"][name] for name in ("yaxis", "yaxis2"))
    assert (one["range"] == other["range"]) is (one["ticktext"] == other["ticktext"]) is is_same
    assert other["range"] == [0, 300]


def test_a_part_of_several_axes_is_refused():
    upset = set_intersections([SetOf("a", "A", ACCENT)], [Intersection(frozenset("a"), 1)], str, "", "")
    with pytest.raises(ValueError, match="'Joukot' has several axes"):
        facets([Facet("Joukot", upset)], "")


def test_a_distribution_lies_from_low_to_high_with_its_middle_in_the_bar():
    root = tree(ranges(["a", "b"], [Span(0, 10, 20, 40, 80), None], str, "", ""), WIDE)
    (bar,) = rects(root)
    ((middle, _),) = markers(root)
    unit = number(bar, "width") / 30
    start = number(bar, "x") - 10 * unit
    whiskers = next(path.get("d") for path in root.iter(f"{SVG}path") if path.get("fill") == "none")
    ends = [float(x) for x in re.findall(r"[ML]([\d.]+)", whiskers)]
    assert ends == pytest.approx([start + at * unit for at in (0, 10, 40, 80)], abs=0.3)
    assert middle == pytest.approx(start + 20 * unit, abs=0.3)
    assert texts(root).count("–") == 1
    assert titles(root).count("a: 20 (10–40; 0–80)") == 2


def test_lines_of_bars_of_one_series_do_not_touch():
    bars = [Bars("s", [float(n) for n in range(12)], ACCENT)]
    ends = [
        (number(bar, "x"), number(bar, "x") + number(bar, "width"))
        for bar in rects(tree(columns([str(n) for n in range(12)], bars, str, "", ""), NARROW))
    ]
    assert all(one[1] < other[0] for one, other in pairwise(ends))
