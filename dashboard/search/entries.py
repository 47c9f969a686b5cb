"""What can be found: everything of the release and of the site that has a name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dashboard.glossary import load_terms
from dashboard.i18n import LANGUAGES, Translator, translator
from dashboard.package import Package, Text
from dashboard.query.cached import CachedEngine
from dashboard.query.model import Query
from dashboard.search.folding import fold
from dashboard.search.index import Entry, Kind

ABOVE_ALL = 1e18
"""Weight of what is no company: there are few, so that none is hidden behind companies."""
KEYWORDS = {
    "companies": "hankinnat toimittajat ostolaskut keskittyminen keskittyneisyys upphandling leverantörer "
    "inköpsfakturor koncentration procurement suppliers concentration HHI Herfindahl",
    "budgets": "budjetti budjetit talousarvio tilinpäätös toteuma menot tulot budget bokslut utfall utgifter inkomster "
    "accounts actual expenditure income",
    "services": "palautteet palvelupyynnöt vasteaika respons felanmälan Open311 feedback response",
    "compare": "vertailu vertaa jämförelse jämför comparison benchmark",
    "cities": "kunnat kaupunki kommuner stad municipalities city",
    "indicators": "mittarit tunnusluvut raja-arvot nyckeltal tröskelvärden gränsvärden thresholds targets",
    "data": "avoin data lataukset rajapinta öppna data nedladdning gränssnitt API",
    "project": "hanke rahoitus hinta kustannus kustannukset maksoi maksaa EAKR projekt finansiering kostnad kostade "
    "pris ERUF funding cost price ERDF",
    "sql": "kysely tietokanta DuckDB SELECT fråga databas query database API",
}
"""Page -> words by which readers look for it and that its texts do not hold, in three languages."""
Named = tuple[str, str, str]
"""An address without its language, a name, and what stands there."""


def page_entries(t: Translator) -> list[Named]:
    """Every page of its own address."""
    return [
        ("", t("Open participation and customership"), t("What the project was, its key figures and who says so.")),
        ("project", t("The project and its money"), t("Partners, budget, funding, timeline, the fifteen projects")),
        ("companies", t("Who do the cities buy from?"), t("Companies, suppliers, purchases, invoices, account groups")),
        (
            "budgets",
            t("How do the cities keep to their budgets?"),
            t(
                "Budget against actual by city, account and unit: in euros, per inhabitant, or in the prices of one "
                "year."
            ),
        ),
        (
            "services",
            t("How fast are requests to the cities closed?"),
            t(
                "Service requests by service, city and month: how many are made, how many are closed and how long it "
                "takes. And who provides the cities' services."
            ),
        ),
        (
            "cities",
            t("The six cities"),
            t("One page a city: what it buys, budgets and serves, and what it does not publish."),
        ),
        (
            "compare",
            t("Compare the cities"),
            t("Two to six cities on one indicator, over the years and for the last year that all of them have."),
        ),
        (
            "indicators",
            t("Indicators"),
            t("Where each city stands, what moved, and which indicator crossed its threshold."),
        ),
        ("data", t("Datasets"), t("Open data, downloads, CSV, Excel, licences, coverage")),
        ("api", t("Interface for programs"), t("API, OpenAPI, JSON, examples for curl, Python and R")),
        ("sql", t("SQL over the data"), t("Ask the release by SQL: one SELECT, no key, no sign-in.")),
        ("releases", t("Releases"), t("What changed between the releases, older versions")),
        ("status", t("Status"), t("Sources, runs, errors, updates")),
        ("method", t("How the data are made"), t("Method, rules, rows set aside, matching of names, comparability")),
        ("glossary", t("Glossary"), t("Words and what they mean")),
        ("accessibility", t("Accessibility statement"), t("Shortcomings, feedback, supervision")),
        ("privacy", t("Privacy"), t("Personal data, cookies, logs, sole traders")),
        ("about", t("About the site"), t("Who made this, licence, code, how to cite, history")),
    ]


def city_details(t: Translator) -> str:
    """What is found of a city."""
    return t("The city on every theme, and what it does not publish")


def collect_entries(engine: CachedEngine) -> Iterator[Entry]:
    """Every entry, in no order."""
    package = engine.package
    yield from _pages()
    yield from _cities(engine)
    yield from _datasets(package)
    for indicator in package.indicators:
        path = f"compare?indicator={indicator.code}"
        yield _translated("indicator", path, indicator.title, indicator.description, indicator.code)
    yield from _terms()
    yield from _projects(engine)
    yield from _companies(engine)


def _pages() -> Iterator[Entry]:
    for of_page in zip(*(page_entries(translator(language)) for language in LANGUAGES), strict=True):
        names, details = tuple(name for _, name, _ in of_page), tuple(detail for *_, detail in of_page)
        path = of_page[0][0]
        yield Entry("page", path, names, f"{path} {KEYWORDS.get(path, '')}", ABOVE_ALL, details)


def _cities(engine: CachedEngine) -> Iterator[Entry]:
    details = tuple(city_details(translator(language)) for language in LANGUAGES)
    for row in engine.rows(Query("cities")):
        names = tuple(row[f"name_{language}"] for language in LANGUAGES)
        words = f"{row['city_code']} {row['business_id']}"
        yield Entry("city", f"cities/{row['city_code']}", names, words, ABOVE_ALL, details)


def _projects(engine: CachedEngine) -> Iterator[Entry]:
    """Each project with the ids of its facts and the titles of its sources, which name applications and decisions."""
    told: dict[str, list[str]] = {}
    for table, names in (("project_facts", ("fact_id", "source_title")), ("project_partners", ("source_title",))):
        for row in engine.rows(Query(table, columns=("project_code", *names))):
            told.setdefault(row["project_code"] or "", []).extend(row[name] or "" for name in names)
    named = engine.package.resource("projects").field("project_name")
    language = named.language if named else None
    for row in engine.rows(Query("projects", columns=("project_code", "project_name", "lead_name"))):
        code = row["project_code"]
        words = [code, row["lead_name"] or "", *dict.fromkeys(told.get(code, ()))]
        yield Entry(
            "project", "project#projects", (row["project_name"],), " ".join(words), ABOVE_ALL, language=language
        )


def _datasets(package: Package) -> Iterator[Entry]:
    for dataset in package.datasets:
        tables = (package.resource(name) for name in dataset.resources)
        words = " ".join([*dataset.keywords, dataset.name, *(_all(table.title) for table in tables)])
        yield _translated("dataset", f"dataset/{dataset.name}", dataset.title, dataset.description, words)


def _terms() -> Iterator[Entry]:
    for key, term in load_terms().items():
        yield _translated("term", f"glossary#{key}", term.name, term.text, " ".join(term.also))


def _translated(kind: Kind, path: str, name: Text, detail: Text, words: str) -> Entry:
    of: Callable[[Text], tuple[str, ...]] = lambda text: tuple(text[language] for language in LANGUAGES)  # noqa: E731
    return Entry(kind, path, of(name), words, ABOVE_ALL, of(detail))


def _companies(engine: CachedEngine) -> Iterator[Entry]:
    """Each business id with every name under which it stands; the more was bought from it, the heavier."""
    names: dict[str, list[str]] = {}
    known = Query("company_names", columns=("supplier_business_id", "company_name"))
    for row in engine.rows(known):
        names.setdefault(row["supplier_business_id"], []).append(row["company_name"])
    columns = ("supplier_business_id", "company_name", "amount_eur")
    for row in engine.rows(Query("companies", columns=columns)):
        business_id = row["supplier_business_id"]
        every = tuple(dict.fromkeys([row["company_name"], *names.get(business_id, ())]))
        yield Entry("company", f"companies/{business_id}", every, fold(business_id), float(row["amount_eur"] or 0))


def _all(text: Text) -> str:
    return " ".join(text[language] for language in LANGUAGES)
