"""Signing steps: with the key that the system keeps for a person, with one of their own, or at a desk.

A signature with a key that the system keeps proves the system's word, and not the person's alone.
"""

from __future__ import annotations

import hmac
from pathlib import Path

from truceline.access.person_keys import key_of_seed, parse_seed, seed_text
from truceline.access.signatures import sign_with_seed, wrong
from truceline.errors import WorkflowError
from truceline.evidence.durable import PRIVATE, Disk, put_files
from truceline.evidence.keys import read_signer
from truceline.evidence.note import Signer
from truceline.model.person import KeptBy, Person, PersonKey, Signature
from truceline.pipeline.key_files import FOLDER, seed_of

DESK_KEY = FOLDER / "desk.key"
"""Key of a workspace in which nobody is registered, below the workspace."""
_LABEL = b"truceline/desk-key/v1\n"


def signed(root: Path, person: Person, message: bytes, given: Signature | None) -> Signature:
    """Sign a statement for a person, or check the signature that the person gives.

    Args:
        root: of the workspace.
        person: who acts; without an id where nobody is registered.
        message: the statement.
        given: made by the person; null where the system signs.

    Raises:
        WorkflowError: when the person's own signature is missing or does not stand.
        WorkspaceError: when the system's key is missing or was changed.
        OSError: when the disk refuses.
    """
    if not person.person_id:
        if given is not None:
            raise WorkflowError(
                "nobody is registered here, so no key of a person is known: register people first "
                "(`truceline people add`), or leave the signature out."
            )
        seed = desk_seed(root)
        return sign_with_seed(key_of_seed(seed), seed, message)
    if given is not None:
        return _checked(person, message, given)
    if person.key is not None and person.key.kept_by is KeptBy.PERSON:
        raise WorkflowError(
            f"{person.person_id} signs with a key of their own: give it with --key FILE, or print "
            "what is to be signed with `truceline findings statement` and hand the signature in "
            "with --signature FILE --time TIME."
        )
    seed = seed_of(root, person)
    return sign_with_seed(key_of_seed(seed), seed, message)


def _checked(person: Person, message: bytes, given: Signature) -> Signature:
    """Take a signature that a person made.

    Raises:
        WorkflowError: when it is of another key, or does not stand under the statement.
    """
    if person.key is None or person.key.kept_by is not KeptBy.PERSON:
        raise WorkflowError(
            f"the system keeps the key of {person.person_id}; register one of your own first "
            "(`truceline people key`)."
        )
    if given.key != person.key:
        raise WorkflowError(f"the signature is of another key than that of {person.person_id}.")
    problem = wrong(given, message)
    if problem:
        raise WorkflowError(
            f"the signature of {person.person_id} does not stand: {problem}. Print the statement "
            "again and sign it as it is, with the same --time; where the finding or the case has "
            "changed since, it is another statement."
        )
    return given


def desk_seed(root: Path) -> bytes:
    """Give the key by which a desk signs; it is made from the log's own the first time.

    Raises:
        WorkspaceError: when the log's key is missing, or the file was changed.
        EvidenceError: when the log's key is broken.
        OSError: when the disk refuses.
    """
    path = root / DESK_KEY
    if path.is_file():
        return parse_seed(path.read_bytes(), str(path))
    seed = derived_desk_seed(read_signer(root))
    put_files(Disk(), {path: seed_text(seed)}, PRIVATE)
    return seed


def derived_desk_seed(log: Signer) -> bytes:
    """Make the key by which a desk signs from the log's own."""
    return hmac.digest(log.seed, _LABEL + log.name.encode(), "sha256")


def how_signed(key: PersonKey, person_id: str) -> str:
    """Say in words what a signature proves."""
    if not person_id:
        return "signed with the system's key for a name that nobody registered"
    if key.kept_by is KeptBy.SYSTEM:
        return (
            "signed with the key that the system keeps for them: this proves the system's word, "
            "not the person's alone"
        )
    return "signed with a key of their own"
