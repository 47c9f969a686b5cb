"""The layouts of the six cities and of the national file, as far as their pages and files tell."""

from __future__ import annotations

from dataclasses import replace

from etl.sample.dirt import BLANK_ROWS
from etl.sample.layout import Column, Layout, make_columns

# The real header line of Helsinki's file is not known (its page only names the fields), nor is it whether
# the file holds business ids. If the real one differs, change this and the source's declaration together.
HELSINKI = Layout(
    make_columns("""
        Yksikön numero = unit_code
        Yksikön nimi = unit_name
        Toimittajan numero = supplier_number
        Toimittajan nimi = supplier_name
        Tilin numero = account_code6
        Tilin nimi = account_name
        Summa = amount
        Kuukausi = posting_date
        Toimittajan Y-tunnus = supplier_id
    """),
    encoding="utf-8-sig",
    newline="\r\n",
    date_format="YYYYMM",
    blank_rows=BLANK_ROWS,
)

# 6Aika's guide 0.4.2, whose order of columns Espoo and Tampere keep with many of them empty.
ESPOO = Layout(
    make_columns("""
        Kuntakoodi = city_code
        Kunnan nimi = city_name
        Ostajan Y-tunnus = city_id
        Tulosyksikön ID
        Tulosyksikön nimi = unit_name
        Osasto
        Kustannuspaikan ID = cost_centre_code
        Kustannuspaikan nimi = cost_centre_name
        Laskun päivämäärä
        Tositteen numero = voucher
        Ostotilausnumero
        Sopimusnumero
        Kirjauspäivämäärä = posting_date
        Laskun numero
        Tiliryhmän numero = account_group_code
        Tiliryhmän nimi = account_group_name
        Tilin numero = account_code
        Tilin nimi = account_name
        Toimittajan nimi = supplier_name
        Toimittajan Y-tunnus = supplier_id
        Summa ALV0 euroina = amount
        ALVin määrä euroina
        Kokonaissumma euroina
    """),
    encoding="cp1252",
    newline="\r\n",
    thousands="\u00a0",
    has_total=True,
)
ESPOO_DRIFT = {
    2022: {},
    2023: {
        "posting_date": "Kirjauspvm",
        "supplier_name": "Toimittajan nimi ",
        "amount": "Summa ALV0 euroina ",
    },
    2024: {
        "posting_date": "Kirjauspäivä",
        "voucher": "Tositenumero",
        "supplier_name": "Toimittaja",
        "supplier_id": "Toimittajan\nY-tunnus",
        "account_code": "Tilinumero",
    },
    2025: {
        "city_code": "Kuntanro",
        "posting_date": "Kirjauspäivä",
        "voucher": "Tosite",
        "account_code": "Tili",
        "supplier_id": "Y-tunnus",
        "amount": "Laskun summa ilman ALV",
    },
}
"""Year -> role -> the header that stands over it that year instead of the guide's."""

TAMPERE = Layout(
    tuple(
        {
            "Tulosyksikön ID": Column("Tulosyksikön ID", "unit_code"),
            "Laskun päivämäärä": Column("Laskun päivämäärä", "invoice_date_gaps"),
            "Kustannuspaikan nimi": Column("Kustannuspaikan nimi"),
        }.get(column.header, column)
        for column in ESPOO.columns
    ),
    delimiter=",",
    blank_rows=BLANK_ROWS,
)
VANTAA = Layout(
    make_columns("""
        Yritys = city_full_name
        Tulosalue = unit_name_gaps
        Kustannuspaikka = cost_centre_code
        Kirjauspäivä = posting_date
        Tositenumero = voucher
        Tiliryhmä = account_group_name
        Tilin nimi = account_name
        Tilinumero = account_code
        Toimittajan nimi = supplier_name
        Y-tunnus = supplier_id
        Laskun loppusumma euroina = amount
        Tilaus
        Kumppaniyhtiö
    """),
    date_format="dd.mm.YYYY",
    blank_rows=BLANK_ROWS,
)
TURKU = Layout(
    make_columns("""
        Kuntanro = city_code
        Kunnan nimi = city_name
        Kunnan Y-tunnus = city_id
        Tositenumero = voucher
        Toimittajan nimi = supplier_name
        Toimittajan Y-tunnus = supplier_id
        Toimittajan maakoodi = country
        Laskun summa ilman ALV:tä = amount
        Tositepäivämäärä = posting_date
        Tili = account_code
        Tilin nimi = account_name
        Palveluluokka
        Kustannuspaikka = cost_centre_code
        Kustannuspaikan nimi = cost_centre_name
    """),
    sheet="Ostolaskut",
    sheets_after=("Taul2",),
)
OULU = Layout(
    make_columns("""
        Kuntanro = city_code
        KUNTA = city_name
        Oulun kaupungin Y-tunnus = city_id
        Tosite numero = voucher
        Toimittajan nimi = supplier_name
        Toimittajan y-tunnus = supplier_id
        Toimittajan maakoodi = country
        Laskun summa ilman ALV:tä = amount
        Tositepäivämäärä = posting_date
        TILI = account_code
        TILIN NIMI = account_name
        Palveluluokka
        Kokonaissumma = gross
        ALV-KOODI = vat_code
        RIVIN OSUUS VERO = vat
        Kustannuspaikka = cost_centre_code
    """),
    date_format="YYMMDD",
    sheet="Ostolaskut",
)
NATIONAL = Layout(
    make_columns("""
        lasku_id = voucher
        tili = account_code
        tiliointisumma = amount
        tositepvm = posting_date
        toimittaja_y_tunnus = supplier_id
        toimittaja_nimi = supplier_name
        hankintayksikko = buyer_name
        hankintayksikko_tunnus = buyer_id
        ylaorganisaatio = parent_name
        ylaorganisaatio_tunnus = parent_id
        sektori = sector
        tuote_palveluryhma = account_name
        hankintakategoria = account_group_name
    """),
    delimiter="\t",
)
PIVOT_YEAR, SECOND_SHEET_YEAR = 2024, 2023
"""Turku's year with a pivot sheet first; Oulu's year whose data stand in the second sheet."""
PIVOT_SHEET, NOTES_SHEET = "Pivot", "Selite"


def layout_of(city: str, year: int) -> Layout:
    """The layout in which a city publishes a year. Raises KeyError for a city that has none."""
    if city == "espoo":
        layout = ESPOO
        for role, header in ESPOO_DRIFT[year].items():
            layout = layout.renamed(role, header)
        return layout
    if city == "turku" and year == PIVOT_YEAR:
        return replace(TURKU, sheets_before=(PIVOT_SHEET,), sheets_after=())
    if city == "oulu" and year == SECOND_SHEET_YEAR:
        return replace(OULU, sheets_before=(NOTES_SHEET,))
    return LAYOUTS[city]


LAYOUTS = {
    "helsinki": HELSINKI,
    "vantaa": VANTAA,
    "tampere": TAMPERE,
    "turku": TURKU,
    "oulu": OULU,
    "national": NATIONAL,
}
