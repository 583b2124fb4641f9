"""Nouns to and from YAML, JSON and Arrow. Knows formats, decides nothing."""
