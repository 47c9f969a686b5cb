import struct
import zlib

import pytest

from dashboard.html.chart.text import measure, shorten, wrap
from dashboard.html.png import FONT_FILES, FONT_FOLDER, svg_png
from dashboard.html.svg import Chrome, figure_svg

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def picture(text: str) -> bytes:
    look = 'x="4" y="28" font-size="20" font-family="Inter, sans-serif"'
    size = 'xmlns="http://www.w3.org/2000/svg" width="200" height="40"'
    svg = f"<svg {size}><text {look}>{text}</text></svg>"
    return svg_png(svg)


def pixels(png: bytes) -> bytes:
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += length + 12
    return zlib.decompress(data)


def test_figure_becomes_a_png_of_twice_its_size():
    chrome = Chrome("Ostot", "", "Lähde", "CC BY 4.0", "r1", None, "kuusi.fi")
    png = svg_png(figure_svg({"data": [{"type": "bar", "x": ["a"], "y": [1]}]}, chrome=chrome, width=400))
    assert png.startswith(SIGNATURE)
    assert struct.unpack(">I", png[16:20]) == (800,)
    assert len(set(pixels(png))) > 20


@pytest.mark.parametrize("letter", "äöåÄÖÅ€–−§²·…→")
def test_letter_is_drawn_and_is_not_the_box_of_a_missing_one(letter):
    drawn = pixels(picture(letter))
    assert drawn != pixels(picture(""))
    assert drawn != pixels(picture("\u0633"))  # no Arabic in the font: what is missing looks like this


@pytest.mark.parametrize(("with_dots", "without"), [("ä", "a"), ("ö", "o"), ("å", "a"), ("€", "C"), ("–", "-")])
def test_letter_differs_from_its_plain_sister(with_dots, without):
    assert pixels(picture(with_dots)) != pixels(picture(without))


def test_no_break_space_takes_room_and_draws_nothing():
    assert pixels(picture("1\u00a0000")) != pixels(picture("1000"))
    assert pixels(picture("\u00a0")) == pixels(picture(""))


def test_fonts_are_small_and_come_with_their_licence():
    assert all((FONT_FOLDER / name).stat().st_size < 120_000 for name in FONT_FILES)
    assert "SIL Open Font License" in (FONT_FOLDER / "OFL.txt").read_text(encoding="utf-8")


def test_shortened_text_fits():
    for width in (20, 60, 120):
        assert measure(shorten("Pääkaupunkiseudun Kierrätyskeskus Oy", width)) <= width


def test_wrapped_text_keeps_its_words_in_order():
    rows = wrap("Kiinteistö Oy Helsingin Toimitilat", 130, lines=3)
    assert " ".join(rows) == "Kiinteistö Oy Helsingin Toimitilat"
    assert len(rows) == 2
