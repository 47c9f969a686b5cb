"""Addresses for machines: downloads of what panels show, their pictures, the package's own files, health."""
