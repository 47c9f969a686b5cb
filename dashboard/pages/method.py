"""How the data come to be, as far as it can be from the release itself."""

from __future__ import annotations

from collections import Counter
from typing import Any

from dashboard.components.elements import html
from dashboard.components.prose import bullets, section
from dashboard.components.table import data_table
from dashboard.components.terms import explained_terms
from dashboard.context import Context
from dashboard.i18n.words import kind_words, reason_words
from dashboard.pages import subjects
from dashboard.pages.page import Page
from dashboard.pages.scope import scope_notes
from dashboard.panels.panel import Column
from dashboard.query.model import Measure, Query


def layout(ctx: Context) -> Page:
    """The method page."""
    t = ctx.t
    title = t("How the data are made")
    description = t("From the publishers' files to the figures of this site: what is read, left out and compared.")
    body: list[Any] = [
        html.H1(title),
        html.P(description, className="lede"),
        explained_terms(ctx, "source", "snapshot", "set_aside", "release", "inferred_name", "index", "break_2023"),
        *_sources(ctx),
        *_rows(ctx),
        *_names(ctx),
        *_kinds(ctx),
        *_comparing(ctx),
        *_checks(ctx),
    ]
    about = (subjects.article(ctx, "method", title, description),)
    return Page(title, description, "method", "method", body, about=about)


def _sources(ctx: Context) -> list[Any]:
    t = ctx.t
    sources = [source for dataset in ctx.package.datasets for source in dataset.sources]
    by_hand = [source for source in sources if source.state == "reference"]
    portals = sorted({source.portal for source in sources if source.portal})
    return section(
        t("Sources"),
        t(
            "Sources read in this release: {n}. Tables kept by hand, each row with its own source: {by_hand}. "
            "Portals: {portals}.",
            n=ctx.f.number(len(sources) - len(by_hand)),
            by_hand=ctx.f.number(len(by_hand)),
            portals=", ".join(portals) or "–",
        ),
        t(
            "Each file is kept as it came, with its address, the time and its checksum. Every row of the harmonised "
            "tables names the file and the row number that it comes from."
        ),
        html.P(html.A(t("Every dataset with its sources"), href=ctx.path("data"))),
    )


def _rows(ctx: Context) -> list[Any]:
    """What became of all rows that were read, and why some were set aside."""
    t, f = ctx.t, ctx.f
    sources = [source for dataset in ctx.package.datasets for source in dataset.sources]
    reasons: Counter[str] = Counter()
    for source in sources:
        reasons.update(source.set_aside)
    rows = [{"reason": reason_words(t, code), "rows": n} for code, n in reasons.most_common()]
    columns = (Column("reason", t("Why")), Column("rows", t("Rows"), "count", is_number=True))
    counted = t(
        "Rows read: {read}. Rows kept: {kept}. Rows set aside: {aside}. No row vanishes: what is read is either kept "
        "or set aside with its reason, in a table of the release.",
        read=f.number(sum(source.rows_in for source in sources)),
        kept=f.number(sum(source.rows for source in sources)),
        aside=f.number(reasons.total()),
    )
    tidied = bullets(
        [
            t("Money is read as exact decimal numbers, never as approximate ones."),
            t("Dates and business ids that cannot be read are left empty and counted, not guessed."),
            t("Where the national file holds a year that a city publishes itself, only the city's own file counts."),
            t("Free text, contacts, addresses and coordinates are not published."),
        ]
    )
    parts: list[Any] = [counted, tidied]
    if rows:
        parts.append(html.Div(data_table(t("Rows set aside, by reason"), columns, rows, f), className="narrow"))
    return section(t("From rows to tables"), *parts)


def _names(ctx: Context) -> list[Any]:
    t, f = ctx.t, ctx.f
    query = Query("company_names", measures=(Measure("rows_count", "count"),), dimensions=("match_code",))
    found = {row["match_code"]: row["rows_count"] for row in ctx.engine.rows(query)}
    return section(
        t("Names of suppliers"),
        t(
            "A supplier is one business id, shown by the name under which it has most rows. Names in this release: "
            "{with_id} with a business id, {inferred} linked by likeness.",
            with_id=f.number(found.get("business_id", 0)),
            inferred=f.number(found.get("inferred", 0)),
        ),
        t(
            "A name without a business id is linked to a supplier only where exactly one has a nearly equal name: a "
            "likeness of at least 93 of 100. Such a link is marked as inferred, with its score. Other names stand in "
            "a table of their own."
        ),
        t(
            "The limit was tried on 200 pairs of real names: of the links it made 96 % were right, and it found 62 % "
            "of those that it should have found. It was chosen by the same pairs, so that new data may do worse."
        ),
        t("A name that could be a person's is not shown; the amount is counted under the business id."),
    )


def _kinds(ctx: Context) -> list[Any]:
    t = ctx.t
    query = Query("companies", measures=(Measure("rows_count", "count"),), dimensions=("kind_code",))
    found = sorted(ctx.engine.rows(query), key=lambda row: -row["rows_count"])
    rows = [{"kind": kind_words(t, row["kind_code"]), "suppliers": row["rows_count"]} for row in found]
    columns = (Column("kind", t("Kind")), Column("suppliers", t("Suppliers"), "count", is_number=True))
    return section(
        t("Kinds of suppliers"),
        t(
            "Whether a supplier is a company, an association, a public body or foreign follows from its business id, "
            "country code and name, by rules that are tried in order and published with the data."
        ),
        html.Div(data_table(t("Suppliers by kind"), columns, rows, ctx.f), className="narrow"),
        html.P(html.A(t("The rules as a table"), href=ctx.path("dataset/companies") + "#company_kind_rules")),
    )


def _comparing(ctx: Context) -> list[Any]:
    t = ctx.t
    return section(
        t("What is compared with what"),
        bullets(
            [
                t("Cities are not ranked by their sums: what they publish differs in scope."),
                t(
                    "An index compares a city with itself: its first whole year in the data is 100, from 2023 on where "
                    "health and social services left the city."
                ),
                t("A year of which the data cover only some months is left out of an index, and is named."),
                t(
                    "Every series over 2023 has a mark: on 1 January 2023 health, social and rescue services left the "
                    "cities, Helsinki excepted."
                ),
                t("In files a column that ends in _share is a part from 0 to 1, and one that ends in _pct per cent."),
                t("What a city has not published is shown as missing, never as zero."),
                t("Facts about the project keep each source's own words, and stand side by side where they differ."),
            ]
        ),
        scope_notes(ctx),
    )


def _checks(ctx: Context) -> list[Any]:
    t = ctx.t
    return section(
        t("Checks and failures"),
        t(
            "A release is made only if every value fits its declared type, keys are unique and lead somewhere, and no "
            "table has lost more rows or money than allowed, unless a person has accepted that and said why. Otherwise "
            "the former release stays, and the failure is told on the status page."
        ),
        t("A source that cannot be read is shown from its last good copy, and is marked so."),
        html.P([html.A(t("Status"), href=ctx.path("status")), " · ", html.A(t("Releases"), href=ctx.path("releases"))]),
    )
