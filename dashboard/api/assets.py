"""Scripts and icon: each at an address that holds its hash, so that a browser keeps it for good."""

from __future__ import annotations

import base64
import gzip
import hashlib
import pkgutil
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import brotli
import flask
from dash.fingerprint import check_fingerprint
from rcssmin import cssmin
from rjsmin import jsmin

BROTLI_QUALITY = 9
"""11 takes five seconds for plotly, to save a tenth."""
A_YEAR = 31_536_000
IMMUTABLE = f"public, max-age={A_YEAR}, immutable"
TYPES = {
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
LOCALES = ("fi", "sv")
"""Languages of plotly besides its own English."""
STARTED_BY_PAGE = "site.js"
"""The one script of the assets that runs at once; the others wait for Dash."""
_SRC = re.compile(r'<script\b[^>]*\bsrc="([^"?]+)')
_NOT_USED = re.compile(r"/dcc/|/dash_table/|/polyfill@|/assets/site\.js|\.map$")
"""Scripts that Dash would load for components that no page has, for browsers that cannot show the site, or again."""


@dataclass(frozen=True)
class Asset:
    """A file and its compressed forms."""

    name: str
    content: bytes

    @cached_property
    def address(self) -> str:
        """Where it is served: other content, other address."""
        return f"/static/{hashlib.sha256(self.content).hexdigest()[:16]}/{self.name}"

    @cached_property
    def _brotli(self) -> bytes:
        return bytes(brotli.compress(self.content, quality=BROTLI_QUALITY))

    @cached_property
    def _gzip(self) -> bytes:
        return gzip.compress(self.content, mtime=0)

    def response(self, encoding: str | None) -> flask.Response:
        """The file in `br`, `gzip` or as it is."""
        body = {"br": lambda: self._brotli, "gzip": lambda: self._gzip}.get(encoding or "", lambda: self.content)()
        response = flask.Response(body, content_type=TYPES[self.name.rpartition(".")[2]])
        response.headers["Cache-Control"] = IMMUTABLE
        response.headers["Content-Encoding"] = encoding or "identity"
        response.headers["Vary"] = "Accept-Encoding"
        return response


class Assets:
    """The assets of a site, in memory. Raises FileNotFoundError where the folder lacks one."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._assets = folder, dict[str, Asset]()
        self._scripts = dict[str, str]()
        self.style = cssmin("".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.css"))))
        """All style sheets as one text; it stands in each page, as a page cannot be drawn before its style is there."""
        self.js = jsmin((folder / STARTED_BY_PAGE).read_text(encoding="utf-8"))
        """The script that runs at once; it stands in each page, too."""
        digest = hashlib.sha256(self.js.encode()).digest()
        self.js_hash = f"'sha256-{base64.b64encode(digest).decode()}'"
        """By which a browser knows it as the only script within a page that may run."""
        self.icon = self._add("favicon.svg", (folder / "favicon.svg").read_bytes())
        self.plotly = self._add("plotly.js", _plotly(folder / "vendor"))

    def _add(self, name: str, content: bytes) -> str:
        asset = Asset(name, content)
        self._assets[asset.address] = asset
        return asset.address

    def dash(self, scripts_html: str, renderer_html: str) -> str:
        """The address of one script with all that Dash needs, its start at the end.

        `scripts_html` and `renderer_html` are what Dash hands to `interpolate_index`.
        """
        if scripts_html not in self._scripts:
            paths = [path for path in _SRC.findall(scripts_html) if not _NOT_USED.search(path)]
            start = re.sub(r"</?script[^>]*>", "", renderer_html).encode()
            self._scripts[scripts_html] = self._add("dash-renderer.js", _join([*map(self._read, paths), start]))
        return self._scripts[scripts_html]

    def _read(self, path: str) -> bytes:
        """The script at an address of Dash's: one of the assets, or of a package whose file it marked by its time."""
        if path.startswith("/assets/"):
            return (self._folder / path.removeprefix("/assets/")).read_bytes()
        package, _, marked = path.removeprefix("/_dash-component-suites/").partition("/")
        inside, _ = check_fingerprint(marked)  # type: ignore[no-untyped-call]
        return pkgutil.get_data(package, inside) or b""

    def create_blueprint(self) -> flask.Blueprint:
        """Serves them."""
        blueprint = flask.Blueprint("assets", __name__)

        @blueprint.get("/static/<path:_>")
        def asset(_: str) -> flask.Response:
            found = self._assets.get(flask.request.path)
            if found is None:
                flask.abort(404)
            return found.response(flask.request.accept_encodings.best_match(["br", "gzip"]))

        return blueprint


def _join(scripts: Iterable[bytes]) -> bytes:
    """Scripts as one; a semicolon between them, as some end without."""
    return b"\n;\n".join(scripts)


def _plotly(folder: Path) -> bytes:
    """plotly.js and its locales, which are written as CommonJS modules."""
    locales = [
        b"(()=>{const module={};%s;Plotly.register(module.exports)})()"
        % (folder / f"plotly-locale-{language}.js").read_bytes()
        for language in LOCALES
    ]
    return _join([(folder / "plotly-cartesian.min.js").read_bytes(), *locales])
