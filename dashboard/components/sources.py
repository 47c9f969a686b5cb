"""The source line of a panel, and what its citation names besides."""

from __future__ import annotations

import datetime as dt

from dashboard.components.figure_panel import Source
from dashboard.context import Context
from dashboard.i18n import DOT
from dashboard.panels.panel import Panel
from dashboard.panels.publishers import publishers_of


def source_of(ctx: Context, panel: Panel) -> Source:
    """The source line of a panel, and what its citation names besides."""
    dataset = ctx.dataset_of(panel.resource)
    sample = f"{DOT}{ctx.t('sample data')}" if ctx.package.resource(panel.resource).sample else ""
    return Source(
        ctx.text(dataset.title),
        ctx.path(f"dataset/{dataset.name}"),
        dataset.licence.title,
        dataset.licence.url,
        ctx.t("release of {day}", day=ctx.f.day(ctx.created).replace(" ", "\xa0")) + sample,
        ctx.package.version,
        today(ctx),
        publishers_of(ctx, panel),
    )


def today(ctx: Context) -> str:
    """The day on which the page is read, for whoever cites it."""
    return ctx.f.date(dt.datetime.now(dt.UTC).date())
