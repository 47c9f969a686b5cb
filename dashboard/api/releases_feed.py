"""Feeds of releases: an entry for each, with its counts of added, changed and removed rows.

One is of all releases, one of each dataset, of each city, of the datasets that a search finds, and of whatever a search
of the whole site finds: there only releases have an entry that changed something of it. An entry says the same for as
long as its release is kept; that of a search, for as long as the search finds the same.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import flask
from feedgen.feed import FeedGenerator

from dashboard import changes, releases
from dashboard.api.downloads import MakeContext, in_release
from dashboard.api.errors import asked_language
from dashboard.api.feed import MEDIA_TYPE, begin_feed
from dashboard.catalogue.oai_request import NOT_XML
from dashboard.changes import Wanted
from dashboard.context import Context
from dashboard.errors import InvalidQuery, UnknownResource
from dashboard.html.markup import escape_text
from dashboard.i18n import DEFAULT_LANGUAGE, LANGUAGES
from dashboard.openapi import kinds
from dashboard.openapi.kinds import LONGEST_NAMED
from dashboard.package import Dataset
from dashboard.panels.diffs import diff_page
from dashboard.panels.feeds import city_feed, dataset_feed, releases_feed, search_feed
from dashboard.releases import Change, Release
from dashboard.search.index import Kind
from dashboard.state import MAX_SEARCH_LENGTH, State

MOST_ENTRIES = 50
MOST_KEPT = 2000
LANG_KIND = kinds.choice(LANGUAGES)
KINDS = ("added", "changed", "removed")
TOLD_BY: Mapping[Kind, str] = {
    "city": "city_code",
    "company": "supplier_business_id",
    "indicator": "indicator_code",
}
"""What a search finds -> the field that tells rows of it."""
MOST_FOUND = 100
"""Companies of a search, at most, whose rows its feed counts; the largest."""


@dataclass(frozen=True)
class Counts:
    """How many rows of a table a release added, changed and removed; None where they were not compared one by one."""

    table: str
    added: int | None
    changed: int | None
    removed: int | None

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is known to have changed."""
        return (self.added, self.changed, self.removed) == (0, 0, 0)


Count = Callable[[Release, Release | None], Sequence[Counts]]


def create_releases_feed(make_context: MakeContext) -> flask.Blueprint:
    """The blueprint; `make_context` gives the context of the current request in a language."""
    blueprint = flask.Blueprint("releases_feed", __name__)

    @blueprint.get("/feed.atom")
    def all_releases() -> flask.Response:
        ctx, search = _context(make_context, "q"), _search(0)
        if not search:
            title = ctx.t("Releases")
            return _respond(
                ctx, _feed(ctx, ("all",), title, releases_feed(ctx), ctx.path("releases"), _of_tables(None))
            )
        tables = {name for dataset in find_datasets(ctx, search) for name in dataset.resources}
        title = ctx.t("Datasets found for “{text}”", text=search)
        page = ctx.path("data", State(search=search))
        return _respond(
            ctx, _feed(ctx, ("search", search), title, releases_feed(ctx, search), page, _of_tables(tables))
        )

    @blueprint.get("/dataset/<name>/feed.atom")
    def of_dataset(name: str) -> flask.Response:
        ctx = _context(make_context)
        dataset = ctx.package.dataset(name)
        title, page = ctx.text(dataset.title), ctx.path(f"dataset/{name}")
        counted = _of_tables(set(dataset.resources))
        return _respond(ctx, _feed(ctx, ("dataset", name), title, dataset_feed(ctx, name), page, counted))

    @blueprint.get("/feed/city/<code>.atom")
    def of_city(code: str) -> flask.Response:
        ctx = _context(make_context)
        if code not in ctx.codes.cities:
            known = ", ".join(ctx.codes.cities)
            raise UnknownResource(
                "There is no city {name!r}; there are {names}.", name=code[:LONGEST_NAMED], names=known
            )
        page = ctx.path(f"cities/{code}")
        counted = _of_rows(ctx.package.folder.parent, (("city_code", (code,)),))
        return _respond(ctx, _feed(ctx, ("city", code), ctx.city(code), city_feed(ctx, code), page, counted))

    @blueprint.get("/feed/search.atom")
    def of_search() -> flask.Response:
        """Of whatever the search page finds: rows of its datasets, and those of its cities, companies, indicators."""
        ctx, search = _context(make_context, "q"), _search(1)
        page, title = ctx.path("search", State(search=search)), ctx.t("Search: {text}", text=search)
        counted = _of_found(ctx, search)
        return _respond(ctx, _feed(ctx, ("found", search), title, search_feed(ctx, search), page, counted))

    return blueprint


def _search(shortest: int) -> str:
    """The words of the search, without what XML cannot hold. Raises InvalidQuery."""
    text = kinds.text(MAX_SEARCH_LENGTH, shortest).read("q", flask.request.args.get("q", ""))
    return " ".join(NOT_XML.sub(" ", text).split())


def find_datasets(ctx: Context, search: str) -> list[Dataset]:
    """The datasets that a search finds, the best first."""
    if ctx.find is None or not search:
        return []
    found = ctx.find.search(search, len(ctx.package.datasets), ("dataset",))
    names = [entry.path.partition("/")[2] for group in found.groups for entry in group.entries]
    return [ctx.package.dataset(name) for name in names]


def _context(make_context: MakeContext, *allowed: str) -> Context:
    """The context of the request. Raises InvalidQuery for a parameter that the feed does not obey."""
    known = (*allowed, "lang", "release")
    foreign = [name for name in flask.request.args if name not in known]
    if foreign:
        raise InvalidQuery(
            "There is no parameter {name!r} here; there are {names}.",
            name=foreign[0][:LONGEST_NAMED], names=", ".join(known),
        )  # fmt: skip
    LANG_KIND.read("lang", flask.request.args.get("lang", DEFAULT_LANGUAGE))
    return in_release(make_context(asked_language()))


def _of_tables(tables: set[str] | None) -> Count:
    """Counts the changes of these tables, of all where None."""

    def counts(release: Release, before: Release | None) -> Sequence[Counts]:
        found: Sequence[Change]
        if release.against is None:  # the first of its kind: all of it is new
            found = [Change(name, None, table.rows, "new", table.rows, 0, 0) for name, table in release.tables.items()]
        else:
            found = releases.changes_of(release, before)
        return [
            Counts(one.table, one.added, one.changed, one.removed)
            for one in found
            if tables is None or one.table in tables
        ]

    return counts


def _of_found(ctx: Context, search: str) -> Count:
    """Counts what changed of what a search finds, each row once: all of its datasets, and elsewhere the rows of its
    cities, companies and indicators."""
    tables = {name for dataset in find_datasets(ctx, search) for name in dataset.resources}
    whole, some = _of_tables(tables), _of_rows(ctx.package.folder.parent, _wanted(ctx, search), tables)
    return lambda release, before: [*whole(release, before), *some(release, before)]


def _wanted(ctx: Context, search: str) -> Wanted:
    """The values that tell rows of the cities, companies and indicators that a search finds, the best of them."""
    if ctx.find is None or not search:
        return ()
    found: dict[str, list[str]] = {}
    for group in ctx.find.search(search, MOST_FOUND, tuple(TOLD_BY), language=ctx.language).groups:
        values = [re.split("[/=]", entry.path)[-1] for entry in group.entries]
        found[TOLD_BY[group.kind]] = sorted(values)
    return tuple((name, tuple(values)) for name, values in sorted(found.items()) if values)


def _of_rows(folder: Path, wanted: Wanted, without: Collection[str] = ()) -> Count:
    """Counts the changed rows that hold a wanted value, of all tables but some."""

    def counts(release: Release, before: Release | None) -> Sequence[Counts]:
        names = release.tables if release.against is None else [c.table for c in releases.changes_of(release, before)]
        found = (
            _row_counts(folder, release.version, release.against, name, wanted)
            for name in names
            if wanted and name not in without
        )
        return [one for one in found if one is not None and not one.is_nothing]

    return counts


@lru_cache(maxsize=MOST_KEPT)
def _row_counts(folder: Path, version: str, against: str | None, table: str, wanted: Wanted) -> Counts | None:
    """The rows with a wanted value that a release changed in a table; None where the table has no such field. A table
    that is not told row by row has its rows of before taken away and those of now added."""
    files = changes.changes_files(folder / version) if against else {}
    kinds = [kind for kind in (*KINDS, "moved") if (table, kind) in files]
    if kinds:
        found = {kind: changes.count_of(files[table, kind].path, wanted) for kind in kinds if kind != "moved"}
        if None in found.values():
            return None
        return Counts(table, *(found.get(kind, 0) for kind in KINDS))
    now = changes.count_of(folder / version / f"{table}.parquet", wanted)
    then = changes.count_of(folder / against / f"{table}.parquet", wanted) if against else 0
    return None if now is None or then is None else Counts(table, now, 0, then)


def _feed(ctx: Context, subject: tuple[str, ...], title: str, address: str, page: str, count: Count) -> FeedGenerator:
    """The feed of what a release changed of a subject, the newest release first."""
    feed = begin_feed(ctx, _id(ctx, *subject), ctx.t("{title}: what changed", title=title), address, page)
    found, _ = releases.list_releases(ctx.package)
    kept = {release.version: release for release in found if release.sample == ctx.package.sample}
    told = ((release, count(release, kept.get(release.against or ""))) for release in kept.values())
    entries = [(release, counts) for release, counts in told if counts or subject == ("all",)][:MOST_ENTRIES]
    feed.updated(max((release.created for release, _ in entries), default=ctx.created))
    for release, counts in entries:
        _add(ctx, feed, subject, title, release, counts)
    return feed


def _add(
    ctx: Context, feed: FeedGenerator, subject: tuple[str, ...], title: str, release: Release, counts: Sequence[Counts]
) -> None:
    entry = feed.add_entry(order="append")
    entry.id(_id(ctx, *subject, release.version))
    entry.title(f"{title}: {_sums(ctx, counts)}")
    entry.summary(_told(ctx, release, counts))
    page = ctx.path(f"releases/{release.version}")
    differences = _differences(ctx, release, counts)
    if subject[0] == "dataset" and differences:
        page = next(iter(differences.values()))
    elif differences:
        # As text: feedgen loses the `rel` of links, and two without one may not stand in an entry.
        entry.content(_linked(ctx, _told(ctx, release, counts), differences), type="html")
    entry.link(href=ctx.base_url + page, rel="alternate")
    entry.updated(release.created)
    entry.published(release.created)


def _differences(ctx: Context, release: Release, counts: Sequence[Counts]) -> dict[str, str]:
    """Title of each dataset that a release changed -> the page of what it changed there, where the release before it is
    still kept."""
    if release.against is None or releases.read_release(ctx.package.folder.parent / release.against) is None:
        return {}
    datasets = {one.name: one for one in (ctx.dataset_of(c.table) for c in counts if ctx.package.has(c.table))}
    return {
        ctx.text(one.title): diff_page(ctx, one.name, release.against, release.version) for one in datasets.values()
    }


def _linked(ctx: Context, told: str, differences: Mapping[str, str]) -> str:
    """What a release changed, and the pages of its rows, as HTML."""
    links = "".join(
        f'<li><a href="{escape_text(ctx.base_url + address)}">'
        f"{escape_text(ctx.t('{title}: what changed', title=title))}</a></li>"
        for title, address in differences.items()
    )
    return f"<p>{escape_text(told)}</p><ul>{links}</ul>"


def _sums(ctx: Context, counts: Sequence[Counts]) -> str:
    """Added, changed and removed rows of all tables together, as far as they were compared."""
    if not counts:
        return ctx.t("No table changed.")
    n = {kind: ctx.f.number(sum(getattr(one, kind) or 0 for one in counts)) for kind in KINDS}
    return ctx.t("rows added {added}, changed {changed}, removed {removed}", **n)


def _told(ctx: Context, release: Release, counts: Sequence[Counts]) -> str:
    """The release and each table in words."""
    t = ctx.t
    lines = [
        t("Release {version}, made on {moment}", version=release.version, moment=ctx.f.moment(release.created))
        + (f" ({t('sample data')})" if release.sample else "")
    ]
    lines += [f"{_title(ctx, one.table)}: {_words(ctx, one)}" for one in counts]
    return ". ".join(lines) + "."


def _words(ctx: Context, one: Counts) -> str:
    if None in (one.added, one.changed, one.removed) and not any((one.added, one.changed, one.removed)):
        return ctx.t("changed, rows not compared one by one")
    return _sums(ctx, [one]).removesuffix(".")


def _title(ctx: Context, table: str) -> str:
    return ctx.text(ctx.package.resource(table).title) if ctx.package.has(table) else table


def _id(ctx: Context, *parts: str) -> str:
    """An id that follows from what it is about and the language that it is told in, another one for made-up data."""
    kind = ("sample",) * ctx.package.sample
    return uuid.uuid5(uuid.NAMESPACE_URL, "/".join(("kuusi-releases", *kind, *parts, ctx.language))).urn


def _respond(ctx: Context, feed: FeedGenerator) -> flask.Response:
    response = flask.Response(feed.atom_str(pretty=True), content_type=MEDIA_TYPE)
    response.headers.update(
        {"X-Release": ctx.package.version, "Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"}
    )
    if "lang" not in flask.request.args:
        response.vary.add("Accept-Language")
    response.last_modified = feed.updated()
    response.add_etag(weak=True)
    response.make_conditional(flask.request)
    return response
