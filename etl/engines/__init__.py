"""Where a run's heavy work is done: files are read, tidied and checked here or on a cluster, by the same rules."""
