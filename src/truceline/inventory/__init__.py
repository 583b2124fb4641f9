"""Declared weapons, storage sites and visits: what is missing, moved or was never declared."""
