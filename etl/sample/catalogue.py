"""What a portal says about its datasets: `package_show` answers in the shape of recorded real ones."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from etl.sample.cities import CITIES
from etl.sample.decoys import UNRELATED, Decoy
from etl.sample.generate import SampleFile
from etl.sample.plan import DATASETS
from etl.sample.topics import TOPIC_DATASETS

SAYS_SAMPLE = {
    "fi": "Tämä on keksittyä, ohjelmalla luotua näyteaineistoa, ei kaupungin oikeaa aineistoa.",
    "sv": "Det här är påhittat, programgenererat exempelmaterial, inte stadens riktiga data.",
    "en": "This is invented, generated sample data, not the city's real data.",
}
SUFFIX = {"fi": "luotu näyteaineisto", "sv": "genererat exempelmaterial", "en": "generated sample data"}
LICENCE_IDS = {"hri": "cc-by-4.0", "avoindata": "cc-by-4.0", "tampere": "CC-BY-4.0", "oulu": "CC-BY-4.0"}
"""Portals write the same licence in two cases."""
BRACED = "avoindata"
"""The portal whose dataset ids are in braces, as one real publisher's are."""
FINNISH_ONLY = "oulu"
"""The portal whose titles are in Finnish only; its other dicts by language are empty."""
LISTED_EMAIL = "avoindata"
"""The portal that gives `maintainer_email` as a list."""
MODIFIED = dt.datetime(2026, 2, 15, 11, 25, 39, 175139, tzinfo=dt.UTC)
NO_EXTENSION = "oulun_kaupungin_ostolaskut_2023.xlsx"
"""The file whose URL has no extension though its format is XLSX."""
ODD_FORMATS = {
    "espoon_kaupungin_ostot_2022.csv": ".csv",
    "tampereen_kaupungin_ostot_2024.csv": "",
    "turun_kaupungin_ostot_2022.xlsx": "XLS",
    **{f"vantaan_kaupungin_ostot_2025_{month:02d}.csv": "" for month in range(2, 13, 2)},
}
"""File -> what its portal calls its format, where that is not simply the format."""
TEXTS: dict[str, dict[str, str]] = {
    key: {"fi": f"{b.genitive} kaupungin ostot", "sv": f"{b.name} stads inköp", "en": f"{b.name} buys"}
    for key, b in CITIES.items()
} | {
    "national": {"fi": "Tutkihankintoja-data", "sv": "Granska upphandlingar", "en": "Explore procurement"},
    UNRELATED: {"fi": "Puistonpenkit", "sv": "Parkbänkar", "en": "Park benches"},
} | {topic.name: topic.title for topic in TOPIC_DATASETS}  # fmt: skip
CITY_OF_TOPIC = {topic.name: topic.city for topic in TOPIC_DATASETS}
KEYWORDS = {topic.name: topic.keywords for topic in TOPIC_DATASETS}


@dataclass(frozen=True)
class Served:
    """A file as it is served: at `name` (the last part of its URL), whatever it is called on disk."""

    id: str
    dataset: str
    name: str
    path: Path
    source: SampleFile | None


@dataclass(frozen=True)
class Catalogue:
    """All that one portal knows: packages by name, and the files behind their resources by id."""

    portal: str
    base: str
    packages: dict[str, dict[str, Any]]
    served: dict[str, Served]

    def find(self, name_or_id: str) -> dict[str, Any] | None:
        """A package by its name or its id."""
        for package in self.packages.values():
            if name_or_id in (package["name"], package["id"]):
                return package
        return None


def build_catalogue(
    portal: str, base: str, files: Sequence[SampleFile], decoys: Sequence[Decoy], hidden: Iterable[str]
) -> Catalogue:
    """The catalogue of a portal whose address is `base`; datasets in `hidden` show their decoys only."""
    catalogue = Catalogue(portal, base, {}, {})
    names = {DATASETS[key][1]: key for key in DATASETS if DATASETS[key][0] == portal} | {UNRELATED: UNRELATED}
    names |= {topic.name: topic.name for topic in TOPIC_DATASETS if topic.portal == portal}
    for dataset, key in names.items():
        mine = [file for file in files if file.dataset == dataset and dataset not in hidden]
        beside = [decoy for decoy in decoys if (decoy.portal, decoy.dataset) == (portal, dataset)]
        package = _package(portal, dataset, key)
        for item in _in_order(mine, beside):
            _add_resource(catalogue, package, item)
        package["num_resources"] = len(package["resources"])
        catalogue.packages[dataset] = package
    return catalogue


def _in_order(files: list[SampleFile], decoys: list[Decoy]) -> list[SampleFile | Decoy]:
    """The newest year first, parts and months in their order, a description before and the rest behind."""
    newest_first = sorted(files, key=lambda file: -(file.year or 0))
    return [*decoys[:1], *newest_first, *decoys[1:]]


def make_id(*parts: str) -> str:
    """A UUID that follows from what it names."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(("https://sample.invalid", *parts))))


def _dataset_id(portal: str, dataset: str) -> str:
    plain = make_id(portal, dataset)
    return f"{{{plain.upper()}}}" if portal == BRACED else plain


def _stamp(*parts: str) -> str:
    """Naive, with microseconds, some hours apart from one thing to the next."""
    moment = MODIFIED - dt.timedelta(seconds=crc32("/".join(parts).encode()) % 1_000_000)
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds")


def _package(portal: str, dataset: str, key: str) -> dict[str, Any]:
    words, only = TEXTS[key], portal == FINNISH_ONLY
    city, keywords = CITY_OF_TOPIC.get(key, key), KEYWORDS.get(key, ("ostolaskut",))
    titles = {code: f"{text} ({SUFFIX[code]})" for code, text in words.items() if code == "fi" or not only}
    organisation = _organisation(portal)
    email = f"{portal}@sample.invalid"
    return {
        "author": None,
        "collection_type": "Open Data",
        "copyright_notice_translated": {},
        "deprecated": False,
        "geographical_coverage": [city] if city in CITIES else [],
        "groups": [],
        "highvalue": "false",
        "id": _dataset_id(portal, dataset),
        "isopen": True,
        "keywords": {} if only else {"fi": [*keywords, "näyteaineisto"], "en": ["sample data"]},
        "license_id": LICENCE_IDS[portal],
        "license_title": "Creative Commons Attribution 4.0",
        "license_url": "http://creativecommons.org/licenses/by/4.0/",
        "maintainer": "Näyteaineiston tekijä",
        "maintainer_email": [email] if portal == LISTED_EMAIL else email,
        "metadata_created": "2022-12-09T00:00:00.000000",
        "metadata_modified": _stamp(portal, dataset),
        "name": dataset,
        "notes": " ".join(SAYS_SAMPLE.values()),
        "notes_translated": dict(SAYS_SAMPLE),
        "organization": organisation,
        "owner_org": organisation["id"],
        "private": False,
        "resources": [],
        "state": "active",
        "tags": [],
        "title": f"{words['fi']} ({' / '.join(SUFFIX.values())})",
        "title_translated": titles,
        "type": "dataset",
        "update_frequency": {} if only else {"fi": ["Vuosittain"]},
        "url": "",
        "version": None,
    }


def _organisation(portal: str) -> dict[str, Any]:
    return {
        "id": make_id(portal, "organization"),
        "name": f"nayteorganisaatio-{portal}",
        "title": "Näyteorganisaatio",
        "type": "organization",
        "description": "",
        "image_url": "",
        "created": "2015-02-26T13:35:19.162662",
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
    }


def _add_resource(catalogue: Catalogue, package: dict[str, Any], item: SampleFile | Decoy) -> None:
    dataset = package["name"]
    identifier = make_id(catalogue.portal, dataset, item.title, item.format)
    url = f"{catalogue.base}/dataset/{dataset}"
    if item.path is not None:
        name = item.path.stem if item.path.name == NO_EXTENSION else item.path.name
        source = item if isinstance(item, SampleFile) else None
        catalogue.served[identifier] = Served(identifier, dataset, name, item.path, source)
        url = f"{catalogue.base}/dataset/{package['id']}/resource/{identifier}/download/{name}"
    position = len(package["resources"])
    shown_format = ODD_FORMATS.get(item.path.name, item.format) if item.path else item.format
    package["resources"].append(_resource(package, item, identifier, url, shown_format) | {"position": position})


def _resource(
    package: dict[str, Any], item: SampleFile | Decoy, identifier: str, url: str, shown_format: str
) -> dict[str, Any]:
    """`size` is given for the dataset's first resource with a file only, as portals mostly leave it out."""
    is_first = item.path is not None and not any(r["size"] for r in package["resources"])
    return {
        "cache_last_updated": None,
        "cache_url": None,
        "created": "2022-12-08T15:54:21.204454",
        "datastore_active": False,
        "description": SAYS_SAMPLE["fi"],
        "description_translated": dict(SAYS_SAMPLE),
        "format": shown_format,
        "hash": "",
        "id": identifier,
        "last_modified": None,
        "metadata_modified": _stamp(package["name"], identifier),
        "mimetype": None,
        "mimetype_inner": None,
        "name": item.title,
        "name_translated": {"fi": item.title, "sv": "", "en": ""},
        "package_id": package["id"],
        "resource_type": None,
        "size": item.path.stat().st_size if is_first and item.path else None,
        "state": "active",
        "url": url,
        "url_type": "upload" if item.path else None,
    }
