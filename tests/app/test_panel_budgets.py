"""Budgets against actuals, added up here by hand, and again by pandas from the sample's files."""

from __future__ import annotations

import csv
import io
from email.message import Message

import pandas as pd
import pytest

from dashboard.app import PANELS
from dashboard.i18n import LANGUAGES
from dashboard.panels.budget_sums import Population, make_populations
from dashboard.panels.change import year_break
from tests.app.small_money import ESPOO, HELSINKI, OULU, TAMPERE, TURKU, VANTAA
from tests.app.walk import read

PEOPLE = {(HELSINKI, 2022): 664028}
"""The last year of the table of populations; 2023 is divided by it too."""
INDEX = {2023: 114.0, 2024: 117.7}
BUDGET_PANELS = [name for name in PANELS if name.startswith("budget-")]


def shown(site, name, query="", language="en"):
    return PANELS[name].view(site.context(language, query))


def number(value):
    return None if pd.isna(value) else float(value)


def sums(view, *keys, names=("budget_eur", "actual_eur")):
    """Of the rows that have a sum: a city that publishes none has a row of nothing."""
    there = [row for row in view.rows if any(number(row[name]) is not None for name in ("budget_eur", "actual_eur"))]
    return {
        (row[keys[0]] if len(keys) == 1 else tuple(row[key] for key in keys)): tuple(
            number(row[name]) for name in names
        )
        for row in there
    }


def downloaded(site, name, query):
    answer = site.server.test_client().get(f"/download/{name}.csv?lang=en&{query}")
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_expenditure_without_internal_items_by_city_of_the_newest_year(money):
    assert sums(shown(money, "budget-cities"), "city_code", "budget_year") == {
        (HELSINKI, 2023): (3600, 4200.5), (TAMPERE, 2023): (400, 300), (ESPOO, 2023): (1000, None),
        (OULU, 2023): (None, 500),
    }  # fmt: skip


def test_a_difference_is_there_only_where_both_sides_are(money):
    found = sums(shown(money, "budget-cities"), "city_code", names=("difference_eur", "difference_share"))
    assert found[HELSINKI] == (600.5, pytest.approx(4200.5 / 3600 - 1))
    assert found[TAMPERE] == (-100, -0.25)
    assert found[ESPOO] == found[OULU] == (None, None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_title_names_the_city_that_is_farthest_from_its_budget(money, language):
    title = shown(money, "budget-cities", language=language).title
    assert money.context(language, "").city(TAMPERE) in title
    assert "25" in title
    assert "2023" in title


@pytest.mark.parametrize("language", LANGUAGES)
def test_cities_with_one_side_or_none_are_named_and_keep_their_place(money, language):
    view, ctx = shown(money, "budget-cities", language=language), money.context(language, "")
    for code in (ESPOO, OULU, TURKU, VANTAA):
        assert ctx.city(code) in view.summary
    budget, actual = view.figure["data"]
    at = {code: place for place, code in enumerate(ctx.codes.cities)}
    assert (budget["x"][at[ESPOO]], actual["x"][at[ESPOO]]) == (1000, None)
    assert (budget["x"][at[OULU]], actual["x"][at[OULU]]) == (None, 500)
    assert budget["x"][at[TURKU]] is actual["x"][at[TURKU]] is None


def test_income_and_other_sums_stand_apart_with_their_signs(money):
    income = sums(shown(money, "budget-cities", "direction=income"), "city_code")
    other = sums(shown(money, "budget-cities", "direction=other"), "city_code")
    assert income == {HELSINKI: (-700, None)}
    assert other == {HELSINKI: (None, 9000)}


def test_internal_items_count_only_when_asked_for(money):
    query = f"internal=included&city={TAMPERE}"
    assert sums(shown(money, "budget-cities", query), "city_code") == {TAMPERE: (450, 370)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_cities_that_do_not_tell_internal_items_apart_are_named(money, language):
    notes, ctx = " ".join(shown(money, "budget-cities", language=language).notes), money.context(language, "")
    assert all(ctx.city(code) in notes for code in (HELSINKI, ESPOO))
    assert ctx.city(OULU) not in notes
    asked = " ".join(shown(money, "budget-cities", "internal=included", language).notes)
    assert ctx.city(HELSINKI) not in asked


def test_per_inhabitant_divides_by_the_newest_known_population_and_says_of_which_year(money):
    view = shown(money, "budget-years", f"per=inhabitant&city={HELSINKI}")
    names = ("budget_adjusted_eur", "actual_adjusted_eur")
    people = PEOPLE[HELSINKI, 2022]
    found = sums(view, "budget_year", names=names)
    assert found[2022] == (pytest.approx(3000 / people), pytest.approx(2900.5 / people))
    assert found[2023] == (pytest.approx(3600 / people), pytest.approx(4200.5 / people))
    assert sums(view, "budget_year")[2023] == (3600, 4200.5)
    assert {row["budget_year"]: row["population_year"] for row in view.rows} == {2022: 2022, 2023: 2022}
    assert "population of 2022" in view.subtitle
    assert any("at most 3 years older" in note for note in view.notes)
    drawn = {line["name"]: line["y"] for line in view.figure["data"]}
    assert all(None not in values for values in drawn.values())


def test_a_population_is_never_older_than_three_years(money):
    population = make_populations(money.context("en", ""))
    found = {year: population(HELSINKI, year) for year in (2022, 2025, 2026)}
    assert found[2022] == found[2025] == Population(2022, PEOPLE[HELSINKI, 2022])
    assert found[2026] is None


def test_per_inhabitant_in_the_prices_of_a_year_is_told_and_the_form_says_for_which_years(money):
    query = f"per=inhabitant&prices=2024&city={HELSINKI}"
    row = shown(money, "budget-cities", query).rows[0]
    assert row["budget_year"] == 2023
    factor = INDEX[2024] / INDEX[2023] / PEOPLE[HELSINKI, 2022]
    assert row["actual_adjusted_eur"] == pytest.approx(4200.5 * factor)
    page = read(money.server.test_client().get(f"/en/budgets?{query}").text).one("main").text
    assert "(euros per inhabitant, in prices of 2024) are known for 2023 only." in page


def test_without_a_chosen_year_the_newest_is_taken_per_inhabitant_too(money):
    for name in ("budget-cities", "budget-accounts"):
        view = shown(money, name, "per=inhabitant")
        assert set(sums(view, "budget_year")) == {2023}
        assert "2022" in view.subtitle


def test_in_prices_of_a_year_each_sum_is_multiplied_by_the_indices(money):
    view = shown(money, "budget-years", f"prices=2024&city={HELSINKI}")
    found = sums(view, "budget_year", names=("budget_adjusted_eur", "actual_adjusted_eur"))
    factor = INDEX[2024] / INDEX[2023]
    assert found == {2022: (None, None), 2023: (pytest.approx(3600 * factor), pytest.approx(4200.5 * factor))}
    assert any("2022" in note for note in view.notes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_told_as_asked_is_not_known_and_the_published_sums_stay(money, language):
    view = shown(money, "budget-cities", "prices=2024&year=2022", language)
    assert view.figure is None
    assert not view.is_empty
    assert sums(view, "city_code")[HELSINKI] == (3000, 2900.5)
    assert "2024" in view.title


def test_the_waterfall_adds_the_differences_up_and_says_the_budget_in_words(money):
    view = shown(money, "budget-units", f"city={HELSINKI}&year=2023")
    (bars,) = view.figure["data"]
    ends = [start + length for start, length in zip(bars["base"], bars["x"], strict=True)]
    assert [name.rstrip("\u200b") for name in bars["y"]] == ["Koulu", "Kirjasto", "Actual − budget"]
    assert bars["x"] == [300.5, 300, 600.5]
    assert bars["base"] == [0, 300.5, 0]
    assert ends[-2] == ends[-1] == 4200.5 - 3600
    assert "3,600" in view.figure["layout"]["xaxis"]["title"]["text"]


def test_a_part_with_one_side_moves_the_waterfall_and_is_missing_in_the_table(money):
    view = shown(money, "budget-accounts", f"city={HELSINKI}&year=2023")
    assert sums(view, "part") == {"434000 Asiantuntijapalvelut": (3600, 4200), "450000 Aineet": (None, 0.5)}
    (bars,) = view.figure["data"]
    assert bars["x"] == [600, 0.5, 600.5]
    assert "434000" in view.title


def test_an_account_without_a_name_is_its_number(money):
    assert list(sums(shown(money, "budget-accounts", f"city={TAMPERE}"), "part")) == ["434000"]


@pytest.mark.parametrize(("city", "side"), [(ESPOO, "budget"), (OULU, "actual")])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_city_with_one_side_has_bars_of_it_and_no_difference(money, language, city, side):
    view = shown(money, "budget-units", f"city={city}", language)
    assert [len(trace["x"]) for trace in view.figure["data"]] == [len(view.rows)]
    assert all(number(row["difference_eur"]) is None for row in view.rows)
    words = {"fi": ("talousarvio", "toteuma"), "sv": ("budgeten", "utfallet"), "en": ("budget", "actual")}
    assert words[language][side == "actual"] in view.summary


def test_parts_are_departments_where_a_city_names_several_and_units_within_one(money):
    assert set(sums(shown(money, "budget-units", f"city={ESPOO}"), "part")) == {"Sivistys", "Hallinto"}
    one = shown(money, "budget-units", "department=Sivistys")
    assert sums(one, "part") == {"Sivistys 1": (800, None)}
    assert "Sivistys" in one.subtitle


def test_a_city_with_both_sides_is_shown_first_and_the_panel_says_which(money):
    for name in ("budget-accounts", "budget-units"):
        view = shown(money, name)
        assert "Helsinki" in view.subtitle
        assert "2023" in view.subtitle
        assert {row["city_code"] for row in view.rows} == {HELSINKI}


def test_what_a_panel_chose_holds_for_its_download_too(money):
    for name in BUDGET_PANELS:
        rows = downloaded(money, name, "")
        view = shown(money, name)
        assert [row["city"] for row in rows] == [row["city"] for row in view.rows]
        if "difference_eur" in rows[0]:
            assert [float(row["difference_eur"] or "nan") for row in rows] == pytest.approx(
                [float("nan") if (value := number(row["difference_eur"])) is None else value for row in view.rows],
                nan_ok=True,
            )


def test_a_files_name_holds_every_filter_in_plain_letters(money):
    answer = money.server.test_client().get("/download/budget-years.csv?department=Ymp%C3%A4rist%C3%B6&prices=2024")
    message = Message()
    message["Content-Disposition"] = answer.headers["Content-Disposition"]
    assert "-departmentymparisto-prices2024-" in message.get_filename()


def test_what_each_city_publishes_of_each_year(money):
    rows = shown(money, "budget-coverage").rows
    found = {(row["city_code"], row["budget_year"]): row["published"] for row in rows if number(row["budget_year"])}
    assert found == {
        (HELSINKI, 2022): "both", (HELSINKI, 2023): "both", (TAMPERE, 2023): "both", (ESPOO, 2023): "budget only",
        (OULU, 2022): "actual only", (OULU, 2023): "actual only",
    }  # fmt: skip
    assert shown(money, "budget-coverage").title.startswith("2 of 6 ")
    (cells,) = shown(money, "budget-coverage").figure["data"]
    assert cells["z"][list(money.codes.cities).index(TURKU)] == [None, None]


def test_small_multiples_hold_six_cities_and_say_which_has_no_data(money):
    view = shown(money, "budget-years")
    titles = [note["text"] for note in view.figure["layout"]["annotations"] if note.get("name") == "facet-title"]
    assert len(titles) == 6
    assert [title for title in titles if "no data" in title] == ["<b>Turku: no data</b>", "<b>Vantaa: no data</b>"]
    assert shown(money, "budget-years").title.startswith("Helsinki: the actual changed ")


@pytest.mark.parametrize("name", BUDGET_PANELS)
@pytest.mark.parametrize("query", [f"city={TURKU}", "year=2024", "direction=income&city=049"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_to_show_is_said_and_not_drawn(money, name, query, language):
    if PANELS[name].filters == ("city",) and TURKU not in query:
        return
    if name == "budget-years" and "year=" in query:
        return
    view = shown(money, name, query, language)
    assert view.figure is None
    assert view.is_empty
    assert view.title
    assert view.summary


@pytest.fixture(scope="module")
def frame(site):
    return pd.read_parquet(site.engine.package.file("budgets", "parquet"))


@pytest.mark.parametrize("direction", ["expenditure", "income", "other"])
@pytest.mark.parametrize("internal", [False, True])
def test_sums_are_those_of_pandas(site, frame, direction, internal):
    """Over the whole sample: by city and year, and of one city's year by account and by unit."""
    query = f"direction={direction}" + ("&internal=included" if internal else "")
    mine = frame[frame["direction_code"] == direction]
    mine = mine if internal else mine[mine["is_internal"].fillna(value=False) == False]  # noqa: E712
    expected = mine.groupby(["city_code", "budget_year"])[["budget_eur", "actual_eur"]].sum(min_count=1)
    found = sums(shown(site, "budget-years", query), "city_code", "budget_year")
    assert found == {key: tuple(map(number, row)) for key, row in zip(expected.index, expected.to_numpy(), strict=True)}
    one = mine[(mine["city_code"] == TAMPERE) & (mine["budget_year"] == 2024)]
    for name, field in (("budget-accounts", "account_code"), ("budget-units", "unit_name")):
        by = one.groupby(field)[["budget_eur", "actual_eur"]].sum(min_count=1)
        got = sums(shown(site, name, f"{query}&city={TAMPERE}&year=2024"), field)
        assert got == {key: tuple(map(number, row)) for key, row in zip(by.index, by.to_numpy(), strict=True)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_the_scope_before_the_first_figure_and_works_as_a_form(site, language):
    tree = read(site.server.test_client().get(f"/{language}/budgets?city={TAMPERE}&per=inhabitant").text)
    main = tree.one("main")
    scope = main.all("details")[0]
    assert "note--unfolds" in scope.get("class")
    assert site.context(language, "").city(TAMPERE) in scope.text
    assert site.context(language, "").city(TURKU) not in scope.text
    sections = [section.get("id") for section in main.all("section")]
    assert sections == BUDGET_PANELS
    form = main.with_class("filters")[0]
    chosen = {
        field.get("name"): [option.get("value") for option in field.all("option") if option.get("selected") is not None]
        for field in form.all("select")
    }
    assert [box.get("value") for box in form.all("input") if "checked" in box.attributes] == [TAMPERE]
    assert chosen == {
        "year": [""], "direction": ["expenditure"], "department": [""], "internal": [""],
        "per": ["inhabitant"], "prices": [""],
    }  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_change_over_the_break_is_no_finding(money, language):
    """Oulu's actuals are of 2022 and 2023: only Helsinki, which kept its services, can be compared over the break."""
    view, ctx = shown(money, "budget-years", language=language), money.context(language, "")
    assert ctx.city(HELSINKI) in view.title
    assert ctx.city(OULU) not in view.summary
    assert f"{ctx.city(OULU)} 2023" in view.notes[0]
    assert view.notes[1] == f"{year_break(ctx, [OULU]).text}."


def test_the_break_is_marked_and_said_in_a_citys_budget(money):
    view = shown(money, "city-budgets", f"city={OULU}")
    (mark,) = view.figure["layout"]["shapes"]
    assert mark["x0"] == 0.5
    assert "1 Jan 2023" in view.notes[-1]
    assert not shown(money, "city-budgets", f"city={HELSINKI}").figure["layout"].get("shapes")


@pytest.mark.parametrize("city", [HELSINKI, TAMPERE])
def test_a_citys_page_and_the_page_of_budgets_tell_the_same_sums(money, city):
    """Of Tampere's 450 and 370 euros 50 and 70 are internal."""
    own = shown(money, "city-budgets", f"city={city}")
    assert sums(own, "budget_year") == sums(shown(money, "budget-years", f"city={city}"), "budget_year")
    assert "Items between a city and its own units are left out" in own.notes[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_city_without_budget_data_is_said_once(money, language):
    city = money.context(language, "").city(TURKU)
    view = shown(money, "budget-cities", f"city={TURKU}", language)
    assert view.title.startswith(f"{city}: ")
    main = read(money.server.test_client().get(f"/{language}/budgets?city={TURKU}").text).one("main")
    assert [heading.text for heading in main.all("h2")] == [view.title]
    assert main.all("section") == []


def test_a_side_of_the_budget_that_a_city_leaves_out_is_not_published(money):
    """Oulu publishes actuals only, Espoo the budget of 2023 only, Helsinki both."""
    client = money.server.test_client()
    said = {city: read(client.get(f"/en/cities/{city}").text).one("main").text for city in (OULU, ESPOO, HELSINKI)}
    assert "Budget not published: 2022, 2023" in said[OULU]
    assert "Actual not published: 2023" in said[ESPOO]
    assert "not published: 20" not in said[HELSINKI]


@pytest.mark.parametrize("name", ["budget-cities", "budget-years", "budget-coverage"])
def test_a_city_that_publishes_nothing_has_an_empty_row_in_table_and_download(money, name):
    rows = {row["city"]: row for row in downloaded(money, name, "")}
    told = {row["city"]: row for row in shown(money, name).rows}
    for city in ("Turku", "Vantaa"):
        assert {key for key, value in rows[city].items() if value} == {"city", "city_code"}
        assert all(pd.isna(value) for key, value in told[city].items() if key not in ("city", "city_code"))
    page = read(money.server.test_client().get("/en/budgets").text)
    (section,) = [one for one in page.all("section") if one.get("id") == name]
    assert "Turku" in [cell.text for cell in section.all("th")] + [cell.text for cell in section.all("td")]
