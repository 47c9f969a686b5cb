"""What whoever runs the site sees of it: figures for Prometheus, and a line of JSON for each request."""

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names a folder in which several processes add up what they count; known before the library is
imported, which looks for it then."""
