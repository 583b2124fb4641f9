"""The one table of roles and operations. What does not stand here is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from truceline.access.operations import Operation
from truceline.model.person import Role


class Reach(StrEnum):
    """How far a role may do an operation."""

    NO = "no"
    OWN = "own"
    """Only with what the person handed in, or with the person's own account."""
    SIDE = "own side"
    """Only with what concerns the side of the grant."""
    AREA = "own area"
    """Only with what lies in an area of the grant; everywhere where the grant names none."""
    YES = "yes"


ROLES: Final = tuple(Role)
"""The columns, in this order."""

_N, _O, _S, _A, _Y = Reach

# fmt: off
_ROWS: Final = {
    #                            obs duty anal veri chief liai cell admi publ
    Operation.READ_PUBLISHED:    (_Y, _Y, _Y, _Y, _Y, _Y, _Y, _Y, _Y),
    Operation.READ_AGREEMENT:    (_Y, _Y, _Y, _Y, _Y, _Y, _Y, _Y, _Y),
    Operation.VERIFY_LOG:        (_Y, _Y, _Y, _Y, _Y, _Y, _Y, _Y, _Y),

    Operation.LIST_FINDINGS:     (_N, _A, _A, _A, _A, _S, _A, _N, _N),
    Operation.OPEN_CASE:         (_N, _A, _A, _A, _A, _S, _A, _N, _N),
    Operation.OPEN_POSITION:     (_N, _N, _A, _A, _A, _N, _N, _N, _N),
    Operation.SEE_SENSORS:       (_N, _A, _A, _A, _A, _N, _N, _N, _N),
    Operation.SEE_PATROLS:       (_O, _A, _A, _A, _A, _N, _N, _N, _N),
    Operation.READ_OBSERVATIONS: (_O, _A, _A, _A, _A, _N, _N, _N, _N),
    Operation.READ_REGISTER:     (_N, _Y, _Y, _Y, _Y, _N, _Y, _N, _N),

    Operation.ASSIGN:            (_N, _A, _A, _A, _A, _N, _N, _N, _N),
    Operation.REVIEW:            (_N, _N, _A, _A, _N, _N, _N, _N, _N),
    Operation.GRADE:             (_N, _N, _A, _A, _A, _N, _N, _N, _N),
    Operation.ATTRIBUTE:         (_N, _N, _N, _A, _A, _N, _N, _N, _N),
    Operation.CONFIRM:           (_N, _N, _N, _A, _N, _N, _N, _N, _N),
    Operation.REJECT:            (_N, _N, _N, _A, _A, _N, _N, _N, _N),
    Operation.NOTIFY:            (_N, _A, _N, _A, _A, _N, _N, _N, _N),
    Operation.REPLY:             (_N, _N, _N, _N, _N, _S, _N, _N, _N),
    Operation.DISSENT:           (_N, _N, _A, _A, _A, _S, _N, _N, _N),
    Operation.FINALISE:          (_N, _N, _N, _N, _A, _N, _N, _N, _N),
    Operation.REOPEN:            (_N, _N, _A, _A, _A, _N, _N, _N, _N),

    Operation.HAND_IN:           (_Y, _Y, _Y, _Y, _Y, _S, _N, _N, _N),
    Operation.READ_CUSTODY:      (_O, _A, _A, _A, _A, _O, _N, _N, _N),
    Operation.OPEN_ORIGINAL:     (_O, _N, _A, _A, _A, _O, _N, _N, _N),
    Operation.REDACT:            (_N, _N, _N, _A, _A, _N, _N, _N, _N),
    Operation.DELETE_ENTRY:      (_N, _N, _N, _N, _Y, _N, _N, _N, _N),

    Operation.INGEST:            (_N, _Y, _Y, _N, _N, _N, _N, _N, _N),
    Operation.RUN:               (_N, _Y, _Y, _N, _N, _N, _N, _N, _N),
    Operation.WRITE_REPORT:      (_N, _Y, _Y, _Y, _Y, _N, _N, _N, _N),
    Operation.PUBLISH:           (_N, _N, _N, _N, _Y, _N, _N, _N, _N),
    Operation.BUNDLE:            (_N, _N, _A, _A, _A, _N, _N, _N, _N),
    Operation.BUNDLE_PARTY:      (_N, _N, _A, _A, _A, _S, _N, _N, _N),
    Operation.BUNDLE_PUBLIC:     (_N, _N, _A, _A, _A, _N, _N, _N, _N),
    Operation.REVIEW_STATEMENTS: (_N, _N, _Y, _Y, _N, _N, _N, _N, _N),
    Operation.AMEND:             (_N, _N, _N, _N, _Y, _N, _N, _N, _N),

    Operation.DECLARE_ITEMS:     (_N, _N, _A, _A, _N, _S, _N, _N, _N),
    Operation.VISIT_SITE:        (_A, _N, _N, _A, _N, _N, _N, _N, _N),
    Operation.SEE_SITES:         (_A, _A, _A, _A, _A, _S, _N, _N, _N),
    Operation.SEE_DISCREPANCIES: (_A, _A, _A, _A, _A, _S, _A, _N, _N),

    Operation.LIST_NOTICES:      (_N, _Y, _Y, _Y, _Y, _S, _Y, _N, _N),
    Operation.SEND_NOTICES:      (_N, _Y, _N, _N, _Y, _N, _N, _N, _N),
    Operation.ACKNOWLEDGE:       (_N, _N, _N, _N, _N, _S, _Y, _N, _N),

    Operation.WITNESS:           (_N, _N, _N, _N, _N, _S, _Y, _N, _N),
    Operation.COLLECT:           (_N, _Y, _N, _N, _Y, _N, _N, _Y, _N),
    Operation.EXPORT:            (_N, _N, _N, _N, _Y, _N, _N, _N, _N),
    Operation.BACK_UP:           (_N, _N, _N, _N, _N, _N, _N, _Y, _N),
    Operation.CHANGE_SETTINGS:   (_N, _N, _N, _N, _N, _N, _N, _Y, _N),

    Operation.MANAGE_PEOPLE:     (_N, _N, _N, _N, _N, _N, _N, _Y, _N),
    Operation.SEE_PEOPLE:        (_O, _O, _O, _O, _Y, _O, _O, _Y, _N),
    Operation.SET_CREDENTIALS:   (_O, _O, _O, _O, _O, _O, _O, _O, _N),
    Operation.ISSUE_TOKEN:       (_O, _O, _O, _O, _O, _O, _O, _O, _N),
    Operation.REVOKE_TOKEN:      (_O, _O, _O, _O, _O, _O, _O, _Y, _N),
    Operation.AUDIT_ACCESS:      (_O, _O, _O, _O, _Y, _O, _O, _Y, _N),
    Operation.AUDIT_READS:       (_O, _O, _O, _O, _Y, _O, _O, _N, _N),
}
# fmt: on

TABLE: Final[Mapping[Operation, Mapping[Role, Reach]]] = {
    operation: dict(zip(ROLES, row, strict=True)) for operation, row in _ROWS.items()
}
"""Operation to role to reach."""


def reach(role: Role, operation: Operation) -> Reach:
    """Give how far a role may do an operation; what the table does not name it may not.

    >>> reach(Role.LIAISON, Operation.REPLY).value
    'own side'
    """
    return TABLE.get(operation, {}).get(role, Reach.NO)
