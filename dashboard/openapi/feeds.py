"""The operations of the feeds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.i18n import LANGUAGES
from dashboard.openapi import kinds
from dashboard.openapi.operation import FREE_LANG, LANG, Operation, Parameter, Scope


def _atom(_: Scope) -> Mapping[str, Mapping[str, Any]]:
    return {"application/atom+xml": {}}


SEARCH = Parameter(
    "q",
    lambda t: t("Words by which datasets are found: only releases that changed one of these are told of."),
    lambda _: kinds.text(100),
)
FOUND = Parameter(
    "q",
    lambda t: t("Words of the search: datasets, cities, companies and indicators count, the first hundred of each."),
    lambda _: kinds.text(100, 1),
    required=True,
    example=lambda _: "espoo",
)
DATASET = Parameter(
    "name",
    lambda t: t("A dataset, by its name."),
    lambda scope: kinds.choice(one.name for one in scope.package.datasets),
    "path",
    required=True,
)
CITY = Parameter(
    "code",
    lambda t: t("A city, by its municipality code."),
    lambda scope: kinds.choice(scope.codes.cities),
    "path",
    required=True,
)
PAGE = Parameter(
    "page",
    lambda t: t("A page of the feed."),
    lambda _: kinds.told({"type": ["integer", "string"], "pattern": "^$", "minimum": 0}),
)
CKAN_SEARCH = Parameter(
    "q", lambda t: t("Words, or filters in Solr's language."), lambda _: kinds.told({"type": "string"})
)
OPERATIONS = (
    Operation(
        "feed", "/feed.atom", "Feeds",
        lambda t: t("An entry for each release, with its added, changed and removed rows."),
        (SEARCH, LANG), _atom, (400,), example="/feed.atom?lang=en",
    ),
    Operation(
        "search_feed", "/feed/search.atom", "Feeds",
        lambda t: t("The releases that changed something that a search of the site finds."),
        (FOUND, LANG), _atom, (400,), example="/feed/search.atom?q=espoo&lang=en",
    ),
    Operation(
        "dataset_feed", "/dataset/{name}/feed.atom", "Feeds", lambda t: t("The releases that changed a dataset."),
        (DATASET, LANG), _atom, (400, 404), example="/dataset/purchases/feed.atom?lang=en",
    ),
    Operation(
        "city_feed", "/feed/city/{code}.atom", "Feeds", lambda t: t("The releases that changed rows of a city."),
        (CITY, LANG), _atom, (400, 404), example="/feed/city/853.atom?lang=en",
    ),
    *(
        Operation(
            f"indicators_feed_{language}", f"/{language}/indicators.atom", "Feeds",
            lambda t: t("The values of indicators that crossed their thresholds."), (), _atom, (),
            example=f"/{language}/indicators.atom",
        )
        for language in LANGUAGES
    ),
    Operation(
        "ckan_feed", "/feeds/dataset.atom", "Feeds",
        lambda t: t("The datasets, the last modified first, at the address where CKAN has this feed."),
        (CKAN_SEARCH, PAGE, FREE_LANG), _atom, (400,),
    ),
)  # fmt: skip
