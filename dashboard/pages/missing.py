"""The pages for what cannot be shown: each says what was asked for and where to go."""

from __future__ import annotations

from typing import Any

from dashboard.components.elements import html
from dashboard.components.filters import search_form
from dashboard.components.shell import LANGUAGE_NAMES
from dashboard.context import Context
from dashboard.errors import UnknownResource
from dashboard.i18n import LANGUAGES
from dashboard.i18n.plain import plain_text, visible_text
from dashboard.pages.page import Page
from dashboard.panels.panel import Panel
from dashboard.panels.registry import PANELS
from dashboard.search.index import Entry, Kind
from dashboard.state import LONGEST_NAMED, MAX_SEARCH_LENGTH

NO_SECTION = "none"
"""Of no entry of the navigation, so that none is marked as the current page."""


LOOKED_FOR = 4
"""Parts of an address, from its end, that are looked for."""
FEW: dict[Kind, int] = {"page": 4, "city": 2, "dataset": 2, "indicator": 2, "term": 2, "company": 3}
"""How much a part finds of a kind, at most."""


def missing(ctx: Context, path: str, sentence: str | None = None) -> Page:
    """A page with status 404: what was asked for, a search box, and what the words of the address find."""
    t = ctx.t
    title = t("Page not found")
    asked = plain_text(path.rpartition("/")[2])[:MAX_SEARCH_LENGTH]
    sentence = visible_text(sentence) if sentence else None
    body = [
        *say(ctx, title, sentence or t("There is no page at this address.")),
        search_form(ctx.path("search"), t("Search the site"), t("Search"), asked),
        *_nearest(ctx, path),
    ]
    return Page(title, sentence or title, NO_SECTION, path, body, status=404)


def no_such_language(ctx: Context, code: str, path: str) -> Page:
    """A page with status 404 for an address in another language, with the ways to it in those that there are."""
    t = ctx.t
    title = t("Page not found")
    sentence = t("The site is in Finnish, Swedish and English; it has no language “{code}”.", code=code)
    links = [html.Li(html.A(LANGUAGE_NAMES[one], href=f"/{one}/{path}", lang=one, hrefLang=one)) for one in LANGUAGES]
    body: list[Any] = [html.H1(title), html.P(sentence, className="lede"), html.Ul(links)]
    return Page(title, sentence, NO_SECTION, path, body, status=404)


def no_such_release(ctx: Context, path: str) -> Page:
    """A page with status 404 for a view of a release that cannot be shown: the figures of another one are no answer to
    who asked for these."""
    t = ctx.t
    title = t("There is no such release")
    sentence = t(
        "The address names the release {asked}, which is not kept here (any more). The figures of another release may "
        "be others, so none are shown.",
        asked=plain_text(ctx.release_asked or "")[:LONGEST_NAMED],
    )
    ways = (
        (t("The same view of the newest release"), ctx.path(path, ctx.state)),
        (t("All releases"), ctx.path("releases")),
    )
    return Page(title, sentence, NO_SECTION, path, say(ctx, title, sentence, *ways), status=404)


def _nearest(ctx: Context, path: str) -> list[Any]:
    """What the words of the address find, those at its end first."""
    if ctx.find is None:
        return []
    found: dict[str, Entry] = {}
    for word in path.split("/")[: -LOOKED_FOR - 1 : -1]:
        for group in ctx.find.search(word[:MAX_SEARCH_LENGTH], max(FEW.values()), tuple(FEW)).groups:
            for entry in group.entries[: FEW[group.kind]]:
                found.setdefault(entry.path, entry)
    links = [html.Li(html.A(one.name(ctx.language), href=ctx.path(one.path))) for one in found.values()]
    return [html.H2(ctx.t("Did you mean")), html.Ul(links)] if links else []


def find_figure(ctx: Context, name: str, path: str) -> Panel | Page:
    """The panel of that name, where the address names what it is of; else the page at `path` that says why not."""
    panel = PANELS.get(name)
    if panel is None:
        return missing(ctx, path, ctx.t("There is no figure called {name}.", name=name))
    try:
        panel.require_subject(ctx)
    except UnknownResource as error:
        return missing(ctx, path, ctx.told(error))
    return panel


def refused(ctx: Context, path: str) -> Page:
    """A page with status 405: the address is there, but not for this way of asking."""
    title = ctx.t("This address can only be read")
    sentence = ctx.t("Nothing can be sent to it. Open it as a page instead.")
    return Page(title, sentence, NO_SECTION, path, say(ctx, title, sentence), status=405)


def failed(ctx: Context, path: str) -> Page:
    """A page with status 500: something of ours went wrong, which the reader can do nothing about."""
    title = ctx.t("This page cannot be shown now")
    sentence = ctx.t("The fault is on our side and has been recorded. Try again in a moment, or go on from here.")
    return Page(title, sentence, NO_SECTION, path, say(ctx, title, sentence), status=500)


def say(ctx: Context, title: str, sentence: str, *ways: tuple[str, str]) -> list[Any]:
    """What is wrong, and where to go: the `ways` (text, address) that fit, then those that always do."""
    t = ctx.t
    always = ((t("Overview"), ctx.path("")), (t("Companies"), ctx.path("companies")), (t("Datasets"), ctx.path("data")))
    links = [html.Li(html.A(text, href=address)) for text, address in (*ways, *always)]
    return [html.H1(title), html.P(sentence, className="lede"), html.Ul(links)]
