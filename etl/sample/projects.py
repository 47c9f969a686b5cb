"""Generated lists of funded projects in two published layouts, with the dirt that the real ones have.

Every name says that it is generated, and the codes begin where the real lists have none (A90001, S90001), so that no
row can be taken for a real project.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from etl.sample.companies import COMPANY_COUNT, FIRST_NAMES, SURNAMES, build_suppliers

EURA, KOHESIO = "projects-eura-2014", "projects-kohesio"
FILES = (EURA, KOHESIO)
"""The names of the sources, under which the files are served."""
ROWS_PER_PROJECT = 100
LEAST_PROJECTS = 60
EURA_HEADER = (
    "Koodi,Rahasto,Hankkeen nimi,Tl,Viranomainen,Tila,Aloituspvm,Päättymispvm,Toteuttajan nimi,"
    "Myönnetty EU- ja valtion rahoitus,Toteutunut EU- ja valtion rahoitus,Suunniteltu julkinen rahoitus yhteensä,"
    "Toteutunut julkinen rahoitus yhteensä;"
)
KOHESIO_HEADER = (
    "Operation_Unique_Identifier", "CountryID", "Operation_Name_Programme_Language", "Operation_Name_English",
    "Country", "Operation_Start_Date", "Operation_End_Date", "CoFinancing_Rate", "Total_Eligible_Expenditure_amount",
    "Total_Eligible_Expenditure_Currency", "Location_Indicator_NUTS_code", "Beneficiary_Name",
    "Category_Of_Intervention", "Fund_Code", "Programme_Code", "Programming_Period", "Date_Of_Last_Update",
)  # fmt: skip
AUTHORITIES = ("Uudenmaan liitto", "Pirkanmaan liitto", "Etelä-Savon elinkeino-, liikenne- ja ympäristökeskus",
               "Hämeen elinkeino-, liikenne- ja ympäristökeskus")  # fmt: skip
TOPICS = ("Näyteympäristö", "Esimerkkialusta", "Harjoitusverkosto", "Kuviteltu kokeilu", "Testihanke, osa 2",
          "Sepitetty palvelu", "Mallitila, avoin kaikille", "Otosdata")  # fmt: skip
GENERATED = "(luotu näyte)"
PUBLISHED = "31/12/2023"
FIRST_DAY = dt.date(2015, 1, 1)


@dataclass(frozen=True)
class Project:
    """A generated project; amounts in euros, as a list writes them."""

    number: int
    code: str
    name: str
    authority: str
    lead: str
    start: dt.date
    end: dt.date
    granted: int
    planned: int
    realised: str


def write_projects(directory: Path, *, rows: int, seed: int) -> dict[str, Path]:
    """Write both files into `directory`; the same rows and seed give the same bytes. Source name -> path."""
    directory.mkdir(parents=True, exist_ok=True)
    projects = list(draw_projects(max(rows // ROWS_PER_PROJECT, LEAST_PROJECTS), seed))
    texts = {EURA: write_eura(projects), KOHESIO: write_kohesio(projects)}
    paths = {name: directory / f"{name}.csv" for name in texts}
    for name, path in paths.items():
        path.write_text(texts[name], encoding="utf-8", newline="")
    return paths


def draw_projects(count: int, seed: int) -> Iterator[Project]:
    """The projects: every seventh is of the six cities, every nineteenth led by somebody who is no organisation."""
    draw = random.Random(seed)  # noqa: S311  # sample data
    companies = build_suppliers().names[:COMPANY_COUNT]
    for number in range(1, count + 1):
        start = FIRST_DAY + dt.timedelta(days=draw.randrange(700))
        planned = draw.randrange(10_000, 2_000_000)
        granted = planned * draw.randrange(30, 95) // 100
        kind = "S" if number % 4 == 0 else "A"
        prefix = "6Aika: " if number % 7 == 0 else ""
        yield Project(
            number=number,
            code=f"{kind}{90_000 + number}",
            name=f"{prefix}{draw.choice(TOPICS)} {number} {GENERATED}",
            authority=draw.choice(AUTHORITIES),
            lead=_person(number) if number % 19 == 0 else draw.choice(companies),
            start=start,
            end=start + dt.timedelta(days=draw.randrange(300, 1100)),
            granted=granted,
            planned=planned,
            realised=f"{draw.randrange(granted * 100) / 100:.2f}".rstrip("0").rstrip("."),
        )


def _person(number: int) -> str:
    """A sole trader or a person, in turn."""
    first, last = FIRST_NAMES[number % len(FIRST_NAMES)], SURNAMES[number % len(SURNAMES)]
    return f"{last.upper()} {first.upper()} TMI" if number % 38 else f"{last.upper()}, {first.upper()}"


def write_eura(projects: list[Project]) -> str:
    """The list of EURA 2014: no cell quoted, lines that end in `,,;` or `;`, bars, lost marks, shifted money."""
    return "\n".join([EURA_HEADER, *(_eura_line(project) for project in projects), ""])


def _eura_line(project: Project) -> str:
    fund = "ESR" if project.code.startswith("S") else "EAKR"
    name, authority, start, end = project.name, project.authority, _finnish(project.start), _finnish(project.end)
    money = [str(project.granted), project.realised, str(project.planned), project.realised]
    ending = ",,;" if project.number % 5 == 0 else ";"
    match project.number % 30:
        case 3:
            name, authority, ending = name.replace(", ", " | "), authority.replace("-,", "- "), ",,;"
        case 9:
            name = name.replace("ä", "?", 1)
        case 13:
            end = ""
        case 17:
            start, money = money[0], [" ", *money[:3]]  # where it belongs cannot be told
        case 23:
            money[3] = f"-{money[3]}"
        case 29:
            quoted = f'""""{name}""""'
            head = f"{project.code},{fund},{quoted},2,{authority},Toiminnassa,{start},{end},{project.lead}"
            return f'"{head},{",".join(money)}";'
        case _:
            pass
    cells = (project.code, fund, name, "2", authority, "Toiminnassa", start, end, project.lead, *money)
    return ",".join(cells) + ending


def _finnish(day: dt.date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


def write_kohesio(projects: list[Project]) -> str:
    """Kohesio's CSV by its Table Schema: every second of the projects, and some of another programme and currency."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(KOHESIO_HEADER)
    for project in projects[::2]:
        writer.writerow(_kohesio_row(project))
    return text.getvalue()


def _kohesio_row(project: Project) -> list[str]:
    is_other, has_no_id, is_odd = (project.number % 30 == rest for rest in (5, 15, 25))
    programme = "2014SE16RFOP001" if is_other else "2014FI16M2OP001"
    rate = "50%" if project.number % 3 else f"{project.number % 90}.75"
    return [
        "" if has_no_id else project.code,
        "SE" if is_other else "FI",
        project.name,
        f"{project.name} (generated sample)",
        "Sweden" if is_other else "Finland",
        f"{project.start:%d/%m/%Y}",
        f"{project.end:%d/%m/%Y}",
        rate,
        f"{project.planned}.{project.number % 100:02d}",
        "SEK" if is_other or is_odd else "EUR",
        "FI1C1",
        project.lead,
        str(project.number % 123 + 1),
        "ESF" if project.code.startswith("S") else "ERDF",
        programme,
        "2014-2020",
        PUBLISHED,
    ]
