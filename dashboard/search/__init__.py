"""One box over the whole site: companies, datasets, indicators, pages, projects, cities, terms, in three languages."""
