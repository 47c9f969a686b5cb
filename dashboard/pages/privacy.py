"""What the site knows of its readers (nothing), and what personal data the cities' files may hold."""

from __future__ import annotations

from typing import Any

from dashboard.components.elements import html
from dashboard.components.prose import bullets, section
from dashboard.components.terms import explained_terms
from dashboard.context import Context
from dashboard.pages.contact import contact
from dashboard.pages.page import Page

OMBUDSMAN = "https://tietosuoja.fi/"


def layout(ctx: Context) -> Page:
    """The privacy notice."""
    t = ctx.t
    title = t("Privacy")
    description = t("What this site records of its readers, and how personal data in the cities' files are removed.")
    body: list[Any] = [
        html.H1(title),
        html.P(description, className="lede"),
        explained_terms(ctx, "sole_trader", "business_id", "set_aside"),
        *_readers(ctx),
        *_data(ctx),
        *_law(ctx),
        *section(
            t("If you find your own data here"),
            t(
                "Our rules go by names and cannot know every person. If you find something about yourself, tell us "
                "where. The city that published the data is responsible for its own file."
            ),
            contact(ctx),
        ),
    ]
    return Page(title, description, "privacy", "privacy", body)


def _readers(ctx: Context) -> list[Any]:
    t = ctx.t
    return section(
        t("Readers"),
        bullets(
            [
                t("No cookies are set, and nothing is stored in your browser."),
                t("There is no tracking, no analytics and no advertising."),
                t("Nothing is loaded from other servers."),
                t(
                    "The site keeps no log of searches. It writes down its own faults and, where the publisher has it "
                    "do so, the kind of page that was asked for and when, with the first part only of the network "
                    "address."
                ),
                t(
                    "So that nobody keeps others from being answered, requests are counted for a minute under a code "
                    "made from the network address; then the count is gone."
                ),
                t(
                    "What you search for and filter by stands in the address of the page, and so in your browser's "
                    "history and in links that you share."
                ),
                t("A web server that the publisher runs before the site may keep logs of its own."),
            ]
        ),
    )


def _law(ctx: Context) -> list[Any]:
    """What the General Data Protection Regulation asks for (articles 13 and 14)."""
    t = ctx.t
    authority = html.A(t("Office of the Data Protection Ombudsman"), href=OMBUDSMAN)
    return section(
        t("What the law asks us to tell"),
        bullets(
            [
                t("Controller: whoever publishes this site. How to reach them stands below."),
                t(
                    "Why, and on what basis: to make public what public money is spent on and by whom services are "
                    "provided, and to keep the site running. The basis is that legitimate interest (General Data "
                    "Protection Regulation, article 6(1)(f))."
                ),
                t("From where: the files that the cities and other authorities have published, named on each page."),
                t(
                    "How long: a release is kept so that what was cited from it can be checked, and goes when the "
                    "publisher removes it. The count of requests goes after a minute."
                ),
                t("To whom: to everybody, as open data. No decision about anybody is made from them automatically."),
                t(
                    "Your rights: to see the data on you, to have them corrected or erased, to restrict or object to "
                    "their use (articles 15 to 18 and 21). Write to the controller."
                ),
                html.Span([t("You can complain to the supervisory authority:"), " ", authority]),
            ]
        ),
    )


def _data(ctx: Context) -> list[Any]:
    t = ctx.t
    sources = [source for dataset in ctx.package.datasets for source in dataset.sources]
    traders = sum(source.set_aside.get("sole_trader", 0) for source in sources)
    return section(
        t("Personal data in the cities' files"),
        t(
            "Purchase invoices are public, but among the suppliers there are private persons and sole traders, and "
            "texts may hold names and contacts. We remove these before anything is published:"
        ),
        bullets(
            [
                t(
                    "Rows of suppliers that are named as sole traders are set aside: {n} in this release.",
                    n=ctx.f.number(traders),
                ),
                t(
                    "A supplier's name that could be a person's is blanked, though a business id stands beside it; the "
                    "amount stays. A sole trader without such a word in the name may so be counted by business id, but "
                    "is not named."
                ),
                t("What is no valid business id is removed from that field."),
                t(
                    "Personal identity codes, e-mail addresses and phone numbers are blanked in every free field, and "
                    "counted."
                ),
                t(
                    "Of service requests and service units no free text, personal names, contacts, addresses, "
                    "coordinates or pictures are published."
                ),
            ]
        ),
        t(
            "A company's own name may hold a person's name (“Matti Mallikas Oy”). It is the name of a company, and "
            "stays."
        ),
        t("These rules leave out some companies' names too: rather that than a person's."),
    )
