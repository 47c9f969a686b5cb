"""The accessibility statement, as the Act on the Provision of Digital Services (306/2019) asks for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dashboard.components.elements import html
from dashboard.components.prose import bullets, section
from dashboard.context import Context
from dashboard.pages.contact import contact
from dashboard.pages.page import Page

WRITTEN = dt.date(2026, 11, 24)
"""When the statement was last gone through against the site."""
SUPERVISOR = "https://www.saavutettavuusvaatimukset.fi/"


def layout(ctx: Context) -> Page:
    """The statement."""
    t = ctx.t
    title = t("Accessibility statement")
    description = t("How accessible this site is, what is wanting, and whom to tell.")
    body: list[Any] = [
        html.H1(title),
        html.P(description, className="lede"),
        html.P(
            t(
                "This statement is about the site Kuusi. It follows the Act on the Provision of Digital Services "
                "(306/2019) and was last checked on {day}.",
                day=ctx.f.date(WRITTEN),
            )
        ),
        *_state(ctx),
        *_shortcomings(ctx),
        *section(
            t("How it was assessed"),
            t(
                "The makers have assessed the site themselves: with automatic tests (axe) in every language, light and "
                "dark, by keyboard alone, at 320 pixels and at 200 % zoom. Nobody outside has audited it, and it has "
                "not been tried with people who use assistive technology every day."
            ),
        ),
        *_feedback(ctx),
        *_supervision(ctx),
    ]
    return Page(title, description, "accessibility", "accessibility", body)


def _state(ctx: Context) -> list[Any]:
    t = ctx.t
    return section(
        t("State of accessibility"),
        t("The site meets most requirements of level AA of the WCAG 2.2 guidelines. The shortcomings that we know:"),
    )


def _shortcomings(ctx: Context) -> list[Any]:
    t = ctx.t
    known = bullets(
        [
            t(
                "Names of units, accounts, services and projects are shown as published, most of them in Finnish. "
                "Pages mark their language, but not where they are part of a chart's description or a link's label "
                "(WCAG 3.1.2)."
            ),
            t("What failed in a run is told in English on the status page, in the words of the program."),
            t("Wide tables scroll sideways in a frame of their own on a small screen."),
            t(
                "A chart's values cannot be reached one by one by keyboard; the same values stand in the table under "
                "the chart and in its downloads."
            ),
            t("Charts that are downloaded as PNG pictures hold text that a screen reader cannot read."),
        ]
    )
    return [known]


def _feedback(ctx: Context) -> list[Any]:
    t = ctx.t
    return section(
        t("Did you notice a shortcoming?"),
        contact(ctx),
        t("Tell us, and say on which page it was. The law gives us 14 days to answer."),
    )


def _supervision(ctx: Context) -> list[Any]:
    t = ctx.t
    link = html.A("saavutettavuusvaatimukset.fi", href=SUPERVISOR)
    return section(
        t("Supervision"),
        t(
            "If you are not satisfied with the answer, or get none within 14 days, you can make a complaint to the "
            "Finnish Transport and Communications Agency Traficom, which supervises accessibility."
        ),
        html.P([t("How to complain, and the contact details of the authority:"), " ", link]),
    )
