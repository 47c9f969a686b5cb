"""What a dataset's own functions get: `tidy` besides its rows, `make` in place of any; and what `tidy` gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import duckdb
import pyarrow as pa

from etl.declare import Dataset, Source, Table
from etl.snapshot import Snapshot


class Tidied(NamedTuple):
    """One batch, harmonised: rows kept, rows set aside, and per field how many values were blanked."""

    rows: pa.Table
    set_aside: pa.Table
    blanked: dict[str, int]
    noted: Mapping[str, int] = MappingProxyType({})
    """What else a rule did or saw, by the code of its issue, and how often."""


@dataclass(frozen=True)
class TidyContext:
    """Code lists from the datasets that were built before this one."""

    city_of_business_id: Mapping[str, str] = field(default_factory=dict)
    account_groups: Mapping[str, str] = field(default_factory=dict)
    """First two digits of an account -> account group."""

    city_of_name: Mapping[str, str] = field(default_factory=dict)
    """City name in lower case, in any of its languages -> municipality code."""

    def city_of(self, name: str) -> str | None:
        """The city of that name; None where it is none of them.

        >>> TidyContext(city_of_name={"esbo": "049"}).city_of("Esbo")
        '049'
        """
        return self.city_of_name.get(name.strip().casefold())

    def account_group_of(self, account_code: str) -> str | None:
        """The group of an account, by its first two digits; None where the list does not hold them.

        >>> TidyContext(account_groups={"44": "43"}).account_group_of("4400")
        '43'
        """
        return self.account_groups.get(account_code[:2])


@dataclass(frozen=True)
class SourceStanding:
    """How a source stands in the run that makes the dataset: what it feeds, how it went, from which files."""

    source: Source
    table: Table
    """The table that it feeds."""
    state: str
    """`ok`, `stale`, `failed` or `reference`."""
    snapshots: tuple[Snapshot, ...] = ()


@dataclass(frozen=True)
class MakeContext:
    """What a dataset is made from that is made from others: their tables, declarations and sources."""

    connection: duckdb.DuckDBPyConnection
    """In which every table built so far is a view under its name."""
    reference_dir: Path
    """Where the tables kept by hand are."""
    datasets: tuple[Dataset, ...] = ()
    """The datasets built so far, in their order."""
    standings: tuple[SourceStanding, ...] = ()
    """Every source tried so far, in that order."""
