"""The package's own descriptor."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

import flask

from dashboard.api.sent_files import Body, open_to_all, send_body
from dashboard.served import Served


def create_files(asked: Callable[[], Served]) -> flask.Blueprint:
    """The blueprint. `asked` gives the release that the request asks for."""
    blueprint = flask.Blueprint("files", __name__)

    @blueprint.get("/datapackage.json")
    def descriptor() -> flask.Response:
        path = asked().package.folder / "datapackage.json"
        content, modified = path.read_bytes(), dt.datetime.fromtimestamp(int(path.stat().st_mtime), dt.UTC)
        digest = hashlib.sha256(content).hexdigest()
        body = Body(digest[:32], len(content), lambda: [content], digest, modified=modified)
        return send_body(body, "application/json", {})

    blueprint.after_request(open_to_all)
    return blueprint
