"""One folder per published dataset: what it holds, where it comes from, and how it is tidied."""
