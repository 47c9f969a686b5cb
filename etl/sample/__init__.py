"""A loopback CKAN with generated purchase files in each city's layout, for runs without the real portals."""
