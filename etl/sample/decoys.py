"""Resources that stand beside the data in real datasets and are not meant: pages, codebooks, old years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from etl.sample.accounts import ACCOUNTS
from etl.sample.plan import DATASETS
from etl.sample.topics import TOPIC_DATASETS

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
PAGE = (
    "<!DOCTYPE html>\n<html lang='fi'><head><title>Näyteaineisto</title></head><body>"
    "<p>Keksittyä näyteaineistoa. Påhittat exempelmaterial. Generated sample data.</p></body></html>\n"
)
UNRELATED = "nayteaineisto-puistonpenkit"
"""Every portal has a dataset of this name, which has nothing to do with purchases."""
MONTHLY_VOUCHERS = ("helsingin-kaupungin-tulot-ja-menot",)
"""Datasets whose vouchers stand in monthly files beside the yearly sums."""
VOUCHERS = "Tulosyksikkö;Pääkirjatili;Tosite;EUR\nnäyte;;;\n"
OLD_YEARS = {
    "helsinki": ("helsingin_kaupungin_ostot_2012-2019.csv", "Helsingin kaupungin ostot 2012-2019",
                 "Yksikkö,Yksikön nimi,Toimittaja,Toimittajan nimi,Tili,Tilin nimi,Summa,Kuukausi"),
    "espoo": ("espoon_kaupungin_ostot_2015.csv", "Espoon kaupungin ostot 2015",
              "Kaupunki;Yksikkö;Kustannuspaikka;Kirjauspvm;Laskunro;Tili;Toimittaja;Y-tunnus;Summa"),
    "vantaa": ("vantaan_kaupungin_ostot_2015.csv", "Vantaan kaupungin ostot 2015",
               "Yritys;Tulosalue;Kirjauspäivä;Toimittajan nimi;Laskun loppusumma euroina"),
    "tampere": ("tampereen_kaupungin_ostot_2014.csv", "Tampereen kaupungin ostot 2014",
                "Kuntakoodi,Kunnan nimi,Pääkirjatiliryhmä,Toimittajan nimi,Toimittajan Y-tunnus,Euroa"),
    "oulu": ("oulun_kaupungin_ostolaskut_2019.csv", "Oulun kaupungin ostolaskut 2019",
             "Kuntanro;KUNTA;Toimittaja;Summa;Pvm"),
    "national": ("th_data_2016.csv", "Tutkihankintoja-data 2016",
                 "lasku_id\ttili\ttiliointisumma\ttositepvm"),
}  # fmt: skip
"""Who buys -> file, title and header of a file of old years in an old layout. Turku has none."""


@dataclass(frozen=True)
class Decoy:
    """A resource beside the data. If it has no `path`, its URL is the dataset's page."""

    portal: str
    dataset: str
    title: str
    format: str
    path: Path | None = None


def write_decoys(directory: Path) -> list[Decoy]:
    """Write the decoys' files below `directory`."""
    decoys = []
    for key, (portal, dataset) in DATASETS.items():
        folder = directory / portal / dataset
        folder.mkdir(parents=True)
        decoys += [Decoy(portal, dataset, *parts) for parts in _of_dataset(key, folder)]
    for topic in TOPIC_DATASETS:
        decoys.append(Decoy(topic.portal, topic.name, "Aineiston kuvaussivu", "HTML"))
        if topic.name in MONTHLY_VOUCHERS:
            folder = directory / topic.portal / topic.name
            folder.mkdir(parents=True)
            path = _write(folder / "tositteet_tulot_ja_menot_2025_01.csv", VOUCHERS.encode())
            decoys.append(Decoy(topic.portal, topic.name, "Tositteet, tulot ja menot 2025/01", "CSV", path))
    for portal in sorted({portal for portal, _ in DATASETS.values()}):
        folder = directory / portal / UNRELATED
        folder.mkdir()
        benches = _write(folder / "puistonpenkit.csv", "penkki;materiaali\n1;puu\n2;teräs\n".encode())
        decoys.append(Decoy(portal, UNRELATED, "Puistonpenkit", "CSV", benches))
    return decoys


def _of_dataset(key: str, folder: Path) -> Iterator[tuple[str, str, Path | None]]:
    yield "Aineiston kuvaussivu", "HTML", None
    yield "Lue minut (PDF)", "PDF", _write(folder / "lue_minut.pdf", PDF)
    lines = ["Tili;Kuvaus", *(f"{account.code};{account.name}" for account in ACCOUNTS)]
    codebook = _write(folder / f"{key}_tilit_kuvaus.csv", "\n".join((*lines, "")).encode())
    yield "Kuvaus: tilien nimet", "CSV", codebook
    if key in OLD_YEARS:
        name, title, header = OLD_YEARS[key]
        blank = "".join(mark for mark in header if mark in ",;\t")
        yield title, "CSV", _write(folder / name, f"{header}\nnäyte{blank}\n".encode())


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
