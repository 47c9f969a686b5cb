"""Headers that keep a browser from doing with an answer what it is not for."""

from __future__ import annotations

import flask

NOTHING = ("camera", "display-capture", "fullscreen", "geolocation", "microphone", "midi", "payment", "usb")
"""What no page of the site ever asks a browser for."""
POLICY = (
    "default-src 'self'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
)
"""Nothing runs that is not the site's own: of scripts within a page the one whose hash is told here, none made of text.
Attributes of style carry lengths and colours."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": ", ".join(f"{name}=()" for name in NOTHING),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Of every answer. Data, pictures and embedded figures are for anybody's page, so resources cross origins."""
HSTS = "max-age=31536000"
"""A year of nothing but https: what browsers ask for before they believe that it is meant. Subdomains are others'."""
EMBEDDED = "embed"
"""The second part of the addresses that other sites' pages may show within themselves."""


def protect(server: flask.Flask, base_url: str, script_hash: str = "") -> None:
    """Give every answer of the server these headers; `script_hash` is that of the script in its pages.

    Where the site's public address (`base_url`) is https, a browser is told to keep to it."""

    policy = POLICY.replace("{hashes}", f" {script_hash}" if script_hash else "")

    def finish(response: flask.Response) -> flask.Response:
        parts = flask.request.path.split("/", 3)
        ancestors = "*" if len(parts) > 3 and parts[2] == EMBEDDED else "'none'"
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["Content-Security-Policy"] = policy.format(ancestors=ancestors)
        if base_url.startswith("https:"):
            response.headers["Strict-Transport-Security"] = HSTS
        return response

    server.after_request(finish)
