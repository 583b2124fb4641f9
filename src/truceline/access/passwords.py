"""Passwords: what can be one, and their argon2id hashes.

Source: RFC 9106 (Argon2), section 4, second recommended option (t=3, p=4, 64 MiB); RFC 8265
section 4.2 (OpaqueString: composed form, other spaces as a space, nothing else changed).
"""

from __future__ import annotations

import unicodedata
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.low_level import Type

from truceline.access.hidden import Hidden
from truceline.errors import WorkflowError

SHORTEST: Final = 12
"""Unit: characters."""
LONGEST: Final = 256
"""Unit: characters. What is longer is refused before it costs anything."""
SALT_BYTES: Final = 16
HASHER: Final = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4, type=Type.ID)
"""The parameters of today; a hash of lesser ones is made anew at the next login."""
_NOBODYS: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5J3Mgc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""A hash of no password, so that an unknown name takes as long as a known one."""


def checked(password: Hidden, *, person_id: str) -> Hidden:
    """Give a password that may be set.

    Raises:
        WorkflowError: when it is too short, too long, or plain to guess; it is never repeated.
    """
    if len(password.text) > LONGEST:
        raise WorkflowError(
            f"the password is longer than {LONGEST} characters; take a shorter one."
        )
    text = _composed(password).text
    if len(text) < SHORTEST:
        raise WorkflowError(
            f"the password is shorter than {SHORTEST} characters; take a few words that do not "
            "belong together."
        )
    if any(unicodedata.category(sign) == "Cs" for sign in text):
        raise WorkflowError("the password holds half of a sign; type it anew.")
    if len(set(text)) < 6 or person_id in text.casefold():
        raise WorkflowError(
            "the password repeats few letters, or holds your id; take a few words that do not "
            "belong together."
        )
    return Hidden(text)


def hashed(password: Hidden, salt: bytes) -> str:
    """Give the argon2id hash of a password that was checked.

    Args:
        password: one that :func:`checked` let pass, or that matched a hash.
        salt: random, of :data:`SALT_BYTES`.
    """
    return HASHER.hash(_composed(password).text, salt=salt)


def matches(stored: str, password: Hidden) -> bool:
    """Tell whether a password is that of a hash.

    Args:
        stored: the hash; empty where there is no such person or no password, which takes as long.
        password: as it was typed.
    """
    if len(password.text) > LONGEST:
        return False
    try:
        right = HASHER.verify(stored or _NOBODYS, _composed(password).text)
    except (Argon2Error, InvalidHashError, UnicodeEncodeError):
        return False
    return right and bool(stored)


def is_outdated(stored: str) -> bool:
    """Tell whether a hash was made with lesser parameters than those of today."""
    return HASHER.check_needs_rehash(stored)


def _composed(password: Hidden) -> Hidden:
    spaced = "".join(" " if unicodedata.category(c) == "Zs" else c for c in password.text)
    return Hidden(unicodedata.normalize("NFC", spaced))
