"""The first rows of a difference, as tables: of changed rows each field before and after, of others the row itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.components.elements import html
from dashboard.components.table import data_table
from dashboard.context import Context
from dashboard.diff.comparison import AFTER, BEFORE, Comparison
from dashboard.diff.kept import Difference
from dashboard.i18n import Translator
from dashboard.package import Field
from dashboard.pages.behind import row_path
from dashboard.panels.panel import Column
from dashboard.panels.values import value_words

ROWS = 50
"""Rows of each kind that the page shows."""
SHORT = 24
"""Characters that a cell holds without room of its own: on a telephone both values are to be seen."""
Row = Mapping[str, Any]


def rows_of(ctx: Context, found: Difference, kind: str) -> list[Any]:
    """The first rows of a kind of change, under a heading that counts all of them."""
    one = found.of
    words = kind_words(ctx.t, kind)
    heading = f"{words}: {ctx.f.number(found.counts[kind])}"
    caption = f"{ctx.text(one.table.title)} – {words}"
    rows = found.of_kind(kind, ROWS)
    show = {"changed": _changed, "moved": _moved}.get(kind, _whole)
    return [html.H3(heading), show(ctx, one, rows, caption)]


def kind_words(t: Translator, kind: str) -> str:
    """What became of rows, as a heading."""
    words = {
        "added": t("Rows added"),
        "changed": t("Rows changed"),
        "removed": t("Rows removed"),
        "moved": t("Rows moved"),
    }
    return words[kind]


def _changed(ctx: Context, one: Comparison, rows: list[dict[str, Any]], caption: str) -> html.Div:
    """A line for each field that differs."""
    t, lines = ctx.t, []
    fields = {field.name: field for field in one.table.fields}
    for row in rows:
        after = _side(one, row, AFTER)
        for name in row["changed_fields"].split("|"):
            field = fields[name]
            lines.append(
                {
                    "row": _key(one, after),
                    "field": ctx.text(field.title),
                    "before": ctx.f.cell(_said(ctx, one, field, row.get(name + BEFORE)), field.unit),
                    "after": ctx.f.cell(_said(ctx, one, field, row[name + AFTER]), field.unit),
                    "language_before": field.language_of(_side(one, row, BEFORE)),
                    "language_after": field.language_of(after),
                    "path": row_path(ctx, one.table, after),
                }
            )
    is_long = any(len(line[side] or "") > SHORT for line in lines for side in ("before", "after"))
    room = "name" if is_long else None
    columns = (
        Column("row", t("Row")),
        Column("field", t("Field")),
        Column("before", t("Before"), room, language_in="language_before"),
        Column("after", t("After"), room, language_in="language_after"),
    )
    return data_table(caption, columns, lines, ctx.f, {"row": lambda line: line["path"]})


def _whole(ctx: Context, one: Comparison, rows: list[dict[str, Any]], caption: str) -> html.Div:
    """Rows as they are, or were; fields that none of them fills are left out."""
    is_gone = bool(rows) and rows[0]["change"] == "removed"
    side = BEFORE if is_gone else AFTER
    fields = one.fields_before if is_gone else one.fields_after
    shown = [_side(one, row, side) for row in rows]
    filled = [field for field in fields if any(row[field.name] is not None for row in shown)]
    columns = (
        Column("row", ctx.t("Row")),
        *(
            Column(
                field.name,
                ctx.text(field.title),
                field.unit if field.unit == "EUR" else None,
                is_number=field.type in ("number", "integer"),
                language=field.language,
                language_in=field.language_in,
            )
            for field in filled
            if field.name not in one.key
        ),
    )
    lines = [
        {
            **row,
            **{field.name: _said(ctx, one, field, row[field.name]) for field in filled},
            "row": _key(one, row) or ctx.f.number(at),
            "path": None if is_gone or not one.key else row_path(ctx, one.table, row),
        }
        for at, row in enumerate(shown, 1)
    ]
    return data_table(caption, columns, lines, ctx.f, {"row": lambda line: line["path"]})


def _moved(ctx: Context, one: Comparison, rows: list[dict[str, Any]], caption: str) -> html.Div:
    """Runs of rows: from which place to which."""
    t = ctx.t
    lines = [
        {
            "before": _key(one, _side(one, row, BEFORE)),
            "after": _key(one, _side(one, row, AFTER)),
            "rows": row["rows_count"],
        }
        for row in rows
    ]
    columns = (
        Column("before", t("The first stood at")),
        Column("after", t("It stands at")),
        Column("rows", t("Rows behind one another"), "count", is_number=True),
    )
    return data_table(caption, columns, lines, ctx.f)


def _side(one: Comparison, row: Row, side: str) -> dict[str, Any]:
    """The row as a release has it."""
    fields = one.fields_before if side == BEFORE else one.fields_after
    return {field.name: row[field.name if field.name in one.one_column else f"{field.name}{side}"] for field in fields}


def _key(one: Comparison, row: Row) -> str:
    return ", ".join(str(row[name]) for name in one.key)


def _said(ctx: Context, one: Comparison, field: Field, value: Any) -> Any:
    """A value in words; of a code the code too, as only that may have changed. An empty text is told from none."""
    if value == "":
        return ctx.t("(empty text)")
    said = value_words(ctx, one.name, field.name, value)
    if field.name.endswith("_code") and isinstance(value, str) and said != value:
        return f"{said} ({value})"
    return ctx.f.cell(said, field.unit) if isinstance(said, list) else said
