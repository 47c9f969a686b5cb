"""Puts the site together: Flask serves complete pages, Dash takes them over in the browser.

One component tree per page: the server renders it to HTML, and Dash's callback gives the same tree for the
same address. The address is the only state, so a filter is a navigation and every view is a link.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, quote, unquote

import flask
from dash import Dash, Input, Output, html
from dash.exceptions import DependencyException
from flask_caching import Cache
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, NotFound

from dashboard.api.assets import Assets
from dashboard.api.callback import check_callback
from dashboard.api.downloads import create_downloads
from dashboard.api.feed import create_feed
from dashboard.api.files import create_files
from dashboard.api.kept_answers import KeptAnswers
from dashboard.api.pictures import create_pictures
from dashboard.api.previews import create_previews
from dashboard.components.browser import Address
from dashboard.components.frozen import freeze
from dashboard.components.shell import shell
from dashboard.context import Context, load_codes
from dashboard.errors import DashboardError, ReleaseGone
from dashboard.html.document import Scripts, document
from dashboard.html.preview import Preview
from dashboard.html.render import render
from dashboard.i18n import LANGUAGES
from dashboard.package import open_current, read_last_run
from dashboard.pages.head import OVERVIEW, describe_preview, make_head
from dashboard.pages.missing import failed, refused
from dashboard.pages.page import Page
from dashboard.pages.routes import DEFAULT_LANGUAGE, is_page, make_page, split_language
from dashboard.panels.panel import company_query
from dashboard.panels.registry import PANELS
from dashboard.query.engine import CachedEngine, Engine
from dashboard.search.site import SiteSearch
from dashboard.settings import Settings
from dashboard.state import parse_state

SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'",
}
"""Headers of every answer. Nothing runs that is not the site's own file; style attributes carry lengths and colours,
and whoever likes may embed a figure."""

_PAGE_LOAD = re.compile(r'"end_id":"[^"]*",')
"""A name that Dash gives each load of a page, for background callbacks, which the site has none of; without it a page
is the same bytes every time."""


class Site:
    """One release, served."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.server = flask.Flask("kuusi", static_folder=None)
        cache = Cache(
            self.server,
            config={
                "CACHE_TYPE": settings.cache_type,
                "CACHE_DEFAULT_TIMEOUT": 0,
                "CACHE_THRESHOLD": settings.cache_entries,
            },
        )
        self._store = self.server.extensions["cache"][cache]
        self.engine = CachedEngine(Engine(open_current(settings.data_dir)), self._store)
        self.codes = load_codes(self.engine)
        self.search = SiteSearch(self.engine)
        self.assets = Assets(settings.assets_dir)
        self._register()
        self.dash = _PageDash(self)
        self.dash.layout = html.Div([Address(id="url"), html.Div(id="page")], id="dash-root")
        inputs = (Input("url", "pathname"), Input("url", "search"))
        self.dash.callback(Output("page", "children"), *inputs, prevent_initial_call=True)(self.page_tree)

    def forget(self) -> None:
        """Let go of every kept page and answer, so that the next view is made from nothing."""
        self._store.clear()
        self.engine.forget()

    def _register(self) -> None:
        def of_request(language: str) -> Context:
            return self.context(language, _query_text())

        self.server.register_blueprint(create_downloads(PANELS, of_request))
        self.server.register_blueprint(create_pictures(PANELS, of_request))
        self.server.register_blueprint(create_feed(of_request))
        self.server.register_blueprint(create_files(self.engine.package))
        self.server.register_blueprint(create_previews(self.engine.package.version, self._preview, self._store))
        self.server.register_blueprint(self.assets.create_blueprint())
        self.server.add_url_rule(f"/<any({','.join(LANGUAGES)}):_language>/embed/<_name>", view_func=self._embedded)
        self.server.register_error_handler(DashboardError, _error_json)
        self.server.register_error_handler(FileNotFoundError, self._error_gone)
        self.server.register_error_handler(InternalServerError, self._error_failed)
        self.server.register_error_handler(NotFound, self._error_page)
        self.server.register_error_handler(MethodNotAllowed, self._error_page)
        self.server.register_error_handler(DependencyException, lambda _: NotFound())
        self.server.before_request(_clean_query)
        self.server.before_request(check_callback)
        self.server.before_request(_to_language)
        KeptAnswers(self._store, self._version).register(self.server)
        self.server.after_request(_set_status)

    def _embedded(self, **_: str) -> str:
        """A figure for another site's page: without scripts, which have nothing to do there."""
        return self.page_html(flask.request.path, _query_text(), None)

    def _version(self) -> str:
        """What pages are made of besides their address: the release, the records of runs beside it, and the day, by
        which a review of an indicator is overdue."""
        folder = self.settings.data_dir / "releases"
        records = [(one.name, one.stat().st_mtime_ns, one.stat().st_ino) for one in os.scandir(folder)]
        return f"{self.engine.package.version} {sorted(records)} {dt.datetime.now(dt.UTC).date()}"

    def _error_failed(self, error: InternalServerError) -> Any:
        """What nobody foresaw: Flask has logged it. A page says so in the reader's language."""
        path = flask.request.path
        if _first(path) not in LANGUAGES:
            return _error_json(DashboardError("Something went wrong on our side; it has been recorded."))
        return self.page_html(path, "", None, failed), error.code

    def _error_gone(self, _: FileNotFoundError) -> tuple[dict[str, Any], int]:
        """Pages need no file of the release once it is loaded; its files themselves may be gone by then."""
        version = self.engine.package.version
        return _error_json(
            ReleaseGone(
                f"Release {version} was removed from disk while the site ran, most likely in favour of a newer one: "
                "start the site again."
            )
        )

    def _error_page(self, error: HTTPException) -> Any:
        """An error that Flask itself raises, as a page of the site; in a few words to Dash's own script."""
        if flask.request.path.startswith("/_dash"):
            return error
        if isinstance(error, MethodNotAllowed):  # without Dash, which would show the page that was refused
            body = self.page_html(flask.request.path, _query_text(), None, refused)
        else:
            body = self.dash.index()  # type: ignore[no-untyped-call]
        response = flask.make_response(body)
        response.status_code = flask.g.status = error.code or 500
        response.headers.extend(h for h in error.get_headers() if h[0] not in ("Content-Type", "Content-Length"))
        return response

    def context(self, language: str, query: str) -> Context:
        """The context of a view. An unknown language is the default one."""
        arguments = parse_qs(query)
        state, ignored = parse_state(arguments, self.codes.known)
        if state.company and not self.engine.count(company_query(state.company)):
            ignored.append(f"company={state.company}")
        release = arguments.get("release", [self.engine.package.version])[-1]
        return Context(
            self.engine,
            self.codes,
            language if language in LANGUAGES else DEFAULT_LANGUAGE,
            state,
            self._base_url(),
            read_last_run(self.settings.data_dir),
            tuple(ignored),
            self.search,
            self.settings.contact,
            release if release != self.engine.package.version else None,
        )

    def _base_url(self) -> str:
        if self.settings.base_url:
            return self.settings.base_url
        return flask.request.host_url.rstrip("/") if flask.has_request_context() else ""

    def make(self, path: str, query: str) -> tuple[Context, Page]:
        """The page at an address."""
        language, rest = _asked(path)
        ctx = self.context(language, query.lstrip("?"))
        return ctx, make_page(ctx, rest)

    def _preview(self, language: str, path: str) -> Preview | None:
        ctx, page = self.make(f"/{language}/{'' if path == OVERVIEW else path}", "")
        return describe_preview(ctx, page) if page.status == 200 and language == ctx.language else None

    def page_tree(self, path: str | None, query: str | None) -> Any:
        """What Dash shows for an address, which browsers give as it is encoded: the tree that the server rendered."""
        ctx, page = self.make(unquote(path or "/"), query or "")
        return html.Div(freeze(shell(ctx, page.section, page.path, page.body)), key=f"{path}{query}")

    def page_html(
        self, path: str, query: str, scripts: Scripts | None, instead: Callable[[Context, str], Page] | None = None
    ) -> str:
        """The whole HTML document of an address, or of the page that stands `instead` of it; sets the status of the
        current response."""
        if instead is None:
            ctx, page = self.make(path, query)
        else:
            language, rest = _asked(path)
            ctx = self.context(language, query)
            page = instead(ctx, rest)
        flask.g.status = page.status
        body = page.body if page.is_bare else shell(ctx, page.section, page.path, page.body)
        return document(
            make_head(ctx, page), render(body), style=self.assets.style, icon=self.assets.icon, scripts=scripts
        )

    def scripts(self, dash_parts: Mapping[str, str]) -> Scripts:
        """The scripts of a page, from what Dash hands to `interpolate_index`."""
        return Scripts(
            self.assets.js,
            self.assets.dash(dash_parts["scripts"], dash_parts["renderer"]),
            self.assets.plotly,
            _PAGE_LOAD.sub("", dash_parts["config"]),
            self.settings.start,
        )


class _PageDash(Dash):
    """Dash whose index is the page itself, not an empty shell."""

    def __init__(self, site: Site) -> None:
        self._site = site
        super().__init__(
            "kuusi",
            server=site.server,  # type: ignore[arg-type]  # Dash's stub says bool; a Flask app is documented
            assets_folder=str(site.settings.assets_dir),
            assets_path_ignore=["vendor"],
            suppress_callback_exceptions=True,
            update_title="",
            serve_locally=True,
        )

    def interpolate_index(self, *_: Any, **parts: Any) -> str:
        """The document of the requested address."""
        return self._site.page_html(flask.request.path, _query_text(), self._site.scripts(parts))


def _first(path: str) -> str:
    """The first part of an address: of a page, its language."""
    return path.strip("/").partition("/")[0]


def _asked(path: str) -> tuple[str, str]:
    """(language, rest) of a page's address; the reader's language where it names none."""
    language, rest = split_language(path)
    is_named = _first(path) in LANGUAGES or not flask.has_request_context()
    return language if is_named else _reader_language(), rest


def _reader_language() -> str:
    """Of the site's languages the one that the reader's browser likes best."""
    return flask.request.accept_languages.best_match(LANGUAGES) or DEFAULT_LANGUAGE


def _query_text() -> str:
    """The query of the request, bytes that are no UTF-8 as the replacement sign."""
    return flask.request.query_string.decode(errors="replace")


def _clean_query() -> None:
    """Flask itself would fail on a query that is no UTF-8."""
    flask.request.query_string = _query_text().encode()


def _to_language() -> Any:
    """A page without a language leads to the reader's, and each page has one address: without a slash at its end."""
    if flask.request.url_rule is None or flask.request.url_rule.rule not in ("/", "/<path:path>"):
        return None
    path = flask.request.path
    first = _first(path)
    language, rest = _asked(path)
    address = f"/{language}/{rest}"
    if address == path or not is_page(rest):
        return None
    query = f"?{_query_text()}" if _query_text() else ""
    return flask.redirect(quote(address) + query, code=301 if first in LANGUAGES else 302)


def _set_status(response: flask.Response) -> flask.Response:
    if response.status_code == 200 and "status" in flask.g:
        response.status_code = flask.g.status
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)
    return response


def _error_json(error: DashboardError) -> tuple[dict[str, Any], int]:
    """The one shape of an error at every exit of the API."""
    return {"error": {"code": error.code, "status": error.status, "message": str(error)}}, error.status


def create_site(settings: Settings | None = None) -> Site:
    """The site over the live release. Raises PackageNotFound or ContractMismatch."""
    return Site(settings or Settings())
