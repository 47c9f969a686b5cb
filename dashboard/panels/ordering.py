"""In what order a table stands that is sorted by its query: one of many rows, of which a page is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.context import Context
from dashboard.panels.panel import NORDIC, Column
from dashboard.query.model import Direction

Order = tuple[str | None, bool]
"""(column by which a table is sorted, whether from the largest)."""


def asked_order(ctx: Context, table: str, columns: Sequence[Column]) -> Order:
    """The order that the address asks for in this table; none where it asks for nothing that the table has."""
    name, _, rest = (ctx.state.sort or "").partition(".")
    column, _, falls = rest.partition(".")
    if name != table or column not in {item.name for item in columns}:
        return None, False
    ctx.heeded.add("sort")
    return column, bool(falls)


def direction(*, falls: bool, is_text: bool = False) -> Direction:
    """Of numbers and days, or of texts, which follow the alphabet.

    >>> direction(falls=True), direction(falls=False, is_text=True)
    ('desc', 'az')
    """
    if is_text:
        return "za" if falls else "az"
    return "desc" if falls else "asc"


def by_name(names: Mapping[str, str], *, falls: bool) -> Direction:
    """Of codes, in the order of what they are called in the reader's language.

    >>> by_name({"837": "Tampere", "049": "Espoo"}, falls=False)
    ('049', '837')
    """
    return tuple(sorted(names, key=lambda code: names[code].casefold().translate(NORDIC), reverse=falls))
