"""`/oai`: the catalogue for harvesters that speak OAI-PMH."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise

import flask

from dashboard.api.described import Asked, Described
from dashboard.catalogue.oai import Repository
from dashboard.package import Package
from dashboard.releases import Release, list_releases
from dashboard.served import Served

MOST_KEPT = 24


def create_oai(served: Callable[[], Served], base_url: Callable[[], str], contact: str) -> flask.Blueprint:
    """The blueprint; `served` gives the release of the current request, `base_url` its public address."""
    blueprint = flask.Blueprint("oai", __name__)
    described = Described(served, base_url, contact)

    @lru_cache(maxsize=MOST_KEPT)
    def repository(asked: Asked, _on_disk: tuple[str, ...]) -> Repository:
        return Repository(described.catalogue(asked), _gone(asked.package, list_releases(asked.package)[0]))

    @blueprint.route("/oai", methods=["GET", "POST"])
    def oai() -> flask.Response:
        request = flask.request
        values = request.form if request.method == "POST" else request.args
        asked = described.asked()
        found = repository(asked, tuple(one.version for one in list_releases(asked.package)[0]))
        body = found.answer(list(values.items(multi=True)), dt.datetime.now(dt.UTC))
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"}
        return flask.Response(body, content_type="text/xml; charset=utf-8", headers=headers)

    return blueprint


def _gone(package: Package, releases: list[Release]) -> Mapping[str, dt.datetime]:
    """The datasets that releases of the same kind before this one held and it does not, each with when the first
    release without it was made."""
    older = sorted(
        (one for one in releases if one.sample == package.sample and one.created <= package.created),
        key=lambda one: one.created,
    )
    held = [({table.dataset for table in one.tables.values()}, one.created) for one in older]
    here = {dataset.name for dataset in package.datasets}
    gone: dict[str, dt.datetime] = {}
    for (before, _), (after, created) in pairwise(held):
        gone |= dict.fromkeys(before - after - here, created)
    return gone
