"""This project's money: what was planned, granted and realised, and who says so."""

from __future__ import annotations

import pandas as pd

from dashboard.context import Context
from dashboard.figures.bars import Bars, horizontal_bars
from dashboard.figures.style import ACCENT
from dashboard.i18n import Translator
from dashboard.panels.panel import Column, Panel, View
from dashboard.panels.projects import OWN_PROJECT
from dashboard.query.answer import records
from dashboard.query.model import Filter, Query

INDICATORS = (
    "total_budget",
    "planned_public_funding_total",
    "granted_eu_and_state",
    "realised_public_funding_at_snapshot",
    "realised_eu_and_state_at_snapshot",
)
"""The facts in euros, in the order in which money is planned, granted and spent."""


LANGUAGE_FIELDS = ("quote_language_code", "source_language_code")
"""Of the source's words, since contract 1.3, and of its title, since contract 1.4."""
COLUMNS = ("fact_id", "indicator_code", "value", "unit", "as_of_date", "source_title", "source_url", "quote")


def query(ctx: Context) -> Query:
    """The project's facts in euros, each with its source."""
    names = ctx.package.resource("project_facts").field_names()
    return Query(
        "project_facts",
        columns=(*COLUMNS, *(name for name in LANGUAGE_FIELDS if name in names)),
        filters=(
            Filter("project_code", "eq", OWN_PROJECT),
            Filter("indicator_code", "in", INDICATORS),
        ),
    )


def money_words(t: Translator, code: str) -> str:
    """What a sum is."""
    words = {
        "total_budget": t("Total budget"),
        "planned_public_funding_total": t("Planned public funding"),
        "granted_eu_and_state": t("Granted by the EU and the state"),
        "realised_public_funding_at_snapshot": t("Realised public funding so far"),
        "realised_eu_and_state_at_snapshot": t("Of it from the EU and the state"),
    }
    return words[code]


def derive(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the sum in euros as a number and what it is in words, in the order of INDICATORS."""
    frame = frame.copy()
    frame.insert(0, "stage", [money_words(ctx.t, code) for code in frame["indicator_code"]])
    frame["amount_eur"] = [float(value) for value in frame["value"]]
    order = [INDICATORS.index(code) for code in frame["indicator_code"]]
    return frame.iloc[sorted(range(len(order)), key=order.__getitem__)]


def view(ctx: Context) -> View:
    """A bar for each sum."""
    t, f = ctx.t, ctx.f
    frame = derive(ctx, ctx.engine.run(query(ctx)))
    columns = (
        Column("stage", t("Money")),
        Column("amount_eur", t("Amount"), "EUR", is_number=True),
        Column("as_of_date", t("As of")),
        Column.of_field(ctx, "project_facts", "source_title", t("Source")),
        Column("quote", t("In the source's words"), "text", language_in=LANGUAGE_FIELDS[0]),
    )
    subtitle = t("Euros of the project Open participation and customership, by source")
    sums = {row["indicator_code"]: row["amount_eur"] for row in records(frame)}
    if not {"planned_public_funding_total", "granted_eu_and_state"} <= set(sums):
        return View(t("The project's money is not known"), subtitle, t("Nothing to show."), columns, frame, None)
    planned, granted = sums["planned_public_funding_total"], sums["granted_eu_and_state"]
    title = t(
        "The EU and the state granted {granted}, {share} of the planned public funding",
        granted=f.money_short(granted),
        share=f.percent(granted / planned, 0),
    )
    summary = t(
        "Planned were {planned}, granted {granted}. What was realised in the end is not known: the only list there is "
        "shows an interim state, when the project was under way.",
        planned=f.money(planned),
        granted=f.money(granted),
    )
    figure = horizontal_bars(
        list(frame["stage"]),
        [Bars(t("Amount"), list(frame["amount_eur"]), ACCENT)],
        f.money_short,
        t("euros"),
        f"{title}. {summary}",
    )
    return View(title, subtitle, summary, columns, frame, figure)


PANEL = Panel("project-money", "project_facts", (), query, view, derive, page="project")
