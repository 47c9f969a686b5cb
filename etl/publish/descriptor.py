"""The release's `datapackage.json`: Data Package 2.0 with keys of ours, the contract with the site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from etl.declare import Licence, Portal, Source, TableField
from etl.issues import Issue
from etl.publish.assemble import TableFiles
from etl.publish.lines import LINE_END
from etl.publish.when import SourceState, describe_when
from etl.registry import Registry
from etl.snapshot import Snapshot, hash_file

CONTRACT = "1.6"
"""Major.minor of the agreement between the halves; the site refuses another major."""
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TYPES = {
    "decimal": ("number", "decimal(18,2)"),
    "year": ("integer", "int16"),
    "list": ("string", "list of strings, joined by | in CSV"),
}
TITLE = {
    "fi": "Kuuden kaupungin avoin data ja Avoin osallisuus ja asiakkuus -hankkeen tulokset",
    "sv": "De sex städernas öppna data och resultaten av projektet Öppen delaktighet och kundrelation",
    "en": "Open data of the six cities and the outcomes of Open participation and customership",
}


@dataclass(frozen=True)
class Contents:
    """All that a descriptor is written from."""

    version: str
    created: str
    sample: bool
    registry: Registry
    tables: list[TableFiles]
    states: dict[str, SourceState]
    issues: list[Issue]
    changes: dict[str, Any] | None = None
    """What changed against the release before, see `changes.py`."""
    before: Mapping[str, Any] = field(default_factory=dict)
    """The descriptor of the release before; empty where there is none of the same kind."""


def describe_package(contents: Contents) -> dict[str, Any]:
    """The whole descriptor."""
    return {
        "$schema": PROFILE,
        "name": "six-cities",
        "id": f"six-cities/{contents.version}",
        "title": TITLE["en"],
        "version": contents.version,
        "created": contents.created,
        "keywords": sorted({k for r in contents.registry.datasets for k in r.dataset.keywords.all}),
        "licenses": [_licence(contents.registry.datasets[0].dataset.licence)],
        "contributors": [{"title": "Kuusi", "roles": ["publisher"]}],
        "sources": _sources(contents),
        "x-contract": CONTRACT,
        "x-version": contents.version,
        "x-sample": contents.sample,
        "x-title": TITLE,
        "x-indicators": describe_indicators(contents.registry),
        "x-datasets": _datasets(contents),
        "x-issues": [issue.as_dict() for issue in contents.issues],
        "x-changes": contents.changes,
        "x-provenance": [asdict(s) for s in _snapshots(contents)],
        "resources": [
            _resource(files, sample=contents.sample and contents.registry.is_fetched(files.dataset, files.table.name))
            for files in contents.tables
        ],
    }


def describe_indicators(registry: Registry) -> list[dict[str, Any]]:
    """The indicators as declared, days as ISO dates, what is not set left out."""
    return [indicator.model_dump(mode="json", exclude_none=True) for indicator in registry.indicators]


def _licence(licence: Licence) -> dict[str, str]:
    return {"name": licence.id.upper(), "path": licence.url, "title": licence.title}


def _sources(contents: Contents) -> list[dict[str, str]]:
    found = [
        {"title": s.source.title.en, "path": _page(s.source, contents.registry.portals)}
        for s in contents.states.values()
    ]
    return [{k: v for k, v in item.items() if v} for item in found]


def _page(source: Source, portals: Any) -> str | None:
    portal: Portal | None = portals.get(source.portal)
    return portal.page.format(dataset=source.dataset) if portal else source.page


def _datasets(contents: Contents) -> list[dict[str, Any]]:
    when = describe_when(contents.registry, contents.tables, contents.states, contents.created, contents.before)
    return [
        {
            "name": registered.dataset.name,
            "title": registered.dataset.title.model_dump(),
            "description": registered.dataset.description.model_dump(),
            "licence": registered.dataset.licence.model_dump(),
            "keywords": list(registered.dataset.keywords.all),
            "keywords_by_language": registered.dataset.keywords.model_dump(mode="json"),
            "themes": list(registered.dataset.themes),
            "frequency": registered.dataset.frequency,
            **when[registered.dataset.name],
            "inputs": list(registered.dataset.inputs),
            "resources": [table.name for table in registered.dataset.tables],
            "sources": [
                _source(contents.states[s.name], contents.registry.portals)
                for s in registered.sources
                if s.name in contents.states
            ],
        }
        for registered in contents.registry.datasets
    ]


def _source(state: SourceState, portals: Any) -> dict[str, Any]:
    source, build = state.source, state.build
    portal: Portal | None = portals.get(source.portal)
    return {
        "name": source.name,
        "title": source.title.model_dump(),
        "publisher": source.publisher,
        "licence": source.licence.model_dump(),
        "portal": {"name": source.portal, "title": portal.title} if portal else None,
        "dataset": source.dataset,
        "page": _page(source, portals),
        "scope": source.scope.model_dump() if source.scope else None,
        "city_code": source.constants.get("city_code"),
        "snapshots": [s.id for s in build.snapshots] if build else [],
        "rows_in": build.rows_in if build else 0,
        "rows": build.rows_out if build else 0,
        "set_aside": dict(sorted(build.set_aside.items())) if build else {},
        "state": state.state,
        "last_good": state.last_good,
    }


def _snapshots(contents: Contents) -> list[Snapshot]:
    return [s for state in contents.states.values() if state.build for s in state.build.snapshots]


def _resource(files: TableFiles, *, sample: bool) -> dict[str, Any]:
    table = files.table
    distributions = [
        {"format": kind, "path": path.name, "bytes": path.stat().st_size, "hash": f"sha256:{hash_file(path)}"}
        for kind, path in (("parquet", files.parquet), ("csv", files.csv))
    ]
    csv = distributions[1]
    schema: dict[str, Any] = {
        "fields": [_field(field) for field in table.fields],
        "primaryKey": list(table.primary_key),
    }
    if table.foreign_keys:
        schema["foreignKeys"] = [
            {"fields": [k.field], "reference": {"resource": k.resource, "fields": [k.reference_field]}}
            for k in table.foreign_keys
        ]
    return {
        "name": table.name,
        "type": "table",
        "title": table.title.en,
        "description": table.description.en,
        "path": csv["path"],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"lineTerminator": LINE_END},
        "bytes": csv["bytes"],
        "hash": csv["hash"],
        "schema": schema,
        "x-dataset": files.dataset,
        "x-title": table.title.model_dump(),
        "x-description": table.description.model_dump(),
        "x-rows": files.rows,
        "x-sample": sample,
        "x-distributions": distributions,
    }


def _field(field: TableField) -> dict[str, Any]:
    kind, exact = TYPES.get(field.type, (field.type, field.type))
    constraints: dict[str, Any] = {"required": True} if field.required else {}
    for name in ("enum", "pattern", "minimum", "maximum"):
        value = getattr(field, name)
        if value is not None:
            constraints[name] = list(value) if isinstance(value, tuple) else value
    return {
        "name": field.name,
        "type": kind,
        "title": field.title.en,
        **({"description": field.description.en} if field.description else {}),
        **({"constraints": constraints} if constraints else {}),
        "x-type": exact,
        "x-title": field.title.model_dump(),
        "x-description": field.description.model_dump() if field.description else None,
        "x-unit": field.unit,
        **({"x-language": field.language} if field.language else {}),
        **({"x-language-in": field.language_in} if field.language_in else {}),
    }
