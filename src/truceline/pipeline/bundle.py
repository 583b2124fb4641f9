"""The bundle of one finding: one file with all that is needed to check it off-line.

For the *cell* it holds everything, for the *public* what ``pipeline.bundle_public`` lets through, for
a *party* who signed besides (``pipeline.bundle_party``). That somebody has made one for the cell or for
a party, which name persons, is logged as a sensitive read.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from truceline import __version__
from truceline.access.rules import Operation, Subject
from truceline.codec.bundle import FORMAT, write_bundle
from truceline.codec.canonical import plain, rfc3339
from truceline.errors import WorkflowError
from truceline.evidence.keys import read_signer
from truceline.evidence.log import proof_in
from truceline.model.person import Principal
from truceline.pipeline import recording
from truceline.pipeline.acting import AT_DESK, allow
from truceline.pipeline.bundle_concerned import Concerned, concerned
from truceline.pipeline.bundle_entries import Prover, Shown, best_note, decisions_of
from truceline.pipeline.bundle_party import shown_to_party
from truceline.pipeline.bundle_public import Told, public_form, shown_to_public
from truceline.pipeline.bundle_standing import standing_of
from truceline.pipeline.case import look
from truceline.pipeline.case_access import subject_of
from truceline.pipeline.desk import Desk
from truceline.pipeline.reads import open_sensitive
from truceline.pipeline.witnessing import log_folder
from truceline.store import archive, database

_RECEIPT: Final = "raw.received"
LARGEST_RAW: Final = 32 << 20
"""Raw files of more bytes are named by their hashes only. Unit: bytes."""


class Audience(StrEnum):
    """For whom a bundle is."""

    CELL = "cell"
    """The verification cell, or a court that may see everything."""
    PARTY = "party"
    """A party that it concerns: as coarse as for everybody, and with who signed, by name."""
    PUBLIC = "public"
    """Everybody."""


_OPERATIONS: Final = {
    Audience.CELL: Operation.BUNDLE,
    Audience.PARTY: Operation.BUNDLE_PARTY,
    Audience.PUBLIC: Operation.BUNDLE_PUBLIC,
}


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was made."""

    data: bytes
    """The file."""
    audience: Audience
    size: int
    """Entries that its checkpoint covers."""
    cosignatures: int
    """Signature lines of the checkpoint beyond the log's own."""
    states: Mapping[str, int]
    """How many of its entries are open, sealed and deleted."""


def make_bundle(
    desk: Desk,
    finding_id: str,
    audience: Audience,
    now: datetime,
    principal: Principal = AT_DESK,
) -> Bundle:
    """Make the bundle of a finding.

    Args:
        desk: the workspace.
        finding_id: such as ``INC-000001/R-2``.
        audience: for whom it is.
        now: UTC.
        principal: who makes it.

    Raises:
        AccessError: when the rules forbid it.
        WorkflowError: when there is no such finding, or hold or publication delay run still.
        EvidenceError: when log or archive are damaged.
        WorkspaceError: when log or records cannot be read or written.
    """
    found = concerned(desk, finding_id)
    operation = _OPERATIONS[audience]
    subject = _subject(desk, found, principal, now)
    allow(desk, principal, operation, now, subject)
    _require_hold(desk, found, now)
    case = standing_of(desk, found)
    if audience is Audience.PUBLIC:
        return _coarse(desk, found, audience, case, now)
    # made first: the entry that tells of it must not ask for a checkpoint that nobody has cosigned
    if audience is Audience.PARTY:
        made = _coarse(desk, found, audience, case, now)
    else:
        made = _for_cell(desk, found, case, now)
    open_sensitive(desk, principal, operation, finding_id, now, subject)
    return made


def prove(root: Path, index: int) -> str:
    """Give the proof that the latest checkpoint covers an entry (tlog-proof).

    Args:
        root: a workspace, or a log in a folder of its own.
        index: leaf index.

    Raises:
        WorkspaceError: when there is no log.
        WorkflowError: when the log has no such entry.
        EvidenceError: when a tile is missing or broken.
    """
    try:
        return proof_in(log_folder(root), index)
    except ValueError as error:
        raise WorkflowError(f"{error}: indices begin at 0, and none of index {index}") from None


def _subject(desk: Desk, found: Concerned, principal: Principal, now: datetime) -> Subject:
    finding = found.finding
    attribution = look(desk, finding.finding_id, now).state.attribution
    with database.reading(desk.engine) as connection:
        return subject_of(connection, desk.agreement, finding, attribution, principal.person)


def _require_hold(desk: Desk, found: Concerned, now: datetime) -> None:
    opens = found.incident.time.end + desk.agreement.procedure.hold
    if now < opens:
        raise WorkflowError(
            f"{found.incident.incident_id} is still held: no bundle of it leaves before people can "
            f"go and look, at {rfc3339(opens)} (hold of procedure.yaml)."
        )


def _for_cell(desk: Desk, found: Concerned, case: Mapping[str, Any], now: datetime) -> Bundle:
    shown = [Shown(event.index, event.type) for event in found.events]
    shown += [Shown(index, _RECEIPT) for index in found.deleted]
    raw = [_raw(desk, item.sha256, item.size) for item in found.raw]
    parts = {"contents": found.contents, "raw": raw, "rows": list(found.rows)}
    return _written(desk, found, Audience.CELL, case, now, shown, parts)


def _coarse(
    desk: Desk, found: Concerned, audience: Audience, case: Mapping[str, Any], now: datetime
) -> Bundle:
    """Make what rests on the coarse form: for everybody, or for a party."""
    told = public_form(desk, found, case, now)
    index = _release(desk, told, now)
    show = shown_to_party if audience is Audience.PARTY else shown_to_public
    shown = [*show(found, told), Shown(index, "finding.released")]
    shown += [Shown(gone, _RECEIPT) for gone in found.deleted]
    opened = {one.index for one in shown if not one.withheld}
    why = "open source: get the file from its publisher, and compare its hash"
    raw = [
        {"sha256": item.sha256, "size": item.size, "withheld": why}
        for item in found.raw
        if item.log_index in opened
    ]
    parts = {"contents": [], "raw": raw, "rows": []}
    return _written(desk, found, audience, case, now, shown, parts)


def _release(desk: Desk, told: Told, now: datetime) -> int:
    """Log what the public is told, unless the newest release tells the very same."""
    before = [
        event
        for event in desk.events()
        if event.type == "finding.released"
        and event.fields["finding_id"] == told.record["finding_id"]
    ]
    if before and {k: v for k, v in before[-1].fields.items() if k != "time"} == told.record:
        return before[-1].index
    with recording.recording(desk):
        return desk.log([{**told.record, "time": rfc3339(now)}])[0]


def _written(
    desk: Desk,
    found: Concerned,
    audience: Audience,
    case: Mapping[str, Any],
    now: datetime,
    shown: Iterable[Shown],
    parts: Mapping[str, Any],
) -> Bundle:
    root = desk.workspace.root
    signer = read_signer(root)
    wanted = list(shown)
    prover = Prover(root, best_note(root, signer.verifier, max(one.index for one in wanted)))
    entries = prover.entries(wanted)
    if audience is Audience.CELL and (decisions := decisions_of(entries)):
        more = [Shown(index, "entry.deleted") for index in decisions]
        entries = prover.entries([*wanted, *more])
    body = {
        "format": FORMAT,
        "audience": audience.value,
        "finding": found.finding.finding_id,
        "made": rfc3339(now),
        "code": __version__,
        "agreement": {"id": desk.agreement.id, "sha256": desk.agreement_digest},
        "case": {name: case[name] for name in ("status", "review")},
        "log": {"origin": signer.name, "key_id": signer.verifier.key_id.hex()},
        "checkpoint": prover.note,
        "entries": entries,
        "contents": [
            {"name": name, "text": data.decode("utf-8", errors="replace")}
            for name, data in parts["contents"]
        ],
        "raw": parts["raw"],
        "rows": parts["rows"],
    }
    states = {s: sum(e["state"] == s for e in entries) for s in ("open", "sealed", "deleted")}
    lines = prover.note.rpartition("\n\n")[2].count("\n")
    return Bundle(
        write_bundle(plain(body), signer), audience, prover.checkpoint.size, lines - 1, states
    )


def _raw(desk: Desk, sha256: str, size: int) -> dict[str, Any]:
    """Give a raw file, or say why it is not here."""
    if size > LARGEST_RAW:
        why = f"too large for a bundle ({size} bytes); ask the mission for it by its hash"
        return {"sha256": sha256, "size": size, "withheld": why}
    data = archive.read_raw(desk.workspace, sha256)
    return {"sha256": sha256, "size": size, "base64": base64.b64encode(data).decode()}
