"""A finished run's folder as tables: one SQLite database, and what is in it as CSV, XLSX and Parquet files."""
