"""Tables of the statements: documents, what was read in them, the register, what persons said.

``documents``, ``readings`` and ``reviews`` are only ever added to. The others hold the newest
reading and what follows from it, and are put in place anew with each reading or review. An
unknown day is the empty text, which sorts before every known one.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from truceline.store.schema import metadata

documents = Table(
    "documents",
    metadata,
    Column("log_index", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(255), nullable=False, index=True),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sidecar", Text, nullable=False),
    Column("received", String(32), nullable=False),
)
"""Every version of every document; the newest of a name counts."""

readings = Table(
    "readings",
    metadata,
    Column("reading_id", Integer, primary_key=True),
    Column("made", String(32), nullable=False),
    Column("code", String(32), nullable=False),
    Column("documents", String(64), nullable=False),
    Column("result", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("log_index", BigInteger, nullable=False),
)

statements = Table(
    "statements",
    metadata,
    Column("statement_id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("doc", String(255), nullable=False, index=True),
    Column("speaker", Text, nullable=False),
    Column("day", String(10), nullable=False),
    Column("content", Text, nullable=False),
    Index("ix_statements_speaker_day", "speaker", "day"),
)

pledges = Table(
    "pledges",
    metadata,
    Column("pledge_id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("doc", String(255), nullable=False, index=True),
    Column("content", Text, nullable=False),
)

pledge_items = Table(
    "pledge_items",
    metadata,
    Column("pledge_id", Text, ForeignKey("pledges.pledge_id"), primary_key=True),
    Column("obligor", String(255), primary_key=True),
    Column("domain", String(32), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("day", String(10), nullable=False),
    Index("ix_pledge_items_obligor", "obligor", "domain", "day"),
)
"""One row an obligor and type."""

positions = Table(
    "positions",
    metadata,
    Column("position_id", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("doc", String(255), nullable=False, index=True),
    Column("party", Text, nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("content", Text, nullable=False),
)

alignments = Table(
    "alignments",
    metadata,
    Column("statement_id", Text, primary_key=True),
    Column("alignment", Integer, nullable=False, index=True),
)
"""Which statements are one: those of one number."""

disagreements = Table(
    "disagreements",
    metadata,
    Column("disagreement_id", String(96), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("type", String(32), nullable=False),
    Column("field", String(32), nullable=False),
    Column("content", Text, nullable=False),
)

register_entries = Table(
    "register_entries",
    metadata,
    Column("entry_id", String(255), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("obligor", String(255), nullable=False, index=True),
    Column("content", Text, nullable=False),
)
"""One row an undertaking; derived from agreement, reading and reviews."""

register_cells = Table(
    "register_cells",
    metadata,
    Column("obligor", String(255), primary_key=True),
    Column("domain", String(32), primary_key=True),
    Column("entry_id", String(255), primary_key=True),
    Column("day", String(10), nullable=False),
    Column("first_day", String(10), nullable=False),
    Column("last_day", String(10), nullable=False),
    Column("status", String(16), nullable=False),
    Column("precedence", String(260), nullable=False),
    Column("voice", String(255), nullable=False),
    Index("ix_register_cells_newest", "obligor", "domain", "first_day", "day"),
    Index("ix_register_cells_latest", "obligor", "domain", "last_day", "day", "precedence"),
    Index("ix_register_cells_status", "obligor", "domain", "status", "day", "voice"),
)
"""One row an undertaking that counts and a domain of it, for seeks (``store.register``).

``day``: by when it is known; ``first_day`` and ``last_day``: between which it was said;
``precedence``: the lowest of those that may be the latest heads the cell, and its id stands in it;
``voice``: the independent voice that tells of it, empty where several do.
"""

reviews = Table(
    "reviews",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("target", Text, nullable=False, index=True),
    Column("verdict", String(16), nullable=False),
    Column("person", Text, nullable=False),
    Column("time", String(32), nullable=False),
    Column("content", Text, nullable=False),
    Column("log_index", BigInteger, nullable=False),
)
