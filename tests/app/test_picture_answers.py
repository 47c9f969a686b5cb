"""Pictures to take away: valid, of the size they state, with everything they must say about themselves."""

import re
import struct
import xml.etree.ElementTree as ET
import zlib

import pytest

from dashboard.app import PANELS
from dashboard.html.chart.text import measure
from dashboard.i18n import LANGUAGES
from tests.data.handmade import ESPOO, FIRST, HELSINKI, TURKU

SVG = "{http://www.w3.org/2000/svg}"
PICTURES = {
    "suppliers": ("", f"city={TURKU}&year=2024"),
    "change": ("", f"city={TURKU}"),
    "projects": ("",),
    "company-years": (f"company={FIRST[0]}",),
}
VIEWS = [(name, query, language) for name, all_ in PICTURES.items() for query in all_ for language in LANGUAGES]


@pytest.fixture(scope="module")
def client(small):
    return small.server.test_client()


def address(name, kind, query, language="fi"):
    return f"/picture/{name}.{kind}?lang={language}&{query}"


def tree(client, name, query, language="fi"):
    answer = client.get(address(name, "svg", query, language))
    assert answer.status_code == 200
    return ET.fromstring(answer.text)


def words(root):
    return ["".join(one.itertext()) for one in root.iter(f"{SVG}text")]


def joined(texts):
    """All letters, since a line may be broken anywhere."""
    return re.sub(r"\s+", "", "".join(texts))


def size(root):
    left, top, width, height = map(float, root.get("viewBox").split())
    assert (left, top) == (0, 0)
    assert (float(root.get("width")), float(root.get("height"))) == (width, height)
    return width, height


def chunks(png):
    """The pieces of a PNG as (kind, content); raises where one of them is damaged."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, found = 8, []
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length]) == (zlib.crc32(kind + content),)
        found.append((kind, content))
        at += length + 12
    return found


@pytest.mark.parametrize(("name", "query", "language"), VIEWS)
def test_a_picture_says_what_it_shows_whose_it_is_and_what_it_is_not(small, client, name, query, language):
    found = joined(words(tree(client, name, query, language)))
    ctx = small.context(language, query)
    view, dataset = PANELS[name].view(ctx), ctx.dataset_of(PANELS[name].resource)
    for text in (view.title, view.subtitle, dataset.licence.title, dataset.title[language], ctx.package.version):
        assert joined([text]) in found


@pytest.mark.parametrize(("name", "query", "language"), VIEWS)
def test_no_letter_of_a_picture_leaves_it(client, name, query, language):
    root = tree(client, name, query, language)
    width, height = size(root)
    for text in root.iter(f"{SVG}text"):
        wide = measure(text.text, float(text.get("font-size")), bold=text.get("font-weight") is not None)
        start = float(text.get("x")) - wide * {"middle": 0.5, "end": 1}.get(text.get("text-anchor"), 0)
        assert start >= -0.5, text.text
        assert start + wide <= width + 0.5, text.text
        assert 0 < float(text.get("y")) < height, text.text


@pytest.mark.parametrize(("name", "query", "language"), VIEWS)
def test_a_png_is_whole_and_twice_the_size_of_its_svg(client, name, query, language):
    width, height = size(tree(client, name, query, language))
    answer = client.get(address(name, "png", query, language))
    found = chunks(answer.data)
    assert answer.mimetype == "image/png"
    assert found[0][0] == b"IHDR"
    assert found[-1] == (b"IEND", b"")
    wide, high = struct.unpack(">II", found[0][1][:8])
    assert wide == pytest.approx(2 * width, abs=1)
    assert high == pytest.approx(2 * height, abs=1)
    pixels = zlib.decompress(b"".join(content for kind, content in found if kind == b"IDAT"))
    assert len(set(pixels)) > 20


def test_pictures_of_two_views_differ_and_of_one_are_the_same_bytes(client):
    for kind in ("svg", "png"):
        one, other = (client.get(address("change", kind, query)).data for query in ("", f"city={TURKU}"))
        assert one != other
        assert client.get(address("change", kind, "")).data == one


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "is_sampled"), [("suppliers", True), ("change", True), ("projects", False)])
def test_the_sample_band_is_on_generated_data_only(small, real, name, is_sampled, language):
    """The projects' facts are real also in a sample release; in a real one nothing is a sample."""
    note = joined([small.context(language, "").t("Sample data: generated, not real")])
    sampled, plain = (joined(words(tree(one.server.test_client(), name, "", language))) for one in (small, real))
    assert (note in sampled) is is_sampled
    assert note not in plain


def test_a_picture_of_a_public_site_names_its_address(real):
    found = joined(words(tree(real.server.test_client(), "suppliers", "")))
    assert "kuusi.example" in found
    assert "https://kuusi" not in found


def test_a_picture_needs_nothing_from_elsewhere(client):
    for name, (query, *_) in PICTURES.items():
        text = client.get(address(name, "svg", query)).text
        assert "var(" not in text
        assert "<script" not in text
        assert not re.search(r"(?:href|src|url\()\s*=?\s*[\"']?(?:https?:)?//", text)
        assert re.findall(r"https?://[^\"<\s]+", re.sub(r"<text.*?</text>", "", text)) == ["http://www.w3.org/2000/svg"]


@pytest.mark.parametrize("kind", ["svg", "png"])
@pytest.mark.parametrize(
    "path",
    [
        f"change.KIND?city={ESPOO}",
        "suppliers.KIND?group=47",
        "company-years.KIND?company=0000000-0",
        "company-years.KIND",
        f"company-rows.KIND?company={FIRST[0]}",
        "nothing.KIND",
    ],
)
def test_where_there_is_nothing_to_draw_the_picture_is_a_404(client, path, kind):
    answer = client.get("/picture/" + path.replace("KIND", kind))
    assert answer.status_code == 404
    assert answer.json["error"]["code"] == "unknown_resource"


def test_the_names_of_suppliers_never_become_markup_in_a_picture(client):
    root = tree(client, "suppliers", f"city={TURKU}")
    assert "Gamma <b>&</b> Pojat" in root.get("aria-label")
    assert any("Gamma <b>&</b> Pojat" in text for text in words(root))
    assert not list(root.iter(f"{SVG}b"))


def test_bars_of_a_picture_are_as_long_as_the_sums_of_the_release(client):
    """Alfa sold for 2 700 000 €, Beeta for 1 140 000 €: their bars stand in that proportion."""
    titled = [one for one in tree(client, "suppliers", "").iter(f"{SVG}rect") if one.find(f"{SVG}title") is not None]
    bars = {one.find(f"{SVG}title").text: float(one.get("width")) for one in titled}
    alfa, beeta = (next(wide for title, wide in bars.items() if title.startswith(name)) for name in ("Alfa", "Beeta"))
    assert beeta / alfa == pytest.approx(1_140_000 / 2_700_000, abs=0.002)


def test_the_lines_of_a_picture_go_where_the_index_went(client):
    """Helsinki: 100, 125, 75; Turku, from 2023: 100, 200. Places are in tenths: four steps of 25 err by 0.5."""
    marks = {}
    for path in tree(client, "change", f"city={HELSINKI},{TURKU}").iter(f"{SVG}path"):
        title = path.find(f"{SVG}title")
        if path.get("transform") and title is not None:
            x, y = map(float, re.findall(r"-?[\d.]+", path.get("transform")))
            marks[tuple(title.text.split(":")[0].rsplit(" ", 1))] = (x, y)
    height = {key: y for key, (_, y) in marks.items()}
    unit = (height["Helsinki", "2022"] - height["Helsinki", "2023"]) / 25
    assert len(marks) == 5
    assert unit > 0
    assert height["Helsinki", "2024"] - height["Helsinki", "2022"] == pytest.approx(25 * unit, abs=0.2)
    assert height["Turku", "2023"] - height["Turku", "2024"] == pytest.approx(100 * unit, abs=0.5)
    assert height["Turku", "2023"] == pytest.approx(height["Helsinki", "2022"], abs=0.2)
    assert marks["Turku", "2023"][0] == marks["Helsinki", "2023"][0] > marks["Helsinki", "2022"][0]
