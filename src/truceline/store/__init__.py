"""Archive of observations (Parquet) and records (SQL). The only package that knows databases."""
