"""Whom to write to: the address that the publisher has set, or that none is set."""

from __future__ import annotations

from dashboard.components.elements import html
from dashboard.context import Context


def contact(ctx: Context) -> html.P:
    """The contact address as a link where it is one."""
    t, address = ctx.t, ctx.contact
    if not address:
        return html.P(t("The publisher of this site has not set a contact address."), className="note note--warn")
    href = address if address.startswith(("https://", "http://")) else f"mailto:{address}"
    return html.P([t("Contact"), ": ", html.A(address, href=href)])
