"""A case: a finding with everything that persons have done with it, and where it stands by that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from truceline.model.finding import Status
from truceline.model.review_rules import UNDETERMINED, StepKind

Attribution = tuple[tuple[str, float], ...]
"""(party id or ``undetermined``, probability); the probabilities come to 1."""
NOBODY: Attribution = ((UNDETERMINED, 1.0),)
"""Who did it, where nobody has said."""


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One step of one person, as far as the workflow asks."""

    number: int
    """Order of the steps, as recorded."""
    kind: StepKind
    person: str
    """Name, as shown."""
    person_id: str
    """Empty where nobody is registered."""
    nationality: str
    """ISO 3166-1 alpha-2; empty where it is not told."""
    reason: str
    time: datetime
    """UTC."""
    incident_revision: int
    """Of the incident, as the person saw it."""
    sha256: str
    """Of the finding, as the person saw it."""
    detail: Mapping[str, Any]
    """What the step says besides: grade, attribution, party, until, refers_to, incident_revision."""

    @property
    def who(self) -> str:
        """Tell persons apart: by id, or by name where nobody is registered."""
        return self.person_id or self.person.casefold()


@dataclass(frozen=True, slots=True)
class Matter:
    """A finding as it stands now, as far as the workflow asks."""

    finding_id: str
    incident_revision: int
    sha256: str
    """Of the finding's canonical JSON."""
    parties: tuple[str, ...]
    """Ids of the parties of the agreement."""
    bound: tuple[str, ...]
    """Those of them whom the clause binds."""
    grades: tuple[str, ...]
    """Of the procedure, from lightest to gravest."""
    gone: str = ""
    """Why there is no such finding any more; empty while there is."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A step that somebody asks for."""

    kind: StepKind
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Lock:
    """Somebody has the finding in progress."""

    person: str
    who: str
    """As ``CaseStep.who``."""
    until: datetime
    """UTC; at this moment it is over."""


@dataclass(frozen=True, slots=True)
class Told:
    """A party that was told, and how long it has to reply."""

    party: str
    time: datetime
    """UTC."""
    reply_by: datetime
    """UTC."""


@dataclass(frozen=True, slots=True)
class CaseState:
    """Where a case stands; it follows from the steps, the rules and the time alone."""

    status: Status = Status.PRELIMINARY
    case_revision: int = 1
    """Goes up by one each time the case is reopened."""
    incident_revision: int = 0
    """On which this revision of the case rests; 0 until somebody has acted."""
    sha256: str = ""
    """Of the finding on which it rests; empty until somebody has acted."""
    grade: str = ""
    """As graded by persons; empty while the machine's proposal stands."""
    attribution: Attribution = NOBODY
    """As attributed by persons, never by the machine."""
    lock: Lock | None = None
    confirmations: tuple[CaseStep, ...] = ()
    """Signatures that count towards the rule, one a person."""
    open_words: tuple[CaseStep, ...] = ()
    """Grades and attributions given after the confirmation, by fewer than the rule asks for."""
    told: tuple[Told, ...] = ()
    """Parties that were told in this revision, in order, the newest time of each."""
    replies: tuple[CaseStep, ...] = ()
    """Of all revisions of the case."""
    dissents: tuple[CaseStep, ...] = ()
    """Of all revisions of the case."""
    heard: frozenset[str] = frozenset()
    """Parties that replied in this revision."""
    last: CaseStep | None = None
    """The newest step of any kind."""
    decided: CaseStep | None = None
    """The step by which the status came about."""
    missing: str = ""
    """What the next status needs, in a sentence."""
    reply_by: datetime | None = None
    """When the last time to reply ends that still runs; null where none does. UTC."""
