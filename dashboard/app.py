"""Puts the site together: Flask serves complete pages, Dash takes them over in the browser.

One component tree per page: the server renders it to HTML, and Dash's callback gives the same tree for the
same address. The address is the only state, so a filter is a navigation and every view is a link.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode

import flask
from dash import Dash, Input, Output, html
from dash.exceptions import DependencyException
from flask_limiter import RateLimitExceeded
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    NotFound,
    RequestEntityTooLarge,
)

from dashboard.api.assets import Assets
from dashboard.api.callback import check_callback
from dashboard.api.catalogue import create_catalogue
from dashboard.api.cite import create_cite
from dashboard.api.ckan import create_ckan
from dashboard.api.diff import create_diff
from dashboard.api.downloads import create_downloads
from dashboard.api.errors import (
    VARY,
    asked_language,
    error_body,
    first_part,
    is_browser,
    public_address,
    refuse_unrouted,
)
from dashboard.api.feed import create_feed
from dashboard.api.files import create_files
from dashboard.api.health import create_health
from dashboard.api.kept_answers import KeptAnswers
from dashboard.api.leaving import watch_client
from dashboard.api.oai import create_oai
from dashboard.api.oembed import create_oembed
from dashboard.api.pictures import create_pictures
from dashboard.api.previews import create_previews, previews_folder
from dashboard.api.rate import asking_client, limit_rate, too_many
from dashboard.api.releases_feed import create_releases_feed
from dashboard.api.rows import create_rows
from dashboard.api.security import protect
from dashboard.api.sitemap import create_sitemap
from dashboard.api.sql import create_sql
from dashboard.api.v1.blueprint import create_v1
from dashboard.api.withdrawn import tell_withdrawn
from dashboard.components.browser import Address
from dashboard.components.frozen import freeze
from dashboard.components.shell import shell
from dashboard.context import Codes, Context
from dashboard.errors import BodyTooLarge, DashboardError, Fault, ReleaseGone, SqlBusy, UnknownResource
from dashboard.html.document import Scripts, document
from dashboard.html.preview import Preview
from dashboard.html.render import render
from dashboard.i18n import DEFAULT_LANGUAGE, LANGUAGES
from dashboard.observe.requests import observe_requests
from dashboard.package import read_last_run
from dashboard.pages.head import OVERVIEW, describe_preview, make_head
from dashboard.pages.missing import refused
from dashboard.pages.page import Page
from dashboard.pages.routes import is_page, kind_of_page, make_page, split_language
from dashboard.pages.unanswered import unanswered
from dashboard.panels.panel import company_query
from dashboard.panels.registry import PANELS
from dashboard.query.cached import CachedEngine, WatchedEngine
from dashboard.query.engines.choose import adapter_of
from dashboard.served import Served, Shelf
from dashboard.settings import Settings
from dashboard.sql.runner import SqlRunner
from dashboard.state import BETWEEN, NAMES, Ignored, parse_state
from dashboard.store import open_store

_PAGE_LOAD = re.compile(r'"end_id":"[^"]*",')
"""A name that Dash gives each load of a page, for background callbacks, which the site has none of; without it a page
is the same bytes every time."""


class Site:
    """The live release, served."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.server = flask.Flask("kuusi", static_folder=None)
        self.server.config["MAX_CONTENT_LENGTH"] = settings.largest_body
        self.server.config["BASE_URL"] = settings.base_url
        limit_rate(self.server, settings)
        self._store = open_store(self.server, settings)
        self.shelf = Shelf(settings.data_dir, self._store, adapter_of(settings.query_engine, settings.data_dir).open)
        self.sql = SqlRunner(lambda: self.served.package, watch_client, client=asking_client)
        self.assets = Assets(settings.assets_dir)
        self._register()
        self.dash = _PageDash(self)
        self.dash.layout = html.Div([Address(id="url"), html.Div(id="page")], id="dash-root")
        inputs = (Input("url", "pathname"), Input("url", "search"))
        self.dash.callback(Output("page", "children"), *inputs, prevent_initial_call=True)(self.page_tree)

    @property
    def served(self) -> Served:
        """The live release; in a request the same one from its first line to its last, whatever is taken up then."""
        if not flask.has_request_context():
            return self.shelf.live
        if "served" not in flask.g:
            flask.g.served = self.shelf.live
        found: Served = flask.g.served
        return found

    @property
    def engine(self) -> CachedEngine:
        """The engine of the live release."""
        return self.served.engine

    @property
    def codes(self) -> Codes:
        """The code lists of the live release."""
        return self.served.codes

    def forget(self) -> None:
        """Let go of every kept page and answer, so that the next view is made from nothing."""
        self._store.clear()
        self.shelf.forget()

    def _register(self) -> None:
        def of_request(language: str) -> Context:
            return self.context(language, _query_text())

        self.server.register_blueprint(create_downloads(PANELS, of_request))
        self.server.register_blueprint(create_diff(of_request))
        self.server.register_blueprint(create_rows(of_request))
        self.server.register_blueprint(create_cite(PANELS, of_request))
        self.server.register_blueprint(create_pictures(PANELS, of_request))
        self.server.register_blueprint(create_oembed(PANELS, self.context))
        self.server.register_blueprint(create_feed(of_request))
        self.server.register_blueprint(create_releases_feed(of_request))
        self.server.register_blueprint(create_sitemap(lambda: self.served, self._base_url))
        self.server.register_blueprint(
            create_v1(self._asked_release, self._base_url, lambda: self.served.package.version)
        )
        self.server.register_blueprint(create_files(self._asked_release))
        self.server.register_blueprint(create_catalogue(self._asked_release, self._base_url, self.settings.contact))
        self.server.register_blueprint(create_oai(lambda: self.served, self._base_url, self.settings.contact))
        self.server.register_blueprint(create_sql(self.sql))
        self.server.register_blueprint(
            create_ckan(self._asked_release, self._base_url, self.settings.contact, lambda: self.sql)
        )
        self.server.register_blueprint(
            create_previews(lambda: self.served.package.version, self._previews, self.preview, self._store)
        )
        self.server.register_blueprint(self.assets.create_blueprint())
        self.server.register_blueprint(create_health(lambda: self.served, lambda: self.shelf.refused, self.settings))
        self.server.add_url_rule(f"/<any({','.join(LANGUAGES)}):_language>/embed/<_name>", view_func=self._embedded)
        self.server.register_error_handler(DashboardError, self._error)
        self.server.register_error_handler(FileNotFoundError, self._error_gone)
        self.server.register_error_handler(InternalServerError, self._error_failed)
        self.server.register_error_handler(NotFound, self._error_page)
        self.server.register_error_handler(MethodNotAllowed, self._error_page)
        self.server.register_error_handler(DependencyException, lambda _: NotFound())
        self.server.register_error_handler(RateLimitExceeded, lambda error: self._error(too_many(error)))
        self.server.register_error_handler(RequestEntityTooLarge, self._error_large)
        self.server.before_request(_clean_query)
        self.server.before_request(check_callback)
        self.server.before_request(_to_language)
        KeptAnswers(self._store, self._version).register(self.server)
        tell_withdrawn(self.server, lambda: self.served.package)
        self.server.after_request(_set_status)
        protect(self.server, self.settings.base_url, self.assets.js_hash)
        observe_requests(self.server, _route)

    def _embedded(self, **_: str) -> str:
        """A figure for another site's page: without scripts, which have nothing to do there."""
        return self.page_html(flask.request.path, _query_text(), None)

    def _previews(self, version: str) -> Path:
        return previews_folder(self.settings.data_dir, version)

    def _version(self) -> str:
        """What pages are made of besides their address: the release, the records of runs beside it, and the day, by
        which a review of an indicator is overdue."""
        folder = self.settings.data_dir / "releases"
        try:
            records = [(one.name, one.stat().st_mtime_ns, one.stat().st_ino) for one in os.scandir(folder)]
        except FileNotFoundError:  # removed, all of them or one at this moment: pages need no file once one is open
            records = []
        return f"{self.engine.package.version} {sorted(records)} {dt.datetime.now(dt.UTC).date()}"

    def _error(self, error: DashboardError) -> flask.Response:
        """What was asked for cannot be given: a page to readers, JSON to programs, in the language that is asked for.

        What is asked for may itself be what went wrong, so the page of a fault of ours is made without it.
        """
        path = flask.request.path
        if first_part(path) in LANGUAGES or is_browser():
            query = "" if isinstance(error, Fault) else _query_text()
            response = flask.make_response(self.page_html(path, query, None, partial(unanswered, error=error)))
        else:
            response = flask.jsonify(error_body(error))
        response.status_code = error.status
        response.vary.update(VARY)
        if error.retry_after is not None:
            response.headers["Retry-After"] = str(error.retry_after)
        return response

    def _error_failed(self, _: InternalServerError) -> flask.Response:
        """What nobody foresaw: Flask has logged it."""
        return self._error(Fault("Something went wrong on our side; it has been recorded."))

    def _error_large(self, _: RequestEntityTooLarge) -> flask.Response:
        """A body beyond what is read at all."""
        most = self.settings.largest_body
        return self._error(BodyTooLarge("A request may carry {n} bytes at most: this one carries more.", n=most))

    def _error_gone(self, _: FileNotFoundError) -> flask.Response:
        """Pages need no file of the release once it is loaded; its files themselves may be gone by then."""
        return self._error(
            ReleaseGone(
                "Release {version} was removed from disk while the site ran, most likely in favour of a newer one, "
                "which the site takes up by itself: try again in a minute.",
                version=self.engine.package.version,
            )
        )

    def _error_page(self, error: HTTPException) -> Any:
        """An error that Flask itself raises, as a page of the site; in a few words to Dash's own script."""
        if flask.request.path.startswith("/_dash"):
            return error
        if (refusal := refuse_unrouted(error)) is not None:
            return refusal
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
        arguments = parse_qs(query, keep_blank_values=True)  # a name that was cut has no value
        version = arguments.get("release", [""])[-1]
        pinned = self.shelf.find(version) if version else None
        served = pinned or self.served
        state, ignored = parse_state(arguments, served.codes.known)
        if state.company and not served.engine.count(company_query(state.company)):
            ignored.append(Ignored("company", state.company))
        asked: set[str] = set()
        return Context(
            WatchedEngine(served.engine, asked),
            served.codes,
            language if language in LANGUAGES else DEFAULT_LANGUAGE,
            state,
            self._base_url(),
            read_last_run(self.settings.data_dir),
            tuple(ignored),
            served.search,
            self.settings.contact,
            release_asked=version if version and pinned is None else None,
            newest=self.served.newest,
            pinned=version if pinned is not None else None,
            live=self.served.package.version,
            sql=arguments.get("sql", [""])[-1],
            runner=self.sql,
            between={name: arguments.get(name, [""])[-1].strip() for name in BETWEEN},
            differences=served.differences,
            asked=asked,
        )

    def _asked_release(self) -> Served:
        """The release that the current request asks for. Raises UnknownResource where there is none of its version."""
        version = flask.request.args.get("release")
        found = self.shelf.find(version) if version else self.served
        if found is None:
            raise UnknownResource("There is no release {version!r} that can be shown.", version=version)
        return found

    def _base_url(self) -> str:
        return public_address() if flask.has_request_context() else self.settings.base_url

    def make(self, path: str, query: str) -> tuple[Context, Page]:
        """The page at an address."""
        language, rest = _asked(path)
        ctx = self.context(language, query.lstrip("?"))
        return ctx, make_page(ctx, rest)

    def preview(self, language: str, path: str) -> Preview | None:
        """What the preview picture of a page says; None where there is no such page."""
        ctx, page = self.make(f"/{language}/{'' if path == OVERVIEW else path}", "")
        return describe_preview(ctx, page) if page.status == 200 and language == ctx.language else None

    def page_tree(self, path: str | None, query: str | None) -> Any:
        """What Dash shows for an address, which browsers give as it is encoded: the tree that the server rendered."""
        ctx, page = self.make(unquote(path or "/"), query or "")
        return html.Div(freeze(_shell(ctx, page)), key=f"{path}{query}")

    def page_html(
        self, path: str, query: str, scripts: Scripts | None, instead: Callable[[Context, str], Page] | None = None
    ) -> str:
        """The whole HTML document of an address, or of the page that stands `instead` of it; sets the status of the
        current response."""
        if instead is None:
            ctx, page = self.make(path, query)
        else:
            language, rest = _asked(path)
            ctx = replace(self.context(language, query), ignored=(), release_asked=None)  # the page itself says it
            ctx.heeded.update(("sort", "page"))
            page = replace(instead(ctx, rest), addresses=_by_language(path, query))
        flask.g.status = page.status
        body = page.body if page.is_bare else _shell(ctx, page)
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


def _shell(ctx: Context, page: Page) -> html.Div:
    """The page between header and footer. One that is not there obeys nothing, which goes without saying."""
    filters = page.filters if page.status == 200 else NAMES.union(page.filters)
    return shell(ctx, page.section, page.path, page.body, filters, page.addresses)


def _asked(path: str) -> tuple[str, str]:
    """(language, rest) of a page's address; the reader's language where it names none."""
    language, rest = split_language(path)
    is_named = first_part(path) in LANGUAGES or not flask.has_request_context()
    return language if is_named else asked_language(), rest


def _by_language(path: str, query: str) -> dict[str, str]:
    """The addresses of what is no page of its own in each language, which `lang` says; none for a page's address."""
    if first_part(path) in LANGUAGES:
        return {}
    pairs = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != "lang"]
    return {language: f"{quote(path)}?{urlencode([*pairs, ('lang', language)])}" for language in LANGUAGES}


def _query_text() -> str:
    """The query of the request, bytes that are no UTF-8 as the replacement sign."""
    return flask.request.query_string.decode(errors="replace")


def _route() -> str | None:
    """What stands for all addresses of the request's kind; None where there is none such."""
    rule = flask.request.url_rule
    if rule is None:
        return None
    if rule.rule not in ("/", "/<path:path>"):
        return rule.rule
    kind = kind_of_page(split_language(flask.request.path)[1])
    return None if kind is None else f"/<language>/{kind}"


def _clean_query() -> None:
    """Flask itself would fail on a query that is no UTF-8."""
    flask.request.query_string = _query_text().encode()


def _to_language() -> Any:
    """A page without a language leads to the reader's, and each page has one address: without a slash at its end."""
    if flask.request.url_rule is None or flask.request.url_rule.rule not in ("/", "/<path:path>"):
        return None
    path = flask.request.path
    first = first_part(path)
    language, rest = _asked(path)
    address = f"/{language}/{rest}"
    if address == path or not is_page(rest):
        return refuse_unrouted()
    query = f"?{_query_text()}" if _query_text() else ""
    return flask.redirect(quote(address) + query, code=301 if first in LANGUAGES else 302)


def _set_status(response: flask.Response) -> flask.Response:
    if response.status_code == 200 and "status" in flask.g:
        response.status_code = flask.g.status
        if flask.g.status == SqlBusy.status:
            response.headers["Retry-After"] = str(SqlBusy.retry_after)
    return response


def create_site(settings: Settings | None = None) -> Site:
    """The site over the live release, or the last that it can read. Raises PackageNotFound or ContractMismatch."""
    return Site(settings or Settings())
