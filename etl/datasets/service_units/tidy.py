"""Service units and services: what kind, in which city, and who provides them.

Every record ends as a row or is set aside with a reason: no_unit_id, other_city (none of the six).
"""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc

from etl.datasets.context import Tidied, TidyContext
from etl.declare import Source, Table
from etl.snapshot import Snapshot
from etl.tidy.arrays import count_true, repeat_text, texts_of, without_null_checks
from etl.tidy.columns import Parsed, fill_missing
from etl.tidy.companies import is_sole_trader, names_organisation, normalise_business_id
from etl.tidy.contacts import blank_contacts
from etl.tidy.each import map_distinct, mask_distinct, no_rows, one_by_one
from etl.tidy.persons import could_be_person, names_worker
from etl.tidy.rows import Sieve

OWN, BOUGHT, VOUCHER, OTHER, MIXED, UNKNOWN = "own", "bought", "voucher", "other", "mixed", "unknown"
FREE_FIELDS = ("unit_id", "unit_name", "kind_code", "kind_name")
"""Text that is published as it stands, so nothing that leads to one person may be in it."""
PROVIDERS = {
    # The Service Map's provider types, by name and by the number under which its code keeps them.
    "SELF_PRODUCED": OWN, "1": OWN, "MUNICIPALITY": OWN, "2": OWN, "ASSOCIATION": OTHER, "3": OTHER,
    "PRIVATE_COMPANY": OTHER, "4": OTHER, "OTHER_PRODUCTION_METHOD": OTHER, "5": OTHER,
    "PURCHASED_SERVICE": BOUGHT, "6": BOUGHT, "UNKNOWN_PRODUCTION_METHOD": UNKNOWN, "7": UNKNOWN,
    "CONTRACT_SCHOOL": OTHER, "8": OTHER, "SUPPORTED_OPERATIONS": OTHER, "9": OTHER,
    "PAYMENT_COMMITMENT": BOUGHT, "10": BOUGHT, "VOUCHER_SERVICE": VOUCHER, "11": VOUCHER,
    # PTV's provision types, of version 8 and later and of those before.
    "SELFPRODUCEDSERVICES": OWN, "SELFPRODUCED": OWN, "PROCUREDSERVICES": BOUGHT, "PURCHASESERVICES": BOUGHT,
    "OTHER": OTHER,
}  # fmt: skip


def tidy(parsed: Parsed, table: Table, source: Source, snapshot: Snapshot, context: TidyContext) -> Tidied:
    """Harmonise one batch of units or services."""
    columns, rows = dict(parsed.columns), len(parsed.row_numbers)
    sieve = Sieve(rows)
    without_contacts, contacts = blank_contacts(columns, FREE_FIELDS)
    columns |= without_contacts
    sieve.drop("no_unit_id", pc.is_null(texts_of(columns, "unit_id", rows)))
    if source.options.get("city_from") == "municipality":
        names = texts_of(columns, "municipality_name", rows)
        columns["city_code"] = map_distinct(names, context.city_of, pa.string())
    sieve.drop("other_city", pc.is_null(columns["city_code"]))
    given = texts_of(columns, "provider_text", rows)
    codes = [
        providers_of(text or "", voucher or "")
        for text, voucher in zip(given.to_pylist(), texts_of(columns, "voucher_text", rows).to_pylist(), strict=True)
    ]
    columns["provider_codes"] = pa.array(codes, pa.list_(pa.string()))
    columns["provider_code"] = pa.array([code[0] if len(code) == 1 else MIXED for code in codes], pa.string())
    organizers, blanked = _organizers(columns, rows, is_service=source.options["observation"] == "service")
    columns |= organizers
    unseen = count_true(mask_distinct(given, one_by_one(_is_unseen)))
    counts = Counter({**parsed.blanked, **contacts, "provider_code": unseen}) + Counter(blanked)
    columns["snapshot_id"] = repeat_text(snapshot.id, rows)
    columns["rule_code"] = repeat_text(source.name, rows)
    columns["row_number"] = parsed.row_numbers
    columns["observation_code"] = repeat_text(source.options["observation"], rows)
    kept, set_aside = sieve.split(without_null_checks(fill_missing(columns, table, rows)), parsed.row_numbers)
    return Tidied(kept, set_aside, counts)


def providers_of(text: str, voucher: str) -> list[str]:
    """The kinds of provider that a source's words stand for, in order; `unknown` where they say nothing.

    >>> providers_of("PURCHASED_SERVICE", ""), providers_of("SelfProducedServices|ProcuredServices", "true")
    (['bought'], ['bought', 'own', 'voucher'])
    >>> providers_of("", "false"), providers_of("SOMETHING_NEW", "")
    (['unknown'], ['unknown'])
    """
    found = {PROVIDERS.get(word.strip().upper(), UNKNOWN) for word in text.split("|") if word.strip()}
    if voucher.casefold() == "true":
        found.add(VOUCHER)
    known = found - {UNKNOWN}
    return sorted(known or {UNKNOWN})


def _is_shown(name: str) -> bool:
    return names_organisation(name) and not could_be_person(name) and not names_worker(name)


def _is_unseen(text: str) -> bool:
    return any(word.strip() and word.strip().upper() not in PROVIDERS for word in text.split("|"))


def _organizers(
    columns: dict[str, pa.Array], rows: int, *, is_service: bool
) -> tuple[dict[str, pa.Array], dict[str, int]]:
    """Names and ids only where they cannot be a private person's; a service is not called after one.

    A city's own unit is called after a person only beside a job title, or where the name is surely one.
    """
    names, given = texts_of(columns, "unit_name", rows), texts_of(columns, "organizer_business_id", rows)
    if is_service:
        is_own = pc.invert(no_rows(rows))
    else:
        is_own = pc.and_not(pc.equal(columns["provider_code"], OWN), mask_distinct(names, one_by_one(names_worker)))
    is_trader = pc.or_(
        mask_distinct(names, one_by_one(is_sole_trader)),
        mask_distinct(texts_of(columns, "organizer_name", rows), one_by_one(is_sole_trader)),
    )
    is_public = pc.and_not(pc.or_(is_own, mask_distinct(names, one_by_one(_is_shown))), is_trader)
    ids = map_distinct(given, normalise_business_id, pa.string())
    ids = pc.if_else(is_trader, pa.scalar(None, pa.string()), ids)
    blanked = {
        "unit_name": count_true(pc.and_not(pc.is_valid(names), is_public)),
        "organizer_business_id": count_true(pc.and_(pc.is_valid(given), pc.is_null(ids))),
    }
    return {
        "unit_name": pc.if_else(is_public, names, pa.scalar(None, pa.string())),
        "organizer_business_id": ids,
    }, blanked
