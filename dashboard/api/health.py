"""Whether the site is alive, whether it can answer, and its figures: for whoever watches it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import flask
from prometheus_client import CONTENT_TYPE_LATEST

from dashboard.last_run import parse_run
from dashboard.observe.metrics import ReleaseState, exposition
from dashboard.package import read_last_run
from dashboard.query.model import Query
from dashboard.served import Served
from dashboard.settings import Settings


def create_health(served: Callable[[], Served], refused: Callable[[], str], settings: Settings) -> flask.Blueprint:
    """The blueprint. `refused` says why the newest release cannot be served; it is empty where it is."""
    blueprint = flask.Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthz() -> dict[str, str]:
        """Alive: whoever does not get this answer may start the process anew."""
        return {"status": "ok"}

    @blueprint.get("/readyz")
    def readyz() -> Mapping[str, object]:
        """Able to answer: the release is open, and a query is answered by the engine itself, not from what is kept."""
        release = served()
        table = release.package.resources[0]
        query = Query(table.name, columns=(table.fields[0].name,), limit=1)
        for _ in release.engine.stream(query):
            pass
        known = {"status": "ready", "release": release.package.version, "sample": release.package.sample}
        return known | ({"refused": refused()} if refused() else {})

    @blueprint.get("/metrics")
    def metrics() -> flask.Response:
        package = served().package
        run = parse_run(read_last_run(settings.data_dir) or {})
        states = {name: source.state or "unknown" for name, source in run.sources.items()}
        has_failed = run.result == "failure"
        told = ReleaseState(
            package.version, package.sample, package.created, bool(refused()), states, run.finished_at, has_failed
        )
        return flask.Response(exposition(told), content_type=CONTENT_TYPE_LATEST)

    @blueprint.after_request
    def fresh(response: flask.Response) -> flask.Response:
        response.headers["Cache-Control"] = "no-store"
        return response

    return blueprint
