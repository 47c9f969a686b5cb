"""Reads the indicators' definitions, a file each (`definitions/*.yml`)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from etl.datasets.indicators.measure import MEASURES
from etl.errors import DeclarationError
from etl.indicator import Indicator

FOLDER = Path(__file__).parent / "definitions"


@cache
def load_indicators(folder: Path = FOLDER) -> tuple[Indicator, ...]:
    """The indicators in the order of their files' names, which begin with a number.

    Raises DeclarationError where a file breaks the model or names no measure, or a code stands twice.
    """
    found = tuple(_read(path) for path in sorted(folder.glob("*.yml")))
    _check_unique(indicator.code for indicator in found)
    return found


def _read(path: Path) -> Indicator:
    try:
        indicator = Indicator.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise DeclarationError(f"{path.name}: {error}") from error
    measure = MEASURES.get(indicator.measure.name)
    if measure is None or measure.table != indicator.measure.table:
        raise DeclarationError(
            f"{path.name}: there is no measure {indicator.measure.name!r} over {indicator.measure.table!r}",
            expected=f"one of {', '.join(f'{name} over {m.table}' for name, m in MEASURES.items())}",
        )
    if "month" in indicator.periods and measure.month is None:
        raise DeclarationError(f"{path.name}: {indicator.measure.table} has no months")
    return indicator


def _check_unique(codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise DeclarationError(f"there are two indicators of the code {code}")
        seen.add(code)
