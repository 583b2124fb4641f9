"""What can be a person: ids, names, and which roles one person may hold together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from truceline.errors import WorkflowError
from truceline.model.person import Grant, Person, Role

_ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]|\.(?=[a-z0-9])){0,62}(?<![-.])")
_RESERVED: Final = frozenset({"desk", "system", "public", "truceline"})
"""Ids that say that no person acted."""
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_LONGEST_NAME: Final = 120
"""Unit: characters."""
_MOST_GRANTS: Final = 16


def checked_id(text: str) -> str:
    """Give an id that can be a person's; it also names a file, so it is never repaired.

    Raises:
        WorkflowError: when it is none.

    >>> checked_id("r.example")
    'r.example'
    """
    if not _ID.fullmatch(text) or text in _RESERVED:
        raise WorkflowError(
            f"{text[:64]!r} cannot be the id of a person: write 1 to 63 lower-case letters a-z, "
            "digits, single dots and hyphens, such as r.example"
            + (f" (not one of {', '.join(sorted(_RESERVED))})." if text in _RESERVED else ".")
        )
    return text


def checked_name(text: str) -> str:
    """Give a name as one line in Unicode's composed form.

    Raises:
        WorkflowError: when it is empty, too long, or holds what steers a terminal or a page.

    >>> checked_name("  R.   Example ")
    'R. Example'
    """
    if len(text) > 4 * _LONGEST_NAME:
        raise WorkflowError(f"a name has at most {_LONGEST_NAME} characters, not {len(text)}.")
    line = " ".join(unicodedata.normalize("NFC", text).split())
    if not line or len(line) > _LONGEST_NAME:
        raise WorkflowError(f"a name has 1 to {_LONGEST_NAME} characters, not {len(line)}.")
    if not line.isprintable() or not any(sign.isalpha() for sign in line):
        raise WorkflowError(
            f"{line!a} is no name: it needs a letter, and no sign that cannot be seen."
        )
    return line


def checked(person: Person, parties: Collection[str], zones: Collection[str]) -> Person:
    """Give a person whose every field can stand.

    Args:
        person: as somebody wants to record it.
        parties: ids of the parties of the agreement, one of which a liaison speaks for.
        zones: ids of the zones of the agreement, to which a role may be limited.

    Raises:
        WorkflowError: with what is wrong and what to write instead.
    """
    checked_id(person.person_id)
    if person.nationality and not _COUNTRY.fullmatch(person.nationality):
        raise WorkflowError(
            f"{person.nationality[:20]!r} is no nationality: write two capital letters of "
            "ISO 3166-1, such as CH, or leave it empty."
        )
    grants = tuple(dict.fromkeys(person.grants))
    if not 1 <= len(grants) <= _MOST_GRANTS:
        raise WorkflowError(f"a person has 1 to {_MOST_GRANTS} roles; give --role.")
    for grant in grants:
        _check_grant(grant, parties, zones)
    _check_together(grants)
    name = checked_name(person.name)
    return Person(person.person_id, name, person.nationality, grants, person.key, person.disabled)


def _check_grant(grant: Grant, parties: Collection[str], zones: Collection[str]) -> None:
    if grant.role is Role.PUBLIC:
        raise WorkflowError("everybody is the public; that role is given to nobody.")
    if grant.role is Role.LIAISON and grant.side not in parties:
        raise WorkflowError(
            f"a liaison speaks for one party: give --side, one of {_named(parties)}."
        )
    if grant.side and grant.role is not Role.LIAISON:
        raise WorkflowError(f"only a liaison has a side; leave it out for {grant.role.value}.")
    if grant.areas and grant.role is Role.ADMINISTRATOR:
        raise WorkflowError("an administrator sees no content, so no area limits it.")
    unknown = sorted(set(grant.areas) - set(zones))
    if unknown:
        raise WorkflowError(
            f"{unknown[0][:64]!r} is no zone of the agreement; there are {_named(zones)}."
        )


def _check_together(grants: tuple[Grant, ...]) -> None:
    """Keep apart what one person must not be at once.

    Raises:
        WorkflowError: when an administrator would see content, or a party what is not its own.
    """
    roles = {grant.role for grant in grants}
    if Role.ADMINISTRATOR in roles and len(roles) > 1:
        raise WorkflowError(
            "an administrator sees no content and so holds no other role: register the person "
            "twice, with an id for each."
        )
    sides = {grant.side for grant in grants if grant.role is Role.LIAISON}
    if sides and (len(sides) > 1 or len(roles) > 1):
        raise WorkflowError("a liaison speaks for one side and holds no role of the mission.")


def _named(ids: Collection[str]) -> str:
    return ", ".join(sorted(ids)) or "none"
