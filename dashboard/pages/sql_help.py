"""What helps to write SQL over the release: examples, the tables and their fields, and what a query may take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from dashboard.components.attributes import aria
from dashboard.components.elements import html
from dashboard.context import Context
from dashboard.i18n import Translator
from dashboard.package import Resource
from dashboard.sql.allowed import FUNCTIONS
from dashboard.sql.runner import MOST_ROWS, SqlRunner

PAGE_ROWS = 200
"""Rows of an answer that its page shows; the downloads have more."""
FIRST_ROWS = 20


@dataclass(frozen=True)
class Example:
    """A query to begin from, and the tables that it needs."""

    title: str
    sql: str
    tables: tuple[str, ...]


def sql_path(ctx: Context, sql: str, language: str | None = None) -> str:
    """The address of the page that runs this query."""
    return f"/{language or ctx.language}/sql" + (f"?{urlencode({'sql': sql})}" if sql else "")


def examples(ctx: Context) -> list[Any]:
    """Links that run a query each, of those whose tables the release has."""
    t = ctx.t
    shown = [one for one in _examples(t, ctx.language) if all(map(ctx.package.has, one.tables))]
    links = [html.Li(html.A(one.title, href=sql_path(ctx, one.sql), rel="nofollow")) for one in shown]
    return [html.H2(t("Examples")), html.Ul(links, className="suggestions")]


def _examples(t: Translator, language: str) -> list[Example]:
    return [
        Example(
            t("Purchases by city and year"),
            f"select name_{language}, purchase_year, sum(amount_eur) as amount_eur, count(*) as rows_count\n"
            f"from purchases join cities using (city_code)\ngroup by all\norder by name_{language}, purchase_year",
            ("purchases", "cities"),
        ),
        Example(
            t("The twenty largest suppliers"),
            "select supplier_business_id, company_name, amount_eur, len(city_codes) as cities_count\n"
            "from companies\norder by amount_eur desc, supplier_business_id\nlimit 20",
            ("companies",),
        ),
        Example(
            t("The share of the ten largest suppliers in each city"),
            "with sums as (\n  select city_code, supplier_business_id, sum(amount_eur) as amount_eur,\n"
            "    row_number() over (partition by city_code order by sum(amount_eur) desc) as place\n"
            "  from purchases\n  where supplier_business_id is not null\n"
            "  group by city_code, supplier_business_id\n)\n"
            "select city_code, sum(amount_eur) filter (where place <= 10) as ten_largest_eur,\n"
            "  sum(amount_eur) as amount_eur,\n"
            "  round(100 * sum(amount_eur) filter (where place <= 10) / sum(amount_eur), 1) as ten_largest_pct\n"
            "from sums\ngroup by city_code\norder by ten_largest_pct desc",
            ("purchases",),
        ),
        Example(
            t("Budget and actual by department"),
            "select city_code, budget_year, department_name,\n  sum(budget_eur) as budget_eur, sum(actual_eur) as "
            "actual_eur,\n  sum(actual_eur) - sum(budget_eur) as difference_eur\nfrom budgets\n"
            "where direction_code = 'expenditure' and not is_internal\ngroup by all\n"
            "order by abs(difference_eur) desc nulls last, department_name\nlimit 50",
            ("budgets",),
        ),
        Example(
            t("Hours until a request is closed, by service"),
            "select city_code, service_name, count(*) as requests_count,\n"
            "  round(median(closing_hours), 1) as closing_hours_median\nfrom service_requests\n"
            "where closing_hours is not null\ngroup by all\nhaving count(*) >= 20\n"
            "order by closing_hours_median desc, service_name\nlimit 50",
            ("service_requests",),
        ),
        Example(
            t("Purchases per inhabitant"),
            "select p.city_code, p.purchase_year, sum(p.amount_eur) as amount_eur,\n"
            "  any_value(c.population_count) as population_count,\n"
            "  round(sum(p.amount_eur) / any_value(c.population_count), 2) as per_inhabitant_eur\n"
            "from purchases p join city_population c on p.city_code = c.city_code and p.purchase_year = c.year\n"
            "group by all\norder by p.purchase_year, p.city_code",
            ("purchases", "city_population"),
        ),
    ]


def tables(ctx: Context) -> html.Aside:
    """The tables with their fields, each folded up."""
    t = ctx.t
    found = [_table(ctx, ctx.package.resource(name)) for one in ctx.package.datasets for name in one.resources]
    return html.Aside(
        [html.H2(t("Tables and fields"), id="sql-tables"), *found],
        className="sql__tables",
        **aria(labelledby="sql-tables"),
    )


def _table(ctx: Context, resource: Resource) -> html.Details:
    t, title = ctx.t, ctx.text(resource.title)
    fields = [
        html.Li(
            [
                html.Code(field.name),
                f" {ctx.text(field.title)}",
                html.Small(f" {field.exact_type}" + (f", {field.unit}" if field.unit else "")),
            ]
        )
        for field in resource.fields
    ]
    first = f"select *\nfrom {resource.name}\nlimit {FIRST_ROWS}"  # shown to the reader
    links: list[Any] = [
        html.A(
            t("First rows"), href=sql_path(ctx, first), rel="nofollow",
            **aria(label=t("First rows of {table}", table=title)),
        ),
        " · ",
        html.A(
            t("Description"), href=f"{ctx.path(f'dataset/{resource.dataset}')}#{resource.name}",
            **aria(label=t("Description of {table}", table=title)),
        ),
    ]  # fmt: skip
    name = html.Summary(
        [html.Code(resource.name), html.Span(f" {title}, {t('Rows: {n}', n=ctx.f.number(resource.rows))}")]
    )
    return html.Details([name, html.P(links), html.Ul(fields)], id=f"table-{resource.name}")


def rules(ctx: Context, runner: SqlRunner) -> list[Any]:
    """What a query may be and take."""
    t, f, limits = ctx.t, ctx.f, runner.limits
    said = [
        t("One SELECT in DuckDB's SQL, with WITH, joins, unions and windows. It reads the tables of the release only."),
        t(
            "At most {seconds} seconds, {size} MB of memory and {n} characters of SQL.",
            seconds=f.number(limits.seconds), size=f.number(limits.memory_mb), n=f.number(limits.most_characters),
        ),
        t(
            "The page shows {shown} rows, downloads hold up to {rows} rows or {size} MB; each says where it was cut.",
            shown=f.number(PAGE_ROWS), rows=f.number(MOST_ROWS), size=f.number(limits.most_bytes // 1_000_000),
        ),
        t("One query is run at a time. Who has to wait for too long is told when to try again."),
        t("Without ORDER BY rows may come in another order each time."),
    ]  # fmt: skip
    names = ", ".join(sorted(name for name in FUNCTIONS if name[0].isalpha()))
    functions = html.Details(
        [html.Summary(t("Functions that can be used")), html.P(html.Code(names))], className="sql__functions"
    )
    program: list[Any] = [t("Programs ask the same at"), " ", html.Code("/api/v1/sql?sql=…&format=json"), "."]
    return [
        html.H2(t("What a query may be"), id="sql-rules"),
        html.Ul([*map(html.Li, said), html.Li(program)]),
        functions,
    ]
