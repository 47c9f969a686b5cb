"""Where a citation is to be had for those who keep their literature in a program."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.components.attributes import aria
from dashboard.components.elements import html
from dashboard.i18n import DOT, Translator

FORMATS = {"bib": "BibTeX", "ris": "RIS", "json": "CSL-JSON"}


def cite_links(address: Callable[[str], str], title: str, t: Translator) -> html.P:
    """The citation of what has this title, as a text with the moment and the hash of the data, and in the formats of
    such programs."""
    named = {"txt": t("With the hash of the data"), **FORMATS}
    links = [
        html.A(name, href=address(kind), rel="nofollow", **aria(label=f"{name}: {title}"))
        for kind, name in named.items()
    ]
    return html.P([part for link in links for part in (DOT, link)][1:], className="panel__cite")
