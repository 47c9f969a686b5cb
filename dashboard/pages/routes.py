"""Address -> page."""

from __future__ import annotations

import re
from collections.abc import Callable

from dashboard.context import Context
from dashboard.i18n import DEFAULT_LANGUAGE, LANGUAGES
from dashboard.pages import (
    about,
    accessibility,
    api,
    budgets,
    cities,
    companies,
    company,
    compare,
    data,
    dataset,
    diff,
    embed,
    glossary,
    indicators,
    method,
    origin,
    overview,
    privacy,
    project,
    releases,
    row,
    search,
    services,
    sql,
    status,
)
from dashboard.pages.missing import missing, no_such_language, no_such_release
from dashboard.pages.page import Page

ROUTES: tuple[tuple[str, Callable[..., Page]], ...] = (
    (r"", overview.layout),
    (r"project", project.layout),
    (r"companies", companies.layout),
    (r"companies/(?P<business_id>[0-9A-Za-z –-]{1,40})", company.layout),
    (r"budgets", budgets.layout),
    (r"services", services.layout),
    (r"indicators", indicators.layout),
    (r"compare", compare.layout),
    (r"cities", cities.layout),
    (r"cities/(?P<city>[^/]+)", cities.city_layout),
    (r"data", data.layout),
    (r"dataset/(?P<name>[a-z0-9_-]+)", dataset.layout),
    (r"sql", sql.layout),
    (r"releases", releases.layout),
    (r"releases/(?P<version>[^/]{1,60})", releases.release_layout),
    (r"dataset/(?P<name>[a-z0-9_-]+)/row/(?P<key>.+)", row.layout),
    (r"dataset/(?P<name>[a-z0-9_-]+)/diff", diff.layout),
    (r"origin/(?P<name>[a-z0-9-]+)", origin.layout),
    (r"embed/(?P<name>[a-z0-9-]+)", embed.layout),
    (r"status", status.layout),
    (r"search", search.layout),
    (r"method", method.layout),
    (r"api", api.layout),
    (r"glossary", glossary.layout),
    (r"accessibility", accessibility.layout),
    (r"privacy", privacy.layout),
    (r"about", about.layout),
)
LANGUAGE_CODE = r"[A-Za-z]{2}(-[A-Za-z]{2})?"


def split_language(path: str) -> tuple[str, str]:
    """(language, rest of the path without slashes around it); the default language where it names none.

    >>> split_language("/sv/companies/"), split_language("/nothing")
    (('sv', 'companies'), ('fi', 'nothing'))
    """
    first, _, rest = path.strip("/").partition("/")
    return (first, rest.strip("/")) if first in LANGUAGES else (DEFAULT_LANGUAGE, path.strip("/"))


def is_page(path: str) -> bool:
    """Whether pages have such an address, without its language; there may still be none at it."""
    return any(re.fullmatch(pattern, path) for pattern, _ in ROUTES)


def kind_of_page(path: str) -> str | None:
    """What stands for all addresses of a page's kind, without its language; None where pages have no such address.

    >>> kind_of_page("companies/0201256-6"), kind_of_page(""), kind_of_page("no/such")
    ('companies/<business_id>', '', None)
    """
    found = next((pattern for pattern, _ in ROUTES if re.fullmatch(pattern, path)), None)
    return None if found is None else re.sub(r"\(\?P(<[a-z_]+>)[^()]*\)", r"\1", found)


def make_page(ctx: Context, path: str) -> Page:
    """The page at `path` (without its language), or the page that says there is none."""
    for pattern, layout in ROUTES:
        match = re.fullmatch(pattern, path)
        if match:
            if ctx.release_asked is not None and not path.startswith("embed/"):  # which says so by itself
                return no_such_release(ctx, path)
            return layout(ctx, **match.groupdict())
    code, _, rest = path.partition("/")
    if re.fullmatch(LANGUAGE_CODE, code) and any(re.fullmatch(pattern, rest) for pattern, _ in ROUTES):
        return no_such_language(ctx, code, rest)
    return missing(ctx, path)
