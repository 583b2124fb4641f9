"""An open workspace: its paths, agreement, records and log in one hand."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine

from truceline.codec.agreement import agreement_files, load_agreement
from truceline.codec.canonical import canonical, rfc3339
from truceline.errors import AgreementError
from truceline.evidence.log import Log, create_log
from truceline.model.agreement import Agreement
from truceline.store import records
from truceline.store.workspace import Workspace, create, open_workspace, write_durably


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a step needs."""

    workspace: Workspace
    agreement: Agreement
    agreement_digest: str
    """SHA-256 over the agreement's files."""
    engine: Engine

    def log(self, events: Sequence[Mapping[str, Any]]) -> range:
        """Append typed events to the evidence log as one batch and give their leaf indices."""
        return Log.open(self.workspace.root).append([canonical(dict(e)) for e in events])

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def start(root: Path, folder: Path, seed: bytes, now: datetime) -> Desk:
    """Make a workspace for an agreement.

    Args:
        root: new folder.
        folder: of the agreement.
        seed: 32 secret bytes from which the log's key is made.
        now: time of the first entry.

    Raises:
        AgreementError: when the agreement cannot be read.
        WorkspaceError: when ``root`` is a workspace already.
    """
    agreement = load_agreement(folder)
    origin = f"truceline.example/{agreement.id}/{hashlib.sha256(seed + b'origin').hexdigest()[:12]}"
    if (root / "truceline.toml").exists():
        create(root, agreement.id, origin, "")  # says what is wrong
    for name, data in agreement_files(folder).items():
        write_durably(root / "agreement" / name, data)
    vkey = create_log(root, origin, seed)
    create(root, agreement.id, origin, vkey)
    desk = open_desk(root)
    desk.log(
        [
            {
                "type": "workspace.created",
                "agreement": agreement.id,
                "agreement_sha256": desk.agreement_digest,
                "time": rfc3339(now),
            }
        ]
    )
    return desk


def open_desk(root: Path) -> Desk:
    """Open a workspace.

    Raises:
        WorkspaceError: when it is none.
        AgreementError: when its agreement was damaged.
    """
    workspace = open_workspace(root)
    folder = workspace.agreement_folder
    if not folder.is_dir():
        raise AgreementError([f"{folder}: the workspace has lost its agreement"])
    agreement = load_agreement(folder)
    engine = records.connect(workspace.database_url)
    return Desk(workspace, agreement, digest_of(agreement_files(folder)), engine)


def digest_of(files: Mapping[str, bytes]) -> str:
    """Hash a set of files by name and content, whatever the order."""
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(name.encode() + b"\0" + hashlib.sha256(files[name]).digest())
    return total.hexdigest()
