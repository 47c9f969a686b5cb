"""Persons planted in every column of files of each kind: no file of a release, no record and no log shows one.

The name is one that no list knows. Beside each plant stands a harmless text that has to come out, so that the search
is known to have looked in the right places.
"""

from __future__ import annotations

import csv
import io
import json

import pytest

from etl.sample.generate import generate_files
from etl.sample.topics import generate_topics
from etl.snapshot import hash_file
from tests.source.everything import texts_of
from tests.source.runs import Line
from tests.source.test_run import command

ROWS = 3000
FIRST, LAST = "Plantusa", "Zorvekk"
NAMES = (
    f"{FIRST} {LAST}", f"{LAST} {FIRST} *", f"{FIRST} {LAST} (kuljettaja)", f"{FIRST} {LAST} 2",
    f"Taksi {FIRST} {LAST}", f"Hierontapalvelu {FIRST} {LAST}", f"elink.harj. {FIRST} {LAST}",
    f"Yrittäjä {FIRST} {LAST}", f"Tmi {FIRST} {LAST}",
    f"{FIRST} Thi Minh {LAST}", f"{FIRST}@esimerkki.invalid", f"{FIRST} {LAST} 131052-308T",
)  # fmt: skip
CONTACTS = (f"{FIRST}.{LAST}@esimerkki.invalid", "131052-308T", "040 765 4321", "+358 40 765 4321")
SHOWN = "Plantulan Konehuolto Oy"
"""A company that is planted with the persons and is to be published."""
TOKENS = (FIRST, LAST, "131052-308", "765 4321")
SUPPLIERS = {"Toimittajan nimi", "Toimittaja", "toimittaja_nimi"}
CSV_FILES = {
    "hri/espoon-kaupungin-ostot/espoon_kaupungin_ostot_2024.csv": ("cp1252", ";"),
    "tampere/tampereen-kaupungin-ostot/tampereen_kaupungin_ostot_2024.csv": ("utf-8", ","),
    "avoindata/tutkihankintoja-data/th_data_2024.csv": ("utf-8", "\t"),
    "hri/espoon-kaupungin-talousarviotiedot/espoon_kaupungin_talousarvio_2024.csv": ("cp1252", ";"),
    "hri/helsingin-kaupungin-palautteet/palautteet_2023.csv": ("utf-8", ","),
}
UNITS = "servicemap/unit/units.json"
UNIT_NAMES = (
    f"Perhepäivähoitaja {LAST} {FIRST}", f"{FIRST} {LAST}, sosiaalityöntekijä", "Koulu, puh. 040 765 4321",
    f"Koulu {FIRST}@esimerkki.invalid", f"Tmi {FIRST} {LAST}",
)  # fmt: skip
UNIT_SHOWN = "Plantulan kirjasto"


def plant_rows(folder, path, encoding, delimiter):
    """A row for each column with a contact in it, one for each name as the supplier's, and one of a company."""
    file = folder / path
    lines = csv.reader(io.StringIO(file.read_bytes().decode(encoding), newline=""), delimiter=delimiter)
    header, row, *rest = lines
    assert len(header) == len(row), path
    rows = []
    for place in range(len(row)):
        contact = CONTACTS[place % len(CONTACTS)]
        rows.append([*row[:place], contact, *row[place + 1 :]])
        rows.append([*row[:place], f"{row[place]} {contact}", *row[place + 1 :]])
    for place in (place for place, name in enumerate(header) if name in SUPPLIERS):
        rows += [[*row[:place], name, *row[place + 1 :]] for name in (*NAMES, SHOWN)]
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows([header, *rows, row, *rest])
    file.write_bytes(written.getvalue().encode(encoding))


def plant_units(folder):
    """City-run and private units, each under every name."""
    file = folder / UNITS
    units = json.loads(file.read_text(encoding="utf-8"))
    for name in (*UNIT_NAMES, UNIT_SHOWN):
        for provider in ("SELF_PRODUCED", "PRIVATE_COMPANY"):
            units.append(units[0] | {"id": 900_000 + len(units), "name": {"fi": name}, "provider_type": provider})
    units += [units[0] | {"id": contact} for contact in CONTACTS]
    file.write_text(json.dumps(units, ensure_ascii=False), encoding="utf-8")


def plant(folder):
    """Plant everything, and make the manifests name the files as they are now, so that the portal serves them so."""
    for path, (encoding, delimiter) in CSV_FILES.items():
        plant_rows(folder, path, encoding, delimiter)
    plant_units(folder)
    for manifest in (folder / "manifest.json", folder / "topics.json"):
        content = json.loads(manifest.read_text(encoding="utf-8"))
        for entry in content["files"]:
            path = folder / entry["path"]
            entry |= {"bytes": path.stat().st_size, "sha256": hash_file(path)}
        manifest.write_text(json.dumps(content), encoding="utf-8")


def run(line, **settings):
    done = command(line, "run", "--sample", f"--rows={ROWS}", ETL_PAUSE_SECONDS="0", **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """Every text that three runs leave: without persons, with them and logged as JSON, with more on the console.

    The later releases so have the planted rows in their changes too.
    """
    line = Line(tmp_path_factory.mktemp("planted"))
    portal = line.data / "build" / "sample-portal"
    portal.mkdir(parents=True)
    generate_files(portal, rows=ROWS, seed=6)
    generate_topics(portal, rows=ROWS, seed=6)
    run(line)
    plant(portal)
    log = run(line, ETL_LOG="json")
    plant(portal)
    console = run(line)
    return {**texts_of(line.data / "releases"), "console": console.casefold(), "log": log.casefold()}


def test_every_kind_of_file_is_looked_into(shown):
    kinds = ("purchases.parquet", "purchases.csv", "datapackage.json", "issues.json", "last_run.json", "coverage.csv")
    for name in (*kinds, "service_units.csv", "service_requests.csv", "budgets.csv"):
        assert any(path.endswith(name) for path in shown), name
    assert any("/changes/" in path for path in shown)
    assert all(shown.values())


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("purchases.csv", SHOWN),
        ("companies.csv", SHOWN),
        ("purchases.parquet", SHOWN),
        ("service_units.csv", UNIT_SHOWN),
    ],
)
def test_what_is_no_person_comes_out_of_the_planted_rows(shown, file, text):
    assert any(text.casefold() in content for path, content in shown.items() if path.endswith(f"/{file}"))


def test_the_planted_rows_are_in_the_changes(shown):
    assert any(SHOWN.casefold() in content for path, content in shown.items() if "/changes/" in path)


@pytest.mark.parametrize("token", TOKENS)
def test_no_person_is_in_any_file_record_or_log(shown, token):
    assert [path for path, content in shown.items() if token.casefold() in content] == []
