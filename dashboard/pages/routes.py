"""Address -> page."""

from __future__ import annotations

import re
from collections.abc import Callable

from dashboard.context import Context
from dashboard.i18n import LANGUAGES
from dashboard.pages import cities, companies, company, compare, data, indicators, overview, status
from dashboard.pages.missing import missing
from dashboard.pages.page import Page

ROUTES: tuple[tuple[str, Callable[..., Page]], ...] = (
    (r"", overview.layout),
    (r"companies", companies.layout),
    (r"companies/(?P<business_id>[0-9]{7}-[0-9])", company.layout),
    (r"indicators", indicators.layout),
    (r"compare", compare.layout),
    (r"cities", cities.layout),
    (r"cities/(?P<city>[^/]+)", cities.city_layout),
    (r"data", data.layout),
    (r"dataset/(?P<name>[a-z0-9_-]+)", data.dataset_layout),
    (r"status", status.layout),
)
DEFAULT_LANGUAGE = LANGUAGES[0]


def split_language(path: str) -> tuple[str, str]:
    """(language, rest of the path without slashes around it); the default language where it names none.

    >>> split_language("/sv/companies/"), split_language("/nothing")
    (('sv', 'companies'), ('fi', 'nothing'))
    """
    first, _, rest = path.strip("/").partition("/")
    return (first, rest.strip("/")) if first in LANGUAGES else (DEFAULT_LANGUAGE, path.strip("/"))


def make_page(ctx: Context, path: str) -> Page:
    """The page at `path` (without its language), or the page that says there is none."""
    for pattern, layout in ROUTES:
        match = re.fullmatch(pattern, path)
        if match:
            return layout(ctx, **match.groupdict())
    return missing(ctx, path)
