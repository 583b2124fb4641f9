"""An open workspace: its paths, agreement, records and log in one hand."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from sqlalchemy.engine import Engine

from truceline.codec.agreement import agreement_files, load_agreement
from truceline.codec.canonical import canonical, rfc3339
from truceline.errors import AgreementError, WorkspaceError
from truceline.evidence.log import Log, create_log
from truceline.model.agreement import Agreement
from truceline.pipeline.events import Event, read_events
from truceline.store import database, lookup, server
from truceline.store.workspace import (
    MARK,
    PARTS,
    Workspace,
    create,
    open_workspace,
    sync_folder,
    write_durably,
)

_PAUSE_S: Final = 0.002
"""How long to wait before asking again whether another process is done. Unit: s."""
_TRIES: Final = 7500
"""How often to ask; 15 s in all."""
_APPENDING: Final = "another process is appending"
"""What the log says while somebody else appends."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a step needs."""

    workspace: Workspace
    agreement: Agreement
    agreement_digest: str
    """SHA-256 over the agreement's files."""
    engine: Engine

    def log(self, events: Sequence[Mapping[str, Any]]) -> range:
        """Append typed events to the evidence log as one batch and give their leaf indices.

        Another process may be appending something else, or noting the files for a backup: it is
        waited for.

        Raises:
            WorkspaceError: when there are no keys, or another process does not come to its end.
        """
        batch = [canonical(dict(event)) for event in events]
        for _ in range(_TRIES):
            try:
                return Log.open(self.workspace.root).append(batch)
            except WorkspaceError as error:
                if _APPENDING not in str(error):
                    raise
                time.sleep(_PAUSE_S)
        return Log.open(self.workspace.root).append(batch)

    def events(self) -> tuple[Event, ...]:
        """Read the events that the evidence log covers."""
        return read_events(self.workspace.root / "openings", Log.open(self.workspace.root).size)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


def start(root: Path, folder: Path, seed: bytes, now: datetime, url: str = "") -> Desk:
    """Make a workspace for an agreement, whole or not at all.

    It is made in a folder of its own inside ``root`` and moved into place, ``truceline.toml`` last:
    where the machine stops meanwhile, the same call begins anew.

    Args:
        root: new folder, or one that holds no part of a workspace.
        folder: of the agreement.
        seed: 32 secret bytes from which the log's key is made.
        now: time of the first entry.
        url: address of a PostgreSQL server's empty database, without a password; empty: the records
            lie in the folder, in SQLite.

    Raises:
        AgreementError: when the agreement cannot be read.
        WorkspaceError: when ``root`` is a workspace already, or holds parts of one; when the
            database cannot be used or holds records already.
        OSError: when the folder cannot be made.
    """
    agreement = load_agreement(folder)
    if url:
        url = server.given(url)
        require_free_database(url)
    origin = f"truceline.example/{agreement.id}/{hashlib.sha256(seed + b'origin').hexdigest()[:12]}"
    aside = root / _ASIDE
    _clear(root, aside)
    files = agreement_files(folder)
    for name, data in files.items():
        write_durably(aside / "agreement" / name, data)
    vkey = create_log(aside, origin, seed)
    created = {
        "type": "workspace.created",
        "agreement": agreement.id,
        "agreement_sha256": digest_of(files),
        "agreement_files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        "time": rfc3339(now),
    }
    Log.open(aside).append([canonical(created)])
    create(aside, agreement.id, origin, vkey, url)
    for path in sorted(aside.iterdir(), key=lambda p: (p.name == MARK, p.name)):
        path.replace(root / path.name)
        sync_folder(root)
    aside.rmdir()
    return open_desk(root)


def require_free_database(url: str) -> None:
    """Refuse a database that cannot be used, or is taken, before anything is made.

    Raises:
        WorkspaceError: when it is.
    """
    engine = database.engine_of(url)
    try:
        database.require_empty(engine)
    finally:
        engine.dispose()


_ASIDE = ".truceline-init"


def _clear(root: Path, aside: Path) -> None:
    """Refuse a folder that is taken; clear away what an ``init`` that was cut off has left.

    Raises:
        WorkspaceError: when the folder is a workspace already, or holds parts of one.
    """
    if (root / MARK).exists():
        raise WorkspaceError(
            f"{root} is a workspace already; choose another folder, or delete it if you mean to "
            "start anew (its evidence log cannot be made again)."
        )
    present = [root / name for name in PARTS if (root / name).exists()]
    if present and not (aside / MARK).exists():
        raise WorkspaceError(
            f"{root} holds {', '.join(path.name for path in present)} but no {MARK}: parts of a "
            "workspace, or files of the same names; choose another folder, or put back the file."
        )
    for path in (*present, aside):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    root.mkdir(parents=True, exist_ok=True)


def open_desk(root: Path) -> Desk:
    """Open a workspace.

    Raises:
        WorkspaceError: when it is none, or its records cannot be used.
        AgreementError: when its agreement was damaged.
    """
    workspace = open_workspace(root)
    folder = workspace.agreement_folder
    if not folder.is_dir():
        raise AgreementError([f"{folder}: the workspace has lost its agreement"])
    agreement = load_agreement(folder)
    engine = database.connect(workspace.database_url)
    try:
        lookup.belong(engine, workspace.origin)
    except WorkspaceError:
        engine.dispose()
        raise
    return Desk(workspace, agreement, digest_of(agreement_files(folder)), engine)


def digest_of(files: Mapping[str, bytes]) -> str:
    """Hash a set of files by name and content, whatever the order."""
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return total.hexdigest()
