"""A work in the formats that people and their reference managers read."""

from __future__ import annotations

import json
import re
from typing import Any

from dashboard.citation.work import SITE, Work
from dashboard.i18n import Translator, formats
from dashboard.i18n.plain import writable_text

ESCAPES = str.maketrans(
    {char: f"\\{char}" for char in "&%$#_{}"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
)


def cite_text(work: Work, t: Translator) -> str:
    """One paragraph."""
    f = formats(t.language)
    title = work.title + (f" [{work.sample}]" if work.sample else "")
    parts = [
        f"{', '.join(work.authors)}: {title}." if work.authors else f"{title}.",
        f"{t('Filters')}: {work.filters}." if work.filters else "",
        t("{publisher}, release {version} ({day}).", publisher=SITE, version=work.version, day=f.date(work.issued)),
        f"{work.licence}.",
        work.address,
        t("(retrieved at {moment})", moment=work.moment) if work.moment else "",
        "; ".join(work.hashes),
    ]
    return _line(" ".join(part for part in parts if part)) + "\n"


def cite_bibtex(work: Work, t: Translator) -> str:
    """One entry of BibTeX; `@misc`, which every style knows."""
    fields = {
        "title": f"{{{_tex(work.title)}}}",
        "author": " and ".join(f"{{{_tex(name)}}}" for name in work.authors),
        "publisher": SITE,
        "year": str(work.issued.year),
        "month": str(work.issued.month),
        "version": _tex(work.version),
        "url": _address(work.address),
        "urldate": f"{work.accessed:%Y-%m-%d}" if work.accessed else "",
        "language": {"fi": "finnish", "sv": "swedish", "en": "english"}[work.language],
        "note": _tex("; ".join(work.notes(t("Filters"), t("Retrieved at")))),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{work.key},\n" + ",\n".join(lines) + "\n}\n"


def cite_ris(work: Work, t: Translator) -> str:
    """One record of RIS: a tag a line, CRLF."""
    pairs = [
        ("TY", "DATA"),
        ("ID", work.key),
        ("TI", work.title),
        *(("AU", name) for name in work.authors),
        ("PB", SITE),
        ("PY", str(work.issued.year)),
        ("DA", f"{work.issued:%Y/%m/%d}"),
        ("ET", work.version),
        ("LA", work.language),
        ("UR", work.address),
        *([("Y2", f"{work.accessed:%Y/%m/%d}")] if work.accessed else []),
        *(("N1", note) for note in work.notes(t("Filters"), t("Retrieved at"))),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in pairs)


def cite_csl(work: Work, t: Translator) -> str:
    """CSL-JSON: an array of one item."""
    item: dict[str, Any] = {
        "id": work.key,
        "type": "dataset",
        "title": work.title,
        "author": [{"literal": name} for name in work.authors],
        "publisher": SITE,
        "version": work.version,
        "issued": _date(work.issued.timetuple()),
        "URL": work.address,
        "language": work.language,
        "note": "; ".join(work.notes(t("Filters"), t("Retrieved at"))),
    }
    if work.accessed:
        item["accessed"] = _date(work.accessed.timetuple())
    return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


FORMATS = {
    "txt": ("text/plain; charset=utf-8", cite_text),
    "bib": ("application/x-bibtex; charset=utf-8", cite_bibtex),
    "ris": ("application/x-research-info-systems; charset=utf-8", cite_ris),
    "json": ("application/vnd.citationstyles.csl+json", cite_csl),
}
"""(media type, how it is written) by the ending of the address."""


def _tex(text: str) -> str:
    return _line(text).translate(ESCAPES)


def _address(text: str) -> str:
    """An address within BibTeX, where only a brace would end the field."""
    return text.replace("{", "%7B").replace("}", "%7D")


def _line(text: str) -> str:
    """A value on one line: a break would begin another field. No-break spaces stay."""
    return re.sub(r"[^\S\xa0\u202f]+", " ", writable_text(text)).strip()


def _date(moment: Any) -> dict[str, list[list[int]]]:
    return {"date-parts": [[moment.tm_year, moment.tm_mon, moment.tm_mday]]}
