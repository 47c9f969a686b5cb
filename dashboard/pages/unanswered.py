"""The page for a file or a picture that cannot be given: why not, and what to do, for who follows a link to it."""

from __future__ import annotations

import re

from dashboard.context import Context
from dashboard.errors import DashboardError, Fault, UnknownResource
from dashboard.i18n import Translator
from dashboard.pages.missing import NO_SECTION, failed, say
from dashboard.pages.page import Page, download_address
from dashboard.pages.routes import is_page
from dashboard.panels.panel import Panel
from dashboard.panels.registry import PANELS

FILE = re.compile(r"(?P<route>download|picture|data)/(?P<name>.+)\.(?P<kind>[^.]*)")
PREVIEW = re.compile(r"preview/[^/]+/[^/]+/(?P<path>.+)\.png")
KINDS = ("csv", "xlsx", "json")
"""Formats that every figure's data are to be had in."""

Way = tuple[str, str]
"""A text and the address that it leads to."""


def unanswered(ctx: Context, path: str, error: DashboardError) -> Page:
    """A page with the error's status. `path` is what was asked for, without a slash before it."""
    if isinstance(error, Fault):
        return failed(ctx, path)
    title, sentence = _title(ctx.t, error.status), ctx.told(error)
    return Page(title, sentence, NO_SECTION, path, say(ctx, title, sentence, *_ways(ctx, path, error)), error.status)


def _title(t: Translator, status: int) -> str:
    titles = {
        404: t("There is no such file"),
        413: t("Too much for this format"),
        503: t("The data cannot be had now"),
    }
    return titles.get(status, t("This cannot be answered as it was asked"))


def _ways(ctx: Context, path: str, error: DashboardError) -> list[Way]:
    """What the reader may have wanted, as far as the address tells."""
    if error.status == 503:
        return []
    if preview := PREVIEW.fullmatch(path):
        return (
            [(ctx.t("The page that the picture is of"), ctx.path(preview["path"]))] if is_page(preview["path"]) else []
        )
    found = FILE.fullmatch(path)
    if found is None:
        return []
    if found["route"] == "data":
        return _of_table(ctx, found["name"])
    panel = PANELS.get(found["name"])
    refused = found["kind"] if error.status == 413 else None
    return _of_panel(ctx, panel, refused) if panel else []


def _of_table(ctx: Context, name: str) -> list[Way]:
    """The dataset that a table is in, with all its files."""
    if not ctx.package.has(name):
        return []
    dataset = ctx.dataset_of(name)
    return [(ctx.text(dataset.title), ctx.path(f"dataset/{dataset.name}"))]


def _of_panel(ctx: Context, panel: Panel, refused: str | None) -> list[Way]:
    """The figure where it stands and its data, under the filters that count, in every format but one that is too small
    for them."""
    try:
        panel.require_subject(ctx)
    except UnknownResource:
        return []
    t, narrow = ctx.t, panel.narrow(ctx)
    files = [
        (t("The data as {kind}, under the filters that count", kind=one.upper()),
         download_address(narrow, "download", panel.name, one))
        for one in KINDS
        if one != refused
    ]  # fmt: skip
    return [(t("The figure on its page"), panel.home(ctx)), *files]
