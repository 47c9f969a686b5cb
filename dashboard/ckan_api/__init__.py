"""CKAN's Action API over a release: what CKAN 2.12 answers, without CKAN. Knows no Flask.

A dataset of the release is a package of CKAN, a distribution of a table is a resource, and each table has a datastore
table of its own name. Whatever writes is left out: a release never changes.
"""
