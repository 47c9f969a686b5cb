"""A release in which every text that a publisher, a portal or a declaration writes tries to become something else."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq

from etl.declare import Field, Table
from etl.publish.assemble import open_connection, write_table
from etl.tidy.columns import arrow_schema
from tests.app.small import small_facts
from tests.app.small_money import small_tables
from tests.fixtures import release

Row = dict[str, Any]

MARK = "x-hostile"
"""The element and the attribute that a payload brings with it: whichever page has one has let a text become markup."""
MARKUP = (
    f"</script></title></style></textarea></svg><{MARK}></{MARK}><script>window.hostile=1;alert(1)</script>"
    f"\"' {MARK}=1 onmouseover='window.hostile=1;alert(1)' x=`\"><img src=x onerror=window.hostile=1;alert(1)>"
    f"]]>&lt;{MARK}&gt;&#60;{MARK}&#62;<svg/onload=window.hostile=1;alert(1)>--><!--"
)
BIDI = "\u202eylrae\u2066 \u2067x\u2069\u2069\u202c\u200f"
"""Overrides and isolates, closed; `OPEN` is never closed, so that it would turn whatever follows it."""
OPEN = "\u202e\u2067\u2068"
CONTROLS = "\x01\x08\x0b\x1b[31m\x7f\x85\u2028"
LINES = "\r\nX-Injected: 1\r\n\r\nTY  - INJECTED\nER  - \n"
TEMPLATE = "{{7*7}} ${7*7} {x} %s %(x)s `x` \\"
NASTY = f"{MARKUP}{BIDI}{CONTROLS}{LINES}{TEMPLATE}{OPEN}"
WEB_ADDRESS = f'https://portal.example/"{MARKUP} \\^`{{{BIDI}\r\nX-Injected: 1'
"""It leads to a portal, as far as its beginning goes. Whatever is none at all makes the site refuse the release."""
ADDRESS = f"javascript:window.hostile=1;alert(1)//{MARKUP}"
ADDRESSES = (
    ADDRESS,
    "\x01java\tscript:alert(1)",
    "JaVaScRiPt&colon;alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    WEB_ADDRESS,
)

_TEXT = re.compile(r"(^|_)(name|names|title|fi|sv|en|quote|subject|note|pattern)$")
_CODES = {
    "service_code", "unit_code", "cost_centre_code", "partner_code", "voucher_number", "unit_id", "kind_code",
    "account_code", "service_request_id", "status_name", "category_code", "programme_code",
}  # fmt: skip
"""What a portal gives as codes, in columns that no rule holds to a form."""
_PLAIN = {"dataset_name", "table_name", "value", "city_codes", "provider_codes", "source_names", "account_prefixes"}
"""What the pipeline itself writes, or people of ours by hand as numbers: pages compute with it."""
_PIPELINES = {"not_stated"}
"""Codes that the pipeline puts where there is none."""
_WORDS = {
    "title", "description", "caveats", "reason", "owner", "publisher", "message", "expected", "got", "do",
    "resource_name", "scope", "texts", "keywords_by_language", "keywords", "x-title", "x-description",
    "file_name", "x-unit",
}  # fmt: skip
_LINKS = {"url", "page", "path"}
DAY = dt.timedelta(days=1)


def write_hostile(folder: Path) -> None:
    """Two releases below `folder` (a `data_dir`), a day apart, so that they differ; the later one is live."""
    for more in (0, 1):
        facts = [{"row_number": n, **row} for n, row in enumerate(_facts(more), start=1)]
        known = tuple(dict.fromkeys((r["supplier_business_id"], r["supplier_name"]) for r in facts))
        with (
            patch.object(release, "NOW", release.NOW + more * DAY),
            patch.object(release, "purchases", lambda _, facts=facts: facts),
            patch.object(release, "COMPANIES", tuple(one for one in known if one[1])),
            patch.object(release, "_write", _write),
        ):
            made = release.write_release(folder, tables=small_tables())
        _spoil(made / "datapackage.json")
    _spoil(folder / "releases" / "last_run.json")


def _facts(more: int) -> list[Row]:
    """The small site's purchases with texts in every column that has any, and some more in the later release."""
    rows = [{**row, "unit_name": "Yksikkö", "account_name": "Tili", "unit_code": "1"} for row in small_facts()]
    return rows + [{**rows[0], "amount_eur": Decimal(7)}] * more


def _write(dataset: str, table: Table, rows: list[Row] | None, folder: Path) -> Any:
    """As the fixture writes a table, each of its texts made hostile."""
    schema = arrow_schema(table)
    found = release._reference(table.name, schema) if rows is None else rows
    spoilt = [_spoilt(table, row, number) for number, row in enumerate(found)]
    part = folder.parent / f"{table.name}-part.parquet"
    pq.write_table(pa.Table.from_pylist(spoilt, schema=schema), part)
    with open_connection() as connection:
        return write_table(connection, dataset, table, [part], folder, {})


def _spoilt(table: Table, row: Row, number: int) -> Row:
    found = dict(row)
    for field in table.fields:
        if field.type not in ("string", "list") or not _is_free(field):
            continue
        value = found.get(field.name)
        if field.name.endswith("_url"):
            found[field.name] = ADDRESSES[number % len(ADDRESSES)]
        elif isinstance(value, list):
            found[field.name] = [f"{one} {NASTY}" for one in value]
        elif value is not None and value not in _PIPELINES:
            found[field.name] = f"{value} {NASTY}"
    return found


def _is_free(field: Field) -> bool:
    """Whether a publisher may write what it likes there."""
    if field.enum or field.pattern or field.name in _PLAIN:
        return False
    is_code = field.name in _CODES
    return is_code or field.name.endswith("_url") or bool(_TEXT.search(field.name))


def _spoil(path: Path) -> None:
    """Every text of a JSON document that is no name by which another thing is found."""
    document = json.loads(path.read_text(encoding="utf-8"))
    addresses = _forever(ADDRESSES)
    path.write_text(json.dumps(_walk(document, addresses)), encoding="utf-8")


def _forever(values: tuple[str, ...]) -> Iterator[str]:
    while True:
        yield from values


def _walk(value: Any, addresses: Iterator[str], key: str = "", *, is_fetched: bool = False) -> Any:
    """`is_fetched` is what a portal said of its own file, whose address may be anything that it likes."""
    if isinstance(value, dict):
        is_fetched = "sha256" in value
        return {
            name: one
            if "hash" in value and name == "path"
            else _walk(one, addresses, key if key in _WORDS else name, is_fetched=is_fetched)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [_walk(one, addresses, key, is_fetched=is_fetched) for one in value]
    if isinstance(value, str) and key in _WORDS:
        return f"{value} {NASTY}\x00"
    if isinstance(value, str) and key in _LINKS:
        return next(addresses) if is_fetched else WEB_ADDRESS
    return value
