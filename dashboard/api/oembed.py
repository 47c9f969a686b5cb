"""oEmbed: a figure's address, in a frame or on its page, as the HTML that shows it on another site.

`/oembed?url=…&format=json|xml&maxwidth=…&maxheight=…`, as https://oembed.com has it: 404 for an address that has no
figure, 501 for a format that there is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

import flask
from lxml import etree

from dashboard.api.negotiated import open_descriptions, send_description
from dashboard.components.embedding import COLUMN, embed_height
from dashboard.components.figure_panel import embed_lines
from dashboard.components.sources import source_of
from dashboard.context import Context
from dashboard.errors import InvalidQuery, UnknownFormat, UnknownResource
from dashboard.export.json import exact_json
from dashboard.html.markup import escape_text
from dashboard.i18n import LANGUAGES
from dashboard.i18n.plain import writable_text
from dashboard.openapi import kinds
from dashboard.openapi.kinds import LONGEST_NAMED
from dashboard.panels.panel import Panel

FORMATS = {"json": "application/json", "xml": "text/xml"}
PARAMETERS = ("url", "format", "maxwidth", "maxheight")
WIDEST = 10_000
"""Pixels that may be asked for."""
CACHE_SECONDS = 3600
"""How long an answer may be kept: the figure of the newest release becomes another one with the next."""
ALSO: Mapping[str, str] = {"change": "", "coverage": "data"}
"""Figures that stand on a second page."""
MakeContext = Callable[[str, str], Context]
"""The context of a view in a language, by the query of its address."""


@dataclass(frozen=True)
class Place:
    """What an address names: a language, a path behind it, its query and its fragment."""

    language: str
    path: str
    query: str
    fragment: str


def create_oembed(panels: dict[str, Panel], make_context: MakeContext) -> flask.Blueprint:
    """The blueprint."""
    blueprint = flask.Blueprint("oembed", __name__)

    @blueprint.get("/oembed")
    def oembed() -> flask.Response:
        args = flask.request.args
        if not args.get("url"):
            raise InvalidQuery("{name} must be given.", name="url")
        kind = args.get("format") or "json"
        if kind not in FORMATS:
            raise UnknownFormat(
                "There is no format {kind!r}; there are {names}.", kind=kind[:LONGEST_NAMED], names=", ".join(FORMATS)
            )
        bounds = {name: _bound(name, args.get(name)) for name in ("maxwidth", "maxheight")}
        ctx, panel = _find(panels, make_context, args["url"])
        found = _describe(ctx, panel, bounds["maxwidth"], bounds["maxheight"])
        body = exact_json(found).encode() if kind == "json" else _xml(found)
        return send_description(body, FORMATS[kind], {"X-Release": ctx.package.version})

    blueprint.after_request(open_descriptions)
    return blueprint


def _bound(name: str, text: str | None) -> int | None:
    """A number of pixels. Raises InvalidQuery."""
    return None if not text else int(kinds.whole(1, WIDEST).read(name, text))


def _find(panels: dict[str, Panel], make_context: MakeContext, url: str) -> tuple[Context, Panel]:
    """The figure at an address, under the filters of the address. Raises UnknownResource."""
    nothing = UnknownResource("No figure of this site is at {address}.", address=url[:200])
    place = _place(url, make_context("en", "").base_url)
    if place is None:
        raise nothing
    ctx = make_context(place.language, place.query)
    if ctx.release_asked is not None:
        raise UnknownResource("There is no release {version!r} that can be shown.", version=ctx.release_asked)
    found = _panel(panels, place)
    if found is None:
        raise nothing
    panel, values = found
    narrowed = _in_path(ctx, values)
    if narrowed is None or not ctx.package.has(panel.resource):
        raise nothing
    panel.require_subject(narrowed)
    return narrowed, panel


def _place(url: str, base_url: str) -> Place | None:
    """The parts of an address of this site's; None of what is none."""
    try:
        parts, ours = urlsplit(url.strip()), urlsplit(base_url)
        if parts.scheme not in ("http", "https") or _host(parts) != _host(ours):
            return None
    except ValueError:
        return None
    language, _, rest = unquote(parts.path).strip("/").partition("/")
    return Place(language, rest, parts.query, unquote(parts.fragment)) if language in LANGUAGES else None


def _host(parts: SplitResult) -> tuple[str | None, int | None]:
    default = {"http": 80, "https": 443}.get(parts.scheme)
    port = parts.port if parts.port != default else None
    return parts.hostname, port


def _panel(panels: dict[str, Panel], place: Place) -> tuple[Panel, Mapping[str, str]] | None:
    """The figure: of a frame, or of a page the one that the fragment names, else its only one; and what the page's
    address says of it."""
    if place.path.startswith("embed/"):
        panel = panels.get(place.path.removeprefix("embed/"))
        return (panel, {}) if panel else None
    there = {}
    for name, panel in panels.items():
        for page in {panel.page, ALSO.get(name, panel.page)}:
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(page))
            if match := re.fullmatch(pattern, place.path):
                there[name] = (panel, match.groupdict())
    if place.fragment:
        return there.get(place.fragment.removesuffix("-table"))
    return next(iter(there.values())) if len(there) == 1 else None


def _in_path(ctx: Context, values: Mapping[str, str]) -> Context | None:
    """The view with what stands in the page's path; None where the release has no such city or dataset."""
    known: Mapping[str, Mapping[str, object]] = ctx.codes.names
    if values.get("city", "") and values["city"] not in known["city"]:
        return None
    if values.get("dataset", "") and values["dataset"] not in known["dataset"]:
        return None
    named = {"company": values.get("company"), "dataset": values.get("dataset")}
    cities = {"cities": (values["city"],)} if "city" in values else {}
    return ctx.with_state(**{name: value for name, value in named.items() if value}, **cities)


def _describe(ctx: Context, panel: Panel, most_wide: int | None, most_high: int | None) -> dict[str, object]:
    """The answer. The frame is as high as its figure is at its width, and scrolls where it may not be so high."""
    view, source = panel.view(ctx), source_of(ctx, panel)
    width = min(COLUMN, most_wide or COLUMN)
    height = embed_height(view, embed_lines(source, ctx.t), width)
    height = min(height, most_high or height)
    address = ctx.base_url + panel.embedded(ctx)
    frame = (
        f'<iframe src="{escape_text(address)}" title="{escape_text(view.title)}" width="{width}" height="{height}" '
        'style="border:0" loading="lazy"></iframe>'
    )
    return {
        "type": "rich",
        "version": "1.0",
        "title": view.title,
        "author_name": source.attribution,
        "author_url": ctx.base_url + source.href,
        "provider_name": "Kuusi",
        "provider_url": f"{ctx.base_url}/{ctx.language}/",
        "cache_age": CACHE_SECONDS,
        "html": frame,
        "width": width,
        "height": height,
    }


def _xml(found: Mapping[str, object]) -> bytes:
    root = etree.Element("oembed")
    for name, value in found.items():
        etree.SubElement(root, name).text = writable_text(str(value))
    body: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", standalone=True)
    return body
