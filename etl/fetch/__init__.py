"""Talking to portals: which resources a dataset has, and streaming one of them to disk."""
