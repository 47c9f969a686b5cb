"""Questions to the release as values: one model for pages, pictures and downloads, so that they cannot differ."""
