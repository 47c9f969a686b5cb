"""What no page may hold, whatever its data are: read by parsers, never by looking for texts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lxml import etree, html

from dashboard.api.assets import Assets
from tests.safe.hostile import MARK

ADDRESSES = {
    "href", "src", "action", "formaction", "cite", "poster", "data", "background", "longdesc", "manifest", "ping",
    "xlink:href", "{http://www.w3.org/1999/xlink}href",
}  # fmt: skip
FOREIGN = {
    "iframe",
    "frame",
    "frameset",
    "object",
    "embed",
    "applet",
    "base",
    "noscript",
    "foreignobject",
    "math",
    MARK,
}
"""Elements that the site writes nowhere."""
SCHEMES = {"", "http", "https", "mailto", "tel"}
DRAWING = "data:image/svg+xml,"
SKIPPED = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028\u2029\ufeff]")
"""What browsers pass over in an address."""
TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066\u2067]")
ISOLATES = re.compile("[\u2068\u2069]")
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
SCRIPT = Assets(Path(__file__).resolve().parents[2] / "assets").js
OURS = ("/static/", "/assets/", "/_dash-component-suites/")
"""Where scripts of the site's own stand."""


def check_page(text: str) -> None:
    """Assert that an HTML document, or a piece of one, runs nothing but the site's own scripts and leads nowhere odd,
    and that nothing in it turns letters round."""
    tree = html.document_fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))
    for one in tree.iter(etree.Element):
        check_element(one)
    assert not TURNING.search(text), TURNING.search(text)
    assert not NO_TEXT.search(text), NO_TEXT.search(text)
    check_isolates(text)


def check_isolates(text: str) -> None:
    """Assert that each isolate that is opened is closed, before the element ends that it stands in."""
    for piece in re.split("<[^>]*>", text):
        depth = 0
        for sign in ISOLATES.findall(piece):
            depth += 1 if sign == "\u2068" else -1
            assert depth >= 0, piece
        assert depth == 0, piece


def check_element(one: Any) -> None:
    """Assert that an element of a page or a drawing does nothing."""
    name = str(one.tag).lower().rpartition("}")[2]
    assert name not in FOREIGN, told(one)
    if name == "script":
        check_script(one)
    if name == "meta":
        assert "http-equiv" not in one.attrib, told(one)
    if name == "form":
        assert one.get("action", "/").startswith("/"), told(one)
    for attribute, value in one.attrib.items():
        check_attribute(name, attribute.lower(), value)


def told(one: Any) -> bytes:
    """How an element begins."""
    return bytes(etree.tostring(one))[:300]


def check_script(one: Any) -> None:
    """Assert that a script is a file of ours, our own that comes with the page, or data."""
    kind, src = one.get("type", ""), one.get("src")
    if src is not None:
        assert src.startswith(OURS), src
        assert not (one.text or "").strip(), one.text
        return
    if not one.attrib:
        assert one.text == SCRIPT, told(one)
        return
    is_config = one.get("id") == "_dash-config"
    assert kind == ("application/json" if is_config else "application/ld+json"), told(one)
    json.loads(one.text)


def check_attribute(element: str, name: str, value: str) -> None:
    """Assert that an attribute runs nothing and leads to no scheme that does."""
    assert not name.startswith("on"), f"{element} {name}={value}"
    assert name not in (MARK, "srcdoc", "xhostile"), f"{element} {name}={value}"
    if name == "style":
        assert not re.search(r"url\s*\(|expression|@import|javascript", value, re.IGNORECASE), value
    if name in ADDRESSES:
        check_address(value, is_drawn=element in ("img", "image"))


def check_address(value: str, *, is_drawn: bool = False) -> None:
    """Assert that an address only ever navigates."""
    if is_drawn and value.startswith(DRAWING):
        return
    plain = SKIPPED.sub("", value)
    scheme = plain.partition(":")[0].lower() if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", plain) else ""
    assert scheme in SCHEMES, value
    urlsplit(value)


def check_tree(value: Any) -> None:
    """Assert the same of what Dash is given for a page: every address and every piece of finished HTML in it."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name in ("html", "drawings"):
                check_page(one or "<p></p>")
            elif name in ADDRESSES and isinstance(one, str):
                check_address(one)
            elif isinstance(one, str):
                assert name.lower() != "dangerouslysetinnerhtml", one
            assert not (name.startswith("on") and name[2:3].isupper()), name
            check_tree(one)
    elif isinstance(value, list):
        for one in value:
            check_tree(one)


def check_xml(content: bytes) -> Any:
    """Assert that XML is well-formed, names no entity of its own, and holds no element that a text brought with it.
    Gives its root."""
    assert b"<!DOCTYPE" not in content
    assert b"<!ENTITY" not in content
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    for one in root.iter(etree.Element):
        name = etree.QName(one).localname.lower()
        assert name not in (MARK, "script", "img", "iframe"), told(one)
        for attribute in one.attrib:
            bare = attribute.rpartition("}")[2].lower()
            assert bare != MARK, bare
            assert not re.match("on(load|mouse|click|error)", bare), bare
    return root
