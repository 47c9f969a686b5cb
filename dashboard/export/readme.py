"""What stands in a zip, for people, in the reader's language: plain text."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.export.about import About
from dashboard.i18n import Translator
from dashboard.i18n.plain import writable_text


def write_readme(
    title: str, description: str, tables: Sequence[tuple[str, About]], citation: str, t: Translator
) -> str:
    """The text; `tables` are (file of the data, what it says of itself)."""
    parts = [_heading(title, "="), *([description] if description else [])]
    parts.append("\n".join(f"{label}: {value}" for label, value in tables[0][1].lines))
    files = [(path, about.title) for path, about in tables] + [
        ("datapackage.json", t("the same for programs: Data Package 2.0")),
        (f"{tables[0][0]}-metadata.json", t("the same for programs: CSV on the Web, one file for each table")),
        ("citation.txt, .bib, .ris, .json", t("how to cite: text, BibTeX, RIS, CSL-JSON")),
    ]
    parts += [_heading(t("Files"), "-"), "\n".join(f"- {path}: {said}" for path, said in files)]
    for path, about in tables:
        parts += [_heading(f"{t('Fields')}: {path}", "-"), "\n".join(_fields(about))]
    parts += [_heading(t("How to cite"), "-"), citation.strip()]
    return writable_text("\n\n".join(parts)) + "\n"


def _heading(text: str, line: str) -> str:
    said = " ".join(text.split())
    return f"{said}\n{line * len(said)}"


def _fields(about: About) -> list[str]:
    said = []
    for field in about.fields:
        described = field.description[about.language] if field.description else ""
        said.append(f"- {field.name}: {about.heading(field)}" + (f". {described}" if described else ""))
    return said
