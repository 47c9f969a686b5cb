import re

from dashboard.html.document import document

SCRIPTS = (
    '<script src="/_dash-component-suites/dash/deps/react.js"></script>\n'
    '<script src="/assets/site.js?m=1"></script>\n'
    '<script src="/_dash-component-suites/dash/dash-renderer/build/dash_renderer.min.js"></script>\n'
    "<script>inline()</script>"
)
CONFIG = '<script id="_dash-config" type="application/json">{}</script>'
RENDERER = '<script id="_dash-renderer" type="application/javascript">var renderer = new DashRenderer();</script>'


def page(**changes):
    given = {"lang": "fi", "title": "Ostot", "body_html": "<main>x</main>", "scripts_html": SCRIPTS}
    return document(**{**given, "config_html": CONFIG, "renderer_html": RENDERER, **changes})


def test_server_page_stands_before_the_place_for_dash():
    text = page()
    assert text.startswith("<!DOCTYPE html>")
    assert '<html lang="fi">' in text
    assert text.index('<div id="static"><main>x</main></div>') < text.index('<div id="react-entry-point">')


def test_words_of_the_head_are_escaped():
    text = page(title="a</title><script>", description='"x"', canonical="/?a=1&b=2")
    assert "<title>a&lt;/title&gt;&lt;script&gt;</title>" in text
    assert '<meta name="description" content="&quot;x&quot;">' in text
    assert '<link rel="canonical" href="/?a=1&amp;b=2">' in text


def test_other_languages_are_linked():
    text = page(alternates={"sv": "https://x.fi/sv/", "x-default": "https://x.fi/"})
    assert '<link rel="alternate" hreflang="sv" href="https://x.fi/sv/">' in text
    assert '<link rel="alternate" hreflang="x-default" href="https://x.fi/">' in text


def test_scripts_at_load_are_deferred_and_the_renderer_waits_for_them():
    text = page(start="load")
    assert not re.search(r"<script src=", text)
    assert text.count("<script defer src=") == 3
    assert 'DOMContentLoaded",function(){var renderer = new DashRenderer();}' in text


def test_scripts_of_dash_wait_in_a_template_until_the_first_touch():
    text = page()
    outside, _, inside = text.partition('<template id="dash-scripts" data-start="touch">')
    assert '<script defer src="/assets/site.js?m=1"></script>' in outside
    assert "dash_renderer" not in outside
    assert (
        inside.index("react.js") < inside.index("dash_renderer") < inside.index("inline()") < inside.index("new Dash")
    )


def test_what_dash_checks_in_its_index_is_there():
    for start in ("load", "idle", "touch"):
        text = page(start=start)
        for needed in (
            'id="react-entry-point"',
            'id="_dash-config"',
            'src="[^"]*dash[-_]renderer[^"]*"',
            'id="_dash-renderer',
        ):
            assert re.search(needed, text)


def test_page_without_scripts_has_none():
    assert "<script" not in page(scripts_html="", config_html="")
