"""Which filters, measures and orders a table can be asked with: they follow from the types of its fields."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from dashboard.errors import InvalidQuery, UnknownField
from dashboard.openapi import kinds
from dashboard.openapi.kinds import Kind
from dashboard.package import Field, Resource
from dashboard.query.model import Filter, Measure, Operator

MOST_FILTERS = 20
MOST_MEASURES = 10
MOST_GROUPED_BY = 4
MOST_SORTED_BY = 5
LIST = "list"
COMPARED: dict[str, Operator] = {"ne": "differs", "gt": "gt", "gte": "ge", "lt": "lt", "lte": "le"}
"""What stands behind `__` -> the operator of a query."""
QUANTILES = {"median": 0.5, "p10": 0.1, "p25": 0.25, "p75": 0.75, "p90": 0.9}
OF_NUMBERS = ("sum", "share", *QUANTILES)
OF_ANY = ("min", "max", "count_distinct")


def kind_of(field: Field) -> Kind:
    """What its single values are."""
    if field.exact_type.startswith("decimal"):
        return kinds.number(Decimal)
    by_type = {"integer": kinds.whole(), "number": kinds.number(float), "boolean": kinds.flag(), "date": kinds.day()}
    return by_type.get(field.type, kinds.text())


def is_list(field: Field) -> bool:
    """Whether it holds several values."""
    return field.exact_type.startswith(LIST)


def filters_of(resource: Resource) -> dict[str, tuple[str, Operator, Kind]]:
    """What may stand before `=` -> (field, operator, kind of the value)."""
    return {name: said for field in resource.fields for name, said in _filters(field)}


def filters_of_field(field: Field) -> list[str]:
    """What may stand before `=` to filter by a field."""
    return [name for name, _ in _filters(field)]


def _filters(field: Field) -> Iterator[tuple[str, tuple[str, Operator, Kind]]]:
    name, kind = field.name, kind_of(field)
    if is_list(field):
        yield f"{name}__contains", (name, "has", kind)
    else:
        yield name, (name, "eq", kind)
        for ending, operator in COMPARED.items():
            if field.type != "boolean" or ending == "ne":
                yield f"{name}__{ending}", (name, operator, kind)
        if field.type != "boolean":
            yield f"{name}__in", (name, "in", kinds.several(kind))
        if field.type == "string":
            yield f"{name}__contains", (name, "contains", kinds.text(shortest=1))
    yield f"{name}__is_null", (name, "is_null", kinds.flag())


def read_filters(resource: Resource, asked: dict[str, str]) -> tuple[Filter, ...]:
    """The filters of these parameters. Raises UnknownField or InvalidQuery."""
    if len(asked) > MOST_FILTERS:
        raise InvalidQuery("At most {n} filters can be asked for at once.", n=MOST_FILTERS)
    found = []
    for name, text in asked.items():
        known = resource.field(name.partition("__")[0])
        said = dict(_filters(known)).get(name) if known else None
        if said is None:
            raise _unknown(resource, known, name)
        field, operator, kind = said
        value = kind.read(name, text)
        if operator == "is_null":
            found.append(Filter(field, "is_null" if value else "not_null"))
        else:
            found.append(Filter(field, operator, value))
    return tuple(found)


def _unknown(resource: Resource, field: Field | None, name: str) -> UnknownField | InvalidQuery:
    if field is None:
        return UnknownField(
            "Table {table} has no field {name!r}; it has {names}.",
            table=resource.name, name=name[: kinds.LONGEST_NAMED], names=", ".join(resource.field_names()),
        )  # fmt: skip
    return InvalidQuery(
        "Field {field} cannot be filtered by {name!r}; it can by {names}.",
        field=field.name,
        name=name[: kinds.LONGEST_NAMED],
        names=", ".join(filters_of_field(field)),
    )


def sortable(resource: Resource) -> list[str]:
    """The fields by which rows can be ordered and grouped."""
    return [field.name for field in resource.fields if not is_list(field)]


def measures_of(resource: Resource) -> dict[str, Measure]:
    """What may be asked for in `measure` -> the measure."""
    found = {"count": Measure("count", "count")}
    for field in resource.fields:
        if is_list(field):
            continue
        if field.type in ("integer", "number"):
            found[f"sum:{field.name}"] = Measure(f"sum_{field.name}", "sum", field.name)
            found[f"share:{field.name}"] = Measure(f"share_{field.name}", "sum", field.name, share=True)
            for name, at in QUANTILES.items():
                found[f"{name}:{field.name}"] = Measure(f"{name}_{field.name}", "quantile", field.name, at=at)
        found[f"min:{field.name}"] = Measure(f"min_{field.name}", "min", field.name)
        found[f"max:{field.name}"] = Measure(f"max_{field.name}", "max", field.name)
        found[f"count_distinct:{field.name}"] = Measure(f"count_distinct_{field.name}", "count_distinct", field.name)
    return found


def measure_pattern(resource: Resource) -> str:
    """One measure, as a pattern: shorter than the list of all."""
    plain = [field for field in resource.fields if not is_list(field)]
    numbers = "|".join(field.name for field in plain if field.type in ("integer", "number"))
    every = "|".join(field.name for field in plain)
    parts = ["count", f"({'|'.join(OF_ANY)}):({every})"]
    return "|".join([*parts, f"({'|'.join(OF_NUMBERS)}):({numbers})"] if numbers else parts)
