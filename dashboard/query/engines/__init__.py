"""Engines that answer queries, a file each: what their SQL says differently, how a release is loaded into them and how
they are asked. DuckDB reads the release's own files; the others hold a copy, one for each release."""
