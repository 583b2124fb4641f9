"""What a log asks of a witness (``add-checkpoint``), and what the witness answers, as bytes.

Source: C2SP tlog-witness. The text fixes a status for each fault of a well-formed request; a body
that is not in the one form it may have is answered 400.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from truceline.errors import EvidenceError
from truceline.evidence.checkpoint import Checkpoint, decimal, parse_checkpoint
from truceline.evidence.merkle import EMPTY_ROOT, HASH_BYTES
from truceline.evidence.note import Note, decode_base64, parse_note

OK: Final = 200
"""Cosigned."""
BAD_REQUEST: Final = 400
"""The body has a wrong form, or asks to go back."""
FORBIDDEN: Final = 403
"""The log has not signed."""
NOT_FOUND: Final = 404
"""The log is not known."""
CONFLICT: Final = 409
"""Another size was cosigned last."""
UNPROCESSABLE: Final = 422
"""Not proved to continue what was cosigned last."""
UNAVAILABLE: Final = 503
"""The witness cannot do its work now."""

MOST_HASHES: Final = 63
"""Hashes of a consistency proof at most; a log has at most 2^63 - 1 entries."""
LONGEST_BODY: Final = 512 * 1024
"""Of a request; 100 signature lines of the longest kind fit in. Unit: bytes."""
SIZE_TYPE: Final = "text/x.tlog.size"
"""Content type of an answer that says which size the witness has cosigned last."""
TEXT_TYPE: Final = "text/plain; charset=utf-8"
"""Content type of the other answers."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request whose form was checked, but nothing that it claims."""

    old: int
    """Size that the log believes the witness has cosigned last."""
    proof: tuple[bytes, ...]
    """Consistency proof from the old size to that of the checkpoint."""
    note: Note
    """The checkpoint, its signatures unverified."""
    stated: Checkpoint
    """What the checkpoint says."""
    root_fits: bool
    """False for a log without entries whose root is not that of one."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answers."""

    status: int
    """HTTP status code."""
    body: bytes
    content_type: str = TEXT_TYPE

    @property
    def granted(self) -> bool:
        """Whether the body holds cosignatures."""
        return self.status == OK


def refusal(status: int, why: str) -> Answer:
    """Give an answer that refuses, with a sentence for the person behind the log."""
    return Answer(status, why.encode() + b"\n")


def conflict(size: int) -> Answer:
    r"""Give the answer to a request whose old size is not that cosigned last.

    >>> conflict(70).body
    b'70\n'
    """
    return Answer(CONFLICT, b"%d\n" % size, SIZE_TYPE)


def size_stated(answer: Answer) -> int:
    """Read which size a witness has cosigned last from its answer 409.

    Raises:
        EvidenceError: when the answer does not say it in the one form that it may have.
    """
    text = answer.body.decode("ascii", errors="replace")
    if answer.content_type.split(";")[0].strip() != SIZE_TYPE or not text.endswith("\n"):
        raise EvidenceError("the witness says that the size differs, but not which it has")
    return decimal(text.removesuffix("\n"), "size that the witness has")


def format_request(old: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
    """Write a request.

    Args:
        old: size that the witness has cosigned last, 0 if none.
        proof: consistency proof from there on.
        checkpoint: signed note.
    """
    hashes = b"".join(base64.b64encode(found) + b"\n" for found in proof)
    return b"old %d\n" % old + hashes + b"\n" + checkpoint


def parse_request(body: bytes) -> Request:
    """Take a request apart.

    Raises:
        EvidenceError: when it is not in the one form that it may have.
    """
    if len(body) > LONGEST_BODY:
        raise EvidenceError(f"request: {len(body)} bytes, at most {LONGEST_BODY} are read")
    head, empty, checkpoint = body.partition(b"\n\n")
    first, *hashes = head.split(b"\n")
    if not empty or not first.startswith(b"old "):
        raise EvidenceError("request: expected 'old N', hashes, an empty line and a checkpoint")
    if len(hashes) > MOST_HASHES:
        raise EvidenceError(f"request: {len(hashes)} hashes, {MOST_HASHES} at most prove growth")
    old = decimal(first[4:].decode("utf-8", errors="replace"), "request, old size")
    proof = tuple(decode_base64(line, "request, hash") for line in hashes)
    if any(len(found) != HASH_BYTES for found in proof):
        raise EvidenceError(f"request: a hash has not {HASH_BYTES} bytes")
    note = _note(checkpoint)
    stated, root_fits = _stated(note.text)
    return Request(old, proof, note, stated, root_fits)


def _note(checkpoint: bytes) -> Note:
    """Read the note; one without any signature line is whole, only nobody has signed it."""
    if checkpoint.endswith(b"\n\n"):
        placeholder = "\u2014 nobody AAAAAAA=\n".encode()
        return Note(parse_note(checkpoint + placeholder).text, ())
    return parse_note(checkpoint)


def _stated(text: bytes) -> tuple[Checkpoint, bool]:
    """Read a checkpoint, also one of no entries with a root that it cannot have.

    Raises:
        EvidenceError: when it has another form.
    """
    origin, *lines = text.split(b"\n")
    root_fits = True
    if len(lines) > 2 and lines[0] == b"0":
        found = decode_base64(lines[1], "checkpoint, root")
        if len(found) == HASH_BYTES and found != EMPTY_ROOT:
            lines[1], root_fits = base64.b64encode(EMPTY_ROOT), False
    if not origin:
        raise EvidenceError("checkpoint: no origin")
    # an origin that no log of Truceline may have is not malformed here, it is unknown
    found_checkpoint = parse_checkpoint(b"\n".join((b"origin", *lines)))
    return replace(found_checkpoint, origin=origin.decode()), root_fits
