"""Makes the preview pictures of a release when it is published, so that nobody who shares a page waits for its picture.

They stand in a folder beside the releases (`previews/VERSION`), which are never changed. Left to the first who asks
are pages of which there are too many (a company's takes 0.4 s and 47 KB: 900 in three languages would take 18 minutes
and 126 MB) and those that few share: rows, origins, figures to embed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from dashboard.api.previews import draw_preview, picture_file, previews_folder
from dashboard.app import Site
from dashboard.html.preview import Preview
from dashboard.i18n import LANGUAGES
from dashboard.package import Package
from dashboard.pages.head import OVERVIEW
from dashboard.pages.routes import ROUTES

Place = tuple[str, str]
"""A language and the path of a page."""
Progress = Callable[[list[Place]], Iterable[Place]]
"""Gives the same places one by one, and tells how far they are."""


@dataclass
class Made:
    """What became of the pictures: how many were made, how many were there, and why the others could not be."""

    made: int = 0
    there: int = 0
    failed: dict[Place, str] = field(default_factory=dict)


def preview_paths(package: Package, cities: Iterable[str]) -> list[str]:
    """The pages whose pictures are made ahead: those with an address of their own, each city, dataset and release."""
    fixed = [pattern for pattern, _ in ROUTES if "(" not in pattern]
    return [
        *(path or OVERVIEW for path in fixed),
        *(f"cities/{code}" for code in cities),
        *(f"dataset/{dataset.name}" for dataset in package.datasets),
        f"releases/{package.version}",
    ]


def make_previews(site: Site, progress: Progress) -> Made:
    """Make those pictures of the live release that are not there yet; one that fails leaves the others alone."""
    package, made = site.engine.package, Made()
    folder = previews_folder(site.settings.data_dir, package.version)
    _remove_leftovers(folder.parent, package.folder.parent)
    work = folder.parent / f".part-{os.getpid()}"
    places = [(language, path) for path in preview_paths(package, site.codes.cities) for language in LANGUAGES]
    for language, path in progress(places):
        file = picture_file(folder, language, path)
        if file is not None and file.exists():
            made.there += 1
            continue
        try:
            _write(file, site.preview(language, path), work)
            made.made += 1
        except Exception as error:  # noqa: BLE001  # whatever it is, the site makes the picture when it is asked for
            made.failed[language, path] = f"{type(error).__name__}: {error}"
        if language == LANGUAGES[-1]:
            site.forget()  # the languages of a page ask the same, other pages little of it: it need not be held
    shutil.rmtree(work, ignore_errors=True)
    return made


def _write(file: Path | None, preview: Preview | None, work: Path) -> None:
    """Write by way of `work`, so that the site reads a whole picture or none."""
    if file is None or preview is None:
        raise ValueError("there is no such page")
    work.mkdir(parents=True, exist_ok=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    part = work / file.name
    part.write_bytes(draw_preview(preview))
    part.replace(file)


def _remove_leftovers(previews: Path, releases: Path) -> None:
    """Remove the pictures of releases that are gone, and what a killed run left."""
    for folder in previews.glob("*"):
        if folder.is_dir() and not (releases / folder.name).is_dir():
            shutil.rmtree(folder, ignore_errors=True)
