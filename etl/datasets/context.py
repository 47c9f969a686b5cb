"""What a dataset's tidy function gets besides its rows, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

import pyarrow as pa


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
