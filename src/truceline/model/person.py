"""People, what they may do for whom, and the keys by which their word is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in the mission (DESIGN: people)."""

    OBSERVER = "observer"
    """Hands in what was seen."""
    DUTY_OFFICER = "duty_officer"
    """Keeps the picture and the queue."""
    ANALYST = "analyst"
    """Prepares findings."""
    VERIFIER = "verifier"
    """Signs findings."""
    CHIEF = "chief_of_mission"
    """Answers for what is published."""
    LIAISON = "party_liaison"
    """Of one party: sees what concerns its side, replies, dissents."""
    CELL = "coordination_cell"
    """Receives notices, acknowledges."""
    ADMINISTRATOR = "administrator"
    """Keeps accounts and machines; sees no content."""
    PUBLIC = "public"
    """Anybody: what was published."""


class KeptBy(StrEnum):
    """Who holds a private key."""

    SYSTEM = "system"
    """Kept by this system: a signature proves the system's word, not the person's alone."""
    PERSON = "person"
    """Kept by the person, in a file or in hardware."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role, and for what it is given."""

    role: Role
    side: str = ""
    """Id of a party of the agreement; only a liaison has one, and must."""
    areas: tuple[str, ...] = ()
    """Ids of zones of the agreement; empty: everywhere."""


@dataclass(frozen=True, slots=True)
class PersonKey:
    """A public key by which a person's steps are known."""

    kind: str
    """``ed25519`` (signature over the message itself) or ``sshsig`` (as OpenSSH writes it)."""
    public: str
    """``ed25519``: base64 of 32 bytes; ``sshsig``: the key as in ``authorized_keys``, no comment."""
    kept_by: KeptBy


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part, as known at one time."""

    person_id: str
    """Lower-case letters, digits, dots and hyphens, such as ``r.example``; never reused."""
    name: str
    nationality: str
    """ISO 3166-1 alpha-2; empty where it is not told."""
    grants: tuple[Grant, ...]
    key: PersonKey | None = None
    disabled: bool = False

    def holds(self, *roles: Role) -> bool:
        """Tell whether the person has one of the roles, wherever."""
        return not self.disabled and any(grant.role in roles for grant in self.grants)


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who asks for something now: who it is, and how that is known."""

    person: Person | None
    """Null for the public."""
    how: str
    """``password``, ``token``, ``openid``, ``invitation``, ``desk`` (a workspace without registered
    people) or ``public``."""
    scopes: frozenset[str] | None = None
    """Operations that a token is limited to; null: all that the roles allow."""
    expires: datetime | None = None
    """UTC; null where the proof does not end."""
    proof: str = ""
    """Id of the token or session; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a person, or the system for them, signed a step with."""

    key: PersonKey
    value: str
    """Base64 of 64 bytes, or the armoured text that OpenSSH writes."""
