"""The parts that pages are made of, rendered: whole markup, their own words, nothing that a text could break out of."""

import datetime as dt
import inspect
from decimal import Decimal

import pandas as pd
import pytest
from dash import dcc, html
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.components.figure_panel import Links, Source, embedded_panel, failed_panel, figure_panel
from dashboard.components.filters import Choice, filter_form, search_form
from dashboard.components.key_figures import KeyFigure, Quote, key_figures
from dashboard.components.table import MOST_SHOWN, cell_text, data_table
from dashboard.figures.bars import Bars, horizontal_bars
from dashboard.html.render import REFUSED, render
from dashboard.i18n import LANGUAGES, Formats, translator
from dashboard.panels.panel import Column, View
from tests.app.walk import VOID, read

HOSTILE = (
    '"><script>alert(1)</script>',
    "' onmouseover='x",
    "</table></div></main>",
    "<!--",
    "&lt;b&gt;",
    "]]>",
    "{0}",
    "{x}",
)
COLUMNS = (
    Column("name", "Nimi"),
    Column("euros", "Summa", "EUR", is_number=True),
    Column("share", "Osuus", "share", is_number=True),
    Column("rows", "Rivejä", "count", is_number=True),
)
SOURCE = Source(
    "Kaupunkien ostot",
    "/fi/dataset/purchases",
    "CC BY 4.0",
    "https://creativecommons.org/",
    "julkaisu 1",
    "2026-11-24T0603Z-9f3c1a",
    "29.11.2026",
)
LINKS = Links(
    lambda kind: f"/download/x.{kind}?lang=fi&city=853",
    "/fi/x?city=853#x",
    "/fi/origin/x?city=853",
    "/fi/embed/x?city=853",
    lambda order: f"/fi/x?city=853&sort=x.{order}#x-table",
    lambda kind: f"/cite/figure/x.{kind}?lang=fi&city=853",
    "/fi/x?city=853&release=2026-11-24T0603Z-9f3c1a#x",
    "/fi/embed/x?city=853&release=2026-11-24T0603Z-9f3c1a",
)

# what an HTML document can hold: no control characters, no lone surrogates
words = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40)
TAGS = sorted(
    name
    for name, kind in inspect.getmembers(html, inspect.isclass)
    if name not in REFUSED and getattr(kind, "_namespace", "") == "dash_html_components"
)


def tree(component):
    return read(render(component))


def row(name="Alfa Oy", euros="12.50", share=0.5, rows=3):
    return {"name": name, "euros": Decimal(euros), "share": share, "rows": rows}


def view(rows=None, figure=True, **changes):
    rows = [row()] if rows is None else rows
    given = {"title": "Otsikko", "subtitle": "Alaotsikko", "summary": "Yhteenveto.", "columns": COLUMNS}
    drawn = horizontal_bars([one["name"] for one in rows], [Bars("a", [1.0] * len(rows), "#000")], str, "", "Kuvaus")
    frame = pd.DataFrame(list(rows), columns=[column.name for column in COLUMNS])
    return View(**{**given, "frame": frame, "figure": drawn if figure and rows else None, **changes})


def panel(shown, language="fi", **options):
    component = figure_panel("x", shown, LINKS, SOURCE, translator(language), Formats(language), **options)
    return tree(component).one("section")


@pytest.mark.parametrize("name", TAGS)
def test_every_element_of_dash_becomes_one_element_of_html(name):
    component = getattr(html, name)(id="x", title="t") if name.lower() in VOID else getattr(html, name)("a", id="x")
    (found,) = tree(component).children
    assert found.get("id") == "x"
    assert found.children == ([] if found.name in VOID else ["a"])
    assert found.name == {"MapEl": "map", "ObjectEl": "object"}.get(name, name.lower())


def test_what_could_run_or_swallow_the_page_is_refused():
    for name in REFUSED:
        with pytest.raises(TypeError, match=name):
            render(html.Div([getattr(html, name)()]))
    for component in (dcc.Markdown("x"), dcc.Dropdown(), dcc.Tabs()):
        with pytest.raises(TypeError, match=type(component).__name__):
            render([component])


@settings(deadline=None, max_examples=60)
@given(text=words, other=words)
def test_a_table_gives_back_every_text(text, other):
    columns = (Column("a", text), Column("b", other))
    box = tree(data_table(text, columns, [{"a": other, "b": text}], Formats("fi"), {"b": lambda _: "/x"}))
    raw = ["".join(child for child in one.children if isinstance(child, str)) for one in box.all("caption", "th", "a")]
    assert raw == [text, text, other, other, text]
    assert box.children[0].get("aria-label") == text


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_out_of_a_component(text):
    quote = Quote(text, "https://example.org/?a=1&b=2", text)
    parts = html.Div(
        [
            data_table(text, COLUMNS, [row(name=text)], Formats("fi")),
            filter_form("/fi/", [Choice("city", text, [(text, text)], text)], text, text),
            search_form("/fi/", text, text, text, [(text, text)]),
            key_figures([KeyFigure(text, text, (quote,))], text),
            figure_panel(
                "x", view([row(name=text)], title=text, subtitle=text, summary=text + ".", notes=(text,)),
                LINKS, Source(text, "/", text, "/", text, text, text), translator("fi"), Formats("fi"),
            ),
        ]
    )  # fmt: skip
    plain = read(render(parts).replace(read_back(text), "x"))
    assert [one.name for one in tree(parts)] == [one.name for one in plain]
    assert not tree(parts).all("script")
    assert not [name for one in tree(parts) for name in one.attributes if name.startswith("on")]
    assert tree(parts).all("input")[0].get("value") == text


def read_back(text):
    """The text as it stands in the markup."""
    return render([text])


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "vbscript:x", "\tjavascript:x", "blob:x"]
)
def test_an_address_that_could_run_is_no_link(address):
    box = tree(data_table("t", COLUMNS, [row()], Formats("fi"), {"name": lambda _: address}))
    quoted = tree(key_figures([KeyFigure("1", "a", (Quote("source", address, "words"),))], "s"))
    assert [one.get("href") for one in [*box.all("a"), *quoted.all("a")]] == [None, None]
    assert tree(html.Form(action=address)).one("form").get("action") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cell_is_written_by_its_columns_unit(language):
    formats, one = Formats(language), row(euros="1234.5", share=0.125, rows=1234)
    texts = [cell_text(formats, column, one, cents=True) for column in COLUMNS]
    comma = "." if language == "en" else ","
    assert texts[0] == "Alfa Oy"
    assert f"234{comma}50" in texts[1]
    assert texts[2].startswith(f"12{comma}5")
    assert texts[3] in ("1,234", "1\xa0234")


@pytest.mark.parametrize(("amounts", "written"), [
    (("13", "1984.61"), ["13,00\xa0€", "1\xa0984,61\xa0€"]), (("13", "1984.00"), ["13\xa0€", "1\xa0984\xa0€"])
])  # fmt: skip
def test_amounts_of_a_column_are_all_with_cents_or_all_without(amounts, written):
    rows = [*(row(euros=one) for one in amounts), {**row(), "euros": None}]
    box = tree(data_table("t", COLUMNS, rows, Formats("fi")))
    assert [one.all("td")[0].text for one in box.one("tbody").all("tr")] == [*written, "–"]


def test_only_a_long_table_scrolls_up_and_down_within_itself():
    few, many = (render(data_table("t", COLUMNS, [row()] * count, Formats("fi"))) for count in (30, 31))
    assert "table-scroll--tall" not in few
    assert "table-scroll--tall" in many


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("value", [None, float("nan")])
def test_what_is_not_known_is_a_dash_whatever_the_unit(column, value):
    assert cell_text(Formats("fi"), column, {column.name: value}) == "–"


@pytest.mark.parametrize(
    ("values", "is_whole"),
    [
        (["9800011-2", "0204819-8", None], True),
        ([dt.date(2026, 11, 29)], True),
        (["9800011-2", "Rakennusten ja alueiden kunnossapito"], False),
        (["2026-11-29T1055Z-4132cf"], False),
        ([None], False),
        ([], False),
    ],
)
def test_ids_and_days_stay_on_one_line_and_longer_texts_do_not(values, is_whole):
    rows = [{"name": "x", "code": value} for value in values]
    box = tree(data_table("t", (Column("name", "Name"), Column("code", "Code")), rows, Formats("fi")))
    assert {cell.get("class") for cell in box.all("td")} == ({"one-line" if is_whole else None} if values else set())


@pytest.mark.parametrize(
    ("title", "is_number", "look"),
    [("FO-nummer", False, "one-line"), ("FO-nummer", True, "num one-line"), ("Y-tunnus, uusi", False, None),
     ("Bolag", True, "num"), ("Bolag", False, None)],
)  # fmt: skip
def test_a_head_of_one_word_is_not_parted_at_its_hyphen(title, is_number, look):
    columns = (Column("a", "a"), Column("b", title, is_number=is_number))
    box = tree(data_table("c", columns, [{"a": 1, "b": 2}], Formats("sv")))
    assert box.all("th")[1].get("class") == look


def test_a_choice_begins_with_a_capital_but_where_its_name_is_published_in_another_language():
    choice = Choice("per", "Summat", [("", "yhteensä"), ("x", "per invånare")], "", {"x": "sv"})
    form = tree(filter_form("/fi/budgets", [choice], "Näytä", "Tyhjennä"))
    assert [one.text for one in form.all("option")] == ["Yhteensä", "per invånare"]


def test_numbers_stand_to_the_right_under_their_heading():
    box = tree(data_table("t", COLUMNS, [row(), row()], Formats("fi")))
    for line in box.all("tr"):
        assert [one.get("class") for one in line.all("th", "td")] == [None, "num", "num", "num"]


def test_a_panel_has_chart_table_downloads_link_and_source():
    section = panel(view())
    assert section.get("aria-labelledby") == section.one("h2").get("id")
    assert len(section.all("svg")) == 2
    hrefs = [one.get("href") for one in section.all("a")]
    actions = [one.get("href") for one in section.with_class("panel__actions")[0].all("a")]
    assert actions == [LINKS.address(kind) for kind in ("csv", "xlsx", "json", "zip", "svg", "png")]
    assert section.all("button")[0].get("data-copy-link") == LINKS.view
    assert {SOURCE.href, SOURCE.licence_href, LINKS.origin} <= set(hrefs)
    assert SOURCE.release in section.with_class("panel__source")[0].text


def test_a_panel_without_a_chart_offers_no_picture_and_shows_its_table_at_once():
    section = panel(view(figure=False))
    assert not section.all("svg")
    assert section.one("table").inside("div")
    assert not section.one("table").inside("details")
    assert {"svg", "png"}.isdisjoint(one.get("href").partition("?")[0][-3:] for one in section.all("a"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_panel_says_so_and_offers_nothing(language):
    section = panel(view(rows=()), language)
    assert not section.all("svg", "table", "button", "details")
    assert [one.get("href") for one in section.all("a")] == [SOURCE.href, SOURCE.licence_href]
    assert "Yhteenveto." in section.text


def test_a_table_is_open_only_where_it_is_asked_for():
    assert "open" not in panel(view()).with_class("panel__table")[0].attributes
    for shown in (panel(view(), open_table=True), panel(view(order=("name", False)))):
        assert "open" in shown.with_class("panel__table")[0].attributes


def test_the_head_of_a_column_leads_to_the_table_sorted_by_it_and_turns_its_order_round():
    plain, sorted_one = (panel(view(order=order)) for order in ((None, False), ("euros", True)))
    wanted = {"Nimi": "name", "Summa": "euros.desc", "Osuus": "share.desc", "Rivejä": "rows.desc"}
    assert {one.text: one.get("href") for one in plain.with_class("sort")} == {
        title: LINKS.sort(order) for title, order in wanted.items()
    }
    assert not [one for one in plain.all("th") if one.get("aria-sort")]
    (head,) = [one for one in sorted_one.all("th") if one.get("aria-sort")]
    assert (head.get("aria-sort"), head.one("a").get("href")) == ("descending", LINKS.sort("euros"))
    assert not panel(view(sortable=False)).with_class("sort")


def test_a_page_shows_the_first_rows_of_a_long_table_and_says_that_there_are_more():
    many = panel(view([row()] * (MOST_SHOWN + 1), figure=False))
    assert len(many.all("tr")) == MOST_SHOWN + 1  # the head is one
    assert "501" in many.with_class("panel__more")[0].text.replace("\xa0", "")
    assert not panel(view([row()] * 3)).with_class("panel__more")


def test_citation_and_frame_are_copied_as_they_are_read():
    hostile = '"><script>x</script>'
    section = panel(view(title=hostile))
    texts = [one.get("data-copy-text") for one in section.all("button")[1:]]
    assert texts == [one.text for one in section.with_class("copyable")]
    cite, permanent, embed, pinned = texts
    assert permanent == LINKS.permanent_view
    assert all(part in cite for part in (hostile, SOURCE.text, SOURCE.licence, SOURCE.release, permanent))
    assert read(pinned).one("iframe").get("src") == LINKS.permanent_embed
    assert SOURCE.version in cite, "a release is named by the day only, on which there may be several"
    assert cite.rstrip(")").endswith(SOURCE.retrieved)
    frame = read(embed).one("iframe")
    assert (frame.get("src"), frame.get("title")) == (LINKS.embed, hostile)


def test_a_failed_panel_keeps_its_place_and_says_why():
    section = tree(failed_panel("x", "Liian <suuri>.", translator("fi"))).one("section")
    assert (section.get("id"), section.all("p")[0].text) == ("x", "Liian <suuri>.")


def test_an_embedded_panel_names_its_source_and_leads_out_of_the_frame():
    section = tree(embedded_panel("x", view(), "/fi/x", SOURCE, translator("fi"), Formats("fi"))).one("section")
    assert section.all("svg")
    assert not section.all("button", "table", "details")
    assert [one.get("href") for one in section.all("a")] == [SOURCE.href, SOURCE.licence_href, "/fi/x"]
    assert section.all("a")[-1].get("target") == "_top"
    assert tree(embedded_panel("x", view(figure=False), "/", SOURCE, translator("fi"), Formats("fi"))).one("table")


def test_a_summary_that_repeats_the_subtitle_is_not_said_twice():
    shown = panel(view(summary="Sama.", subtitle="Sama."))
    assert [one.text for one in shown.all("p") if one.text == "Sama."] == ["Sama."]


def test_a_quote_without_an_address_is_named_without_a_link():
    box = tree(key_figures([KeyFigure("7", "toteuttajaa", (Quote("Hakemus", "", "seitsemän"),))], "Kuka sanoo"))
    assert not box.all("a")
    assert "Hakemus" in box.text
    assert box.one("q").text == "seitsemän"


@pytest.mark.parametrize("chosen", ["", "853", "091"])
def test_a_select_has_its_choice_selected_and_its_label(chosen):
    options = [("", "Kaikki"), ("853", "Turku"), ("091", "Helsinki")]
    form = tree(filter_form("/fi/companies", [Choice("city", "Kaupunki", options, chosen)], "Näytä", "Tyhjennä"))
    assert [one.get("value") for one in form.all("option") if "selected" in one.attributes] == [chosen]
    assert form.one("label").get("for") == form.one("select").get("id")
    assert [(one.get("value"), one.text) for one in form.all("option")] == options


def test_the_same_tree_is_rendered_to_the_same_bytes():
    assert (
        len({render(figure_panel("x", view(), LINKS, SOURCE, translator("fi"), Formats("fi"))) for _ in range(5)}) == 1
    )
