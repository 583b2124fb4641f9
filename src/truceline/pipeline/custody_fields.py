"""Items that are JSON objects: their single fields committed to, shown one by one, checked."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from truceline.access.rules import Operation
from truceline.codec.canonical import canonical, rfc3339
from truceline.custody.fields import (
    SALT_BYTES,
    commit_fields,
    disclose,
    fields_of_record,
    salts_of,
)
from truceline.errors import EvidenceError, SourceError, WorkflowError
from truceline.evidence.durable import PRIVATE, Disk, put_files
from truceline.model.person import Principal
from truceline.pipeline import recording
from truceline.pipeline.acting import still
from truceline.pipeline.custody_items import Item, item
from truceline.pipeline.custody_said import among, id_of, name_of, require_any
from truceline.pipeline.desk import Desk
from truceline.pipeline.events import Event
from truceline.store import archive
from truceline.store.custody import FieldCommitment
from truceline.store.workspace import Workspace

LARGEST_RECORD_BYTES: Final = 4 << 20
"""Of an item whose fields are committed to."""
Draw = Callable[[int], bytes]
"""Gives that many secret random bytes, as :func:`secrets.token_bytes` does."""


def commit_item(
    desk: Desk, principal: Principal, key: str, now: datetime, draw: Draw, *, by: str = ""
) -> FieldCommitment:
    """Commit to each field of an item, so that some can be shown later and others withheld.

    The secret from which the salts are made is kept beside the keys of the log, mode 0600; without
    it nothing can be shown any more, with it the withheld fields can be guessed.

    Args:
        desk: the workspace.
        principal: who acts.
        key: of the item, whose bytes are a JSON object.
        now: UTC.
        draw: source of the secret.
        by: name of who acts, at a desk.

    Raises:
        AccessError: when they may not.
        EvidenceError: when the original is missing or was changed, or has no fields.
        SourceError: when the item is no JSON object, or too large.
        WorkflowError: when there is no such item, or its fields are committed to already.
        WorkspaceError: when log or records cannot be written.
    """
    current = still(desk, principal, now)
    found = item(desk, key, current)
    require_any(current, Operation.REDACT, found)
    record = _record(desk.workspace, found.sha256, found.hand_ins[0].size)
    with recording.recording(desk) as taken:
        held = item(desk, found.sha256, current).fields
        if held:
            if held[-1] in taken:
                return held[-1]  # it was cut off, and has just been taken up
            raise WorkflowError(f"the fields of {found.sha256[:12]} are committed to already.")
        secret = draw(SALT_BYTES)
        made = commit_fields(record, salts_of(secret, fields_of_record(record)))
        _keep_secret(desk.workspace, made.root, secret)
        row = FieldCommitment(
            number=0,
            sha256=found.sha256,
            fields=len(made.hashes),
            root=made.root,
            person=name_of(current, by),
            person_id=id_of(current),
            time=rfc3339(now),
            log_index=0,
        )
        return among(taken, row) or recording.add(desk, row)


def disclosed(
    desk: Desk, principal: Principal, key: str, shown: Collection[str], now: datetime
) -> dict[str, Any]:
    """Give what proves some fields of an item and withholds the others.

    Args:
        desk: the workspace.
        principal: who discloses.
        key: of the item.
        shown: JSON pointers of the fields.
        now: UTC.

    Raises:
        AccessError: when they may not.
        EvidenceError: when the original or the secret is missing or was changed, or there is no
            such field.
        SourceError: when the item is no JSON object.
        WorkflowError: when there is no such item, or its fields were not committed to.
    """
    current = still(desk, principal, now)
    found = item(desk, key, current)
    require_any(current, Operation.REDACT, found)
    committed = _committed(found)
    record = _record(desk.workspace, found.sha256, found.hand_ins[0].size)
    secret = _secret(desk.workspace, committed.root)
    made = disclose(record, salts_of(secret, fields_of_record(record)), shown)
    if made["root"] != committed.root:
        raise EvidenceError(
            f"{_path(desk.workspace, committed.root)}: this secret does not give the root that was "
            "logged; put back a copy"
        )
    return {**made, "item": found.sha256, "entry": committed.log_index}


def _committed(found: Item) -> FieldCommitment:
    if not found.fields:
        key = found.sha256[:12]
        raise WorkflowError(
            f"the fields of {key} were not committed to: `truceline custody commit WS {key}` first."
        )
    return found.fields[-1]


def check_fields(workspace: Workspace, events: Iterable[Event]) -> Iterator[str]:
    """Compute every commitment anew whose secret is here."""
    sizes = {}
    for event in events:
        if event.type == "custody.received":
            sizes[event.fields["sha256"]] = int(event.fields["size"])
        elif event.type == "custody.fields":
            root, sha256 = str(event.fields["root"]), str(event.fields["sha256"])
            yield from _anew(workspace, root, sha256, sizes.get(sha256, 0))


def _anew(workspace: Workspace, root: str, sha256: str, size: int) -> Iterator[str]:
    if not _path(workspace, root).exists():
        return  # withheld from whoever checks here, or lost: the log proves the root either way
    try:
        record = _record(workspace, sha256, size)
        secret = _secret(workspace, root)
        made = commit_fields(record, salts_of(secret, fields_of_record(record)))
    except (EvidenceError, SourceError) as error:
        yield str(error)
        return
    if made.root != root:
        yield f"fields of item {sha256[:12]}: record and secret do not give the root that was logged"


def _record(workspace: Workspace, sha256: str, size: int) -> dict[str, Any]:
    """Read an item that is a JSON object.

    Raises:
        EvidenceError: when the original is missing or was changed.
        SourceError: when it is too large, or no JSON object.
    """
    label = f"item {sha256[:12]}"
    if size > LARGEST_RECORD_BYTES:
        raise SourceError(
            f"{label} has {size} bytes; fields are told apart up to {LARGEST_RECORD_BYTES}."
        )
    try:
        record = json.loads(archive.read_raw(workspace, sha256), object_pairs_hook=_once)
        canonical(record)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"{label} is no JSON object that can be told apart ({error}).") from None
    if not isinstance(record, dict):
        raise SourceError(f"{label} is JSON, and no object with fields.")
    return record


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse two values for one name: one of them could not be seen."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice")
    return made


def _path(workspace: Workspace, root: str) -> Path:
    return workspace.root / "keys" / "fields" / f"{root}.key"


def _keep_secret(workspace: Workspace, root: str, secret: bytes) -> None:
    put_files(Disk(), {_path(workspace, root): secret.hex().encode() + b"\n"}, PRIVATE)


def _secret(workspace: Workspace, root: str) -> bytes:
    path = _path(workspace, root)
    try:
        secret = bytes.fromhex(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        secret = b""
    if len(secret) != SALT_BYTES:
        raise EvidenceError(f"{path}: the secret of these fields is missing or broken; put it back")
    return secret
