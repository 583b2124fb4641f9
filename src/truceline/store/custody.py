"""Items of evidence in the records: hand-ins, steps, copies, and what their papers are worth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HandIn:
    """One time that somebody handed in some bytes; the same bytes are one item."""

    number: int
    """1, 2, ...; never reused."""
    sha256: str
    """Of the original; the name of the item."""
    size: int
    """Unit: bytes."""
    media_type: str
    """As its first bytes say; never taken from the name."""
    name: str
    """File name as given: data, never a path, and not safe on a terminal."""
    handed_in_by: str
    """Who gave it to the mission."""
    side: str
    """Id of the party whom it concerns; empty: none."""
    areas: str
    """Canonical JSON: ids of the zones in which what it shows lies."""
    taken: str
    """When it was made, as the giver says. RFC 3339, UTC; empty: not told."""
    note: str
    about: str
    """Id of the finding or incident on which it bears; empty: none told."""
    derived_from: str
    """SHA-256 of the original of which this is a redacted copy; empty: it is an original."""
    papers: str
    """Canonical JSON: ``[{"name", "paper", "sha256", "size"}]`` of what came with it."""
    person: str
    """Who took it in."""
    person_id: str
    """Id of that person; empty where nobody is registered."""
    time: str
    """When it was received. RFC 3339, UTC."""
    log_index: int


@dataclass(frozen=True, slots=True)
class ItemStep:
    """What a person did with an item."""

    number: int
    sha256: str
    step: str
    """One of ``model.custody.CustodyStep``."""
    recipient: str
    """Of a transfer: into whose hands; else empty."""
    about: str
    """Of a link: id of the finding or incident; else empty."""
    reason: str
    person: str
    person_id: str
    time: str
    """RFC 3339, UTC."""
    log_index: int


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """A copy that somebody was about to take of an item; the entry comes before the copy."""

    number: int
    sha256: str
    reason: str
    person: str
    person_id: str
    time: str
    """RFC 3339, UTC."""
    log_index: int


@dataclass(frozen=True, slots=True)
class PaperCheck:
    """What a check found that a manifest or a stamp of an item is worth."""

    number: int
    sha256: str
    """Of the item."""
    paper: str
    """One of ``model.custody.Paper``."""
    paper_sha256: str
    """Of the file beside the item; empty for a manifest inside it."""
    checker: str
    """Library and its version."""
    roots_sha256: str
    """Of the certificates that were trusted, kept among the raw files; empty: none."""
    outcome: str
    """One of ``model.custody.Provenance``, or the state of a stamp."""
    report: str
    """Canonical JSON."""
    time: str
    """RFC 3339, UTC."""
    log_index: int


@dataclass(frozen=True, slots=True)
class FieldCommitment:
    """Salted hashes of the single fields of an item that is a JSON object, as one root."""

    number: int
    sha256: str
    """Of the item."""
    fields: int
    """How many."""
    root: str
    """See ``custody.fields``. Unit: 64 hex digits."""
    person: str
    person_id: str
    time: str
    """RFC 3339, UTC."""
    log_index: int
