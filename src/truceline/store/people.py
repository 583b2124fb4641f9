"""People as they are recorded: versions, changes of access, and reads of what is sensitive."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from truceline.codec.canonical import canonical
from truceline.model.person import Grant, KeptBy, Person, PersonKey, Role


@dataclass(frozen=True, slots=True)
class PersonVersion:
    """A person as somebody wrote them down; the newest of a ``person_id`` counts."""

    number: int
    """1, 2, ...; never reused."""
    person_id: str
    name: str
    nationality: str
    grants: str
    """Canonical JSON: ``[{"areas": [...], "role": ..., "side": ...}]``."""
    key: str
    """Canonical JSON: ``{"kept_by": ..., "kind": ..., "public": ...}``, or ``null``."""
    disabled: bool
    by: str
    """Person id of who wrote it; empty at a desk where nobody was registered yet."""
    time: str
    """RFC 3339, UTC."""
    log_index: int


@dataclass(frozen=True, slots=True)
class AccessChange:
    """That access was given or taken back."""

    number: int
    what: str
    """Such as ``password set``, ``token issued``, ``token revoked``."""
    person_id: str
    """Whose access it is."""
    by: str
    """Person id of who did it; empty at a desk where nobody was registered yet."""
    detail: str
    """Canonical JSON; no secret."""
    time: str
    """RFC 3339, UTC."""
    log_index: int


@dataclass(frozen=True, slots=True)
class SensitiveRead:
    """That somebody looked at what is sensitive."""

    number: int
    operation: str
    """Such as ``position.open``."""
    subject: str
    """What was read, by its id."""
    person_id: str
    """Empty at a desk where nobody is registered."""
    person: str
    how: str
    """How it was known who reads: ``password``, ``token``, ``openid`` or ``desk``."""
    time: str
    """RFC 3339, UTC."""
    log_index: int


def person_of(row: PersonVersion) -> Person:
    """Give the person that a row tells of.

    Raises:
        ValueError: when the row was changed to what no person can be.
    """
    return Person(
        row.person_id,
        row.name,
        row.nationality,
        tuple(_grant(one) for one in json.loads(row.grants)),
        _key(json.loads(row.key)),
        row.disabled,
    )


def version_of(person: Person, by: str, time: str) -> PersonVersion:
    """Give the row for a person; number and index of the log are not given yet."""
    grants = [
        {"role": grant.role.value, "side": grant.side, "areas": list(grant.areas)}
        for grant in person.grants
    ]
    key = person.key
    plain = (
        None if key is None else {n: str(getattr(key, n)) for n in ("kind", "public", "kept_by")}
    )
    return PersonVersion(
        number=0,
        person_id=person.person_id,
        name=person.name,
        nationality=person.nationality,
        grants=canonical(grants).decode(),
        key=canonical(plain).decode(),
        disabled=person.disabled,
        by=by,
        time=time,
        log_index=0,
    )


def _grant(values: Mapping[str, Any]) -> Grant:
    return Grant(Role(values["role"]), values["side"], tuple(values["areas"]))


def _key(values: Mapping[str, Any] | None) -> PersonKey | None:
    if values is None:
        return None
    return PersonKey(values["kind"], values["public"], KeptBy(values["kept_by"]))
