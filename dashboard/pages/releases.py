"""The releases on disk: what each changed against the one before it, and where one is damaged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashboard import releases
from dashboard.components.elements import html
from dashboard.components.table import data_table
from dashboard.components.terms import explained_terms
from dashboard.components.withdrawn import withdrawn_words
from dashboard.context import Context
from dashboard.i18n.formats import file_size
from dashboard.i18n.words import change_words, reason_words
from dashboard.package import Dataset
from dashboard.pages import subjects
from dashboard.pages.missing import missing
from dashboard.pages.page import Page, crumbs
from dashboard.panels.diffs import diff_page
from dashboard.panels.feeds import releases_feed
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
        *_changes(ctx, releases.find_release(ctx.package)),
        html.H2(t("All releases")),
        _table(ctx, t("All releases"), _rows(ctx, found)),
        *_damaged(ctx, damaged),
    ]
    feed = releases_feed(ctx)
    body.append(html.P(html.A(t("Feed of what changes here (Atom)"), href=feed)))
    return Page(title, description, "data", "releases", body, kind="CollectionPage", feed=feed)


def releases_of(ctx: Context, dataset: Dataset) -> list[Any]:
    """The section of a dataset's page: its rows and bytes in each release."""
    t = ctx.t
    found, damaged = releases.list_releases(ctx.package)
    rows = []
    for release, row in zip(found, _rows(ctx, found), strict=True):
        mine = [table for table in release.tables.values() if table.dataset == dataset.name]
        total = sum(table.rows for table in mine) if mine else None
        rows.append({**row, "rows": total, "size": file_size(ctx.f, sum(one.bytes for one in mine))})
    caption = t("Releases of this dataset")
    return [
        html.H2(t("Releases")),
        _table(ctx, caption, rows),
        *_damaged(ctx, damaged),
        html.P(html.A(t("What changed in this dataset between any two releases"), href=diff_page(ctx, dataset.name))),
        html.P(html.A(t("What changed between the releases"), href=ctx.path("releases"))),
    ]


def _table(ctx: Context, caption: str, rows: list[dict[str, Any]]) -> html.Div:
    """Releases, each leading to its page."""
    links = {"version": lambda row: ctx.path(f"releases/{row['version']}")}
    return data_table(caption, _columns(ctx), rows, ctx.f, links, whole=True)


def _columns(ctx: Context) -> tuple[Column, ...]:
    t = ctx.t
    return (
        Column("version", t("Release")),
        Column("created", t("Made")),
        Column("rows", t("Rows"), "count", is_number=True),
        Column("size", t("Size"), is_number=True),
        Column("state", t("State")),
    )


def _rows(ctx: Context, found: Sequence[Release]) -> list[dict[str, Any]]:
    withdrawn = releases.read_withdrawn(ctx.package)
    return [_row(ctx, release, is_withdrawn=release.version in withdrawn) for release in found]


def _row(ctx: Context, release: Release, *, is_withdrawn: bool) -> dict[str, Any]:
    t = ctx.t
    words = [t("shown now")] if release.version == ctx.package.version else []
    words += [t("sample data")] if release.sample else []
    words += [t("withdrawn")] if is_withdrawn else []
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


def release_layout(ctx: Context, version: str) -> Page:
    """A release on disk: what it held and changed; a designed 404 where none of that name is kept."""
    t, path = ctx.t, f"releases/{version}"
    release = next((one for one in releases.list_releases(ctx.package)[0] if one.version == version), None)
    if release is None:
        return missing(ctx, path, t("No release {version} is kept here.", version=version))
    title = t("Release {version}", version=version)
    description = t("Made on {moment}: what it held and what it changed.", moment=ctx.f.moment(release.created))
    body: list[Any] = [
        crumbs(ctx, (t("Releases"), ctx.path("releases")), (version, None)),
        html.H1(title),
        html.P(description, className="lede"),
        *_standing(ctx, release),
        *_changes(ctx, release),
        *_held(ctx, release),
    ]
    about = subjects.release(ctx, path, release.version, release.created, sample=release.sample)
    return Page(title, description, "data", path, body, about=(about,))


def _standing(ctx: Context, release: Release) -> list[html.P]:
    """Whether it is the one that the site shows or was taken back, and whether its data are generated."""
    t = ctx.t
    shown = (
        t("This is the release that the site shows now.")
        if release.version == ctx.package.version
        else t("The site shows release {version} now, not this one.", version=ctx.package.version)
    )
    sample = [html.P(t("It holds generated sample data."), className="note")] if release.sample else []
    withdrawn = releases.read_withdrawn(ctx.package).get(release.version)
    note = [html.P(withdrawn_words(ctx, withdrawn), className="note note--warn")] if withdrawn else []
    return [html.P(shown), *note, *sample]


def _held(ctx: Context, release: Release) -> list[Any]:
    """Its tables with their rows, bytes and the hash of each."""
    t = ctx.t
    columns = (
        Column("table", t("Table"), "name"),
        Column("rows", t("Rows"), "count", is_number=True),
        Column("size", t("Size"), is_number=True),
        Column("hash", t("SHA-256 of the CSV file")),
    )
    rows = [
        {
            "table": _title(ctx, name),
            "rows": table.rows,
            "size": file_size(ctx.f, table.bytes),
            "hash": table.hash.removeprefix("sha256:"),
        }
        for name, table in release.tables.items()
    ]
    title = t("What the release held")
    return [html.H2(title), data_table(title, columns, rows, ctx.f, whole=True)]


def _changes(ctx: Context, release: Release | None) -> list[Any]:
    """What a release changed: rows by table, fields, and rows set aside by reason."""
    t, f = ctx.t, ctx.f
    is_current = release is not None and release.version == ctx.package.version
    heading = html.H2(t("What changed in the current release") if is_current else t("What the release changed"))
    if release is None or release.against is None:
        return [heading, html.P(t("This is the first release of its kind: there is nothing to compare it with."))]
    before = releases.read_release(ctx.package.folder.parent / release.against)
    against = t("Release {version} against {before}", version=release.version, before=release.against)
    changes = releases.changes_of(release, before)
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
    links = {"table": _difference(ctx, release)} if before is not None else {}
    table = data_table(t("Changes by table"), columns, rows, f, links, whole=True)
    parts: list[Any] = [heading, html.P(against), table]
    parts += [html.P(text, className="note") for change in changes for text in _fields(ctx, change)]
    return [*parts, *_set_aside(ctx, release, before)]


def _change_row(ctx: Context, change: Change) -> dict[str, Any]:
    counts = {name: getattr(change, name) for name in ("before", "after", "added", "changed", "removed")}
    there = ctx.package.has(change.table)
    dataset = ctx.text(ctx.dataset_of(change.table).title) if there else None
    words = {"table": _title(ctx, change.table), "dataset": dataset, "kind": change_words(ctx.t, change.kind)}
    return {**words, **counts, "name": change.table}


def _difference(ctx: Context, release: Release) -> Callable[[Mapping[str, Any]], str | None]:
    """The page of a table's rows that a release changed, where a dataset has the table."""

    def address(row: Mapping[str, Any]) -> str | None:
        name = row["name"]
        if not ctx.package.has(name):
            return None
        return diff_page(ctx, ctx.dataset_of(name).name, release.against or "", release.version, name)

    return address


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
