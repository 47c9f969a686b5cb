"""What a search looks at of each dataset: the fields of CKAN's index that a filter can name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.ckan_api.datasets import dataset_dict
from dashboard.ckan_api.site import Portal
from dashboard.i18n import LANGUAGES
from dashboard.package import Dataset
from dashboard.search.folding import fold

TEXTS = ("text", "title", "notes", "name_text", "author", "maintainer")
"""Fields whose words are matched; the values of all others are matched whole."""
MOMENTS = ("metadata_created", "metadata_modified")
IN_NAME, IN_TAGS, IN_TEXT = 8.0, 4.0, 1.0
"""What a word of a free query weighs by where it stands."""


@dataclass(frozen=True)
class Document:
    """A dataset as it is found."""

    package: Mapping[str, Any]
    """The dataset as CKAN shows it."""
    fields: Mapping[str, tuple[str, ...]]
    words: tuple[tuple[float, str], ...]
    """(weight, folded words between blanks): its name and titles, its tags, all else that is said of it."""

    def score(self, query: str) -> float:
        """How well the words of a free query fit; 0 where one of them is not there. A word stands for every word that
        begins with it, as Finnish words do not end as they are asked for."""
        found = [
            max((weight for weight, words in self.words if f" {word}" in words), default=0.0)
            for word in fold(query).split()
        ]
        return sum(found) if found and all(found) else 0.0


def documents_of(portal: Portal) -> list[Document]:
    """Every dataset of the release."""
    return [_document(portal, dataset) for dataset in portal.package.datasets]


def _document(portal: Portal, dataset: Dataset) -> Document:
    package = dataset_dict(portal, dataset)
    titles, tags = _words(_names(dataset)), _words(_tags(dataset))
    return Document(
        package,
        {name: tuple(values) for name, values in _fields(portal, package, dataset).items()},
        ((IN_NAME, titles), (IN_TAGS, tags), (IN_TEXT, _words(_texts(portal, dataset)))),
    )


def _fields(portal: Portal, package: dict[str, Any], dataset: Dataset) -> dict[str, list[str]]:
    singles = ("id", "name", "type", "state", "license_id", "owner_org", "version", "author", "maintainer",
               "maintainer_email", "collection_type")  # fmt: skip
    return {
        **{name: [package[name]] for name in singles},
        **{name: [f"{package[name]}Z"] for name in MOMENTS},
        **{f"extras_{one['key']}": [one["value"]] for one in package["extras"]},
        **{f"vocab_keywords_{language}": list(words) for language, words in dataset.tags.items()},
        **{f"title_{language}": [dataset.title[language]] for language in LANGUAGES},
        "dataset_type": ["dataset"],
        "entity_type": ["package"],
        "capacity": ["public"],
        "private": ["false"],
        "title": list(dataset.title.values()),
        "title_string": [package["title"]],
        "notes": list(dataset.description.values()),
        "organization": [package["organization"]["name"]],
        "groups": [one["name"] for one in package["groups"]],
        "tags": [one["name"] for one in package["tags"]],
        "res_format": sorted({one["format"] for one in package["resources"]}),
        "res_name": [one["name"] for one in package["resources"]],
        "res_url": [one["url"] for one in package["resources"]],
        "num_resources": [str(package["num_resources"])],
        "num_tags": [str(package["num_tags"])],
        "isopen": [str(package["isopen"]).lower()],
        "geographical_coverage": package["geographical_coverage"],
        "text": [*_names(dataset), *_tags(dataset), *_texts(portal, dataset)],
    }


def _words(texts: Iterator[str]) -> str:
    return f" {' '.join(' '.join(fold(text).split()) for text in texts)} "


def _names(dataset: Dataset) -> Iterator[str]:
    yield dataset.name
    yield from dataset.title.values()


def _tags(dataset: Dataset) -> Iterator[str]:
    yield from dataset.keywords
    for words in dataset.tags.values():
        yield from words


def _texts(portal: Portal, dataset: Dataset) -> Iterator[str]:
    """All else that the descriptor says of a dataset: what it is, its tables, their fields, its sources."""
    yield from dataset.description.values()
    for name in dataset.resources:
        table = portal.package.resource(name)
        yield from (name, *table.title.values(), *table.description.values())
        for field in table.fields:
            yield from (field.name, *field.title.values())
    for source in dataset.sources:
        yield from (source.publisher, *source.title.values())
