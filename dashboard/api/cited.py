"""What is asked for as a work that can be cited."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

import flask

from dashboard.api.asked import Asked, csv_file
from dashboard.api.table_query import NEUTRAL, query_words
from dashboard.citation.work import Work
from dashboard.export.bundle import measure
from dashboard.i18n.formats import HELSINKI
from dashboard.panels.publishers import names_of, names_of_dataset


def cite_asked(asked: Asked, accessed: dt.datetime) -> Work:
    """The work with the hash of its CSV, of a dataset with those of all its tables."""
    package = asked.ctx.package
    if asked.whole_dataset:
        found = [
            (f"{name}.csv", one.hash.removeprefix("sha256:"))
            for name in package.dataset_of(asked.query.resource).resources
            for one in package.resource(name).distributions
            if one.format == "csv"
        ]
        return cite_tables(asked, tuple(found), accessed)
    csv = csv_file(asked)
    return cite_tables(asked, ((f"{asked.name}.csv", csv.sha256 or measure(csv.chunks).sha256),), accessed)


def cite_tables(asked: Asked, hashes: tuple[tuple[str, str], ...], accessed: dt.datetime | None) -> Work:
    """The work; `accessed` is left out of what is the same whenever it is taken."""
    ctx, panel = asked.ctx, asked.panel
    dataset = ctx.dataset_of(asked.query.resource)
    title = ctx.text(dataset.title)
    if panel is not None:
        view = panel.view(ctx)
        title = f"{view.title} ({view.subtitle})"
    elif not asked.whole_dataset and ctx.text(asked.resource.title) != title:
        title = f"{title}: {ctx.text(asked.resource.title)}"
    sample = ctx.package.is_generated(dataset) if asked.whole_dataset else asked.resource.sample
    return Work(
        asked.name,
        title,
        names_of(ctx, panel) if panel else names_of_dataset(ctx, dataset.name),
        ctx.package.version,
        ctx.created.astimezone(HELSINKI).date(),
        ctx.base_url + _address(asked),
        ctx.language,
        dataset.licence.title,
        dataset.licence.url,
        accessed,
        panel.scope(ctx) if panel else query_words(asked.query),
        hashes,
        ctx.t("sample data") if sample else "",
    )


def _address(asked: Asked) -> str:
    """Where these very data are, with the release that they are of."""
    ctx, release = asked.ctx, {"release": asked.ctx.package.version}
    if asked.panel is not None:
        return asked.panel.home(ctx.pin())
    if asked.whole_dataset:
        return f"/dataset/{asked.name}?{urlencode(release)}"
    pairs = [(name, value) for name, value in flask.request.args.items(multi=True) if name not in NEUTRAL]
    return f"/data/{asked.query.resource}.csv?{urlencode([*pairs, *release.items()])}"
