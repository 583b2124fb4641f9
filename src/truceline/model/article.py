"""What an article says and who says it there: proposals of a reader, which a person confirms.

Offsets are characters of the decoded text of the file as it lies on disk, half-open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a document."""

    start: int
    """First character, 0-based."""
    end: int
    """One past the last character; above ``start``."""

    def overlap(self, other: Span) -> int:
        """Number of characters that both hold."""
        return max(min(self.end, other.end) - max(self.start, other.start), 0)


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """A stretch that is not of the article: kept in the file, left out of the reading."""

    span: Span
    kind: str
    """advertising, newsletter, comment_policy, read_more, navigation, caption, dateline, ..."""
    rule: str
    """Which rule found it."""


@dataclass(frozen=True, slots=True)
class Document:
    """One article as a file."""

    name: str
    """File name without folder."""
    sha256: str
    text: str
    """Decoded text, the one that offsets refer to."""
    language: str
    """ISO 639-1, ``und`` where it cannot be told."""
    published: str | None
    """ISO date from the sidecar or the article itself; null where not known."""
    outlet: str | None
    agency: str | None
    author: str | None
    boilerplate: tuple[Boilerplate, ...]
    about: tuple[str, ...] = ()
    """Events that the sidecar says the article is about, as ISO dates, sorted."""


class Mode(StrEnum):
    """How a statement is given."""

    DIRECT = "direct"
    """The whole sentence is quoted."""
    PARTIAL = "partial"
    """Quoted words inside a paraphrase."""
    PARAPHRASE = "paraphrase"
    """No quoted words."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What every proposal of a reader carries."""

    id: str
    """``<document name>#<kind><start>``; stable for the same text and rules."""
    doc: str
    span: Span
    confidence: float
    """Measured share of right proposals of this rule, 0..1 (``docs/statements.md``)."""
    rule: str
    seconded_by: tuple[str, ...] = field(default=(), kw_only=True)
    """Plug-in proposers that propose the same, sorted."""


@dataclass(frozen=True, slots=True)
class Statement(Proposal):
    """Somebody said something."""

    mode: Mode
    speaker: str
    """Canonical name of a person or body; ``unknown`` where nobody is named."""
    name_as_given: str
    role_as_given: str | None
    """As the article has it, never corrected."""
    verb: str | None
    date_said: str | None
    """ISO date; null where the text does not give it to the day."""
    date_basis: str | None
    """From which words and which date it was resolved; null with ``date_said``."""
    place: str | None
    topic: str | None
    quotes: tuple[Span, ...]
    """Quoted words, without the marks."""


@dataclass(frozen=True, slots=True)
class PledgeProposal(Proposal):
    """Somebody undertakes, or refuses, something."""

    obligor: tuple[str, ...]
    """Canonical names of states or groups."""
    beneficiary: str | None
    types: tuple[str, ...]
    """Domains of ``model.agreement.Pledge.types``."""
    role: str | None
    """``lead``, ``contribute``, ``host``."""
    size: str | None
    trigger: str | None
    """Condition, in words of the register (``after a ceasefire``)."""
    limits: str | None
    status: str
    """``pledged``, ``conditional``, ``considered``, ``undecided``, ``ruled_out``."""
    date: str | None
    statement: str | None
    """Id of the statement that carries it."""


@dataclass(frozen=True, slots=True)
class Position(Proposal):
    """A party's stand towards what others propose."""

    party: str
    kind: str
    """rejection, red_line, demand, territorial_demand, threat, accusation, condition, offer,
    concession, other."""
    date: str | None


@dataclass(frozen=True, slots=True)
class Alignment:
    """One statement as several outlets report it."""

    members: tuple[str, ...]
    """Ids of statements, sorted; all of one speaker and one month."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a contradiction."""

    value: str
    doc: str
    span: Span


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A place where documents differ; both are kept."""

    type: str
    """true, stale_or_wrong, attribution, translation_variant, different_facts, compatible."""
    field: str
    """number, role, date, member, pledge_status, wording, condition, ..."""
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class RoleFinding:
    """An article calls somebody what they were not on its day: about the source, no correction."""

    id: str
    """``<document name>#role<start>``."""
    doc: str
    span: Span
    """Of the role as given."""
    person: str
    role_as_given: str
    kind: str
    """``not_held`` (no such office then) or ``called_former`` (held then, called former)."""
    days: tuple[str, ...]
    """ISO days of the article by which the table of offices was asked."""
    held: tuple[str, ...]
    """Offices of the person on those days, as the table has them; empty where it has none."""


@dataclass(frozen=True, slots=True)
class Group:
    """Documents that count as one voice: of one agency, one outlet, or copied from one another."""

    key: str
    """Name of the agency, else of the outlet, else of the first document."""
    basis: str
    """In words, why this document is in it."""


@dataclass(frozen=True, slots=True)
class LoneProposal:
    """What a plug-in proposer alone proposes: in no register, alignment or contradiction."""

    id: str
    """``<document name>#alone-<proposer>-<kind><start>``."""
    doc: str
    span: Span
    kind: str
    """``statement``, ``pledge`` or ``position``."""
    proposer: str
    confidence: float | None
    """Measured share of right ones of this proposer's lone proposals, 0..1; null: not measured."""
    values: Mapping[str, str]
    """Fields as ``Statement``, ``PledgeProposal``, ``Position`` name them; lists joined by ``; ``.
    No day is ever taken from a plug-in."""
    quotes: tuple[Span, ...]
    """Quoted words of a statement, without the marks."""
    beside: str | None
    """Id of the proposal of the rules on the same words that says otherwise."""


@dataclass(frozen=True, slots=True)
class ProposerReport:
    """What became of the proposals of one plug-in proposer over a batch."""

    proposer: str
    asked: int
    """Documents that it was asked about."""
    agreed: int
    alone: int
    refused: Mapping[str, int]
    """Proposals that were refused, by reason."""
    failed: tuple[tuple[str, str], ...]
    """(document, why) where it gave no usable answer; the rules' reading of it stands."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read from a set of documents."""

    documents: tuple[Document, ...]
    statements: tuple[Statement, ...]
    pledges: tuple[PledgeProposal, ...]
    positions: tuple[Position, ...]
    alignments: tuple[Alignment, ...] = ()
    contradictions: tuple[Disagreement, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    """(file name, why) of files that could not be read."""
    findings: tuple[RoleFinding, ...] = ()
    """Roles that the table of offices does not bear out."""
    alone: tuple[LoneProposal, ...] = ()
    """Proposals of plug-ins that the rules do not make."""
    proposers: tuple[ProposerReport, ...] = ()
    """Plug-ins that were asked; empty where only the rules read."""
