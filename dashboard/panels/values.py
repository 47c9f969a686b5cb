"""A value of a table in words: what its codes, its truth values and the names in it say in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.context import Context
from dashboard.i18n.code_words import code_words
from dashboard.proper_names import is_name, shown

LANGUAGE = "language_code"
"""How the fields end that tell the language of another one."""


def value_words(ctx: Context, table: str, field: str, value: Any) -> Any:
    """The value as a page shows it; one that says itself (a number, a date, a name as published) as it is."""
    if isinstance(value, bool):
        return ctx.t("yes") if value else ctx.t("no")
    if isinstance(value, str) and field.endswith("_code"):
        value = code_words(ctx.t, table, field, value)
    return shown(ctx.language, field, value) if isinstance(value, str) else value


def row_words(ctx: Context, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as a table shows it, which itself gives names in the reader's language and marks texts by the codes of
    their languages."""
    return {
        field: value if is_name(field) or field.endswith(LANGUAGE) else value_words(ctx, table, field, value)
        for field, value in row.items()
    }
