"""All topics beside purchases: which datasets they are, and their files, written once and kept."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from etl.sample.budgets import plan_budgets
from etl.sample.generate import SampleFile, as_sample_file, is_whole, read_manifest, write_atomically
from etl.sample.requests import plan_requests
from etl.sample.topic import Topic, write_topic
from etl.sample.units import plan_units
from etl.snapshot import hash_file

TOPICS_VERSION = 1
"""Raise it with every change that changes bytes: a folder made by another version is made anew."""
MANIFEST = "topics.json"


@dataclass(frozen=True)
class TopicDataset:
    """A dataset of a topic, as its portal shows it; `city` is empty where it is of several."""

    portal: str
    name: str
    city: str
    title: dict[str, str]
    keywords: tuple[str, ...]


def _money(portal: str, name: str, city: str, fi: str, sv: str, en: str) -> TopicDataset:
    return TopicDataset(portal, name, city, {"fi": fi, "sv": sv, "en": en}, ("talous",))


TOPIC_DATASETS = (
    _money("hri", "helsingin-kaupungin-tulot-ja-menot", "helsinki", "Helsingin kaupungin tulot ja menot",
           "Helsingfors stads inkomster och utgifter", "Helsinki's income and expenditure"),
    _money("hri", "helsingin-kaupungin-talousarviotiedot", "helsinki", "Helsingin kaupungin talousarviotiedot",
           "Helsingfors stads budgetuppgifter", "Helsinki's budget"),
    _money("hri", "espoon-kaupungin-talousarviotiedot", "espoo", "Espoon kaupungin talousarviotiedot",
           "Esbo stads budgetuppgifter", "Espoo's budget"),
    _money("hri", "vantaan-kaupungin-tulot-ja-menot", "vantaa", "Vantaan kaupungin tulot ja menot",
           "Vanda stads inkomster och utgifter", "Vantaa's income and expenditure"),
    _money("tampere", "tampereen-kaupungin-tulot-ja-menot", "tampere", "Tampereen kaupungin tulot ja menot",
           "Tammerfors stads inkomster och utgifter", "Tampere's income and expenditure"),
    _money("tampere", "tampereen-kaupungin-talousarviot", "tampere", "Tampereen kaupungin talousarviot",
           "Tammerfors stads budgetar", "Tampere's budgets"),
    _money("oulu", "oulun-kaupungin-tulot-ja-menot", "oulu", "Oulun kaupungin tulot ja menot",
           "Uleåborgs stads inkomster och utgifter", "Oulu's income and expenditure"),
    TopicDataset("hri", "helsingin-kaupungin-palautteet", "helsinki",
                 {"fi": "Helsingin kaupungin palautteet", "sv": "Helsingfors stads respons",
                  "en": "Helsinki's feedback"}, ("palaute",)),
)  # fmt: skip


def plan_topics(rows: int) -> Iterator[Topic]:
    """Every file of every topic, oldest first in each dataset."""
    yield from plan_budgets(rows)
    yield from plan_requests(rows)
    yield from plan_units(rows)


def generate_topics(directory: Path, *, rows: int, seed: int) -> list[SampleFile]:
    """Write the topics' files into `directory`; reuse what the same call left there."""
    key = {"version": TOPICS_VERSION, "rows": rows, "seed": seed}
    manifest = read_manifest(directory, MANIFEST)
    if manifest is None or manifest["key"] != key or not is_whole(directory, manifest):
        manifest = {"key": key, "files": [_write_file(directory, topic, seed) for topic in plan_topics(rows)]}
        write_atomically(directory / MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return [as_sample_file(directory, entry) for entry in manifest["files"]]


def read_planted_topics(directory: Path) -> dict[str, dict[str, int]]:
    """File path below `directory` -> what was planted in it, by the reason that a tidy step gives; `ROWS` are right."""
    manifest = read_manifest(directory, MANIFEST)
    return {entry["path"]: entry["planted"] for entry in (manifest or {"files": []})["files"]}


def _write_file(directory: Path, topic: Topic, seed: int) -> dict[str, Any]:
    """Written aside and moved into place, so that two runs in one folder cannot disturb each other."""
    path = directory / topic.portal / topic.dataset / topic.name
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    drawn = write_topic(part, topic, seed)
    part.replace(path)
    records = len(drawn.records) - drawn.planted.get("blank_row", 0)
    entry = SampleFile(
        topic.portal, topic.dataset, topic.name, topic.format, topic.year, path.relative_to(directory), records,
        hash_file(path), topic.title,
    )  # fmt: skip
    return {**asdict(entry), "path": str(entry.path), "bytes": path.stat().st_size, "planted": drawn.planted}
