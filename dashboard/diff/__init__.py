"""What became of a table's rows between any two releases, from their Parquet files, and the CSV and JSON of it."""
