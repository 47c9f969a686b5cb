"""The feed of crossings: an entry for each value that crossed its threshold, the same for as long as it stands."""

from __future__ import annotations

import calendar
import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import flask
from feedgen.feed import FeedGenerator

from dashboard.api.downloads import MakeContext, in_release
from dashboard.context import Context
from dashboard.i18n import LANGUAGES
from dashboard.panels.standing import crossing_words, crossings, feed_address, indicator_of

MOST_ENTRIES = 100
MEDIA_TYPE = "application/atom+xml; charset=utf-8"
PUBLISHER = "Kuusi"


def create_feed(make_context: MakeContext) -> flask.Blueprint:
    """The blueprint; `make_context` gives the context of the current request in a language."""
    blueprint = flask.Blueprint("feed", __name__)

    @blueprint.get(f"/<any({','.join(LANGUAGES)}):language>/indicators.atom")
    def indicators(language: str) -> flask.Response:
        return flask.Response(atom(in_release(make_context(language))), content_type=MEDIA_TYPE)

    return blueprint


def atom(ctx: Context) -> bytes:
    """The feed in the reader's language, the newest period first."""
    t = ctx.t
    feed = begin_feed(
        ctx, _id("feed", ctx.language, sample=ctx.package.sample), t("Indicators that crossed their thresholds"),
        feed_address(ctx), ctx.path("indicators"),
    )  # fmt: skip
    feed.updated(ctx.created)
    for row in crossings(ctx)[:MOST_ENTRIES]:
        _add(ctx, feed, row)
    answer: bytes = feed.atom_str(pretty=True)
    return answer


def begin_feed(ctx: Context, name: str, title: str, address: str, page: str) -> FeedGenerator:
    """A feed without entries: what it is, its own address and that of the page it tells of."""
    feed = FeedGenerator()
    feed.id(name)
    feed.title(title + (f" ({ctx.t('sample data')})" if ctx.package.sample else ""))
    feed.author(name=PUBLISHER)
    feed.language(ctx.language)
    feed.link(href=ctx.base_url + address, rel="self")
    feed.link(href=ctx.base_url + page, rel="alternate")
    return feed


def _add(ctx: Context, feed: FeedGenerator, row: Mapping[str, Any]) -> None:
    indicator = indicator_of(ctx, row)
    limit = indicator.threshold_of(row["city_code"])
    entry = feed.add_entry(order="append")
    key = (row["indicator_code"], row["city_code"], row["period_code"], ctx.language)
    entry.id(_id(*key, sample=ctx.package.sample))
    entry.title(crossing_words(ctx, row))
    entry.summary(ctx.text(limit.reason) if limit else crossing_words(ctx, row))
    page = ctx.path("indicators", ctx.state.change(cities=(row["city_code"],)))
    entry.link(href=f"{ctx.base_url}{page}#indicator-{row['indicator_code']}", rel="alternate")
    entry.updated(end_of(row["period_code"]))


def end_of(period_code: str) -> dt.datetime:
    """The last second of a period, by which an entry is dated: it stays the same whichever release tells of it.

    >>> end_of("2024-02").isoformat(), end_of("2025").isoformat()
    ('2024-02-29T23:59:59+00:00', '2025-12-31T23:59:59+00:00')
    """
    year, _, month = period_code.partition("-")
    number = int(month or 12)
    return dt.datetime(int(year), number, calendar.monthrange(int(year), number)[1], 23, 59, 59, tzinfo=dt.UTC)


def _id(*parts: str, sample: bool) -> str:
    """An id that follows from what the entry is about, another one for made-up data."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "/".join(("kuusi-indicators", *("sample",) * sample, *parts))).urn
