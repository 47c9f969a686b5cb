"""What people and programs write, made plain: letters as the data spell them, and nothing that cannot be seen."""

from __future__ import annotations

import re
from unicodedata import bidirectional, category, normalize
from urllib.parse import quote

UNWRITTEN = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
"""What stands in a set of a regular expression for characters that are no text: XML 1.0 (section 2.2) cannot hold most
of them and advises against the others, and HTML calls them parse errors."""
_UNWRITTEN = re.compile(f"[{UNWRITTEN}]")
_NOT_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}]")
FIRST_STRONG, POP = "\u2068", "\u2069"
"""Between these a text has the direction of its own first letter, whatever stands around it (UAX 9, section 2.4)."""
TURNING = "\u061c\u200e\u200f\u202a-\u202e\u2066\u2067"
"""What stands in a set of a regular expression for characters with no form that turn the direction of letters
(Unicode's property Bidi_Control), but those two: with them a name can be made to read as another, or to turn what
stands after it. Unicode's UTS 39 (section 5.4) has no use for them in names; the data's files keep them."""
_BIDI_CONTROL = re.compile(f"[{TURNING}{FIRST_STRONG}{POP}]")
_FROM_RIGHT = frozenset(("R", "AL", "AN"))
_FIRST_FROM_RIGHT = "\u0590"
"""Where Hebrew's block begins: no letter before it goes from right to left."""
FORMAT = "Cf"
"""Unicode's category of what has no form of its own: zero-width spaces, soft hyphens, signs that turn the direction of
what follows, with which a title could be made to read as another."""


def plain_text(text: str) -> str:
    """The text on one line, without signs that cannot be seen, each letter as its plainest form.

    >>> plain_text("tur\\u200bku"), plain_text("\\ufb01  𝕋𝕦𝕣𝕜𝕦"), plain_text("O\\u0308ljy")
    ('turku', 'fi Turku', 'Öljy')
    """
    return " ".join(normalize("NFKC", visible_text(text)).split())


def visible_text(text: str) -> str:
    """The text without signs that cannot be seen, else as it was.

    >>> visible_text("a\\u202eb")
    'ab'
    """
    return text if text.isascii() else "".join(letter for letter in text if category(letter) != FORMAT)


def writable_text(text: str) -> str:
    """The text without characters that are no text, else as it was.

    >>> writable_text("a\\x00b\\x1b[31m\\n")
    'ab[31m\\n'
    """
    return _UNWRITTEN.sub("", text)


def isolated(text: str) -> str:
    """A name as it may stand within a sentence: without what turns letters round, and with marks around it where it has
    letters that go from right to left, which would else take figures and signs beside it along (UAX 9, section 2.7:
    isolates around what is put into a text).

    >>> isolated("Öljy\\u202e Oy"), isolated("\u05d0\u05d1") == f"{FIRST_STRONG}\u05d0\u05d1{POP}"
    ('Öljy Oy', True)
    """
    if text.isascii():
        return text
    plain = _BIDI_CONTROL.sub("", text)
    is_mixed = max(plain, default="") >= _FIRST_FROM_RIGHT and any(bidirectional(one) in _FROM_RIGHT for one in plain)
    return f"{FIRST_STRONG}{plain}{POP}" if is_mixed else plain


def quoted_address(url: str) -> str:
    """The address with what no address holds (RFC 3986, appendix A), such as the braces that one portal puts around its
    ids, percent-encoded; all else stays.

    >>> quoted_address("https://data.example/{33603B50}/ostot ä%20.csv")
    'https://data.example/%7B33603B50%7D/ostot%20ä%20.csv'
    """
    return _NOT_IN_ADDRESSES.sub(lambda found: quote(found[0]), url)


def capital(text: str) -> str:
    """The text as it begins a line or a sentence, whatever stands within it as it was.

    >>> capital("kunkin vuoden"), capital("EU:n tuki"), capital("")
    ('Kunkin vuoden', 'EU:n tuki', '')
    """
    return text[:1].upper() + text[1:]
