"""What Dash gets is the page that the server renders, in as few components as there are figures to keep alive."""

import pytest
from dash import html
from dash.development.base_component import Component

from dashboard.components.browser import Figure, Frozen
from dashboard.components.frozen import freeze
from dashboard.figures.bars import Bars, horizontal_bars
from dashboard.html.render import render


def figure(name):
    return Figure(name, horizontal_bars(["a"], [Bars("b", [1.0], "#000000")], str, "", "c"))


def page():
    cells = [html.Tr([html.Td(str(number), className="num", **{"data-at": "1"})]) for number in range(100)]
    return html.Div(
        [
            "5 < 6", None, html.Br(), html.Pre("\nx"), html.Details([html.Summary("s"), "t"], open=True),
            html.Section([html.H2("t", id="t"), html.Div(figure("one"), className="panel__chart"), html.Table(cells)]),
            html.P([]), html.Ul([html.Li(figure("two"))]),
        ]
    )  # fmt: skip


def components(tree):
    """The tree's components; texts and nothing between them are none."""
    return [tree, *(child for _, child in tree._traverse_with_paths() if isinstance(child, Component))]


def test_a_frozen_page_is_rendered_to_the_same_bytes():
    assert render(freeze(page())) == render(page())


def test_only_figures_and_what_they_stand_in_stay_components():
    kept = [one for one in components(freeze(page())) if not isinstance(one, Frozen)]
    plain = [one._type for one in kept if one._namespace == "dash_html_components"]
    assert plain == ["Div", "Section", "Div", "Ul", "Li"]
    assert sum(isinstance(one, Figure) for one in kept) == 2
    assert len(components(freeze(page()))) < 20


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x>', "&lt;b&gt;"])
def test_nothing_becomes_markup_by_being_frozen(text):
    assert freeze(html.P([html.B(text)])).html == render(html.B(text))
    assert freeze(html.P("x", title=text)).attributes == {"title": text}
