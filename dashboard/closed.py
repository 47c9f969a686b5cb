"""The site where no release can be shown: one page that says why and what to do, in three languages, with status 503.

Machines are told the same in the one shape of an error, so that a portal or a monitor does not take the page for data.
"""

from __future__ import annotations

from typing import Any

import flask

from dashboard.api.assets import Assets
from dashboard.api.errors import ONLY_FOR_PROGRAMS, error_json, first_part
from dashboard.api.security import protect
from dashboard.components.attributes import aria
from dashboard.components.elements import html
from dashboard.components.shell import LANGUAGE_NAMES
from dashboard.errors import DashboardError, ReaderError
from dashboard.html.document import Head, document
from dashboard.html.render import render
from dashboard.i18n import DEFAULT_LANGUAGE, LANGUAGES, Translator, translator
from dashboard.pages.subjects import SITE_NAME
from dashboard.settings import Settings

FOR_MACHINES = (
    *ONLY_FOR_PROGRAMS,
    "cite",
    "data",
    "datapackage.json",
    "download",
    "metrics",
    "picture",
    "preview",
    "readyz",
    "_dash-update-component",
)
"""The first parts of addresses whose answers are no pages."""
MACHINE_ENDS = (
    ".xml",
    ".atom",
    ".csv",
    ".json",
    ".jsonl",
    ".jsonld",
    ".nt",
    ".parquet",
    ".rdf",
    ".ttl",
    ".xlsx",
    ".zip",
)
"""The ends of others."""


def create_closed(settings: Settings, error: DashboardError) -> flask.Flask:
    """A server whose every answer is that of the error."""
    server = flask.Flask("kuusi", static_folder=None)
    assets = Assets(settings.assets_dir)
    server.register_blueprint(assets.create_blueprint())

    def refuse() -> Any:
        first = first_part(flask.request.path)
        if first == "static":
            return None
        if first == "healthz":  # alive, though it has nothing to show
            return {"status": "ok"}
        if first in FOR_MACHINES or flask.request.path.endswith(MACHINE_ENDS):
            asked = flask.request.args.get("lang", "")
            return error_json(error, asked if asked in LANGUAGES else DEFAULT_LANGUAGE), error.status
        accepted = flask.request.accept_languages.best_match(LANGUAGES) or DEFAULT_LANGUAGE
        t = translator(first if first in LANGUAGES else accepted)
        title = t("The data cannot be shown now")
        head = Head(t.language, f"{title} – {SITE_NAME}", title, SITE_NAME, is_indexed=False)
        return document(head, render(_page(t, title, error)), style=assets.style, icon=assets.icon, scripts=None), 503

    def finish(response: flask.Response) -> flask.Response:
        response.headers["Cache-Control"] = "no-store"
        if response.status_code == 503 and error.retry_after is not None:
            response.headers["Retry-After"] = str(error.retry_after)
        return response

    server.before_request(refuse)
    server.after_request(finish)
    protect(server, settings.base_url)
    return server


def _page(t: Translator, title: str, error: DashboardError) -> html.Div:
    """The page: for readers, then for whoever runs the site."""
    languages = [html.Li(html.A(LANGUAGE_NAMES[one], href=f"/{one}/", lang=one, hrefLang=one)) for one in LANGUAGES]
    bar = [
        html.A(SITE_NAME, href=f"/{t.language}/", className="site-name"),
        html.Nav(html.Ul(languages), className="lang-nav", **aria(label=t("Language"))),
    ]
    told = [html.P(error.told(t, str), className="lede")] if isinstance(error, ReaderError) else _mismatch(t, error)
    body = [html.H1(title), *told]
    return html.Div(
        [
            html.Header(html.Div(bar, className="site-header")),
            html.Main(body, id="content", className="page stack"),
        ]
    )


def _mismatch(t: Translator, error: DashboardError) -> list[Any]:
    return [
        html.P(
            t(
                "The newest release of the data was made for another version of this site, and there is no older one "
                "that could be shown instead."
            ),
            className="lede",
        ),
        html.P(t("You can do nothing about it. Try again later; the cities' own portals have their data meanwhile.")),
        html.H2(t("If you run the site")),
        html.P(t("Make the release and start the site from the same version of the code.")),
        html.P(html.Code(str(error), lang="en")),
    ]
