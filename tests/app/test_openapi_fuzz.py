"""Every operation holds for whatever fits its description: no answer is unforeseen.

A few examples of each here; `make fuzz` takes 200, and more phases.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings

schemathesis = pytest.importorskip("schemathesis")

EXAMPLES = 2
PER_TABLE = ("purchases", "cities", "indicator_values", "companies")
"""Of the paths that each table has, those that are tried here."""


@pytest.fixture(scope="module")
def operations(site):
    description = schemathesis.openapi.from_wsgi("/openapi.json", site.server)
    return [one.ok() for one in description.get_all_operations()]


def is_tried(path):
    name = path.split("/")[4] if path.endswith(("/rows", "/aggregate")) else None
    return name in PER_TABLE or (name is None and ("/download/" not in path or "/suppliers." in path))


def test_every_operation_is_as_it_is_described(operations):
    """What fits the description, the same examples each time; what does not takes its time, and is left to
    `make fuzz`."""
    tried = [one for one in operations if is_tried(one.path)]
    assert len(tried) > 40
    for operation in tried:
        strategy = operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE)

        @given(case=strategy)
        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def holds(case):
            case.call_and_validate(headers={"Accept-Encoding": "identity"})

        holds()
