"""Parts -> one immutable release, and the pointer to it."""
