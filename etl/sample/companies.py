"""Invented suppliers: companies, foreign companies, sole traders and persons, none of them real.

Names are made of words that say so (`Esimerkki`, `Otos`, `Keksi`), and business ids are taken from 9800000
up, where the register has not come, so that no row can be taken for a statement about somebody.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from etl.sample.accounts import INDEX_OF_ACCOUNT

COMPANY_COUNT, FOREIGN_COUNT, SOLE_TRADER_COUNT, PERSON_COUNT = 900, 30, 40, 30
SPELLINGS = 4
"""Every supplier's name stands so many times in the pool, in the spellings of `_spellings`."""
SPELT_ODDLY_EVERY = 4
"""Every fourth company has other spellings than its own name."""
CUT_AT = 30
FIRST_ID = 9_800_000
WEIGHTS = (7, 9, 10, 5, 8, 4, 2)

STEMS = ("Esimerkki", "Otos", "Malli", "Näyte", "Keksi", "Kuvitelma", "Sepite", "Harjoitus", "Testi", "Satu")
PLACES = ("lahden", "mäen", "rannan", "niemen", "harjun", "kosken", "suon", "pellon", "saaren", "lammen",
          "vaaran", "laakson")  # fmt: skip
TRADES = (
    ("Rakennus", "1120", "Oy"), ("Asfaltti ja Maansiirto", "1140", "Oy"), ("Kalusteet", "1160", "Oy"),
    ("Konsultointi", "4340", "Oy"), ("Ohjelmistot", "4345", "Oyj"), ("Tietojärjestelmät", "4345", "Oy"),
    ("Kirjapaino", "4350", "Ky"), ("Tietoliikenne", "4360", "Oyj"), ("Vakuutuspalvelut", "4370", "Oy"),
    ("Siivous- ja Kiinteistöpalvelut", "4380", "Oy"), ("Pesula", "4380", "Ky"),
    ("Talotekniikka ja Kunnossapito", "4390", "Oy"), ("Konehuolto", "4400", "Ky"), ("Ateriat", "4410", "Oy"),
    ("Liikenne", "4420", "Oy"), ("Taksit", "4420", "Osuuskunta"), ("Hoivakodit", "4430", "Oy"),
    ("Lääkäriasema", "4430", "Oy"), ("Päiväkodit", "4310", "Oy"), ("Koulutuskeskus", "4440", "ry"),
    ("Kirjakauppa", "4520", "Oy"), ("Toimistotarvikkeet", "4500", "Oy"), ("Tukku", "4540", "Oyj"),
    ("Hoitotarvikkeet", "4560", "Ab"), ("Energia", "4600", "Oyj"), ("Polttoaineet", "4580", "Oy"),
    ("Rautakauppa", "4620", "Osuuskunta"), ("Urheiluseura", "4740", "ry"), ("Tukiyhdistys", "4740", "ry"),
    ("Kiinteistöt", "4820", "Oy"), ("Konevuokraamo", "4850", "Ky"),
)  # fmt: skip
"""Trade, the account that most of its invoices go to, and its legal form."""
FOREIGN_NAMES = ("Specimen", "Samplewerk", "Exempelbolaget", "Placeholder", "Näidis", "Mockup")
FOREIGN_FORMS = (("Ltd", "GB"), ("GmbH", "DE"), ("AB", "SE"), ("OÜ", "EE"), ("B.V.", "NL"))
FIRST_NAMES = ("Maija", "Matti", "Teppo", "Liisa", "Kalle", "Sanna", "Ville", "Aino")
SURNAMES = ("Mallikas", "Esimerkki", "Testinen", "Otoslahti", "Näytelä")


@dataclass(frozen=True)
class Suppliers:
    """All suppliers, companies first, then foreign ones, sole traders and persons."""

    names: tuple[str, ...]
    business_ids: tuple[str, ...]
    countries: tuple[str, ...]
    accounts: tuple[int, ...]
    """Index of the account that most of the supplier's invoices go to."""

    @property
    def spelt_names(self) -> tuple[str, ...]:
        """`SPELLINGS` blocks of all names: the name of supplier i in spelling k stands at k * count + i."""
        spelt = [_spellings(name, odd=_is_odd(i)) for i, name in enumerate(self.names)]
        return tuple(names[k] for k in range(SPELLINGS) for names in spelt)


def make_business_id(number: int) -> str | None:
    """The business id of a seven-digit number, None where no check digit exists for it.

    >>> make_business_id(204819), make_business_id(9800001)
    ('0204819-8', '9800001-6')
    """
    digits = f"{number:07d}"
    rest = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11
    return None if rest == 1 else f"{digits}-{(11 - rest) % 11}"


def break_business_id(business_id: str) -> str:
    """The same id with a check digit that is wrong.

    >>> break_business_id("0204819-8")
    '0204819-9'
    """
    return f"{business_id[:-1]}{(int(business_id[-1]) + 1) % 10}" if business_id else ""


def make_account_number(number: int) -> str:
    """Something that looks like an IBAN; its check digits 00 are never given, so it is nobody's account.

    >>> make_account_number(7)
    'FI0050000000000007'
    """
    return f"FI00{50_000_000_000_000 + number}"


def _is_odd(index: int) -> bool:
    return index < COMPANY_COUNT and index % SPELT_ODDLY_EVERY == 0


def _spellings(name: str, *, odd: bool) -> tuple[str, str, str, str]:
    if not odd:
        return name, name, name, name
    return name, name.upper(), name[:CUT_AT], name.replace(" ", "  ", 1) + " "


@cache
def build_suppliers() -> Suppliers:
    """The suppliers. The same in every run: the seed decides who buys from whom, not who there is."""
    companies = [_company(index) for index in range(COMPANY_COUNT)]
    foreign = [_foreign(index) for index in range(FOREIGN_COUNT)]
    traders = [(f"Tmi {_person(index)}", "FI", "4340") for index in range(SOLE_TRADER_COUNT)]
    persons = [(" ".join(reversed(_person(i).split())), "FI", "4740") for i in range(PERSON_COUNT)]
    everyone = [*companies, *foreign, *traders, *persons]
    ids = iter(filter(None, map(make_business_id, range(FIRST_ID, FIRST_ID + 3 * len(everyone)))))
    kinds = "c" * COMPANY_COUNT + "f" * FOREIGN_COUNT + "t" * SOLE_TRADER_COUNT + "p" * PERSON_COUNT
    return Suppliers(
        names=tuple(name for name, _, _ in everyone),
        business_ids=tuple(next(ids) if kind in "ct" else "" for kind in kinds),
        countries=tuple(country for _, country, _ in everyone),
        accounts=tuple(INDEX_OF_ACCOUNT[account] for _, _, account in everyone),
    )


def _company(index: int) -> tuple[str, str, str]:
    """Walks the three lists at different paces: 31 trades, then stems and places, so no name comes twice."""
    trade, account, form = TRADES[index % len(TRADES)]
    turn = index // len(TRADES) + 7 * (index % len(TRADES))
    stem = STEMS[turn % len(STEMS)]
    place = PLACES[turn // len(STEMS) % len(PLACES)]
    return f"{stem}{place} {trade} {form}", "FI", account


def _foreign(index: int) -> tuple[str, str, str]:
    form, country = FOREIGN_FORMS[index % len(FOREIGN_FORMS)]
    return f"{FOREIGN_NAMES[index // len(FOREIGN_FORMS)]} {form}", country, "4345"


def _person(index: int) -> str:
    return f"{FIRST_NAMES[index % len(FIRST_NAMES)]} {SURNAMES[index // len(FIRST_NAMES) % len(SURNAMES)]}"
