"""SQL over the release: a query in the address, its answer as a table, files of it and a link to it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from dashboard.components.attributes import aria, data
from dashboard.components.browser import Frozen
from dashboard.components.elements import html
from dashboard.components.phrases import with_phrases
from dashboard.components.table import data_table
from dashboard.context import Context
from dashboard.errors import SqlRefused
from dashboard.html.attributes import attributes_text
from dashboard.html.markup import escape_text
from dashboard.i18n import LANGUAGES
from dashboard.pages.page import Page, crumbs
from dashboard.pages.sql_help import PAGE_ROWS, examples, rules, sql_path, tables
from dashboard.panels.panel import Column
from dashboard.sql.answer import SqlAnswer, is_number, to_records

LONGEST_CELL = 300
"""Characters of a text that the page shows; its downloads hold it whole."""
MOST_CELLS = 10_000
"""Values that the page shows: an answer of many fields has fewer rows there."""
LONGEST_LINE = 160
LINES = 8
BEGIN = "select city_code, name_fi, latitude, longitude\nfrom cities\norder by city_code"


def layout(ctx: Context) -> Page:
    """The page; with `sql` in its address, the answer too."""
    t, runner, asked = ctx.t, ctx.runner, ctx.sql.replace("\r\n", "\n").strip()
    title, description = t("SQL over the data"), t("Ask the release by SQL: one SELECT, no key, no sign-in.")
    error, answer = None, None
    if asked and runner is not None:
        try:
            answer = runner.run(asked, most_rows=PAGE_ROWS)
        except SqlRefused as found:
            error = found
    body: list[Any] = [
        crumbs(ctx, (t("Datasets"), ctx.path("data")), (title, None)),
        html.H1(title),
        html.P(description, className="lede"),
        html.Div(
            [
                html.Div(
                    [
                        _form(ctx, asked or BEGIN, is_wrong=error is not None),
                        *(_refusal(ctx, error, asked) if error else []),
                        *(_answer(ctx, answer, asked) if answer else []),
                        *examples(ctx),
                        *(rules(ctx, runner) if runner else []),
                    ],
                    className="sql__main stack",
                ),
                tables(ctx),
            ],
            className="sql",
        ),
    ]
    addresses = {language: sql_path(ctx, asked, language) for language in LANGUAGES} if asked else {}
    status = error.status if error else 200
    return Page(title, description, "data", "sql", body, status, addresses=addresses)


def _form(ctx: Context, sql: str, *, is_wrong: bool) -> html.Form:
    t = ctx.t
    attributes: dict[str, Any] = {
        "id": "sql-text", "name": "sql", "rows": LINES, "spellCheck": "false", "autoCapitalize": "off",
        "autoComplete": "off", "className": "sql__text", "translate": "no", "required": True,
    }  # fmt: skip
    if is_wrong:
        attributes |= aria(invalid="true", describedby="sql-error")
    # Written straight away: what a reader's textarea holds is text, which React would rather have as a property.
    text = f"<textarea{attributes_text(attributes)}>\n{escape_text(sql)}</textarea>"
    return html.Form(
        [
            html.Label(t("SELECT to run"), htmlFor="sql-text"),
            Frozen(tag="div", attributes={}, html=text),
            html.Button(t("Run"), type="submit", className="button"),
        ],
        className="sql__form",
        method="get",
        action=ctx.path("sql"),
    )


def _refusal(ctx: Context, error: SqlRefused, sql: str) -> list[Any]:
    """What is wrong, and the line of the query that it is wrong in."""
    t, values = ctx.t, error.values
    said = with_phrases(ctx.told(error), {str(values["error"]): ctx.foreign("en")} if "error" in values else {})
    parts: list[Any] = [html.H2(t("The query was not answered")), html.P(said)]
    if isinstance(line := values.get("line"), int) and isinstance(column := values.get("column"), int):
        parts += _place(sql, line, column)
    return [html.Div(parts, className="note note--warn", id="sql-error", role="alert")]


def _place(sql: str, line: int, column: int) -> list[Any]:
    """The line, and a sign below the letter at which it is wrong."""
    lines = sql.split("\n")
    text = lines[line - 1] if line <= len(lines) else ""
    start = max(0, column - LONGEST_LINE // 2)
    sign = html.Span("\n" + " " * (column - 1 - start) + "^", **aria(hidden="true"))
    shown = text[start : start + LONGEST_LINE].replace("\t", " ")
    return [html.Pre(html.Code([shown, sign]))] if shown else []


def _answer(ctx: Context, answer: SqlAnswer, sql: str) -> list[Any]:
    t, f = ctx.t, ctx.f
    found = to_records(answer)[: max(1, MOST_CELLS // len(answer.fields))]
    count, is_cut = f.number(len(found)), answer.is_truncated or len(found) < len(answer.rows)
    told = t("The first {n} rows; there are more.", n=count) if is_cut else t("Rows: {n}", n=count)
    parts: list[Any] = [
        html.H2(t("Answer"), id="sql-answer"),
        html.P(told, role="status"),
    ]
    if found:
        columns = [_column(name, kind) for name, kind in answer.fields]
        rows = [{name: _shown(ctx, value) for name, value in row.items()} for row in found]
        parts.append(data_table(t("Table"), columns, rows, f, whole=True))
    return [html.Section([*parts, _links(ctx, sql)], **aria(labelledby="sql-answer"))]


def _column(name: str, kind: str) -> Column:
    unit = "EUR" if name.endswith("_eur") else "count" if name.endswith("_count") else None
    return Column(name, name, unit if is_number(kind) else None, is_number=is_number(kind))


def _shown(ctx: Context, value: Any) -> Any:
    """A value as the table takes it: moments to the second, long texts to their beginning, small numbers in full."""
    if isinstance(value, dt.datetime | dt.time):
        return value.isoformat(" ", "seconds") if isinstance(value, dt.datetime) else value.isoformat("seconds")
    if isinstance(value, float) and 0 < abs(value) < 0.1:
        return f"{value:.3g}" if ctx.language == "en" else f"{value:.3g}".replace(".", ",")
    if isinstance(value, list):
        value = ctx.f.cell(value, None)
    if isinstance(value, str) and len(value) > LONGEST_CELL:
        return f"{value[:LONGEST_CELL]}…"
    return value


def _links(ctx: Context, sql: str) -> html.Ul:
    """Files of the answer, and its own address."""
    t, address = ctx.t, ctx.base_url + sql_path(ctx, sql)

    def file(kind: str, **more: str) -> html.Li:
        href = "/api/v1/sql?" + urlencode({"sql": sql, "format": kind, **more})
        label = aria(label=t("Download {kind}: {title}", kind=kind.upper(), title=t("Answer")))
        return html.Li(html.A(kind.upper(), href=href, rel="nofollow", **label))

    copy = html.Button(
        t("Copy link"), type="button", className="button button--quiet",
        **data(copy_link=address, copied_label=t("Link copied")),
    )  # fmt: skip
    link = html.Li([html.A(t("Link to this query"), href=sql_path(ctx, sql), rel="nofollow"), " ", copy])
    return html.Ul([file("csv"), file("json"), link], className="panel__actions")
