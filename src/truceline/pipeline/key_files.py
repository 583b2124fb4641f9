"""The files in which the system keeps people's private keys: ``keys/people/<id>.key``, mode 0600.

A new key is first written beside the old one (``.key.next``), then recorded, then put in its place;
whoever reads a key compares it with the record and finishes what a crash has cut off.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from truceline.access.person_keys import key_of_seed, parse_seed, seed_text
from truceline.access.persons import checked_id
from truceline.errors import WorkspaceError
from truceline.evidence.durable import PRIVATE, Disk, put_files
from truceline.model.person import KeptBy, Person

FOLDER: Final = Path("keys/people")
"""Below the workspace."""


def keep_next(root: Path, person_id: str, seed: bytes) -> None:
    """Write a key that is about to be recorded.

    Raises:
        WorkflowError: when the id could name another file.
        OSError: when the disk refuses.
    """
    put_files(Disk(), {_path(root, person_id, ".key.next"): seed_text(seed)}, PRIVATE)


def settle(root: Path, person: Person) -> None:
    """Put a key in its place that was recorded, and let go of one that is no longer used.

    Raises:
        OSError: when the disk refuses.
    """
    disk = Disk()
    place, coming = (_path(root, person.person_id, end) for end in (".key", ".key.next"))
    if person.key is not None and person.key.kept_by is KeptBy.PERSON:
        for path in (place, coming):
            disk.remove(path)
    elif coming.exists() and key_of_seed(_read(coming)) == person.key:
        disk.rename(coming, place)
        disk.sync(place.parent)


def seed_of(root: Path, person: Person) -> bytes:
    """Give the private key that the system keeps for a person.

    Raises:
        WorkspaceError: when it keeps none, or the file is not that of the recorded key.
        OSError: when the disk refuses.
    """
    if person.key is None or person.key.kept_by is not KeptBy.SYSTEM:
        raise WorkspaceError(
            f"the system keeps no key for {person.person_id}: sign with the key of your own "
            "(docs/people.md says how)."
        )
    settle(root, person)
    place = _path(root, person.person_id, ".key")
    seed = _read(place)
    if key_of_seed(seed) != person.key:
        raise WorkspaceError(
            f"{place} is not the key that is recorded for {person.person_id}; put back a copy of "
            f"it, or give a new one with `truceline people key WS {person.person_id} --new`."
        )
    return seed


def _path(root: Path, person_id: str, end: str) -> Path:
    return root / FOLDER / f"{checked_id(person_id)}{end}"


def _read(path: Path) -> bytes:
    try:
        return parse_seed(path.read_bytes(), str(path))
    except FileNotFoundError:
        raise WorkspaceError(
            f"{path} is missing: this copy of the workspace can be read, but nobody whose key the "
            "system keeps can sign in it."
        ) from None
