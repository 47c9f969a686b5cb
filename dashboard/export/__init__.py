"""File formats: batches of rows -> CSV, XLSX, JSON, Parquet, each saying what it is and where it came from."""
