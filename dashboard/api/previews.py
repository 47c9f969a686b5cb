"""Preview pictures of pages: those made when the release was published, else made when somebody first asks for one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import flask
from werkzeug.security import safe_join

from dashboard.api.assets import IMMUTABLE
from dashboard.errors import UnknownResource
from dashboard.html.png import svg_png
from dashboard.html.preview import Preview, preview_svg
from dashboard.package import is_within
from dashboard.store import Store

FindPreview = Callable[[str, str], Preview | None]


def previews_folder(data_dir: Path, version: str) -> Path:
    """Where the pictures of a release stand that were made ahead: beside the releases, which are never changed."""
    return data_dir / "previews" / version


def picture_file(folder: Path, language: str, path: str) -> Path | None:
    """The file of a page's picture in that folder; None where the address, or a link on disk, leads out of it."""
    found = safe_join(str(folder), language, f"{path}.png")
    return Path(found) if found and is_within(Path(found), folder) else None


def draw_preview(preview: Preview) -> bytes:
    """The picture as PNG."""
    return svg_png(preview_svg(preview), scale=1)


def create_previews(
    served: Callable[[], str], folder: Callable[[str], Path], find: FindPreview, store: Store
) -> flask.Blueprint:
    """The blueprint. `served` gives the version of the live release, `folder` where a version's pictures stand that
    were made ahead, if there are any; `find` what the picture of a page says, by language and path, None where there
    is no such page."""
    blueprint = flask.Blueprint("previews", __name__)

    @blueprint.get("/preview/<asked>/<language>/<path:path>.png")
    def preview(asked: str, language: str, path: str) -> flask.Response:
        key, version = flask.request.path, served()
        picture = _read(picture_file(folder(version), language, path)) if asked == version else None
        picture = picture or store.get(key)
        if picture is None:
            found = find(language, path) if asked == version else None
            if found is None:
                raise UnknownResource("There is no preview at {address}: its page names the address.", address=key)
            picture = draw_preview(found)
            store.set(key, picture)
        return flask.Response(picture, content_type="image/png", headers={"Cache-Control": IMMUTABLE})

    return blueprint


def _read(file: Path | None) -> bytes | None:
    """The file's content; None where it cannot be had, for whatever reason: the picture is then made."""
    try:
        return file.read_bytes() if file else None
    except (OSError, ValueError):
        return None
