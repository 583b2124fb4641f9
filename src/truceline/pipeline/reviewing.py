"""A person's word on a proposal or a contradiction: logged, recorded, and in the register at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from truceline.codec.register_plain import review_to_plain
from truceline.errors import WorkflowError
from truceline.guarantees.reviews import corrected, digest_of, disagreement_id
from truceline.model.article import Disagreement, PledgeProposal, Proposal, Reading
from truceline.model.register import Entry, Review, Verdict
from truceline.pipeline.desk import Desk
from truceline.pipeline.reading import reading_of
from truceline.pipeline.recording import alone
from truceline.pipeline.statements import take_up
from truceline.pipeline.statements_log import put_register
from truceline.store import database, register, reviews

_BOTH: Final = "both"


def review(
    desk: Desk,
    target: str,
    verdict: Verdict,
    person: str,
    now: datetime,
    reason: str,
    values: Mapping[str, str] | None = None,
) -> Review:
    """Add a person's word on a proposal or a contradiction.

    The same word once more, with nothing said in between, adds nothing.

    Args:
        desk: the workspace.
        target: id of a proposal or of a contradiction, or of an entry of the register that rests
            on one proposal.
        verdict: of a proposal ``confirm``, ``correct`` or ``reject``; of a contradiction ``rule``.
        person: who says it.
        now: time of the entry.
        reason: why.
        values: for ``correct`` field to value; for ``rule`` ``side``: its place from 0, or ``both``.

    Raises:
        WorkflowError: when nothing has that id, person or reason are empty, or verdict or values
            do not fit the target.
        WorkspaceError: when the records cannot be used.
    """
    person, reason, values = person.strip(), reason.strip(), dict(values or {})
    if not person or not reason:
        raise WorkflowError(
            f"a word on {target} needs a person and a reason; say who says it, and why."
        )
    with alone(desk.workspace.root / "openings", "reading or reviewing"):
        return _review(desk, target, verdict, person, now, reason, values)


def _review(
    desk: Desk,
    target: str,
    verdict: Verdict,
    person: str,
    now: datetime,
    reason: str,
    values: Mapping[str, str],
) -> Review:
    take_up(desk, now)
    reading = reading_of(desk)
    found = _found(desk, reading, target)
    _check(target, found, verdict, values)
    with database.reading(desk.engine) as connection:
        before = reviews.every(connection)
    name = disagreement_id(found) if isinstance(found, Disagreement) else found.id
    number = len(before) + 1
    made = Review(number, verdict, name, digest_of(found), person, now, reason, values)
    last = next((one for one in reversed(before) if one.target == name), None)
    if last is not None and replace(made, number=last.number, time=last.time) == last:
        return last
    at = desk.log([{"type": "review.made", **review_to_plain(made)}])[0]
    with database.writing(desk.engine) as connection:
        reviews.add(connection, made, at)
        put_register(desk, connection, reading, reviews.every(connection))
    return made


def targets(reading: Reading) -> dict[str, Proposal | Disagreement]:
    """Give everything that a person may speak of, by id."""
    every: dict[str, Proposal | Disagreement] = {
        one.id: one for one in (*reading.statements, *reading.pledges, *reading.positions)
    }
    return every | {disagreement_id(one): one for one in reading.contradictions}


def _found(desk: Desk, reading: Reading, target: str) -> Proposal | Disagreement:
    known = targets(reading)
    if target in known:
        return known[target]
    with database.reading(desk.engine) as connection:
        entries = {one.id: one for one in register.every(connection)}
    if target in entries:
        return known[_proposal_of(entries[target])]
    raise WorkflowError(f"nothing here has the id {target}; {nearest(target, (*known, *entries))}")


def nearest(target: str, known: Iterable[str]) -> str:
    """Say which id was probably meant."""
    near = difflib.get_close_matches(target, known, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else "`truceline statements register` shows them."


def _proposal_of(entry: Entry) -> str:
    proposals = sorted({one.proposal for one in entry.citations if one.proposal})
    if not proposals:
        raise WorkflowError(
            f"{entry.id} stands in the agreement's pledges.yaml, which people wrote; change it there."
        )
    if len(proposals) > 1:
        raise WorkflowError(
            f"{entry.id} rests on {len(proposals)} proposals; say it of each: {', '.join(proposals)}"
        )
    return proposals[0]


def _check(
    target: str, found: Proposal | Disagreement, verdict: Verdict, values: Mapping[str, str]
) -> None:
    """Refuse what does not fit.

    Raises:
        WorkflowError: when it does not.
    """
    if isinstance(found, Disagreement):
        _check_ruling(target, found, verdict, values)
    elif verdict is Verdict.RULE:
        raise WorkflowError(
            f"{target} is a proposal; confirm, correct or reject it. Rulings are for contradictions."
        )
    elif verdict is Verdict.CORRECT:
        _check_correction(target, found, values)
    elif values:
        raise WorkflowError(
            f"to {verdict.value} {target} takes no values; to change some, correct it instead."
        )


def _check_ruling(
    target: str, found: Disagreement, verdict: Verdict, values: Mapping[str, str]
) -> None:
    if verdict is not Verdict.RULE:
        raise WorkflowError(
            f"{target} is a contradiction; rule on it: one of its sides is followed, or both stand."
        )
    sides = [*map(str, range(len(found.sides))), _BOTH]
    if values.keys() != {"side"} or values["side"] not in sides:
        raise WorkflowError(
            f"a ruling on {target} names one of its {len(found.sides)} sides, or both, and nothing else."
        )


def _check_correction(target: str, found: Proposal, values: Mapping[str, str]) -> None:
    if not isinstance(found, PledgeProposal):
        raise WorkflowError(
            f"{target} is no pledge, and only pledges are corrected; reject it if it is wrong."
        )
    if not values:
        raise WorkflowError(f"a correction of {target} needs at least one field=value.")
    corrected(found, values)
