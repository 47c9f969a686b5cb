"""`python -m bench.peer PARQUET PORT`: the named peer of bench.web, a page as Dash's own tutorial would write it.

Four charts, a table and three filters over the same purchases, with dcc.Graph, dash_table and the whole plotly bundle.
"""

from __future__ import annotations

import sys

import duckdb
import plotly.express as px
from dash import Dash, Input, Output, dash_table, dcc, html

CHOICES = ("city_code", "purchase_year", "account_group_code")


def make_app(parquet: str) -> Dash:
    """The page over one Parquet file of purchases."""
    connection = duckdb.connect()
    connection.execute("create table purchases as from read_parquet(?)", [parquet])
    app = Dash(__name__)

    def options(name: str) -> list[object]:
        rows = connection.cursor().execute(f"select distinct {name} from purchases where {name} is not null order by 1")
        return [row[0] for row in rows.fetchall()]

    app.layout = html.Div(
        [
            html.H1("Purchases"),
            *[dcc.Dropdown(options(name), id=name, placeholder=name) for name in CHOICES],
            *[dcc.Graph(id=f"chart-{index}") for index in range(4)],
            dash_table.DataTable(id="table", page_size=50, filter_action="native", sort_action="native"),
        ]
    )

    @app.callback(
        *[Output(f"chart-{index}", "figure") for index in range(4)],
        Output("table", "data"),
        *[Input(name, "value") for name in CHOICES],
    )
    def draw(*chosen: object) -> list[object]:
        where = " and ".join(f"({name} = ? or ? is null)" for name in CHOICES)
        values = [value for one in chosen for value in (one, one)]

        def ask(columns: str, rest: str) -> object:
            sql = f"select {columns}, sum(amount_eur)::double as euros from purchases where {where} {rest}"
            return connection.cursor().execute(sql, values).df()

        of_companies = ask("supplier_name", "group by 1 order by 2 desc limit 200")
        return [
            px.bar(of_companies.head(10), x="euros", y="supplier_name", orientation="h"),
            px.line(ask("city_code, purchase_year", "group by 1, 2 order by 2"), "purchase_year", "euros", "city_code"),
            px.bar(ask("account_group_code", "group by 1 order by 1"), x="account_group_code", y="euros"),
            px.bar(ask("purchase_month", "group by 1 order by 1"), x="purchase_month", y="euros"),
            of_companies.to_dict("records"),
        ]

    return app


if __name__ == "__main__":
    make_app(sys.argv[1]).run(port=sys.argv[2], debug=False)
