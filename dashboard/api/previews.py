"""Preview pictures of pages, made when somebody first asks for one and kept with the release."""

from __future__ import annotations

from collections.abc import Callable

import flask

from dashboard.api.assets import IMMUTABLE
from dashboard.context import Context
from dashboard.errors import UnknownResource
from dashboard.figures.style import CITY_COLOURS
from dashboard.html.png import svg_png
from dashboard.html.preview import Preview, preview_svg
from dashboard.pages.head import OVERVIEW, SITE_NAME, finding
from dashboard.pages.page import Page
from dashboard.query.engine import Store

MakePage = Callable[[str, str], tuple[Context, Page]]


def create_previews(make_page: MakePage, store: Store) -> flask.Blueprint:
    """The blueprint; `make_page` gives the page at a path with its language, under no filter."""
    blueprint = flask.Blueprint("previews", __name__)

    @blueprint.get("/preview/<version>/<language>/<path:path>.png")
    def preview(version: str, language: str, path: str) -> flask.Response:
        key = flask.request.path
        picture: bytes | None = store.get(key)
        if picture is None:
            ctx, page = make_page(f"/{language}/{'' if path == OVERVIEW else path}", "")
            if page.status != 200 or version != ctx.package.version or language != ctx.language:
                raise UnknownResource(f"There is no preview at {key}: its page names the address.")
            picture = svg_png(preview_svg(_describe(ctx, page)), scale=1)
            store.set(key, picture)
        return flask.Response(picture, content_type="image/png", headers={"Cache-Control": IMMUTABLE})

    return blueprint


def _describe(ctx: Context, page: Page) -> Preview:
    t = ctx.t
    return Preview(
        SITE_NAME,
        page.title,
        finding(page) or page.description,
        t("Release {version}", version=ctx.package.version),
        t("Sample data: generated, not real") if ctx.package.sample else None,
        tuple(CITY_COLOURS.values()),
    )
