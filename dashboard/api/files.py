"""The package's own descriptor."""

from __future__ import annotations

from collections.abc import Callable

import flask

from dashboard.served import Served


def create_files(asked: Callable[[], Served]) -> flask.Blueprint:
    """The blueprint. `asked` gives the release that the request asks for."""
    blueprint = flask.Blueprint("files", __name__)

    @blueprint.get("/datapackage.json")
    def descriptor() -> flask.Response:
        file = asked().package.folder / "datapackage.json"
        return flask.send_file(file, mimetype="application/json", conditional=True)

    return blueprint
