"""Withholding single fields of a record and still proving the others.

Each field, named by its JSON pointer, is committed to by
``SHA-256("truceline/field/v1" LF || salt || canonical([pointer, value]))``, with a salt of its own
of 32 bytes; the root is ``SHA-256("truceline/fields/v1" LF || the hashes in ascending order)``.
Because the hashes stand in their own order and not in that of the names, what is withheld shows
neither its name nor its value nor its place, only that it is there.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from truceline.codec.canonical import canonical, plain
from truceline.errors import EvidenceError

SALT_BYTES: Final = 32
"""Length of a salt, and of the secret from which salts are made. Unit: bytes."""
_FIELD: Final = b"truceline/field/v1\n"
_FIELDS: Final = b"truceline/fields/v1\n"
_DEEPEST: Final = 50
"""Objects within objects."""


@dataclass(frozen=True, slots=True)
class Commitment:
    """What is committed to of one record."""

    root: str
    """Unit: 64 hex digits."""
    hashes: Mapping[str, str]
    """JSON pointer of each field to its salted hash in hex."""


def fields_of_record(record: Mapping[str, Any]) -> dict[str, Any]:
    """Give the single fields of a record by JSON pointer (RFC 6901); nested ones are apart.

    Raises:
        EvidenceError: when it is empty, or nested too deep.

    >>> fields_of_record({"name": "R. Example", "seen": {"at": "12:00", "by": ["a", "b"]}})
    {'/name': 'R. Example', '/seen/at': '12:00', '/seen/by/0': 'a', '/seen/by/1': 'b'}
    """
    found = dict(_fields("", plain(dict(record)), 0))
    if not record:
        raise EvidenceError("the record has no field that could be withheld or shown")
    return found


def _fields(pointer: str, value: Any, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > _DEEPEST:
        raise EvidenceError(f"the record is nested deeper than {_DEEPEST}; nothing needs that")
    if isinstance(value, dict) and value:
        for key in sorted(value):
            step = key.replace("~", "~0").replace("/", "~1")
            yield from _fields(f"{pointer}/{step}", value[key], depth + 1)
    elif isinstance(value, list) and value:
        for place, item in enumerate(value):
            yield from _fields(f"{pointer}/{place}", item, depth + 1)
    else:
        yield pointer, value


def salts_of(secret: bytes, pointers: Collection[str]) -> dict[str, bytes]:
    """Make the salt of each field out of one secret.

    Raises:
        ValueError: when the secret has not 32 bytes.
    """
    if len(secret) != SALT_BYTES:
        raise ValueError(f"the secret of a record has {SALT_BYTES} bytes, not {len(secret)}")
    return {p: hmac.digest(secret, p.encode("utf-8", "surrogatepass"), "sha256") for p in pointers}


def commit_fields(record: Mapping[str, Any], salts: Mapping[str, bytes]) -> Commitment:
    """Commit to each field of a record.

    Args:
        record: a JSON object.
        salts: a secret salt of 32 bytes for each field, by JSON pointer.

    Raises:
        EvidenceError: when the record is empty or nested too deep.
        ValueError: when a salt is missing or of the wrong length.
    """
    fields = fields_of_record(record)
    if fields.keys() != salts.keys():
        raise ValueError("salts are needed for exactly the fields of the record")
    hashes = {p: _hash(p, value, salts[p]) for p, value in fields.items()}
    return Commitment(_root(hashes.values()), hashes)


def disclose(
    record: Mapping[str, Any], salts: Mapping[str, bytes], shown: Collection[str]
) -> dict[str, Any]:
    """Give what proves some fields of a record and withholds the others.

    Args:
        record: a JSON object.
        salts: as for :func:`commit_fields`.
        shown: JSON pointers of the fields to show; one of an object or array stands for all in it.

    Raises:
        EvidenceError: when a pointer names no field.
        ValueError: when a salt is missing or of the wrong length.
    """
    made = commit_fields(record, salts)
    fields = fields_of_record(record)
    chosen = {p for p in fields if any(p == s or p.startswith(f"{s}/") for s in shown)}
    unknown = [s for s in shown if not any(p == s or p.startswith(f"{s}/") for p in fields)]
    if unknown:
        raise EvidenceError(f"the record has no field {', '.join(sorted(unknown))}")
    return {
        "format": "truceline/fields/v1",
        "root": made.root,
        "shown": {p: {"salt": salts[p].hex(), "value": fields[p]} for p in sorted(chosen)},
        "withheld": sorted(made.hashes[p] for p in fields.keys() - chosen),
    }


def verify_disclosed(disclosed: Mapping[str, Any], root: str) -> dict[str, Any]:
    """Check what was disclosed of a record against the root that was logged.

    Args:
        disclosed: as :func:`disclose` gives it, whoever brought it.
        root: hex, from the log and not from the one who discloses.

    Returns:
        The fields that are proved, by JSON pointer.

    Raises:
        EvidenceError: when it is not of that root, or not of that form.
    """
    try:
        shown = {
            str(pointer): (field["value"], bytes.fromhex(field["salt"]))
            for pointer, field in disclosed["shown"].items()
        }
        hashes = [_hash(pointer, value, salt) for pointer, (value, salt) in shown.items()]
        withheld = [bytes.fromhex(one).hex() for one in disclosed["withheld"]]
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise EvidenceError(f"this is no disclosure of fields ({error!r})") from None
    every = [*hashes, *withheld]
    if len(set(every)) != len(every) or any(len(one) != 64 for one in every):
        raise EvidenceError("a hash stands twice in this disclosure, or is none")
    if not hmac.compare_digest(_root(every).encode(), str(root).encode()):
        raise EvidenceError(
            "these fields are not those of the record: together with what is withheld they do not "
            "give the root that was logged"
        )
    return {pointer: value for pointer, (value, _) in shown.items()}


def _hash(pointer: str, value: Any, salt: bytes) -> str:
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return hashlib.sha256(_FIELD + salt + canonical([pointer, value])).hexdigest()


def _root(hashes: Collection[str]) -> str:
    ordered = b"".join(bytes.fromhex(one) for one in sorted(hashes))
    return hashlib.sha256(_FIELDS + ordered).hexdigest()
