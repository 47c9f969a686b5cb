"""Who and what stands behind the site: only facts that have a source, in the release or in the code itself."""

from __future__ import annotations

from typing import Any

from dashboard.components.elements import html
from dashboard.components.prose import section
from dashboard.components.table import data_table
from dashboard.components.terms import explained_terms
from dashboard.context import Context
from dashboard.i18n import Translator
from dashboard.pages.contact import contact
from dashboard.pages.facts import plain_words, quote_language, source_language, value_language
from dashboard.pages.page import Page
from dashboard.panels.panel import Column
from dashboard.panels.projects import OWN_PROJECT
from dashboard.proper_names import named
from dashboard.query.model import Filter, Query

LICENCE = "https://opensource.org/license/mit"


def layout(ctx: Context) -> Page:
    """The page about the site."""
    t = ctx.t
    title = t("About the site")
    description = t("Kuusi shows the open data of Finland's six largest cities, and what became of a joint project.")
    body: list[Any] = [
        html.H1(title),
        html.P(description, className="lede"),
        explained_terms(ctx, "six_city_strategy", "dataset", "release"),
        *section(
            t("Who"),
            t(
                "The data come from the cities and the other publishers that each dataset names. The site brings them "
                "into one form; errors in that are ours, not theirs."
            ),
            contact(ctx),
        ),
        *section(
            t("Licence and code"),
            html.P([t("The code is under the MIT licence:"), " ", html.A("MIT", href=LICENCE)]),
            t(
                "The data are under the licence that each dataset names, most often Creative Commons Attribution 4.0: "
                "you may use them freely where you name the source."
            ),
            html.P(html.A(t("Datasets"), href=ctx.path("data"))),
        ),
        *section(t("How to cite the site"), _citation(ctx)),
        *_history(ctx),
    ]
    return Page(title, description, "about", "about", body, kind="AboutPage")


def _citation(ctx: Context) -> str:
    sample = f" [{ctx.t('sample data')}]" if ctx.package.sample else ""
    return ctx.t(
        "Kuusi: open data of Finland's six largest cities{sample}. Release {version}. {address}",
        sample=sample,
        version=ctx.package.version,
        address=ctx.base_url + ctx.path(""),
    )


def _facts_told(t: Translator) -> dict[str, str]:
    """The facts of the project that are told here, by indicator."""
    return {
        "lead_partner": t("Lead partner"),
        "implementers": t("Implementers"),
        "start_date": t("Start"),
        "end_date": t("End"),
        "total_budget": t("Total budget"),
    }


def _history(ctx: Context) -> list[Any]:
    """The project that the site is about, each fact with its source's words."""
    t, told = ctx.t, _facts_told(ctx.t)
    filters = (Filter("project_code", "eq", OWN_PROJECT), Filter("indicator_code", "in", tuple(told)))
    found = [named(ctx.language, row) for row in ctx.engine.rows(Query("project_facts", filters=filters))]
    rows = [
        {
            "what": told[fact["indicator_code"]],
            "value": plain_words(ctx, fact),
            "source": fact["source_title"],
            "url": fact["source_url"],
            "quote": fact["quote"],
            "language": quote_language(fact),
            "source_language": source_language(ctx, fact),
            "value_language": value_language(ctx, fact),
        }
        for name in told
        for fact in found
        if fact["indicator_code"] == name
    ]
    if not rows:
        return []
    columns = (
        Column("what", t("Fact")),
        Column("value", t("Value"), language_in="value_language"),
        Column("source", t("Source"), "name", language_in="source_language"),
        Column("quote", t("In the source's words"), "text", language_in="language"),
    )
    caption = t("The project behind it, by its sources")
    table = data_table(caption, columns, rows, ctx.f, {"source": lambda row: row["url"]})
    return section(
        t("History"),
        t(
            "From 2015 to 2018 the six cities ran the project Open participation and customership within their 6Aika "
            "strategy."
        ),
        table,
        html.P(html.A(t("Open participation and customership"), href=ctx.path(""))),
    )
