"""plotly's names for dashes, as SVG patterns."""

PATTERNS = {
    "solid": None,
    "dash": "7 4",
    "dot": "2 3",
    "dashdot": "8 3 2 3",
    "longdash": "12 5",
    "longdashdot": "12 4 2 4",
}


def dash_pattern(name: str) -> str | None:
    """Return a `stroke-dasharray`; a pattern of plotly's own form (`5px,10px`) passes through as numbers.

    >>> dash_pattern("dot"), dash_pattern("5px,10px"), dash_pattern("solid")
    ('2 3', '5 10', None)
    """
    if name in PATTERNS:
        return PATTERNS[name]
    sizes = name.replace("px", "").replace("%", "").replace(",", " ").split()
    return " ".join(sizes) if sizes and all(size.replace(".", "", 1).isdigit() for size in sizes) else None
