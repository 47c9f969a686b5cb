"""Projects as lists of funded projects have them, one row a project and source; and where they contradict ours.

Every record ends as a row or is set aside with a reason: no_project_code, other_programme, other_currency,
unknown_fund (and what the reader says). Names that may be a private person's are removed, the money stays.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

import pyarrow as pa
import pyarrow.compute as pc

from etl.datasets.context import Tidied, TidyContext
from etl.datasets.declared import tidy_declared
from etl.datasets.projects.disagree import review
from etl.declare import Source, Table
from etl.snapshot import Snapshot
from etl.tidy.columns import Parsed, arrow_schema, fill_missing
from etl.tidy.companies import is_anonymised, is_sole_trader, names_organisation
from etl.tidy.each import map_distinct
from etl.tidy.numbers import MONEY
from etl.tidy.rows import Sieve

__all__ = ["review", "tidy"]

TABLE = "project_funding"
RATE = pa.decimal128(12, 6)
"""A percentage to six decimals: what a published rate has."""
FUNDS = {"EAKR": "EAKR", "ESR": "ESR", "ERDF": "EAKR", "ESF": "ESR"}
LOST = re.compile(r"[?¿]")
"""What stands for a character that the publisher lost (or is meant: that cannot be told)."""
CENTRE = re.compile(r"elinkeino-,?\s+liikenne-")
BODY = re.compile(
    r"^(\S+n|svenska \S+) ((maakunta)?liitto|kauppakamari|elinkeino-, liikenne- ja ympäristökes\w*)$"
    r"|^(opetushallitus|metsähallitus|teknologian tutkimuskeskus vtt)$|n laitos$|\sKEHA-keskus$"
    r"|^(kiinteistö|kiint\.?) oy\s|^osuuskunta\s|[\s,](osakeyhtiö|avoin yhtiö|akademi|samkommun|kommun)$"
    r"|\w(säätiö|kuntayhtymä)(\s|$)|[\s-](säätiö|kuntayhtymä|kuntayht\.)(\s|$)",
    re.IGNORECASE,
)
"""Bodies that carry out projects and that the purchases' rule does not know. No word of these is a surname where it
stands here: it follows a genitive, or closes a name of several words."""


def tidy(
    parsed: Parsed,
    table: Table,
    source: Source,
    snapshot: Snapshot,
    context: TidyContext,  # noqa: ARG001  # every dataset's tidy takes it
) -> Tidied:
    """Harmonise one batch; the tables kept by hand need nothing but their types."""
    if table.name != TABLE:
        return tidy_declared(parsed, table)
    columns, rows = dict(parsed.columns), len(parsed.row_numbers)
    sieve, blanked, noted = Sieve(rows), dict(parsed.blanked), {}
    _drop(sieve, columns, source, rows)
    for name in ("project_name", "lead_name", "authority_name"):
        columns[name], noted[f"mended_{name}"] = _mended(_column(columns, name, rows), source)
    noted["lost_characters_kept"] = _count(pc.match_substring_regex(columns["project_name"], LOST.pattern))
    columns["is_six_city"] = _is_six_city(columns["project_name"], source)
    columns |= _public_names(columns["project_name"], columns["lead_name"], blanked)
    columns |= _share(columns, blanked, rows)
    columns["snapshot_id"] = pa.array([snapshot.id] * rows, pa.string())
    columns["rule_code"] = pa.array([source.name] * rows, pa.string())
    columns["row_number"] = parsed.row_numbers
    filled = fill_missing(columns, table, rows)
    open_schema = pa.schema([item.with_nullable(True) for item in arrow_schema(table)])
    return Tidied(*sieve.split(filled.cast(open_schema), parsed.row_numbers), blanked, noted)


def _drop(sieve: Sieve, columns: dict[str, pa.Array], source: Source, rows: int) -> None:
    """Set aside what is no project of the programme in euros; turns the fund into our code."""
    programmes = source.options.get("programmes", "").split()
    if programmes:
        of_others = pc.invert(pc.is_in(_column(columns, "programme_code", rows), pa.array(programmes)))
        sieve.drop("other_programme", of_others)
    sieve.drop("no_project_code", pc.is_null(_column(columns, "project_code", rows)))
    currency = pc.utf8_upper(_column(columns, "currency_code", rows))
    sieve.drop("other_currency", pc.fill_null(pc.not_equal(currency, "EUR"), True))
    fund = _column(columns, "fund_code", rows)
    columns["fund_code"] = map_distinct(fund, lambda text: FUNDS.get(text.upper()), pa.string())
    sieve.drop("unknown_fund", pc.and_(pc.is_valid(fund), pc.is_null(columns["fund_code"])))
    columns["currency_code"] = currency


def mend_text(text: str, comma_mark: str) -> str:
    """A name with its commas and quotation marks restored, as far as they can be told.

    >>> mend_text("Nocart Oy | markkinatutkimus |vienti", "|")
    'Nocart Oy, markkinatutkimus, vienti'
    >>> mend_text("Hämeen elinkeino- liikenne- ja ympäristökeskus", "")
    'Hämeen elinkeino-, liikenne- ja ympäristökeskus'
    >>> mend_text('"Opiferus ""Johtamistyökalun"" tuotteistus"', ""), mend_text('""MESI"', "")
    ('Opiferus "Johtamistyökalun" tuotteistus', '"MESI"')
    """
    if comma_mark:
        text = re.sub(rf"\s*{re.escape(comma_mark)}\s*", ", ", text).strip(", ")
    if '""' in text:
        is_quoted = text.startswith('"') and text.endswith('"') and not text.startswith('""')
        text = (text[1:-1] if is_quoted else text).replace('""', '"')
    return CENTRE.sub("elinkeino-, liikenne-", text)


def _mended(column: pa.Array, source: Source) -> tuple[pa.Array, int]:
    mark = source.options.get("comma_mark", "")
    mended = map_distinct(column, lambda text: mend_text(text, mark) or None, pa.string())
    return mended, _count(pc.not_equal(mended, column))


def _is_six_city(name: pa.Array, source: Source) -> pa.Array:
    rule = re.compile(source.options["six_city"], re.IGNORECASE)
    return pc.fill_null(map_distinct(name, lambda text: bool(rule.search(text)), pa.bool_()), False)


def is_public(name: str) -> bool:
    """Whether a lead partner's name is an organisation's: the purchases' rule, and the bodies that it lacks.

    >>> [is_public(name) for name in ("Lapin liitto", "Terveyden ja hyvinvoinnin laitos", "TTY-säätiö", "LAPWALL OY")]
    [True, True, True, True]
    >>> [is_public(name) for name in ("KARVINEN, PETRI", "JALKAPUU TMI", "VOLTER OYJARNO HAAPAKOSKI", "Maija Liitto")]
    [False, False, False, False]
    """
    if is_sole_trader(name) or is_anonymised(name):
        return False
    return names_organisation(name) or bool(BODY.search(name))


def names_person(project: str, lead: str | None) -> bool:
    """Whether a project's name holds a sole trader's name, or a word of a lead's name that is withheld.

    >>> names_person("Tmi Mallikkaan verstas", None), names_person("Mallikkaan kasvu", "KONE J.MALLIKKA")
    (True, True)
    >>> names_person("Koneen hankinta", "VERSTAS M. MALLIKAS")
    False
    """
    withheld = tuple(re.findall(r"[^\W\d]{4,}", (lead or "").casefold()))
    return is_sole_trader(project) or any(word.startswith(withheld) for word in re.findall(r"\w+", project.casefold()))


def _public_names(project: pa.Array, lead: pa.Array, blanked: dict[str, int]) -> dict[str, pa.Array]:
    """Both names where they cannot be a private person's. A number in the lead's place is no name."""
    public = pc.fill_null(map_distinct(lead, is_public, pa.bool_()), False)
    withheld = pc.if_else(public, None, lead)
    pairs = zip(project.to_pylist(), withheld.to_pylist(), strict=True)
    personal = pa.array([name is not None and names_person(name, other) for name, other in pairs], pa.bool_())
    blanked["lead_name"] = _count(pc.is_valid(withheld))
    blanked["project_name"] = _count(personal)
    return {"lead_name": pc.if_else(public, lead, None), "project_name": pc.if_else(personal, None, project)}


def _share(columns: dict[str, pa.Array], blanked: dict[str, int], rows: int) -> dict[str, pa.Array]:
    """The EU's share to the cent, half to even, without a float in between; rates beyond 0 to 100 are blanked."""
    given = columns.get("co_financing_pct", pa.nulls(rows, pa.float64()))
    within = pc.and_(pc.greater_equal(given, 0), pc.less_equal(given, 100))
    rate = pc.if_else(within, given, None)
    blanked["co_financing_pct"] = blanked.get("co_financing_pct", 0) + pc.count(given).as_py() - pc.count(rate).as_py()
    exact = map_distinct(pc.cast(rate, pa.string()), _exact_rate, RATE)
    eligible = columns.get("eligible_eur", pa.nulls(rows, MONEY))
    hundredths = pc.multiply(pc.multiply(eligible, exact), pa.scalar(Decimal("0.01")))
    return {"co_financing_pct": rate, "eu_share_eur": pc.cast(pc.round(hundredths, 2, "half_to_even"), MONEY)}


def _exact_rate(text: str) -> Decimal | None:
    try:
        return round(Decimal(text), 6)
    except InvalidOperation:
        return None


def _column(columns: dict[str, pa.Array], name: str, rows: int) -> pa.Array:
    return columns.get(name, pa.nulls(rows, pa.string()))


def _count(mask: pa.Array) -> int:
    return int(pc.sum(mask).as_py() or 0)
