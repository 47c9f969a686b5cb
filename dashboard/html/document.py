"""The page around the page: head, the server's tree, and Dash's own scripts where they hold nothing up.

The reader sees `#static`, rendered on the server. Dash draws the same tree unseen in `#react-entry-point`;
assets/site.js then removes `#static` (see 20-components.css for how the second stays hidden until then).
"""

import re
from collections.abc import Mapping
from typing import Literal

from dashboard.html.markup import escape_text

Start = Literal["load", "idle", "touch"]

_SCRIPT = re.compile(r"<script\b[^>]*>.*?</script>", re.DOTALL)
_OPENING = re.compile(r"<script\b(?![^>]*\b(?:defer|async|type=\"module\"))(?=[^>]*\bsrc=)")
_CONTENT = re.compile(r"(<script\b[^>]*>)(.*?)(</script>)", re.DOTALL)


def document(  # noqa: PLR0913 - the parts of a page are many, and all are named
    *,
    lang: str,
    title: str,
    body_html: str,
    description: str = "",
    canonical: str | None = None,
    alternates: Mapping[str, str] | None = None,
    feed: str | None = None,
    head_extra: str = "",
    css_html: str = "",
    config_html: str = "",
    scripts_html: str = "",
    renderer_html: str = "",
    icon: str = "/assets/favicon.svg",
    start: Start = "touch",
) -> str:
    """Return the whole HTML document.

    `alternates` maps a language code (or `x-default`) to the address of the page in it, `feed` is that of the page's
    Atom feed. The `*_html` values
    are what Dash hands to `interpolate_index` as css, config, scripts and renderer; without scripts the page
    stays as it is. `start` says when Dash may begin: as the page `load`s, when the browser is `idle`, or at
    the first `touch`. `head_extra` is markup and is written as it is.
    """
    return f"""<!DOCTYPE html>
<html lang="{escape_text(lang)}">
<head>
<meta charset="utf-8">
<title>{escape_text(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
{_head_links(description, canonical, alternates or {}, feed)}
<link rel="icon" href="{escape_text(icon)}" type="image/svg+xml">
{css_html}
{head_extra}
</head>
<body>
<div id="static">{body_html}</div>
<div id="react-entry-point"></div>
{config_html}
{_scripts(scripts_html, renderer_html, start) if scripts_html else ""}
</body>
</html>
"""


def _head_links(description: str, canonical: str | None, alternates: Mapping[str, str], feed: str | None) -> str:
    lines = [f'<meta name="description" content="{escape_text(description)}">'] if description else []
    if canonical:
        lines.append(f'<link rel="canonical" href="{escape_text(canonical)}">')
    lines += [
        f'<link rel="alternate" hreflang="{escape_text(lang)}" href="{escape_text(address)}">'
        for lang, address in alternates.items()
    ]
    if feed:
        lines.append(f'<link rel="alternate" type="application/atom+xml" href="{escape_text(feed)}">')
    return "\n".join(lines)


def _scripts(scripts_html: str, renderer_html: str, start: Start) -> str:
    """Defer the scripts, or put Dash's into a template that site.js opens when the time has come."""
    if start == "load":
        return f"{_deferred(scripts_html)}\n{_after_parsing(renderer_html)}"
    scripts = [found.group() for found in _SCRIPT.finditer(scripts_html)]
    ours = [script for script in scripts if "/assets/" in script.partition(">")[0]]
    dashs = [script for script in scripts if script not in ours]
    waiting = "\n".join([*dashs, renderer_html])
    return f'{_deferred("".join(ours))}\n<template id="dash-scripts" data-start="{start}">{waiting}</template>'


def _deferred(scripts_html: str) -> str:
    return _OPENING.sub("<script defer", scripts_html)


def _after_parsing(renderer_html: str) -> str:
    """Deferred scripts run before DOMContentLoaded, so the renderer they define exists by then."""
    return _CONTENT.sub(
        lambda found: f'{found[1]}document.addEventListener("DOMContentLoaded",function(){{{found[2]}}});{found[3]}',
        renderer_html,
    )
