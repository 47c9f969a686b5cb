import json
import re

import pytest

from dashboard.html.document import Head, Scripts, document

CONFIG = '<script id="_dash-config" type="application/json">{}</script>'
SCRIPTS = Scripts("let one = 1 < 2;", "/static/2/dash-renderer.js", "/static/3/plotly.js", CONFIG)


def page(scripts=SCRIPTS, **head):
    given = Head(**{"lang": "fi", "title": "Ostot", **head})
    return document(given, "<main>x</main>", style="p { margin: 0 }", icon="/static/5/favicon.svg", scripts=scripts)


def started(start):
    return page(Scripts(SCRIPTS.site, SCRIPTS.dash, SCRIPTS.plotly, CONFIG, start))


def test_server_page_stands_before_the_place_for_dash():
    text = page()
    assert text.startswith("<!DOCTYPE html>")
    assert '<html lang="fi">' in text
    assert text.index('<div id="static"><main>x</main></div>') < text.index('<div id="react-entry-point"')


def test_words_of_the_head_are_escaped():
    text = page(title="a</title><script>", description='"x"', canonical="/?a=1&b=2")
    assert "<title>a&lt;/title&gt;&lt;script&gt;</title>" in text
    assert '<meta name="description" content="&quot;x&quot;">' in text
    assert '<link rel="canonical" href="/?a=1&amp;b=2">' in text
    assert '<meta property="og:title" content="a&lt;/title&gt;&lt;script&gt;">' in text


def test_other_languages_are_linked():
    text = page(alternates={"sv": "https://x.fi/sv/", "x-default": "https://x.fi/"})
    assert '<link rel="alternate" hreflang="sv" href="https://x.fi/sv/">' in text
    assert '<link rel="alternate" hreflang="x-default" href="https://x.fi/">' in text


def test_linked_data_cannot_end_its_element():
    text = page(linked_data=[{"@type": "Dataset", "name": "</script><b>"}])
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text)
    assert json.loads(found[1]) == {"@context": "https://schema.org", "@type": "Dataset", "name": "</script><b>"}


def test_dash_at_load_is_deferred():
    text = started("load")
    assert '<script id="_dash-renderer" defer src="/static/2/dash-renderer.js"></script>' in text
    assert "<template" not in text


@pytest.mark.parametrize("start", ["idle", "touch"])
def test_dash_waits_in_a_template_and_our_own_script_does_not(start):
    before, _, inside = started(start).partition(f'<template id="dash-scripts" data-start="{start}">')
    assert "<script>" not in before
    assert "dash-renderer.js" not in before
    assert inside.startswith('<script id="_dash-renderer" src="/static/2/dash-renderer.js"></script></template>')
    assert "<script>let one = 1 < 2;</script>" in inside  # behind all that it looks for


@pytest.mark.parametrize("start", ["load", "idle", "touch"])
def test_what_dash_checks_in_its_index_is_there(start):
    text = started(start)
    for needed in (
        'id="react-entry-point"',
        'id="_dash-config"',
        'src="[^"]*dash[-_]renderer[^"]*"',
        'id="_dash-renderer',
    ):
        assert re.search(needed, text)


def test_page_without_scripts_has_none():
    assert "<script" not in page(None)
