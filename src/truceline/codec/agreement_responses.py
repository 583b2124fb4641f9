"""What may stand in ``procedures.yaml``: who is told when a condition is met, and nothing else."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from truceline.codec.agreement_documents import Documents, ids, items, known, names_of
from truceline.codec.agreement_fields import Length, Shape, Word
from truceline.codec.agreement_shape import VerifiedField
from truceline.codec.agreement_time import parse_length
from truceline.codec.located_yaml import Located, Path, Problems
from truceline.model.procedure import Recipient, ResponseProcedure, Standing, Step, Trigger
from truceline.model.verified import Verified


class RecipientShape(Shape):
    """A body that is told."""

    id: Word
    """Stable."""
    name: Word
    """As a notice prints it. Addresses are the mission's own and stand in no agreement."""


class TriggerShape(Shape):
    """The condition: an event of the agreement, or a confirmed finding."""

    event: Literal["in_force_starts", "in_force_ends"] | None = None
    """``in_force_starts`` or ``in_force_ends``."""
    finding: Literal["confirmed"] | None = None
    """The word ``confirmed``; a finding of the machine opens nothing."""
    clauses: list[Word] = Field(default_factory=list)
    """Ids of the clauses that count; left out: every clause."""
    grade: Word | None = None
    """Lightest grade that counts, of the grades of ``procedure.yaml``; left out: every grade."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.event is None) == (self.finding is None):
            raise ValueError(
                "it is not clear what opens the procedure; "
                "write either event: in_force_starts, or finding: confirmed"
            )
        if self.event is not None and (self.clauses or self.grade):
            raise ValueError(
                "clauses and grade are of a finding; leave them out, or write finding: confirmed"
            )
        return self


class StepShape(Shape):
    """Somebody to be told."""

    id: Word
    """Stable within the procedure."""
    tell: Annotated[list[Word], Field(min_length=1)]
    """Ids of recipients; all of one step are told at the same time."""
    about: Word
    """What the notice says, in your own words; people decide what follows."""
    not_before: Length = "PT0S"
    """Length of time from the opening before which it is not sent; ``PT0S`` if left out."""
    within: Length | None = None
    """Length of time from the opening by which it is owed; left out where the text states none."""
    after: list[Word] = Field(default_factory=list)
    """Ids of steps above whose notices must have gone out before, and been acknowledged where that
    is asked; once an answer is overdue the next step no longer waits for it."""
    acknowledge: Length | None = None
    """Length of time after sending in which an answer is asked; left out: none is asked."""
    verified: VerifiedField = Field(default_factory=dict)
    """As for a clause."""

    @model_validator(mode="after")
    def _in_time(self) -> Self:
        if self.within and parse_length(self.within) < parse_length(self.not_before):
            raise ValueError(
                f"within ({self.within}) ends before not_before ({self.not_before}); "
                "both are counted from the opening of the procedure"
            )
        return self


class ResponseShape(Shape):
    """One procedure."""

    id: Word
    """Stable."""
    title: Word
    """As a notice prints it."""
    standing: Literal["in_use", "proposed", "reported_not_agreed"]
    """``in_use`` (adopted by the mission), ``proposed``, or ``reported_not_agreed`` (known from
    reports; needs a source). Only ``in_use`` opens outside drills."""
    trigger: TriggerShape
    """The condition, see below."""
    steps: Annotated[list[StepShape], Field(min_length=1)]
    """Whom to tell, in order."""
    drill: bool = False
    """``true``: only ever for drills."""
    sources: list[Word] = Field(default_factory=list)
    """Names from ``sources`` of ``agreement.yaml``."""
    notes: list[Word] = Field(default_factory=list)
    """What is not known about it, and where sources differ."""

    @model_validator(mode="after")
    def _reported_by_somebody(self) -> Self:
        if self.standing == "reported_not_agreed" and not self.sources:
            raise ValueError("a reported procedure has no source; name at least one under sources")
        return self


class ResponsesShape(Shape):
    """The file ``procedures.yaml``."""

    recipients: Annotated[list[RecipientShape], Field(min_length=1)]
    """Bodies that are told."""
    procedures: Annotated[list[ResponseShape], Field(min_length=1)]
    """Who is told what, and when."""


def check_responses(docs: Documents, problems: Problems) -> None:
    """Add every reference of ``procedures.yaml`` that leads nowhere."""
    where = docs.responses
    if where is None:
        return
    clauses, sources = names_of(docs, "clauses"), docs.sources
    grades = docs.procedure.data.get("grades") if docs.procedure is not None else None
    for path, procedure in items(where, "procedures"):
        known(where, (*path, "sources"), "source", procedure.get("sources"), sources, problems)
        trigger = procedure.get("trigger")
        if isinstance(trigger, dict):
            at = (*path, "trigger")
            known(where, (*at, "clauses"), "clause", trigger.get("clauses"), clauses, problems)
            if isinstance(grades, list):
                words = [str(grade) for grade in grades]
                known(where, (*at, "grade"), "grade", trigger.get("grade"), words, problems)
        _steps(where, (*path, "steps"), procedure.get("steps"), problems)


def _steps(where: Located, path: Path, steps: object, problems: Problems) -> None:
    """Check whom steps tell and what they follow: only a step that stands above."""
    recipients, above = ids(where, "recipients"), dict[str, int]()
    for index, step in enumerate(steps if isinstance(steps, list) else ()):
        if not isinstance(step, dict):
            continue
        at = (*path, index)
        known(where, (*at, "tell"), "recipient", step.get("tell"), recipients, problems)
        known(where, (*at, "after"), "step above", step.get("after"), above, problems)
        own = str(step.get("id"))
        if own in above:
            what = f"the id {own!r} was given already in line {above[own]}"
            problems.add(where, (*at, "id"), what, "write another id; ids are never reused")
        above.setdefault(own, where.line((*at, "id")))


def recipients_of(said: ResponsesShape | None) -> tuple[Recipient, ...]:
    """Build the bodies that are told."""
    return tuple(Recipient(one.id, one.name) for one in said.recipients) if said else ()


def responses_of(said: ResponsesShape | None) -> tuple[ResponseProcedure, ...]:
    """Build the procedures."""
    return tuple(_response(one) for one in said.procedures) if said else ()


def _response(said: ResponseShape) -> ResponseProcedure:
    trigger = said.trigger
    return ResponseProcedure(
        id=said.id,
        title=said.title,
        standing=Standing(said.standing),
        trigger=Trigger(trigger.event or "", tuple(sorted(trigger.clauses)), trigger.grade or ""),
        steps=tuple(_step(one) for one in said.steps),
        drill=said.drill,
        sources=tuple(said.sources),
        notes=tuple(said.notes),
    )


def _step(said: StepShape) -> Step:
    return Step(
        id=said.id,
        tell=tuple(said.tell),
        about=said.about,
        not_before=parse_length(said.not_before),
        within=parse_length(said.within) if said.within else None,
        after=tuple(said.after),
        acknowledge=parse_length(said.acknowledge) if said.acknowledge else None,
        verified=tuple(
            Verified(name, one.state, one.note) for name, one in sorted(said.verified.items())
        ),
    )
