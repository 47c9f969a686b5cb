"""The rows of a table that differ between any two releases, page by page."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from dashboard.api.v1.asked import Asked
from dashboard.api.v1.cursor import digest_of, read_cursor, write_cursor
from dashboard.between import find_between
from dashboard.diff.kept import Difference
from dashboard.diff.write import describe, row_texts
from dashboard.package import Field

PLACE = Field("place", "integer", "integer", {}, None, None)


def differing_rows(asked: Asked) -> dict[str, Any]:
    """A page of them. Raises UnknownResource or UnknownPage."""
    name, values = asked.path["table"], asked.values
    dataset = asked.package.resource(name).dataset
    between = find_between(asked.package, dataset, values["from"] or "", values["to"] or "")
    one = between.table(name)
    versions = (between.before.version, between.after.version)
    digest, limit, cursor = digest_of("diff", *versions, name), values["limit"], values["cursor"]
    place = max(0, int(str(read_cursor(cursor, digest, [PLACE])[0] or 0))) if cursor else 0
    with asked.served.differences.open(one) as found:
        behind = write_cursor(digest, [place + limit]) if place + limit < found.rows else None
        return {
            "from": versions[0],
            "to": versions[1],
            "sample": one.table.sample,
            **describe(found),
            "total": found.rows,
            "limit": limit,
            "rows": _rows(found, place, limit),
            "next": asked.next(behind, **dict(zip(("from", "to"), versions, strict=True))),
        }


def _rows(found: Difference, place: int, limit: int) -> list[Any]:
    texts: list[str] = []
    for batch in found.batches(place):
        texts += row_texts(found.of, batch[: limit - len(texts)])
        if len(texts) >= limit:
            break
    return [json.loads(text, parse_float=Decimal) for text in texts]
