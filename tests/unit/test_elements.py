"""The elements of pages are Dash's own, and what is wrong with one is said where it is made."""

from __future__ import annotations

import dash
import pytest
from dash.development.base_component import ComponentRegistry

from dashboard.components.elements import html

GIVEN = {"id": "i", "className": "c", "title": "t", "data-a": "1", "aria-label": "l", "hidden": None}


@pytest.mark.parametrize("name", dash.html.__all__)
def test_an_element_is_the_one_of_dash(name):
    ours, theirs = getattr(html, name), getattr(dash.html, name)
    for given in ((), ("text",), (["a", dash.html.Br()],)):
        made = ours(*given, **GIVEN)
        assert made.to_plotly_json() == theirs(*given, **GIVEN).to_plotly_json()
        assert isinstance(made, theirs)
    assert ours().to_plotly_json() == theirs().to_plotly_json()


@pytest.mark.parametrize("wrong", [{"colour": "red"}, {"title": dash.html.Br()}, {"id": None}, {"id": 3}])
def test_what_dash_refuses_is_refused(wrong):
    for kind in (html.Div, dash.html.Div):
        with pytest.raises(TypeError):
            kind("a", **wrong)


def test_a_page_tells_the_browser_of_each_element_once():
    assert not set(dash.html.__all__) & set(ComponentRegistry.children_props.get("dashboard", {}))
    assert ComponentRegistry.namespace_to_package["dash_html_components"] == "dash"
