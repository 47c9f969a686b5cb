"""What changed in a dataset between any two releases: how many rows of each table, the first of them, and the files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from dashboard.between import Between, NothingBefore, comparable, find_between
from dashboard.components.attributes import aria, data
from dashboard.components.elements import html
from dashboard.components.filters import Choice, filter_form
from dashboard.components.table import data_table
from dashboard.context import Context
from dashboard.diff.comparison import KINDS, Comparison
from dashboard.diff.kept import Difference
from dashboard.errors import UnknownResource
from dashboard.i18n import LANGUAGES
from dashboard.package import Dataset
from dashboard.pages.diff_rows import ROWS, rows_of
from dashboard.pages.missing import missing
from dashboard.pages.page import Page, crumbs
from dashboard.panels.diffs import diff_file, diff_page
from dashboard.panels.feeds import dataset_feed
from dashboard.panels.panel import Column
from dashboard.state import BETWEEN

FILES = {"csv": "CSV", "json": "JSON"}


def layout(ctx: Context, name: str) -> Page:
    """The difference that the address asks for; what cannot be compared is said above the choice of releases."""
    t, path = ctx.t, f"dataset/{name}/diff"
    asked = ctx.between
    problem: UnknownResource | None = None
    between: Between | None = None
    try:
        between = find_between(ctx.package, name, asked.get("from", ""), asked.get("to", ""))
        between.table(asked.get("table", ""))
    except UnknownResource as error:
        problem = error
    dataset = _dataset(ctx, between, name)
    if dataset is None:
        return missing(ctx, path, t("There is no dataset called {name}.", name=name))
    dataset_title = ctx.text(dataset.title)
    title = t("What changed: {title}", title=dataset_title)
    description = t("The rows that were added, changed and removed between two releases, field by field.")
    body: list[Any] = [
        crumbs(
            ctx,
            (t("Datasets"), ctx.path("data")),
            (dataset_title, ctx.path(f"dataset/{name}")),
            (t("What changed"), None),
        ),
        html.H1(title),
        html.P(description, className="lede"),
        *([_told(ctx, problem)] if problem else []),
        _form(ctx, name, between),
    ]
    if between is not None and problem is None:
        ctx.asked.update(one for one in between.tables if ctx.package.has(one))
        body += _answer(ctx, between)
    status = 200 if problem is None or isinstance(problem, NothingBefore) else problem.status
    changed = t("what changed")
    query = urlencode([(key, value) for key in BETWEEN if (value := asked.get(key))])
    return Page(
        f"{dataset_title}: {changed}", f"{dataset_title}. {description}", "data", path, body, status,
        filters=BETWEEN, feed=dataset_feed(ctx, name), datasets=(name,) if _is_here(ctx, name) else (),
        addresses={one: f"/{one}/{path}?{query}" for one in LANGUAGES} if query else {},
    )  # fmt: skip


def _is_here(ctx: Context, name: str) -> bool:
    return any(one.name == name for one in ctx.package.datasets)


def _dataset(ctx: Context, between: Between | None, name: str) -> Dataset | None:
    """The dataset as the newest of the releases that has it describes it."""
    packages = [ctx.package, *((between.after, between.before) if between else ())]
    return next((one for package in packages for one in package.datasets if one.name == name), None)


def _told(ctx: Context, problem: UnknownResource) -> html.P:
    is_wrong = not isinstance(problem, NothingBefore)
    return html.P(ctx.told(problem), className="note note--warn" if is_wrong else "note", role="status")


def _form(ctx: Context, name: str, between: Between | None) -> html.Form:
    """The two releases, as selects: what is chosen is what is compared."""
    t = ctx.t
    releases = [(one.version, ctx.f.moment(one.created)) for one in comparable(ctx.package)]
    asked = (ctx.between.get("from", ""), ctx.between.get("to", ""))
    older, newer = (between.before.version, between.after.version) if between else asked
    choices = [
        Choice("from", t("From release"), releases, older),
        Choice("to", t("To release"), releases, newer or ctx.package.version),
    ]
    return filter_form(diff_page(ctx, name), choices, t("Compare"), t("The newest change"))


def _answer(ctx: Context, between: Between) -> list[Any]:
    t = ctx.t
    table = ctx.between.get("table", "")
    names = (table,) if table else between.tables
    told, parts = [], []
    for name in names:
        one = between.table(name)
        assert ctx.differences is not None  # there is a site around the page  # noqa: S101
        with ctx.differences.open(one) as found:
            told.append(_row(ctx, found))
            section = _table(ctx, between, found)
            told[-1]["at"] = f"#{name}" if section else None
            parts += section
    caption = t("Rows that differ, by table")
    links = {"table": lambda row: row["at"]}
    against = t("Release {version} against {before}", version=between.after.version, before=between.before.version)
    return [
        html.P(against),
        *_notes(ctx, between),
        html.H2(caption),
        data_table(caption, _columns(ctx, told), told, ctx.f, links, whole=True),
        _files(ctx, between, table),
        *parts,
    ]


def _notes(ctx: Context, between: Between) -> list[Any]:
    """What is to be known of the two releases before their rows are read."""
    t, before, after = ctx.t, between.before, between.after
    texts = []
    if before.version == after.version:
        texts.append(t("Both are the same release, which differs in nothing from itself: choose two."))
    elif before.version > after.version:
        texts.append(t("The first release is the newer one: what is told is the way back."))
    if before.contract != after.contract:
        texts.append(
            t(
                "The releases follow two versions of the contract, {before} and {after}: fields may be described in "
                "other words.",
                before=before.contract,
                after=after.contract,
            )
        )
    return [html.P(text, className="note") for text in texts]


def _columns(ctx: Context, rows: list[dict[str, Any]]) -> tuple[Column, ...]:
    t = ctx.t
    moved = (Column("moved", t("Rows moved"), "count", is_number=True),) if any(row["moved"] for row in rows) else ()
    return (
        Column("table", t("Table"), "name"),
        Column("before", t("Rows before"), "count", is_number=True),
        Column("after", t("Rows after"), "count", is_number=True),
        Column("added", t("Rows added"), "count", is_number=True),
        Column("changed", t("Rows changed"), "count", is_number=True),
        Column("removed", t("Rows removed"), "count", is_number=True),
        *moved,
    )


def _row(ctx: Context, found: Difference) -> dict[str, Any]:
    one = found.of
    before, after = (side.rows if side else None for side in (one.old, one.new))
    changed = None if one.by != "key" and len(one.sides) == 2 else found.counts["changed"]
    title = ctx.text(one.table.title)
    return {"table": title, "name": one.name, "before": before, "after": after, **found.counts, "changed": changed}


def _files(ctx: Context, between: Between, table: str) -> html.Ul:
    """All tables as JSON, the page's own address, and what programs ask."""
    t, versions = ctx.t, (between.before.version, between.after.version)
    address = ctx.base_url + diff_page(ctx, between.dataset, *versions, table)
    copy = html.Button(
        t("Copy link"), type="button", className="button button--quiet",
        **data(copy_link=address, copied_label=t("Link copied")),
    )  # fmt: skip
    json = diff_file(ctx, between.dataset, "json", *versions, table)
    label = t("Download {kind}: {title}", kind="JSON", title=t("Rows that differ, by table"))
    items = [
        html.Li(html.A("JSON", href=json, rel="nofollow", **aria(label=label))),
        html.Li(html.A(t("Permanent link"), href=diff_page(ctx, between.dataset, *versions, table))),
        html.Li(copy),
    ]
    if versions[0] != versions[1]:
        back = diff_page(ctx, between.dataset, versions[1], versions[0], table)
        items.append(html.Li(html.A(t("The other way round"), href=back, rel="nofollow")))
    return html.Ul(items, className="panel__actions")


def _table(ctx: Context, between: Between, found: Difference) -> list[Any]:
    """A table that differs: how it was compared, its fields, its file and its first rows."""
    one, t = found.of, ctx.t
    total = sum(found.counts.values())
    if not total and not (one.fields_added or one.fields_removed or one.fields_retyped):
        return []
    title, versions = ctx.text(one.table.title), (between.before.version, between.after.version)
    links = [
        html.Li(
            html.A(
                name,
                href=diff_file(ctx, between.dataset, kind, *versions, one.name),
                rel="nofollow",
                **aria(label=t("Download {kind}: {title}", kind=name, title=title)),
            )
        )
        for kind, name in FILES.items()
    ]
    api = f"/api/v1/tables/{one.name}/diff?" + urlencode({"from": versions[0], "to": versions[1]})
    if ctx.package.has(one.name):
        links.append(html.Li(html.A("API", href=api, rel="nofollow", **aria(label=f"API: {title}"))))
    parts: list[Any] = [html.H2(title, id=one.name), *_schema(ctx, one)]
    if not total:
        return [*parts, html.P(t("No row differs."))]
    parts.append(html.Ul(links, className="panel__actions"))
    more = any(found.counts[kind] > ROWS for kind in KINDS)
    if more:
        text = t("The first {n} rows of each kind are shown; the files hold them all.", n=ctx.f.number(ROWS))
        parts.append(html.P(text))
    there = replace(ctx, pinned=_pin(ctx, between.after.version))
    for kind in KINDS:
        if found.counts[kind]:
            parts += rows_of(there, found, kind)
    return parts


def _pin(ctx: Context, version: str) -> str | None:
    """What links to rows name as their release; the live one is named by nothing."""
    return None if version == ctx.live else version


def _schema(ctx: Context, one: Comparison) -> list[html.P]:
    """How rows are known again, and what became of the table and its fields."""
    t = ctx.t
    texts = []
    if one.old is None:
        texts.append(t("The earlier release has no such table: all of its rows are new."))
    elif one.new is None:
        texts.append(t("The later release has no such table: all of its rows are gone."))
    elif one.by == "place":
        texts.append(
            t(
                "A row has no key that lasts, only its place in a source's file. Rows are compared by what they hold: "
                "a row that was corrected is told as one removed and one added, one that only stands elsewhere now as "
                "moved."
            )
        )
    elif one.by == "content":
        texts.append(
            t(
                "The table has no key that both releases know. Rows are compared by what they hold: a row that was "
                "corrected is told as one removed and one added."
            )
        )
    if one.fields_added:
        texts.append(t("Fields that are new: {names}. Before, they are empty.", names=", ".join(one.fields_added)))
    if one.fields_removed:
        names = ", ".join(one.fields_removed)
        texts.append(t("Fields that are gone: {names}. That they are does not count as a change of rows.", names=names))
    if one.fields_retyped:
        texts.append(t("Fields of another type than before: {names}.", names=", ".join(one.fields_retyped)))
    return [html.P(text, className="note") for text in texts]
