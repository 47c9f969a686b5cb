"""What the cities planned and what came about: by city, year, account and unit."""

from __future__ import annotations

from typing import Any

from dashboard.components.elements import html
from dashboard.components.filters import Choice, Choices, Several, filter_form
from dashboard.components.terms import explained_terms
from dashboard.context import DIRECTIONS, Context
from dashboard.pages.filtering import city_choice, code_choice, dataset_links, year_choice
from dashboard.pages.page import Page, contents, show_panels
from dashboard.pages.scope import scope_notes
from dashboard.panels import budget_cities, budget_coverage, budget_parts
from dashboard.panels.budget_sums import known_years_words, unpublished_words
from dashboard.state import OF_BUDGETS

PATH = "budgets"


def layout(ctx: Context) -> Page:
    """The budgets page: expenditure of the newest year where nothing else is asked for."""
    t = ctx.t
    title = t("How do the cities keep to their budgets?")
    description = t(
        "Budget against actual by city, account and unit: in euros, per inhabitant, or in the prices of one year."
    )
    datasets = ["budgets", "cities", *(["prices"] if ctx.package.has("price_index") else [])]
    body: list[Any] = [
        html.H1(title),
        html.P(description, className="lede"),
        scope_notes(ctx, "budgets", is_open=True),
        html.P(
            t(
                "Income and expenditure are never added up. Signs are as the cities publish them. Items between a city "
                "and its own units are left out where its data tell them apart, unless you ask for them."
            ),
            className="note",
        ),
        filter_form(ctx.path(PATH), _choices(ctx), t("Show"), t("Clear")),
        explained_terms(ctx, "account_group", "scope"),
        *(html.P(text, className="note") for text in known_years_words(ctx)),
        *_figures(ctx),
        dataset_links(ctx, *datasets),
    ]
    return Page(title, description, "budgets", PATH, body, filters=OF_BUDGETS)


def _figures(ctx: Context) -> list[Any]:
    """The panels; where the cities asked for publish nothing, that alone."""
    if nothing := unpublished_words(ctx):
        return [html.H2(nothing)]
    t = ctx.t
    parts = (
        (budget_coverage.PANEL, t("What is published")),
        (budget_cities.CITIES, t("Cities")),
        (budget_cities.YEARS, t("Years")),
        (budget_parts.ACCOUNTS, t("Accounts")),
        (budget_parts.UNITS, t("Units")),
    )
    return [contents(ctx, parts), *show_panels(ctx, [panel for panel, _ in parts], PATH)]


def _choices(ctx: Context) -> Choices:
    t, state, codes = ctx.t, ctx.state, ctx.codes
    choices: list[Choice | Several] = [
        city_choice(ctx),
        year_choice(ctx, "budgets", t("Newest year")),
        code_choice(ctx, "direction", t("Income or expenditure"), state.direction or DIRECTIONS[0]),
        code_choice(ctx, "department", t("Department"), state.department, t("All departments")),
        code_choice(ctx, "internal", t("Internal items"), state.internal, t("internal items left out")),
        code_choice(ctx, "per", t("Sums"), state.per, t("in all")),
    ]
    if years := codes.years["price_index"]:
        options = [("", t("of each year")), *((str(year), t("of {year}", year=year)) for year in years)]
        choices.append(Choice("prices", t("In prices"), options, str(state.prices or "")))
    return choices
