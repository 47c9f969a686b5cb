"""That a release was taken back, in words."""

from __future__ import annotations

from dashboard.context import Context
from dashboard.releases import Withdrawn


def withdrawn_words(ctx: Context, found: Withdrawn) -> str:
    """When it was taken back and, where that was told, why; the reason is in the words of whoever gave it."""
    day = ctx.f.day(found.at)
    if not found.why:
        return ctx.t("This release was withdrawn on {day}: its figures should no longer be used.", day=day)
    return ctx.t(
        "This release was withdrawn on {day}: its figures should no longer be used. The reason given: “{why}”.",
        day=day,
        why=found.why,
    )
