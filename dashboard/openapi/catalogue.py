"""The operations of the catalogue for harvesters: DCAT-AP, each dataset's descriptions, OAI-PMH."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dashboard.catalogue.dcat import PROFILES
from dashboard.catalogue.oai_request import VERBS
from dashboard.catalogue.rdf import MEDIA_TYPES
from dashboard.csvw import MEDIA_TYPE as CSVW
from dashboard.openapi import kinds
from dashboard.openapi.feeds import DATASET
from dashboard.openapi.operation import FREE_LANG, OR_CURRENT, TABLE, VERSION, Operation, Parameter, Said, Scope

MOST_PER_PAGE = 1000
Content = Callable[[Scope], Mapping[str, Mapping[str, Any]]]
PROFILE = Parameter(
    "profile", lambda t: t("The version of DCAT-AP."), lambda _: kinds.choice(PROFILES), default=PROFILES[0]
)
SINCE = Parameter(
    "modified_since",
    lambda t: t("Only datasets that changed since a day; a moment such as 2026-11-24T06:03:00Z is one too."),
    lambda _: kinds.day(), example=lambda _: "2026-01-31",
)  # fmt: skip
PAGE = Parameter(
    "page", lambda t: t("A page of the catalogue; without it the whole is given."), lambda _: kinds.whole(1, 10**9)
)
PER_PAGE = Parameter(
    "per_page", lambda t: t("Datasets of a page."), lambda _: kinds.whole(1, MOST_PER_PAGE), default="100"
)
KIND = Parameter("kind", lambda t: t("How it is written."), lambda _: kinds.choice(MEDIA_TYPES), "path", required=True)
WHOLE = (PROFILE, SINCE, PAGE, PER_PAGE, OR_CURRENT)


def _written(names: Mapping[str, str] = MEDIA_TYPES) -> Content:
    said = {"jsonld": {"type": ["object", "array"]}}
    return lambda _: {media_type: said.get(name, {"type": "string"}) for name, media_type in names.items()}


def _object(media_type: str, *required: str) -> Content:
    return lambda _: {media_type: {"type": "object", "required": list(required)}}


def _oai(name: str, said: Said, *examples: str) -> Parameter:
    """An argument of the protocol, which answers a wrong one with status 200 and an error in XML."""
    shown = {"examples": list(examples)} if examples else {}
    return Parameter(name, said, lambda _: kinds.told({"type": "string", **shown}))


def _graph(kind: str) -> Operation:
    return Operation(
        f"dataset_{kind}", f"/dataset/{{name}}.{kind}", "Catalogue", lambda t: t("A dataset as DCAT-AP."),
        (DATASET, PROFILE, OR_CURRENT), _written({kind: MEDIA_TYPES[kind]}),
    )  # fmt: skip


OPERATIONS = (
    Operation(
        "catalogue", "/catalog", "Catalogue", lambda t: t("All datasets as DCAT-AP, in the form that is accepted."),
        WHOLE, _written(), shows_page=True,
    ),
    Operation(
        "catalogue_file", "/catalog.{kind}", "Catalogue", lambda t: t("All datasets as DCAT-AP, whole or by page."),
        (KIND, *WHOLE), _written(), example="/catalog.ttl",
    ),
    Operation(
        "dataset", "/dataset/{name}", "Catalogue",
        lambda t: t("A dataset at its lasting address: its page, or DCAT-AP in the form that is accepted."),
        (DATASET, PROFILE, OR_CURRENT), _written(), shows_page=True,
    ),
    *(_graph(kind) for kind in MEDIA_TYPES),
    Operation(
        "dataset_release", "/dataset/{name}/releases/{version}", "Catalogue",
        lambda t: t("A dataset as a release has it."), (DATASET, VERSION, PROFILE), _written(), shows_page=True,
    ),
    Operation(
        "dataset_release_file", "/dataset/{name}/releases/{version}.{kind}", "Catalogue",
        lambda t: t("A dataset as a release has it, as DCAT-AP."), (DATASET, VERSION, KIND, PROFILE), _written(),
    ),
    Operation(
        "dataset_datapackage", "/dataset/{name}/datapackage.json", "Catalogue",
        lambda t: t("A dataset as a Data Package: tables, fields, keys, files with their hashes."),
        (DATASET, OR_CURRENT), _object("application/json", "name", "resources", "licenses"), (404,),
        example="/dataset/purchases/datapackage.json",
    ),
    Operation(
        "dataset_croissant", "/dataset/{name}/croissant.json", "Catalogue",
        lambda t: t("A dataset as Croissant, for machine learning."), (DATASET, FREE_LANG, OR_CURRENT),
        _object("application/ld+json", "@context", "name", "distribution", "recordSet"), (404,),
        example="/dataset/purchases/croissant.json?lang=en",
    ),
    Operation(
        "table_csvw", "/data/{table}.csv-metadata.json", "Catalogue",
        lambda t: t("What the CSV of a table holds, as CSVW."), (TABLE, OR_CURRENT),
        _object(CSVW, "@context", "url", "tableSchema"), (404,), example="/data/purchases.csv-metadata.json",
    ),
    Operation(
        "dataset_csvw", "/dataset/{name}.csv-metadata.json", "Catalogue",
        lambda t: t("What the CSV of a dataset's first table holds, as CSVW."), (DATASET, OR_CURRENT),
        _object(CSVW, "@context", "url", "tableSchema"), (404,),
    ),
    Operation(
        "oai", "/oai", "Catalogue", lambda t: t("The catalogue by OAI-PMH 2.0."),
        (
            _oai("verb", lambda t: t("What is asked for."), *VERBS),
            _oai("identifier", lambda t: t("A record, by its identifier.")),
            _oai("metadataPrefix", lambda t: t("The form of the records."), "oai_dc", "dcat_ap"),
            _oai("from", lambda t: t("Only records that changed since a day or moment.")),
            _oai("until", lambda t: t("Only records that changed up to a day or moment.")),
            _oai("set", lambda t: t("Only records of a theme.")),
            _oai("resumptionToken", lambda t: t("Where a list goes on: the answer before gives it.")),
        ),
        lambda _: {"text/xml": {}}, (), example="/oai?verb=ListRecords&metadataPrefix=dcat_ap",
        posts=("application/x-www-form-urlencoded",),
        more=lambda t: t("The protocol tells of errors in XML, with the status 200."),
    ),
)  # fmt: skip
