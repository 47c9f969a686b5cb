"""The pipeline: pulls what is declared from CKAN portals and writes one immutable data package."""
