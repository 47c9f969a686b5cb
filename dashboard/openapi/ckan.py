"""The operations of CKAN's Action API and of its datastore's dumps. `dashboard.ckan_api` answers them, by CKAN's own
rules: a value is described as leniently as CKAN reads it, and an action's own errors have CKAN's shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dashboard.openapi import kinds
from dashboard.openapi.ckan_answers import Result, answer_of
from dashboard.openapi.operation import OR_CURRENT, Operation, Parameter, Said, Scope

ROOT = "/api/3/action"
BODIES = ("application/json", "application/x-www-form-urlencoded")
REFUSES = (400, 404, 409)
DUMPS = {"csv": "text/csv", "tsv": "text/tab-separated-values", "json": "application/json", "xml": "text/xml"}


def _text(name: str, said: Said, example: str | None = None, *, required: bool = False) -> Parameter:
    """A text; a body may hold a number or a truth for it."""
    lenient = {"type": ["string", "number", "boolean", *([] if required else ["null"])]}
    of_address = {"type": "string", "minLength": 1} if required else {"type": "string"}
    return Parameter(
        name, said, lambda _: kinds.told(of_address), required=required, example=lambda _: example, in_body=lenient
    )


def _whole(name: str, said: Said, default: int | None = None, *, least: int | None = 0) -> Parameter:
    """A whole number; an empty one is none."""
    bound = {} if least is None else {"minimum": least}
    of_address = {"type": ["integer", "string"], "pattern": "^$", **bound}
    lenient: dict[str, Any] = {"type": ["integer" if bound else "number", "string", "boolean", "null"], **bound}
    shown = None if default is None else str(default)
    return Parameter(name, said, lambda _: kinds.told(of_address), default=shown, in_body=lenient)


def _flag(name: str, said: Said) -> Parameter:
    """Yes or no: true, yes, on, t, y and 1 are yes, all else is no."""
    return Parameter(name, said, lambda _: kinds.told({"type": ["boolean", "string"]}), in_body={})


def _names(name: str, said: Said) -> Parameter:
    """Names with commas between, or a list of them."""
    lenient = {"type": ["array", "string", "null"], "items": {"type": "string"}}
    return Parameter(name, said, lambda _: kinds.told({"type": "string"}), in_body=lenient)


def _json(name: str, said: Said) -> Parameter:
    """An object, in an address as JSON."""
    return Parameter(name, said, lambda _: kinds.told({"type": "string"}), in_body={})


LIMIT = _whole("limit", lambda t: t("How many of them; all, or as many as CKAN gives, where nothing is said."))
OFFSET = _whole("offset", lambda t: t("How many of them are left out at the beginning."), 0)
ALL_FIELDS = _flag("all_fields", lambda t: t("Whether all that is known of each is given, and not its name alone."))
WITH_DATASETS = _flag("include_datasets", lambda t: t("Whether its datasets are given with it."))
CALLBACK = _text("callback", lambda t: t("A function of JavaScript that is to be called with the answer."))
RESOURCE = "purchases"


def _id(said: Said, example: str | None = None) -> Parameter:
    return _text("id", said, example, required=True)


DATASET = _id(lambda t: t("A dataset, by its name or id."), "purchases")
SOUGHT = replace(
    _text("q", lambda t: t("The text."), "kuu", required=True), kind=lambda _: kinds.told({"type": "string"})
)
"""A text that must be given and may be empty."""
QUERY = _text("query", lambda t: t("A text that they hold."))
ROWS = (
    _json("filters", lambda t: t("Conditions: an object of columns, each with a value, a list of values or bounds.")),
    _json("q", lambda t: t("Words that a row must hold, or an object of words by column.")),
    _flag("distinct", lambda t: t("Whether equal rows are given once.")),
    _flag("plain", lambda t: t("Whether `q` is plain words; false reads it as a tsquery.")),
    _text("language", lambda t: t("Read and not used: words are found as they are written.")),
    _whole("limit", lambda t: t("How many rows."), 100),
    OFFSET,
    _names("fields", lambda t: t("The columns of the answer, with commas between.")),
    _text("sort", lambda t: t("The order, such as `name, amount desc`.")),
)  # fmt: skip


def _action(
    name: str,
    result: Result,
    summary: Said,
    *parameters: Parameter,
    example: str | None = None,
    may_be_busy: bool = False,
) -> Operation:
    refuses = (*REFUSES, 503) if may_be_busy else REFUSES
    return Operation(
        name, f"{ROOT}/{name}", "CKAN", summary, (*parameters, OR_CURRENT, CALLBACK), answer_of(result), refuses,
        example=f"{ROOT}/{name}{example}" if example is not None else None, posts=BODIES, errors="Ckan",
    )  # fmt: skip


ACTIONS = (
    _action("package_list", "names", lambda t: t("The names of all datasets."), LIMIT, OFFSET, example=""),
    _action("package_show", "dataset", lambda t: t("A dataset with its resources."), DATASET, example="?id=purchases"),
    _action(
        "package_search", "search", lambda t: t("Datasets that fit a query, page by page, counted by facets."),
        _text("q", lambda t: t("Words, or filters in Solr's language."), "ostot"),
        _text("fq", lambda t: t("Filters such as `tags:`, `groups:`, `res_format:` or `metadata_modified:[a TO b]`."),
              "res_format:CSV"),
        _names("fq_list", lambda t: t("More filters, all of which must hold.")),
        _text("sort", lambda t: t("The order, such as `metadata_modified desc`.")),
        _whole("rows", lambda t: t("How many datasets, at most 1,000."), 10),
        _whole("start", lambda t: t("How many of them are left out at the beginning."), 0),
        _names("facet.field", lambda t: t("The fields by which datasets are counted.")),
        _whole("facet.limit", lambda t: t("Values of a facet; all of them below zero."), 50, least=None),
        _whole("facet.mincount", lambda t: t("The fewest datasets of a value that is told."), 1),
        _names("fl", lambda t: t("The fields of a dataset that are given.")),
        example="?q=ostot&rows=5",
    ),
    _action(
        "current_package_list_with_resources", "datasets",
        lambda t: t("All datasets with their resources, the last modified first."), LIMIT, OFFSET,
    ),
    _action(
        "package_autocomplete", "objects", lambda t: t("Datasets whose name or title holds a text."),
        _text("q", lambda t: t("The text."), "osto", required=True), LIMIT,
    ),
    _action("resource_show", "resource", lambda t: t("A resource: a table in one format."),
            _id(lambda t: t("A table's name for its CSV; with a hyphen and a format for the others."), RESOURCE)),
    _action(
        "resource_search", "counted", lambda t: t("Resources whose fields hold texts."),
        Parameter("query", lambda t: t("A field and a text with a colon between, or a list of such."),
                  lambda _: kinds.told({"type": "string"}), required=True, example=lambda _: "format:CSV",
                  in_body={"type": ["string", "array"], "items": {"type": "string"}}),
        _text("order_by", lambda t: t("A field of resources.")), LIMIT, OFFSET,
    ),
    _action("resource_view_list", "objects", lambda t: t("The views of a resource: there are none."),
            _id(lambda t: t("A resource, by its id."), RESOURCE)),
    _action("resource_view_show", "object", lambda t: t("A view of a resource: there are none."),
            _id(lambda t: t("A view, by its id."), "none")),
    _action("organization_list", "names", lambda t: t("The organizations that publish: there is one."),
            ALL_FIELDS, _names("organizations", lambda t: t("Only these of them.")), LIMIT, OFFSET),
    _action("organization_show", "object", lambda t: t("An organization."),
            _id(lambda t: t("Its name or id."), "kuusi"), WITH_DATASETS),
    _action("organization_autocomplete", "objects", lambda t: t("Organizations whose name or title holds a text."),
            SOUGHT, LIMIT, example="?q=kuu"),
    _action(
        "organization_list_for_user", "objects",
        lambda t: t("The organizations that a user may edit: there are no users, and so none."),
        _text("id", lambda t: t("A user; there is none of any name.")),
        _text("permission", lambda t: t("A permission; read and not used.")),
    ),
    _action("group_list", "names", lambda t: t("The groups of datasets: the EU's themes of data."),
            ALL_FIELDS, _names("groups", lambda t: t("Only these of them.")), LIMIT, OFFSET),
    _action("group_show", "object", lambda t: t("A group."),
            _id(lambda t: t("Its name or id."), "talous-ja-raha-asiat"), WITH_DATASETS),
    _action("group_autocomplete", "objects", lambda t: t("Groups whose name or title holds a text."),
            SOUGHT, LIMIT, example="?q=talous"),
    _action("group_package_show", "datasets", lambda t: t("The datasets of a group."),
            _id(lambda t: t("Its name or id."), "talous-ja-raha-asiat"), LIMIT, OFFSET),
    _action("tag_list", "names", lambda t: t("All tags: the datasets' keywords in Finnish."), QUERY, ALL_FIELDS),
    _action("tag_show", "object", lambda t: t("A tag."), _id(lambda t: t("Its name or id."), "ostot"), WITH_DATASETS),
    _action("tag_search", "counted", lambda t: t("Tags that hold a text."), QUERY, LIMIT, OFFSET),
    _action("tag_autocomplete", "names", lambda t: t("The names of tags that hold a text."), QUERY, LIMIT, OFFSET),
    _action("license_list", "objects", lambda t: t("The licences under which datasets are published.")),
    _action(
        "datastore_search", "rows", lambda t: t("Rows of a table under filters."),
        _text("resource_id", lambda t: t("A table, by its name."), RESOURCE, required=True), *ROWS,
        _flag("include_total", lambda t: t("Whether the rows are counted.")),
        _text("records_format", lambda t: t("How rows are given: objects, lists, csv or tsv.")),
        _flag("include_next_page", lambda t: t("Whether the filter is given with which the next page begins.")),
        example="?resource_id=purchases&limit=5",
    ),
    _action(
        "datastore_search_sql", "records", lambda t: t("The answer of one SELECT, at most 32,000 rows."),
        _text("sql", lambda t: t("The statement."), 'select count(*) from "purchases"', required=True),
        may_be_busy=True,
    ),
    _action(
        "datastore_info", "columns", lambda t: t("The columns of a table, and how many rows it has."),
        _id(lambda t: t("A table, by its name."), RESOURCE),
        _flag("include_meta", lambda t: t("Whether its size is given.")),
        _flag("include_fields_schema", lambda t: t("Whether titles and descriptions of its columns are given.")),
    ),
    _action("status_show", "object", lambda t: t("What this site is.")),
    _action("site_read", "true", lambda t: t("Whether you may read this site: everybody may.")),
    _action("help_show", "text", lambda t: t("What an action does and takes."),
            _text("name", lambda t: t("An action, by its name."), "package_search", required=True)),
)  # fmt: skip
BY_NAME = Parameter(
    "action", lambda t: t("An action, by its name."),
    lambda _: kinds.choice(one.id for one in ACTIONS), "path", required=True,
)  # fmt: skip


def _any_answer(_: Scope) -> Mapping[str, Mapping[str, Any]]:
    envelope = {
        "type": "object", "required": ["help", "success", "result"],
        "properties": {"help": {"type": "string"}, "success": {"const": True}, "result": {}},
    }  # fmt: skip
    return {"application/json": envelope}


def _dump(_: Scope) -> Mapping[str, Mapping[str, Any]]:
    return {kind: {"type": "string"} if kind.startswith("text/") else {"type": "object"} for kind in DUMPS.values()}


OPERATIONS = (
    *ACTIONS,
    Operation(
        "action", "/api/action/{action}", "CKAN", lambda t: t("Any action at the shorter address."),
        (BY_NAME,), _any_answer, (400, 403, 404, 409, 503), posts=BODIES, errors="Ckan",
    ),
    Operation(
        "ckan_version", "/api/3", "CKAN", lambda t: t("The version of the interface."), (),
        lambda _: {"application/json": {"type": "object", "required": ["version"]}}, (),
    ),
    Operation(
        "datastore_dump", "/datastore/dump/{table}", "CKAN", lambda t: t("Rows of a table as a file of any length."),
        (
            Parameter("table", lambda t: t("A table, by its name."),
                      lambda scope: kinds.choice(one.name for one in scope.package.resources), "path", required=True),
            Parameter("format", lambda t: t("The format of the file."), lambda _: kinds.choice(DUMPS), default="csv"),
            *(one for one in ROWS if one.name != "limit"), LIMIT, OR_CURRENT,
        ),
        _dump, (400, 404), example="/datastore/dump/purchases?limit=10",
        more=lambda t: t("With `bom=true` the file begins with a byte order mark, also where JSON should have none."),
    ),
)  # fmt: skip
