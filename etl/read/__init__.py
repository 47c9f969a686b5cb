"""Bytes of unknown dialect -> rows of text, under the names as published."""
