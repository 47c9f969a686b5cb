"""A line as small as a word: what it joins, what it marks, and what it says to those who do not see it."""

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.components.sparkline import HEIGHT, WIDTH, spark_line
from dashboard.html.render import render

SVG = "{http://www.w3.org/2000/svg}"
VALUES = st.lists(st.none() | st.floats(-1e12, 1e12), max_size=40)


def drawn(values, description="Kuvaus"):
    (root,) = ET.fromstring(render(spark_line(values, "#123456", description)))  # our own
    return root


def line(root):
    return root.find(f"{SVG}path").get("d")


def dots(root):
    return [(float(one.get("cx")), float(one.get("cy"))) for one in root.iter(f"{SVG}circle")]


def test_a_dot_is_at_the_end_and_at_what_stands_alone():
    root = drawn([1, 2, None, 5, None, 3, 4, None])
    assert line(root).count("M") == 3
    assert len(dots(root)) == 2
    assert dots(root) == sorted(dots(root))


def test_it_is_described_in_words_that_cannot_be_markup():
    root = drawn([1, 2], 'Espoo: 1 → 2 <b a="c">')
    assert root.get("aria-label") == root.find(f"{SVG}desc").text == 'Espoo: 1 → 2 <b a="c">'
    assert root.get("role") == "img"


@pytest.mark.parametrize("values", [[], [None], [5.0], [5.0, 5.0]])
def test_little_or_nothing_is_drawn(values):
    known = [value for value in values if value is not None]
    assert len(dots(drawn(values))) == min(len(known), 1)


def test_what_is_higher_is_drawn_higher():
    (_, first), (_, second), (_, third) = [
        map(float, point.split()) for point in re.split("[ML]", line(drawn([1, 3, 2])))[1:]
    ]
    assert second < third < first


@given(VALUES)
def test_nothing_leaves_the_picture(values):
    root = drawn(values)
    numbers = [tuple(map(float, point.split())) for point in re.split("[ML]", line(root))[1:]]
    assert len(numbers) == sum(value is not None for value in values)
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in (*numbers, *dots(root)))
