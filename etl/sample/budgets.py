"""Budgets and accounts of five cities, in the layouts that their pages describe; Turku publishes none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from etl.sample.accounts import ACCOUNTS, GROUP_NAMES
from etl.sample.cities import DEPARTMENTS, unit_codes, unit_names
from etl.sample.market import make_rng
from etl.sample.plan import YEARS
from etl.sample.topic import Drawn, Euros, Row, Topic

INCOME = (
    ("3100", "Myyntituotot"),
    ("3200", "Maksutuotot"),
    ("3300", "Tuet ja avustukset"),
    ("3400", "Muut toimintatuotot"),
)
OTHER = (("5100", "Verotulot"),)
BUDGET_ACCOUNTS = (*INCOME, *((a.code, a.name) for a in ACCOUNTS[3:14]), *OTHER)
BLOCKS_FROM = 2023
"""Helsinki's files stand in three blocks from then on."""
INTERNAL_EVERY = 7
ROWS_PER_UNIT = 3000
"""One unit more for so many purchase rows that are asked for."""
FEWEST_UNITS, MOST_UNITS = 3, 40


@dataclass(frozen=True)
class Cells:
    """What one row may show, whatever the layout picks of it."""

    unit: int
    account: tuple[str, str]
    year: int
    amount: Euros
    partner: str

    @property
    def unit_code(self) -> str:
        """The number of its unit."""
        return unit_codes()[self.unit]

    @property
    def unit_name(self) -> str:
        """The name of its unit."""
        return unit_names()[self.unit]

    @property
    def department(self) -> str:
        """The department of its unit."""
        return DEPARTMENTS[self.unit % len(DEPARTMENTS)][0]


HELSINKI = ("Tulosyksikkö", "Tulosyksikön nimi", "Pääkirjatili", "Pääkirjatilin nimi", "EUR", "Vuosi")
ESPOO = ("Toimiala", "Yksikkö", "TEAlue", "Kustannuspaikka", "Alakustannuspaikka 1", "Alakustannuspaikka 2",
         "Tili", "TA", "Vuosi")  # fmt: skip
VANTAA = ("Yritys", "Toimiala", "Tulosalue", "Kustannuspaikka", "Tilinumero", "Tilin nimi", "Kumppaniyhtiö", "Summa",
          "Vuosi")  # fmt: skip
TAMPERE = ("Yritys", "Tulosyksikkö", *(f"TY hierarkia taso {level}" for level in range(1, 8)), "Pääkirjatiliryhmä",
           "Pääkirjatili", "Kumppaniyhtiö")  # fmt: skip
OULU = ("Toimiala", "Yksikkö", "Kustannuspaikka", "Tili", "Tilin nimi", "Kumppanikoodi", "Summa", "Vuosi")


def _helsinki(c: Cells) -> Row:
    return (c.unit_code, c.unit_name, f"{c.account[0]}00", c.account[1], c.amount, c.year)


def _espoo(c: Cells) -> Row:
    return (c.department, c.unit_name, c.unit_code, f"{c.unit_code}0", "", "", c.account[0], c.amount, c.year)


def _vantaa(c: Cells) -> Row:
    names = ("Vantaan kaupunki", c.department, c.unit_name, f"{c.unit_code}0")
    return (*names, int(c.account[0]), c.account[1], c.partner, c.amount, c.year)


def _tampere(c: Cells) -> Row:
    levels = ("Tampereen kaupunki", c.department, c.unit_name, "", "", "", "")
    group = GROUP_NAMES.get(c.account[0][:2], c.account[1])
    return ("1000", f"{c.unit_code} {c.unit_name}", *levels, group, c.account[0], c.partner, c.amount)


def _oulu(c: Cells) -> Row:
    return (
        c.department,
        c.unit_name,
        int(f"{c.unit_code}0"),
        int(c.account[0]),
        c.account[1],
        c.partner,
        c.amount,
        c.year,
    )


@dataclass(frozen=True)
class Published:
    """One dataset: where, how its files are called, and how a row is laid out."""

    portal: str
    dataset: str
    stem: str
    title: str
    format: str
    header: tuple[str, ...]
    key: str
    layout: Callable[[Cells], Row]
    encoding: str = "utf-8"
    delimiter: str = ";"
    sheet: str = "Data"
    pivots: tuple[str, ...] = ()


PUBLISHED = (
    Published("hri", "helsingin-kaupungin-tulot-ja-menot", "helsingin_kaupungin_tulot_ja_menot",
              "Helsingin kaupungin tulot ja menot", "XLSX", HELSINKI, "EUR", _helsinki),
    Published("hri", "helsingin-kaupungin-talousarviotiedot", "helsingin_kaupungin_talousarvio",
              "Helsingin kaupungin talousarvio", "XLSX", HELSINKI, "EUR", _helsinki),
    Published("hri", "espoon-kaupungin-talousarviotiedot", "espoon_kaupungin_talousarvio",
              "Espoon kaupungin talousarvio", "CSV", ESPOO, "TA", _espoo, encoding="cp1252"),
    Published("hri", "vantaan-kaupungin-tulot-ja-menot", "vantaan_kaupungin_tulot_ja_menot",
              "Vantaan kaupungin tulot ja menot", "XLSX", VANTAA, "Summa", _vantaa, sheet="Kaikki",
              pivots=("Toimialoittain", "Yrityksittäin")),
    Published("tampere", "tampereen-kaupungin-tulot-ja-menot", "tampereen_kaupungin_tulot_ja_menot",
              "Tampereen kaupungin tulot ja menot", "CSV", (*TAMPERE, "Euroa"), "Euroa", _tampere, delimiter=","),
    Published("tampere", "tampereen-kaupungin-talousarviot", "tampereen_kaupungin_talousarvio",
              "Tampereen kaupungin talousarvio", "CSV", (*TAMPERE, "Talousarvio"), "Talousarvio", _tampere,
              delimiter=","),
    Published("oulu", "oulun-kaupungin-tulot-ja-menot", "oulun_kaupungin_tulot_ja_menot",
              "Oulun kaupungin tulot ja menot", "XLSX", OULU, "Summa", _oulu),
)  # fmt: skip


def plan_budgets(rows: int) -> Iterator[Topic]:
    """Every yearly file of every dataset; `rows` is how many purchase rows are asked for."""
    units = min(max(rows // ROWS_PER_UNIT, FEWEST_UNITS), MOST_UNITS)
    for one in PUBLISHED:
        for year in YEARS:
            pivots = tuple((name, (("Riviotsikot", "Summa"), ("Kaikki yhteensä", 0))) for name in one.pivots)
            yield Topic(
                one.portal, one.dataset, f"{one.stem}_{year}", one.format, year, f"{one.title} {year}", one.key,
                partial(_draw, one, year, units), one.header, one.delimiter, one.encoding, one.sheet, pivots,
            )  # fmt: skip


def _draw(one: Published, year: int, units: int, seed: int) -> Drawn:
    rng = make_rng(seed, one.dataset, year)
    good = [
        Cells(unit, account, year, Euros(int(rng.integers(10_000, 90_000_000))), _partner(number))
        for number, (unit, account) in enumerate((u, a) for u in range(units) for a in BUDGET_ACCOUNTS)
    ]
    rows: list[Any] = [one.layout(cells) for cells in good]
    total = sum(cells.amount.cents for cells in good)
    place, width = one.header.index(one.key), len(one.header)
    planted = {"ROWS": len(good), "CENTS": total}
    if one.layout is _helsinki and year >= BLOCKS_FROM:
        rows, more = _in_blocks(rows, one.header)
        planted |= more
    rows[len(rows) // 2 : len(rows) // 2] = [
        [""] * width,
        _with(rows[-1], place, "n/a"),
        _with(rows[-1], _account_place(one.header), ""),
    ]
    rows.append(["Yhteensä" if column == 0 else Euros(total) if column == place else "" for column in range(width)])
    return Drawn(rows, planted | {"blank_row": 1, "unreadable_amount": 1, "no_account": 1, "total_row": 1})


def _partner(number: int) -> str:
    return f"{number % 90 + 10}00" if number % INTERNAL_EVERY == 0 else ""


def _account_place(header: tuple[str, ...]) -> int:
    return next(header.index(name) for name in ("Pääkirjatili", "Tili", "Tilinumero") if name in header)


def _with(row: Row, place: int, value: str) -> list[Any]:
    return [value if column == place else cell for column, cell in enumerate(row)]


def _in_blocks(rows: list[Any], header: tuple[str, ...]) -> tuple[list[Any], dict[str, int]]:
    """Three blocks under each other, each with a title, and with the header again but for the first."""
    third = max(len(rows) // 3, 1)
    parts = (rows[:third], rows[third : 2 * third], rows[2 * third :])
    blocks: list[Any] = []
    for number, (title, part) in enumerate(zip(("Käyttötalous", "Investoinnit", "Rahoitus"), parts, strict=True)):
        blocks.append([title, *[""] * (len(header) - 1)])
        blocks += [list(header)] if number else []
        blocks += part
    return blocks, {"no_amount": 3, "repeated_header": 2}
