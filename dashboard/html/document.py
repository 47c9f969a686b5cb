"""The page around the page: head, the server's tree, and Dash's scripts where they hold nothing up.

The reader sees `#static`, rendered on the server. Dash draws the same tree unseen in `#react-entry-point`;
assets/site.js then removes `#static` (see 20-components.css for how the second stays hidden until then).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from dashboard.html.markup import escape_text, shown_text

Start = Literal["load", "idle", "touch"]
LIVE_REGION = '<div id="announcements" class="visually-hidden" aria-live="polite"></div>'
"""Where site.js says what changed: some screen readers hear only a region that was there from the start."""
PREVIEW_SIZE = (1200, 630)
"""Pixels of the pictures that social media show beside a link."""
PAPERS = {"light": "#ffffff", "dark": "#121820"}
"""--paper of assets/00-tokens.css: the colour of a telephone's own frame around the page."""


@dataclass(frozen=True)
class Head:
    """What a page says of itself to browsers, search engines and social media.

    `alternates` maps a language code (or `x-default`) to the address of the page in it; `feed` is that of its Atom
    feed, `forms` are (media type, address) of what else tells the same, `picture` that of its preview; `linked_data`
    are schema.org objects; `described` is one in a context of its own, so long that it stands behind all else.
    """

    lang: str
    title: str
    description: str = ""
    site: str = ""
    canonical: str | None = None
    alternates: Mapping[str, str] = field(default_factory=dict)
    is_indexed: bool = True
    feed: str | None = None
    forms: Sequence[tuple[str, str]] = ()
    picture: str | None = None
    linked_data: Sequence[Mapping[str, Any]] = ()
    described: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Scripts:
    """What runs in the browser: the text of the site's own script (with the page, as each request more is one that a
    telephone waits for), and the addresses of what comes later. Dash begins as `start` says: as the page `load`s, when
    the browser is `idle`, or at the first `touch`; `config_html` is what Dash hands to `interpolate_index`."""

    site: str
    dash: str
    plotly: str
    config_html: str
    start: Start = "touch"


def document(head: Head, body_html: str, *, style: str, icon: str, scripts: Scripts | None) -> str:
    """Return the whole HTML document. `style` is CSS, written as it is; without scripts the page stays as it is."""
    return f"""<!DOCTYPE html>
<html lang="{escape_text(head.lang)}">
<head>
<meta charset="utf-8">
<title>{escape_text(head.title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>{style}</style>
{_metas(head)}
{_links(head)}
<link rel="icon" href="{escape_text(icon)}" type="image/svg+xml">
{"".join(map(_linked_data, head.linked_data))}
</head>
<body>
<div id="static">{body_html}</div>
{LIVE_REGION if scripts else ""}
{_dash(scripts) if scripts else ""}
{f"<script>{scripts.site}</script>" if scripts else ""}
{_linked_data(head.described) if head.described else ""}
</body>
</html>
"""


def _metas(head: Head) -> str:
    named = {"description": head.description, "robots": "" if head.is_indexed else "noindex,follow"}
    lines = [_meta("name", name, content) for name, content in named.items() if content]
    lines.append('<meta name="color-scheme" content="light dark">')
    lines += [
        f'<meta name="theme-color" content="{colour}" media="(prefers-color-scheme: {scheme})">'
        for scheme, colour in PAPERS.items()
    ]
    if head.canonical:
        lines += _social(head)
    return "\n".join(lines)


def _social(head: Head) -> list[str]:
    """Open Graph and Twitter's card, for whoever shares a link to the page."""
    width, height = PREVIEW_SIZE
    pairs = {
        "og:type": "website",
        "og:site_name": head.site,
        "og:title": head.title,
        "og:description": head.description,
        "og:url": head.canonical,
        "og:locale": {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}.get(head.lang),
    }
    if head.picture:
        pairs |= {
            "og:image": head.picture,
            "og:image:width": str(width),
            "og:image:height": str(height),
            "og:image:alt": head.title,
        }
    lines = [_meta("property", name, content) for name, content in pairs.items() if content]
    return [*lines, _meta("name", "twitter:card", "summary_large_image" if head.picture else "summary")]


def _meta(kind: str, name: str, content: str) -> str:
    return f'<meta {kind}="{name}" content="{escape_text(content)}">'


def _links(head: Head) -> str:
    lines = [f'<link rel="canonical" href="{escape_text(head.canonical)}">'] if head.canonical else []
    lines += [
        f'<link rel="alternate" hreflang="{escape_text(lang)}" href="{escape_text(address)}">'
        for lang, address in head.alternates.items()
    ]
    if head.feed:
        lines.append(f'<link rel="alternate" type="application/atom+xml" href="{escape_text(head.feed)}">')
    lines += [
        f'<link rel="alternate" type="{escape_text(kind)}" href="{escape_text(address)}">'
        for kind, address in head.forms
    ]
    return "\n".join(lines)


def _linked_data(item: Mapping[str, Any]) -> str:
    """An object as JSON-LD; no text of it can end the element, or turn letters round."""
    text = json.dumps({"@context": "https://schema.org", **item}, ensure_ascii=False)
    text = shown_text(text).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>\n'


def _dash(scripts: Scripts) -> str:
    """The place that Dash fills, and its script: deferred, or in a template that site.js opens in time."""
    place = f'<div id="react-entry-point" data-plotly="{escape_text(scripts.plotly)}"></div>\n{scripts.config_html}'
    is_waiting = scripts.start != "load"
    source = f'src="{escape_text(scripts.dash)}"'
    script = f'<script id="_dash-renderer" {"" if is_waiting else "defer "}{source}></script>'
    if is_waiting:
        script = f'<template id="dash-scripts" data-start="{scripts.start}">{script}</template>'
    return f"{place}\n{script}"
