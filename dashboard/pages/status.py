"""How each source stands and how the last run went: failures are published too."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dash import html

from dashboard.components.table import data_table
from dashboard.context import Context
from dashboard.pages.page import Page
from dashboard.panels.panel import Column


def layout(ctx: Context) -> Page:
    """The status page."""
    t = ctx.t
    title = t("Status")
    description = t("Each source: its state, when it was last good, its rows, and what a person should look at.")
    body: list[Any] = [html.H1(title), html.P(description, className="lede"), *_last_run(ctx), *_sources(ctx)]
    return Page(title, description, "status", "status", body)


def _last_run(ctx: Context) -> list[Any]:
    t, run = ctx.t, ctx.last_run
    if run is None:
        return []
    words = {
        "published": t("published a release"),
        "unchanged": t("found nothing new"),
        "failure": t("failed for some sources"),
    }
    kind = "badge--failed" if run["result"] == "failure" else "badge--ok"
    parts: list[Any] = [
        html.H2(t("The last run")),
        html.P(
            [
                html.Span(words[run["result"]], className=f"badge {kind}"),
                " ",
                ctx.f.moment(dt.datetime.fromisoformat(run["finished_at"])),
            ]
        ),
    ]
    errors = [issue for issue in run["issues"] if issue["severity"] == "error"]
    if errors:
        columns = (
            Column("source", t("Source")),
            Column("code", t("Problem")),
            Column("message", t("What happened")),
            Column("expected", t("Expected")),
            Column("got", t("Got")),
        )
        parts.append(data_table(t("What failed"), columns, errors, ctx.f))
    return parts


def _sources(ctx: Context) -> list[Any]:
    t = ctx.t
    states = {
        "ok": t("in order"),
        "reference": t("kept by hand"),
        "stale": t("last good copy"),
        "failed": t("failed"),
    }
    rows = [
        {
            "title": ctx.text(source.title),
            "state": states[source.state],
            "last_good": (source.last_good or "")[:10] or None,
            "rows_in": source.rows_in,
            "rows": source.rows,
            "set_aside": sum(source.set_aside.values()),
            "reasons": ", ".join(f"{reason} {ctx.f.number(n)}" for reason, n in source.set_aside.items()) or None,
        }
        for dataset in ctx.package.datasets
        for source in dataset.sources
    ]
    columns = (
        Column("title", t("Source")),
        Column("state", t("State")),
        Column("last_good", t("Last good")),
        Column("rows_in", t("Rows read"), "count", is_number=True),
        Column("rows", t("Rows kept"), "count", is_number=True),
        Column("set_aside", t("Set aside"), "count", is_number=True),
        Column("reasons", t("Why")),
    )
    return [html.H2(t("Sources")), data_table(t("Sources"), columns, rows, ctx.f)]
