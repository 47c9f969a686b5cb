"""Loads every declaration, cross-checks them and orders the datasets by what they are made from.

The machine never knows a source's name: a dataset is a folder under `etl/datasets` with `dataset.yml`,
`tidy.py` and `sources/*.yml`, and whatever stands there is built.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from etl.datasets.indicators.catalogue import load_indicators
from etl.declare import Dataset, Portal, Source, Table
from etl.errors import DeclarationError
from etl.indicator import Indicator
from etl.tidy.dates import FORMATS

DATASETS = Path(__file__).parent / "datasets"
PORTALS = Path(__file__).parent / "portals.yml"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's loader where the library was built with it: a tenth of the time."""

ALL_OTHERS = "*"
"""As the only input of a dataset: it is made from every other one that is not made from it, whatever there is."""

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Registered:
    """A dataset, its sources in order of precedence, and the module that tidies it."""

    dataset: Dataset
    sources: tuple[Source, ...]
    tidy: ModuleType | None
    """`tidy` for rows of its sources, or `make` where the dataset is made from others; None where the
    columns need nothing but their declared types."""

    def table_of(self, source: Source) -> Table:
        """The table that the source feeds."""
        name = source.table or self.dataset.tables[0].name
        return next(table for table in self.dataset.tables if table.name == name)


@dataclass(frozen=True)
class Registry:
    """Everything declared; `datasets` stands in the order in which it can be built."""

    portals: Mapping[str, Portal]
    datasets: tuple[Registered, ...]
    indicators: tuple[Indicator, ...] = ()

    def sources(self) -> list[Source]:
        """Every source of every dataset, in build order."""
        return [source for registered in self.datasets for source in registered.sources]

    def is_fetched(self, dataset: str, table: str | None = None) -> bool:
        """Whether a table (by default any of the dataset's) comes from portals, not from the reference tables alone:
        in a sample release it is made up. What no source feeds itself is made from the dataset's sources, else inputs.
        """
        registered = next(r for r in self.datasets if r.dataset.name == dataset)
        feeding = [s for s in registered.sources if table is None or registered.table_of(s).name == table]
        feeding = feeding or list(registered.sources)
        if feeding:
            return any(source.kind != "reference" for source in feeding)
        return any(self.is_fetched(name) for name in registered.dataset.inputs)


def load_registry(folder: Path = DATASETS, portals_file: Path = PORTALS) -> Registry:
    """Load the declarations below `folder`.

    Raises DeclarationError where a file breaks its model or names something that is not declared.
    """
    portals = {name: _parse(Portal, value, portals_file) for name, value in _read(portals_file).items()}
    found = {path.parent.name: _load_dataset(path, portals) for path in sorted(folder.glob("*/dataset.yml"))}
    found = {name: _of_all_others(registered, found) for name, registered in found.items()}
    try:
        order = list(TopologicalSorter({n: r.dataset.inputs for n, r in found.items()}).static_order())
    except CycleError as error:
        raise DeclarationError(f"datasets are made from each other in a circle: {error.args[1]}") from error
    _check_foreign_keys([table for registered in found.values() for table in registered.dataset.tables])
    missing = [name for name in order if name not in found]
    if missing:
        raise DeclarationError(f"an input names no dataset: {missing}", do="Correct `inputs` in dataset.yml.")
    return Registry(portals, tuple(found[name] for name in order), load_indicators())


def _of_all_others(registered: Registered, found: Mapping[str, Registered]) -> Registered:
    """The dataset with its inputs by name, where it says `*` for every other dataset that does not name it."""
    dataset = registered.dataset
    if dataset.inputs != (ALL_OTHERS,):
        return registered
    later = {name for name, other in found.items() if dataset.name in other.dataset.inputs}
    others = tuple(name for name in found if name != dataset.name and name not in later)
    return replace(registered, dataset=dataset.model_copy(update={"inputs": others}))


def _load_dataset(path: Path, portals: Mapping[str, Portal]) -> Registered:
    dataset = _parse(Dataset, _read(path), path)
    sources: dict[str, Source] = {}
    for file in sorted(path.parent.glob("sources/*.yml")):
        source = _parse(Source, _read(file), file)
        _cross_check(source, dataset, portals)
        if source.name in sources:
            raise DeclarationError(f"{file}: there is another source of the name {source.name}")
        sources[source.name] = source
    _check_absences(dataset, sources.values())
    unknown = set(dataset.precedence) - set(sources)
    if unknown:
        raise DeclarationError(f"{path}: precedence names no source: {sorted(unknown)}")
    rest = [name for name in sources if name not in dataset.precedence]
    ordered = tuple(sources[name] for name in (*dataset.precedence, *rest))
    has_code = (path.parent / "tidy.py").exists()
    module = importlib.import_module(f"etl.datasets.{dataset.name}.tidy") if has_code else None
    return Registered(dataset, ordered, module)


def _cross_check(source: Source, dataset: Dataset, portals: Mapping[str, Portal]) -> None:
    if source.portal is not None and source.portal not in portals:
        raise DeclarationError(
            f"source {source.name} names the portal {source.portal!r}, which portals.yml does not hold",
            expected=f"one of {sorted(portals)}",
        )
    if source.portal is not None and source.kind != portals[source.portal].kind:
        raise DeclarationError(
            f"source {source.name} is of kind {source.kind}, its portal {source.portal} is not",
            expected=portals[source.portal].kind,
        )
    unknown_dates = sorted(set(source.layout.dates) - FORMATS.keys())
    if unknown_dates:
        raise DeclarationError(
            f"source {source.name}: dates are in no known format",
            expected=f"some of {', '.join(FORMATS)}",
            got=", ".join(unknown_dates),
        )
    tables = {table.name for table in dataset.tables}
    if source.table is not None and source.table not in tables:
        raise DeclarationError(f"source {source.name} feeds {source.table!r}", expected=f"one of {tables}")
    fields = {field.name for table in dataset.tables for field in (*table.fields, *table.inputs)}
    unknown = (set(source.columns) | set(source.constants)) - fields
    if unknown:
        raise DeclarationError(
            f"source {source.name} maps to fields that dataset {dataset.name} does not have",
            got=str(sorted(unknown)),
            do=f"Correct `columns` in the source, or add the field to {dataset.name}/dataset.yml.",
        )


def _check_foreign_keys(tables: Iterable[Table]) -> None:
    fields = {table.name: {field.name for field in table.fields} for table in tables}
    for table in tables:
        for key in table.foreign_keys:
            if key.field not in fields[table.name] or key.reference_field not in fields.get(key.resource, ()):
                raise DeclarationError(
                    f"table {table.name}: the foreign key {key.field} -> {key.resource}.{key.reference_field} "
                    "names a table or a field that is not declared"
                )


def _check_absences(dataset: Dataset, sources: Iterable[Source]) -> None:
    for absence in dataset.absent:
        there = [source.name for source in sources if source.constants.get("city_code") == absence.city_code]
        if there:
            raise DeclarationError(
                f"dataset {dataset.name}: city {absence.city_code} is declared absent and has a source",
                got=", ".join(there),
                do="Take it off `absent` in dataset.yml.",
            )


def _read(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506  # both are safe loaders
    except yaml.YAMLError as error:
        raise DeclarationError(f"{path} is not YAML: {error}") from error


def _parse(model: type[Model], value: Any, path: Path) -> Model:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DeclarationError(f"{path}: {where}: {first['msg']}") from error
