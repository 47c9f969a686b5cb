from html.parser import HTMLParser

import pytest
from dash import dcc, html
from hypothesis import given
from hypothesis import strategies as st

from dashboard.components.browser import Address, Figure, Input
from dashboard.html.attributes import is_safe_address, style_text
from dashboard.html.render import render

# what HTML cannot carry: control characters, lone surrogates, and line ends that parsers rewrite
WRITABLE = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"))


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def read(markup: str) -> Reader:
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return reader


@pytest.mark.parametrize(
    ("component", "markup"),
    [
        (html.P("a", className="note"), '<p class="note">a</p>'),
        (html.Label("a", htmlFor="x"), '<label for="x">a</label>'),
        (
            html.Div(**{"aria-hidden": False, "data-auto": True}),
            '<div aria-hidden="false" data-auto="true"></div>',
        ),
        (html.Details(open=True), "<details open></details>"),
        (html.Details(open=False), "<details></details>"),
        (html.Div(hidden=True), "<div hidden></div>"),
        (html.Option("a", value="", selected=True), '<option selected value="">a</option>'),
        (html.Select(required=True, name="c"), '<select name="c" required></select>'),
        (html.Td("1", colSpan=2, rowSpan=3), '<td colspan="2" rowspan="3">1</td>'),
        (html.Th("1", scope="col"), '<th scope="col">1</th>'),
        (html.Time("ma", dateTime="2026-11-23"), '<time datetime="2026-11-23">ma</time>'),
        (html.Div(tabIndex=0), '<div tabindex="0"></div>'),
        (html.Div(spellCheck=False), '<div spellcheck="false"></div>'),
        (html.A("a", href="/x", hrefLang="sv", download=True), '<a download href="/x" hreflang="sv">a</a>'),
        (html.Div(["a", html.Br(), html.Hr()]), "<div>a<br><hr></div>"),
        (html.Img(src="/a.png", alt=""), '<img alt="" src="/a.png">'),
        (html.Div(id={"b": 1, "a": 2}), '<div id="{&quot;a&quot;:2,&quot;b&quot;:1}"></div>'),
        (html.Div("a", n_clicks=3, key="k"), "<div>a</div>"),
        (html.Pre("\nx"), "<pre>\n\nx</pre>"),
        (Address(id="url"), ""),
        (Input(type="hidden", name="city", value="853"), '<input name="city" type="hidden" value="853">'),
        (Input(id="q", value='a"b', maxLength=9), '<input id="q" value="a&quot;b" maxlength="9">'),
    ],
)
def test_component_becomes_the_html_react_would_write(component, markup):
    assert render(component) == markup


def test_children_may_be_numbers_none_and_nested_lists():
    assert render([1, None, 2.5, ["a", [html.B("b")]], ("c",)]) == "12.5a<b>b</b>c"
    assert render(html.P(0)) == "<p>0</p>"


def test_style_is_css():
    style = {"maxWidth": 40, "fontWeight": 600, "--share": 0.5, "marginTop": 0, "color": "red;position:fixed"}
    assert style_text(style) == "max-width:40px;font-weight:600;--share:0.5;margin-top:0;color:redposition:fixed"


def test_figure_is_drawn_wide_and_narrow_at_the_height_it_will_have():
    figure = {
        "data": [{"type": "bar", "x": ["Turku"], "y": [3]}],
        "layout": {"height": 321, "meta": {"description": "Ostot <2024>"}},
    }
    markup = render(Figure("g", figure))
    assert markup.startswith(
        '<div id="g" class="figure" style="--height:321px;--narrow:321px"><div class="figure__drawings"><svg '
    )
    assert markup.count('height="321"') == 2
    assert 'class="chart chart--wide"' in markup
    assert 'class="chart chart--narrow"' in markup
    assert 'role="img" aria-label="Ostot &lt;2024&gt;"' in markup


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", " JavaScript:alert(1)", "java\nscript:alert(1)", "\x01javascript:x",
     "data:text/html,x", "vbscript:x"],
)  # fmt: skip
def test_address_that_could_run_is_dropped(address):
    assert render(html.A("a", href=address)) == "<a>a</a>"
    assert not is_safe_address(address)


@pytest.mark.parametrize("address", ["/fi/?a=b:c", "#x", "https://hri.fi", "mailto:a@b.fi", "", "?q=javascript:"])
def test_ordinary_address_is_kept(address):
    assert is_safe_address(address)


@pytest.mark.parametrize(
    "unknown", [dcc.Graph(), dcc.Input(), html.Script("x"), html.Iframe(), object(), {"a": 1}, b"x"]
)
def test_what_has_no_plain_form_raises(unknown):
    with pytest.raises(TypeError):
        render(unknown)


def test_event_handler_is_refused():
    sneaky = html.Div()
    sneaky._prop_names = [*sneaky._prop_names, "onclick"]
    sneaky.onclick = "alert(1)"
    with pytest.raises(ValueError, match="onclick"):
        render(sneaky)


@given(WRITABLE)
def test_any_text_comes_back_as_it_was(text):
    reader = read(render(html.P(text)))
    assert reader.text == text
    assert [tag for tag, _ in reader.tags] == ["p"]


@given(WRITABLE)
def test_any_attribute_comes_back_as_it_was(text):
    reader = read(render(html.P(title=text, **{"data-x": text})))
    assert reader.tags == [("p", {"title": text, "data-x": text})]


@given(st.text())
def test_no_text_at_all_becomes_a_tag(text):
    assert [tag for tag, _ in read(render(html.P([text], title=text))).tags] == ["p"]
