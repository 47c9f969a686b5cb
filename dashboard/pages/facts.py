"""Facts of the projects as pages show them, and the rule by which sources that disagree are told apart from figures
that only look alike."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.context import Context
from dashboard.proper_names import body_name, language_of, named
from dashboard.query.model import Filter, Query

Fact = Mapping[str, Any]

SAME = {"total_budget_reported": "total_budget", "end_date_final": "end_date"}
"""Indicators that name one thing in the words of different sources."""
ABOUT = {"approx.", "noin", "about", "roughly"}
NEARLY = {"nearly", "almost"}
PRECISION = {*ABOUT, *NEARLY, "more than"}
"""What a unit may add in brackets without changing what is counted; anything else there is its scope."""


def attribute(fact: Fact) -> str:
    """What the fact is about, whatever its source calls it."""
    code = str(fact["indicator_code"])
    return SAME.get(code, code)


def scope(unit: str | None) -> str:
    """The unit with its scope, without the source's word for "about".

    >>> scope("EUR (noin)"), scope("EUR (without the Social Fund)")
    ('EUR', 'EUR (without the Social Fund)')
    >>> scope('companies (more than; conflicts with later "almost 4,000")')
    'companies'
    """
    return re.sub(r"\s*\(([^()]*)\)", lambda found: "" if _is_precision(found[1]) else found[0], unit or "")


def _is_precision(words: str) -> bool:
    """Whether the words in brackets say how exact a value is, and at most that other sources say otherwise."""
    how, _, more = words.partition(";")
    return how.strip() in PRECISION and (not more or more.strip().startswith("conflicts with"))


def precision(fact: Fact) -> str:
    """The source's word for how exact its value is; empty where it has none."""
    found = re.search(r"\(([^();]*)", str(fact["unit"] or ""))
    return found[1].strip() if found else ""


def contradict(said: Iterable[Fact]) -> bool:
    """Whether sources say different values of one thing, or of the same value both that it is nearly reached and that
    it is passed."""
    values, sides = set(), set()
    for fact in said:
        how = precision(fact)
        values.add(fact["value"])
        sides.add("below" if how in NEARLY else "above" if how == "more than" else "")
    return len(values) > 1 or {"below", "above"} <= sides


def disagreements(facts: Iterable[Fact]) -> list[list[Fact]]:
    """The facts of one and the same thing that contradict each other, a list for each thing, in their order.

    One thing is one subject (a project, or what has no project code), city, attribute, scope and as-of date. The
    year of a fact says when its source spoke; two sources that name different budgets of one project disagree
    whenever they did.
    """
    things: dict[tuple[Any, ...], list[Fact]] = {}
    for fact in facts:
        subject = fact["project_code"] or fact["subject"]
        key = (subject, fact["city_code"], attribute(fact), scope(fact["unit"]), str(fact["as_of_date"]))
        things.setdefault(key, []).append(fact)
    return [said for said in things.values() if contradict(said)]


def facts_of(ctx: Context, project: str | None) -> list[dict[str, Any]]:
    """The facts of a project, or of what has no project code, their sources in the reader's language."""
    of = Filter("project_code", "eq", project) if project else Filter("project_code", "is_null")
    return [named(ctx.language, row) for row in ctx.engine.rows(Query("project_facts", filters=(of,)))]


def quote_language(fact: Fact) -> str | None:
    """The language of the source's words; None where these are a bare number, or the release does not tell."""
    code: str | None = fact.get("quote_language_code")
    return code


def source_language(ctx: Context, fact: Fact) -> str | None:
    """The language of the source's title; None in a release that does not tell it."""
    return ctx.text_language("project_facts", "source_title", fact)


def value_language(ctx: Context, fact: Fact) -> str | None:
    """The language of a value that is a text: the page's of a name that is given in it, else that of
    the words it was taken from."""
    if fact["unit"] != "text":
        return None
    return language_of(ctx.language, fact["value"], quote_language(fact))


def plain_words(ctx: Context, fact: Fact) -> str:
    """The value as it stands in its source, dates, euros and names as the reader's language writes them."""
    value = str(fact["value"])
    if fact["unit"] == "date":
        return ctx.f.date(dt.date.fromisoformat(value))
    if fact["unit"] == "text":
        return body_name(ctx.language, value)
    return ctx.f.money(int(value)) if fact["unit"] == "EUR" else value


def value_words(ctx: Context, fact: Fact) -> str:
    """The value as the reader's language writes it, with the source's "about", "nearly" or "more than"."""
    t, f, value, unit = ctx.t, ctx.f, str(fact["value"]), str(fact["unit"] or "")
    if unit == "date":
        return plain_words(ctx, fact)
    number = f.money(int(value)) if unit.startswith("EUR") else f.plain(float(value))
    how = precision(fact)
    if how in NEARLY:
        return t("nearly {n}", n=number)
    if how in ABOUT:
        return t("about {n}", n=number)
    return t("more than {n}", n=number) if how == "more than" else number
