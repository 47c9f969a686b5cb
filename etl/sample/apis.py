"""The two paged APIs of the sample: `next` links as the Service Map has them, numbered pages as PTV does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from etl.sample.units import PTV, SERVICE_MAP

APIS = (SERVICE_MAP, PTV)
DEFAULT_SIZE, MAX_SIZE, PTV_SIZE = 20, 200, 100


def answer_page(portal: str, path: Path, url: str, params: Mapping[str, str]) -> tuple[int, Any]:
    """Status and JSON body of a page of the list in `path`, asked for at `url`."""
    records: list[Any] = json.loads(path.read_text(encoding="utf-8"))
    page = params.get("page", "1")
    if not page.isdigit() or page == "0":
        return 400, {"detail": "page"}
    return (_linked if portal == SERVICE_MAP else _numbered)(records, int(page), url, params)


def _linked(records: list[Any], page: int, url: str, params: Mapping[str, str]) -> tuple[int, Any]:
    size = min(int(params.get("page_size", DEFAULT_SIZE)), MAX_SIZE)
    start = (page - 1) * size
    if start >= len(records) and page > 1:
        return 404, {"detail": "Virheellinen sivu."}
    rest = "&".join(f"{name}={value}" for name, value in params.items() if name != "page")
    more = start + size < len(records)
    return 200, {
        "count": len(records),
        "next": f"{url}?page={page + 1}&{rest}" if more else None,
        "previous": f"{url}?page={page - 1}&{rest}" if page > 1 else None,
        "results": records[start : start + size],
    }


def _numbered(records: list[Any], page: int, _url: str, _params: Mapping[str, str]) -> tuple[int, Any]:
    start = (page - 1) * PTV_SIZE
    return 200, {
        "pageNumber": page,
        "pageSize": PTV_SIZE,
        "pageCount": -(-len(records) // PTV_SIZE),
        "itemList": records[start : start + PTV_SIZE],
    }
