"""SQL that anybody may send: one SELECT over the release, run in a process of its own that can do nothing else."""
