"""Who may do what: one table, asked for one person, one operation and one thing.

Everything is refused that the table does not allow. A person with several roles may do what any of
them allows, each within its own side and areas. A token narrows that and never widens it; whoever
is disabled may do nothing at all, not even what the public may.
"""

from __future__ import annotations

from dataclasses import dataclass

from truceline.access.operations import Operation as Operation  # noqa: PLC0414 - read from here too
from truceline.access.table import Reach as Reach  # noqa: PLC0414 - the same
from truceline.access.table import reach
from truceline.errors import AccessError
from truceline.model.person import Grant, Principal, Role

DESK = "desk"
"""How somebody is known where nobody is registered: by holding the files."""
_PUBLIC = Grant(Role.PUBLIC)


@dataclass(frozen=True, slots=True)
class Subject:
    """What an operation is about, as far as the rules ask."""

    side: str = ""
    """Id of the party whom it concerns, or whose it is; empty: none."""
    areas: tuple[str, ...] = ()
    """Ids of the zones of the agreement in which it lies; empty: in none, or not known."""
    others: tuple[str, ...] = ()
    """Further parties whom it concerns, such as all of them while nothing is attributed."""
    owner: str = ""
    """Id of the person who handed it in, or whose account it is; empty: nobody."""

    @property
    def sides(self) -> tuple[str, ...]:
        """Everybody whom it concerns."""
        return tuple(side for side in (self.side, *self.others) if side)


ANYTHING = Subject()
"""Nothing in particular: no side, no place, no owner."""


def forbidden(principal: Principal, operation: Operation, subject: Subject = ANYTHING) -> str:
    """Say which rule forbids an operation; empty where none does.

    Args:
        principal: who asks. Whether its proof still holds is for the caller to know.
        operation: what for.
        subject: on what.
    """
    if principal.person is None and principal.how == DESK:
        return _out_of_scope(principal, operation)
    if principal.person is not None and principal.person.disabled:
        return (
            f"{principal.person.person_id} is disabled and may do nothing here; an administrator "
            "can change that (`truceline people change WS ID --enable`)."
        )
    if principal.person is None:
        grants: tuple[Grant, ...] = (_PUBLIC,)
    else:
        grants = (*principal.person.grants, _PUBLIC)
    refusals = [_refusal(grant, principal, operation, subject) for grant in grants]
    if all(refusals):
        return _told(principal, operation, refusals)
    return _out_of_scope(principal, operation)


def require(principal: Principal, operation: Operation, subject: Subject = ANYTHING) -> None:
    """Refuse what the rules forbid.

    Raises:
        AccessError: with the sentence that names the rule.
    """
    refusal = forbidden(principal, operation, subject)
    if refusal:
        raise AccessError(refusal)


def may_somewhere(principal: Principal, operation: Operation) -> bool:
    """Tell whether somebody may do an operation on anything at all, so that asking makes sense."""
    if principal.person is None and principal.how == DESK:
        return not _out_of_scope(principal, operation)
    if principal.person is not None and principal.person.disabled:
        return False
    grants = () if principal.person is None else principal.person.grants
    roles = [grant.role for grant in (*grants, _PUBLIC)]
    allowed = any(reach(role, operation) is not Reach.NO for role in roles)
    return allowed and not _out_of_scope(principal, operation)


def _refusal(grant: Grant, principal: Principal, operation: Operation, subject: Subject) -> str:
    """Say why one grant does not allow it, as the end of a sentence; empty where it does."""
    extent = reach(grant.role, operation)
    if extent is Reach.NO:
        return "may not"
    if extent is Reach.OWN:
        mine = principal.person is not None and subject.owner == principal.person.person_id
        return "" if mine else "may only with what is their own"
    if extent is Reach.SIDE and (not grant.side or grant.side not in subject.sides):
        return f"may only for what concerns their side ({grant.side or 'none'})"
    if extent is not Reach.YES and grant.areas and not set(grant.areas) & set(subject.areas):
        return f"may only in their area ({', '.join(grant.areas)})"
    return ""


def _told(principal: Principal, operation: Operation, refusals: list[str]) -> str:
    if principal.person is None:
        return (
            f"{operation.value} is not open to the public: say who you are "
            "(see `truceline people --help`)."
        )
    held = zip(principal.person.grants, refusals, strict=False)
    reasons = "; ".join(f"as {grant.role.value} {reason}" for grant, reason in held)
    return (
        f"{principal.person.person_id} may not do {operation.value} here: "
        f"{reasons or 'no role is given'} (docs/roles.md has the table)."
    )


def _out_of_scope(principal: Principal, operation: Operation) -> str:
    if principal.scopes is None or operation.value in principal.scopes:
        return ""
    if principal.how == "password" and principal.scopes == frozenset({Operation.SET_CREDENTIALS}):
        return (
            "a password alone is good for nothing but setting a second factor: do that first "
            "(`truceline people totp WS`)."
        )
    return (
        f"the token is not good for {operation.value}: its scopes are "
        f"{', '.join(sorted(principal.scopes)) or 'none'}; issue one with that scope."
    )
