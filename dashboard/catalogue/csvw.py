"""The CSVW metadata of a table's CSV at its address: what the catalogue knows of the file besides its columns."""

from __future__ import annotations

from typing import Any

from dashboard.catalogue.model import PUBLISHER, Entry, Table
from dashboard.csvw import Csv, csvw, moment, texts


def table_csvw(entry: Entry, table: Table, url: str) -> dict[str, Any]:
    """The metadata of a table whose CSV is at `url`."""
    file = table.file("csv")
    csv = Csv(
        url, table.title, table.fields, table.primary_key, entry.licence.url, entry.modified, line_end=table.line_end
    )  # fmt: skip
    return csvw(
        csv,
        {
            "@id": table.csvw,
            "dc:identifier": f"{entry.address}#{file.name}",
            "dc:description": texts(table.description),
            "dc:isPartOf": {"@id": entry.address},
            "dc:publisher": {"schema:name": PUBLISHER},
            "dc:issued": moment(entry.issued),
            "dcat:keyword": [{"@value": word, "@language": lang} for lang, found in entry.keywords.items() if lang
                             for word in found],
            "schema:version": entry.version,
            "schema:contentSize": file.bytes,
            "schema:sha256": file.sha256,
        },
    )  # fmt: skip
