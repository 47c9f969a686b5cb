import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.html.chart.text import measure
from dashboard.html.svg import Chrome, figure_svg

SVG = "{http://www.w3.org/2000/svg}"
CITIES = ["Helsinki", "Espoo", "Vantaa", "Tampere", "Turku", "Oulu"]
SYMBOLS = ["circle", "square", "diamond", "triangle-up", "cross", "x"]
YEARS = [2019, 2020, 2021, 2022, 2023, 2024]
LONG = "Kiinteistö Oy Helsingin Toimitilat ja Kunnossapitopalvelut sekä Siivous & Vartiointi"
CHROME = Chrome("Otsikko", "Alaotsikko", "Lähde: HRI", "CC BY 4.0", "Julkaisu r1", "ESIMERKKI", "kuusi.fi")


def bars(**trace):
    values = [412.3, 388.1, 120.5, 98.2, -40, 0]
    one = {
        "type": "bar",
        "orientation": "h",
        "y": [LONG, *CITIES[1:]],
        "x": values,
        "marker": {"color": "#3264d0"},
    }
    one["text"] = [f"{value} milj. €" for value in values]
    return {"data": [{**one, **trace}], "layout": {"yaxis": {"autorange": "reversed"}}}


def columns():
    return {
        "data": [{"type": "bar", "x": CITIES, "y": [3, 2, -1, 4, 5, 1], "text": list("321451")}],
        "layout": {},
    }


def lines(**layout):
    data = [
        {"type": "scatter", "mode": "lines+markers", "name": city, "x": YEARS,
         "y": [n, n + 1, None, n + 2, n + 3, n + 3.1], "line": {"color": "#123456", "dash": "dash"},
         "marker": {"symbol": symbol}}
        for n, (city, symbol) in enumerate(zip(CITIES, SYMBOLS, strict=True))
    ]  # fmt: skip
    return {"data": data, "layout": layout}


def grouped(barmode="group"):
    two = [{"type": "bar", "orientation": "h", "name": name, "y": CITIES, "x": [5, 4, 3, 2, 1, -2]} for name in "AB"]
    return {"data": two, "layout": {"barmode": barmode}}


def broken():
    return lines(
        meta={"direct_labels": True, "description": "Menot"},
        yaxis={"title": {"text": "Euroa asukasta kohti"}, "tickvals": [0, 5], "ticktext": ["0", "5 000"]},
        shapes=[{"type": "line", "x0": 2022.5, "x1": 2022.5, "y0": 0, "y1": 1, "yref": "paper"}],
        annotations=[{"x": 2022.5, "y": 1, "yref": "paper", "text": "Hyvinvointialueet<br>aloittivat 1.1.2023"}],
    )


FIGURES = {
    "bars": bars(), "columns": columns(), "lines": lines(), "direct": broken(), "grouped": grouped(),
    "overlay": grouped("overlay"), "stacked": grouped("stack"), "empty": {"data": [], "layout": {}},
    "dates": {"data": [{"type": "scatter", "x": ["2024-01-01", "2024-02-01"], "y": [1, 2]}], "layout": {}},
    "category lines": {"data": [{"type": "scatter", "x": ["I/2024", "II/2024"], "y": [1, 2]}], "layout": {}},
    "one point": {"data": [{"type": "scatter", "x": [2024], "y": [7]}], "layout": {}},
    "years": {"data": [{"type": "bar", "x": YEARS, "y": [1, 2, 3, 4, 5, 6]}], "layout": {}},
    "all missing": {"data": [{"type": "bar", "x": CITIES, "y": [None] * 6}], "layout": {}},
}  # fmt: skip


def tree(figure, **options):
    return ET.fromstring(figure_svg(figure, **options))


def texts(root):
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("width", [328, 760])
@pytest.mark.parametrize("chrome", [None, CHROME])
def test_every_label_is_inside_the_picture(name, width, chrome):
    root = tree(FIGURES[name], width=width, chrome=chrome)
    _, _, right, bottom = map(float, root.get("viewBox").split())
    for text in root.iter(f"{SVG}text"):
        size = float(text.get("font-size"))
        wide = measure(text.text, size, bold=text.get("font-weight") is not None)
        start = float(text.get("x")) - wide * {"middle": 0.5, "end": 1}.get(text.get("text-anchor"), 0)
        assert start >= -0.5, text.text
        assert start + wide <= right + 0.5, text.text
        assert size * 0.7 <= float(text.get("y")) <= bottom - 2, text.text


def test_each_bar_says_what_it_is():
    root = tree(bars(hovertext=[f"{city}: lasku" for city in CITIES]))
    titles = [rect.find(f"{SVG}title").text for rect in root.iter(f"{SVG}rect")]
    assert titles == [f"{city}: lasku" for city in CITIES]


def test_first_category_is_at_the_bottom_unless_the_axis_is_reversed():
    def first_before_last(layout):
        rects = list(tree({**bars(), "layout": layout}).iter(f"{SVG}rect"))
        return float(rects[0].get("y")) < float(rects[-1].get("y"))

    assert first_before_last({"yaxis": {"autorange": "reversed"}})
    assert not first_before_last({})


def test_bar_is_as_long_as_its_value_and_negative_ones_go_left():
    figure = {
        "data": [{"type": "bar", "orientation": "h", "y": ["a", "b", "c"], "x": [100, 50, -50]}],
        "layout": {},
    }
    a, b, c = tree(figure).iter(f"{SVG}rect")
    assert float(a.get("width")) == pytest.approx(2 * float(b.get("width")), abs=0.2)
    assert float(c.get("x")) + float(c.get("width")) == pytest.approx(float(a.get("x")), abs=0.2)


def test_stacked_bars_stand_on_each_other():
    figure = {
        "data": [{"type": "bar", "x": ["a"], "y": [1]}, {"type": "bar", "x": ["a"], "y": [2]}],
        "layout": {"barmode": "stack"},
    }
    low, high = tree(figure).iter(f"{SVG}rect")
    assert float(high.get("y")) + float(high.get("height")) == pytest.approx(float(low.get("y")), abs=0.2)


def test_colours_may_be_one_or_one_each():
    colours = [f"#00000{n}" for n in range(6)]
    assert [rect.get("fill") for rect in tree(bars(marker={"color": colours})).iter(f"{SVG}rect")] == colours


def test_long_name_is_shortened_and_kept_whole_in_its_title():
    root = tree(bars(), width=328, height=200)
    assert any(text.endswith("…") for text in texts(root))
    assert LONG in [title.text for title in root.iter(f"{SVG}title")]


def test_missing_value_is_a_gap_unless_gaps_are_connected():
    def pen_lifts(**trace):
        one = {"type": "scatter", "x": YEARS, "y": [1, 2, None, 4, 5, 6], **trace}
        return next(p.get("d").count("M") for p in tree({"data": [one]}).iter(f"{SVG}path") if p.get("fill") == "none")

    assert pen_lifts() == 2
    assert pen_lifts(connectgaps=True) == 1


def test_missing_value_has_no_marker():
    root = tree({"data": [{"type": "scatter", "x": YEARS, "y": [1, 2, None, float("nan"), 5, 6]}]})
    assert len([path for path in root.iter(f"{SVG}path") if path.get("transform")]) == 4


def test_lines_are_named_at_their_ends_or_in_a_legend():
    direct, legend = tree(broken()), tree(lines())
    assert "chart__names" in figure_svg(broken())
    assert "chart__legend" not in figure_svg(broken())
    assert "chart__legend" in figure_svg(lines())
    assert set(CITIES) <= set(texts(direct))
    assert set(CITIES) <= set(texts(legend))


def test_names_at_line_ends_do_not_touch():
    ys = sorted(float(text.get("y")) for text in tree(broken()).iter(f"{SVG}text") if text.text in CITIES)
    assert min(b - a for a, b in pairwise(ys)) >= 13


def test_break_marker_stands_between_its_years_with_its_words_above_the_plot():
    root = tree(broken())
    marker = next(line for line in root.iter(f"{SVG}line") if line.get("class") == "chart__marker")
    place = {text.text: (float(text.get("x")), float(text.get("y"))) for text in root.iter(f"{SVG}text")}
    assert place["2022"][0] < float(marker.get("x1")) < place["2023"][0]
    assert marker.get("x1") == marker.get("x2")
    highest = min(
        float(p.get("transform").split()[1].rstrip(")")) for p in root.iter(f"{SVG}path") if p.get("transform")
    )
    (words,) = (at for text, at in place.items() if text and "1.1.2023" in text)
    assert words[1] < highest


def test_ticks_are_written_as_the_figure_gives_them():
    assert {"0", "5 000", "Euroa asukasta kohti"} <= set(texts(tree(broken())))


def test_marker_symbols_differ():
    shapes = {p.get("d") for p in tree(lines()).iter(f"{SVG}path") if p.get("transform")}
    assert len(shapes) == 6


def test_page_drawing_uses_the_pages_colours_and_a_picture_fixed_ones():
    assert "var(--chart-text, #1b2733)" in figure_svg(lines())
    for picture in (figure_svg(lines(), standalone=True), figure_svg(lines(), chrome=CHROME)):
        assert "var(" not in picture
        assert "currentColor" not in picture
        assert 'font-family="Inter, sans-serif"' in picture
        assert 'fill="#ffffff"' in picture


def test_picture_carries_its_title_source_licence_release_and_sample_note():
    found = texts(tree(lines(), chrome=CHROME))
    assert {"Otsikko", "Alaotsikko", "Lähde: HRI", "CC BY 4.0", "Julkaisu r1 · kuusi.fi", "ESIMERKKI"} <= set(found)


def test_real_data_has_no_sample_band():
    real = Chrome("Otsikko", "", "Lähde", "CC0", "r1", None, "kuusi.fi")
    assert "#ffd84d" in figure_svg(lines(), chrome=CHROME)
    assert "#ffd84d" not in figure_svg(lines(), chrome=real)


def test_description_is_the_pictures_name():
    root = tree(broken())
    assert (root.get("role"), root.get("aria-label")) == ("img", "Menot")
    assert tree(lines()).get("aria-hidden") == "true"


def test_unknown_trace_raises():
    with pytest.raises(TypeError, match="pie"):
        figure_svg({"data": [{"type": "pie"}]})


@given(st.lists(st.tuples(st.text(), st.none() | st.floats(-1e12, 1e12)), min_size=1, max_size=6))
def test_any_names_and_values_give_wellformed_xml(rows):
    names, values = [name for name, _ in rows], [value for _, value in rows]
    for trace in ({"orientation": "h", "y": names, "x": values}, {"x": names, "y": values}):
        tree(
            {
                "data": [{"type": "bar", "name": names[0], "text": names, **trace}],
                "layout": {"title": names[0]},
            },
            chrome=CHROME,
        )
    tree(
        {
            "data": [{"type": "scatter", "x": names, "y": values, "name": names[0]}],
            "layout": {"meta": {"direct_labels": True}},
        }
    )
