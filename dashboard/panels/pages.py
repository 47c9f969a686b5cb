"""Long tables a page at a time: which rows a page of the address shows."""

from __future__ import annotations

from dashboard.context import Context

ROWS_A_PAGE = 50


def page_of(ctx: Context, count: int) -> tuple[int, int]:
    """(page shown, last page) of so many rows; beyond the last page is the last."""
    last = max(1, -(-count // ROWS_A_PAGE))
    if ctx.state.page <= last:
        ctx.heeded.add("page")
    return min(ctx.state.page, last), last


def page_words(ctx: Context, count: int) -> str:
    """Which of so many rows the page holds."""
    first = (page_of(ctx, count)[0] - 1) * ROWS_A_PAGE
    return ctx.t(
        "Rows {first} to {last} of {count}",
        first=ctx.f.number(min(first + 1, count)),
        last=ctx.f.number(min(first + ROWS_A_PAGE, count)),
        count=ctx.f.number(count),
    )
