"""The interface for programs as a page: made from the same declarations as its description, `/openapi.json`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboard.components.elements import html
from dashboard.components.prose import bullets, section, with_code
from dashboard.components.table import data_table
from dashboard.context import Context
from dashboard.i18n import Translator
from dashboard.openapi import filters, kinds, v1
from dashboard.openapi.document import ERRORS
from dashboard.openapi.operation import Operation, Scope
from dashboard.openapi.registry import operations
from dashboard.pages import subjects
from dashboard.pages.page import Page
from dashboard.panels.feeds import releases_feed
from dashboard.panels.panel import Column

EXAMPLE = "/api/v1/tables/purchases/aggregate?measure=sum:amount_eur,count&by=city_code"


def layout(ctx: Context) -> Page:
    """The page of the interface."""
    t = ctx.t
    title = t("Interface for programs")
    description = t("Read the same data with a program: addresses, filters, limits and errors, with examples.")
    body: list[Any] = [
        html.H1(title),
        html.P(description, className="lede"),
        *_start(ctx),
        *_operations(ctx),
        *_filters(ctx),
        *_limits(ctx),
        *_errors(ctx),
        *_examples(ctx),
    ]
    about = (subjects.article(ctx, "api", title, description),)
    return Page(title, description, "data", "api", body, about=about, feed=releases_feed(ctx))


def _start(ctx: Context) -> list[Any]:
    t = ctx.t
    address = f"/openapi.json?lang={ctx.language}"
    return [
        bullets(
            [
                t("No key is needed, and nothing can be changed."),
                t(
                    "Amounts of money are JSON numbers with all of their digits: read them as decimals, not as "
                    "approximate numbers."
                ),
                t("Every answer names its release in `X-Release`; `release=` asks for that one again."),
                t("A release that was withdrawn says when in `Deprecation`, and its `Link` leads to why."),
                t("An answer has an `ETag`: asked for with it, what has not changed costs no data."),
            ]
        ),
        html.P([t("The whole description for programs, OpenAPI 3.1:"), " ", html.A(address, href=address)]),
    ]


def _operations(ctx: Context) -> list[Any]:
    """Each operation with what it takes, in groups; of a group only the name is seen before somebody opens it."""
    t = ctx.t
    scope = Scope(ctx.package, ctx.codes)
    parts: list[Any] = [
        html.H2(t("Addresses")),
        html.P(t("In groups; open one to see its addresses, what they take and examples.")),
    ]
    for tag in dict.fromkeys(one.tag for one in operations()):
        found = [one for one in operations() if one.tag == tag]
        inside = [part for one in found for part in _operation(ctx, one, scope)]
        head = html.Summary(html.H3(f"{_tag(t, tag)} ({ctx.f.number(len(found))})"))
        parts.append(html.Details([head, *inside], className="group", id=f"group-{tag.lower()}"))
    return parts


def _operation(ctx: Context, one: Operation, scope: Scope) -> list[Any]:
    t = ctx.t
    ways = [
        part
        for way in ("GET", *(["POST"] if one.posts else []))
        for part in (html.Code(f"{way} {one.path}"), html.Br())
    ]
    parts: list[Any] = [html.P([*ways, one.summary(t)], id=f"operation-{one.id}")]
    if one.more:
        parts.append(html.P(with_code(one.more(t))))
    if one.example:
        parts.append(html.P([t("For example:"), " ", html.A(html.Code(one.example), href=one.example)]))
    rows = [
        {
            "name": parameter.name,
            "said": parameter.said(t).replace("`", ""),
            "values": _values(t, parameter.kind(scope).schema) if one.each is None else None,
            "default": parameter.default,
        }
        for parameter in one.parameters
    ]
    if rows:
        columns = (
            Column("name", t("Name")),
            Column("said", t("What it is"), "text"),
            Column("values", t("Values")),
            Column("default", t("Where left out")),
        )
        table = data_table(t("Parameters of {address}", address=one.path), columns, rows, ctx.f, whole=True)
        parts.append(html.Details([html.Summary(t("Parameters")), table], className="panel__table"))
    return parts


def _values(t: Translator, schema: Any) -> str | None:
    """What values may be, in a few words."""
    known = [str(one) for one in schema.get("enum", schema.get("examples", ())) if one != ""]
    if known:
        return ", ".join([*known[:6], *(["…"] if len(known) > 6 else [])])
    if schema["type"] == "integer":
        return f"{schema['minimum']}–{schema['maximum']}"
    if "maxLength" in schema:
        return t("at most {n} characters", n=schema["maxLength"])
    return None


def _tag(t: Translator, tag: str) -> str:
    words = {
        "Start": t("Beginning"),
        "Tables": t("Tables"),
        "Companies": t("Companies"),
        "Indicators": t("Indicators"),
        "Releases": t("Releases"),
        "SQL": "SQL",
        "Files": t("Files"),
        "Citations": t("Citations"),
        "Catalogue": t("Catalogue for harvesters"),
        "CKAN": t("CKAN's Action API and datastore"),
        "Feeds": t("Feeds"),
    }
    return words.get(tag, tag)


def _filters(ctx: Context) -> list[Any]:
    t = ctx.t
    rows = [
        {"written": "field=value", "means": t("equal")},
        {"written": "field__ne=value", "means": t("different, or missing")},
        {"written": "field__gt=, field__gte=, field__lt=, field__lte=", "means": t("greater, at least, less, at most")},
        {"written": "field__in=a,b", "means": t("one of these; a value with a comma stands in quotes")},
        {
            "written": "field__contains=text",
            "means": t("a part of the text, in any case; of a list, one of its values"),
        },
        {"written": "field__is_null=true", "means": t("missing, or with false: there")},
    ]
    columns = (Column("written", t("Written")), Column("means", t("Means"), "text"))
    return section(
        t("Filters"),
        t(
            "Every field of a table is a filter. All filters must hold; one that the table lacks is "
            "refused, never left out."
        ),
        data_table(t("Filters"), columns, rows, ctx.f, whole=True),
    )


def _limits(ctx: Context) -> list[Any]:
    t, n = ctx.t, ctx.f.number
    return section(
        t("Limits"),
        bullets(
            [
                t("Rows of a page: {n} where nothing is said, at most {most}.", n=n(v1.ROWS), most=n(v1.MOST_ROWS)),
                t("Groups of an answer: at most {n}.", n=n(v1.MOST_GROUPS)),
                t(
                    "Filters: at most {n}, and {most} values in one list.",
                    n=n(filters.MOST_FILTERS), most=n(kinds.MOST_LISTED),
                ),
                t(
                    "Measures: at most {n}, by at most {by} fields, of at most {cells} values that are read.",
                    n=n(filters.MOST_MEASURES), by=n(filters.MOST_GROUPED_BY), cells=n(v1.MOST_CELLS),
                ),
                t("Companies of a search: at most {n}.", n=n(v1.MOST_COMPANIES)),
                t(
                    "Requests of one client are limited; where that is reached, the answer has status 429 and says in "
                    "`Retry-After` how many seconds to wait. SQL and workbooks count as several. Whole tables are "
                    "quicker to take as files."
                ),
            ]
        ),
    )  # fmt: skip


def _errors(ctx: Context) -> list[Any]:
    t = ctx.t
    rows = [{"status": str(status), "means": said(t)} for status, said in ERRORS.items()]
    columns = (Column("status", t("HTTP status")), Column("means", t("Means"), "text"))
    return section(
        t("How errors are told"),
        t(
            "Every error is one JSON object with a code, the status and a sentence that says what to "
            "do; `lang` chooses its language. CKAN's addresses answer with CKAN's own errors, OAI-PMH with its own."
        ),
        html.Pre(
            '{"error": {"code": "unknown_field", "status": 400, "message": "…"}}', className="copyable", tabIndex=0
        ),
        data_table(t("How errors are told"), columns, rows, ctx.f, whole=True),
    )


def _examples(ctx: Context) -> list[Any]:
    t, address = ctx.t, ctx.base_url + EXAMPLE
    curl = f"curl --compressed '{address}'"
    python = (
        "import decimal, json, urllib.request\n\n"
        f'url = "{ctx.base_url}/api/v1/tables/purchases/rows?city_code=853&limit=1000"\n'
        "rows = []\n"
        "while url:\n"
        "    with urllib.request.urlopen(url) as answer:\n"
        "        page = json.load(answer, parse_float=decimal.Decimal)\n"
        '    rows += page["rows"]\n'
        '    url = page["next"]\n'
    )
    r = f'library(jsonlite)\n\nanswer <- fromJSON("{address}")\nanswer$groups\n'
    return section(t("Examples"), *_codes((("curl", curl), (t("Python: all pages"), python), ("R", r))))


def _codes(examples: Iterable[tuple[str, str]]) -> list[Any]:
    return [
        part
        for name, code in examples
        for part in (html.H3(name), html.Pre(html.Code(code), className="copyable", tabIndex=0))
    ]
