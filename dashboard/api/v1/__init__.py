"""The site's own interface: read only, every answer from the same questions that pages put to the release."""
