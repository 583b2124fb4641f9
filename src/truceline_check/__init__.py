"""Checks a bundle of evidence off-line; knows nothing of Truceline itself."""
