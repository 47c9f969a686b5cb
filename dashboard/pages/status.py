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
    body: list[Any] = [html.H1(title), html.P(description, className="lede"), *_last_run(ctx)]
    body += [*_sources(ctx), *_not_published(ctx)]
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
    result, finished = str(run.get("result")), _moment(run.get("finished_at"))
    kind = "badge--ok" if result in ("published", "unchanged") else "badge--failed"
    parts: list[Any] = [
        html.H2(t("The last run")),
        html.P(
            [
                html.Span(words.get(result, result), className=f"badge {kind}"),
                " ",
                ctx.f.moment(finished) if finished else "",
            ]
        ),
    ]
    errors = [issue for issue in run.get("issues", []) if issue.get("severity") == "error"]
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
    newest = _of_last_run(ctx)
    rows = []
    for source in (source for dataset in ctx.package.datasets for source in dataset.sources):
        now = newest.get(source.name, {})
        state, problem = str(now.get("state", source.state)), now.get("problem")
        last_good = _moment(now.get("last_good", source.last_good))
        rows.append(
            {
                "title": ctx.text(source.title),
                "state": states.get(state, state) + (f": {_problem(ctx, str(problem))}" if problem else ""),
                "last_good": ctx.f.date(last_good.date()) if last_good else None,
                "rows_in": source.rows_in,
                "rows": source.rows,
                "set_aside": sum(source.set_aside.values()),
                "reasons": ", ".join(f"{reason} {ctx.f.number(n)}" for reason, n in source.set_aside.items()) or None,
            }
        )
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


def _not_published(ctx: Context) -> list[Any]:
    """What a city does not publish: a fact of the release, not a failure."""
    t = ctx.t
    rows = [
        {
            "dataset": ctx.text(ctx.package.dataset(issue["source"]).title),
            "reason": (issue.get("texts") or {}).get(ctx.language, issue["message"]),
        }
        for issue in ctx.package.issues
        if issue["code"] == "not_published"
    ]
    if not rows:
        return []
    columns = (Column("dataset", t("Dataset")), Column("reason", t("What is missing")))
    return [html.H2(t("Not published")), data_table(t("Not published"), columns, rows, ctx.f)]


def _of_last_run(ctx: Context) -> dict[str, dict[str, Any]]:
    """How the last run found each source; empty where it was of another kind (real, sample) than the release."""
    run = ctx.last_run or {}
    if bool(run.get("sample", ctx.package.sample)) != ctx.package.sample:
        return {}
    return {str(item.get("name")): item for item in run.get("sources", []) if isinstance(item, dict)}


def _problem(ctx: Context, code: str) -> str:
    """What kept a source from being read, in words."""
    t = ctx.t
    words = {
        "refused": t("the portal refuses us"),
        "not_found": t("not found on the portal"),
        "not_picked": t("no file fits the rule"),
        "gone": t("removed from the portal"),
        "unexpected_data": t("the file has changed"),
        "check_failed": t("the values break their rules"),
        "unreachable": t("the portal cannot be reached"),
        "timeout": t("the portal did not answer in time"),
        "truncated": t("the file broke off"),
        "empty": t("the file is empty"),
        "server_error": t("the portal has a fault"),
        "wrong_content": t("something else came than data"),
    }
    return words.get(code, code)


def _moment(text: object) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(str(text))
    except ValueError:
        return None
