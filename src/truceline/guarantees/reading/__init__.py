"""Read articles: statements, pledges and positions as proposals, each with span, rule, confidence.

A reader proposes, a person confirms. Everything here is pure: bytes in, nouns out.
"""
