"""Pure: values -> plotly figures as plain dicts, which the browser, the server's SVG and the PNG all draw."""
