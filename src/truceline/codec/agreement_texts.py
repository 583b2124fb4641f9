"""A family of texts: ``texts: [ID, ...]`` in ``agreement.yaml``, each in ``texts/ID.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from pydantic import Field

from truceline.codec.agreement_build import in_force_of
from truceline.codec.agreement_fields import Day, Word, instead
from truceline.codec.agreement_parse import parse_shape
from truceline.codec.agreement_shape import AgreementShape, ClauseShape, InForceShape
from truceline.codec.clause_build import clauses_of
from truceline.codec.located_yaml import Located, Problems, read_located
from truceline.codec.provisions_build import provisions_of
from truceline.codec.provisions_shape import ProvisionsShape
from truceline.model.agreement import Clause, InForce, NearLine
from truceline.model.clause_terms import Text
from truceline.model.interval import Interval

FOLDER = "texts/"


class TextShape(ProvisionsShape):
    """The file ``texts/ID.yaml``: one document of a family."""

    id: Word
    """Id of the text; the file has the same name."""
    title: Word
    """As a report prints it."""
    signed: Day
    """ISO date of signature, or ``unknown``."""
    signatories: list[Word] = Field(default_factory=list)
    """Who signed or announced it."""
    amends: list[Word] = Field(default_factory=list)
    """Ids of texts that it changes."""
    status: str = ""
    """In your words: in force, overtaken, reported, ..."""
    in_force: InForceShape | None = None
    """When it binds, in local time; left out where nothing has brought it into force."""
    clauses: Annotated[list[ClauseShape], Field(min_length=1)]
    """The provisions."""
    sources: dict[str, Word] = Field(default_factory=dict)
    """A name of yours to an address or a description; one name means one thing in the family."""
    notes: list[Word] = Field(default_factory=list)
    """What is not known, and where sources differ."""


def read_texts(
    files: Mapping[str, bytes], shown: str, agreement: Located | None, problems: Problems
) -> tuple[Located, ...]:
    """Read the texts that a family names, in its order.

    Args:
        files: name to bytes.
        shown: the folder's name, put before the file names in problems.
        agreement: the located ``agreement.yaml``.
        problems: receives texts that are missing, not named, or named otherwise than their file.
    """
    present = {name[len(FOLDER) : -len(".yaml")] for name in files if name.startswith(FOLDER)}
    listed = agreement.data.get("texts") if agreement is not None else None
    named = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    found = []
    for index, text in enumerate(named):
        if text not in present and agreement is not None:
            what = f"the text {str(text)!r} has no file {FOLDER}{text}.yaml"
            others = present - set(named)
            advice = instead(text, others) if others else "add the file, or take out the name"
            problems.add(agreement, ("texts", index), what, advice)
        elif text not in named[:index]:
            found.append(_read(files, shown, text, problems))
        elif agreement is not None:
            problems.add(agreement, ("texts", index), f"{text} stands twice", "keep one")
    for text in sorted(present - set(named)) if agreement is not None else ():
        where = f"{shown}/{FOLDER}{text}.yaml"
        problems.at(
            where, 1, "no family names this text", f"add {text} to texts: of agreement.yaml"
        )
    return tuple(one for one in found if one is not None)


def _read(files: Mapping[str, bytes], shown: str, text: str, problems: Problems) -> Located | None:
    name = f"{FOLDER}{text}.yaml"
    where = read_located(files[name], f"{shown}/{name}", problems)
    if where is None:
        return None
    if not isinstance(where.data, dict):
        problems.add(where, (), "fields were expected", "write 'name: value' lines")
        return None
    if where.data.get("id") not in (None, text):
        what = f"the id {str(where.data['id'])!r} is not the name of the file"
        problems.add(where, ("id",), what, f"write {text!r}, or rename the file")
    return where


def text_shapes(texts: Iterable[Located], problems: Problems) -> tuple[TextShape, ...]:
    """Check each text against its shape; one that does not fit is left out, with the reason."""
    shapes = (parse_shape(where, TextShape, problems) for where in texts)
    return tuple(one for one in shapes if one is not None)


def text_of(said: TextShape, zone: str) -> Text:
    """Build the noun of a text.

    Args:
        said: the text.
        zone: time zone of the family, where the text has none.

    Raises:
        ValueError: for a time that cannot be meant in its zone.
    """
    own = in_force_of(said.in_force) if said.in_force else None
    return Text(
        id=said.id,
        title=said.title,
        signed=said.signed,
        languages=tuple(said.languages),
        amends=tuple(said.amends),
        status=said.status,
        sources=tuple(said.sources),
        notes=tuple(said.notes),
        in_force=own,
        provisions=provisions_of(said, own.zone if own else zone),
        signatories=tuple(said.signatories),
    )


def clauses_of_texts(texts: Sequence[TextShape], everyone: Sequence[str]) -> tuple[Clause, ...]:
    """Build the clauses of all texts, in the order of the texts.

    A clause has the time of its text unless it says otherwise; the family's own time says nothing
    about a text that is not in force.

    Raises:
        ValueError: for a time that cannot be meant in its zone.
    """
    found: list[Clause] = []
    for one in texts:
        own: InForce | None = in_force_of(one.in_force) if one.in_force else None
        found += clauses_of(one.clauses, own, everyone, one.id)
    return tuple(found)


def lines_needed(agreement: AgreementShape, texts: Sequence[TextShape]) -> dict[str, Interval]:
    """Give each line that clauses of a family measure from, with the time in which they bind.

    A text whose times were reported as wrong needs nothing.
    """
    found: dict[str, Interval] = {}
    law: tuple[AgreementShape | TextShape, ...] = (agreement, *texts)
    for one in law:
        try:
            own = in_force_of(one.in_force) if one.in_force else None
            clauses = clauses_of(one.clauses, own, (), one.id)
        except ValueError:
            continue
        for clause in clauses:
            for line in _lines_of(clause):
                time = found.get(line, clause.time)
                found[line] = Interval(
                    min(time.start, clause.time.start), max(time.end, clause.time.end)
                )
    return found


def _lines_of(clause: Clause) -> tuple[str, ...]:
    baselines = clause.terms.keep_back.baselines.values() if clause.terms.keep_back else ()
    area = (clause.area.line,) if isinstance(clause.area, NearLine) else ()
    return (*area, *(line for lines in baselines for line in lines))
