"""The package's own descriptor, what robots may read, and whether the site is well."""

from __future__ import annotations

import flask

from dashboard.package import Package

ROBOTS = "User-agent: *\nDisallow: /download/\nDisallow: /picture/\n"
"""Pages are for search engines; the same figures as files, under every filter, would only wear them out."""


def create_files(package: Package) -> flask.Blueprint:
    """The blueprint."""
    blueprint = flask.Blueprint("files", __name__)

    @blueprint.get("/datapackage.json")
    def descriptor() -> flask.Response:
        return flask.send_file(package.folder / "datapackage.json", mimetype="application/json", conditional=True)

    @blueprint.get("/robots.txt")
    def robots() -> flask.Response:
        return flask.Response(ROBOTS, mimetype="text/plain")

    @blueprint.get("/health")
    def health() -> dict[str, object]:
        return {"status": "ok", "release": package.version, "sample": package.sample}

    return blueprint
