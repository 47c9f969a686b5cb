"""The releases on disk: what each changed against the one before it, and where one is damaged."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard import releases
from dashboard.components.table import data_table
from dashboard.components.terms import explained_terms
from dashboard.context import Context
from dashboard.i18n.formats import file_size
from dashboard.i18n.words import change_words, reason_words
from dashboard.package import Dataset
from dashboard.pages.page import Page
from dashboard.panels.panel import Column
from dashboard.releases import Change, Release


def layout(ctx: Context) -> Page:
    """All releases, and what the served one changed."""
    t = ctx.t
    title = t("Releases")
    description = t("Every release that is kept, and what the current one changed.")
    found, damaged = releases.list_releases(ctx.package)
    body: list[Any] = [
        html.H1(title),
        html.P(description, className="lede"),
        explained_terms(ctx, "release", "run", "set_aside"),
        *_changes(ctx),
        html.H2(t("All releases")),
        data_table(t("All releases"), _columns(ctx), [_row(ctx, release) for release in found], ctx.f, whole=True),
        *_damaged(ctx, damaged),
    ]
    return Page(title, description, "data", "releases", body)


def releases_of(ctx: Context, dataset: Dataset) -> list[Any]:
    """The section of a dataset's page: its rows and bytes in each release."""
    t = ctx.t
    found, damaged = releases.list_releases(ctx.package)
    rows = []
    for release in found:
        mine = [table for table in release.tables.values() if table.dataset == dataset.name]
        total = sum(table.rows for table in mine) if mine else None
        rows.append({**_row(ctx, release), "rows": total, "size": file_size(ctx.f, sum(one.bytes for one in mine))})
    caption = t("Releases of this dataset")
    return [
        html.H2(t("Releases")),
        data_table(caption, _columns(ctx), rows, ctx.f),
        *_damaged(ctx, damaged),
        html.P(html.A(t("What changed between the releases"), href=ctx.path("releases"))),
    ]


def _columns(ctx: Context) -> tuple[Column, ...]:
    t = ctx.t
    return (
        Column("version", t("Release")),
        Column("created", t("Made")),
        Column("rows", t("Rows"), "count", is_number=True),
        Column("size", t("Size"), is_number=True),
        Column("state", t("State")),
    )


def _row(ctx: Context, release: Release) -> dict[str, Any]:
    t = ctx.t
    words = [t("shown now")] if release.version == ctx.package.version else []
    words += [t("sample data")] if release.sample else []
    return {
        "version": release.version,
        "created": ctx.f.moment(release.created),
        "rows": sum(table.rows for table in release.tables.values()),
        "size": file_size(ctx.f, release.bytes),
        "state": ", ".join(words) or None,
    }


def _damaged(ctx: Context, names: list[str]) -> list[html.P]:
    if not names:
        return []
    text = ctx.t("Damaged, so that nothing can be told of them: {names}", names=", ".join(names))
    return [html.P(text, className="note note--warn")]


def _changes(ctx: Context) -> list[Any]:
    """What the served release changed: rows by table, fields, and rows set aside by reason."""
    t, f = ctx.t, ctx.f
    current, before = releases.find_release(ctx.package), releases.previous_release(ctx.package)
    heading = html.H2(t("What changed in the current release"))
    if current is None or current.against is None:
        return [heading, html.P(t("This is the first release of its kind: there is nothing to compare it with."))]
    against = t("Release {version} against {before}", version=current.version, before=current.against)
    changes = releases.changes_since_previous(ctx)
    if not changes:
        return [heading, html.P(against), html.P(t("No table changed."))]
    columns = (
        Column("table", t("Table"), "name"),
        Column("dataset", t("Dataset"), "name"),
        Column("kind", t("Change")),
        Column("before", t("Rows before"), "count", is_number=True),
        Column("after", t("Rows after"), "count", is_number=True),
        Column("added", t("Rows added"), "count", is_number=True),
        Column("changed", t("Rows changed"), "count", is_number=True),
        Column("removed", t("Rows removed"), "count", is_number=True),
    )
    rows = [_change_row(ctx, change) for change in changes]
    parts: list[Any] = [heading, html.P(against), data_table(t("Changes by table"), columns, rows, f, whole=True)]
    parts += [html.P(text, className="note") for change in changes for text in _fields(ctx, change)]
    return [*parts, *_set_aside(ctx, current, before)]


def _change_row(ctx: Context, change: Change) -> dict[str, Any]:
    counts = {name: getattr(change, name) for name in ("before", "after", "added", "changed", "removed")}
    there = ctx.package.has(change.table)
    dataset = ctx.text(ctx.dataset_of(change.table).title) if there else None
    return {"table": _title(ctx, change.table), "dataset": dataset, "kind": change_words(ctx.t, change.kind), **counts}


def _title(ctx: Context, table: str) -> str:
    """A table's title; the name of one that the served release has not."""
    return ctx.text(ctx.package.resource(table).title) if ctx.package.has(table) else table


def _fields(ctx: Context, change: Change) -> list[str]:
    t, table = ctx.t, _title(ctx, change.table)
    came, went = ", ".join(change.fields_added), ", ".join(change.fields_removed)
    told = [t("{table}: new fields {names}", table=table, names=came)] if came else []
    return told + ([t("{table}: fields gone {names}", table=table, names=went)] if went else [])


def _set_aside(ctx: Context, current: Release, before: Release | None) -> list[Any]:
    t = ctx.t
    found = releases.set_aside_changes(current, before) if before is not None else {}
    if not found:
        return []
    titles = {dataset.name: ctx.text(dataset.title) for dataset in ctx.package.datasets}
    columns = (
        Column("dataset", t("Dataset"), "name"),
        Column("reason", t("Why")),
        Column("before", t("Rows before"), "count", is_number=True),
        Column("after", t("Rows after"), "count", is_number=True),
    )
    rows = [
        {"dataset": titles.get(name, name), "reason": reason_words(t, reason), "before": old, "after": new}
        for (name, reason), (old, new) in found.items()
    ]
    caption = t("Rows set aside, where their number changed")
    return [html.H3(caption), data_table(caption, columns, rows, ctx.f)]
