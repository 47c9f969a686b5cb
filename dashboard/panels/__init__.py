"""Figure panels, the unit of a page: each is a query, and what its answer shows. Pages lay them out, the API
gives their data and pictures, so that a chart and its download cannot differ."""
