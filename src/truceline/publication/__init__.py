"""Who must know: reports and data that leave the verification cell."""
