"""Puts the site together: Flask serves complete pages, Dash takes them over in the browser.

One component tree per page: the server renders it to HTML, and Dash's callback gives the same tree for the
same address. The address is the only state, so a filter is a navigation and every view is a link.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote

import flask
from dash import Dash, Input, Output, dcc, html
from dash.exceptions import DependencyException
from flask_caching import Cache
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from dashboard.api.callback import check_callback
from dashboard.api.downloads import create_downloads
from dashboard.api.feed import create_feed
from dashboard.api.files import create_files
from dashboard.api.pictures import create_pictures
from dashboard.components.shell import shell
from dashboard.context import Context, load_codes
from dashboard.errors import DashboardError, ReleaseGone
from dashboard.html.document import document
from dashboard.html.render import render
from dashboard.i18n import LANGUAGES
from dashboard.package import open_current, read_last_run
from dashboard.pages.missing import refused
from dashboard.pages.page import Page
from dashboard.pages.routes import DEFAULT_LANGUAGE, make_page, split_language
from dashboard.panels.registry import PANELS
from dashboard.query.engine import CachedEngine, Engine
from dashboard.search.site import SiteSearch
from dashboard.settings import Settings
from dashboard.state import State, parse_state, to_query_string


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
        store = self.server.extensions["cache"][cache]
        self.engine = CachedEngine(Engine(open_current(settings.data_dir)), store)
        self.codes = load_codes(self.engine)
        self.search = SiteSearch(self.engine)
        self._register()
        self.dash = _PageDash(self)
        self.dash.layout = html.Div([dcc.Location(id="url", refresh=False), html.Div(id="page")], id="dash-root")
        inputs = (Input("url", "pathname"), Input("url", "search"))
        self.dash.callback(Output("page", "children"), *inputs)(self.page_tree)

    def _register(self) -> None:
        def of_request(language: str) -> Context:
            return self.context(language, _query_text())

        self.server.register_blueprint(create_downloads(PANELS, of_request))
        self.server.register_blueprint(create_pictures(PANELS, of_request))
        self.server.register_blueprint(create_feed(of_request))
        self.server.register_blueprint(create_files(self.engine.package))
        self.server.add_url_rule(f"/<any({','.join(LANGUAGES)}):_language>/embed/<_name>", view_func=self._embedded)
        self.server.register_error_handler(DashboardError, _error_json)
        self.server.register_error_handler(FileNotFoundError, self._error_gone)
        self.server.register_error_handler(NotFound, self._error_page)
        self.server.register_error_handler(MethodNotAllowed, self._error_page)
        self.server.register_error_handler(DependencyException, lambda _: NotFound())
        self.server.before_request(_clean_query)
        self.server.before_request(check_callback)
        self.server.before_request(_to_language)
        self.server.after_request(_set_status)

    def _embedded(self, **_: str) -> str:
        """A figure for another site's page: without Dash, which has nothing to do there."""
        css = self.dash._generate_css_dist_html()  # type: ignore[no-untyped-call]
        return self.page_html(
            flask.request.path, _query_text(), {"css": css, "config": "", "scripts": "", "renderer": ""}
        )

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
        body = self.dash.index()  # type: ignore[no-untyped-call]
        if isinstance(error, MethodNotAllowed):
            body = self.page_html(flask.request.path, _query_text(), flask.g.dash_parts, is_refused=True)
        response = flask.make_response(body)
        response.status_code = flask.g.status = error.code or 500
        response.headers.extend(h for h in error.get_headers() if h[0] not in ("Content-Type", "Content-Length"))
        return response

    def context(self, language: str, query: str) -> Context:
        """The context of a view. An unknown language is the default one."""
        state, ignored = parse_state(parse_qs(query), self.codes.known)
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
        )

    def _base_url(self) -> str:
        if self.settings.base_url:
            return self.settings.base_url
        return flask.request.host_url.rstrip("/") if flask.has_request_context() else ""

    def make(self, path: str, query: str) -> tuple[Context, Page]:
        """The page at an address."""
        language, rest = split_language(path)
        ctx = self.context(language, query.lstrip("?"))
        return ctx, make_page(ctx, rest)

    def page_tree(self, path: str | None, query: str | None) -> Any:
        """What Dash shows for an address, which browsers give as it is encoded: the tree that the server rendered."""
        ctx, page = self.make(unquote(path or "/"), query or "")
        return html.Div(shell(ctx, page.section, page.path, page.body), key=f"{path}{query}")

    def page_html(self, path: str, query: str, dash_parts: dict[str, str], *, is_refused: bool = False) -> str:
        """The whole HTML document of an address; sets the status of the current response."""
        ctx, page = self.make(path, query)
        if is_refused:  # without Dash, which would show the page that was refused
            page, dash_parts = refused(ctx, page.path), {**dash_parts, "scripts": ""}
        flask.g.status = page.status
        state = ctx.state.change(sort=None)
        address = ctx.base_url + ctx.path(page.path, state if state != State() else None)
        alternates = {
            language: f"{ctx.base_url}/{language}/{page.path}" + (f"?{q}" if (q := to_query_string(state)) else "")
            for language in LANGUAGES
        }
        body = page.body if page.is_bare else shell(ctx, page.section, page.path, page.body)
        return document(
            lang=ctx.language,
            title=f"{page.title} – Kuusi" + (f" ({ctx.t('sample data')})" if ctx.package.sample else ""),
            description=page.description,
            canonical=address if page.status == 200 else None,
            alternates=alternates | {"x-default": alternates[DEFAULT_LANGUAGE]} if page.status == 200 else None,
            feed=ctx.base_url + page.feed if page.feed else None,
            body_html=render(body),
            head_extra='<meta name="robots" content="noindex">' if page.is_bare else "",
            css_html=dash_parts["css"],
            config_html=dash_parts["config"],
            scripts_html=dash_parts["scripts"],
            renderer_html=dash_parts["renderer"],
            start=self.settings.start,
        )


class _PageDash(Dash):
    """Dash whose index is the page itself, not an empty shell."""

    def __init__(self, site: Site) -> None:
        self._site = site
        super().__init__(
            "kuusi",
            server=site.server,  # type: ignore[arg-type]  # Dash's stub says bool; a Flask app is documented
            assets_folder=str(site.settings.assets_dir),
            suppress_callback_exceptions=True,
            update_title="",
            serve_locally=True,
        )

    def interpolate_index(self, *_: Any, **parts: Any) -> str:
        """The document of the requested address."""
        flask.g.dash_parts = parts
        return self._site.page_html(flask.request.path, _query_text(), parts)


def _query_text() -> str:
    """The query of the request, bytes that are no UTF-8 as the replacement sign."""
    return flask.request.query_string.decode(errors="replace")


def _clean_query() -> None:
    """Flask itself would fail on a query that is no UTF-8."""
    flask.request.query_string = _query_text().encode()


def _to_language() -> Any:
    """`/` leads to the reader's language."""
    if flask.request.path == "/":
        language = flask.request.accept_languages.best_match(LANGUAGES) or DEFAULT_LANGUAGE
        return flask.redirect(f"/{language}/", code=302)
    return None


def _set_status(response: flask.Response) -> flask.Response:
    if response.status_code == 200 and "status" in flask.g:
        response.status_code = flask.g.status
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response


def _error_json(error: DashboardError) -> tuple[dict[str, Any], int]:
    """The one shape of an error at every exit of the API."""
    return {"error": {"code": error.code, "status": error.status, "message": str(error)}}, error.status


def create_site(settings: Settings | None = None) -> Site:
    """The site over the live release. Raises PackageNotFound or ContractMismatch."""
    return Site(settings or Settings())
