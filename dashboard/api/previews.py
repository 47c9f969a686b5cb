"""Preview pictures of pages, made when somebody first asks for one and kept with the release."""

from __future__ import annotations

from collections.abc import Callable

import flask

from dashboard.api.assets import IMMUTABLE
from dashboard.errors import UnknownResource
from dashboard.html.png import svg_png
from dashboard.html.preview import Preview, preview_svg
from dashboard.query.engine import Store

FindPreview = Callable[[str, str], Preview | None]


def create_previews(version: str, find: FindPreview, store: Store) -> flask.Blueprint:
    """The blueprint for a release. `find` gives what the picture of a page says, by language and path, None where
    there is no such page."""
    blueprint = flask.Blueprint("previews", __name__)

    @blueprint.get("/preview/<asked>/<language>/<path:path>.png")
    def preview(asked: str, language: str, path: str) -> flask.Response:
        key = flask.request.path
        picture: bytes | None = store.get(key)
        if picture is None:
            found = find(language, path) if asked == version else None
            if found is None:
                raise UnknownResource(f"There is no preview at {key}: its page names the address.")
            picture = svg_png(preview_svg(found), scale=1)
            store.set(key, picture)
        return flask.Response(picture, content_type="image/png", headers={"Cache-Control": IMMUTABLE})

    return blueprint
